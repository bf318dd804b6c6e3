package alibabacloud

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"slices"
)

// BGPNetwork is a network that a router advertises, as DescribeBgpNetworks shows it.
// It has no id of its own: router and prefix identify it. A string is "" where the
// answer has no value; the older form of the answer has no Status.
type BGPNetwork struct {
	RegionID     string
	RouterID     string // vbr-…
	DstCIDRBlock string // in the service's spelling
	VPCID        string // vpc-…
	Status       Status
}

var networks = &kind[BGPNetwork]{
	noun:     "BGP network",
	describe: "DescribeBgpNetworks",
	decode:   decoder("BgpNetworks", "BgpNetwork", (*networkRow).network, networkID),
	id:       networkID,
	state:    func(n BGPNetwork) (Status, *SessionState) { return n.Status, nil },
	complete: func(n *BGPNetwork, q query) {
		n.RegionID, n.RouterID = q.region, cmp.Or(n.RouterID, q.params["RouterId"])
	},
}

// NetworkID is "<router>:<prefix>", with the prefix in its canonical spelling, so
// that equal networks have equal ids.
func NetworkID(routerID, dstCIDRBlock string) string {
	if prefix, err := netip.ParsePrefix(dstCIDRBlock); err == nil {
		dstCIDRBlock = prefix.String()
	}
	return routerID + ":" + dstCIDRBlock
}

func networkID(n BGPNetwork) string {
	if n.DstCIDRBlock == "" {
		return ""
	}
	return NetworkID(n.RouterID, n.DstCIDRBlock)
}

// BGPNetworkFilter selects networks of one region. A zero field selects all.
type BGPNetworkFilter struct {
	Region   string // required
	RouterID string
}

// AddBGPNetworkInput describes the network to add. VPCID may be "".
type AddBGPNetworkInput struct{ Region, RouterID, DstCIDRBlock, VPCID string }

// AddBGPNetwork adds a network to a router. All tries have one ClientToken, for which
// the service repeats its first answer. So if it refuses the network as already
// existing, another caller added it. If that network is being deleted, or its delete
// begins within Pace.Yield, AddBGPNetwork waits until it is gone. Errors:
//
//   - *ExistsError: the network exists, and is not being deleted.
//   - *UncertainCreateError: the answer to one try was lost, and no later answer says
//     whether the network was added.
//
// If this call is known to have added the network, there is no error, even if ctx
// has ended meanwhile.
func (c *Client) AddBGPNetwork(ctx context.Context, in AddBGPNetworkInput) error {
	shared, id := c.networksOf(in.Region, in.RouterID), NetworkID(in.RouterID, in.DstCIDRBlock)
	n := &creation[BGPNetwork]{
		kind: networks,
		call: newCall("AddBgpNetwork", in.Region, map[string]string{
			"RouterId": in.RouterID, "DstCidrBlock": in.DstCIDRBlock, "VpcId": in.VPCID,
		}),
		id:     id,
		where:  shared.every,
		fits:   func(network BGPNetwork) bool { return networkID(network) == id },
		unique: true,
	}
	taken := &obstacle[BGPNetwork]{
		shared: shared,
		waiter: newWaiter("", netip.Addr{}),
		blocks: n.fits,
		find: func(ctx context.Context) (found BGPNetwork, there bool, err error) {
			all, err := networks.allOnce(ctx, c, shared.every)
			if i := slices.IndexFunc(all, n.fits); i >= 0 {
				return all[i], true, nil
			}
			return found, false, err
		},
		elsewhere: func(BGPNetwork) string { return "" },
	}
	return taken.waitOut(ctx, func() error {
		_, err := create(ctx, c, n)
		return err
	})
}

// DeleteBGPNetwork deletes a network. It returns nil if the network is already gone or
// is being deleted. All tries have one ClientToken.
func (c *Client) DeleteBGPNetwork(ctx context.Context, region, routerID, dstCIDRBlock string) error {
	shared, id := c.networksOf(region, routerID), NetworkID(routerID, dstCIDRBlock)
	defer shared.changes.beginMove(id)(false)
	return shared.remove(ctx, newCall("DeleteBgpNetwork", region, map[string]string{
		"RouterId": routerID, "DstCidrBlock": dstCIDRBlock,
	}), id, nil)
}

// BGPNetwork reads a network, from a listing of its router's networks. The error is
// ErrNotFound if a complete listing does not have it, or has it as Deleted.
func (c *Client) BGPNetwork(ctx context.Context, region, routerID, dstCIDRBlock string) (BGPNetwork, error) {
	return c.networksOf(region, routerID).current(ctx, NetworkID(routerID, dstCIDRBlock))
}

// BGPNetworks lists all networks that the filter selects, ordered by router and
// prefix, without those that are Deleted. The older form of the answer does not say
// which router a network belongs to. With it, a filter without RouterID gives an error.
func (c *Client) BGPNetworks(ctx context.Context, filter BGPNetworkFilter) ([]BGPNetwork, error) {
	all, err := networks.all(ctx, c, query{region: filter.Region, params: map[string]string{"RouterId": filter.RouterID}})
	if err == nil && slices.ContainsFunc(all, func(n BGPNetwork) bool { return n.RouterID == "" }) {
		return nil, &Error{
			Action: networks.describe, Region: filter.Region, Kind: KindFinal, HTTPStatus: http.StatusOK,
			Message: "the answer does not say which router a network belongs to. Set router_id to list the networks of one router",
		}
	}
	return all, err
}

// WaitBGPNetwork reads a network until it is as wanted, as WaitBGPPeer does.
func (c *Client) WaitBGPNetwork(ctx context.Context, region, routerID, dstCIDRBlock, goal string, until func(BGPNetwork) bool) (BGPNetwork, error) {
	return c.networksOf(region, routerID).wait(ctx, NetworkID(routerID, dstCIDRBlock), goal, until)
}

// WaitBGPNetworkGone reads a network until it is gone, as WaitBGPPeerGone does.
func (c *Client) WaitBGPNetworkGone(ctx context.Context, region, routerID, dstCIDRBlock string) error {
	return c.networksOf(region, routerID).waitGone(ctx, NetworkID(routerID, dstCIDRBlock))
}

// networksOf returns the listings that reads of one router's networks share.
func (c *Client) networksOf(region, routerID string) *listings[BGPNetwork] {
	r := c.region(region)
	r.mu.Lock()
	defer r.mu.Unlock()
	shared := r.networks[routerID]
	if shared == nil {
		shared = &listings[BGPNetwork]{
			client: c, kind: networks, changes: r.changes,
			every: query{region: region, params: map[string]string{"RouterId": routerID}},
		}
		r.networks[routerID] = shared
	}
	return shared
}
