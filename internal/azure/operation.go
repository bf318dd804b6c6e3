package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// apiVersion of Microsoft.Network is the one whose specification this package
// was written to.
const apiVersion = "2025-01-01"

// Without a Retry-After of the server, the first poll comes a second after the
// start, and the pauses grow with the time that the operation takes: its end is
// noticed within a second or a fifth of that time, whichever is more.
const (
	minPollDelay = time.Second
	maxPollDelay = 10 * time.Second
)

func pollDelay(elapsed time.Duration) time.Duration {
	return min(max(minPollDelay, elapsed/5), maxPollDelay)
}

// run carries out a POST action of a gateway, a long-running operation with
// final-state-via location, and returns what its final 200 carries in "value",
// a JSON array. Errors are [*Error]s.
//
// It takes the operation in every style that the reference, the specification
// and recordings show: Location only, Azure-AsyncOperation only, both, and an
// immediate 200.
func (c *Client) run(ctx context.Context, gateway *arm.ResourceID, action string, query map[string]string) ([]json.RawMessage, error) {
	var last *http.Response // the answer to the latest request
	ctx = policy.WithCaptureResponse(ctx, &last)

	progress := progressOf(ctx)
	progress.enter(PhaseStart)
	start, err := c.start(ctx, gateway, action, query) //nolint:bodyclose // the pipeline has read and closed it
	if err != nil {
		return nil, inPhase(PhaseStart, err)
	}
	poller, err := runtime.NewPoller(start, c.arm.Pipeline(), &runtime.NewPollerOptions[json.RawMessage]{
		FinalStateVia: runtime.FinalStateViaLocation,
	})
	if err != nil {
		if strings.Contains(err.Error(), "missing polling URL") {
			err = noResult(start, "no word of where to follow the operation")
		}
		return nil, inPhase(PhaseStart, pollerError(err, last))
	}

	phase := PhaseStart
	for begin := time.Now(); !poller.Done(); {
		phase = progress.answered(PhasePoll)
		wait := retryAfter(last)
		if wait <= 0 {
			wait = pollDelay(time.Since(begin))
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, inPhase(PhasePoll, err)
		}
		if _, err := poller.Poll(ctx); err != nil { //nolint:bodyclose // as above
			return nil, inPhase(PhasePoll, pollerError(err, last))
		}
	}

	polled := last
	if _, err := poller.Result(ctx); err != nil {
		if last != polled {
			phase = PhaseResult
		}
		return nil, inPhase(phase, pollerError(err, last))
	}
	value, err := valueOf(last)
	if err != nil {
		return nil, inPhase(PhaseResult, err)
	}
	return value, nil
}

// start sends the POST. Any 2xx is an answer for the poller to judge.
func (c *Client) start(ctx context.Context, gateway *arm.ResourceID, action string, query map[string]string) (*http.Response, error) {
	req, err := runtime.NewRequest(ctx, http.MethodPost, runtime.JoinPaths(c.arm.Endpoint(), gateway.String(), action))
	if err != nil {
		return nil, err
	}
	q := req.Raw().URL.Query()
	q.Set("api-version", apiVersion)
	for name, value := range query {
		q.Set(name, value)
	}
	req.Raw().URL.RawQuery = q.Encode()
	req.Raw().Header.Set("Accept", "application/json")
	resp, err := c.arm.Pipeline().Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return nil, newError(resp, nil)
	}
	return resp, nil
}

// pollerError turns an error of azcore's poller into one of ours. An
// azcore.ResponseError's own text is a page long and holds the poll URL's path.
func pollerError(err error, last *http.Response) error {
	var response *azcore.ResponseError
	if errors.As(err, &response) && response.RawResponse != nil {
		e := newError(response.RawResponse, nil)
		if e.HTTPStatus < http.StatusMultipleChoices && e.State == "" {
			e.State = "Failed" // a provisioningState, where no status is
		}
		return e
	}
	var syntax *json.SyntaxError
	if last != nil && (errors.As(err, &syntax) || strings.HasPrefix(err.Error(), "the response did not contain")) {
		// what azcore says of a body that is none: say which one it was
		return noResult(last, "")
	}
	return err
}

// inPhase makes an [*Error] of err and notes in which phase it happened.
func inPhase(phase Phase, err error) *Error {
	e := *newError(nil, err)
	e.Phase = phase
	return &e
}

// valueOf takes a finished operation's result out of its last answer. azcore
// takes a missing body, a null, a 204 and more for an empty result; here only
// a 200 with a JSON array counts, and an empty array is one.
func valueOf(resp *http.Response) ([]json.RawMessage, error) {
	body, err := runtime.Payload(resp)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, noResult(resp, "")
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil || object == nil {
		return nil, noResult(resp, "")
	}
	if failed := newError(resp, nil); failed.State != "" {
		return nil, failed // a Location that answers 200 with {"status":"Failed","error":{…}}
	}
	var value []json.RawMessage
	raw, ok := object["value"]
	switch {
	case !ok:
		return nil, noResult(resp, objectText(object))
	case json.Unmarshal(raw, &value) != nil || value == nil:
		return nil, noResult(resp, fmt.Sprintf(`an object whose "value" is %s`, kindOf(raw)))
	}
	return value, nil
}

// noResult says what came in place of a result. what describes the body; "" is
// to find out.
func noResult(resp *http.Response, what string) *Error {
	e := newError(resp, nil)
	body, _ := runtime.Payload(resp) // read before, or there would be no answer
	if what == "" {
		what = kindOf(body)
	}
	e.Err = fmt.Errorf("%w: the service answered %d %s with %s", ErrNoResult, resp.StatusCode, http.StatusText(resp.StatusCode), what)
	return e
}

// objectText names the members of an object, not what they hold.
func objectText(object map[string]json.RawMessage) string {
	if len(object) == 0 {
		return "an empty object"
	}
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, fmt.Sprintf("%q", name))
	}
	slices.Sort(names)
	return `an object that has ` + strings.Join(names, ", ") + ` and no "value"`
}

// kindOf names what a body, or a JSON value, is.
func kindOf(raw []byte) string {
	text := strings.TrimSpace(string(raw))
	switch {
	case text == "":
		return "no body"
	case !json.Valid(raw):
		return "a body that is no JSON: " + excerpt(raw)
	case text == "null":
		return "null"
	case text[0] == '{':
		return "an object"
	case text[0] == '[':
		return "an array"
	case text[0] == '"':
		return "a string"
	case text == "true" || text == "false":
		return "a boolean"
	default:
		return "a number"
	}
}
