package azure

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// newHTTPClient returns the HTTP client beneath every pipeline of this
// package. nil stands for http.DefaultTransport. A redirect is followed only
// within the host that was asked: requests carry tokens and secrets.
func newHTTPClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport: transport,
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if len(via) >= 10 {
				return &finalError{errors.New("stopped after 10 redirects")}
			}
			if from := via[0].URL; req.URL.Scheme != from.Scheme || hostOf(req.URL) != hostOf(from) {
				return &finalError{fmt.Errorf("%s redirects to another host, %q, which is not followed", from.Host, req.URL.Host)}
			}
			return nil
		},
	}
}

// finalError marks an error that no retry can help. azcore's policies know
// the method.
type finalError struct{ error }

func (*finalError) NonRetriable()   {}
func (e *finalError) Unwrap() error { return e.error }

// urlHeaders name the URLs at which azcore's poller may ask how an operation
// is getting on.
var urlHeaders = []string{"Azure-AsyncOperation", "Operation-Location", "Location"}

// ownHostPolicy keeps the pipeline, and with it the bearer token, to one https
// host. It stands before the token is added. An answer that names a URL
// elsewhere is an error at once, before azcore has made a request or a message
// of it. The URL itself is signed and stays out of the message.
type ownHostPolicy struct {
	host string // as hostOf gives it
}

func newOwnHostPolicy(endpoint string) (ownHostPolicy, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return ownHostPolicy{}, &ConfigError{Argument: "resource_manager_endpoint", Reason: "not a URL with a host"}
	}
	return ownHostPolicy{host: hostOf(u)}, nil
}

// Do is azcore's policy.Policy.
func (p ownHostPolicy) Do(req *policy.Request) (*http.Response, error) {
	if err := p.check(req.Raw().URL); err != nil {
		return nil, err
	}
	resp, err := req.Next()
	if err != nil || resp.StatusCode >= http.StatusMultipleChoices {
		return resp, err // the poller asks nowhere after a failure
	}
	for _, name := range urlHeaders {
		text := resp.Header.Get(name)
		if text == "" {
			continue
		}
		u, err := url.Parse(text)
		if err != nil {
			return nil, &finalError{fmt.Errorf("the service's %s header is not a URL", name)}
		}
		if err := p.check(u); err != nil {
			return nil, &finalError{fmt.Errorf("the service's %s header: %w", name, err)}
		}
	}
	return resp, nil
}

func (p ownHostPolicy) check(u *url.URL) error {
	switch {
	case u.Host == "":
		return &finalError{errors.New("a URL without a host, where an absolute one is due")}
	case u.Scheme != "https":
		return &finalError{fmt.Errorf("a URL with the scheme %q; the token is sent over https only", u.Scheme)}
	case hostOf(u) != p.host:
		return &finalError{fmt.Errorf("a URL on the host %q; the token is sent to the configured Resource Manager host %q only", u.Host, p.host)}
	}
	return nil
}

// hostOf is a URL's host and port as it can be compared.
func hostOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	return host
}

// userAgentPolicy says who asks. azcore's own telemetry would cut that to 24
// characters.
type userAgentPolicy string

// Do is azcore's policy.Policy.
func (p userAgentPolicy) Do(req *policy.Request) (*http.Response, error) {
	if p != "" {
		req.Raw().Header.Set("User-Agent", string(p))
	}
	return req.Next()
}
