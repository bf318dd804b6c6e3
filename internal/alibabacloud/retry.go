package alibabacloud

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// repeat makes attempts until one succeeds or fails in a way that is not to be
// tried again, such as other than temporary, or ctx ends. Before another try is a
// pause that doubles and never is shorter than what the service asked for. Every
// one waits for its turn in the region.
//
// When ctx ends, the error is both ctx's and, if there was one, the last *Error
// that was not ctx's doing.
func (c *Client) repeat(ctx context.Context, region string, again func(*Error) bool, attempt func(context.Context) *Error) error {
	rate := c.region(region).rate
	var last *Error
	var reached time.Time // when the service, or at least the way there, was last known to be right
	for tries := 0; ; tries++ {
		turn, err := rate.wait(ctx)
		if err != nil {
			return interrupted(ctx, last)
		}
		if reached.IsZero() {
			reached = time.Now()
		}
		failed := attempt(ctx)
		rate.learn(turn, failed)
		switch {
		case failed == nil:
			return nil
		case ctx.Err() != nil && errors.Is(failed.Err, ctx.Err()): // broken off: it tells nothing
			return interrupted(ctx, last)
		case !again(failed):
			return failed
		case !failed.misdirected:
			reached = time.Now()
		case time.Since(reached) >= c.pace.Patience:
			return failed
		}
		last = failed
		if sleep(ctx, c.pace.backoff(tries, failed.RetryAfter)) != nil {
			return interrupted(ctx, last)
		}
	}
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

// endedError is an operation whose ctx ended.
type endedError struct {
	ctx  error
	last *Error // nil if there was none
}

func interrupted(ctx context.Context, last *Error) error { return &endedError{ctx.Err(), last} }

func (e *endedError) Error() string {
	what := "interrupted"
	if errors.Is(e.ctx, context.DeadlineExceeded) {
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

// sleep pauses for d; it ends with ctx's error as soon as ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
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
