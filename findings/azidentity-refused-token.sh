#!/usr/bin/env bash
# azidentity 1.15.0 with azcore 1.24.0: a token that the service refuses is sent again
# and again until it would have expired.
#
# Expected: azcore's pipeline drops a token after a 401, so that the next request gets
# another. What happens: the pipeline drops it and asks the credential, which returns
# the same one from the cache of its own. No request of that credential brings another
# before the old one expires; only a challenge with claims makes it ask again.
# Why it matters here: whoever tries once more after a 401 repeats the refusal. Another
# token takes a new credential: each has a cache to itself. Managed identities are an
# exception, which this program does not show: all of a process share one cache.
# Seen: 2026-11-28, azidentity v1.15.0, azcore v1.24.0.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

go_module github.com/Azure/azure-sdk-for-go/sdk/azidentity@v1.15.0
go get github.com/Azure/azure-sdk-for-go/sdk/azcore@v1.24.0 2>/dev/null || { echo "azcore cannot be had"; exit 77; }
go list -m github.com/Azure/azure-sdk-for-go/sdk/azcore
cat >main.go <<'PROGRAM'
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// service issues token-1, token-2, …, and takes all but token-1.
type service struct{ issued int }

func (s *service) Do(req *http.Request) (*http.Response, error) {
	status, body := http.StatusOK, "{}"
	switch {
	case strings.HasSuffix(req.URL.Path, "/openid-configuration"):
		const tenant = "https://login.example/00000000-0000-0000-0000-000000000000"
		body = fmt.Sprintf(`{"issuer":"%s","token_endpoint":"%[1]s/token","authorization_endpoint":"%[1]s/authorize"}`, tenant)
	case strings.HasSuffix(req.URL.Path, "/token"):
		s.issued++
		body = fmt.Sprintf(`{"access_token":"token-%d","expires_in":3600,"token_type":"Bearer"}`, s.issued)
	case req.Header.Get("Authorization") == "Bearer token-1":
		status = http.StatusUnauthorized
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

func main() {
	s := &service{}
	for credential := range 2 {
		options := &azidentity.ClientSecretCredentialOptions{DisableInstanceDiscovery: true}
		options.Transport = s
		options.Cloud.ActiveDirectoryAuthorityHost = "https://login.example/"
		cred, err := azidentity.NewClientSecretCredential("00000000-0000-0000-0000-000000000000", "a-client", "a-secret", options)
		if err != nil {
			panic(err)
		}
		auth := runtime.NewBearerTokenPolicy(cred, []string{"https://service.example/.default"}, nil)
		pipeline := runtime.NewPipeline("finding", "v1", runtime.PipelineOptions{PerRetry: []policy.Policy{auth}}, &policy.ClientOptions{Transport: s})
		for request := range 3 {
			req, err := runtime.NewRequest(context.Background(), http.MethodGet, "https://service.example/thing")
			if err != nil {
				panic(err)
			}
			resp, err := pipeline.Do(req)
			if err != nil {
				panic(err)
			}
			fmt.Printf("credential %d, request %d: %s with %s, tokens issued: %d\n", credential+1, request+1,
				http.StatusText(resp.StatusCode), resp.Request.Header.Get("Authorization"), s.issued)
		}
	}
}
PROGRAM
go run . | tee seen
grep -q '^credential 1, request 3: Unauthorized with Bearer token-1, tokens issued: 1$' seen || another "a refused token is replaced"
grep -q '^credential 2, request 1: OK with Bearer token-2, tokens issued: 2$' seen || another "a new credential does not ask anew"
same
