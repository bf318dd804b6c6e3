package alibabacloud

import (
	"net/netip"
	"slices"
	"time"
)

// waiter is a write that something is in the way of. Its fields are guarded by the
// mu of its changes.
type waiter struct {
	mover    string // the id of the peer that it changes; "" of a create
	router   string // of that peer
	from, to netip.Addr

	other  string        // the id of what it waits for; "" while it writes
	moving bool          // the service was seen to delete or change that
	since  time.Time     // since when nothing is known to move
	news   chan struct{} // gets one when a write of other has ended
	swaps  bool          // it waits for itself, by way of others
	gaveUp bool          // it is to wait no longer
	before int           // how many had given up when it joined
	beside int           // how many others waited as well when it gave up, or had given up since it joined
}

// sense is 1 if the peer's address goes up, -1 if down, and 0 of a create.
func (w *waiter) sense() int {
	if !w.from.IsValid() {
		return 0
	}
	return w.to.Compare(w.from)
}

// newWaiter is a write that may become a waiter: the change of a peer's address, or
// with a mover of "" a create.
func newWaiter(mover string, to netip.Addr) *waiter {
	return &waiter{mover: mover, to: to, news: make(chan struct{}, 1)}
}

// join notes that something is in a write's way, and leave that the write has ended.
func (c *changes) join(w *waiter) (leave func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.since, w.before = time.Now(), c.gaveUps
	c.waiters = append(c.waiters, w)
	if w.mover != "" {
		c.movers[w.mover] = w
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.movers, w.mover)
		c.waiters = slices.DeleteFunc(c.waiters, func(v *waiter) bool { return v == w })
	}
}

// place notes where the peer is that a waiter changes.
func (c *changes) place(w *waiter, peer BGPPeer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.router = peer.RouterID
	w.from, _ = netip.ParseAddr(peer.PeerIPAddress)
}

// beginWait notes what a waiter waits for, and end that it no longer does. Those that
// wait in a circle are noted as swapping.
func (c *changes) beginWait(w *waiter, other string) (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.other, w.moving, w.gaveUp = other, false, false
	circle := []*waiter{w}
	for next := c.movers[other]; next != nil && next.other != ""; next = c.movers[next.other] {
		if next == w {
			for _, member := range circle {
				member.swaps = true
			}
		}
		if slices.Contains(circle, next) {
			break
		}
		circle = append(circle, next)
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !w.gaveUp { // else it keeps its place, so that those behind it go on having no hope
			w.other = ""
		}
	}
}

// saw notes whether the service deletes or changes what a waiter waits for.
func (c *changes) saw(w *waiter, moving bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if moving || w.moving {
		w.since = time.Now()
	}
	w.moving = moving
}

// hopes reports whether something moves that a waiter waits for, itself or by way of
// others. The caller holds mu.
func (c *changes) hopes(w *waiter) bool {
	for range c.waiters {
		next := c.movers[w.other]
		switch {
		case w.moving:
			return true
		case next == nil || next.other == "":
			return c.moves[w.other] > 0
		}
		w = next
	}
	return true // a circle, which ends otherwise
}

// outlook tells what becomes of a waiter: whether it swaps, or is to give up after so
// long a time without hope; and whether another waiter must go first.
func (c *changes) outlook(w *waiter, patience time.Duration) (swaps, gaveUp, behind bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hopes(w) {
		w.since = time.Now()
	}
	c.giveUp(patience)
	next := c.movers[w.other]
	return w.swaps, w.gaveUp, next != nil && next.other != ""
}

// besides is how many others waited in vain, beside a waiter that gave up.
func (c *changes) besides(w *waiter) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return w.beside
}

// giveUp chooses the waiter that gives up, if it is time for one to.
//
// Writes that wait may hold all the places that Terraform has (-parallelism), while
// what they wait for has not begun: when the first element of a count of 25 is
// removed, each peer takes the address of the next. Then nothing goes on until one
// ends, and another begins in its place. So they give up one by one: another each
// tenth of their patience in which no write begins or ends, and one in any case when
// the last to do so is that long ago. The caller holds mu.
func (c *changes) giveUp(patience time.Duration) {
	now := time.Now()
	if now.Sub(c.gaveUp) < patience && now.Sub(c.wrote) < patience/10 {
		return
	}
	for _, w := range c.waiters {
		if c.hopes(w) {
			w.since = now
		}
	}
	if last := c.lastInLine(now.Add(-patience)); last != nil {
		last.beside = c.gaveUps - last.before
		for _, w := range c.waiters {
			if w != last && !w.gaveUp {
				last.beside++
			}
		}
		last.gaveUp = true
		c.gaveUps++
		c.gaveUp, c.wrote = now, now
	}
}

// lastInLine is the waiter whose end costs the others least, of those that have had no
// hope since a time: a create, whose peer nobody waits for; or the change at the end
// of a line, where each peer takes the next one's address. The end of the line is
// told by the addresses, since most of those between have not begun. Who stands behind
// another has no more hope than that one. The caller holds mu.
func (c *changes) lastInLine(since time.Time) (last *waiter) {
	behind := func(a, b *waiter) bool {
		return a.router == b.router && a.sense() == b.sense() && a.from.Compare(b.from)*a.sense() < 0
	}
	hopeless := func(w *waiter) bool {
		return slices.ContainsFunc(c.waiters, func(v *waiter) bool { return !v.since.After(since) && (v == w || behind(w, v)) })
	}
	for _, w := range c.waiters {
		if w.gaveUp || w.other == "" || !hopeless(w) {
			continue
		}
		if last == nil || last.mover != "" && (w.mover == "" || behind(w, last)) {
			last = w
		}
	}
	return last
}
