package azure

import (
	"net/netip"
	"strings"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
)

// This file is where the rows of gateways meet the other ends of their
// sessions: real speakers, or the routers of the other emulated cloud.

// DefaultASN is the ASN of a gateway or Route Server that names none.
const DefaultASN = 65515

// The timers that a gateway offers (AZ-057).
const (
	holdTime  = 180 * time.Second
	keepalive = 60 * time.Second
)

// documentedState has the API's names for the states of BGP (AZ-049).
var documentedState = map[bgp.State]string{
	bgp.StateIdle:        StateIdle,
	bgp.StateConnect:     StateConnecting,
	bgp.StateActive:      StateConnecting,
	bgp.StateOpenSent:    StateConnecting,
	bgp.StateOpenConfirm: StateConnecting,
	bgp.StateEstablished: StateConnected,
}

// session is how a row stands at one moment.
type session struct {
	state    string
	since    time.Time
	counters *bgp.Counters // nil where they are simulated
}

// router is the gateway's name as an end of sessions.
func (g Gateway) router() string { return strings.ToLower(g.ID()) }

// end is the row's end of its session, on this router.
func (row Row) end(router string) bgp.End {
	return bgp.End{
		Router: router, Local: bgp.CanonicalAddress(row.LocalAddress), Neighbor: bgp.CanonicalAddress(row.Neighbor),
	}
}

// session tells how a row stands: as whoever knows the session says (AZ-043),
// or by the row's own life.
func (s *Service) session(router string, row Row, now time.Time) session {
	if s.config.Sessions != nil {
		if known, ok := s.config.Sessions.Session(row.end(router)); ok {
			return session{documentedState[known.State], known.Since, known.Counters}
		}
	}
	life := s.config.Life
	if len(row.Life) > 0 {
		life = row.Life
	}
	since := row.Since
	for _, stage := range life[:len(life)-1] {
		end := since.Add(stage.For)
		if now.Before(end) {
			return session{state: stage.State, since: since}
		}
		since = end
	}
	return session{state: life[len(life)-1].State, since: since}
}

// asn is the gateway's own.
func (g Gateway) asn() int64 {
	if g.ASN != 0 {
		return g.ASN
	}
	for _, row := range g.Rows {
		if row.ASN != 0 && sameAddress(row.LocalAddress, row.Neighbor) {
			return row.ASN
		}
	}
	return DefaultASN
}

// Speakers returns every instance of every gateway and Route Server as a BGP
// speaker, gateways first, ordered by id.
func (s *Service) Speakers() []bgp.Speaker {
	var speakers []bgp.Speaker
	for _, g := range s.Gateways() {
		if !g.WithoutBGP {
			speakers = appendSpeakers(speakers, g.router(), g.asn(), g.Rows, g.Prefixes)
		}
	}
	for _, r := range s.RouteServers() {
		var rows []Row
		for _, peering := range r.Peerings {
			rows = append(rows, peering.Rows...)
		}
		speakers = appendSpeakers(speakers, r.router(), r.asn(), rows, r.Prefixes)
	}
	return speakers
}

// appendSpeakers adds a speaker for each local address of the rows.
func appendSpeakers(speakers []bgp.Speaker, router string, asn int64, rows []Row, prefixes []netip.Prefix) []bgp.Speaker {
	at := map[string]int{}
	for _, row := range rows {
		end := row.end(router)
		i, known := at[end.Local]
		if !known {
			i = len(speakers)
			at[end.Local] = i
			speakers = append(speakers, bgp.Speaker{Router: router, Local: end.Local, Address: end.Local, ASN: asn, Prefixes: prefixes})
		}
		if end.Neighbor != end.Local { // a gateway lists itself
			speakers[i].Neighbors = append(speakers[i].Neighbors, bgp.Neighbor{
				Address: end.Neighbor, PeerASN: row.ASN, LocalASN: asn, HoldTime: holdTime, Keepalive: keepalive,
			})
		}
	}
	return speakers
}
