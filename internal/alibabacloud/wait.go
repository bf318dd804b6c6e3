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
// more. Waits share listings as reads do, and learn from each other: within these
// intervals a wait looks when others before it, toward the same goal, were in time.
// Once many in a row were alike, it looks first when those were in time, which after
// a change of the service's pace can add up to latestFirstLook to a few.
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
// The first look is at once, or when waits before it make one worthwhile; see waits.
func (s *listings[T]) watch(ctx context.Context, id, goal string, seen func(T, error) (done bool, err error)) error {
	c, r := s.client, s.client.region(s.every.region)
	others := r.waits.toward(s.kind.noun + " " + goal)
	defer s.beginWatch()()
	begun, started := s.changes.next(), time.Now()
	if wire.Sleep(ctx, others.firstLook(3*c.pace.PollMin, r.rate.limited())) != nil {
		return &endedError{ctx: ctx.Err()}
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
				others.learn(started, early, asked.Sub(started), c.pace.PollMin)
			}
			return err
		}
		waited := time.Since(started)
		next := pause - pause/10 + rand.N(pause/5+1) //nolint:gosec // jitter
		switch left := others.tooEarly() - waited; {
		case left > next:
			next = left / (left/c.pace.longestPoll(waited) + 1) // even steps, of which the last may be in time
		case early == 0 && waited > c.pace.PollMin:
			next /= 5 // put off until now, it can be too early by a little only
		default:
			pause = min(pause*3/2, c.pace.longestPoll(waited+next))
		}
		early = asked.Sub(started)
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

// waits is what the waits of a region have learnt from each other, by their goals.
type waits struct {
	mu    sync.Mutex
	goals map[string]*experience
}

// toward gives what waits toward a goal have learnt.
func (w *waits) toward(goal string) *experience {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.goals == nil {
		w.goals = map[string]*experience{}
	}
	if w.goals[goal] == nil {
		w.goals[goal] = &experience{}
	}
	return w.goals[goal]
}

// experience is what waits toward one goal have learnt: how far into one a look is
// too early.
type experience struct {
	mu      sync.Mutex
	early   time.Duration
	steady  int           // how many waits in a row were about as long as that
	step    time.Duration // by which it was last tried whether an earlier look is in time, too
	stepped time.Time
}

// trusted is how many waits in a row must have been alike before others look first
// when those were in time.
const trusted = 16

// firstLook is how long to put off the first look: to when others were in time, if
// they were so steadily, or if a look costs another's call; else for a moment, in
// which none was.
func (x *experience) firstLook(moment time.Duration, limited bool) time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	if limited || x.steady >= trusted {
		return min(x.early, latestFirstLook)
	}
	return min(x.early, moment)
}

// learn notes of a wait when, into it, the service was last asked too early, 0 if it
// never was, and when it was asked in time. slack is how far off that may be where
// waits are alike.
func (x *experience) learn(started time.Time, early, inTime, slack time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if early > x.early+slack || x.early == 0 {
		x.steady = 0
	} else {
		x.steady++
	}
	switch {
	case early == 0 && x.early <= inTime:
		// The first look was in time. It may have been so earlier still: that is tried in
		// growing steps, once for all waits that are under way at a time.
		if started.After(x.stepped) {
			x.step = max(2*x.step, x.early/256)
			x.early = max(0, x.early-x.step)
			x.stepped = time.Now()
		}
	case early < x.early && x.early <= inTime:
		// As above; but to find out costs a call more, so it is tried seldom.
		x.early -= x.early / 4096
	default:
		x.early += ((early+inTime)/2 - x.early) / 2
		x.step = 0
	}
}

func (x *experience) tooEarly() time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.early
}
