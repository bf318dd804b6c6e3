package alibabacloud

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
)

// BGPNetwork is a network that a router advertises, as DescribeBgpNetworks shows it.
// It has no id: router and prefix tell it from others. Strings are "" where the
// service says nothing: answers of the older generation have no Status.
type BGPNetwork struct {
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
	complete: func(n *BGPNetwork, q query) { n.RouterID = cmp.Or(n.RouterID, q.params["RouterId"]) },
}

// NetworkID is "<router>:<prefix>", with the one spelling of the prefix: two networks
// of one id are the same.
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

// BGPNetworkFilter chooses networks of one region; zero fields choose all.
type BGPNetworkFilter struct {
	Region   string // required
	RouterID string
}

// AddBGPNetworkInput is a network to be added. VPCID may be "".
type AddBGPNetworkInput struct{ Region, RouterID, DstCIDRBlock, VPCID string }

// AddBGPNetwork adds a network to a router. All tries have one ClientToken, to which
// the service repeats its first answer: a network that it refuses as being there
// already is another's. One that is being deleted, or begins to go within
// Pace.Yield, is waited for.
//
//   - *ExistsError: the network is there, and stays.
//   - *UncertainCreateError: an answer was lost and none of the later ones told
//     what became of it.
//
// A network that this call is known to have added has no error, even if ctx has
// ended since.
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

// DeleteBGPNetwork deletes a network; nil if it is gone already, or about to be. All
// tries have one ClientToken.
func (c *Client) DeleteBGPNetwork(ctx context.Context, region, routerID, dstCIDRBlock string) error {
	shared, id := c.networksOf(region, routerID), NetworkID(routerID, dstCIDRBlock)
	defer shared.changes.beginMove(id)()
	return shared.remove(ctx, newCall("DeleteBgpNetwork", region, map[string]string{
		"RouterId": routerID, "DstCidrBlock": dstCIDRBlock,
	}), id, nil)
}

// BGPNetwork reads a network, with others of its router from one listing. The error
// is ErrNotFound when a whole listing does not have it, or has it as Deleted.
func (c *Client) BGPNetwork(ctx context.Context, region, routerID, dstCIDRBlock string) (BGPNetwork, error) {
	return c.networksOf(region, routerID).current(ctx, NetworkID(routerID, dstCIDRBlock))
}

// BGPNetworks lists the networks that the filter chooses, every page, ordered by
// router and prefix, without those that are Deleted.
func (c *Client) BGPNetworks(ctx context.Context, filter BGPNetworkFilter) ([]BGPNetwork, error) {
	return networks.all(ctx, c, query{region: filter.Region, params: map[string]string{"RouterId": filter.RouterID}}, func() {})
}

// WaitBGPNetwork reads a network until it is as wanted, as WaitBGPPeer does.
func (c *Client) WaitBGPNetwork(ctx context.Context, region, routerID, dstCIDRBlock, goal string, until func(BGPNetwork) bool) (BGPNetwork, error) {
	return c.networksOf(region, routerID).wait(ctx, NetworkID(routerID, dstCIDRBlock), goal, until)
}

// WaitBGPNetworkGone reads a network until it is gone, as WaitBGPPeerGone does.
func (c *Client) WaitBGPNetworkGone(ctx context.Context, region, routerID, dstCIDRBlock string) error {
	return c.networksOf(region, routerID).waitGone(ctx, NetworkID(routerID, dstCIDRBlock))
}

// networksOf is what reads of one router's networks share.
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
