package alibabacloud

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Kind says what an error means to the caller.
type Kind int

const (
	// KindFinal is an error that another try would meet again.
	KindFinal Kind = iota
	// KindThrottled is a call refused for the rate of calls.
	KindThrottled
	// KindPassing is a fault of the service or of the way there.
	KindPassing
	// KindConflict is an object that cannot be operated on while another
	// operation is under way.
	KindConflict
	// KindGone is an object that the service says does not exist.
	KindGone
	// KindExists is an object that is already there, or an address in use.
	KindExists
	// KindCredentials is keys that are missing, unknown, expired, or do not sign.
	KindCredentials
	// KindPermission is keys that may not do what was asked.
	KindPermission
	// KindConfiguration is a region, endpoint or trust setting that is wrong.
	KindConfiguration
)

// String names the kind in lower case.
func (k Kind) String() string {
	switch k {
	case KindFinal:
		return "final"
	case KindThrottled:
		return "throttled"
	case KindPassing:
		return "passing"
	case KindConflict:
		return "conflict"
	case KindGone:
		return "gone"
	case KindExists:
		return "exists"
	case KindCredentials:
		return "credentials"
	case KindPermission:
		return "permission"
	case KindConfiguration:
		return "configuration"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// ErrNotFound is what every error of KindGone is.
var ErrNotFound = errors.New("not found")

// ErrNoCredentials is what an error is when no source of credentials is set.
var ErrNoCredentials = errors.New("no Alibaba Cloud credentials")

// Error is a call that failed: refused by the service, lost on the way, or not
// even made. Nothing in it is secret.
type Error struct {
	Action, Region string
	Kind           Kind
	HTTPStatus     int           // 0 when no answer came
	Code, Message  string        // the service's; Code is "" when the error is not the service's own
	RequestID      string        // "" when no answer came
	RetryAfter     time.Duration // as the service asked; 0 when it did not
	Err            error         // the cause, if there is one

	// misdirected says that another try may succeed, but that the call did not get
	// through to the API: the endpoint was not reached, keys could not be got, or
	// the answer is not the API's.
	misdirected bool
	// lost says that the service may have acted although no answer says so.
	lost bool
}

// Error says what failed where, and what the service said.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %s: ", e.Action, e.Region)
	if e.HTTPStatus != 0 {
		fmt.Fprintf(&b, "HTTP %d", e.HTTPStatus)
		if e.Code != "" {
			fmt.Fprintf(&b, " %s", e.Code)
		}
		b.WriteString(": ")
	}
	if e.Message != "" {
		b.WriteString(e.Message)
	} else {
		b.WriteString(strings.ToLower(http.StatusText(e.HTTPStatus)))
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request id %s)", e.RequestID)
	}
	return b.String()
}

// Unwrap gives ErrNotFound for KindGone and otherwise the cause.
func (e *Error) Unwrap() error {
	if e.Kind == KindGone {
		return ErrNotFound
	}
	return e.Err
}

// temporary reports whether another try may go better.
func (e *Error) temporary() bool {
	return e.Kind == KindThrottled || e.Kind == KindPassing || e.Kind == KindConflict
}

// ExistsError is a write refused because what it would make, or another user of an
// address, is already there and stays.
type ExistsError struct {
	Noun   string // "BGP peer"
	ID     string // of what is in the way; "" when it was not found
	Status Status // of what is in the way
	// Elsewhere is the group that it is in, if it is not the one that was asked for.
	Elsewhere string
	Err       error // the refusal; or what ended the wait for it to go
}

// Error names what is there, if it was found.
func (e *ExistsError) Error() string {
	if e.ID == "" {
		return e.Err.Error()
	}
	if e.Elsewhere != "" {
		return fmt.Sprintf("%s of %s is in the way: %v", e.ID, e.Elsewhere, e.Err)
	}
	return fmt.Sprintf("the %s is already there, as %s: %v", e.Noun, e.ID, e.Err)
}

// Advice is what to do about it.
func (e *ExistsError) Advice() string {
	var refusal *Error
	switch {
	case e.Elsewhere != "":
		return "An address can be a peer only once on a virtual border router. Delete that peer first, or choose another address."
	case e.Status == StatusDeleting:
		return "The " + e.Noun + " that is there is being deleted: apply again when it is gone, or allow more time in timeouts."
	case e.Status == StatusModifying:
		return "The " + e.Noun + " that is there is being changed: apply again when that is done, or allow more time in timeouts."
	case errors.As(e.Err, &refusal):
		return refusal.Advice()
	}
	return ""
}

// Unwrap gives the refusal.
func (e *ExistsError) Unwrap() error { return e.Err }

// SwapError is a change of a peer's address to that of another, which waits for
// this one's in turn: none of them can go first.
type SwapError struct {
	Other string // the id of the peer that has the address
	Err   error  // the refusal
}

// Error names the other peer.
func (e *SwapError) Error() string {
	return fmt.Sprintf("the address is that of %s, which is to get another one that is not free until this peer changes: %v", e.Other, e.Err)
}

// Advice says how to do it.
func (e *SwapError) Advice() string {
	return "Peers that swap addresses cannot all go first. Give one of them an unused address, apply, then give it the one it is to have and apply again."
}

// Unwrap gives the refusal.
func (e *SwapError) Unwrap() error { return e.Err }

// UncertainCreateError is a create of which no answer tells whether the service
// acted on it.
type UncertainCreateError struct {
	Noun string // "BGP peer"
	// Candidates are the ids of what is there and may have been made by this create
	// or by somebody else.
	Candidates []string
	// Looked says that the service could be asked. Without Candidates it means that
	// there was none yet.
	Looked bool
	Err    error // what ended the create
}

// Error says what was found.
func (e *UncertainCreateError) Error() string {
	switch {
	case len(e.Candidates) > 0:
		return fmt.Sprintf("the answer was lost, and nothing tells whether this create made %s, which is there: %v", strings.Join(e.Candidates, ", or "), e.Err)
	case e.Looked:
		return fmt.Sprintf("the answer was lost; no %s was there when last looked, but one may still appear: %v", e.Noun, e.Err)
	}
	return fmt.Sprintf("the answer was lost and a %s may exist: %v", e.Noun, e.Err)
}

// Unwrap gives what ended the create.
func (e *UncertainCreateError) Unwrap() error { return e.Err }

// GroupNotEmptyError is the refusal to delete a group that has peers
// which are not being deleted.
type GroupNotEmptyError struct {
	Peers []string // their ids
	Err   error    // the refusal, an *Error
}

// Error names the peers.
func (e *GroupNotEmptyError) Error() string {
	return fmt.Sprintf("the group still has the peers %s: %v", strings.Join(e.Peers, ", "), e.Err)
}

// Advice says what to do about them.
func (e *GroupNotEmptyError) Advice() string {
	return "Only a group without peers can be deleted. Delete these, or import them into this configuration, so that they are deleted before their group."
}

// Unwrap gives the refusal.
func (e *GroupNotEmptyError) Unwrap() error { return e.Err }
