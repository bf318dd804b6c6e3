package azure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// How long WaitConnected lets pass between two reads: little at first, when a
// session is most likely to come up, then ever more.
const (
	firstWaitDelay = 2 * time.Second
	maxWaitDelay   = 30 * time.Second
)

// assignmentTime is how long a role assignment may take to hold, by Azure's
// documentation ("Troubleshoot Azure RBAC"): for as long a wait takes a missing
// permission for one that is on its way.
const assignmentTime = 10 * time.Minute

// maxLost is how many operations in a row the service may lose before a wait takes it
// for good.
const maxLost = 5

// WaitError is a wait whose context ended before every session was up, or one of
// whose reads failed in a way that another cannot better.
type WaitError struct {
	Gateway string // the gateway's ARM id
	Peer    string
	// Last are the rows seen last; nil where no read came to its end.
	Last []BGPPeerStatus
	// Failed is how the latest operation that ended came to nothing; nil where it
	// did not.
	Failed *Error
	// Err is why the wait ended: the context's error, or an [*Error].
	Err error
}

// Error lists the rows last seen.
func (e *WaitError) Error() string {
	seen := "no read came to its end"
	switch {
	case e.Last != nil && len(e.Last) == 0:
		seen = "the gateway listed no session with it"
	case e.Last != nil:
		rows := make([]string, len(e.Last))
		for i, row := range e.Last {
			rows[i] = row.String()
		}
		seen = "last seen: " + strings.Join(rows, "; ")
	}
	if e.Failed != nil {
		seen += "; the last read failed: " + e.Failed.reason()
	}
	why := "the wait ended with: " + e.Err.Error()
	var failed *Error
	if !errors.As(e.Err, &failed) || failed.Ended != nil && failed.reason() == "" { // nothing failed
		why = "the wait was canceled"
		if errors.Is(e.Err, context.DeadlineExceeded) {
			why = "the wait timed out"
		}
	}
	return fmt.Sprintf("not every BGP session of %s with the peer %s is Connected; %s; %s", e.Gateway, e.Peer, seen, why)
}

// Advice is what to do about it; "" where it was interrupted.
func (e *WaitError) Advice() string {
	if errors.Is(e.Err, context.Canceled) {
		return ""
	}
	var failed *Error
	isError := errors.As(e.Err, &failed)
	switch {
	case isError && failed.Ended == nil:
		return failed.Advice()
	case e.Last == nil && isError && failed.reason() != "":
		return failed.Advice()
	case e.Failed != nil && (e.Last == nil || e.Failed.lacksPermission()):
		return e.Failed.Advice()
	}
	return "Check that the other end is configured: its address and ASN, the addresses and ASN of the gateway there, and that the two reach each other on TCP port 179. " +
		"Give the read a longer timeout if the session only needs more time."
}

// Unwrap gives Err.
func (e *WaitError) Unwrap() error { return e.Err }

// String is a row on one line, for messages.
func (s BGPPeerStatus) String() string {
	or := func(s *string, otherwise string) string {
		if s == nil || *s == "" {
			return otherwise
		}
		return *s
	}
	asn := ""
	if s.ASN != nil {
		asn = fmt.Sprintf(" (ASN %d)", *s.ASN)
	}
	return fmt.Sprintf("%s with %s%s is %s", or(s.LocalAddress, "?"), or(s.Neighbor, "?"), asn, or(s.State, "in no state"))
}

// WaitConnected reads the gateway's sessions with peer until there is at least
// one and every one is Connected, and returns them. A read whose operation comes to
// nothing is followed by another, and so is one whose permission is missing, which a
// new role assignment may be about to give. Where ctx ends before, or a read fails
// otherwise, the error is a [*WaitError].
func (c *Client) WaitConnected(ctx context.Context, gateway *arm.ResourceID, peer netip.Addr) ([]BGPPeerStatus, error) {
	ended := &WaitError{Gateway: gateway.String(), Peer: peer.String()}
	var forbidden time.Time // since when the permission has been missing
	lost := 0               // operations in a row
	for delay := firstWaitDelay; ; delay = min(delay+delay/2, maxWaitDelay) {
		rows, err := c.BGPPeerStatus(ctx, gateway, peer)
		var failed *Error
		again := err == nil
		switch {
		case err == nil && allConnected(rows, peer):
			return rows, nil
		case err == nil:
			ended.Last, ended.Failed = rows, nil
			lost, forbidden = 0, time.Time{}
		case !errors.As(err, &failed):
		case failed.lacksPermission():
			if forbidden.IsZero() {
				forbidden = time.Now()
			}
			again = time.Since(forbidden) < assignmentTime
		case failed.isLost():
			lost++
			again = lost < maxLost
		default:
			again = failed.cameToNothing()
		}
		if !again {
			ended.Err = err
			if failed == nil || failed.Ended == nil {
				ended.Failed = nil // Err tells the latest failure
			}
			return nil, ended
		}
		if err != nil {
			ended.Failed = failed
		}
		if ended.Err = wire.Sleep(ctx, delay); ended.Err != nil {
			return nil, ended
		}
	}
}

// lacksPermission reports whether Resource Manager says that a role is missing.
func (e *Error) lacksPermission() bool {
	return e.Ended == nil && e.HTTPStatus == http.StatusForbidden && strings.HasSuffix(e.Code, "AuthorizationFailed")
}

// isLost reports whether the service does not know the operation that it took. Once
// in a while it may have lost one; time and again, another one will not do better.
func (e *Error) isLost() bool {
	switch e.HTTPStatus {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone:
		return e.cameToNothing() && e.State == ""
	}
	return false
}

// cameToNothing reports whether the service took the operation and gave no result of
// it. Like the HTTP statuses that are waited out, this says nothing of the next one.
func (e *Error) cameToNothing() bool {
	switch {
	case e.Ended != nil, e.HTTPStatus == http.StatusUnauthorized, e.HTTPStatus == http.StatusForbidden:
		return false
	case e.State != "", errors.Is(e.Err, ErrNoResult):
		return true
	}
	return e.HTTPStatus != 0 && (e.Phase == PhasePoll || e.Phase == PhaseResult)
}

// allConnected looks at the rows of peer only, should the service list others
// along with them. A row that names no neighbor is taken for one of peer's.
func allConnected(rows []BGPPeerStatus, peer netip.Addr) bool {
	count := 0
	for _, row := range rows {
		if row.Neighbor != nil {
			if neighbor, err := netip.ParseAddr(*row.Neighbor); err == nil && neighbor.Unmap() != peer.Unmap() {
				continue
			}
		}
		if row.State == nil || !strings.EqualFold(*row.State, StateConnected) {
			return false
		}
		count++
	}
	return count > 0
}
