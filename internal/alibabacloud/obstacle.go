package alibabacloud

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// obstacle is what a write may be refused for: an object that has what the write is
// to have, such as a peer with the address of a new one. In one apply that object
// may be deleted or changed too, side by side with the write.
type obstacle[T any] struct {
	shared *listings[T]
	mover  string // the id of what the write would change; "" in a create
	// find gives what is in the way now, if anything is.
	find func(context.Context) (T, bool, error)
	// blocks reports whether an object still is in the way.
	blocks func(T) bool
	// elsewhere names where an object is, if not where the write would have it.
	elsewhere func(T) string
}

var (
	errStays = errors.New("it stays")
	errSwap  = errors.New("it waits for this one")
)

// waitOut makes a write. If something is in its way, it waits for that to go, and
// makes the write again. It waits while that is being deleted or changed, and up to
// Pace.Yield for a delete or change to begin.
func (o *obstacle[T]) waitOut(ctx context.Context, write func() error) error {
	var still time.Time // since when nothing is known to move
	stays := false      // it was so for long
	for tries := 0; ; tries++ {
		err := write()
		refusal, exists := refusedAsThere(err)
		if !exists {
			return err
		}
		if still.IsZero() {
			still = time.Now()
		}
		there := &ExistsError{Noun: o.shared.kind.noun, Err: refusal}
		object, found := o.look(ctx)
		if found {
			there.ID, there.Elsewhere = o.shared.kind.id(object), o.elsewhere(object)
			there.Status, _ = o.shared.kind.state(object)
		}
		switch {
		case ctx.Err() != nil: // nothing is waited for any more
		case found:
			err = o.watch(ctx, there, &still)
		case time.Since(still) >= o.shared.client.pace.Yield:
			return there
		default: // it has just gone, or cannot be seen
			err = wire.Sleep(ctx, o.shared.client.pace.backoff(tries, 0)/2)
		}
		switch {
		case ctx.Err() != nil:
			there.Err = &endedError{ctx.Err(), refusal}
			return there
		case err == nil:
		case errors.Is(err, errStays) && !stays:
			stays = true // if it is where it seems to be, the service says so once more
		case errors.Is(err, errSwap):
			return &SwapError{Other: there.ID, Err: refusal}
		default:
			return there
		}
	}
}

// refusedAsThere is the refusal of a write because something is there already, and
// may go.
func refusedAsThere(err error) (*Error, bool) {
	var uncertain *UncertainCreateError
	var there *ExistsError
	var refusal *Error
	if errors.As(err, &uncertain) || errors.As(err, &there) || !errors.As(err, &refusal) {
		return nil, false
	}
	return refusal, refusal.Kind == KindExists
}

// look looks for what is in the way; if ctx has ended, for the last time.
func (o *obstacle[T]) look(ctx context.Context) (object T, found bool) {
	looking, cancel := o.shared.client.grace(ctx)
	defer cancel()
	for tries := 0; ; tries++ {
		object, found, err := o.find(looking)
		if err == nil || wire.Sleep(looking, o.shared.client.pace.backoff(tries, 0)/2) != nil {
			return object, found
		}
	}
}

// watch watches what is in the way until it no longer is.
func (o *obstacle[T]) watch(ctx context.Context, there *ExistsError, still *time.Time) error {
	changes := o.shared.changes
	defer changes.beginYield(o.mover, there.ID)()
	return o.shared.watch(ctx, there.ID, "out of the way", func(object T, err error) (bool, error) {
		switch {
		case errors.Is(err, ErrNotFound):
			return true, nil
		case err != nil:
			return true, err
		case !o.blocks(object):
			return true, nil
		case changes.swapping(o.mover):
			return true, errSwap
		}
		there.Status, _ = o.shared.kind.state(object)
		switch {
		case there.Status == StatusDeleting, there.Status == StatusModifying, changes.moving(there.ID):
			*still = time.Time{}
		case still.IsZero():
			*still = time.Now()
		case time.Since(*still) >= o.shared.client.pace.Yield:
			return true, errStays
		}
		return false, nil
	})
}

// addressTaken is what a peer's write may be refused for: another peer of its router
// that has the address. For a create, groupID is the new peer's
// group. For a change, mover is the id of the peer to change.
func (c *Client) addressTaken(region, mover, groupID, address string) *obstacle[BGPPeer] {
	blocks := func(p BGPPeer) bool { return p.ID != mover && (address == "" || sameAddress(p.PeerIPAddress, address)) }
	return &obstacle[BGPPeer]{
		shared: c.region(region).peers,
		mover:  mover,
		blocks: blocks,
		find: func(ctx context.Context) (found BGPPeer, there bool, err error) {
			return c.withAddress(ctx, region, mover, groupID, address, blocks)
		},
		elsewhere: func(p BGPPeer) string {
			if groupID != "" && p.GroupID != groupID {
				return p.GroupID
			}
			return ""
		},
	}
}

// withAddress looks for the peer that has an address: in the group, then on the
// group's router. Without an address, a group's only peer is the one.
func (c *Client) withAddress(ctx context.Context, region, mover, groupID, address string, blocks func(BGPPeer) bool) (found BGPPeer, there bool, err error) {
	var routerID string
	if mover != "" {
		this, err := peers.allOnce(ctx, c, query{region: region, id: mover})
		if err != nil || len(this) == 0 {
			return BGPPeer{}, false, err
		}
		routerID = this[0].RouterID
	} else {
		members, err := peers.allOnce(ctx, c, query{region: region, params: map[string]string{"BgpGroupId": groupID}})
		if i := slices.IndexFunc(members, blocks); i >= 0 && (address != "" || len(members) == 1) {
			return members[i], true, nil
		}
		if err != nil || address == "" {
			return BGPPeer{}, false, err
		}
		group, err := groups.allOnce(ctx, c, query{region: region, id: groupID})
		if err != nil || len(group) == 0 {
			return BGPPeer{}, false, err
		}
		routerID = group[0].RouterID
	}
	if routerID == "" { // as in answers of the older generation
		return BGPPeer{}, false, nil
	}
	all, err := peers.allOnce(ctx, c, query{region: region, params: map[string]string{"RouterId": routerID}})
	if i := slices.IndexFunc(all, blocks); i >= 0 {
		return all[i], true, nil
	}
	return BGPPeer{}, false, err
}
