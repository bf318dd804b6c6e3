package alibabacloud

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// obstacle describes what may be in the way of a write: an object that has what the
// write needs, such as a peer that has the address of a new one. The same apply may
// delete or change that object too, at the same time as the write.
type obstacle[T any] struct {
	shared *listings[T]
	mover  string // the id of the object that the write changes; "" for a create
	// find returns what is in the way now, if anything is.
	find func(context.Context) (T, bool, error)
	// blocks reports whether an object is in the way.
	blocks func(T) bool
	// elsewhere names where an object is, if that is not where the write would put it.
	elsewhere func(T) string
}

var (
	errStays = errors.New("it stays")
	errSwap  = errors.New("it waits for this one")
)

// waitOut makes a write. If something is in its way, waitOut waits until that is gone,
// and makes the write again. It waits as long as that is being deleted or changed, and
// up to Pace.Yield for its delete or change to begin.
func (o *obstacle[T]) waitOut(ctx context.Context, write func() error) error {
	var still time.Time // since when no delete or change of it is known
	stays := false      // it was so for Pace.Yield
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
		case ctx.Err() != nil: // no more waiting
		case found:
			err = o.watch(ctx, there, &still)
		case time.Since(still) >= o.shared.client.pace.Yield:
			return there
		default: // it is just gone, or cannot be read
			err = wire.Sleep(ctx, o.shared.client.pace.backoff(tries, 0)/2)
		}
		switch {
		case ctx.Err() != nil:
			there.Err = &endedError{ctx.Err(), refusal}
			return there
		case err == nil:
		case errors.Is(err, errStays) && !stays:
			stays = true // one more try: if it is still in the way, the service refuses again
		case errors.Is(err, errSwap):
			return &SwapError{Other: there.ID, Err: refusal}
		default:
			return there
		}
	}
}

// refusedAsThere returns the refusal of a write because something already exists that
// may go away.
func refusedAsThere(err error) (*Error, bool) {
	var uncertain *UncertainCreateError
	var there *ExistsError
	var refusal *Error
	if errors.As(err, &uncertain) || errors.As(err, &there) || !errors.As(err, &refusal) {
		return nil, false
	}
	return refusal, refusal.Kind == KindExists
}

// look looks for what is in the way. After ctx has ended it has time for a last look;
// see grace.
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

// watch reads what is in the way until it no longer is.
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

// addressTaken is the obstacle of a peer's write: another peer of its router that has
// the address. For a create, groupID is the new peer's group. For a change, mover is
// the id of the peer to change.
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
// group's router. If the address is "", it is the group's only peer.
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
	if routerID == "" { // as in the older form of the answer
		return BGPPeer{}, false, nil
	}
	all, err := peers.allOnce(ctx, c, query{region: region, params: map[string]string{"RouterId": routerID}})
	if i := slices.IndexFunc(all, blocks); i >= 0 {
		return all[i], true, nil
	}
	return BGPPeer{}, false, err
}
