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

// attemptPolicy makes one attempt at a request, with a limit. What brings no whole
// answer is a [*wire.Failure]; when nothing gets through to a host any more, the
// requests to it are no longer sent. It stands behind the token, which has a host of
// its own and takes its own time.
type attemptPolicy struct {
	limits wire.Limits
	ways   *wire.Circuits // by host
}

func newAttemptPolicy(limits wire.Limits) attemptPolicy {
	limits = limits.WithDefaults()
	return attemptPolicy{limits, wire.NewCircuits(limits.Patience)}
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
		if errors.As(failed, &failure) && failure.Unreached() && !failure.Cause.Misconfigured() {
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
	if err != nil {
		noteFailure(ctx, err)
		return nil, err
	}
	return resp, nil
}

// unreachedError is a host that was not reached, and how long it still is worth tries.
type unreachedError struct {
	error
	left time.Duration
}

func (e *unreachedError) Unwrap() error { return e.error }

// failure holds why the last request of a context brought no answer, for those whose
// library keeps it to itself.
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
		errors.As(err, &f.value)
	}
}

// last is nil if there was none.
func (f *failure) last() *wire.Failure {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.value
}
