package emulator

import (
	"reflect"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
)

// sessions tells each cloud how its sessions stand: as real speakers say, where
// there are any, or as the linked end on the other cloud does. All others a
// cloud simulates by itself.
//
// Alibaba Cloud asks with its lock held, so what it asks never leads back to
// it: its ends ask Azure for what a gateway announces, and Azure's ends, which
// are asked without a lock, ask Alibaba Cloud for the rest.
type sessions struct {
	emulator *Emulator
	speakers bgp.Speakers     // nil where none are real
	byEnd    map[bgp.End]Link // of both ends, Local left out
	told     []bgp.Speaker    // what the speakers were told last
}

func newSessions(e *Emulator, links []Link) *sessions {
	s := &sessions{emulator: e, speakers: e.config.Speakers, byEnd: map[bgp.End]Link{}}
	for _, link := range links {
		s.byEnd[bgp.End{Router: link.RouterID, Neighbor: bgp.CanonicalAddress(link.PeerIPAddress)}] = link
		s.byEnd[bgp.End{Router: strings.ToLower(link.GatewayID), Neighbor: bgp.CanonicalAddress(link.Neighbor)}] = link
	}
	return s
}

// link returns the link that an end is of, and whether the end is Azure's.
func (s *sessions) link(end bgp.End) (link Link, azure, linked bool) {
	azure = end.Local != ""
	end.Local = ""
	link, linked = s.byEnd[end]
	return link, azure, linked
}

// Session implements bgp.Sessions. A linked peer's session is simulated by
// Alibaba Cloud, and a linked row follows it.
func (s *sessions) Session(end bgp.End) (bgp.Session, bool) {
	if s.speakers != nil {
		if session, ok := s.speakers.Session(end); ok {
			return session, true
		}
	}
	link, azure, linked := s.link(end)
	if !linked || !azure {
		return bgp.Session{}, false
	}
	session := bgp.Session{State: bgp.StateConnect}
	if state, since, found := s.emulator.Alibaba.Session(link.RouterID, link.PeerIPAddress); found && state == alibabacloud.SessionEstablished {
		session = bgp.Session{State: bgp.StateEstablished, Since: since}
	}
	return session, true
}

// Routes implements bgp.Sessions.
func (s *sessions) Routes(end bgp.End, direction bgp.Direction) ([]bgp.Route, bool) {
	if s.speakers != nil {
		if routes, ok := s.speakers.Routes(end, direction); ok {
			return routes, true
		}
	}
	link, azure, linked := s.link(end)
	switch {
	case !linked || direction != bgp.Learned:
		return nil, false
	case azure:
		return s.emulator.Alibaba.Announced(link.RouterID, link.PeerIPAddress), true
	default:
		return s.emulator.Azure.Announced(link.GatewayID, link.Neighbor), true
	}
}

// configure tells real speakers what both clouds declare by now, if that has
// changed.
func (s *sessions) configure() error {
	if s.speakers == nil {
		return nil
	}
	speakers := s.emulator.Alibaba.Speakers()
	keys := map[bgp.End]string{} // MD5 keys, by the ends of the peers
	for i := range speakers {
		for _, neighbor := range speakers[i].Neighbors {
			keys[speakers[i].End(neighbor)] = neighbor.AuthKey
		}
	}
	for _, speaker := range s.emulator.Azure.Speakers() {
		for i, neighbor := range speaker.Neighbors {
			if link, _, linked := s.link(speaker.End(neighbor)); linked {
				peer := bgp.End{Router: link.RouterID, Neighbor: bgp.CanonicalAddress(link.PeerIPAddress)}
				speaker.Neighbors[i].AuthKey = keys[peer] // a gateway has no key of its own (AZ-057)
			}
		}
		speakers = append(speakers, speaker)
	}
	if reflect.DeepEqual(speakers, s.told) {
		return nil
	}
	s.told = speakers // also where that fails: the same again would fail again
	return s.speakers.Configure(speakers)
}

var _ bgp.Sessions = (*sessions)(nil)
