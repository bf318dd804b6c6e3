package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// apiVersion is the version of Microsoft.Network's specification that this package
// follows.
const apiVersion = "2025-01-01"

// If the server sends no Retry-After, the first poll comes a second after the start,
// and the pauses grow with the time that the operation takes. Its end is noticed within
// a second or a fifth of that time, whichever is more, but within 10 seconds.
const (
	minPollDelay = time.Second
	maxPollDelay = 10 * time.Second
)

func pollDelay(elapsed time.Duration) time.Duration {
	return min(max(minPollDelay, elapsed/5), maxPollDelay)
}

// operation is one read of Microsoft.Network: a POST without a body that starts a
// long-running operation, with final-state-via location.
type operation struct {
	on     *arm.ResourceID
	owner  string // the id of the gateway or virtual hub that the service may lock meanwhile
	action string // the last segment of the URL
	peer   netip.Addr
	// permission is the action that a role must allow.
	permission string
	// result names the result, such as "list of peers".
	result string
	// takes reports whether an array of this name holds rows.
	takes func(member string) bool
	// check says what is wrong with the members of a finished operation's answer, from
	// which the rows have been taken; "" if nothing is.
	check func(members map[string]json.RawMessage) string

	begin func()                                        // drops the rows of an earlier answer
	row   func(member string, from *json.Decoder) error // reads a row
	turn  *turn                                         // set while the operation is under way
}

// gatewayOperation is an operation of a virtual network gateway, whose rows are the
// array "value".
func gatewayOperation(gateway *arm.ResourceID, action string, peer netip.Addr, result string) operation {
	return operation{
		on: gateway, owner: gateway.String(), action: action, peer: peer,
		permission: gatewayType + "/" + action + "/action", result: result, check: hasValue,
		takes: func(member string) bool { return member == "value" },
	}
}

// connectionOperation is an operation of a peering of a Route Server or a virtual hub.
func connectionOperation(connection *arm.ResourceID, action string) operation {
	return operation{
		on: connection, owner: connection.Parent.String(), action: action,
		permission: connectionType + "/" + action + "/action", result: listOfRoutes, check: hasInstances,
		takes: func(string) bool { return true },
	}
}

type operationKey struct{}

func operationOf(ctx context.Context) *operation {
	o, _ := ctx.Value(operationKey{}).(*operation)
	return o
}

// read carries out an operation, or shares one with callers that ask for the same, and
// returns its rows. It is lenient: a value of another type than documented counts as
// absent. Errors are [*Error]s.
func read[T any](ctx context.Context, c *Client, o operation, decode func(member string, from *json.Decoder) (T, error)) ([]T, error) {
	peer := ""
	if o.peer.IsValid() {
		peer = o.peer.String()
	}
	describe := func(err error) error {
		e := *newError(nil, err) // a copy: the error is shared with other callers
		e.Action, e.ResourceID, e.Peer, e.Identity = o.action, o.on.String(), peer, c.identity
		e.permission = o.permission
		return &e
	}
	if err := ctx.Err(); err != nil {
		return nil, describe(newProgress().ended(err))
	}
	key := flightKey{strings.ToLower(o.on.String()), o.action, peer}
	result, err := c.reads.do(ctx, key, func(ctx context.Context) (any, error) {
		log := c.logger.With("action", o.action, "of", o.on.String(), "peer", peer)
		log.DebugContext(ctx, "starting an operation of Azure")
		var rows []T
		o.begin = func() { rows = []T{} }
		o.row = func(member string, from *json.Decoder) error {
			row, err := decode(member, from)
			var otherType *json.UnmarshalTypeError
			if err != nil && !errors.As(err, &otherType) {
				return err
			}
			rows = append(rows, row)
			return nil
		}
		if err := c.run(context.WithValue(ctx, operationKey{}, &o), &o); err != nil {
			log.DebugContext(ctx, "the operation of Azure failed", "error", err.Error())
			return nil, err
		}
		log.DebugContext(ctx, "the operation of Azure ended", "rows", len(rows))
		return rows, nil
	})
	if err != nil {
		return nil, describe(err)
	}
	rows, _ := result.([]T) // always of this type: the key has the action, and an action has one type of row
	return slices.Clone(rows), nil
}

// run carries out an operation. The rows that it has read last are those of the final 200.
//
// It handles every form that the reference, the specification and recordings show:
// Location only, Azure-AsyncOperation only, both, and an immediate 200.
func (c *Client) run(ctx context.Context, o *operation) error {
	var last *http.Response // the answer to the latest request
	ctx = policy.WithCaptureResponse(ctx, &last)

	start, err := c.start(ctx, o) //nolint:bodyclose // the pipeline has read and closed it
	if err != nil {
		return inPhase(PhaseStart, err)
	}
	defer o.turn.end()
	poller, err := runtime.NewPoller(start, c.arm.Pipeline(), &runtime.NewPollerOptions[json.RawMessage]{
		FinalStateVia: runtime.FinalStateViaLocation,
	})
	if err != nil {
		if strings.Contains(err.Error(), "missing polling URL") {
			err = o.noResult(start, "no Location or Azure-AsyncOperation header")
		}
		return inPhase(PhaseStart, o.pollerError(err, last))
	}

	phase, progress := PhaseStart, progressOf(ctx)
	for begin := time.Now(); !poller.Done(); {
		phase = PhasePoll
		progress.answered(phase)
		wait := retryAfter(last)
		if wait <= 0 {
			wait = pollDelay(time.Since(begin))
		}
		if err := progress.pause(ctx, wait); err != nil {
			return inPhase(PhasePoll, err)
		}
		if _, err := poller.Poll(ctx); err != nil { //nolint:bodyclose // as above
			return inPhase(PhasePoll, o.pollerError(err, last))
		}
	}

	polled := last
	if _, err := poller.Result(ctx); err != nil {
		if last != polled {
			phase = PhaseResult
		}
		return inPhase(phase, o.pollerError(err, last))
	}
	if err := o.judge(last); err != nil {
		return inPhase(PhaseResult, err)
	}
	return nil
}

// start sends the POST when it is the operation's turn. The caller ends the turn. Any
// 2xx is an answer, which the poller judges.
func (c *Client) start(ctx context.Context, o *operation) (*http.Response, error) {
	for {
		var err error
		if o.turn, err = c.turns.of(strings.ToLower(o.owner)).take(ctx); err != nil {
			return nil, err
		}
		resp, err := c.post(ctx, o)
		if err == nil {
			return resp, nil
		}
		o.turn.end()
		var failed *Error
		if !errors.As(err, &failed) || !failed.isBusy() {
			return nil, err
		}
		progressOf(ctx).failed(failed) // an operation of this process is in the way: wait for its end
	}
}

func (c *Client) post(ctx context.Context, o *operation) (*http.Response, error) {
	req, err := runtime.NewRequest(ctx, http.MethodPost, runtime.JoinPaths(c.arm.Endpoint(), o.on.String(), o.action))
	if err != nil {
		return nil, err
	}
	q := req.Raw().URL.Query()
	q.Set("api-version", apiVersion)
	if o.peer.IsValid() {
		q.Set("peer", o.peer.String())
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
func (o *operation) pollerError(err error, last *http.Response) error {
	var response *azcore.ResponseError
	if errors.As(err, &response) && response.RawResponse != nil {
		e := newError(response.RawResponse, nil)
		if e.HTTPStatus < http.StatusMultipleChoices && e.State == "" {
			e.State = "Failed" // the answer has a provisioningState instead of a status
		}
		return e
	}
	var syntax *json.SyntaxError
	if last != nil && (errors.As(err, &syntax) || strings.HasPrefix(err.Error(), "the response did not contain")) {
		// azcore's error for a body that it cannot use: say what the body is
		return o.noResult(last, "")
	}
	return err
}

// inPhase makes an [*Error] of err, with the phase in which it happened.
func inPhase(phase Phase, err error) *Error {
	e := *newError(nil, err)
	e.Phase = phase
	return &e
}

// judge checks that the last answer of a finished operation has a result. azcore takes
// a missing body, a null, a 204 and more for an empty result. Here only a 200 counts
// that has a JSON array, which may be empty, in the right place.
func (o *operation) judge(resp *http.Response) error {
	body, err := runtime.Payload(resp)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return o.noResult(resp, "")
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil || members == nil {
		return o.noResult(resp, "")
	}
	if failed := newError(resp, nil); failed.State != "" {
		return failed // a Location that answers 200 with {"status":"Failed","error":{…}}
	}
	if what := o.check(members); what != "" {
		return o.noResult(resp, what)
	}
	return nil
}

// noResult is the error for an answer without a result. what describes its body; if it
// is "", noResult finds out.
func (o *operation) noResult(resp *http.Response, what string) *Error {
	e := newError(resp, nil)
	if what == "" {
		body, _ := runtime.Payload(resp) // no error: the body has been read before
		what = kindOf(body)
	}
	e.Err = &noResultError{o.result, fmt.Sprintf("%d %s with %s", resp.StatusCode, http.StatusText(resp.StatusCode), what)}
	return e
}

// hasValue is the check of an operation whose rows are the array "value".
func hasValue(members map[string]json.RawMessage) string {
	raw, ok := members["value"]
	switch {
	case !ok:
		return objectText(members, `"value"`)
	case kindOf(raw) != "an array":
		return fmt.Sprintf(`an object whose "value" is %s`, kindOf(raw))
	}
	return ""
}

// objectText names the members of an object, without their values, and what it lacks.
func objectText(object map[string]json.RawMessage, lacks string) string {
	if len(object) == 0 {
		return "an empty object"
	}
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, fmt.Sprintf("%q", name))
	}
	slices.Sort(names)
	return "an object that has " + strings.Join(names, ", ") + " and no " + lacks
}

// kindOf names what a body, or a JSON value, is.
func kindOf(raw []byte) string {
	text := strings.TrimSpace(string(raw))
	switch {
	case text == "":
		return "no body"
	case !json.Valid(raw):
		return "a body that is not JSON: " + excerpt(raw)
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
