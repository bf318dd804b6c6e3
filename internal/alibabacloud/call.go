package alibabacloud

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

const apiVersion = "2016-04-28"

// call is one call of the API. Every parameter goes into the query.
type call struct {
	action, region string
	params         map[string]string
}

// answer is a 2xx answer whose body is a whole JSON object.
type answer struct {
	requestID string
	body      []byte
}

// CheckRegion checks the form of a region's id.
func CheckRegion(id string) error {
	if !regionID.MatchString(id) {
		return fmt.Errorf("%q is %w", id, errRegionID)
	}
	return nil
}

var errRegionID = errors.New("not a region id, which is like cn-shanghai")

// attempt makes a call once. Every failure is an *Error, without secrets.
func (c *Client) attempt(ctx context.Context, call call) (*answer, *Error) {
	started := time.Now()
	fail := func(kind Kind, cause error, message string) *Error {
		return &Error{Action: call.action, Region: call.region, Kind: kind, Message: message, Err: cause}
	}
	if err := CheckRegion(call.region); err != nil {
		return nil, fail(KindConfiguration, err, err.Error())
	}
	keys, err := c.credentials.get(ctx)
	if err != nil {
		failed := fail(KindCredentials, err, err.Error())
		if isPassing(err) {
			failed.Kind, failed.misdirected = KindPassing, true
		}
		return nil, failed
	}
	if !keys.wellFormed() {
		return nil, fail(KindCredentials, nil, "the access key, its secret or its security token contains white space")
	}

	req, err := c.newRequest(ctx, call, keys)
	if err != nil {
		return nil, fail(KindConfiguration, err, "the request could not be made")
	}
	got := c.exchange(req)
	answer, failed := got.outcome(call)
	if failed != nil {
		failed.Message = wire.Hide(failed.Message, keys.secret, keys.token, keys.id, call.params["AuthKey"])
		failed.Code = wire.Hide(failed.Code, keys.secret, keys.token, keys.id)
	}
	c.logAttempt(ctx, call, got.status, answer, failed, time.Since(started))
	return answer, failed
}

// newRequest makes the signed request of a call.
func (c *Client) newRequest(ctx context.Context, call call, keys keys) (*http.Request, error) {
	query := url.Values{"RegionId": {call.region}}
	for name, value := range call.params {
		query.Set(name, value)
	}
	where := url.URL{Scheme: c.protocol, Host: c.endpoint(call.region), Path: "/", RawQuery: canonicalQuery(query)}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, where.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("x-acs-action", call.action)
	req.Header.Set("x-acs-version", apiVersion)
	sign(req, keys, time.Now(), uuid.NewString())
	return req, nil
}

// maxBody bounds the body that is read. It is far more than a page of 50 peers.
const maxBody = 8 << 20

// exchange is the result of sending a request.
type exchange struct {
	status int
	header http.Header
	body   []byte
	failed *wire.Failure // nil if the answer was read to its end
}

// exchange sends a request and reads the answer.
func (c *Client) exchange(req *http.Request) (got exchange) {
	limits := wire.Limits{Attempt: c.pace.Attempt, Patience: c.pace.Patience}
	err := wire.Try(req.Context(), req.URL.Host, limits, func(ctx context.Context) error {
		resp, err := c.transport.RoundTrip(req.WithContext(ctx))
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }() // only read from
		got.status, got.header = resp.StatusCode, resp.Header
		got.body, err = io.ReadAll(io.LimitReader(resp.Body, maxBody))
		return err
	})
	errors.As(err, &got.failed)
	return got
}

// outcome makes an answer or an error of the exchange.
func (x exchange) outcome(call call) (*answer, *Error) {
	failed := &Error{
		Action:     call.action,
		Region:     call.region,
		HTTPStatus: x.status,
		RequestID:  x.header.Get("x-acs-request-id"),
		RetryAfter: retryAfter(x.header),
	}
	success := x.status >= 200 && x.status < 300
	switch {
	case x.failed != nil:
		failed.Kind, failed.Err, failed.Message = KindPassing, x.failed, x.failed.Error()
		failed.misdirected = x.failed.Unreached()
		failed.lost = x.failed.Sent
		if x.failed.Cause.Misconfigured() {
			failed.Kind, failed.lost = KindConfiguration, false
		}
		if x.status != 0 && x.failed.Cause != wire.Ended {
			failed.Message = "the answer broke off: " + failed.Message
		}
	case success && isObject(x.body):
		if failed.RequestID == "" {
			failed.RequestID = decodeError(x.body).RequestID
		}
		return &answer{requestID: failed.RequestID, body: x.body}, nil
	case success:
		failed.Kind, failed.lost = KindPassing, true
		failed.Message = "the answer is not a JSON object"
		if len(bytes.TrimSpace(x.body)) == 0 {
			failed.Message = "the answer is empty"
		}
	default:
		said := decodeError(x.body)
		failed.Code, failed.Message = said.Code, withoutSigning(said.Message)
		if said.RequestID != "" {
			failed.RequestID = said.RequestID
		}
		classify(failed)
		if said.Code == "" && said.Message == "" {
			failed.Message = fmt.Sprintf("%s, not an answer of the API", strings.ToLower(http.StatusText(x.status)))
		}
		if bytes.HasPrefix(x.body, []byte("{")) && !json.Valid(x.body) { // whatever its status
			failed.Kind, failed.lost = KindPassing, true
			failed.Message = "the answer broke off"
		}
	}
	return nil, failed
}

// retryAfter reads x-acs-retry-after. Its unit is not documented. The vendor's SDKs
// take it as milliseconds, and so does this. More than two minutes count as two.
func retryAfter(header http.Header) time.Duration {
	ms, err := strconv.ParseInt(strings.TrimSpace(header.Get("x-acs-retry-after")), 10, 64)
	if err != nil || ms < 0 {
		return 0
	}
	return time.Duration(min(ms, 120_000)) * time.Millisecond
}

// withoutSigning drops the service's text about how it signed. That text repeats
// headers and tokens.
func withoutSigning(message string) string {
	for _, start := range []string{"server string to sign", "server StringToSign", "server canonicalRequest", "string to sign"} {
		if i := strings.Index(strings.ToLower(message), strings.ToLower(start)); i >= 0 {
			message = strings.TrimRight(message[:i], " ,.;:") + "."
		}
	}
	return message
}

func (c *Client) logAttempt(ctx context.Context, call call, status int, answer *answer, failed *Error, took time.Duration) {
	if !c.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("action", call.action), slog.String("region", call.region),
		slog.Int("http_status", status), slog.Duration("took", took),
	}
	if answer != nil {
		attrs = append(attrs, slog.String("request_id", answer.requestID))
	}
	if failed != nil {
		attrs = append(attrs, slog.String("kind", failed.Kind.String()), slog.String("error", failed.Error()))
	}
	c.log.LogAttrs(ctx, slog.LevelDebug, "Alibaba Cloud API call", attrs...)
}
