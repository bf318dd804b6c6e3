package azure

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Style is how an operation shows a client where to poll.
type Style string

// The styles. The document, the specification and the recordings each show
// another one (AZ-030).
const (
	// StyleLocation is what a real gateway was recorded to do, and the
	// default: 202 with Location and Retry-After, body null.
	StyleLocation Style = "location"
	// StyleAsync sends Azure-AsyncOperation only; the status monitor carries
	// value beside status in the end (AZ-031).
	StyleAsync Style = "async"
	// StyleAsyncProperties is StyleAsync with value under properties, where
	// Resource Manager's document puts an operation's output.
	StyleAsyncProperties Style = "async-properties"
	// StyleAsyncOutput is StyleAsync with value under properties.output.
	StyleAsyncOutput Style = "async-output"
	// StyleBoth sends both headers; the result is at Location once the
	// monitor says Succeeded.
	StyleBoth Style = "both"
	// StyleImmediate answers 200 with the result at once.
	StyleImmediate Style = "immediate"
)

// Styles are all styles.
var Styles = []Style{StyleLocation, StyleAsync, StyleAsyncProperties, StyleAsyncOutput, StyleBoth, StyleImmediate}

// Ending is what an operation comes to.
type Ending string

// The endings. EndingRows is the default. Those after EndingNever are answers
// without a result that clients have been seen to take for one (AZ-036).
const (
	EndingRows     Ending = "rows"
	EndingFailed   Ending = "failed"
	EndingCanceled Ending = "canceled"
	EndingNever    Ending = "never" // runs forever

	EndingNull         Ending = "null"           // 200 null
	EndingNoBody       Ending = "no-body"        // 200 without a body
	EndingNullValue    Ending = "null-value"     // 200 {"value":null}
	EndingNoContent    Ending = "no-content"     // 204
	EndingFailedStatus Ending = "failed-status"  // 200 {"status":"Failed",…} at Location
	EndingAccepted     Ending = "accepted"       // 202 null at Location, though the monitor says Succeeded
	EndingNoPollURL    Ending = "no-poll-header" // 202 to the POST, without any header to poll
)

// Endings are all endings.
var Endings = []Ending{
	EndingRows, EndingFailed, EndingCanceled, EndingNever, EndingNull, EndingNoBody, EndingNullValue,
	EndingNoContent, EndingFailedStatus, EndingAccepted, EndingNoPollURL,
}

// Operation says how a long-running operation goes.
type Operation struct {
	Style  Style  // "" is StyleLocation
	Ending Ending // "" is EndingRows
	// Delay is how long it runs, by the service's clock.
	Delay time.Duration
	// RetryAfter goes into the header of that name in whole seconds, rounded
	// up; 0 sends none.
	RetryAfter time.Duration
	// Error is what EndingFailed, EndingCanceled and EndingFailedStatus
	// carry; nil is a general one (AZ-035).
	Error *CloudError
}

// DefaultPollURLSize is about how many bytes a signature takes (AZ-033).
const DefaultPollURLSize = 3000

// MaxOperations is how many operations are kept; the oldest are forgotten
// then, and polling them is a 404 (AZ-037).
const MaxOperations = 4096

// running is an operation that was started.
type running struct {
	Operation

	id         string
	asked      question
	location   string
	ready      time.Time
	apiVersion string
	result     []byte // once it was asked for; then it stays
}

// ended reports whether an operation has come to its end.
func (op *running) ended(now time.Time) bool {
	return op.Ending != EndingNever && !now.Before(op.ready)
}

// operations are the operations of a service, bounded.
type operations struct {
	byID  map[string]*running
	order []string // oldest first, a ring once it is full
	next  int
}

func (o *operations) add(op *running) {
	if o.byID == nil {
		o.byID = map[string]*running{}
	}
	o.byID[op.id] = op
	if len(o.order) < MaxOperations {
		o.order = append(o.order, op.id)
		return
	}
	delete(o.byID, o.order[o.next])
	o.order[o.next] = op.id
	o.next = (o.next + 1) % MaxOperations
}

// start begins an operation and answers the POST.
func (s *Service) start(w http.ResponseWriter, r *http.Request, asked question, on resource, operation Operation) control.Outcome {
	op := &running{
		Operation: operation, id: uuid.NewString(), asked: asked, location: on.properties().location,
		ready: s.now().Add(operation.Delay), apiVersion: r.URL.Query().Get("api-version"),
	}
	if other := s.begin(op, on.properties().exclusive); other != nil {
		setRetryAfter(w, max(operation.RetryAfter, time.Second))
		return newARMError(http.StatusTooManyRequests, "AnotherOperationInProgress",
			"Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: https://%s%s?api-version=%s.",
			r.Host, other.path("operations"), other.apiVersion).write(w)
	}
	if operation.Style == StyleImmediate {
		return s.end(w, operation, func() []byte { return on.answer(s, asked) })
	}
	if operation.Ending != EndingNoPollURL {
		s.setPollHeaders(w, r, op)
	}
	setRetryAfter(w, operation.RetryAfter)
	writeRaw(w, http.StatusAccepted, []byte("null"))
	return control.Outcome{Acted: true}
}

// setPollHeaders sets the headers that the operation's style shows.
func (s *Service) setPollHeaders(w http.ResponseWriter, r *http.Request, op *running) {
	if op.Style != StyleLocation {
		w.Header().Set("Azure-AsyncOperation", s.pollURL(r, op.path("operations"), op.apiVersion))
	}
	if op.Style == StyleLocation || op.Style == StyleBoth {
		w.Header().Set("Location", s.pollURL(r, op.path("operationResults"), op.apiVersion))
	}
}

// path is where an operation is polled.
func (op *running) path(kind string) string {
	return "/subscriptions/" + op.asked.subscription + "/providers/Microsoft.Network/locations/" + op.location + "/" + kind + "/" + op.id
}

// begin keeps an operation to be polled. An exclusive resource has one at a
// time: where another one runs, it returns that. An operation that is answered
// at once is over before the next one comes.
func (s *Service) begin(op *running, exclusive bool) (other *running) {
	now, key := s.now(), strings.ToLower(op.asked.resourceID())
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.busy[key]; exclusive && other != nil && !other.ended(now) {
		return other
	}
	if op.Style == StyleImmediate {
		return nil
	}
	s.operations.add(op)
	if exclusive {
		s.busy[key] = op
	}
	return nil
}

// poll answers a GET of a poll URL; monitor tells Azure-AsyncOperation's from
// Location's (AZ-032).
func (s *Service) poll(w http.ResponseWriter, r *http.Request, op *running, monitor bool) control.Outcome {
	if !op.ended(s.now()) {
		setRetryAfter(w, op.RetryAfter)
		if monitor {
			writeJSON(w, http.StatusOK, map[string]string{"status": "InProgress"})
		} else {
			s.setPollHeaders(w, r, op)
			writeRaw(w, http.StatusAccepted, []byte("null"))
		}
		return control.Outcome{Acted: true}
	}
	if gone := s.complete(op); gone != nil && !monitor {
		return gone.write(w)
	} else if gone != nil {
		writeJSON(w, http.StatusOK, map[string]any{"status": "Failed", "error": gone.body})
		return control.Outcome{Code: gone.body.Code, Acted: true}
	}
	if monitor {
		return s.endMonitor(w, op)
	}
	if op.Ending == EndingAccepted && op.Style == StyleBoth {
		writeRaw(w, http.StatusAccepted, []byte("null"))
		return control.Outcome{Acted: true}
	}
	return s.end(w, op.Operation, func() []byte { return op.result })
}

// complete makes an operation's result when it is first asked for, and keeps
// it. It fails where what was asked is gone by then (AZ-038).
func (s *Service) complete(op *running) *armError {
	s.mu.Lock()
	done := op.result != nil
	s.mu.Unlock()
	if done {
		return nil
	}
	on := s.lookUp(op.asked)
	if on == nil {
		return notFound(op.asked)
	}
	result := on.answer(s, op.asked) // asks the other end, so without our lock

	s.mu.Lock()
	defer s.mu.Unlock()
	if op.result != nil {
		return nil
	}
	if before := s.results[op.asked.key()]; bytes.Equal(before, result) {
		result = before // thousands of operations may be kept, and tables of routes are large
	}
	s.results[op.asked.key()], op.result = result, result
	return nil
}

// endMonitor writes what a status monitor says in the end.
func (s *Service) endMonitor(w http.ResponseWriter, op *running) control.Outcome {
	switch op.Ending {
	case EndingFailed, EndingCanceled:
		body := op.errorBody()
		status := "Failed"
		if op.Ending == EndingCanceled {
			status = "Canceled"
		}
		writeJSON(w, http.StatusOK, map[string]any{"status": status, "error": body})
		return control.Outcome{Code: body.Code, Acted: true}
	case EndingRows:
	case EndingNever, EndingNull, EndingNoBody, EndingNullValue, EndingNoContent, EndingFailedStatus, EndingAccepted, EndingNoPollURL:
		writeJSON(w, http.StatusOK, map[string]string{"status": "Succeeded"})
		return control.Outcome{Acted: true}
	}
	body := []byte(`{"status":"Succeeded"}`)
	switch op.Style {
	case StyleAsync:
		body = append([]byte(`{"status":"Succeeded",`), op.result[1:]...)
	case StyleAsyncProperties:
		body = fmt.Appendf(nil, `{"status":"Succeeded","properties":%s}`, op.result)
	case StyleAsyncOutput:
		body = fmt.Appendf(nil, `{"status":"Succeeded","properties":{"output":%s}}`, op.result)
	case StyleLocation, StyleBoth, StyleImmediate:
	}
	writeRaw(w, http.StatusOK, body)
	return control.Outcome{Acted: true}
}

// end writes an operation's result where it is sent without a status: at
// Location, or at once.
func (s *Service) end(w http.ResponseWriter, operation Operation, rows func() []byte) control.Outcome {
	acted := control.Outcome{Acted: true}
	switch operation.Ending {
	case EndingFailed, EndingCanceled:
		status := http.StatusInternalServerError
		if operation.Ending == EndingCanceled {
			status = http.StatusConflict
		}
		e := armError{status: status, body: operation.errorBody()}
		acted.Code = e.write(w).Code
	case EndingFailedStatus:
		body := operation.errorBody()
		writeJSON(w, http.StatusOK, map[string]any{"status": "Failed", "error": body})
		acted.Code = body.Code
	case EndingNull:
		writeRaw(w, http.StatusOK, []byte("null"))
	case EndingNoBody:
		w.WriteHeader(http.StatusOK)
	case EndingNullValue:
		writeRaw(w, http.StatusOK, []byte(`{"value":null}`))
	case EndingNoContent:
		w.WriteHeader(http.StatusNoContent)
	case EndingNever, EndingNoPollURL, EndingAccepted: // of an immediate style, and of Location alone
		writeRaw(w, http.StatusAccepted, []byte("null"))
	default:
		writeRaw(w, http.StatusOK, rows())
	}
	return acted
}

func (operation Operation) errorBody() CloudError {
	switch {
	case operation.Error != nil:
		return *operation.Error
	case operation.Ending == EndingCanceled:
		return CloudError{Code: "Canceled", Message: "Operation was canceled."}
	default:
		return CloudError{Code: "InternalServerError", Message: "An error occurred."}
	}
}

// pollURL makes an absolute, signed URL of a path on the host that the client
// reached us by. Only its parameters' names are known (AZ-033).
func (s *Service) pollURL(r *http.Request, path, apiVersion string) string {
	ticks := strconv.FormatInt(s.now().UnixNano()/100+621355968000000000, 10) // .NET's, since the year 1
	pad := make([]byte, s.config.PollURLSize/2)
	_, _ = rand.Read(pad) // never fails, as its documentation says
	certificate := hex.EncodeToString(pad)
	signature, hash := s.signPoll(path, apiVersion, ticks, certificate)
	query := "api-version=" + url.QueryEscape(apiVersion) + "&t=" + ticks + "&c=" + certificate + "&s=" + signature + "&h=" + hash
	return "https://" + r.Host + path + "?" + query
}

func (s *Service) signPoll(path, apiVersion, ticks, certificate string) (signature, hash string) {
	text := path + "\n" + apiVersion + "\n" + ticks + "\n" + certificate
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(text))
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), base64.RawURLEncoding.EncodeToString(sum[:])
}

// signed reports whether this service made a poll URL, and its signed part is
// unchanged. Clients of the vendor add the operation's own parameters.
func (s *Service) signed(r *http.Request) bool {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return false
	}
	for _, name := range pollParams {
		if len(query[name]) != 1 {
			return false
		}
	}
	signature, hash := s.signPoll(r.URL.Path, query.Get("api-version"), query.Get("t"), query.Get("c"))
	return hmac.Equal([]byte(signature), []byte(query.Get("s"))) && hmac.Equal([]byte(hash), []byte(query.Get("h")))
}
