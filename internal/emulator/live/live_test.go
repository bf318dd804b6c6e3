//go:build unix

package live_test

import (
	"bytes"
	"io"
	"log"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	packet "github.com/osrg/gobgp/v4/pkg/packet/bgp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/live"
)

// Speakers of a test run one after the other, not side by side: see the note on
// starting speakers in the package.

// upperBound is how long anything may take that is waited for.
const upperBound = 2 * time.Minute

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline, tick := time.NewTimer(upperBound), time.NewTicker(50*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("not within %v: %s", upperBound, what)
		}
	}
}

// logged is a log that can be read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logged) contains(text string) bool { return strings.Contains(l.String(), text) }

func newSpeakers(t *testing.T, addresses string) (*live.Speakers, *logged) {
	t.Helper()
	parsed := live.Addresses{}
	if addresses != "" {
		var err error
		if parsed, err = live.ParseAddresses(addresses); err != nil {
			t.Fatal(err)
		}
	}
	text := &logged{}
	speakers := live.New(parsed, log.New(text, "", 0))
	t.Cleanup(func() {
		if err := speakers.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the log:\n%s", text)
		}
	})
	return speakers, text
}

// What the tests have: a VBR and a gateway that have a session.
func testVBR(change func(*bgp.Neighbor)) bgp.Speaker {
	n := bgp.Neighbor{
		ID: "bgp-1", Address: "10.0.0.254", PeerASN: 65515, LocalASN: 45104, RouteLimit: 110,
		HoldTime: 30 * time.Second, Keepalive: 10 * time.Second,
	}
	change(&n)
	return bgp.Speaker{
		Router: "vbr-1", Address: "10.1.0.254", ASN: 45104, Neighbors: []bgp.Neighbor{n},
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.101.0/24")},
	}
}

func testGateway(change func(*bgp.Neighbor)) bgp.Speaker {
	n := bgp.Neighbor{Address: "10.1.0.254", PeerASN: 45104, LocalASN: 65515, HoldTime: 180 * time.Second, Keepalive: time.Minute}
	change(&n)
	return bgp.Speaker{
		Router: "/gateways/vgw", Local: "10.0.0.254", Address: "10.0.0.254", ASN: 65515, Neighbors: []bgp.Neighbor{n},
		Prefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")},
	}
}

func unchanged(*bgp.Neighbor) {}

var (
	vbrEnd     = bgp.End{Router: "vbr-1", Neighbor: "10.0.0.254"}
	gatewayEnd = bgp.End{Router: "/gateways/vgw", Local: "10.0.0.254", Neighbor: "10.1.0.254"}
)

func configure(t *testing.T, speakers *live.Speakers, models ...bgp.Speaker) {
	t.Helper()
	if err := speakers.Configure(models); err != nil {
		t.Fatal(err)
	}
}

func state(speakers *live.Speakers, end bgp.End) bgp.State {
	session, _ := speakers.Session(end)
	return session.State
}

func established(speakers *live.Speakers, ends ...bgp.End) bool {
	return !slices.ContainsFunc(ends, func(end bgp.End) bool { return state(speakers, end) != bgp.StateEstablished })
}

// TestSessionAndRoutesBetweenSpeakers: LIVE-003.
func TestSessionAndRoutesBetweenSpeakers(t *testing.T) {
	speakers, text := newSpeakers(t, "")
	start := time.Now().Add(-time.Second) // gobgp keeps whole seconds
	configure(t, speakers, testVBR(unchanged), testGateway(unchanged))
	eventually(t, "the session is up on both sides", func() bool { return established(speakers, vbrEnd, gatewayEnd) })

	want := map[bgp.End]map[bgp.Direction][]bgp.Route{}
	fromVBR := []bgp.Route{{Prefix: netip.MustParsePrefix("192.168.101.0/24"), NextHop: netip.MustParseAddr("10.1.0.254"), ASPath: []int64{45104}}}
	fromGateway := []bgp.Route{{Prefix: netip.MustParsePrefix("10.0.0.0/24"), NextHop: netip.MustParseAddr("10.0.0.254"), ASPath: []int64{65515}}}
	want[vbrEnd] = map[bgp.Direction][]bgp.Route{bgp.Learned: fromGateway, bgp.Advertised: fromVBR}
	want[gatewayEnd] = map[bgp.Direction][]bgp.Route{bgp.Learned: fromVBR, bgp.Advertised: fromGateway}
	compare := cmpopts.EquateComparable(netip.Prefix{}, netip.Addr{})
	for end, directions := range want {
		for direction, routes := range directions {
			eventually(t, "the routes are there", func() bool {
				got, ok := speakers.Routes(end, direction)
				return ok && cmp.Equal(routes, got, compare)
			})
		}
		session, _ := speakers.Session(end)
		if session.Counters.RoutesReceived != 1 || session.Counters.RoutesAdvertised != 1 {
			t.Errorf("%v: counters %+v", end, session.Counters)
		}
		if session.Counters.MessagesSent < 3 || session.Counters.MessagesReceived < 3 { // OPEN, KEEPALIVE, UPDATE
			t.Errorf("%v: counters %+v", end, session.Counters)
		}
		if session.Since.Before(start) || session.Since.After(time.Now()) {
			t.Errorf("%v: up since %v", end, session.Since)
		}
	}
	eventually(t, "the log tells of it", func() bool {
		return text.contains("vbr-1 with 10.0.0.254 (127.0.64.2:1790): Established") && text.contains("vgw with 10.1.0.254 (127.0.64.1:1790): Established")
	})

	// Networks come and go with the model.
	more := testVBR(unchanged)
	more.Prefixes = []netip.Prefix{netip.MustParsePrefix("192.168.102.0/24"), netip.MustParsePrefix("192.168.103.0/24")}
	configure(t, speakers, more, testGateway(unchanged))
	eventually(t, "the gateway learns the new prefixes and forgets the old one", func() bool {
		routes, _ := speakers.Routes(gatewayEnd, bgp.Learned)
		return slices.EqualFunc(routes, more.Prefixes, func(r bgp.Route, p netip.Prefix) bool { return r.Prefix == p })
	})
	if !established(speakers, vbrEnd, gatewayEnd) {
		t.Error("the session was restarted")
	}
}

// TestSessionsThatDoNotComeUp: what keeps a session down is seen in its state,
// said in the log, and over once it is put right.
func TestSessionsThatDoNotComeUp(t *testing.T) {
	for name, test := range map[string]struct {
		vbr, gateway func(*bgp.Neighbor)
		log          string
	}{
		"another ASN expected": {vbr: func(n *bgp.Neighbor) { n.PeerASN = 65516 }, gateway: unchanged, log: "ASN"},
		"another ASN shown":    {vbr: func(n *bgp.Neighbor) { n.LocalASN = 64512 }, gateway: unchanged, log: "ASN"},
		"another key": {
			vbr: func(n *bgp.Neighbor) { n.AuthKey = "one" }, gateway: func(n *bgp.Neighbor) { n.AuthKey = "two" },
			log: "no answer: no router listens there, its MD5 key differs, or it has none",
		},
		"a key on one side": {
			vbr: unchanged, gateway: func(n *bgp.Neighbor) { n.AuthKey = "two" },
			log: "no answer: it has an MD5 key, and this side has none",
		},
	} {
		t.Run(name, func(t *testing.T) {
			speakers, text := newSpeakers(t, "")
			configure(t, speakers, testVBR(test.vbr), testGateway(test.gateway))
			eventually(t, "the log says why", func() bool { return text.contains(test.log) })
			for _, end := range []bgp.End{vbrEnd, gatewayEnd} {
				if state(speakers, end) == bgp.StateEstablished {
					t.Errorf("%v is Established", end)
				}
			}
			right := func(n *bgp.Neighbor) { n.AuthKey = "three" }
			configure(t, speakers, testVBR(right), testGateway(right))
			eventually(t, "the session is up once both ends agree", func() bool { return established(speakers, vbrEnd, gatewayEnd) })

			// gobgp 4.8.0 leaves a deleted neighbor's key on its socket.
			configure(t, speakers, testVBR(unchanged), testGateway(unchanged))
			eventually(t, "the session is up without a key", func() bool { return established(speakers, vbrEnd, gatewayEnd) })
		})
	}
}

// TestWhatIsAnnounced: a speaker passes nothing on (LIVE-002), and a peer's route
// limit ends no session (LIVE-007).
func TestWhatIsAnnounced(t *testing.T) {
	speakers, _ := newSpeakers(t, "")
	vbr := testVBR(func(n *bgp.Neighbor) { n.RouteLimit = 1 })
	second := vbr.Neighbors[0]
	second.ID, second.Address = "bgp-2", "10.0.1.254"
	vbr.Neighbors = append(vbr.Neighbors, second)
	one, other := testGateway(unchanged), testGateway(unchanged)
	one.Prefixes = append(one.Prefixes, netip.MustParsePrefix("10.0.9.0/24"))
	other.Router, other.Local, other.Address, other.Prefixes = "/gateways/other", "10.0.1.254", "10.0.1.254", nil
	otherEnd := bgp.End{Router: other.Router, Local: other.Local, Neighbor: "10.1.0.254"}
	configure(t, speakers, vbr, one, other)
	eventually(t, "the virtual border router has learned two routes", func() bool {
		routes, _ := speakers.Routes(vbrEnd, bgp.Learned)
		return len(routes) == 2
	})
	eventually(t, "the other gateway has learned one", func() bool {
		routes, _ := speakers.Routes(otherEnd, bgp.Learned)
		return len(routes) > 0
	})
	if !established(speakers, vbrEnd, gatewayEnd, otherEnd) {
		t.Error("a session is down")
	}
	routes, _ := speakers.Routes(otherEnd, bgp.Learned)
	if len(routes) != 1 || routes[0].Prefix != vbr.Prefixes[0] {
		t.Errorf("the other gateway has learned %v", routes)
	}
}

// TestOwnASNInPath: LIVE-004.
func TestOwnASNInPath(t *testing.T) {
	speakers, _ := newSpeakers(t, "172.16.0.10=127.0.0.27:1790")
	vbr := testVBR(func(n *bgp.Neighbor) { n.Address, n.PeerASN = "172.16.0.10", 65010 })
	gateway := testGateway(func(n *bgp.Neighbor) { n.Address, n.PeerASN = "172.16.0.10", 65010 })
	configure(t, speakers, vbr, gateway)
	handMade(t, "127.0.64.1:1790", 45104)
	handMade(t, "127.0.64.2:1790", 65515)
	for end, received := range map[bgp.End]int64{
		{Router: "vbr-1", Neighbor: "172.16.0.10"}: 2, {Router: gateway.Router, Local: gateway.Local, Neighbor: "172.16.0.10"}: 1,
	} {
		eventually(t, end.Router+" has received the routes", func() bool {
			session, _ := speakers.Session(end)
			return session.State == bgp.StateEstablished && session.Counters.RoutesReceived == received
		})
		routes, _ := speakers.Routes(end, bgp.Learned)
		if len(routes) != 1 || routes[0].Prefix.String() != "172.24.1.0/24" || !slices.Equal(routes[0].ASPath, []int64{65010}) {
			t.Errorf("%s has learned %v", end.Router, routes)
		}
	}
}

// handMade is a router at 127.0.0.27, AS 65010, that announces two routes to a
// speaker, one of them with the speaker's own ASN in its AS path: gobgp would not.
func handMade(t *testing.T, speaker string, speakerASN uint16) {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 27)}}
	connection, err := dialer.DialContext(t.Context(), "tcp", speaker)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	go func() { _, _ = io.Copy(io.Discard, connection) }()

	id := netip.MustParseAddr("172.16.0.10")
	open, err := packet.NewBGPOpenMessage(65010, 0, id, nil) // without a hold time no keepalives are due
	if err != nil {
		t.Fatal(err)
	}
	hop, err := packet.NewPathAttributeNextHop(id)
	if err != nil {
		t.Fatal(err)
	}
	messages := []*packet.BGPMessage{open, packet.NewBGPKeepAliveMessage()}
	for prefix, path := range map[string][]uint16{"172.24.1.0/24": {65010}, "172.24.2.0/24": {65010, speakerASN}} {
		nlri, err := packet.NewIPAddrPrefix(netip.MustParsePrefix(prefix))
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, packet.NewBGPUpdateMessage(nil, []packet.PathAttributeInterface{
			packet.NewPathAttributeOrigin(0), hop,
			packet.NewPathAttributeAsPath([]packet.AsPathParamInterface{packet.NewAsPathParam(packet.BGP_ASPATH_ATTR_TYPE_SEQ, path)}),
		}, []packet.PathNLRI{{NLRI: nlri}}))
	}
	for _, message := range messages {
		wire, err := message.Serialize()
		if err == nil {
			_, err = connection.Write(wire)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestPeerWithoutRouter: LIVE-005.
func TestPeerWithoutRouter(t *testing.T) {
	speakers, text := newSpeakers(t, "10.7.7.7=127.0.65.7:1791")
	vbr := testVBR(func(n *bgp.Neighbor) { n.Address = "10.7.7.7" })
	unmapped, loopback, six := vbr.Neighbors[0], vbr.Neighbors[0], vbr.Neighbors[0]
	unmapped.Address, loopback.Address, six.Address = "10.9.9.9", "127.0.65.9", "2001:db8::1"
	loopback.FakeASN, loopback.BFD = true, true
	vbr.Neighbors = append(vbr.Neighbors, unmapped, loopback, six)
	gateway := testGateway(func(n *bgp.Neighbor) { n.Address = "172.16.0.10" })
	configure(t, speakers, vbr, gateway)

	for _, refused := range []string{"10.7.7.7 (127.0.65.7:1791)", "127.0.65.9 (127.0.65.9:1790)"} {
		eventually(t, "the log tells that nobody listens at "+refused, func() bool {
			return text.contains("vbr-1 with " + refused + ": connection refused: no router listens there")
		})
	}
	for address, want := range map[string]bgp.State{"10.7.7.7": bgp.StateActive, "127.0.65.9": bgp.StateActive, "10.9.9.9": bgp.StateIdle, "2001:db8::1": ""} {
		if got := state(speakers, bgp.End{Router: "vbr-1", Neighbor: address}); got != want {
			t.Errorf("the session with %s is %q, not %q", address, got, want)
		}
	}
	if _, ok := speakers.Session(bgp.End{Router: gateway.Router, Local: gateway.Local, Neighbor: "172.16.0.10"}); ok {
		t.Error("a row is not simulated whose neighbor is nowhere")
	}
	for _, line := range []string{
		"the session of vbr-1 with 10.9.9.9 stays Idle: nothing is known to be at 10.9.9.9. Start the emulator with --speakers 10.9.9.9=127.0.0.2:1790 if your router is there",
		"the session of vbr-1 with 127.0.65.9 uses the group's ASNs as they are: what is_fake_asn changes between routers is documented nowhere",
		"the session of vbr-1 with 127.0.65.9 is live, its BFD is not: BFD is kept as a setting only",
		"the session of vbr-1 with 2001:db8::1 is simulated: live BGP is IPv4 only",
		"the session of vgw with 172.16.0.10 is simulated: nothing is known to be at 172.16.0.10. --speakers 172.16.0.10=127.0.0.2:1790 makes it live with a router there",
	} {
		if strings.Count(text.String(), line) != 1 {
			t.Errorf("not told once: %s", line)
		}
	}
}

// TestPeerThatGoes: LIVE-001 and LIVE-006.
func TestPeerThatGoes(t *testing.T) {
	speakers, text := newSpeakers(t, "")
	configure(t, speakers, testVBR(unchanged), testGateway(unchanged))
	eventually(t, "the session is up", func() bool { return established(speakers, vbrEnd, gatewayEnd) })

	again := func(n *bgp.Neighbor) { n.ID = "bgp-2" }
	configure(t, speakers, testVBR(again), testGateway(unchanged))
	eventually(t, "a new peer with the same address has a new session", func() bool { return text.contains("vgw with 10.1.0.254 (127.0.64.1:1790): down: ") })
	eventually(t, "it is up", func() bool { return established(speakers, vbrEnd, gatewayEnd) })

	without := testVBR(unchanged)
	without.Neighbors = nil
	configure(t, speakers, without, testGateway(unchanged))
	if got := state(speakers, vbrEnd); got != bgp.StateIdle {
		t.Errorf("the session of a peer that has gone is %s", got)
	}
	eventually(t, "the gateway's side is down, its routes gone", func() bool {
		routes, _ := speakers.Routes(gatewayEnd, bgp.Learned)
		return !established(speakers, gatewayEnd) && len(routes) == 0
	})

	late := testVBR(unchanged)
	late.Router = "vbr-2"
	configure(t, speakers, without, testGateway(unchanged), late)
	if _, ok := speakers.Session(bgp.End{Router: "vbr-2", Neighbor: "10.0.0.254"}); ok || !text.contains("vbr-2 was added after the start") {
		t.Error("a VBR that was added later has a session, or nobody was told that it has not")
	}
}

func TestAddresses(t *testing.T) {
	speakers, _ := newSpeakers(t, "10.1.0.254=127.0.65.1:1801,vbr-2=127.0.65.2:1802,10.8.8.8=127.0.64.1:1790")
	configure(t, speakers,
		testVBR(unchanged), testGateway(unchanged),
		bgp.Speaker{Router: "vbr-2", ASN: 45104}, bgp.Speaker{Router: "vbr-3", Address: "10.1.0.254", ASN: 45104})
	want := strings.Join([]string{
		"10.1.0.254      AS 45104      at 127.0.65.1:1801      vbr-1",
		"10.0.0.254      AS 65515      at 127.0.64.2:1790      vgw",
		"-               AS 45104      at 127.0.65.2:1802      vbr-2",
		"-               AS 45104      at 127.0.64.3:1790      vbr-3",
		"",
	}, "\n")
	if got := speakers.Table(); got != want {
		t.Errorf("%s", cmp.Diff(want, got))
	}
	env := speakers.Env()["BGP_EMULATOR_SPEAKERS"]
	if env != "10.1.0.254=127.0.65.1:1801,10.0.0.254=127.0.64.2:1790,vbr-2=127.0.65.2:1802,vbr-3=127.0.64.3:1790" {
		t.Errorf("BGP_EMULATOR_SPEAKERS: %s", env)
	}
	if _, err := live.ParseAddresses(env); err != nil {
		t.Errorf("it cannot be read: %v", err)
	}
}

func TestParseAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"10.0.0.1=127.0.0.1:179":                          "port 179 of 10.0.0.1 takes privileges",
		"10.0.0.1=10.0.0.1:1790":                          "10.0.0.1 of 10.0.0.1 is not on loopback",
		"10.0.0.1=[::1]:1790":                             "not on loopback",
		"10.0.0.1=127.0.0.1":                              `"127.0.0.1" of 10.0.0.1 is not HOST:PORT`,
		"10.0.0.1=127.0.0.1:1790,=127.0.0.2:1790":         "is not ADDRESS=HOST:PORT",
		"10.0.0.1=127.0.0.1:1790,10.0.0.1=127.0.0.2:1":    "port 1 of",
		"10.0.0.1=127.0.0.1:1790,10.0.0.1=127.0.0.2:1790": "10.0.0.1 is given twice",
		"10.0.0.1=127.0.0.1:1790,10.0.0.2=127.0.0.1:1791": "are both at 127.0.0.1",
		"no-such-file":                                    "no such file",
	} {
		if got, err := live.ParseAddresses(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, not %q", text, got, err, want)
		}
	}
}
