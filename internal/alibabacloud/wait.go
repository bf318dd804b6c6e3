package alibabacloud

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// WaitError is a wait that ended before the peer got where it should.
type WaitError struct {
	Last BGPPeer // as last seen; zero if it was never seen
	Err  error   // what ended the wait
}

// Error says how the peer was last seen.
func (e *WaitError) Error() string {
	if e.Last.ID == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("the peer was last seen with status %q and session state %q: %v", e.Last.Status, e.Last.SessionState, e.Err)
}

// Unwrap gives what ended the wait.
func (e *WaitError) Unwrap() error { return e.Err }

// WaitBGPPeer reads a peer until it is as wanted: at once, then at growing
// intervals that add to the service's own time less than a second or a quarter,
// whichever is more. Waits share listings as reads do, and within these intervals
// a wait looks when others before it, toward the same goal, were in time. While
// the service throttles, they put off the first look too.
//
// goal names what is waited for, such as "Available".
//
// Its errors are *WaitError. One that is ErrNotFound says that the peer is gone;
// a peer that was never seen yet has Pace.Patience to appear.
func (c *Client) WaitBGPPeer(ctx context.Context, region, id, goal string, until func(BGPPeer) bool) (BGPPeer, error) {
	started := time.Now()
	var last BGPPeer
	err := c.watch(ctx, region, id, goal, func(peer BGPPeer, err error) (bool, error) {
		if errors.Is(err, ErrNotFound) && last.ID == "" && time.Since(started) < c.pace.Patience {
			return false, nil
		}
		if err != nil {
			return true, err
		}
		last = peer
		return until(peer), nil
	})
	if err != nil {
		return last, &WaitError{Last: last, Err: err}
	}
	return last, nil
}

// WaitBGPPeerGone reads a peer until it is gone, as WaitBGPPeer does.
func (c *Client) WaitBGPPeerGone(ctx context.Context, region, id string) error {
	var last BGPPeer
	err := c.watch(ctx, region, id, string(PeerDeleted), func(peer BGPPeer, err error) (bool, error) {
		if errors.Is(err, ErrNotFound) {
			return true, nil
		}
		if err == nil {
			last = peer
		}
		return err != nil, err
	})
	if err != nil {
		return &WaitError{Last: last, Err: err}
	}
	return nil
}

// latestFirstLook bounds how long a wait puts off its first look.
const latestFirstLook = 5 * time.Second

// watch shows look after look at a peer to seen, until that is done or ctx ends.
// The first look is at once, unless there is a limit on the region's calls: then
// a look where lately none was in time would be at the cost of another's call.
func (c *Client) watch(ctx context.Context, region, id, goal string, seen func(BGPPeer, error) (done bool, err error)) error {
	r := c.region(region)
	begun, end := r.peers.beginWatch()
	defer end()
	started := time.Now()
	if r.rate.limited() {
		if sleep(ctx, min(r.waits.tooEarly(goal), latestFirstLook)) != nil {
			return interrupted(ctx, nil)
		}
	}
	var early time.Duration // when the service was last asked too early
	for pause := c.pace.PollMin; ; {
		// A listing serves if it began after the wait, and hardly before this look.
		oldest := time.Now().Add(-pause / 4)
		peer, asked, err := c.read(ctx, region, id, false, func(l *listing) bool {
			return l.event == 0 || l.event > begun && !l.at.Before(oldest)
		})
		if done, err := seen(peer, err); done {
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
		if sleep(ctx, next) != nil {
			return interrupted(ctx, nil)
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
