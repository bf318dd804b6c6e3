package alibabacloud

import (
	"net/netip"
	"slices"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
)

// This file is where the sessions of peers meet their other ends: real
// speakers, or the gateways of the other emulated cloud.

// documentedState has the API's names for the states of BGP (ALI-035).
var documentedState = map[bgp.State]SessionState{
	bgp.StateIdle:        SessionIdle,
	bgp.StateConnect:     SessionConnect,
	bgp.StateActive:      SessionActive,
	bgp.StateOpenSent:    SessionConnect,
	bgp.StateOpenConfirm: SessionConnect,
	bgp.StateEstablished: SessionEstablished,
}

// end is the peer's end of its session.
func (s *Service) end(p *Peer) bgp.End {
	var router string
	if g := s.store.groups.byID[p.GroupID]; g != nil {
		router = g.RouterID
	}
	return bgp.End{Router: router, Neighbor: bgp.CanonicalAddress(p.PeerIPAddress)}
}

// configured reports whether a peer's session is set up on its VBR.
func (p *Peer) configured() bool { return p.Status == Available || p.Status == Modifying }

// followSession takes over how the session of a peer stands from whoever knows
// it, and reports whether anybody does.
func (s *Service) followSession(p *Peer) bool {
	if s.sessions == nil || !p.configured() {
		return false
	}
	session, known := s.sessions.Session(s.end(p))
	if known {
		p.Session, p.SessionSince = documentedState[session.State], session.Since
	}
	return known
}

// routeCounts returns how many routes a peer's session carries each way. One
// that is not Established carries none (ALI-034).
func (s *Service) routeCounts(p *Peer, routerID string, announced func(routerID, ipVersion string) int64) (advertised, received int64) {
	if p.Session != SessionEstablished {
		return 0, 0
	}
	advertised, received = p.AdvertisedRoutes, p.ReceivedRoutes
	if advertised == 0 {
		advertised = announced(routerID, p.IPVersion)
	}
	if s.sessions == nil {
		return advertised, received
	}
	end := s.end(p)
	if session, known := s.sessions.Session(end); known && session.Counters != nil && !p.HoldSession {
		return session.Counters.RoutesAdvertised, session.Counters.RoutesReceived
	}
	if received == 0 {
		routes, _ := s.sessions.Routes(end, bgp.Learned)
		received = int64(len(routes))
	}
	return advertised, received
}

// countingAnnounced counts what VBRs announce to their peers of an IP version,
// each once: the peers of a page mostly share a VBR.
func (s *Service) countingAnnounced() func(routerID, ipVersion string) int64 {
	counts := map[[2]string]int64{}
	return func(routerID, ipVersion string) int64 {
		key := [2]string{routerID, ipVersion}
		count, counted := counts[key]
		if !counted {
			count = int64(len(s.announced(routerID, ipVersion)))
			counts[key] = count
		}
		return count
	}
}

// announced returns what a VBR announces to its peers of an IP version: its
// prefixes and its networks that are Available, each once (ALI-034).
func (s *Service) announced(routerID, ipVersion string) []netip.Prefix {
	var prefixes []netip.Prefix
	if vbr := s.store.vbrs.byID[routerID]; vbr != nil {
		prefixes = slices.Clone(vbr.Prefixes)
	}
	for _, n := range s.store.networks.order {
		if n.RouterID != routerID || n.Status != Available {
			continue
		}
		if prefix, err := netip.ParsePrefix(n.CIDR); err == nil {
			prefixes = append(prefixes, prefix)
		}
	}
	prefixes = slices.DeleteFunc(prefixes, func(p netip.Prefix) bool { return ipVersion != "" && p.Addr().Is4() != (ipVersion == "IPv4") })
	slices.SortFunc(prefixes, netip.Prefix.Compare)
	return slices.Compact(prefixes)
}

// Session looks the session up that a VBR has with an address, for whoever is
// its other end: its state, since when, and whether there is such a peer at
// all. A peer that is being deleted has none.
func (s *Service) Session(routerID, peerIPAddress string) (state SessionState, since time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleAll(s.now())
	if p := s.peerAt(routerID, peerIPAddress); p != nil {
		return p.Session, p.SessionSince, true
	}
	return "", time.Time{}, false
}

// Announced returns the routes that a VBR announces to an address, for whoever
// is the session's other end. There are none without such a peer.
func (s *Service) Announced(routerID, peerIPAddress string) []bgp.Route {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleAll(s.now())
	p := s.peerAt(routerID, peerIPAddress)
	if p == nil {
		return nil
	}
	g := s.store.groups.byID[p.GroupID]
	prefixes := s.announced(routerID, p.IPVersion)
	routes := make([]bgp.Route, len(prefixes))
	for i, prefix := range prefixes {
		routes[i] = bgp.Route{Prefix: prefix, ASPath: []int64{g.LocalASN}}
	}
	return routes
}

// peerAt returns the peer of a VBR with an address, whose group is there.
func (s *Service) peerAt(routerID, address string) *Peer {
	for _, p := range s.store.peers.order {
		if !sameAddress(p.PeerIPAddress, address) || p.Status == Deleting || p.Status == Deleted {
			continue
		}
		if g := s.store.groups.byID[p.GroupID]; g != nil && g.RouterID == routerID {
			return p
		}
	}
	return nil
}

// Speakers returns every VBR as a BGP speaker, with the peers whose sessions
// are set up, in the order in which they were made.
func (s *Service) Speakers() []bgp.Speaker {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleAll(s.now())
	neighbors := map[string][]bgp.Neighbor{}
	for _, p := range s.store.peers.order {
		g := s.store.groups.byID[p.GroupID]
		if g == nil || !p.configured() {
			continue
		}
		neighbors[g.RouterID] = append(neighbors[g.RouterID], bgp.Neighbor{
			ID: p.ID, Address: bgp.CanonicalAddress(p.PeerIPAddress), PeerASN: g.PeerASN, LocalASN: g.LocalASN,
			FakeASN: g.IsFakeASN, AuthKey: g.AuthKey, BFD: p.EnableBFD, RouteLimit: g.RouteQuota,
			HoldTime: time.Duration(g.Hold) * time.Second, Keepalive: time.Duration(g.Keepalive) * time.Second,
		})
	}
	speakers := make([]bgp.Speaker, len(s.store.vbrs.order))
	for i, vbr := range s.store.vbrs.order {
		speakers[i] = bgp.Speaker{
			Router: vbr.ID, ASN: aliyunASN, Neighbors: neighbors[vbr.ID], Prefixes: s.announced(vbr.ID, ""),
		}
		if len(vbr.Circuits) > 0 {
			speakers[i].Address = bgp.CanonicalAddress(vbr.Circuits[0].LocalIPAddress)
		}
	}
	return speakers
}
