package alibabacloud

import (
	"context"
	"net/netip"
	"strconv"
	"strings"
)

// SessionState is the state of a peer's BGP session; "" when the service does
// not say.
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

// BGPPeer is a peer as DescribeBgpPeers shows it, without the MD5 key. Strings
// are "" and pointers nil where the service says nothing.
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

// BGPPeerFilter chooses peers of one region; zero fields choose all.
type BGPPeerFilter struct {
	Region                string // required
	ID, GroupID, RouterID string
	IsDefault             *bool
}

// CreateBGPPeerInput is a peer to be made.
type CreateBGPPeerInput struct {
	Region, GroupID string
	PeerIPAddress   string // "" leaves it to the service, where it can tell
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
}

func peerID(p BGPPeer) string { return p.ID }

// CreateBGPPeer makes a peer and returns its id. All tries have one ClientToken,
// for which the service makes one peer only and repeats its first answer: what it
// refuses as being there already is another's. A peer that has the address and is
// on its way, or begins to go within Pace.Yield, is waited for.
//
//   - *ExistsError: the address is in use by a peer that stays. It names the peer
//     only if that has the address.
//   - *UncertainCreateError: an answer was lost and none of the later ones told
//     what became of it.
//
// It ends with ctx, but for the last look at what it may have made: within
// Pace.Grace of a deadline, within a second of a cancellation.
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

// ModifyBGPPeerInput is the whole set of what can be changed in place.
type ModifyBGPPeerInput struct {
	Region, ID    string
	PeerIPAddress string // "" leaves the address as it is
	EnableBFD     bool
	BFDMultiHop   int64 // 1 to 255; sent with EnableBFD only
}

// ModifyBGPPeer sets a peer's address and BFD. All tries have one ClientToken. An
// address that another peer is about to give up is waited for, as in CreateBGPPeer;
// of peers that swap theirs, each gets a *SwapError. The error is ErrNotFound only
// when a look shows that the peer is gone.
func (c *Client) ModifyBGPPeer(ctx context.Context, in ModifyBGPPeerInput) error {
	params := bfdParams(in.EnableBFD, in.BFDMultiHop)
	params["BgpPeerId"] = in.ID
	params["PeerIpAddress"] = in.PeerIPAddress
	call := newCall("ModifyBgpPeerAttribute", in.Region, params)
	r := c.region(in.Region)
	if in.PeerIPAddress != "" {
		defer r.changes.beginMove(in.ID)()
	}
	return c.addressTaken(in.Region, in.ID, "", in.PeerIPAddress).waitOut(ctx, func() error {
		return r.peers.modify(ctx, call, in.ID)
	})
}

// DeleteBGPPeer deletes a peer; nil if it is gone already, or about to be. All tries
// have one ClientToken.
func (c *Client) DeleteBGPPeer(ctx context.Context, region, id string) error {
	r := c.region(region)
	end := r.changes.beginMove(id)
	err := r.peers.remove(ctx, newCall("DeleteBgpPeer", region, map[string]string{"BgpPeerId": id}), id, nil)
	if err != nil {
		end()
	}
	return err
}

// BGPPeer reads a peer: by a call of its own, or with others from one listing of
// the region; see listings. The error is ErrNotFound when the service, asked for
// this id, says that the peer is gone: an empty list, or the status Deleted.
func (c *Client) BGPPeer(ctx context.Context, region, id string) (BGPPeer, error) {
	return c.region(region).peers.current(ctx, id)
}

// BGPPeers lists the peers that the filter chooses, every page, ordered by id,
// without those that are Deleted.
func (c *Client) BGPPeers(ctx context.Context, filter BGPPeerFilter) ([]BGPPeer, error) {
	return peers.all(ctx, c, query{region: filter.Region, id: filter.ID, params: map[string]string{
		"BgpGroupId": filter.GroupID,
		"RouterId":   filter.RouterID,
		"IsDefault":  formatBool(filter.IsDefault),
	}}, func() {})
}

// WaitBGPPeer reads a peer until it is as wanted; see listings.wait.
func (c *Client) WaitBGPPeer(ctx context.Context, region, id, goal string, until func(BGPPeer) bool) (BGPPeer, error) {
	return c.region(region).peers.wait(ctx, id, goal, until)
}

// WaitBGPPeerGone reads a peer until it is gone, as WaitBGPPeer does.
func (c *Client) WaitBGPPeerGone(ctx context.Context, region, id string) error {
	return c.region(region).peers.waitGone(ctx, id)
}

// sameAddress compares addresses in any spelling.
func sameAddress(a, b string) bool {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	if errX != nil || errY != nil {
		return strings.EqualFold(a, b)
	}
	return x == y
}

// bfdParams always has EnableBfd, whose absence means false in a modification,
// and has hops with BFD only: what they mean without it is not documented.
func bfdParams(enable bool, hops int64) map[string]string {
	params := map[string]string{"EnableBfd": strconv.FormatBool(enable)}
	if enable && hops != 0 {
		params["BfdMultiHop"] = strconv.FormatInt(hops, 10)
	}
	return params
}
