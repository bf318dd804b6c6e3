package alibabacloud

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// repeat makes attempts at an action until one succeeds or fails in a way that is
// not to be tried again, or ctx ends, or nothing has got through to the endpoint
// for Pace.Patience. Before another try is a pause that doubles and never is
// shorter than what the service asked for. Every try waits for its turn in the
// region.
//
// When ctx ends, or would before the next try, the error is both ctx's and, if
// there was one, the last *Error that was not ctx's doing.
func (c *Client) repeat(ctx context.Context, action, region string, again func(*Error) bool, attempt func(context.Context) *Error) error {
	rate, way := c.region(region).rate, c.ways.Of(c.endpoint(region))
	var last *Error
	var through time.Time // when a try last got through to the API, or the first began
	for tries := 0; ; tries++ {
		turn, err := rate.wait(ctx)
		if err != nil {
			return &endedError{err, last}
		}
		if tries == 0 {
			through = time.Now()
		}
		var failed *Error
		tried := false
		left, err := way.Try(ctx, func(ctx context.Context) error {
			tried = true
			if failed = attempt(ctx); failed != nil && failed.misdirected {
				return failed
			}
			through = time.Now()
			return nil
		})
		if !tried {
			return untried(err, action, region, last)
		}
		rate.learn(turn, failed)
		left = min(left, c.pace.Patience-time.Since(through))
		switch {
		case failed == nil:
			return nil
		case ctx.Err() != nil && errors.Is(failed.Err, ctx.Err()): // broken off: it tells nothing
			return &endedError{ctx.Err(), last}
		case !again(failed), failed.misdirected && left <= 0:
			return failed
		}
		last = failed
		pause := c.pace.backoff(tries, failed.RetryAfter)
		if failed.misdirected {
			pause = min(pause, left)
		}
		if err := wire.SleepWithin(ctx, pause); err != nil {
			return &endedError{err, last}
		}
	}
}

// untried is the error of an operation that was not tried, since tries of others
// have failed, or ctx ended while one of them was waited for.
func untried(err error, action, region string, last *Error) error {
	var known *Error
	if !errors.As(err, &known) {
		return &endedError{err, last}
	}
	shared := *known
	shared.Action, shared.Region = action, region
	return &shared
}

// backoff is the pause after try number n, from 0: doubling, the half of it
// random so that callers do not come back all together.
func (p Pace) backoff(n int, asked time.Duration) time.Duration {
	pause := p.BackoffMax
	if n < 20 { // far beyond any maximum, and no overflow
		pause = min(p.BackoffMin<<n, p.BackoffMax)
	}
	pause = pause/2 + rand.N(pause/2+1) //nolint:gosec // jitter
	return max(pause, asked)
}

// endedError is an operation whose ctx ended, or would have before it could go on.
type endedError struct {
	ctx  error
	last *Error // nil if there was none
}

func (e *endedError) Error() string {
	what := "interrupted"
	switch {
	case errors.Is(e.ctx, wire.ErrTooLong):
		what = "the time runs out before the next try"
	case errors.Is(e.ctx, context.DeadlineExceeded):
		what = "the time ran out"
	}
	if e.last == nil {
		return what
	}
	return what + "; the last error was: " + e.last.Error()
}

func (e *endedError) Unwrap() []error {
	if e.last == nil {
		return []error{e.ctx}
	}
	return []error{e.last, e.ctx}
}
