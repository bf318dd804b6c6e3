package alibabacloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

const (
	actionCreate   = "CreateBgpPeer"
	actionDescribe = "DescribeBgpPeers"
	actionModify   = "ModifyBgpPeerAttribute"
	actionDelete   = "DeleteBgpPeer"
)

// PeerStatus is where a peer stands in its life; see the constants.
type PeerStatus string

// The statuses that DescribeBgpPeers documents.
const (
	PeerPending   PeerStatus = "Pending"
	PeerAvailable PeerStatus = "Available"
	PeerModifying PeerStatus = "Modifying"
	PeerDeleting  PeerStatus = "Deleting"
	PeerDeleted   PeerStatus = "Deleted"
)

var peerStatuses = []PeerStatus{PeerPending, PeerAvailable, PeerModifying, PeerDeleting, PeerDeleted}

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
	Status               PeerStatus
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

// ModifyBGPPeerInput is the whole set of what can be changed in place.
type ModifyBGPPeerInput struct {
	Region, ID    string
	PeerIPAddress string // "" leaves the address as it is
	EnableBFD     bool
	BFDMultiHop   int64 // 1 to 255; sent with EnableBFD only
}

// ModifyBGPPeer sets a peer's address and BFD. All tries have one ClientToken.
func (c *Client) ModifyBGPPeer(ctx context.Context, in ModifyBGPPeerInput) error {
	params := bfdParams(in.EnableBFD, in.BFDMultiHop)
	params["BgpPeerId"] = in.ID
	params["ClientToken"] = uuid.NewString()
	if in.PeerIPAddress != "" {
		params["PeerIpAddress"] = in.PeerIPAddress
	}
	return c.write(ctx, call{actionModify, in.Region, params}, nil)
}

// DeleteBGPPeer deletes a peer; nil if it is gone already, or about to be. All tries have one
// ClientToken.
func (c *Client) DeleteBGPPeer(ctx context.Context, region, id string) error {
	err := c.write(ctx, call{actionDelete, region, map[string]string{
		"BgpPeerId":   id,
		"ClientToken": uuid.NewString(),
	}}, nil)
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	// The code stands for other instances than the peer too: a look makes sure.
	peer, lookErr := c.describeByID(ctx, region, id, func() {})
	if !errors.Is(lookErr, ErrNotFound) && peer.Status != PeerDeleting {
		return cmp.Or(lookErr, errors.New("the service both shows the peer and says that it does not exist"))
	}
	return nil
}

// BGPPeer reads a peer: by a call of its own, or with others from one listing of
// the region; see listings. The error is ErrNotFound when the service, asked for
// this id, says that the peer is gone: an empty list, or the status Deleted.
func (c *Client) BGPPeer(ctx context.Context, region, id string) (BGPPeer, error) {
	shared, oldest := &c.region(region).peers, time.Now().Add(-c.pace.Freshness)
	peer, _, err := c.read(ctx, region, id, true, func(l *listing) bool { return shared.current(l, oldest) })
	return peer, err
}

// BGPPeers lists the peers that the filter chooses, every page, ordered by id,
// without those that are Deleted.
func (c *Client) BGPPeers(ctx context.Context, filter BGPPeerFilter) ([]BGPPeer, error) {
	return c.list(ctx, filter)
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

// write makes a call that changes something until it succeeds or fails for good.
// Each attempt's end is shown to after, which may turn it into a success or an
// error of its own; nil leaves it as it is.
func (c *Client) write(ctx context.Context, call call, after func(context.Context, *answer, *Error) *Error) error {
	done := c.region(call.region).peers.beginWrite()
	defer done()
	return c.repeat(ctx, call.region, (*Error).temporary, func(ctx context.Context) *Error {
		answer, failed := c.attempt(ctx, call)
		if after != nil {
			return after(ctx, answer, failed)
		}
		return failed
	})
}

const pageSize = 50 // the most that DescribeBgpPeers gives

// describe reads one page; started is told when it is asked for, at every try, and
// again whether there is to be another.
func (c *Client) describe(ctx context.Context, filter BGPPeerFilter, page int, started func(), again func(*Error) bool) (got peerPage, err error) {
	err = c.repeat(ctx, filter.Region, again, func(ctx context.Context) (failed *Error) {
		started()
		got, failed = c.describeOnce(ctx, filter, page)
		return failed
	})
	return got, err
}

// describeOnce reads one page, in one try.
func (c *Client) describeOnce(ctx context.Context, filter BGPPeerFilter, page int) (peerPage, *Error) {
	params := map[string]string{}
	if filter.ID == "" {
		params["PageSize"], params["PageNumber"] = strconv.Itoa(pageSize), strconv.Itoa(page)
	}
	for name, value := range map[string]string{"BgpPeerId": filter.ID, "BgpGroupId": filter.GroupID, "RouterId": filter.RouterID} {
		if value != "" {
			params[name] = value
		}
	}
	if filter.IsDefault != nil {
		params["IsDefault"] = strconv.FormatBool(*filter.IsDefault)
	}
	answer, failed := c.attempt(ctx, call{actionDescribe, filter.Region, params})
	if failed != nil {
		return peerPage{}, failed
	}
	got, err := decodePeers(answer.body)
	if err != nil {
		return peerPage{}, c.unusable(actionDescribe, filter.Region, answer, err)
	}
	if filter.ID != "" && got.Total > 0 && !slices.ContainsFunc(got.Peers, func(p BGPPeer) bool { return p.ID == filter.ID }) {
		return peerPage{}, c.unusable(actionDescribe, filter.Region, answer, errOtherPeers)
	}
	return got, nil
}

var errOtherPeers = errors.New("the answer has other peers than the one asked for")

// describeByID reads one peer by a call of its own.
func (c *Client) describeByID(ctx context.Context, region, id string, started func()) (BGPPeer, error) {
	page, err := c.describe(ctx, BGPPeerFilter{Region: region, ID: id}, 1, started, (*Error).temporary)
	if err != nil {
		return BGPPeer{}, err
	}
	for _, p := range page.Peers {
		if p.ID == id && p.Status != PeerDeleted {
			return p, nil
		}
	}
	return BGPPeer{}, &Error{
		Action: actionDescribe, Region: region, Kind: KindGone, HTTPStatus: http.StatusOK,
		Message: fmt.Sprintf("there is no BGP peer %s", id),
	}
}

// unusable is the error of a 2xx answer that does not say what it must.
func (c *Client) unusable(action, region string, answer *answer, err error) *Error {
	return &Error{
		Action: action, Region: region, Kind: KindPassing, HTTPStatus: http.StatusOK,
		Message: err.Error(), RequestID: answer.requestID, Err: err, misdirected: action == actionDescribe,
	}
}
