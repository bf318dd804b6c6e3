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

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/dara"
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
	exchange := &exchange{transport: c.transport}
	err = c.send(attempt, call, keys, exchange)
	if date, err := http.ParseTime(exchange.header.Get("Date")); err == nil {
		c.clockSkew.Store(int64(time.Until(date)))
	}
	answer, failed := exchange.outcome(call)
	switch {
	case !exchange.sent: // the SDK did not come to sending
		failed = fail(KindConfiguration, err, "the request could not be made")
	case exchange.err != nil && ctx.Err() != nil:
		failed.Err, failed.Message = ctx.Err(), "no answer came in time"
	case exchange.err != nil && attempt.Err() != nil:
		failed.Err, failed.Message = errNoAnswer, fmt.Sprintf("no answer came within %s", c.pace.Attempt)
	}
	if failed != nil {
		failed.Message = keys.scrub(failed.Message)
		failed.Code = keys.scrub(failed.Code)
	}
	c.logAttempt(ctx, call, exchange, answer, failed, time.Since(started))
	return answer, failed
}

var errNoAnswer = errors.New("no answer in time")

// send signs the call (V3, ACS3-HMAC-SHA256) and makes it through the exchange.
func (c *Client) send(ctx context.Context, call call, keys keys, exchange *exchange) error {
	host := c.endpoint(call.region)
	// A client of the SDK's is no more than its settings, and is not safe for
	// concurrent use: each call gets its own.
	client, err := openapi.NewClient(&openapi.Config{
		AccessKeyId:     &keys.id,
		AccessKeySecret: &keys.secret,
		SecurityToken:   &keys.token,
		Endpoint:        &host,
		Protocol:        &c.protocol,
		UserAgent:       &c.userAgent,
		NoProxy:         &host, // the transport alone knows of proxies
		HttpClient:      exchange,
	})
	if err != nil {
		return err
	}
	query := make(map[string]*string, len(call.params)+1)
	query["RegionId"] = &call.region
	for name, value := range call.params {
		query[name] = &value
	}
	_, err = client.CallApiWithCtx(ctx, &openapi.Params{
		Action:      &call.action,
		Version:     new(apiVersion),
		Protocol:    &c.protocol,
		Method:      new(http.MethodPost),
		Pathname:    new("/"),
		AuthType:    new("AK"),
		Style:       new("RPC"),
		ReqBodyType: new("formData"),
		BodyType:    new("binary"), // so that the SDK reads nothing of it
	}, &openapi.OpenApiRequest{Query: query}, &dara.RuntimeOptions{})
	return err
}

// maxBody is far more than a page of 50 peers.
const maxBody = 8 << 20

// exchange is the SDK's HTTP client for one call. It keeps the answer for us to
// read and shows the SDK an empty one, because the SDK loses the HTTP status of
// what it cannot parse and takes an empty answer for a good one.
type exchange struct {
	transport http.RoundTripper

	sent   bool
	status int
	header http.Header
	body   []byte
	err    error // of the transport, or of reading the body
}

// Call implements the SDK's dara.HttpClient.
func (x *exchange) Call(req *http.Request, _ *http.Transport) (*http.Response, error) {
	header := make(http.Header, len(req.Header))
	for name, values := range req.Header { // the SDK's names are not canonical
		for _, value := range values {
			header.Add(name, value)
		}
	}
	header.Del("Host")
	req.Header = header

	x.sent = true
	x.receive(req)
	return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Body: http.NoBody, Request: req}, nil
}

func (x *exchange) receive(req *http.Request) {
	resp, err := x.transport.RoundTrip(req)
	if err != nil {
		x.err = err
		return
	}
	defer func() { _ = resp.Body.Close() }() // only read from
	x.status, x.header = resp.StatusCode, resp.Header
	x.body, x.err = io.ReadAll(io.LimitReader(resp.Body, maxBody))
}

// outcome reads what came of the exchange.
func (x *exchange) outcome(call call) (*answer, *Error) {
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

func (c *Client) logAttempt(ctx context.Context, call call, x *exchange, answer *answer, failed *Error, took time.Duration) {
	if !c.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("action", call.action), slog.String("region", call.region),
		slog.Int("http_status", x.status), slog.Duration("took", took),
	}
	if answer != nil {
		attrs = append(attrs, slog.String("request_id", answer.requestID))
	}
	if failed != nil {
		attrs = append(attrs, slog.String("kind", failed.Kind.String()), slog.String("error", failed.Error()))
	}
	c.log.LogAttrs(ctx, slog.LevelDebug, "Alibaba Cloud API call", attrs...)
}
