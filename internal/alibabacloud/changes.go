package alibabacloud

import (
	"slices"
	"sync"
)

// Shared is what the Clients of one process know of each other's changes, so that
// two with settings of their own, such as those of provider aliases, do not
// disturb each other. Its zero value is ready. It is safe for concurrent use.
type Shared struct {
	mu      sync.Mutex
	regions map[string]*changes // by endpoint and region
}

// of gives what is known of a region at an endpoint.
func (s *Shared) of(endpoint, region string) *changes {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.regions == nil {
		s.regions = map[string]*changes{}
	}
	key := endpoint + " " + region
	if s.regions[key] == nil {
		s.regions[key] = &changes{made: map[string]bool{}, moves: map[string]int{}, yields: map[string]string{}, swaps: map[string]bool{}}
	}
	return s.regions[key]
}

// changes is what is known of the changes of one region, of whatever kind: a change
// of a group shows in its peers too.
type changes struct {
	mu      sync.Mutex
	events  int // counts begun listings and ended writes
	written int // events at the end of the last write
	writing int // writes under way

	made map[string]bool // ids of what was made here

	moves  map[string]int    // by id, deletes and changes under way, and deletes that were accepted
	yields map[string]string // by the id of a peer that is to be changed, that of the one in its way
	swaps  map[string]bool   // ids of peers that wait for each other in a circle
}

// note notes what a create has made.
func (c *changes) note(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made[id] = true
}

// madeHere reports whether a create of this process is known to have made it.
func (c *changes) madeHere(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made[id]
}

// beginWrite notes that a write begins, and end that it has ended.
func (c *changes) beginWrite() (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writing++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.writing--
		c.events++
		c.written = c.events
	}
}

// next is a new point in the order of events.
func (c *changes) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events++
	return c.events
}

// underWay reports whether a write is.
func (c *changes) underWay() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writing > 0
}

// noneSince reports whether no write is under way, nor was since an event.
func (c *changes) noneSince(event int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writing == 0 && event > c.written
}

// beginMove notes that a delete or a change of an object begins, and end that it has
// ended. A delete that succeeds does not end: the object is on its way, and its id
// never comes back.
func (c *changes) beginMove(id string) (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moves[id]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.swaps, id)
		if c.moves[id]--; c.moves[id] == 0 {
			delete(c.moves, id)
		}
	}
}

// moving reports whether an object is being deleted or changed by this process.
func (c *changes) moving(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.moves[id] > 0
}

// beginYield notes that the change of one peer waits for that of another, and end
// that it no longer does. Those that wait in a circle are noted as swapping.
func (c *changes) beginYield(id, other string) (end func()) {
	if id == "" {
		return func() {}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.yields[id] = other
	circle := []string{id}
	for next := other; next != ""; next = c.yields[next] {
		if slices.Contains(circle, next) {
			if next == id {
				for _, member := range circle {
					c.swaps[member] = true
				}
			}
			break
		}
		circle = append(circle, next)
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.yields, id)
	}
}

// swapping reports whether a peer waits for itself, by way of others.
func (c *changes) swapping(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.swaps[id]
}
