// Package wire has what both client layers need of the network: how far a request got,
// and why there was no answer ([Try], [Failure]); when to stop asking a service that
// cannot be reached ([Circuit]); texts of errors without secrets ([Text], [Redact]). It
// knows no cloud.
//
// Retries, waits and the reading of answers are not here: they look alike in the client
// layers, but differ.
package wire

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Limits are how long to try.
type Limits struct {
	// Attempt is how long one attempt at a request may take (30 s).
	Attempt time.Duration
	// Patience is how long a service is tried before it counts as out of reach, and how
	// long one attempt may take to connect (15 s).
	Patience time.Duration
}

// WithDefaults returns the limits with the defaults in place of zero fields.
func (l Limits) WithDefaults() Limits {
	return Limits{cmp.Or(l.Attempt, 30*time.Second), cmp.Or(l.Patience, 15*time.Second)}
}

// Sleep waits for d. If ctx ends first, it returns ctx's error at once.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TooLongError is a pause that would outlast its context. It matches
// [context.DeadlineExceeded].
type TooLongError struct{ Pause time.Duration }

// Error says how long the pause is.
func (e *TooLongError) Error() string {
	return fmt.Sprintf("a pause of %s is longer than the time that is left", e.Due())
}

// Due is how long the pause is, in whole seconds.
func (e *TooLongError) Due() time.Duration { return max(time.Second, e.Pause.Round(time.Second)) }

// Unwrap returns [context.DeadlineExceeded].
func (e *TooLongError) Unwrap() error { return context.DeadlineExceeded }

// SleepWithin is [Sleep], but does not begin a pause that ctx's deadline would end. It
// then returns a [*TooLongError] at once.
func SleepWithin(ctx context.Context, d time.Duration) error {
	if end, ok := ctx.Deadline(); ok && time.Until(end) < d && ctx.Err() == nil {
		return &TooLongError{Pause: d}
	}
	return Sleep(ctx, d)
}

// Loopback reports whether a host is this machine. host is a name or an address, without
// a port.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
