package azure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// newHTTPClient returns the HTTP client of every pipeline of this package; nil is
// http.DefaultTransport. It follows a redirect only within the host that was asked,
// since requests carry tokens and secrets.
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

// finalError is an error that a retry would meet again. Its NonRetriable method tells
// azcore's policies so.
type finalError struct{ error }

func (*finalError) NonRetriable()   {}
func (e *finalError) Unwrap() error { return e.error }

// urlHeaders are the headers with the URLs that azcore's poller may ask.
var urlHeaders = []string{"Azure-AsyncOperation", "Operation-Location", "Location"}

// ownHostPolicy restricts the pipeline, and with it the bearer token, to one https host.
// It comes before the policy that adds the token. An answer with a URL on another host
// is an error at once, before azcore uses the URL. The message does not show the URL,
// which is signed.
type ownHostPolicy struct {
	host string // in the form of hostOf
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
		return resp, err // after a failure the poller asks no URL
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
		return &finalError{errors.New("a URL without a host, and it must be absolute")}
	case u.Scheme != "https":
		return &finalError{fmt.Errorf("a URL with the scheme %q; the token is sent over https only", u.Scheme)}
	case hostOf(u) != p.host:
		return &finalError{fmt.Errorf("a URL on the host %q; the token is sent to the configured Resource Manager host %q only", u.Host, p.host)}
	}
	return nil
}

// hostOf is a URL's host and port, in a form that can be compared.
func hostOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	return host
}

// userAgentPolicy sets the User-Agent. azcore's own telemetry policy would cut it to 24
// characters.
type userAgentPolicy string

// Do is azcore's policy.Policy.
func (p userAgentPolicy) Do(req *policy.Request) (*http.Response, error) {
	if p != "" {
		req.Raw().Header.Set("User-Agent", string(p))
	}
	return req.Next()
}

// attemptPolicy makes one attempt at a request, with a time limit. If no whole answer
// comes, the error is a [*wire.Failure]. When a host has been out of reach for long
// enough, requests to it fail without being sent. It comes after the policy that gets
// the token, which has its own host and takes its own time.
type attemptPolicy struct {
	limits   wire.Limits
	endpoint string         // what sets the address, for advice
	ways     *wire.Circuits // by host
}

func newAttemptPolicy(limits wire.Limits, endpoint string) attemptPolicy {
	limits = limits.WithDefaults()
	return attemptPolicy{limits, endpoint, wire.NewCircuits(limits.Patience)}
}

// Do is azcore's policy.Policy.
func (p attemptPolicy) Do(req *policy.Request) (*http.Response, error) {
	ctx, host := req.Raw().Context(), hostOf(req.Raw().URL)
	var resp *http.Response
	var failed error // of an attempt that got through
	left, err := p.ways.Of(host).Try(ctx, func(ctx context.Context) error {
		failed = wire.Try(ctx, host, p.limits, func(ctx context.Context) (err error) {
			resp, err = req.Clone(ctx).Next() //nolint:bodyclose // the caller's
			return err
		})
		var failure *wire.Failure
		if errors.As(failed, &failure) {
			failure.Endpoint = p.endpoint // before the circuit shares it
		}
		if failure != nil && (failure.Unreached() && !failure.Cause.Misconfigured() || ctx.Err() != nil) {
			return failure
		}
		return nil
	})
	switch {
	case err != nil && left > 0:
		err = &unreachedError{err, left}
	case err != nil && ctx.Err() == nil:
		err = &finalError{err}
	case err == nil:
		err = failed
	}
	noteFailure(ctx, err)
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// unreachedError is the error for a host that was not reached. left is for how long
// more tries make sense.
type unreachedError struct {
	error
	left time.Duration
}

func (e *unreachedError) Unwrap() error { return e.error }

// failure is why the last request of a context got no answer. It is for the callers of
// a library that does not pass that on.
type failure struct {
	mu    sync.Mutex
	value *wire.Failure
}

type failureKey struct{}

func withFailure(ctx context.Context) (context.Context, *failure) {
	f := &failure{}
	return context.WithValue(ctx, failureKey{}, f), f
}

func noteFailure(ctx context.Context, err error) {
	if f, ok := ctx.Value(failureKey{}).(*failure); ok {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.value = nil
		errors.As(err, &f.value)
	}
}

// last returns the failure; nil if there was none.
func (f *failure) last() *wire.Failure {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.value
}
