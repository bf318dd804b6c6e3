// Package bgp is what the emulated clouds share about BGP itself: who has a
// session with whom, how a session stands, and which routes cross it.
//
// A cloud simulates its sessions. Where somebody else knows better, the other
// end of the session on the other cloud or real BGP speakers, it is told so
// through [Sessions].
package bgp

import (
	"net/netip"
	"time"
)

// Sessions says how BGP sessions stand. Both clouds ask it while they answer
// requests, some with their locks held: it answers from memory, and calls
// neither the clouds' APIs nor the asking cloud.
type Sessions interface {
	// Session returns how the session of this end stands. Without ok, the
	// cloud simulates it.
	Session(end End) (session Session, ok bool)
	// Routes returns the routes that cross the session of this end in one
	// direction, whatever its state. Without ok, the cloud simulates them.
	Routes(end End, direction Direction) (routes []Route, ok bool)
}

// Speakers are real BGP speakers behind the emulated routers and gateways.
type Speakers interface {
	Sessions
	// Configure tells which speakers there are by now, with all their
	// neighbors, in place of what it told before: what is not there any more
	// has gone. It is called before the clouds take requests, and then once
	// for every change, soon after it. It returns without waiting for
	// sessions. An end that it names is theirs from then on: Session has an
	// answer for it, unless they cannot hold such a session.
	Configure(speakers []Speaker) error
	// Close ends all speakers. It is called once, after the last Configure.
	Close() error
}

// End names one end of a session. Addresses are in the form of CanonicalAddress.
type End struct {
	// Router is the id of a virtual border router, or the ARM id of a gateway
	// in lower case.
	Router string
	// Local is the address of the gateway's instance; "" for a virtual border
	// router, which is one speaker.
	Local string
	// Neighbor is the address of the other end.
	Neighbor string
}

// CanonicalAddress returns an address in its shortest form, and a text that is
// no address as it is.
func CanonicalAddress(text string) string {
	address, err := netip.ParseAddr(text)
	if err != nil {
		return text
	}
	return address.Unmap().String()
}

// Speaker is a virtual border router or one instance of a gateway.
type Speaker struct {
	Router string // as in End
	Local  string // as in End
	// Address is where its sessions end, as its neighbors call it; of a
	// virtual border router the address on its first circuit, "" where none
	// is known.
	Address string
	// ASN is the speaker's own; a neighbor may see another (LocalASN).
	ASN int64
	// Neighbors are its sessions, in a steady order.
	Neighbors []Neighbor
	// Prefixes are what it announces to every neighbor.
	Prefixes []netip.Prefix
}

// End returns the speaker's end of its session with a neighbor.
func (s Speaker) End(n Neighbor) End {
	return End{Router: s.Router, Local: s.Local, Neighbor: n.Address}
}

// Neighbor is a session that a speaker is configured with.
type Neighbor struct {
	// ID tells a new session from an older one with the same address: the id
	// of the BGP peer; "" for a row of a gateway.
	ID       string
	Address  string // as in End.Neighbor
	PeerASN  int64
	LocalASN int64
	// FakeASN is the group's IsFakeAsn.
	FakeASN bool
	// AuthKey is the MD5 key, a secret; "" is none.
	AuthKey    string
	HoldTime   time.Duration
	Keepalive  time.Duration
	RouteLimit int64 // 0 is none
	BFD        bool
}

// State is a state of BGP's finite state machine, by its name in RFC 4271.
type State string

// The states.
const (
	StateIdle        State = "Idle"
	StateConnect     State = "Connect"
	StateActive      State = "Active"
	StateOpenSent    State = "OpenSent"
	StateOpenConfirm State = "OpenConfirm"
	StateEstablished State = "Established"
)

// Session is how a session stands.
type Session struct {
	State State
	// Since is when it got into that state.
	Since time.Time
	// Counters are the session's own; nil where nobody counts, so that the
	// cloud simulates them.
	Counters *Counters
}

// Counters are what one end of a session has counted since it was established.
type Counters struct {
	MessagesSent, MessagesReceived   int64
	RoutesAdvertised, RoutesReceived int64
}

// Direction is the way that routes cross a session, as its end sees it.
type Direction int

// The directions.
const (
	Learned Direction = iota
	Advertised
)

// Route is a route as it crosses a session.
type Route struct {
	Prefix  netip.Prefix
	NextHop netip.Addr // not valid where there is none
	ASPath  []int64    // nearest first
	Origin  Origin
}

// Origin is a route's origin attribute.
type Origin int

// The origins, by their values on the wire.
const (
	OriginIGP Origin = iota
	OriginEGP
	OriginIncomplete
)
