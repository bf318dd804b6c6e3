package alibabacloud

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// A limiter is the common rate of all calls of a region. There is no limit until the
// service throttles. From then on calls go out one by one, at the rate at which the
// service has accepted them. That rate grows, slowly at first and then faster, until
// the service throttles again. A rate that is only guessed grows fast from the start.
type limiter struct {
	// turn is held by the call that goes next, so that calls go in the order in
	// which they came, and a new rate holds for all of them.
	turn chan struct{}

	mu      sync.Mutex
	cuts    int       // how often the rate was cut; says at which rate a call went out
	base    float64   // calls a second right after the last cut; 0 is no limit
	guessed bool      // base does not come from what the service accepted
	cutAt   time.Time // of the last cut
	next    time.Time // when the next call may go
	second  time.Time // start of the second that taken counts
	taken   int       // calls that the service accepted in that second
	tookOld int       // the same for the second before
	tookAt  time.Time // when it last accepted one
}

const (
	// documentedRate is the only limit that the API's documents give: 300 calls of
	// ModifyBgpPeerAttribute a minute. It is the guess where nothing was measured.
	documentedRate = 5
	// lowestRate is the lowest limit. Below it, the pauses between a call's tries
	// slow it down enough.
	lowestRate = 1
	// forgetAfter is the age at which a limit no longer holds.
	forgetAfter = 2 * time.Minute
	// drought is the time without an accepted call after which the rate has lost its
	// meaning.
	drought = 3 * time.Second
	// longestHold bounds how long the x-acs-retry-after of one call delays all others.
	longestHold = time.Second
)

func newLimiter() *limiter { return &limiter{turn: make(chan struct{}, 1)} }

// wait returns when the caller may make its call, or with ctx's error as soon as ctx
// ends. Pass cuts on to learn.
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

// take takes the next turn if it has come; otherwise it returns how long to wait.
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

// rate is the limit at a time, in calls per second; 0 is no limit.
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

// learn records how a call ended; cuts is what wait returned for it.
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
		// After a time without accepted calls, such as the rest of a used-up window, the
		// rate is low because no calls were accepted, not because of how many there were.
		if rate := l.rate(now); rate != 0 && now.Sub(l.tookAt) > drought {
			l.base, l.cutAt, l.guessed = max(rate, documentedRate), now, true
		}
		l.tookAt = now
		l.taken++
		return
	}
	// A call that went out at an older rate says nothing about this one. Neither does
	// one that is refused because of a window that was used up before the cut.
	if cuts != l.cuts || l.base != 0 && now.Sub(l.cutAt) < time.Second {
		return
	}
	taken := float64(max(l.taken, l.tookOld))
	rate := l.rate(now)
	switch {
	case rate == 0:
		l.base, l.guessed = max(taken, documentedRate), true
	case l.guessed: // it may have grown far beyond the rate that calls were made at
		l.base, l.guessed = min(max(2*taken, documentedRate), rate*0.7), false
	default:
		l.base = max(min(max(taken, rate*0.7), rate*0.9), lowestRate)
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
