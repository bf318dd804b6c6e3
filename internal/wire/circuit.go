package wire

import (
	"context"
	"sync"
	"time"
)

// probePause is the pause between two tries of a service that is out of reach.
const probePause = 5 * time.Second

// Circuits has a [Circuit] for each endpoint.
type Circuits struct {
	patience time.Duration

	mu     sync.Mutex
	byHost map[string]*Circuit
}

// NewCircuits returns Circuits whose circuits open after patience.
func NewCircuits(patience time.Duration) *Circuits {
	return &Circuits{patience: patience, byHost: map[string]*Circuit{}}
}

// Of returns the circuit of an endpoint, by its host[:port].
func (c *Circuits) Of(host string) *Circuit {
	c.mu.Lock()
	defer c.mu.Unlock()
	circuit := c.byHost[host]
	if circuit == nil {
		circuit = &Circuit{patience: c.patience}
		c.byHost[host] = circuit
	}
	return circuit
}

// Circuit lets the operations of one endpoint share the knowledge that it cannot be
// reached. At first each operation tries by itself. When nothing has got through for
// the circuit's patience, the circuit is open: all operations fail at once, except one
// try every few seconds, until one gets through.
type Circuit struct {
	patience time.Duration

	mu      sync.Mutex
	through time.Time     // when something last got through
	since   time.Time     // since when nothing has; zero after a success
	last    error         // the error of the last try since then
	tried   time.Time     // when that was
	probing chan struct{} // closed when the one try of an open circuit ends; nil if there is none
}

// Try calls try, or returns the last error if the circuit is open. try returns an error
// if it did not get through. left is then for how long more tries make sense; if it is
// not positive, none does. If ctx ended try, its error says nothing about the endpoint
// and is only returned.
func (c *Circuit) Try(ctx context.Context, try func(context.Context) error) (left time.Duration, err error) {
	done, err := c.enter(ctx)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	defer done()
	err = try(ctx)
	if err != nil && ctx.Err() != nil {
		return 0, err
	}
	return c.learn(began, err), err
}

// enter waits until a try is allowed. Call done after the try.
func (c *Circuit) enter(ctx context.Context) (done func(), err error) {
	for {
		c.mu.Lock()
		now, probing := time.Now(), c.probing
		switch {
		case c.since.IsZero() || now.Sub(c.since) < c.patience:
			c.mu.Unlock()
			return func() {}, nil
		case probing == nil && now.Sub(c.tried) < probePause:
			defer c.mu.Unlock()
			return nil, c.last
		case probing == nil:
			c.probing = make(chan struct{})
			c.mu.Unlock()
			return c.probed, nil
		}
		c.mu.Unlock()
		select {
		case <-probing:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (c *Circuit) probed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.probing)
	c.probing = nil
}

func (c *Circuit) learn(began time.Time, err error) (left time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if err == nil {
		c.through, c.since, c.last = now, time.Time{}, nil
		return 0
	}
	if c.since.IsZero() {
		c.since = began
		if c.through.After(began) {
			c.since = c.through
		}
	}
	c.last, c.tried = err, now
	return c.patience - now.Sub(c.since)
}
