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
		case ctx.Err() != nil && errors.Is(failed.Err, ctx.Err()): // the attempt was broken off, so its error says nothing
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
