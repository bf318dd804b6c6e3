package alibabacloud

import (
	"context"
	"strconv"
)

// BGPGroup is a BGP group as DescribeBgpGroups shows it. Of the MD5 key it keeps only
// whether there is one. A string is "" and a pointer nil where the answer has no value.
type BGPGroup struct {
	ID            string // bgpg-…
	RouterID      string // vbr-…; the older form of the answer has none
	RegionID      string
	Name          string
	Description   string
	IPVersion     string // "IPv4" or "IPv6"; the older form of the answer has none
	Status        Status
	PeerASN       *int64
	LocalASN      *int64
	HoldTime      *int64 // seconds
	KeepaliveTime *int64 // seconds
	RouteLimit    *int64 // routes per peer
	IsFakeASN     *bool
	HasAuthKey    *bool
}

var groups = &kind[BGPGroup]{
	noun:     "BGP group",
	describe: "DescribeBgpGroups",
	filter:   "BgpGroupId",
	decode:   decoder("BgpGroups", "BgpGroup", (*groupRow).group, groupID),
	id:       groupID,
	state:    func(g BGPGroup) (Status, *SessionState) { return g.Status, nil },
	complete: func(g *BGPGroup, q query) { g.RegionID = q.region },
}

func groupID(g BGPGroup) string { return g.ID }

// BGPGroupFilter selects groups of one region. A zero field selects all.
type BGPGroupFilter struct {
	Region       string // required
	ID, RouterID string
	IsDefault    *bool
}

// CreateBGPGroupInput describes the group to create. What is "" or nil is not sent,
// and the service chooses it.
type CreateBGPGroupInput struct {
	Region, RouterID string
	PeerASN          int64
	LocalASN         *int64
	RouteLimit       *int64 // routes per peer
	IsFakeASN        bool
	IPVersion        string // "IPv4", "IPv6"
	Name             string
	Description      string
	AuthKey          string // the MD5 key, a secret
}

// CreateBGPGroup creates a group and returns its id. All tries have one ClientToken:
// for one token the service creates one group and repeats its first answer. If the
// answer was lost and a later try does not tell it, the error is
// *UncertainCreateError. It names the groups that may be the new one, since nothing
// in a group says who created it.
//
// It ends with ctx, except that it still looks for what it may have created: for up
// to Pace.Grace after a deadline, and less than a second after a cancellation.
func (c *Client) CreateBGPGroup(ctx context.Context, in CreateBGPGroupInput) (id string, err error) {
	params := map[string]string{
		"RouterId":    in.RouterID,
		"PeerAsn":     strconv.FormatInt(in.PeerASN, 10),
		"IsFakeAsn":   strconv.FormatBool(in.IsFakeASN),
		"IpVersion":   in.IPVersion,
		"Name":        in.Name,
		"Description": in.Description,
		"AuthKey":     in.AuthKey,
	}
	setNumbers(params, map[string]*int64{"LocalAsn": in.LocalASN, "RouteQuota": in.RouteLimit})
	return create(ctx, c, &creation[BGPGroup]{
		kind:  groups,
		call:  newCall("CreateBgpGroup", in.Region, params),
		idIn:  "BgpGroupId",
		where: query{region: in.Region, params: map[string]string{"RouterId": in.RouterID}},
		fits: func(g BGPGroup) bool {
			return g.Name == in.Name && g.Description == in.Description && (g.PeerASN == nil || *g.PeerASN == in.PeerASN)
		},
	})
}

// ModifyBGPGroupInput is what to change in a group. What is nil or "" stays as it
// is. A pointer to "" clears the text.
type ModifyBGPGroupInput struct {
	Region, ID        string
	PeerASN           int64
	LocalASN          *int64
	RouteLimit        *int64
	IsFakeASN         *bool
	Name, Description *string
	AuthKey           string // the MD5 key, a secret
	ClearAuthKey      bool
}

// ModifyBGPGroup changes a group in place. All tries have one ClientToken. The error
// is ErrNotFound only if a read confirms that the group is gone.
func (c *Client) ModifyBGPGroup(ctx context.Context, in ModifyBGPGroupInput) error {
	params := map[string]string{"BgpGroupId": in.ID, "AuthKey": in.AuthKey}
	numbers := map[string]*int64{"LocalAsn": in.LocalASN, "RouteQuota": in.RouteLimit}
	if in.PeerASN != 0 {
		numbers["PeerAsn"] = &in.PeerASN
	}
	setNumbers(params, numbers)
	call := newCall("ModifyBgpGroupAttribute", in.Region, params)
	for name, value := range map[string]*string{"Name": in.Name, "Description": in.Description} {
		if value != nil {
			call.params[name] = *value
		}
	}
	if in.IsFakeASN != nil {
		call.params["IsFakeAsn"] = strconv.FormatBool(*in.IsFakeASN)
	}
	if in.ClearAuthKey {
		call.params["ClearAuthKey"] = "true"
	}
	return c.region(in.Region).groups.modify(ctx, call, in.ID)
}

// DeleteBGPGroup deletes a group. It returns nil if the group is already gone or is
// being deleted. While peers of the group are being deleted, it waits. If the group
// has other peers, it fails at once with a *GroupNotEmptyError. All tries have one
// ClientToken.
func (c *Client) DeleteBGPGroup(ctx context.Context, region, id string) error {
	r := c.region(region)
	var full *GroupNotEmptyError
	call := newCall("DeleteBgpGroup", region, map[string]string{"BgpGroupId": id})
	err := r.groups.remove(ctx, call, id, func(ctx context.Context, failed *Error) *Error {
		if failed.Kind != KindConflict {
			return failed
		}
		members, err := peers.allOnce(ctx, c, query{region: region, params: map[string]string{"BgpGroupId": id}})
		if err != nil {
			return failed // the next try may find out
		}
		full = &GroupNotEmptyError{Err: failed}
		for _, p := range members {
			if p.Status != StatusDeleting && !r.changes.moving(p.ID) {
				full.Peers = append(full.Peers, p.ID)
			}
		}
		if len(full.Peers) == 0 {
			full = nil
			return failed
		}
		final := *failed
		final.Kind = KindFinal
		return &final
	})
	if full != nil && err != nil {
		return full
	}
	return err
}

// BGPGroup reads a group, as BGPPeer reads a peer.
func (c *Client) BGPGroup(ctx context.Context, region, id string) (BGPGroup, error) {
	return c.region(region).groups.current(ctx, id)
}

// BGPGroups lists all groups that the filter selects, ordered by id, without those
// that are Deleted.
func (c *Client) BGPGroups(ctx context.Context, filter BGPGroupFilter) ([]BGPGroup, error) {
	return groups.all(ctx, c, query{region: filter.Region, id: filter.ID, params: map[string]string{
		"RouterId":  filter.RouterID,
		"IsDefault": formatBool(filter.IsDefault),
	}})
}

// WaitBGPGroup reads a group until it is as wanted, as WaitBGPPeer does.
func (c *Client) WaitBGPGroup(ctx context.Context, region, id, goal string, until func(BGPGroup) bool) (BGPGroup, error) {
	return c.region(region).groups.wait(ctx, id, goal, until)
}

// WaitBGPGroupGone reads a group until it is gone, as WaitBGPPeerGone does.
func (c *Client) WaitBGPGroupGone(ctx context.Context, region, id string) error {
	return c.region(region).groups.waitGone(ctx, id)
}
