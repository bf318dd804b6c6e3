#!/usr/bin/env bash
# Alibaba Cloud's Go SDK core prints security tokens and signatures to stdout.
#
# Package:   github.com/alibabacloud-go/darabonba-openapi/v2 v2.2.4
#            github.com/alibabacloud-go/tea v1.5.3
# Expected:  DEBUG=dara, a switch for tracing calls, shows the requests without the
#            headers that authenticate them.
# Seen:      x-acs-security-token and Authorization are printed in full. They go to
#            stdout, which for a plugin or a command line tool is its output, and
#            the switch is the process's environment variable DEBUG, which other
#            tools of the same environment use too (DEBUG=dara,express:*).
# Matters:   whoever can read a CI job's log can use the token until it expires.
#            A program that uses the SDK cannot turn this off: the variable is read
#            when the package is loaded.
# Date:      2026-11-28, go1.26.8
#
# The script fails if that changes. It needs the Go module proxy, and connects to
# 127.0.0.1 only.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
cat >main.go <<'GO'
package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/dara"
)

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"RequestId":"R-1"}`)
	}))
	defer server.Close()
	client, err := openapi.NewClient(&openapi.Config{
		AccessKeyId: dara.String("STS.example"), AccessKeySecret: dara.String("example-secret"), SecurityToken: dara.String("example-security-token"),
		Protocol: dara.String("HTTP"), Endpoint: dara.String(strings.TrimPrefix(server.URL, "http://")),
	})
	if err != nil {
		panic(err)
	}
	if _, err := client.CallApi(&openapi.Params{
		Action: dara.String("DescribeBgpPeers"), Version: dara.String("2016-04-28"), Protocol: dara.String("HTTP"), Method: dara.String("POST"),
		Pathname: dara.String("/"), AuthType: dara.String("AK"), Style: dara.String("RPC"), ReqBodyType: dara.String("formData"), BodyType: dara.String("json"),
	}, &openapi.OpenApiRequest{}, &dara.RuntimeOptions{}); err != nil {
		panic(err)
	}
}
GO
go mod init example.com/finding 2>/dev/null
go get github.com/alibabacloud-go/darabonba-openapi/v2@v2.2.4 github.com/alibabacloud-go/tea@v1.5.3 2>/dev/null
go mod tidy 2>/dev/null
go build -o finding .

quiet=$(./finding)
seen=$(DEBUG=dara ./finding 2>/dev/null)
echo "--- stdout without DEBUG: ${quiet:-(nothing)}"
echo "--- stdout with DEBUG=dara:"
echo "$seen"
[ -z "$quiet" ] && grep -q '^> x-acs-security-token: example-security-token$' <<<"$seen" && grep -Eq '^> Authorization: ACS3-HMAC-SHA256 .*Signature=[0-9a-f]{64}$' <<<"$seen" ||
  { echo "it no longer prints the token and the signature"; exit 1; }

# Printed on 2026-11-28:
# --- stdout without DEBUG: (nothing)
# --- stdout with DEBUG=dara:
# > POST http://127.0.0.1:39861/
# > x-acs-action: DescribeBgpPeers
# > user-agent: AlibabaCloud (linux; amd64) Golang/1.26.8 Core/0.01 TeaDSL/2
# > x-acs-date: 2026-11-28T12:30:41Z
# > accept: application/json
# > x-acs-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
# > x-acs-accesskey-id: STS.example
# > Authorization: ACS3-HMAC-SHA256 Credential=STS.example,SignedHeaders=host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,Signature=3bedb460f6ec5e46b5b0c07145a19dceaf8df1ac12bc4edb013b1a2333cfdf8c
# > x-acs-signature-nonce: 9f4a0bc379bf6d53d3a52cb212d35f33
# > host: 127.0.0.1:39861
# > x-acs-credentials-provider: static_sts
# > x-acs-security-token: example-security-token
# > x-acs-version: 2016-04-28
# < HTTP/1.1 200 OK
# < Content-Type: application/json
# < Date: Sat, 28 Nov 2026 12:30:41 GMT
# < Content-Length: 19
