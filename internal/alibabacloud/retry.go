package alibabacloud

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// repeat makes attempts at an action until one succeeds, again says no to a failure,
// ctx ends, or nothing has got through to the endpoint for Pace.Patience. The pause
// before the next try doubles each time, and is never shorter than what the service
// asked for. Every try waits for its turn in the region.
//
// If ctx ends, or would end before the next try, the error is an *endedError. It
// wraps ctx's error and the last *Error that ctx did not cause, if there was one.
func (c *Client) repeat(ctx context.Context, action, region string, again func(*Error) bool, attempt func(context.Context) *Error) error {
	rate, way := c.region(region).rate, c.ways.Of(c.endpoint(region))
	var last *Error
	var lost time.Time // since when no try has got through to the API; zero after one that did
	for tries := 0; ; tries++ {
		turn, err := rate.wait(ctx)
		if err != nil {
			return &endedError{err, last}
		}
		var failed *Error
		var began time.Time // zero if nothing was tried
		brokenOff := false  // by ctx, so its error says nothing
		left, err := way.Try(ctx, func(ctx context.Context) error {
			began, failed = time.Now(), attempt(ctx)
			brokenOff = failed != nil && ctx.Err() != nil && errors.Is(failed.Err, ctx.Err())
			if brokenOff || failed != nil && failed.misdirected {
				return failed
			}
			return nil
		})
		if began.IsZero() {
			return untried(err, action, region, last)
		}
		rate.learn(turn, failed)
		switch {
		case failed == nil:
			return nil
		case brokenOff:
			return &endedError{ctx.Err(), last}
		case !again(failed):
			return failed
		}
		last = failed
		pause := c.pace.backoff(tries, failed.RetryAfter)
		if failed.misdirected {
			if lost.IsZero() {
				lost = began
			}
			if left = min(left, c.pace.Patience-time.Since(lost)); left <= 0 {
				return failed
			}
			pause = min(pause, left)
		} else {
			lost = time.Time{}
		}
		if err := wire.SleepWithin(ctx, pause); err != nil {
			return &endedError{err, last}
		}
	}
}

// untried is the error of an operation that was not tried: tries of other operations
// have failed, or ctx ended while this one waited for them.
func untried(err error, action, region string, last *Error) error {
	var known *Error
	if !errors.As(err, &known) {
		return &endedError{err, last}
	}
	shared := *known
	shared.Action, shared.Region = action, region
	return &shared
}

// backoff is the pause after try number n, from 0. It doubles each time, and half of
// it is random, so that callers do not all come back at the same moment.
func (p Pace) backoff(n int, asked time.Duration) time.Duration {
	pause := p.BackoffMax
	if n < 20 { // far beyond any maximum, and no overflow
		pause = min(p.BackoffMin<<n, p.BackoffMax)
	}
	pause = pause/2 + rand.N(pause/2+1) //nolint:gosec // jitter
	return max(pause, asked)
}

// endedError is the error of an operation whose ctx ended, or would have ended before
// its next try.
type endedError struct {
	ctx  error
	last *Error // nil if there was none
}

func (e *endedError) Error() string {
	what := "interrupted"
	var tooLong *wire.TooLongError
	switch {
	case errors.As(e.ctx, &tooLong):
		what = fmt.Sprintf("the time runs out before the next try, which is due in %s", tooLong.Due())
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
