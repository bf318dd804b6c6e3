package alibabacloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// repeat makes attempts until one succeeds or fails for good, or ctx ends:
// throttled, passing and conflicting ones are made again, after a pause that
// doubles and never is shorter than what the service asked for. The pace of the
// region holds for every one.
//
// When ctx ends, the error is both ctx's and the last *Error that was not ctx's
// doing, if there was one.
func (c *Client) repeat(ctx context.Context, region string, attempt func(context.Context) *Error) error {
	rate := c.region(region).rate
	var last *Error
	started := time.Now()
	for tries := 0; ; tries++ {
		turn, err := rate.wait(ctx)
		if err != nil {
			return interrupted(ctx, last)
		}
		failed := attempt(ctx)
		rate.learn(turn, failed)
		switch {
		case failed == nil:
			return nil
		case ctx.Err() != nil && errors.Is(failed.Err, ctx.Err()): // broken off: it tells nothing
			return interrupted(ctx, cmp.Or(last, failed))
		case !failed.temporary():
			return failed
		case failed.unreached && time.Since(started) >= c.pace.Patience:
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
	return max(pause, asked+asked/20)
}

// interrupted is the error of an operation whose ctx ended.
func interrupted(ctx context.Context, last *Error) error {
	what := "interrupted"
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		what = "the time ran out"
	}
	if last == nil {
		return fmt.Errorf("%s: %w", what, ctx.Err())
	}
	return fmt.Errorf("%s; the last error was: %w (%w)", what, last, ctx.Err())
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
