package alibabacloud

import (
	"sync"
	"time"
)

// Shared is what the Clients of one process know of each other's changes. With it, two
// Clients with different settings, such as those of provider aliases, see each other's
// writes. Its zero value is ready to use. It is safe for concurrent use.
type Shared struct {
	mu      sync.Mutex
	regions map[string]*changes // by endpoint and region
}

// of returns what is known of a region at an endpoint.
func (s *Shared) of(endpoint, region string) *changes {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.regions == nil {
		s.regions = map[string]*changes{}
	}
	key := endpoint + " " + region
	if s.regions[key] == nil {
		s.regions[key] = &changes{made: map[string]bool{}, moves: map[string]int{}, movers: map[string]*waiter{}}
	}
	return s.regions[key]
}

// changes is what is known of the changes in one region. It is one for all kinds of
// objects, since a change of a group shows in its peers too.
type changes struct {
	mu      sync.Mutex
	events  int // counts listings that began and writes that ended
	written int // events at the end of the last write
	writing int // writes under way

	made map[string]bool // ids of what this process created

	moves   map[string]int     // by id, how many deletes and changes are under way; an accepted delete stays
	waiters []*waiter          // the writes that wait for what is in their way
	movers  map[string]*waiter // those that change a peer, by its id
	gaveUps int                // how many of the waiters gave up
	gaveUp  time.Time          // when the last did
	wrote   time.Time          // when a write last began or ended
}

// note records an object that a create has made.
func (c *changes) note(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made[id] = true
}

// madeHere reports whether a create of this process is known to have made the object.
func (c *changes) madeHere(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made[id]
}

// beginWrite records that a write begins, and end that it has ended.
func (c *changes) beginWrite() (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writing++
	c.wrote = time.Now()
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.writing--
		c.events++
		c.written = c.events
		c.wrote = time.Now()
	}
}

// next returns the number of a new event, higher than all before.
func (c *changes) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events++
	return c.events
}

// underWay reports whether a write is under way.
func (c *changes) underWay() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writing > 0
}

// noneSince reports whether no write is under way, and none has ended since the event.
func (c *changes) noneSince(event int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writing == 0 && event > c.written
}

// beginMove records that a delete or a change of an object begins, and end that it has
// ended, which those that wait for the object are told. After a delete that the service
// has accepted, the object goes on moving: it is going, and a peer's id is never used
// again.
func (c *changes) beginMove(id string) (end func(going bool)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moves[id]++
	return func(going bool) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !going {
			c.moves[id]--
		}
		if c.moves[id] == 0 {
			delete(c.moves, id)
		}
		for _, w := range c.waiters {
			if w.other == id {
				select {
				case w.news <- struct{}{}:
				default:
				}
			}
		}
	}
}

// moving reports whether this process is deleting or changing an object.
func (c *changes) moving(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.moves[id] > 0
}
