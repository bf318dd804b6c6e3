package emulator_test

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// recordedSpeakers are real speakers as the emulator sees them.
type recordedSpeakers struct {
	changed chan struct{} // after every Configure

	mu       sync.Mutex
	told     []bgp.Speaker
	sessions map[bgp.End]bgp.Session
	routes   map[bgp.End][]bgp.Route
	closed   int
}

func (r *recordedSpeakers) Configure(speakers []bgp.Speaker) error {
	r.mu.Lock()
	r.told = speakers
	r.mu.Unlock()
	select {
	case r.changed <- struct{}{}:
	default:
	}
	return nil
}

func (r *recordedSpeakers) Session(end bgp.End) (bgp.Session, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	session, ok := r.sessions[end]
	return session, ok
}

func (r *recordedSpeakers) Routes(end bgp.End, _ bgp.Direction) ([]bgp.Route, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	routes, ok := r.routes[end]
	return routes, ok
}

func (r *recordedSpeakers) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed++
	return nil
}

// waitFor waits until the speakers were told of a router as it should be.
func (r *recordedSpeakers) waitFor(t *testing.T, router, what string, done func(bgp.Speaker) bool) bgp.Speaker {
	t.Helper()
	tooLong := time.After(10 * time.Second)
	for {
		r.mu.Lock()
		var found bgp.Speaker
		for _, speaker := range r.told {
			if speaker.Router == router {
				found = speaker
			}
		}
		r.mu.Unlock()
		if done(found) {
			return found
		}
		select {
		case <-r.changed:
		case <-tooLong:
			t.Fatalf("%s: the speakers were told %+v", what, found)
		}
	}
}

// TestSpeakers: real speakers are told of what both clouds declare, before the
// clouds answer and after every change, and what they say of a session is what
// both clouds show.
func TestSpeakers(t *testing.T) {
	t.Parallel()
	known := &recordedSpeakers{changed: make(chan struct{}, 1), sessions: map[bgp.End]bgp.Session{}, routes: map[bgp.End][]bgp.Route{}}
	e := start(t, emulator.Config{Speakers: known, Azure: azure.Config{Style: azure.StyleImmediate}})
	gateway := strings.ToLower(gatewayID(emulator.SeedGateway))
	vbr := known.waitFor(t, emulator.SeedVBR, "at the start", func(s bgp.Speaker) bool { return s.Router != "" })
	if diff := cmp.Diff(bgp.Speaker{
		Router: emulator.SeedVBR, Address: emulator.SeedNeighbor, ASN: 45104,
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.101.0/24"), netip.MustParsePrefix("192.168.102.0/24")},
	}, vbr, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("the VBR (-want +got):\n%s", diff)
	}

	e.Alibaba.UpdateGroup(emulator.SeedGroup, func(g *alibabacloud.Group) { g.AuthKey = "a-key" })
	e.Alibaba.PutPeer(alibabacloud.Peer{ID: "bgp-1", GroupID: emulator.SeedGroup, PeerIPAddress: emulator.SeedPeerAddress})
	vbr = known.waitFor(t, emulator.SeedVBR, "with a peer", func(s bgp.Speaker) bool { return len(s.Neighbors) == 1 })
	if diff := cmp.Diff([]bgp.Neighbor{{
		ID: "bgp-1", Address: emulator.SeedPeerAddress, PeerASN: emulator.SeedPeerASN, LocalASN: emulator.SeedLocalASN,
		AuthKey: "a-key", HoldTime: 30 * time.Second, Keepalive: 10 * time.Second, RouteLimit: 110,
	}}, vbr.Neighbors); diff != "" {
		t.Errorf("the peer (-want +got):\n%s", diff)
	}
	other := known.waitFor(t, gateway, "with a key", func(s bgp.Speaker) bool { return len(s.Neighbors) == 1 && s.Neighbors[0].AuthKey == "a-key" })
	if diff := cmp.Diff(bgp.Speaker{
		Router: gateway, Local: emulator.SeedPeerAddress, Address: emulator.SeedPeerAddress, ASN: emulator.SeedPeerASN,
		Neighbors: []bgp.Neighbor{{
			Address: emulator.SeedNeighbor, PeerASN: emulator.SeedLocalASN, LocalASN: emulator.SeedPeerASN,
			AuthKey: "a-key", HoldTime: 3 * time.Minute, Keepalive: time.Minute,
		}},
		Prefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")},
	}, other, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("the gateway (-want +got):\n%s", diff)
	}

	since := time.Now().Add(-time.Minute).Round(time.Second)
	known.mu.Lock()
	known.sessions[vbr.End(vbr.Neighbors[0])] = bgp.Session{State: bgp.StateActive, Since: since}
	known.sessions[other.End(other.Neighbors[0])] = bgp.Session{
		State: bgp.StateEstablished, Since: since, Counters: &bgp.Counters{MessagesSent: 7, MessagesReceived: 8, RoutesReceived: 9},
	}
	known.mu.Unlock()
	if p, _ := e.Alibaba.Peer("bgp-1"); p.Session != alibabacloud.SessionActive || !p.SessionSince.Equal(since) {
		t.Errorf("the peer is %s since %s", p.Session, p.SessionSince)
	}
	if got := rows(t, trusting(t, e.CAFile()), e.AzureURL(), emulator.SeedGateway)[1].State; got != azure.StateConnected {
		t.Errorf("the row is %s", got)
	}

	e.Alibaba.RemovePeer("bgp-1")
	known.waitFor(t, emulator.SeedVBR, "without a peer", func(s bgp.Speaker) bool { return s.Router != "" && len(s.Neighbors) == 0 })
	if err := e.Close(); err != nil || known.closed != 1 {
		t.Errorf("closed %d times: %v", known.closed, err)
	}
}

// TestLinkedRoutes: what a VBR announces its gateway learns, and the reverse,
// while the session is up.
func TestLinkedRoutes(t *testing.T) {
	t.Parallel()
	clock := control.NewClock(testStart)
	e := emulator.New(emulator.Config{
		Now:          clock.Now,
		Azure:        azure.Config{Style: azure.StyleImmediate},
		AlibabaCloud: alibabacloud.Config{Delays: alibabacloud.Delays{SessionEstablished: time.Second}},
	})
	client := &http.Client{Transport: control.RoundTripper(e.Azure)}
	received := func() int64 {
		status, body := call(t, client, http.MethodPost, "https://azure.test"+gatewayID(emulator.SeedGateway)+"/getBgpPeerStatus?api-version="+azure.APIVersion,
			azureToken(t, client, "https://azure.test"), "")
		var answer struct {
			Value []struct{ RoutesReceived int64 }
		}
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != http.StatusOK {
			t.Fatalf("%d %s: %v", status, body, err)
		}
		return answer.Value[1].RoutesReceived
	}
	e.Alibaba.PutPeer(alibabacloud.Peer{ID: "bgp-1", GroupID: emulator.SeedGroup, PeerIPAddress: emulator.SeedPeerAddress})
	if got := received(); got != 0 {
		t.Errorf("%d routes before the session is up", got)
	}
	clock.Advance(time.Second)
	if got := received(); got != 2 {
		t.Errorf("%d routes, want the VBR's 2", got)
	}
	e.Alibaba.PutNetwork(alibabacloud.Network{RouterID: emulator.SeedVBR, CIDR: "172.16.0.0/12"})
	e.Alibaba.PutNetwork(alibabacloud.Network{RouterID: emulator.SeedVBR, CIDR: "172.16.0.0/16", Status: alibabacloud.Pending})
	e.Alibaba.PutNetwork(alibabacloud.Network{RouterID: emulator.SeedRedundantVBR, CIDR: "172.17.0.0/16"})
	if got := received(); got != 4 {
		t.Errorf("%d routes, want 4: both networks of the VBR", got)
	}
	if routes := e.Azure.Announced(gatewayID(emulator.SeedGateway), emulator.SeedNeighbor); len(routes) != 1 || routes[0].Prefix.String() != "10.0.0.0/24" {
		t.Errorf("the gateway announces %v", routes)
	}
	e.Alibaba.UpdatePeer("bgp-1", func(p *alibabacloud.Peer) { p.Session = alibabacloud.SessionDown })
	if got := received(); got != 0 {
		t.Errorf("%d routes of a session that is down", got)
	}
}
