package alibabacloud

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

const maxBFDMultiHop = 255 // documented, from 1

// createBGPPeer is the operation CreateBgpPeer. Where several errors apply,
// the order of the checks decides (ALI-060).
func (s *Service) createBGPPeer(c *call) (object, *apiError) {
	s.settleAll(c.now)
	g, vbr, failure := s.peerHome(c)
	if failure != nil {
		return nil, failure
	}
	p := Peer{
		ID: newID("bgp-"), GroupID: g.ID, Status: Pending, StatusSince: c.now,
		Session: SessionIdle, SessionSince: c.now, ModifiedAt: c.now,
	}
	if p.IPVersion, failure = s.ipVersion(c, vbr); failure != nil {
		return nil, failure
	}
	if p.PeerIPAddress, failure = s.peerAddress(c, vbr, p.IPVersion); failure != nil {
		return nil, failure
	}
	if failure = bfd(c, &p); failure != nil {
		return nil, failure
	}
	if failure = s.addressFault(&p, vbr); failure != nil {
		return nil, failure
	}
	if failure = s.peerQuotas(&p, vbr); failure != nil {
		return nil, failure
	}
	s.store.peers.put(p.ID, p)
	return object{{"BgpPeerId", p.ID}}, nil
}

// peerHome returns the group that a peer is to join, and its VBR, both ready
// for it.
func (s *Service) peerHome(c *call) (*Group, *VBR, *apiError) {
	g := s.store.groups.byID[c.params["BgpGroupId"]]
	if g == nil || g.Status == Deleted {
		return nil, nil, errGroupNotFound
	}
	vbr := s.store.vbrs.byID[g.RouterID]
	switch {
	case vbr == nil:
		return nil, nil, errVBRNotFound
	case vbr.RegionID != c.params["RegionId"]:
		return nil, nil, errGroupNotFound
	case g.Status != Available || vbr.Inactive:
		return nil, nil, errCannotOperate
	case vbr.Defect != "":
		return nil, nil, defectErrors[vbr.Defect]
	}
	// Attributes that the group got out of band (ALI-047).
	if failure := groupFault(g, errGroupDiscription); failure != nil {
		return nil, nil, failure
	}
	return g, vbr, nil
}

// peerAddress reads PeerIpAddress, or takes the one of the VBR's only circuit.
// The API answers an IPv6 address in its shortest form (ALI-061).
func (s *Service) peerAddress(c *call, vbr *VBR, ipVersion string) (string, *apiError) {
	given := c.params["PeerIpAddress"]
	if given == "" {
		return s.circuitAddress(vbr, ipVersion)
	}
	return s.parsePeerAddress(given, ipVersion)
}

func (s *Service) parsePeerAddress(given, ipVersion string) (string, *apiError) {
	address, err := netip.ParseAddr(given)
	switch {
	case err != nil || address.Zone() != "":
		return "", errIPMalformed
	case address.Is4() != (ipVersion == "IPv4"),
		address.IsUnspecified(), address.IsLoopback() && !s.loopbackPeers, address.IsMulticast(), given == "255.255.255.255":
		return "", errPeerIPIllegal // ALI-062
	}
	return address.String(), nil
}

// circuitAddress fills an address in that a call left out: a VBR with one
// circuit has it; which error several circuits cause is ALI-063.
func (s *Service) circuitAddress(vbr *VBR, ipVersion string) (string, *apiError) {
	connections := map[string]bool{}
	for _, circuit := range vbr.Circuits {
		connections[circuit.PhysicalConnectionID] = true
	}
	if len(connections) > 1 {
		return "", errPeerIPNull
	}
	if len(vbr.Circuits) != 1 {
		return "", errPeerIPMustPointOut
	}
	address := vbr.Circuits[0].PeerIPAddress
	if ipVersion == "IPv6" {
		address = vbr.Circuits[0].PeerIPv6Address
	}
	if address == "" {
		return "", errPeerIPMustPointOut
	}
	return s.parsePeerAddress(address, ipVersion)
}

// bfd reads EnableBfd, documented default false, and BfdMultiHop, documented
// as required where BFD is enabled, from 1 to 255. The codes are ALI-064.
func bfd(c *call, p *Peer) *apiError {
	enable, enableSent := c.boolParam("EnableBfd")
	hops, hopsSent := c.intParam("BfdMultiHop")
	switch {
	case hopsSent && !enableSent:
		return errMissingEnableBFD
	case hopsSent != enable, hopsSent && (hops < 1 || hops > maxBFDMultiHop):
		return errBFDMultiHop
	}
	p.EnableBFD, p.BFDMultiHop = enable, hops
	return nil
}

// addressFault refuses an address that another peer has, one that is being
// deleted included. Which of the documented codes a second peer gets is
// ALI-065.
func (s *Service) addressFault(p *Peer, vbr *VBR) *apiError {
	for _, other := range s.store.peers.order {
		if other.ID == p.ID || other.Status == Deleted || other.PeerIPAddress != p.PeerIPAddress {
			continue
		}
		if other.GroupID == p.GroupID {
			return errPeerExists
		}
		otherVBR := s.vbrOf(other)
		switch {
		case otherVBR == nil:
		case otherVBR.ID == vbr.ID && p.IPVersion == "IPv6":
			return errPeerIPv6Duplicated
		case otherVBR.ID == vbr.ID:
			return errPeerIPInUse
		case otherVBR.AccessDevice != "" && otherVBR.AccessDevice == vbr.AccessDevice:
			return errPeerIPDuplicated
		}
	}
	return nil
}

// vbrOf returns a peer's VBR, nil if it or the group no longer exists.
func (s *Service) vbrOf(p *Peer) *VBR {
	if g := s.store.groups.byID[p.GroupID]; g != nil {
		return s.store.vbrs.byID[g.RouterID]
	}
	return nil
}

// peerQuotas checks a new peer against all quotas of its VBR.
func (s *Service) peerQuotas(p *Peer, vbr *VBR) *apiError {
	var peers, nqas int
	for _, other := range s.store.peers.order {
		if other.Status == Deleted {
			continue
		}
		if otherVBR := s.vbrOf(other); otherVBR != nil && otherVBR.ID == vbr.ID {
			peers++
			if !other.EnableBFD {
				nqas++
			}
		}
	}
	quotas := vbr.Quotas.orDefaults(s.quotas)
	switch {
	case reached(peers, quotas.PeersPerVBR):
		return errPeerQuota
	case exceeded(s.countGroups(vbr.ID), quotas.GroupsPerVBR): // lowered since
		return errGroupQuota
	case exceeded(s.countNetworks(vbr.ID), quotas.NetworksPerVBR): // lowered since
		return errNetworkQuota
	case !p.EnableBFD && reached(nqas, quotas.NQAsPerVBR):
		return errNQAQuota
	}
	return s.bfdQuotas(p, vbr)
}

// bfdQuotas checks a peer with BFD against the quotas of BFD sessions.
func (s *Service) bfdQuotas(p *Peer, vbr *VBR) *apiError {
	if !p.EnableBFD {
		return nil
	}
	var all, onDevice int
	for _, other := range s.store.peers.order {
		if other.ID == p.ID || other.Status == Deleted || !other.EnableBFD {
			continue
		}
		all++
		if otherVBR := s.vbrOf(other); otherVBR != nil &&
			(otherVBR.ID == vbr.ID || otherVBR.AccessDevice != "" && otherVBR.AccessDevice == vbr.AccessDevice) {
			onDevice++
		}
	}
	quotas := vbr.Quotas.orDefaults(s.quotas)
	switch {
	case reached(all, quotas.BFDSessions):
		return errBFDQuota
	case reached(onDevice, quotas.BFDSessionsPerDevice):
		return errDeviceBFDQuota
	}
	return nil
}

// describeBGPPeers is the operation DescribeBgpPeers. An id that does not
// exist is an empty list.
func (s *Service) describeBGPPeers(c *call) (object, *apiError) {
	s.settleAll(c.now)
	groups := map[string]bool{}
	for _, g := range s.filterGroups(c) {
		groups[g.ID] = true
	}
	rows := s.store.peers.order
	if id, sent := c.params["BgpPeerId"]; sent {
		rows = s.store.peers.only(id)
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(p *Peer) bool { return !groups[p.GroupID] })
	announced := s.countingAnnounced()
	return page(c, s, rows, "BgpPeers", "BgpPeer", func(p *Peer) object { return s.renderPeer(p, announced) })
}

// renderPeer writes a peer as the documents' samples show it: the members of
// each in its order, the group's key in clear (ALI-048, ALI-072).
func (s *Service) renderPeer(p *Peer, announced func(routerID, ipVersion string) int64) object {
	g := s.store.groups.byID[p.GroupID]
	if s.oldAnswers {
		return object{
			{"BgpGroupId", p.GroupID},
			{"LocalAsn", s.number(g.LocalASN)},
			{"PeerIpAddress", p.PeerIPAddress},
			{"Hold", s.number(g.Hold)},
			{"Description", g.Description},
			{"AuthKey", g.AuthKey},
			{"IsFake", g.IsFakeASN},
			{"PeerAsn", s.number(g.PeerASN)},
			{"Keepalive", s.number(g.Keepalive)},
			{"RouteLimit", s.number(g.RouteQuota)},
			{"BgpPeerId", p.ID},
			{"Name", g.Name},
			{"Status", string(p.Status)},
			{"BgpStatus", string(p.Session)},
			{"RouterId", g.RouterID},
			{"RegionId", s.regionOf(g.RouterID)},
		}
	}
	advertised, received := s.routeCounts(p, g.RouterID, announced)
	o := object{
		{"Status", string(p.Status)},
		{"PeerIpAddress", p.PeerIPAddress},
		{"RouterId", g.RouterID},
		{"BgpGroupId", p.GroupID},
		{"BgpStatus", string(p.Session)},
	}
	if p.EnableBFD {
		o = append(o, member{"BfdMultiHop", p.BFDMultiHop}) // ALI-066
	}
	return append(o, object{
		{"PeerAsn", s.number(g.PeerASN)},
		{"LocalAsn", s.number(g.LocalASN)},
		{"RegionId", s.regionOf(g.RouterID)},
		{"BgpPeerId", p.ID},
		{"EnableBfd", p.EnableBFD},
		{"Hold", s.number(g.Hold)},
		{"IpVersion", strings.ToLower(p.IPVersion)},
		{"Keepalive", s.number(g.Keepalive)},
		{"Description", g.Description},
		{"RouteLimit", s.number(g.RouteQuota)},
		{"IsFake", g.IsFakeASN},
		{"AuthKey", g.AuthKey},
		{"Name", g.Name},
		{"AdvertisedRouteCount", advertised},
		{"ReceivedRouteCount", received},
		{"GmtModified", p.ModifiedAt.UTC().Format(time.RFC3339)},
	}...)
}

// number writes a number as the chosen generation of answers does: quoted in
// the newer, bare in the older one.
func (s *Service) number(n int64) any {
	if s.oldAnswers {
		return n
	}
	return strconv.FormatInt(n, 10)
}

// modifyBGPPeerAttribute is the operation ModifyBgpPeerAttribute. An EnableBfd
// that is not sent is false, its documented default; a PeerIpAddress that is
// not sent stays as it is (ALI-068).
func (s *Service) modifyBGPPeerAttribute(c *call) (object, *apiError) {
	s.settleAll(c.now)
	p, vbr, failure := s.peerToWrite(c)
	if failure != nil {
		return nil, failure
	}
	if group, sent := c.params["BgpGroupId"]; sent && group != p.GroupID {
		return nil, errGroupNotFound // ALI-067
	}
	changed := *p
	if given := c.params["PeerIpAddress"]; given != "" {
		if changed.PeerIPAddress, failure = s.parsePeerAddress(given, p.IPVersion); failure != nil {
			return nil, failure
		}
	}
	if failure = bfd(c, &changed); failure != nil {
		return nil, failure
	}
	if failure = s.addressFault(&changed, vbr); failure != nil {
		return nil, failure
	}
	if failure = s.bfdQuotas(&changed, vbr); failure != nil {
		return nil, failure
	}
	changed.Status, changed.StatusSince, changed.ModifiedAt = Modifying, c.now, c.now
	if changed.PeerIPAddress != p.PeerIPAddress && !changed.HoldSession {
		changed.Session, changed.SessionSince = SessionIdle, c.now // ALI-032
	}
	*p = changed
	return object{}, nil
}

// deleteBGPPeer is the operation DeleteBgpPeer.
func (s *Service) deleteBGPPeer(c *call) (object, *apiError) {
	s.settleAll(c.now)
	p, _, failure := s.peerToWrite(c)
	if failure != nil {
		return nil, failure
	}
	p.Status, p.StatusSince, p.ModifiedAt = Deleting, c.now, c.now
	p.Session, p.SessionSince = SessionIdle, c.now
	return object{}, nil
}

// peerToWrite returns the peer that a call is about to change, and its VBR
// (ALI-069).
func (s *Service) peerToWrite(c *call) (*Peer, *VBR, *apiError) {
	p := s.store.peers.byID[c.params["BgpPeerId"]]
	if p == nil || p.Status == Deleted {
		return nil, nil, errNotFound
	}
	vbr := s.vbrOf(p)
	if vbr == nil || vbr.RegionID != c.params["RegionId"] {
		return nil, nil, errNotFound
	}
	if p.Status != Available {
		return nil, nil, errCannotOperate
	}
	return p, vbr, nil
}

// sameAddress compares addresses in any spelling.
func sameAddress(a, b string) bool {
	if a == b {
		return true
	}
	left, err := netip.ParseAddr(a)
	if err != nil {
		return false
	}
	right, err := netip.ParseAddr(b)
	return err == nil && left == right
}
