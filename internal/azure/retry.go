package azure

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

const (
	firstRetryDelay = time.Second      // without a Retry-After
	maxRetryDelay   = 30 * time.Second // likewise
	maxRetryAfter   = 24 * time.Hour   // beyond any timeout, and far from overflow
)

// retryPolicy waits out throttling and passing faults for as long as the
// request's context lasts. It stands in for azcore's own policy, which gives
// up after three retries or at a Retry-After above 60 s, and then loses the
// error it retried. Every request made here may be repeated: reads, the read
// that is a POST, and token requests.
type retryPolicy struct {
	logger *slog.Logger
	// renewToken says that a 401 is worth one more try: the token's policy,
	// which comes later, has dropped the token that was refused.
	renewToken bool
}

// Do is azcore's policy.Policy.
func (p retryPolicy) Do(req *policy.Request) (*http.Response, error) {
	ctx := req.Raw().Context()
	delay := firstRetryDelay
	mayRenew := p.renewToken
	for {
		if err := req.RewindBody(); err != nil {
			return nil, err
		}
		resp, err := req.Clone(ctx).Next()
		if ctx.Err() != nil {
			drain(resp)
			return nil, ctx.Err()
		}
		if err == nil && resp.StatusCode == http.StatusUnauthorized && mayRenew {
			mayRenew = false
			drain(resp)
			continue
		}
		if !passing(req.Raw().Method, resp, err) {
			return resp, err
		}
		if o := operationOf(ctx); o != nil && req.Raw().Method == http.MethodPost && busy(resp) && o.turn.refused() {
			return resp, nil // start sends it again when it is its turn
		}

		wait := retryAfter(resp)
		if wait <= 0 {
			wait = delay
			delay = min(2*delay, maxRetryDelay)
		}
		var unreached *unreachedError
		if errors.As(err, &unreached) {
			wait = min(wait, unreached.left)
		}
		failed := newError(resp, err)
		if failed.reason() == "" {
			failed.Err = errCutShort
		}
		progress := progressOf(ctx)
		progress.failed(failed)
		p.logger.DebugContext(ctx, "waiting before another try at Azure",
			"method", req.Raw().Method, "host", req.Raw().URL.Host, "error", failed.Error(), "wait", wait.String())
		drain(resp)
		if err := progress.pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// passing tells the failures that may go away by themselves.
func passing(method string, resp *http.Response, err error) bool {
	if err != nil {
		return passingError(err)
	}
	switch resp.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusOK:
		return cutShort(resp)
	case http.StatusAccepted:
		return method == http.MethodGet && cutShort(resp) // of a POST's 202 only the headers count
	}
	return busy(resp)
}

// busy reports whether another operation holds the resource. Resource Manager has two
// ways to say it: one is seen on gateways in github.com/Azure/azure-rest-api-specs/issues/14473,
// the other is in "Request limits and throttling" of its documentation.
func busy(resp *http.Response) bool {
	return resp != nil && resp.StatusCode >= http.StatusBadRequest && newError(resp, nil).isBusy()
}

func (e *Error) isBusy() bool {
	return e.Code == "AnotherOperationInProgress" || e.Code == "RetryableErrorDueToAnotherOperation"
}

func passingError(err error) bool {
	var ours *finalError
	var credential *CredentialError // has been tried for as long as it is worth
	var failure *wire.Failure
	var final interface {
		error
		NonRetriable()
	}
	switch {
	case errors.As(err, &ours), errors.As(err, &credential):
		return false
	case errors.As(err, &failure): // azcore marks some of these as final after a POST
		return !failure.Cause.Misconfigured()
	}
	return !errors.As(err, &final)
}

// cutShort reports whether an answer's JSON ends before its end.
func cutShort(resp *http.Response) bool {
	body, err := runtime.Payload(resp)
	if err != nil || len(body) == 0 {
		return false
	}
	var syntax *json.SyntaxError
	var v any
	return errors.As(json.Unmarshal(body, &v), &syntax) && syntax.Offset >= int64(len(body))
}

// retryAfter is how long the server asks to wait, 0 where it does not say.
// The headers and their order are azcore's.
func retryAfter(resp *http.Response) time.Duration {
	if resp == nil {
		return 0
	}
	for _, h := range []struct {
		name string
		unit time.Duration
	}{{"Retry-After-Ms", time.Millisecond}, {"X-Ms-Retry-After-Ms", time.Millisecond}, {"Retry-After", time.Second}} {
		value := resp.Header.Get(h.name)
		if n, err := strconv.Atoi(value); err == nil && n > 0 {
			return time.Duration(min(n, int(maxRetryAfter/h.unit))) * h.unit
		}
		if at, err := http.ParseTime(value); err == nil && h.unit == time.Second {
			return time.Until(at)
		}
	}
	return 0
}

// drain makes the connection of an answer that nobody reads usable again.
func drain(resp *http.Response) {
	if resp != nil && resp.Body != nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}
