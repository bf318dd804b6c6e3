package alibabacloud

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// obstacle describes what may be in the way of a write: an object that has what the
// write needs, such as a peer that has the address of a new one. The same apply may
// delete or change that object too, at the same time as the write.
type obstacle[T any] struct {
	shared *listings[T]
	waiter *waiter // the write
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
	errRests = errors.New("it does not move now")
)

// waitOut makes a write. If something is in its way, it waits for that to go, and
// makes the write again. It waits while that is being deleted or changed, and up to
// Pace.Yield for a delete or change to begin; longer while others that wait likewise
// are to give up first.
func (o *obstacle[T]) waitOut(ctx context.Context, write func() error) error {
	changes := o.shared.changes
	var seen time.Time // when something was last seen in the way, or first said to be
	stays := false     // the wait for it was in vain
	for tries := 0; ; tries++ {
		err := write()
		refusal, exists := refusedAsThere(err)
		if !exists {
			return err
		}
		if tries == 0 {
			defer changes.join(o.waiter)()
			seen = time.Now()
		}
		there := &ExistsError{Noun: o.shared.kind.noun, Changes: o.waiter.mover != "", Err: refusal}
		object, found := o.look(ctx)
		if found {
			seen = time.Now()
			there.ID, there.Elsewhere = o.shared.kind.id(object), o.elsewhere(object)
			there.Status, _ = o.shared.kind.state(object)
			there.MadeHere = changes.madeHere(there.ID)
		}
		switch {
		case ctx.Err() != nil: // nothing is waited for any more
		case found && stays && !there.Status.moves():
			there.Beside = changes.besides(o.waiter)
			return there
		case found:
			stays = false
			err = o.watch(ctx, there)
		case time.Since(seen) >= o.shared.client.pace.Yield:
			return there
		default: // it has just gone, or cannot be seen
			err = wire.Sleep(ctx, o.shared.client.pace.backoff(tries, 0)/2)
		}
		switch {
		case ctx.Err() != nil:
			there.Err = &endedError{ctx.Err(), refusal}
			return there
		case err == nil:
		case errors.Is(err, errStays):
			stays = true // if it is where it seems to be, the service says so once more
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

// watch watches what is in the way until it no longer is: as it is watched until it is
// gone while it moves, and seldom while it rests.
func (o *obstacle[T]) watch(ctx context.Context, there *ExistsError) error {
	defer o.shared.changes.beginWait(o.waiter, there.ID)()
	for {
		err := o.shared.watch(ctx, there.ID, "out of the way", func(object T, err error) (bool, error) {
			if errors.Is(err, ErrNotFound) || err == nil && !o.blocks(object) {
				return true, nil
			}
			if err != nil {
				return true, err
			}
			there.Status, _ = o.shared.kind.state(object)
			o.shared.changes.saw(o.waiter, there.Status.moves())
			if there.Status.moves() {
				return false, nil
			}
			return true, errRests
		})
		if !errors.Is(err, errRests) {
			return err
		}
		if err := o.rest(ctx); err != nil {
			return err
		}
	}
}

// rest waits until what is in the way is worth another look: when this process has
// written it, or it is time to see whether others have. Those that rest look at the
// same times, and so share a listing.
func (o *obstacle[T]) rest(ctx context.Context) error {
	patience := o.shared.client.pace.Yield
	interval := patience / 4
	for next := time.Now().Truncate(interval).Add(interval); ; {
		swaps, gaveUp, behind := o.shared.changes.outlook(o.waiter, patience)
		switch {
		case swaps:
			return errSwap
		case gaveUp:
			return errStays
		case !behind && !time.Now().Before(next):
			return nil
		}
		select {
		case <-ctx.Done():
			return &endedError{ctx: ctx.Err()}
		case <-o.waiter.news:
			return nil
		case <-time.After(patience / 20):
		}
	}
}

// addressTaken is the obstacle of a peer's write: another peer of its router that has
// the address. For a create, groupID is the new peer's group. For a change, mover is
// the id of the peer to change.
func (c *Client) addressTaken(region, mover, groupID, address string) *obstacle[BGPPeer] {
	blocks := func(p BGPPeer) bool { return p.ID != mover && (address == "" || sameAddress(p.PeerIPAddress, address)) }
	to, _ := netip.ParseAddr(address)
	w := newWaiter(mover, to)
	return &obstacle[BGPPeer]{
		shared: c.region(region).peers,
		waiter: w,
		blocks: blocks,
		find: func(ctx context.Context) (found BGPPeer, there bool, err error) {
			return c.withAddress(ctx, region, w, groupID, address, blocks)
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
func (c *Client) withAddress(ctx context.Context, region string, w *waiter, groupID, address string, blocks func(BGPPeer) bool) (found BGPPeer, there bool, err error) {
	var routerID string
	if w.mover != "" {
		this, err := peers.allOnce(ctx, c, query{region: region, id: w.mover})
		if err != nil || len(this) == 0 {
			return BGPPeer{}, false, err
		}
		routerID = this[0].RouterID
		c.region(region).changes.place(w, this[0])
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
