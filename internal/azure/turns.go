package azure

import (
	"context"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// turns decides which operations of each gateway may run.
//
// No document says whether a gateway takes several operations at a time. If they always
// took turns, ten reads would take ten times as long. If they always collided, each
// could wait half a minute to try again. So operations run side by side until the
// gateway refuses one. From then on the operations of this process take turns at that
// gateway, in the order in which they came.
type turns struct {
	mu       sync.Mutex
	gateways map[string]*gatewayTurns
}

// gatewayTurns are the turns at one gateway. An operation that may run beside others
// holds one unit; one that must run alone holds all units.
type gatewayTurns struct {
	units      *semaphore.Weighted
	oneAtATime atomic.Bool
}

const everyUnit = 1 << 30

func (t *turns) of(gateway string) *gatewayTurns {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gateways == nil {
		t.gateways = map[string]*gatewayTurns{}
	}
	if t.gateways[gateway] == nil {
		t.gateways[gateway] = &gatewayTurns{units: semaphore.NewWeighted(everyUnit)}
	}
	return t.gateways[gateway]
}

// turn is an operation's permission to run.
type turn struct {
	at    *gatewayTurns
	holds int64 // units
}

// take waits for an operation's turn. If ctx ends first, it returns ctx's error.
func (g *gatewayTurns) take(ctx context.Context) (*turn, error) {
	own := &turn{at: g, holds: 1}
	if g.oneAtATime.Load() {
		own.holds = everyUnit
	}
	return own, g.units.Acquire(ctx, own.holds)
}

// refused records that the gateway takes one operation at a time. It reports whether
// another operation of this process may be the cause. If not, the cause is an operation
// of somebody else, and this turn runs alone from now on.
func (t *turn) refused() bool {
	t.at.oneAtATime.Store(true)
	if t.holds == everyUnit {
		return false
	}
	if !t.at.units.TryAcquire(everyUnit - t.holds) {
		return true
	}
	t.holds = everyUnit
	return false
}

// end gives the turn back.
func (t *turn) end() { t.at.units.Release(t.holds) }
