package alibabacloud

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// A limiter is the one rate of all calls of a region. There is no limit until
// the service throttles. Then everybody slows down together: calls go out one by
// one, at the rate at which the service has been taking them, which then grows,
// slowly at first and ever faster, until the service throttles again. A rate that
// is only guessed grows fast from the start.
type limiter struct {
	// turn is held by the call that goes next, so that calls go in the order in
	// which they came, and a new rate holds for all of them.
	turn chan struct{}

	mu      sync.Mutex
	cuts    int       // how often the rate was cut: which rate a call went out at
	base    float64   // calls a second right after the last cut; 0 is no limit
	guessed bool      // base is not what the service was seen to take
	cutAt   time.Time // of the last cut
	next    time.Time // when the next call may go
	second  time.Time // start of the second that is counted
	taken   int       // calls that the service has taken in that second
	tookOld int       // and in the second before
	tookAt  time.Time // when the last of them was
}

const (
	// documentedRate is the one limit that the API's documents name: 300 calls a
	// minute, of ModifyBgpPeerAttribute. It stands in until there is experience.
	documentedRate = 5
	// lowestRate leaves slower services to the pauses between a call's tries.
	lowestRate = 1
	// forgetAfter is when a limit is so old that it says nothing.
	forgetAfter = 2 * time.Minute
	// drought is how long no call was taken when the rate says nothing any more.
	drought = 3 * time.Second
	// longestHold bounds how long one call's x-acs-retry-after holds up all others.
	longestHold = time.Second
)

func newLimiter() *limiter { return &limiter{turn: make(chan struct{}, 1)} }

// wait returns when the caller may make its call, or with ctx's error as soon as
// ctx ends. What it returns goes to learn.
func (l *limiter) wait(ctx context.Context) (cuts int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	for {
		pause, cuts := l.take()
		if pause <= 0 {
			return cuts, nil
		}
		if err := wire.Sleep(ctx, pause); err != nil {
			return 0, err
		}
	}
}

// take takes the next turn if it has come, or says how long that will be.
func (l *limiter) take() (pause time.Duration, cuts int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	rate := l.rate(now)
	if rate == 0 {
		return 0, l.cuts
	}
	if pause := l.next.Sub(now); pause > 0 {
		return pause, 0
	}
	l.next = now.Add(time.Duration(float64(time.Second) / rate))
	return 0, l.cuts
}

// rate is the limit at a time, in calls a second; 0 is none.
func (l *limiter) rate(now time.Time) float64 {
	age := now.Sub(l.cutAt)
	if l.base == 0 || age > forgetAfter {
		return 0
	}
	s := age.Seconds()
	if l.guessed {
		return l.base * math.Pow(4, s)
	}
	return l.base * (1 + s/50 + s*s/200)
}

// learn takes note of how a call ended; cuts is what wait returned for it.
func (l *limiter) learn(cuts int, failed *Error) {
	if failed != nil && failed.HTTPStatus == 0 {
		return // it may not even have been sent
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if age := now.Sub(l.second); age >= time.Second {
		l.tookOld = l.taken
		if age >= 2*time.Second {
			l.tookOld = 0
		}
		l.taken, l.second = 0, now
	}
	if failed == nil || failed.Kind != KindThrottled {
		// After a drought, such as the rest of a window that was used up, the rate
		// has been cut for want of calls taken, not for their number.
		if rate := l.rate(now); rate != 0 && now.Sub(l.tookAt) > drought {
			l.base, l.cutAt, l.guessed = max(rate, documentedRate), now, true
		}
		l.tookAt = now
		l.taken++
		return
	}
	// Calls that went out at an older rate say nothing of this one, and neither
	// do those of a window that was used up before the cut.
	if cuts != l.cuts || l.base != 0 && now.Sub(l.cutAt) < time.Second {
		return
	}
	taken := float64(max(l.taken, l.tookOld))
	rate := l.rate(now)
	switch {
	case rate == 0:
		l.base, l.guessed = max(taken, documentedRate), true
	case l.guessed: // and perhaps has grown far beyond what was tried
		l.base, l.guessed = min(max(2*taken, documentedRate), rate*0.7), false
	default:
		l.base = min(max(taken, rate*0.7, lowestRate), rate*0.9)
	}
	l.cuts++
	l.cutAt = now
	l.next = now.Add(min(failed.RetryAfter, longestHold))
}

// limited reports whether there is a limit now.
func (l *limiter) limited() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rate(time.Now()) != 0
}
