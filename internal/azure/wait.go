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

// How long WaitConnected pauses between two reads: little at first, when a session is
// most likely to come up, then longer each time.
const (
	firstWaitDelay = 2 * time.Second
	maxWaitDelay   = 30 * time.Second
)

// assignmentTime is how long a new role assignment may take to become effective, by
// Azure's documentation ("Troubleshoot Azure RBAC"). For that long, a wait goes on
// although the permission is missing.
const assignmentTime = 10 * time.Minute

// maxLost is how many operations in a row the service may lose before a wait gives up.
const maxLost = 5

// WaitError is a wait that failed: its context ended before every session was up, or a
// read failed in a way that another read would not fix.
type WaitError struct {
	Gateway string // the gateway's ARM id
	Peer    string
	// Last are the rows that the last successful read returned; nil if there was none.
	Last []BGPPeerStatus
	// Failed is the error of the latest read that ended; nil if that succeeded, or if Err
	// is its error.
	Failed *Error
	// Err is why the wait ended: the context's error, or an [*Error].
	Err error
}

// Error lists the rows that were last seen.
func (e *WaitError) Error() string {
	seen := "no read succeeded"
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
		switch {
		case failed != nil && failed.tooLong() != nil:
			why = fmt.Sprintf("no time is left for another request, which was due in %s", failed.tooLong().Due())
		case errors.Is(e.Err, context.DeadlineExceeded):
			why = "the wait timed out"
		}
	}
	return fmt.Sprintf("not every BGP session of %s with the peer %s is Connected; %s; %s", e.Gateway, e.Peer, seen, why)
}

// Advice says what to do about it; "" if the wait was interrupted.
func (e *WaitError) Advice() string {
	if errors.Is(e.Err, context.Canceled) {
		return ""
	}
	var failed *Error
	isError := errors.As(e.Err, &failed)
	switch {
	case isError && failed.Ended == nil:
		return failed.Advice()
	case e.Failed != nil && (e.Last == nil || e.Failed.lacksPermission()):
		return e.Failed.Advice()
	case e.Last == nil && isError:
		return failed.Advice()
	case len(e.Last) == 0:
		return "The gateway has no such neighbor. Check peer, and that BGP is enabled on the gateway, and on the connection to this peer, with this address. " +
			"Give the read a longer timeout if the connection is only being made."
	}
	return "Check that the other end is configured: its address and ASN, the addresses and ASN of the gateway there, and that the two reach each other on TCP port 179. " +
		"Give the read a longer timeout if the session only needs more time."
}

// Unwrap returns Err.
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

// WaitConnected reads the gateway's sessions with peer until there is at least one and
// every one is Connected, and returns them. It reads again if an operation gives no
// result, and for up to ten minutes if the permission is missing, since a new role
// assignment takes some minutes to become effective. If a read fails in another way, or
// ctx ends, the error is a [*WaitError].
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
			lost = 0
			if forbidden.IsZero() {
				forbidden = time.Now()
			}
			again = time.Since(forbidden) < assignmentTime
		case failed.isLost():
			forbidden = time.Time{}
			lost++
			again = lost < maxLost
		default:
			lost, forbidden = 0, time.Time{}
			again = failed.cameToNothing()
		}
		if !again {
			ended.Err = err
			if failed == nil || failed.Ended == nil {
				ended.Failed = nil // Err is the latest failure
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

// lacksPermission reports whether Resource Manager says that a permission is missing.
func (e *Error) lacksPermission() bool {
	return e.Ended == nil && e.HTTPStatus == http.StatusForbidden && strings.HasSuffix(e.Code, "AuthorizationFailed")
}

// isLost reports whether the service no longer knows the operation that it started. It
// may lose one now and then; if it loses several in a row, another will not help.
func (e *Error) isLost() bool {
	switch e.HTTPStatus {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone:
		return e.cameToNothing() && e.State == ""
	}
	return false
}

// cameToNothing reports whether the service started the operation and gave no result.
// The next operation may still succeed.
func (e *Error) cameToNothing() bool {
	switch {
	case e.Ended != nil, e.HTTPStatus == http.StatusUnauthorized, e.HTTPStatus == http.StatusForbidden:
		return false
	case e.State != "", errors.Is(e.Err, ErrNoResult):
		return true
	}
	return e.HTTPStatus != 0 && (e.Phase == PhasePoll || e.Phase == PhaseResult)
}

// allConnected reports whether there are rows of peer, and all are Connected. Rows of
// other neighbors, which the service may list too, do not count. A row without a
// neighbor counts as one of peer's.
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
