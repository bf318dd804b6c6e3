package azure

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

const (
	firstRetryDelay = time.Second      // if there is no Retry-After
	maxRetryDelay   = 30 * time.Second // likewise
	maxRetryAfter   = 24 * time.Hour   // longer than any timeout, and far from overflow
)

// retryPolicy waits out throttling and passing faults for as long as the request's
// context lasts. It replaces azcore's own policy, which gives up after three retries or
// at a Retry-After above 60 s, and then loses the error that it retried. Every request
// of this package may be repeated: the POST of an operation only reads too.
type retryPolicy struct {
	logger *slog.Logger
	// refused is told of the token that was answered with a 401, which gets one more try.
	// The token policy, which comes later in the pipeline, has dropped the token by then;
	// the credential must too. nil for requests without a token.
	refused func(token string)
	secrets *secrets // of requests for tokens; nil for other requests
}

// Do is azcore's policy.Policy.
func (p retryPolicy) Do(req *policy.Request) (*http.Response, error) {
	ctx := req.Raw().Context()
	delay := firstRetryDelay
	mayRenew := p.refused != nil
	for {
		if err := req.RewindBody(); err != nil {
			return nil, err
		}
		if p.refused != nil { // the policy that gets the token comes next, and may wait for another read's
			progressOf(ctx).enter(PhaseToken)
		}
		resp, err := req.Clone(ctx).Next() // its body has been read and closed
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil && resp.StatusCode != http.StatusOK && p.secrets != nil {
			p.secrets.hideIn(resp)
		}
		if err == nil && resp.StatusCode == http.StatusUnauthorized && mayRenew {
			mayRenew = false
			p.refused(strings.TrimPrefix(resp.Request.Header.Get("Authorization"), "Bearer "))
			continue
		}
		if !passing(req.Raw().Method, resp, err) {
			return resp, err
		}
		if o := operationOf(ctx); o != nil && req.Raw().Method == http.MethodPost && busy(resp) && o.turn.refused() {
			return resp, nil // start sends it again when its turn comes
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
		if p.secrets != nil { // decoding may have brought some back
			failed.Code, failed.Message, failed.Target = p.secrets.hide(failed.Code), p.secrets.hide(failed.Message), p.secrets.hide(failed.Target)
			failed.Details = nil
		}
		progress := progressOf(ctx)
		progress.failed(failed)
		p.logger.DebugContext(ctx, "waiting before another try at Azure",
			"method", req.Raw().Method, "host", req.Raw().URL.Host, "error", failed.Error(), "wait", wait.String())
		if err := progress.pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// passing reports whether a failure may go away by itself.
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
		return method == http.MethodGet && cutShort(resp) // of the 202 to a POST, only the headers count
	}
	return busy(resp)
}

// busy reports whether another operation holds the resource. There are two codes for
// it. One was seen on gateways, in github.com/Azure/azure-rest-api-specs/issues/14473;
// the other is in "Request limits and throttling" of Resource Manager's documentation.
func busy(resp *http.Response) bool {
	return resp != nil && resp.StatusCode >= http.StatusBadRequest && newError(resp, nil).isBusy()
}

func (e *Error) isBusy() bool {
	return e.Code == "AnotherOperationInProgress" || e.Code == "RetryableErrorDueToAnotherOperation"
}

func passingError(err error) bool {
	var ours *finalError
	var credential *CredentialError // the credential's own pipeline has retried it
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

// cutShort reports whether an answer's JSON ends too early.
func cutShort(resp *http.Response) bool {
	body, err := runtime.Payload(resp)
	if err != nil || len(body) == 0 {
		return false
	}
	var syntax *json.SyntaxError
	var v any
	return errors.As(json.Unmarshal(body, &v), &syntax) && syntax.Offset >= int64(len(body))
}

// retryAfter is how long the server asks to wait; 0 if it does not say. The headers and
// their order are those of azcore.
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
