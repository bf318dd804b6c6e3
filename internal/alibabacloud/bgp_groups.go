package alibabacloud

import (
	"context"
	"strconv"
)

// BGPGroup is a BGP group as DescribeBgpGroups shows it: of the MD5 key, whether
// there is one. Strings are "" and pointers nil where the service says nothing.
type BGPGroup struct {
	ID            string // bgpg-…
	RouterID      string // vbr-…; answers of the older generation have none
	RegionID      string
	Name          string
	Description   string
	IPVersion     string // "IPv4" or "IPv6"; answers of the older generation have none
	Status        Status
	PeerASN       *int64
	LocalASN      *int64
	HoldTime      *int64 // seconds
	KeepaliveTime *int64 // seconds
	RouteLimit    *int64 // routes of a peer
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
}

func groupID(g BGPGroup) string { return g.ID }

// BGPGroupFilter chooses groups of one region; zero fields choose all.
type BGPGroupFilter struct {
	Region       string // required
	ID, RouterID string
	IsDefault    *bool
}

// CreateBGPGroupInput is a group to be made. What is "" or nil is left to the
// service.
type CreateBGPGroupInput struct {
	Region, RouterID string
	PeerASN          int64
	LocalASN         *int64
	RouteLimit       *int64 // routes of a peer
	IsFakeASN        bool
	IPVersion        string // "IPv4", "IPv6"
	Name             string
	Description      string
	AuthKey          string // the MD5 key, a secret
}

// CreateBGPGroup makes a group and returns its id. All tries have one ClientToken,
// for which the service makes one group only and repeats its first answer. Where
// that does not settle what became of it, the error is *UncertainCreateError, with
// the groups that it may be: nothing in a group says who made it.
//
// It ends with ctx, but for the last look at what it may have made: within
// Pace.Grace of a deadline, within a second of a cancellation.
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

// ModifyBGPGroupInput is what is to change in a group. What is nil or "" stays as it
// is; a pointer to "" clears.
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
// is ErrNotFound only when a look shows that the group is gone.
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

// DeleteBGPGroup deletes a group; nil if it is gone already, or about to be. It waits
// while peers of the group are being deleted; with others in it, it fails at once
// with a *GroupNotEmptyError. All tries have one ClientToken.
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
			return failed // the next try may tell
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

// BGPGroups lists the groups that the filter chooses, every page, ordered by id,
// without those that are Deleted.
func (c *Client) BGPGroups(ctx context.Context, filter BGPGroupFilter) ([]BGPGroup, error) {
	return groups.all(ctx, c, query{region: filter.Region, id: filter.ID, params: map[string]string{
		"RouterId":  filter.RouterID,
		"IsDefault": formatBool(filter.IsDefault),
	}}, func() {})
}

// WaitBGPGroup reads a group until it is as wanted, as WaitBGPPeer does.
func (c *Client) WaitBGPGroup(ctx context.Context, region, id, goal string, until func(BGPGroup) bool) (BGPGroup, error) {
	return c.region(region).groups.wait(ctx, id, goal, until)
}

// WaitBGPGroupGone reads a group until it is gone, as WaitBGPPeerGone does.
func (c *Client) WaitBGPGroupGone(ctx context.Context, region, id string) error {
	return c.region(region).groups.waitGone(ctx, id)
}
