package alibabacloud

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
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

// attempt makes a call once. Whatever goes wrong is an *Error, without secrets.
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

	attempt, cancel := context.WithTimeout(ctx, c.pace.Attempt)
	defer cancel()
	req, err := c.newRequest(attempt, call, keys)
	if err != nil {
		return nil, fail(KindConfiguration, err, "the request could not be made")
	}
	got := c.exchange(req)
	answer, failed := got.outcome(call)
	switch {
	case got.err != nil && ctx.Err() != nil:
		failed.Err, failed.Message = ctx.Err(), "no answer came in time"
	case got.err != nil && attempt.Err() != nil:
		failed.Err, failed.Message = errNoAnswer, fmt.Sprintf("no answer came within %s", c.pace.Attempt)
	}
	if failed != nil {
		failed.Message = keys.scrub(failed.Message)
		failed.Code = keys.scrub(failed.Code)
	}
	c.logAttempt(ctx, call, got.status, answer, failed, time.Since(started))
	return answer, failed
}

var errNoAnswer = errors.New("no answer in time")

// newRequest is the signed request of a call.
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

// maxBody is far more than a page of 50 peers.
const maxBody = 8 << 20

// exchange is what came of sending a request.
type exchange struct {
	status int
	header http.Header
	body   []byte
	err    error // of the transport, or of reading the body
}

func (c *Client) exchange(req *http.Request) exchange {
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return exchange{err: err}
	}
	defer func() { _ = resp.Body.Close() }() // only read from
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	return exchange{resp.StatusCode, resp.Header, body, err}
}

// outcome reads what came of the exchange.
func (x exchange) outcome(call call) (*answer, *Error) {
	failed := &Error{
		Action:     call.action,
		Region:     call.region,
		HTTPStatus: x.status,
		RequestID:  x.header.Get("x-acs-request-id"),
		RetryAfter: retryAfter(x.header),
		Err:        x.err,
	}
	success := x.status >= 200 && x.status < 300
	switch {
	case x.err != nil:
		failed.Kind = transportKind(x.err)
		failed.misdirected = isUnknownHost(x.err)
		failed.lost = !isDialError(x.err) && failed.Kind == KindPassing
		failed.Message = transportMessage(x.err, x.status)
	case success && isObject(x.body):
		if failed.RequestID == "" {
			failed.RequestID = decodeError(x.body).RequestID
		}
		return &answer{requestID: failed.RequestID, body: x.body}, nil
	case success:
		failed.Kind, failed.lost = KindPassing, true
		failed.Message = "the answer is no JSON object"
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

// retryAfter reads x-acs-retry-after. Its unit is not documented; the vendor's
// SDKs take it as milliseconds, and it is kept within two minutes.
func retryAfter(header http.Header) time.Duration {
	ms, err := strconv.ParseInt(strings.TrimSpace(header.Get("x-acs-retry-after")), 10, 64)
	if err != nil || ms < 0 {
		return 0
	}
	return time.Duration(min(ms, 120_000)) * time.Millisecond
}

// withoutSigning drops what the service says of how it signed, in which headers
// and tokens are repeated.
func withoutSigning(message string) string {
	for _, start := range []string{"server string to sign", "server StringToSign", "server canonicalRequest", "string to sign"} {
		if i := strings.Index(strings.ToLower(message), strings.ToLower(start)); i >= 0 {
			message = strings.TrimRight(message[:i], " ,.;:") + "."
		}
	}
	return message
}

func isDialError(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func isUnknownHost(err error) bool { return unknownHost(err) != "" }

// unknownHost is the name that was looked up in vain, if that is the error.
func unknownHost(err error) string {
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return dns.Name
	}
	return ""
}

// transportKind tells a wrong endpoint or missing trust from a passing fault.
func transportKind(err error) Kind {
	var untrusted *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	if errors.As(err, &untrusted) || errors.As(err, &notTLS) || errors.Is(err, http.ErrSchemeMismatch) {
		return KindConfiguration
	}
	return KindPassing
}

var userInfo = regexp.MustCompile(`//[^/\s"@]*@`)

// transportMessage says what went wrong on the way, without any URL's query or
// password.
func transportMessage(err error, status int) string {
	var inURL *url.Error
	if errors.As(err, &inURL) {
		err = inURL.Err
	}
	message := userInfo.ReplaceAllString(err.Error(), "//***@")
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		message = "the connection was dropped"
	}
	if status != 0 {
		return "the answer broke off: " + message
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
