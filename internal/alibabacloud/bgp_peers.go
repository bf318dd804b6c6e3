package alibabacloud

import (
	"context"
	"net/netip"
	"strconv"
	"strings"
)

// SessionState is the state of a peer's BGP session; "" if the answer has none.
type SessionState string

// The session states that DescribeBgpPeers documents.
const (
	SessionIdle        SessionState = "Idle"
	SessionConnect     SessionState = "Connect"
	SessionActive      SessionState = "Active"
	SessionEstablished SessionState = "Established"
	SessionDown        SessionState = "Down"
)

var sessionStates = []SessionState{SessionIdle, SessionConnect, SessionActive, SessionEstablished, SessionDown}

// BGPPeer is a peer as DescribeBgpPeers shows it, without the MD5 key. A string is
// "" and a pointer nil where the answer has no value.
type BGPPeer struct {
	ID                   string // bgp-…
	GroupID              string // bgpg-…
	RouterID             string // vbr-…
	RegionID             string
	Name                 string // the service's own; it cannot be set
	Description          string // the group's
	PeerIPAddress        string // in the service's spelling
	IPVersion            string // "IPv4" or "IPv6"
	Status               Status
	SessionState         SessionState
	PeerASN, LocalASN    *int64
	IsFakeASN            *bool
	EnableBFD            *bool
	BFDMultiHop          *int64
	HoldTime             *int64 // seconds
	KeepaliveTime        *int64 // seconds
	RouteLimit           *int64
	AdvertisedRouteCount *int64
	ReceivedRouteCount   *int64
	ModifiedAt           string // RFC 3339
}

// BGPPeerFilter selects peers of one region. A zero field selects all.
type BGPPeerFilter struct {
	Region                string // required
	ID, GroupID, RouterID string
	IsDefault             *bool
}

// CreateBGPPeerInput describes the peer to create.
type CreateBGPPeerInput struct {
	Region, GroupID string
	PeerIPAddress   string // "": the service derives it, if the router has exactly one interface
	IPVersion       string // "IPv4", "IPv6"; "" is the service's default, IPv4
	EnableBFD       bool
	BFDMultiHop     int64 // 1 to 255; sent with EnableBFD only
}

var peers = &kind[BGPPeer]{
	noun:     "BGP peer",
	describe: "DescribeBgpPeers",
	filter:   "BgpPeerId",
	decode:   decoder("BgpPeers", "BgpPeer", (*peerRow).peer, peerID),
	id:       peerID,
	state:    func(p BGPPeer) (Status, *SessionState) { return p.Status, &p.SessionState },
	complete: func(p *BGPPeer, q query) { p.RegionID = q.region },
}

func peerID(p BGPPeer) string { return p.ID }

// CreateBGPPeer creates a peer and returns its id. All tries have one ClientToken: for
// one token the service creates one peer and repeats its first answer. So if it
// refuses the peer as already existing, another caller created it. If the peer that
// has the address is being deleted or changed, or that begins within Pace.Yield,
// CreateBGPPeer waits until the address is free. Errors:
//
//   - *ExistsError: the address is in use, and stays so. It names a peer only if that
//     peer has the address.
//   - *UncertainCreateError: the answer to one try was lost, and no later answer says
//     whether the peer was created.
//
// It ends with ctx, except that it still looks for what it may have created: for up
// to Pace.Grace after a deadline, and less than a second after a cancellation.
func (c *Client) CreateBGPPeer(ctx context.Context, in CreateBGPPeerInput) (id string, err error) {
	params := bfdParams(in.EnableBFD, in.BFDMultiHop)
	params["BgpGroupId"] = in.GroupID
	params["PeerIpAddress"] = in.PeerIPAddress
	params["IpVersion"] = in.IPVersion
	n := &creation[BGPPeer]{
		kind:   peers,
		call:   newCall("CreateBgpPeer", in.Region, params),
		idIn:   "BgpPeerId",
		where:  query{region: in.Region, params: map[string]string{"BgpGroupId": in.GroupID}},
		fits:   func(p BGPPeer) bool { return in.PeerIPAddress == "" || sameAddress(p.PeerIPAddress, in.PeerIPAddress) },
		unique: in.PeerIPAddress != "",
	}
	taken := c.addressTaken(in.Region, "", in.GroupID, in.PeerIPAddress)
	err = taken.waitOut(ctx, func() error {
		id, err = create(ctx, c, n)
		return err
	})
	return id, err
}

// ModifyBGPPeerInput is everything that can be changed in place.
type ModifyBGPPeerInput struct {
	Region, ID    string
	PeerIPAddress string // "" leaves the address as it is
	EnableBFD     bool
	BFDMultiHop   int64 // 1 to 255; sent with EnableBFD only
}

// ModifyBGPPeer sets a peer's address and BFD. All tries have one ClientToken. It waits
// for an address that another peer gives up, as CreateBGPPeer does. If peers are to
// swap addresses, each of them gets a *SwapError. The error is ErrNotFound only if a
// read confirms that the peer is gone.
func (c *Client) ModifyBGPPeer(ctx context.Context, in ModifyBGPPeerInput) error {
	params := bfdParams(in.EnableBFD, in.BFDMultiHop)
	params["BgpPeerId"] = in.ID
	params["PeerIpAddress"] = in.PeerIPAddress
	call := newCall("ModifyBgpPeerAttribute", in.Region, params)
	r := c.region(in.Region)
	if in.PeerIPAddress != "" {
		defer r.changes.beginMove(in.ID)(false)
	}
	return c.addressTaken(in.Region, in.ID, "", in.PeerIPAddress).waitOut(ctx, func() error {
		return r.peers.modify(ctx, call, in.ID)
	})
}

// DeleteBGPPeer deletes a peer. It returns nil if the peer is already gone or is being
// deleted. All tries have one ClientToken.
func (c *Client) DeleteBGPPeer(ctx context.Context, region, id string) error {
	r := c.region(region)
	end := r.changes.beginMove(id)
	err := r.peers.remove(ctx, newCall("DeleteBgpPeer", region, map[string]string{"BgpPeerId": id}), id, nil)
	end(err == nil)
	return err
}

// BGPPeer reads a peer, by a call of its own or from a listing that it shares with
// other reads of the region; see listings. The error is ErrNotFound if the service,
// asked for this id, answers with an empty list or the status Deleted.
func (c *Client) BGPPeer(ctx context.Context, region, id string) (BGPPeer, error) {
	return c.region(region).peers.current(ctx, id)
}

// BGPPeers lists all peers that the filter selects, ordered by id, without those that
// are Deleted.
func (c *Client) BGPPeers(ctx context.Context, filter BGPPeerFilter) ([]BGPPeer, error) {
	return peers.all(ctx, c, query{region: filter.Region, id: filter.ID, params: map[string]string{
		"BgpGroupId": filter.GroupID,
		"RouterId":   filter.RouterID,
		"IsDefault":  formatBool(filter.IsDefault),
	}})
}

// WaitBGPPeer reads a peer until until accepts it; see listings.wait.
func (c *Client) WaitBGPPeer(ctx context.Context, region, id, goal string, until func(BGPPeer) bool) (BGPPeer, error) {
	return c.region(region).peers.wait(ctx, id, goal, until)
}

// WaitBGPPeerGone reads a peer until it is gone, as WaitBGPPeer does.
func (c *Client) WaitBGPPeerGone(ctx context.Context, region, id string) error {
	return c.region(region).peers.waitGone(ctx, id)
}

// sameAddress reports whether two texts are the same address, in any spelling.
func sameAddress(a, b string) bool {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	if errX != nil || errY != nil {
		return strings.EqualFold(a, b)
	}
	return x == y
}

// bfdParams always has EnableBfd, since in a modification its absence means false. It
// has the hops only with BFD, since what they mean without it is not documented.
func bfdParams(enable bool, hops int64) map[string]string {
	params := map[string]string{"EnableBfd": strconv.FormatBool(enable)}
	if enable && hops != 0 {
		params["BfdMultiHop"] = strconv.FormatInt(hops, 10)
	}
	return params
}
