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
	// KindExists is a peer that is already there, or an address in use.
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

	// misdirected says that another try may go better, but that the call looks
	// wrong rather than unlucky: an unknown host, keys that cannot be got, an answer
	// that is not the API's.
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

// PeerExistsError is a create refused because the peer, or another user of its
// address, is already there.
type PeerExistsError struct {
	Peer BGPPeer // found by group and address; zero when none was found
	Err  error   // the refusal, an *Error
}

// Error names the peer that is there, if one was found.
func (e *PeerExistsError) Error() string {
	if e.Peer.ID == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("the peer is already there, as %s: %v", e.Peer.ID, e.Err)
}

// Advice is what to do about it.
func (e *PeerExistsError) Advice() string {
	var refusal *Error
	switch {
	case e.Peer.Status == PeerDeleting:
		return "The peer that is there is being deleted: apply again when it is gone."
	case errors.As(e.Err, &refusal):
		return refusal.Advice()
	}
	return ""
}

// Unwrap gives the refusal.
func (e *PeerExistsError) Unwrap() error { return e.Err }

// UncertainCreateError is a create of which no answer tells whether the service
// made the peer.
type UncertainCreateError struct {
	// Peer is what stands now where the create would have put its peer, and
	// nothing says that it stood there before; zero when none was found.
	Peer BGPPeer
	// Looked says that the service could be asked for the peer. Without a Peer it
	// means that none was there yet.
	Looked bool
	Err    error // what ended the create
}

// Error says whether a peer was found.
func (e *UncertainCreateError) Error() string {
	switch {
	case e.Peer.ID != "":
		return fmt.Sprintf("the answer was lost, but the peer is there, as %s: %v", e.Peer.ID, e.Err)
	case e.Looked:
		return fmt.Sprintf("the answer was lost; no peer was there when last looked, but one may still appear: %v", e.Err)
	}
	return fmt.Sprintf("the answer was lost and a peer may exist: %v", e.Err)
}

// Unwrap gives what ended the create.
func (e *UncertainCreateError) Unwrap() error { return e.Err }
