// Package live puts real BGP speakers behind the emulated routers and gateways:
// one for every virtual border router and every instance of a gateway, each on
// a loopback address of its own. Their sessions are real, with each other and
// with routers of the user's own.
package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
)

// dummyNextHop is announced by a speaker whose modelled address is unknown
// (RFC 7600, IPv4 dummy address): routers refuse a next hop on loopback.
var dummyNextHop = netip.MustParseAddr("192.0.0.8")

// Speakers implements bgp.Speakers with gobgp.
type Speakers struct {
	addresses Addresses
	log       *log.Logger
	starting  sync.Mutex // one Configure or Close at a time; guards told

	// told are the texts that were logged, so that they are logged once.
	told map[string]bool

	mu       sync.RWMutex // guards all below; never held while gobgp is called
	speakers []*placed    // in the order in which they were started
	held     map[bgp.End]held
}

// placed is a speaker and what it stands for.
type placed struct {
	*speaker
	observer *observer
	end      bgp.End // one end of the speaker, without a neighbor
	name     string  // a VBR's id, or a gateway's name
	address  string  // the modelled one, "" where it is unknown or another's
	asn      int64
}

// held is the speaker's side of one end.
type held struct {
	by       *placed    // nil where the cloud simulates the session
	neighbor netip.Addr // where the neighbor is; not valid where that is unknown
	localASN int64
	since    time.Time // when the end was configured
}

// New makes speakers, which Configure starts. The addresses place them and say
// where routers of the user's own are; the log, if it is not nil, says how
// sessions go and why they are not up.
func New(addresses Addresses, logger *log.Logger) *Speakers {
	if logger == nil {
		logger = log.New(io.Discard, "", 0)
	}
	return &Speakers{addresses: addresses, log: logger, told: map[string]bool{}, held: map[bgp.End]held{}}
}

// Configure implements bgp.Speakers. Its first call starts the speakers; a
// router or gateway that comes later has none, and its sessions are simulated:
// see startSpeaker.
func (s *Speakers) Configure(models []bgp.Speaker) error {
	s.starting.Lock()
	defer s.starting.Unlock()
	ctx := context.Background()
	if s.speakers == nil {
		if err := s.start(ctx, models); err != nil {
			return err
		}
	}
	configured := map[bgp.End]bgp.Speaker{}
	for _, model := range models {
		configured[own(model)] = model
		if !slices.ContainsFunc(s.speakers, func(p *placed) bool { return p.end == own(model) }) {
			s.once("%s was added after the start: it has no BGP speaker, and its sessions are simulated. Start the emulator again with --state to give it one", name(model))
		}
	}
	ends := map[bgp.End]held{}
	var failures []error
	for _, p := range s.speakers {
		model := configured[p.end] // one that has gone has no neighbors and no prefixes
		var neighbors []neighbor
		for _, n := range model.Neighbors {
			at, live := s.place(p, n)
			if !live {
				ends[model.End(n)] = held{}
				continue
			}
			ends[model.End(n)] = held{by: p, neighbor: at.Addr(), localASN: n.LocalASN, since: time.Now()}
			if at.IsValid() {
				neighbors = append(neighbors, s.neighbor(p, n, at))
			}
		}
		failures = append(failures, p.configure(ctx, neighbors, p.observer.begin), p.announce(ipv4(model.Prefixes)))
	}
	s.mu.Lock()
	for end, h := range ends {
		if before, there := s.held[end]; there && before.neighbor == h.neighbor {
			h.since = before.since
			ends[end] = h
		}
	}
	s.held = ends
	s.mu.Unlock()
	return errors.Join(failures...)
}

// start starts a speaker for each of the models.
func (s *Speakers) start(ctx context.Context, models []bgp.Speaker) error {
	taken := map[netip.Addr]bool{}
	owner := map[string]string{"": ""} // who has a modelled address
	for _, model := range models {
		if other, twice := owner[model.Address]; twice && other != "" {
			s.once("%s has the address %s of %s: it is reached by its loopback address only", name(model), model.Address, other)
			model.Address = ""
		} else if !twice {
			owner[model.Address] = name(model)
		}
		at, given := s.addresses[model.Address]
		if !given {
			at, given = s.addresses[model.Router]
		}
		switch {
		case !given:
			at = s.addresses.next(taken)
		case taken[at.Addr()]:
			return fmt.Errorf("%s cannot be at %s, where another BGP speaker is", name(model), at)
		}
		taken[at.Addr()] = true
		routerID, nextHop := at.Addr(), dummyNextHop
		if address, err := netip.ParseAddr(model.Address); err == nil && address.Is4() && !address.IsLoopback() {
			routerID, nextHop = address, address
		}
		p := &placed{end: own(model), name: name(model), address: model.Address, asn: model.ASN}
		p.observer = newObserver(func(n neighbor, text string) { s.say(p, n, text) })
		if !validASN(model.ASN) {
			return fmt.Errorf("%s has the ASN %d, which is none", name(model), model.ASN)
		}
		started, err := startSpeaker(ctx, at, asn(model.ASN), routerID, nextHop, slog.New(handler{observer: p.observer}))
		if err != nil {
			return err
		}
		p.speaker = started
		s.mu.Lock()
		s.speakers = append(s.speakers, p)
		s.mu.Unlock()
	}
	return nil
}

// place says where the neighbor of a session is: one of the speakers, or a
// router of the user's own. Without live, the session cannot be real. Without a
// valid address it is, but nothing is there.
func (s *Speakers) place(p *placed, n bgp.Neighbor) (at netip.AddrPort, live bool) {
	who := fmt.Sprintf("the session of %s with %s", p.name, n.Address)
	address, err := netip.ParseAddr(n.Address)
	if err != nil || !address.Is4() {
		s.once("%s is simulated: live BGP is IPv4 only", who)
		return at, false
	}
	if !validASN(n.LocalASN) || !validASN(n.PeerASN) {
		s.once("%s stays Idle: of its ASNs %d and %d one is none", who, n.LocalASN, n.PeerASN)
		return at, true
	}
	if n.FakeASN {
		s.once("%s uses the group's ASNs as they are: what is_fake_asn changes between routers is documented nowhere", who)
	}
	if n.BFD {
		s.once("%s is live, its BFD is not: BFD is kept as a setting only", who)
	}
	for _, other := range s.speakers {
		if other != p && (other.address == n.Address || other.at.Addr() == address) {
			return other.at, true
		}
	}
	if at, mapped := s.addresses[n.Address]; mapped {
		return at, true
	}
	if address.IsLoopback() {
		return netip.AddrPortFrom(address, DefaultPort), true
	}
	if p.end.Local != "" { // a gateway's row, which nobody but the seed or a test makes
		s.once("%s is simulated: nothing is known to be at %s. --speakers %s=127.0.0.2:%d makes it live with a router there", who, n.Address, n.Address, DefaultPort)
		return at, false
	}
	s.once("%s stays Idle: nothing is known to be at %s. Start the emulator with --speakers %s=127.0.0.2:%d if your router is there", who, n.Address, n.Address, DefaultPort)
	return at, true
}

func (s *Speakers) neighbor(p *placed, n bgp.Neighbor, at netip.AddrPort) neighbor {
	passive := false
	for _, other := range s.speakers {
		// Of two speakers here, one dials.
		passive = passive || other.at == at && p.at.Addr().Compare(at.Addr()) > 0
	}
	return neighbor{
		id: n.ID, address: n.Address, at: at, localASN: asn(n.LocalASN), peerASN: asn(n.PeerASN), key: n.AuthKey,
		holdTime: seconds(n.HoldTime), keepalive: seconds(n.Keepalive), passive: passive,
	}
}

// hold returns who holds an end. One that is not configured yet is held by its
// router's speaker as well, so that no simulation shows in between.
func (s *Speakers) hold(end bgp.End) (held, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if h, known := s.held[end]; known {
		return h, h.by != nil
	}
	for _, p := range s.speakers {
		if p.end == (bgp.End{Router: end.Router, Local: end.Local}) {
			return held{by: p, since: time.Now()}, true
		}
	}
	return held{}, false
}

// Session implements bgp.Sessions.
func (s *Speakers) Session(end bgp.End) (bgp.Session, bool) {
	h, ok := s.hold(end)
	if !ok {
		return bgp.Session{}, false
	}
	stands, accepted, configured := h.by.session(context.Background(), h.neighbor)
	if !configured {
		return bgp.Session{State: bgp.StateIdle, Since: h.since}, true
	}
	if end.Local != "" { // a gateway counts the routes that it learned
		stands.Counters.RoutesReceived = accepted
	}
	if stands.State != bgp.StateEstablished {
		stands.Since = h.by.observer.stateSince(h.neighbor)
	}
	return stands, true
}

// Routes implements bgp.Sessions.
func (s *Speakers) Routes(end bgp.End, direction bgp.Direction) ([]bgp.Route, bool) {
	h, ok := s.hold(end)
	if !ok {
		return nil, false
	}
	return h.by.routes(h.neighbor, h.localASN, direction), true
}

// Close implements bgp.Speakers.
func (s *Speakers) Close() error {
	s.starting.Lock()
	defer s.starting.Unlock()
	for _, p := range s.speakers {
		p.stop()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = map[bgp.End]held{}
	return nil
}

// Table says where everybody is, one speaker a line.
func (s *Speakers) Table() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var lines strings.Builder
	for _, p := range s.speakers {
		fmt.Fprintf(&lines, "%-15s AS %-10d at %-20s %s\n", orDash(p.address), p.asn, p.at, p.name)
	}
	return lines.String()
}

// Env returns a variable that says where the speakers are, in the form that
// ParseAddresses reads.
func (s *Speakers) Env() map[string]string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	pairs := make([]string, len(s.speakers))
	for i, p := range s.speakers {
		key := p.address
		if key == "" {
			key = p.end.Router
		}
		pairs[i] = key + "=" + p.at.String()
	}
	return map[string]string{"BGP_EMULATOR_SPEAKERS": strings.Join(pairs, ",")}
}

// say logs what happens to a session, or what an unknown router tries.
func (s *Speakers) say(p *placed, n neighbor, text string) {
	if n.address == "" {
		s.log.Printf("%s (%s) and %s: %s", p.name, p.at, n.at.Addr(), text)
		return
	}
	s.log.Printf("%s with %s (%s): %s", p.name, n.address, n.at, text)
}

// once logs a text that was not logged before.
func (s *Speakers) once(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !s.told[text] {
		s.told[text] = true
		s.log.Print(text)
	}
}

// own names a speaker: one end of it, without a neighbor.
func own(model bgp.Speaker) bgp.End { return bgp.End{Router: model.Router, Local: model.Local} }

// name is what a speaker is called in the log: a VBR's id, or a gateway's name.
func name(model bgp.Speaker) string { return model.Router[strings.LastIndexByte(model.Router, '/')+1:] }

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// validASN reports whether a number is an ASN: 0 would make gobgp accept any.
func validASN(n int64) bool { return n > 0 && n <= math.MaxUint32 }

func asn(n int64) uint32 { return uint32(n) } //nolint:gosec // validASN was asked

func seconds(d time.Duration) uint64 { return uint64(max(0, d/time.Second)) }

// ipv4 leaves out the prefixes that live BGP does not carry.
func ipv4(prefixes []netip.Prefix) []netip.Prefix {
	var kept []netip.Prefix
	for _, prefix := range prefixes {
		if prefix.Addr().Is4() {
			kept = append(kept, prefix)
		}
	}
	return kept
}

var _ bgp.Speakers = (*Speakers)(nil)
