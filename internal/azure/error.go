package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// Phase is the part of a long-running operation in which something happened.
type Phase string

// The phases, in their order.
const (
	PhaseToken  Phase = "token"  // asking the credential for an access token
	PhaseStart  Phase = "start"  // the POST that starts the operation
	PhasePoll   Phase = "poll"   // asking how the operation is getting on
	PhaseResult Phase = "result" // what the finished operation answered
)

// Error is a read that failed. The fields that the service fills are those of
// its CloudError, as the REST reference documents it; they are empty where the
// answer carried none. No field holds a token or a poll URL.
type Error struct {
	Action     string // such as "getBgpPeerStatus"
	ResourceID string // the ARM id of the gateway, or of the Route Server's peering
	Peer       string // the peer that was asked for, "" for all
	Phase      Phase
	// Identity is what the request was authenticated as, such as
	// "the client secret of client 0000…".
	Identity string

	HTTPStatus int    // 0 where no answer came
	State      string // "Failed" or "Canceled" where the operation itself ended so
	Code       string
	Message    string
	Target     string
	Details    []Detail

	RequestID string // x-ms-request-id

	// Ended is the error of the caller's context where its end is what ended
	// the read; the other fields then tell the last real failure, if any.
	Ended error
	// Err is the cause where no answer of the service is: a transport error, a
	// [*CredentialError], [ErrNoResult], …
	Err error

	permission string // the action that a role must hold for the read
}

// Detail is one of the details of a CloudError, which nest.
type Detail struct {
	Code    string
	Message string
	Target  string
	Details []Detail
}

// ErrNoResult is in the chain of an [*Error] whose operation ended without an
// error of the service and without a result either. The error's text says what
// came instead.
var ErrNoResult = errors.New("no result in the answer")

// noResultError is an [ErrNoResult] that says what was wanted and what came.
type noResultError struct{ wanted, came string }

func (e *noResultError) Error() string {
	return "no " + e.wanted + " in the answer: the service answered " + e.came
}

func (e *noResultError) Unwrap() error { return ErrNoResult }

// Error is one line: what failed on which gateway, and how.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Action != "" {
		b.WriteString(e.Action)
	}
	if e.ResourceID != "" {
		fmt.Fprintf(&b, " of %s", e.ResourceID)
	}
	if e.Peer != "" {
		fmt.Fprintf(&b, " for the peer %s", e.Peer)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	reason := e.reason()
	if e.Ended != nil {
		b.WriteString(e.ending())
		if reason != "" {
			b.WriteString("; the last failure was: ")
		}
	}
	b.WriteString(reason)
	if tooLong := e.tooLong(); tooLong != nil {
		fmt.Fprintf(&b, "; the next request was due in %s", tooLong.Due())
	}
	return b.String()
}

// tooLong is the pause that the caller had no time for; nil if it was not that.
func (e *Error) tooLong() *wire.TooLongError {
	var tooLong *wire.TooLongError
	errors.As(e.Ended, &tooLong)
	return tooLong
}

// ending says what was under way when the caller's context ended.
func (e *Error) ending() string {
	ended := "canceled"
	switch {
	case e.tooLong() != nil:
		ended = "no time is left for another request"
	case errors.Is(e.Ended, context.DeadlineExceeded):
		ended = "timed out"
	}
	switch e.Phase {
	case PhaseToken:
		return ended + " while waiting for an access token for " + e.Identity
	case PhasePoll, PhaseResult:
		return ended + " while the operation was still running"
	case PhaseStart:
	}
	return ended + " while starting the operation"
}

// reason is the failure itself, without the object that it is about. "" where there
// is none.
func (e *Error) reason() string {
	var parts []string
	if e.State != "" {
		parts = append(parts, "the operation ended as "+e.State)
	} else if e.HTTPStatus >= http.StatusMultipleChoices {
		status := fmt.Sprintf("HTTP %d %s", e.HTTPStatus, http.StatusText(e.HTTPStatus))
		if e.Phase == PhasePoll {
			status += " while polling the operation"
		}
		parts = append(parts, strings.TrimSpace(status))
	}
	if text := detailText(e.Code, e.Message, e.Target); text != "" {
		parts = append(parts, text)
	}
	if e.Err != nil {
		parts = append(parts, wire.OneLine(e.Err.Error()))
	}
	reason := strings.Join(parts, ": ")
	if text := detailsText(e.Details); text != "" {
		reason += " (" + text + ")"
	}
	if reason != "" && e.RequestID != "" {
		reason += " [request id " + e.RequestID + "]"
	}
	return reason
}

func detailText(code, message, target string) string {
	text := strings.Trim(code+": "+message, ": ")
	if target != "" {
		text = strings.TrimSpace(text + " (target " + target + ")")
	}
	return text
}

func detailsText(details []Detail) string {
	texts := make([]string, 0, len(details))
	for _, d := range details {
		text := detailText(d.Code, d.Message, d.Target)
		if nested := detailsText(d.Details); nested != "" {
			text += " (" + nested + ")"
		}
		if text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "; ")
}

// Unwrap gives errors.Is and errors.As the context's error and the cause.
func (e *Error) Unwrap() []error {
	var errs []error
	for _, err := range []error{e.Ended, e.Err} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// newError makes an error of what a request came to: an answer, or a
// transport error, or, where it is read as no answer, both nil.
func newError(resp *http.Response, err error) *Error {
	if err != nil {
		var own *Error
		if errors.As(err, &own) {
			return own
		}
		return &Error{Err: &causeError{text: safeText(err), err: err}}
	}
	e := &Error{HTTPStatus: resp.StatusCode, RequestID: resp.Header.Get("X-Ms-Request-Id")}
	body, err := runtime.Payload(resp)
	if err != nil {
		return e
	}
	e.fill(body)
	if e.Code == "" {
		e.Code = resp.Header.Get("X-Ms-Error-Code")
	}
	if e.Code == "" && e.Message == "" && resp.StatusCode >= http.StatusMultipleChoices {
		e.Message = excerpt(body)
	}
	return e
}

// cloudErrorBody is CloudErrorBody of the REST reference.
type cloudErrorBody struct {
	Code    string           `json:"code"`
	Message string           `json:"message"`
	Target  string           `json:"target"`
	Details []cloudErrorBody `json:"details"`
}

// fill reads the CloudError of a body: {"error":{…}}, or a bare {"code",
// "message"}, and the state that an operation's status answer carries.
func (e *Error) fill(body []byte) {
	var envelope struct {
		Status string          `json:"status"`
		Error  json.RawMessage `json:"error"`
		// The token endpoint's own form (RFC 6749, section 5.2): error is the code.
		Description string `json:"error_description"`
	}
	// Lenient: what is no JSON, or of another type, fills nothing.
	_ = json.Unmarshal(body, &envelope)
	if len(envelope.Error) > 0 {
		body = envelope.Error
	}
	var inner cloudErrorBody
	if json.Unmarshal(body, &inner.Code) == nil {
		inner.Message = envelope.Description
	} else {
		_ = json.Unmarshal(body, &inner)
	}
	e.Code, e.Message, e.Target = safeString(inner.Code), safeString(inner.Message), safeString(inner.Target)
	e.Details = newDetails(inner.Details)
	if failedState(envelope.Status) {
		e.State = envelope.Status
	}
}

// failedState reports whether an operation's status says that it ended and
// failed. azcore knows both spellings of Canceled.
func failedState(status string) bool {
	switch strings.ToLower(status) {
	case "failed", "canceled", "cancelled":
		return true
	}
	return false
}

func newDetails(bodies []cloudErrorBody) []Detail {
	var details []Detail
	for _, b := range bodies {
		details = append(details, Detail{
			Code: safeString(b.Code), Message: safeString(b.Message), Target: safeString(b.Target),
			Details: newDetails(b.Details),
		})
	}
	return details
}

// causeError is a cause with a text that is safe to show.
type causeError struct {
	text string
	err  error
}

func (e *causeError) Error() string { return e.text }
func (e *causeError) Unwrap() error { return e.err }

// unreadable is what azidentity says of a token's answer that it cannot read: all of
// it.
var unreadable = regexp.MustCompile(`(?i)json decode error:.*`)

// safeText is an error's text on one line, without what could be secret.
func safeText(err error) string { return withoutAnswer(wire.Text(err)) }

// safeString is a text on one line, without what could be secret.
func safeString(text string) string { return withoutAnswer(wire.Redact(text)) }

func withoutAnswer(text string) string {
	return unreadable.ReplaceAllString(text, "the answer is not the JSON that was expected")
}

// excerpt is the beginning of a body that is no CloudError, such as a proxy's
// HTML page, so that one sees who answered.
func excerpt(body []byte) string {
	text := []rune(safeString(string(body)))
	const enough = 200
	if len(text) > enough {
		text = append(text[:enough], '…')
	}
	return string(text)
}
