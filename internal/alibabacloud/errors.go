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
	// KindThrottled is a call that the service refused because there were too many.
	KindThrottled
	// KindPassing is a fault of the service or the network that may pass.
	KindPassing
	// KindConflict is an object that cannot be operated on while another
	// operation is under way.
	KindConflict
	// KindGone is an object that the service says does not exist.
	KindGone
	// KindExists is an object that already exists, or an address in use.
	KindExists
	// KindCredentials is keys that are missing, unknown or expired, or whose signature
	// is wrong.
	KindCredentials
	// KindPermission is keys without the permission for the call.
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

// ErrNotFound matches every error of KindGone.
var ErrNotFound = errors.New("not found")

// ErrNoCredentials matches every error that there are no credentials.
var ErrNoCredentials = errors.New("no Alibaba Cloud credentials")

// Error is a call that failed: refused by the service, lost on the way, or never
// sent. Nothing in it is secret.
type Error struct {
	Action, Region string
	Kind           Kind
	HTTPStatus     int           // 0 when no answer came
	Code, Message  string        // the service's; Code is "" if the error does not come from the service
	RequestID      string        // "" when no answer came
	RetryAfter     time.Duration // as the service asked; 0 when it did not
	Err            error         // the cause, if there is one

	// misdirected says that the call did not get through to the API, and that another
	// try may succeed: the endpoint was not reached, there were no keys to be had, or
	// the answer is not the API's.
	misdirected bool
	// lost says that the service may have acted, although no answer says so.
	lost bool
}

// Error says what failed, in which region, and what the service answered.
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

// Unwrap returns ErrNotFound for KindGone, and the cause otherwise.
func (e *Error) Unwrap() error {
	if e.Kind == KindGone {
		return ErrNotFound
	}
	return e.Err
}

// temporary reports whether another try may succeed.
func (e *Error) temporary() bool {
	return e.Kind == KindThrottled || e.Kind == KindPassing || e.Kind == KindConflict
}

// ExistsError is a write that was refused because its object already exists, or because
// another peer has the address, and that did not go away.
type ExistsError struct {
	Noun   string // "BGP peer"
	ID     string // of what is in the way; "" when it was not found
	Status Status // of what is in the way
	// Elsewhere is the group that it is in, if it is not the one that was asked for.
	Elsewhere string
	MadeHere  bool  // a create of this process has made what is in the way
	Beside    int   // how many other writes of this process waited in vain at that time
	Changes   bool  // the write changes an object, to which another one is in the way
	Err       error // the refusal, or what ended the wait
}

// Error names what is in the way, if it was found.
func (e *ExistsError) Error() string {
	if e.ID == "" {
		return e.Err.Error()
	}
	if e.Elsewhere != "" {
		return fmt.Sprintf("%s of %s is in the way: %v", e.ID, e.Elsewhere, e.Err)
	}
	if e.Changes {
		return fmt.Sprintf("%s is in the way: %v", e.ID, e.Err)
	}
	return fmt.Sprintf("the %s is already there, as %s: %v", e.Noun, e.ID, e.Err)
}

// Advice says what to do about it; "" if there is nothing to add.
func (e *ExistsError) Advice() string {
	var refusal *Error
	switch {
	case e.Beside > 0:
		waited := fmt.Sprintf("%d more of this apply waited like this one. Terraform works on a limited number of objects at a time (-parallelism, 10 by default), "+
			"and may not have come to what they waited for. If the plan changes or deletes %s too, apply again, until there is no error; "+
			"or set -parallelism to as many as the plan adds, changes and destroys.", e.Beside, e.ID)
		alone := *e
		alone.Beside = 0
		if otherwise := alone.Advice(); otherwise != "" {
			waited += "\n\nIf it does not: " + otherwise
		}
		return waited
	case e.MadeHere && !e.Status.moves():
		return "This apply has just made " + e.ID + " for another resource, as this one asks for it too. Remove one of the two, or let them differ."
	case e.Elsewhere != "":
		return "A virtual border router can have only one peer with an address. Delete that peer first, or choose another address."
	case e.Status == StatusDeleting:
		return "The existing " + e.Noun + " is being deleted. Apply again when it is gone, or allow more time in timeouts."
	case e.Status == StatusModifying:
		return "The existing " + e.Noun + " is being changed. Apply again when that is done, or allow more time in timeouts."
	case errors.As(e.Err, &refusal):
		return refusal.Advice()
	}
	return ""
}

// Unwrap returns the refusal, or what ended the wait.
func (e *ExistsError) Unwrap() error { return e.Err }

// SwapError is a change of a peer's address to that of another peer, which in turn
// waits for the address of this one. None of them can go first.
type SwapError struct {
	Other string // the id of the peer that has the address
	Err   error  // the refusal
}

// Error names the other peer.
func (e *SwapError) Error() string {
	return fmt.Sprintf("%s has the address, and itself waits for the address of this peer to become free: %v", e.Other, e.Err)
}

// Advice says how to swap addresses.
func (e *SwapError) Advice() string {
	return "Peers cannot swap addresses in one apply. Give one of them an unused address and apply; then give it its final address and apply again."
}

// Unwrap returns the refusal.
func (e *SwapError) Unwrap() error { return e.Err }

// UncertainCreateError is a create of which no answer says whether the service acted.
type UncertainCreateError struct {
	Noun string // "BGP peer"
	ID   string // "" where only the lost answer says it
	// Candidates are the ids of existing objects that this create, or somebody else,
	// may have made.
	Candidates []string
	// Looked says that the service could be asked. With no Candidates, none existed
	// yet.
	Looked bool
	Err    error // what ended the create
}

// Error says what was found.
func (e *UncertainCreateError) Error() string {
	switch {
	case len(e.Candidates) > 0:
		return fmt.Sprintf("the answer was lost, and it is unknown whether this create made %s, which exists: %v", strings.Join(e.Candidates, ", or "), e.Err)
	case e.Looked:
		return fmt.Sprintf("the answer was lost; no %s existed at the last look, but one may still appear: %v", e.Noun, e.Err)
	}
	return fmt.Sprintf("the answer was lost and a %s may exist: %v", e.Noun, e.Err)
}

// Unwrap returns what ended the create.
func (e *UncertainCreateError) Unwrap() error { return e.Err }

// GroupNotEmptyError is the refusal to delete a group that has peers which are not
// being deleted.
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

// Unwrap returns the refusal.
func (e *GroupNotEmptyError) Unwrap() error { return e.Err }
