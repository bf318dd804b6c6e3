package alibabacloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// WaitError is a wait that ended before the object got where it should.
type WaitError struct {
	Noun    string        // what was waited for: "BGP peer"
	Seen    bool          // it was seen
	Status  Status        // as last seen
	Session *SessionState // as last seen; nil where there are no sessions
	Err     error         // what ended the wait

	end bool // the object's end was waited for
}

// Error says how the object was last seen.
func (e *WaitError) Error() string {
	if !e.Seen {
		return e.Err.Error()
	}
	session := ""
	if e.Session != nil {
		session = fmt.Sprintf(" and session state %q", *e.Session)
	}
	return fmt.Sprintf("the %s was last seen with status %q%s: %v", e.Noun, e.Status, session, e.Err)
}

// Advice is what to do about it: about the last refusal if there was one, else about
// where the object was when the time ran out; "" when there is nothing to add.
func (e *WaitError) Advice() string {
	var refusal *Error
	switch {
	case errors.As(e.Err, &refusal):
		return refusal.Advice()
	case !errors.Is(e.Err, context.DeadlineExceeded):
		return ""
	case e.Status == StatusPending:
		return "The service is still making the " + e.Noun + ". Allow more time in timeouts; if it stays Pending, look at it in the console."
	case e.Status == StatusModifying:
		return "The service is still changing the " + e.Noun + ". Allow more time in timeouts; if it stays Modifying, look at it in the console."
	case e.Status == StatusDeleting && e.end:
		return "The service is still deleting the " + e.Noun + ". Allow more time in timeouts; the next apply goes on waiting for its end."
	case e.Status == StatusDeleting:
		return "Something else is deleting the " + e.Noun + ". Find out what, and apply again when it is gone."
	}
	return ""
}

// Unwrap gives what ended the wait.
func (e *WaitError) Unwrap() error { return e.Err }

// waitError is a WaitError of an object that was last seen so; nil if it never was.
func (s *listings[T]) waitError(last *T, err error) *WaitError {
	failed := &WaitError{Noun: s.kind.noun, Seen: last != nil, Err: err}
	if last != nil {
		failed.Status, failed.Session = s.kind.state(*last)
	}
	return failed
}

// wait reads an object until it is as wanted: at once, then at growing intervals
// that add to the service's own time less than a second or a quarter, whichever is
// more. Waits share listings as reads do, and within these intervals a wait looks
// when others before it, toward the same goal, were in time. While the service
// throttles, they put off the first look too.
//
// goal names what is waited for, such as "Available".
//
// Its errors are *WaitError. One that is ErrNotFound says that the object is gone;
// one that was never seen yet has Pace.Patience to appear.
func (s *listings[T]) wait(ctx context.Context, id, goal string, until func(T) bool) (T, error) {
	started := time.Now()
	var last *T
	err := s.watch(ctx, id, goal, func(object T, err error) (bool, error) {
		if errors.Is(err, ErrNotFound) && last == nil && time.Since(started) < s.client.pace.Patience {
			return false, nil
		}
		if err != nil {
			return true, err
		}
		last = &object
		return until(object), nil
	})
	if err != nil {
		var zero T
		return *cmp.Or(last, &zero), s.waitError(last, err)
	}
	return *last, nil
}

// waitGone reads an object until it is gone, as wait does.
func (s *listings[T]) waitGone(ctx context.Context, id string) error {
	var last *T
	err := s.watch(ctx, id, string(StatusDeleted), func(object T, err error) (bool, error) {
		if errors.Is(err, ErrNotFound) {
			return true, nil
		}
		if err == nil {
			last = &object
		}
		return err != nil, err
	})
	if err != nil {
		failed := s.waitError(last, err)
		failed.end = true
		return failed
	}
	return nil
}

// latestFirstLook bounds how long a wait puts off its first look.
const latestFirstLook = 5 * time.Second

// watch shows look after look at an object to seen, until that is done or ctx ends.
// The first look is at once, unless there is a limit on the region's calls: then
// a look where lately none was in time would be at the cost of another's call.
func (s *listings[T]) watch(ctx context.Context, id, goal string, seen func(T, error) (done bool, err error)) error {
	c, r := s.client, s.client.region(s.every.region)
	goal = s.kind.noun + " " + goal
	defer s.beginWatch()()
	begun, started := s.changes.next(), time.Now()
	if r.rate.limited() {
		if wire.Sleep(ctx, min(r.waits.tooEarly(goal), latestFirstLook)) != nil {
			return &endedError{ctx: ctx.Err()}
		}
	}
	var early time.Duration // when the service was last asked too early
	for pause := c.pace.PollMin; ; {
		// A listing serves if it began after the wait, and hardly before this look.
		oldest := time.Now().Add(-pause / 4)
		object, asked, err := s.read(ctx, &look{id: id, fits: func(event int, at time.Time) bool {
			return event > begun && !at.Before(oldest)
		}})
		if done, err := seen(object, err); done {
			if err == nil {
				r.waits.learn(goal, early, asked.Sub(started))
			}
			return err
		}
		early = asked.Sub(started)
		waited := time.Since(started)
		next := pause - pause/10 + rand.N(pause/5+1) //nolint:gosec // jitter
		if left := r.waits.tooEarly(goal) - waited; left > next {
			next = left / (left/c.pace.longestPoll(waited) + 1) // even steps, of which the last may be in time
		} else {
			pause = min(pause*3/2, c.pace.longestPoll(waited+next))
		}
		if wire.Sleep(ctx, next) != nil {
			return &endedError{ctx: ctx.Err()}
		}
	}
}

// longestPoll is the longest interval between two looks, so long into a wait:
// three times the shortest or a sixth of what was waited.
func (p Pace) longestPoll(waited time.Duration) time.Duration {
	return min(max(3*p.PollMin, waited/6), p.PollMax)
}

// waits is what the waits of a region have learnt from each other: how far into
// one, by its goal, a look is too early.
type waits struct {
	mu    sync.Mutex
	early map[string]time.Duration
}

// learn notes when, into a wait, the service was last asked too early, 0 if it
// never was, and when it was asked in time.
func (w *waits) learn(goal string, early, inTime time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.early == nil {
		w.early = map[string]time.Duration{}
	}
	if known := w.early[goal]; early < known && known <= inTime {
		// It may have been in time earlier still. To find out costs a call more, so
		// it is tried seldom, even if hundreds wait at a time.
		w.early[goal] -= known / 4096
	} else {
		w.early[goal] += ((early+inTime)/2 - known) / 2
	}
}

func (w *waits) tooEarly(goal string) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.early[goal]
}
