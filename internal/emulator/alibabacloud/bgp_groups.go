package alibabacloud

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	aliyunASN         = 45104 // the vendor's own, documented as the default LocalAsn
	maxASN            = 1<<32 - 1
	defaultRouteQuota = 110 // documented
	defaultHold       = 30  // seconds, of the documents' samples
	defaultKeepalive  = 10
)

// The documented forms of a group's name, 2 to 128 characters, and of its
// description, 2 to 256. The form of the key is ALI-044.
var (
	nameForm    = regexp.MustCompile(`^\p{L}[\p{L}\p{N}._-]+$`)
	authKeyForm = regexp.MustCompile(`^[!-~]{1,80}$`)
)

// groupFault says what is wrong with a group's attributes, if anything.
// discription is the error for its description, which the document of
// CreateBgpGroup spells differently from the other documents.
func groupFault(g *Group, discription *apiError) *apiError {
	switch {
	case g.Name != "" && (!nameForm.MatchString(g.Name) || !validText(g.Name, 128)):
		return errGroupName
	case g.Description != "" && !validText(g.Description, 256):
		return discription
	case g.AuthKey != "" && !authKeyForm.MatchString(g.AuthKey):
		return errGroupAuthKey
	case g.PeerASN == 0:
		return errPeerASNNull
	case g.PeerASN == aliyunASN:
		return errPeerASN
	case g.PeerASN < 1 || g.PeerASN > maxASN:
		return errIllegalPeerASN
	case g.LocalASN < 1 || g.LocalASN > maxASN:
		return errIllegalLocalASN
	case !validLocalASN(g.LocalASN):
		return errLocalASN
	}
	return nil
}

func validText(text string, most int) bool {
	runes := utf8.RuneCountInString(text)
	return runes >= 2 && runes <= most && startsWithLetter.MatchString(text) && !isURL(text)
}

var startsWithLetter = regexp.MustCompile(`^\p{L}`)

func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// validLocalASN has the values that CreateBgpGroup documents.
func validLocalASN(asn int64) bool {
	return asn == aliyunASN ||
		asn >= 64512 && asn <= 65534 && asn != 65025 ||
		asn >= 4200000000 && asn <= 4294967294
}

// groupAttributes sets what a call says of a group's attributes.
func groupAttributes(c *call, g *Group) {
	for name, target := range map[string]*string{"Name": &g.Name, "Description": &g.Description, "AuthKey": &g.AuthKey} {
		if value, sent := c.params[name]; sent {
			*target = value
		}
	}
	for name, target := range map[string]*int64{"PeerAsn": &g.PeerASN, "LocalAsn": &g.LocalASN, "RouteQuota": &g.RouteQuota} {
		if value, sent := c.intParam(name); sent {
			*target = value
		}
	}
	if value, sent := c.boolParam("IsFakeAsn"); sent {
		g.IsFakeASN = value
	}
	if clearKey, _ := c.boolParam("ClearAuthKey"); clearKey {
		g.AuthKey = ""
	}
}

// createBGPGroup is the operation CreateBgpGroup.
func (s *Service) createBGPGroup(c *call) (object, *apiError) {
	s.settleAll(c.now)
	vbr := s.store.vbrs.byID[c.params["RouterId"]]
	if vbr == nil || vbr.RegionID != c.params["RegionId"] {
		return nil, errVBRNotFound
	}
	if vbr.Inactive {
		return nil, errCannotOperate
	}
	g := Group{
		ID: newID("bgpg-"), RouterID: vbr.ID, LocalASN: aliyunASN, RouteQuota: defaultRouteQuota,
		Hold: defaultHold, Keepalive: defaultKeepalive, Status: Pending, StatusSince: c.now,
	}
	groupAttributes(c, &g)
	if failure := groupFault(&g, errGroupDescription); failure != nil {
		return nil, failure
	}
	quotas := vbr.Quotas.orDefaults(s.quotas)
	if g.RouteQuota < 1 || exceeded(int(g.RouteQuota), quotas.RoutesPerPeer) {
		return nil, errRouteLimit
	}
	var failure *apiError
	if g.IPVersion, failure = s.ipVersion(c, vbr); failure != nil {
		return nil, failure
	}
	if reached(s.countGroups(vbr.ID), quotas.GroupsPerVBR) {
		return nil, errGroupQuota
	}
	s.store.groups.put(g.ID, g)
	return object{{"BgpGroupId", g.ID}}, nil
}

// ipVersion reads IpVersion and checks that VBR and region have it.
func (s *Service) ipVersion(c *call, vbr *VBR) (string, *apiError) {
	switch strings.ToLower(c.params["IpVersion"]) {
	case "", "ipv4":
		return "IPv4", nil
	case "ipv6":
		if region, _ := s.region(vbr.RegionID); !region.IPv6 {
			return "", errNoIPv6InRegion
		}
		if !vbr.IPv6 {
			return "", errIPVersion // ALI-045
		}
		return "IPv6", nil
	}
	return "", errIPVersion
}

func (s *Service) countGroups(routerID string) int {
	n := 0
	for _, g := range s.store.groups.order {
		if g.RouterID == routerID && g.Status != Deleted {
			n++
		}
	}
	return n
}

// describeBGPGroups is the operation DescribeBgpGroups.
func (s *Service) describeBGPGroups(c *call) (object, *apiError) {
	s.settleAll(c.now)
	return page(c, s, s.filterGroups(c), "BgpGroups", "BgpGroup", s.renderGroup)
}

// filterGroups returns the groups that the filters of DescribeBgpGroups, which
// are those of DescribeBgpPeers too, let pass.
func (s *Service) filterGroups(c *call) []*Group {
	isDefault, byDefault := c.boolParam("IsDefault")
	var rows []*Group
	for _, g := range s.store.groups.order {
		if s.regionOf(g.RouterID) == c.params["RegionId"] &&
			c.asksFor("BgpGroupId", g.ID) && c.asksFor("RouterId", g.RouterID) &&
			(!byDefault || g.IsDefault == isDefault) {
			rows = append(rows, g)
		}
	}
	return rows
}

// asksFor reports whether a filter, if there is one, lets a value pass.
func (c *call) asksFor(filter, value string) bool {
	want, sent := c.params[filter]
	return !sent || want == value
}

// regionOf returns the region of a VBR, "" if the VBR no longer exists.
func (s *Service) regionOf(routerID string) string {
	if vbr := s.store.vbrs.byID[routerID]; vbr != nil {
		return vbr.RegionID
	}
	return ""
}

// renderGroup writes a group as the documents' samples show it, the key in
// clear (ALI-048, ALI-072).
func (s *Service) renderGroup(g *Group) object {
	o := object{{"BgpGroupId", g.ID}}
	if !s.oldAnswers {
		o = append(o, member{"RouterId", g.RouterID})
	}
	o = append(o, object{
		{"RegionId", s.regionOf(g.RouterID)},
		{"Name", g.Name},
		{"Description", g.Description},
		{"Status", string(g.Status)},
		{"AuthKey", g.AuthKey},
		{"PeerAsn", s.number(g.PeerASN)},
		{"LocalAsn", s.number(g.LocalASN)},
	}...)
	if s.oldAnswers {
		o = append(o, member{"IsFake", g.IsFakeASN})
	} else {
		o = append(o, member{"IsFake", strconv.FormatBool(g.IsFakeASN)})
	}
	o = append(o, object{
		{"Hold", s.number(g.Hold)},
		{"Keepalive", s.number(g.Keepalive)},
		{"RouteLimit", s.number(g.RouteQuota)},
	}...)
	if !s.oldAnswers {
		o = append(o, member{"IpVersion", strings.ToLower(g.IPVersion)})
	}
	return o
}

// modifyBGPGroupAttribute is the operation ModifyBgpGroupAttribute.
func (s *Service) modifyBGPGroupAttribute(c *call) (object, *apiError) {
	s.settleAll(c.now)
	g, failure := s.groupToWrite(c)
	if failure != nil {
		return nil, failure
	}
	changed := *g
	groupAttributes(c, &changed)
	if failure := groupFault(&changed, errGroupDiscription); failure != nil {
		return nil, failure
	}
	var quotas Quotas
	if vbr := s.store.vbrs.byID[g.RouterID]; vbr != nil {
		quotas = vbr.Quotas
	}
	if changed.RouteQuota < 1 || exceeded(int(changed.RouteQuota), quotas.orDefaults(s.quotas).RoutesPerPeer) {
		return nil, errRouteLimit
	}
	changed.Status, changed.StatusSince = Modifying, c.now
	*g = changed
	return object{}, nil
}

// deleteBGPGroup is the operation DeleteBgpGroup. A group with peers, those
// included that are being deleted, cannot be deleted (ALI-046).
func (s *Service) deleteBGPGroup(c *call) (object, *apiError) {
	s.settleAll(c.now)
	g, failure := s.groupToWrite(c)
	if failure != nil {
		return nil, failure
	}
	for _, p := range s.store.peers.order {
		if p.GroupID == g.ID && p.Status != Deleted {
			return nil, errGroupHasPeers
		}
	}
	g.Status, g.StatusSince = Deleting, c.now
	return object{}, nil
}

// groupToWrite returns the group that a call is about to change (ALI-037).
func (s *Service) groupToWrite(c *call) (*Group, *apiError) {
	g := s.store.groups.byID[c.params["BgpGroupId"]]
	if g == nil || g.Status == Deleted || s.regionOf(g.RouterID) != c.params["RegionId"] {
		return nil, errGroupNotFound
	}
	if g.Status != Available {
		return nil, errCannotOperate
	}
	return g, nil
}
