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

// WaitError is a wait that ended before the object was as wanted.
type WaitError struct {
	Noun    string        // what was waited for: "BGP peer"
	Seen    bool          // the object was read at least once
	Status  Status        // as last seen
	Session *SessionState // as last seen; nil if the kind has no sessions
	Err     error         // what ended the wait

	end bool // the wait was for the object to be gone
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

// Advice says what to do about the last refusal, if there was one, or else about the
// status that the object had when the time ran out. It is "" if there is nothing to
// add.
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
		return "The service is still deleting the " + e.Noun + ". Allow more time in timeouts, and destroy again to wait until it is gone. " +
			"An apply that is to keep it does not wait: the plan after it is gone creates it again."
	case e.Status == StatusDeleting:
		return "Something else is deleting the " + e.Noun + ". Find out what, and apply again when it is gone."
	}
	return ""
}

// Unwrap returns what ended the wait.
func (e *WaitError) Unwrap() error { return e.Err }

// waitError is the WaitError for an object that was last seen like last; nil if it
// never was.
func (s *listings[T]) waitError(last *T, err error) *WaitError {
	failed := &WaitError{Noun: s.kind.noun, Seen: last != nil, Err: err}
	if last != nil {
		failed.Status, failed.Session = s.kind.state(*last)
	}
	return failed
}

// wait reads an object until until accepts it: at once, then at growing intervals. The
// intervals add to the service's own time less than a second or a quarter of it,
// whichever is more.
//
// Waits share listings, as reads do. They also learn from earlier waits with the same
// goal, and read when those would have succeeded. Once many in a row took about the
// same time, the first read waits for that time too. If the service then becomes
// faster, this delays a few waits, each by at most latestFirstLook.
//
// goal names the state that the wait is for, such as "Available".
//
// Its errors are *WaitError. One that is ErrNotFound says that the object is gone. An
// object that was not seen yet has Pace.Patience to appear.
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

// latestFirstLook bounds how long a wait delays its first read.
const latestFirstLook = 5 * time.Second

// watch reads an object again and again, and calls seen with each result, until that
// is done or ctx ends. It reads at once, or later if earlier waits show that a first
// read would be too early; see experience.firstLook.
func (s *listings[T]) watch(ctx context.Context, id, goal string, seen func(T, error) (done bool, err error)) error {
	c, r := s.client, s.client.region(s.every.region)
	others := r.waits.toward(s.kind.noun + " " + goal)
	defer s.beginWatch()()
	begun, started := s.changes.next(), time.Now()
	delayed := others.firstLook(3*c.pace.PollMin, r.rate.limited())
	if wire.Sleep(ctx, delayed) != nil {
		return &endedError{ctx: ctx.Err()}
	}
	var early time.Duration // when, into the wait, the service was last asked too early
	for pause := c.pace.PollMin; ; {
		// A listing fits if it began after the wait did, and not much before this read.
		oldest := time.Now().Add(-pause / 4)
		object, asked, err := s.read(ctx, &look{id: id, ends: goal == string(StatusDeleted), fits: func(event int, at time.Time) bool {
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
			next = left / (left/c.pace.longestPoll(waited) + 1) // equal steps, of which the last may be in time
		case early == 0 && delayed > c.pace.PollMin:
			next /= 5 // a first read that was delayed can be only a little too early
		default:
			pause = min(pause*3/2, c.pace.longestPoll(waited+next))
		}
		early = asked.Sub(started)
		if wire.Sleep(ctx, next) != nil {
			return &endedError{ctx: ctx.Err()}
		}
	}
}

// longestPoll is the longest interval between two reads after a wait has lasted so
// long: three times PollMin or a sixth of the time waited, whichever is more, but at
// most PollMax.
func (p Pace) longestPoll(waited time.Duration) time.Duration {
	return min(max(3*p.PollMin, waited/6), p.PollMax)
}

// waits is what the waits of a region have learnt from each other, by goal.
type waits struct {
	mu    sync.Mutex
	goals map[string]*experience
}

// toward returns what the waits with a goal have learnt.
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

// experience is what the waits with one goal have learnt: until when, into a wait, a
// read is too early.
type experience struct {
	mu      sync.Mutex
	early   time.Duration
	steady  int           // how many waits in a row took about that long
	step    time.Duration // how much earlier than before the last try of an earlier read was
	stepped time.Time     // when that was
}

// trusted is how many waits in a row must have taken about the same time before others
// delay their first read to it.
const trusted = 16

// firstLook is how long to delay the first read. If many waits in a row took about the
// same time, or the rate of calls is limited, it is the time until which a read is too
// early. Otherwise it is at most moment.
func (x *experience) firstLook(moment time.Duration, limited bool) time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	if limited || x.steady >= trusted {
		return min(x.early, latestFirstLook)
	}
	return min(x.early, moment)
}

// learn records a wait: when, into it, the service was last asked too early (0 if it
// never was), and when it was asked in time. slack is by how much alike waits may
// differ.
func (x *experience) learn(started time.Time, early, inTime, slack time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if early > x.early+slack || x.early == 0 {
		x.steady = 0
	} else {
		x.steady++
	}
	switch {
	case early == 0:
		// The first read was in time, so an earlier one may be too. Try that in growing
		// steps, one step for all waits that are under way at a time.
		if started.After(x.stepped) {
			x.step = max(3*x.step/2, x.early/512)
			x.early = max(0, min(x.early, inTime)-x.step)
			x.stepped = time.Now()
		}
	case early < x.early && x.early <= inTime:
		// An earlier read may be in time here too. But if it is not, it costs one more
		// call, so the steps are tiny.
		x.early -= x.early / 4096
	default:
		x.early = (early + inTime) / 2
		x.step = 0
	}
}

func (x *experience) tooEarly() time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.early
}
