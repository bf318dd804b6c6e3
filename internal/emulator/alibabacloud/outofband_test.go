package alibabacloud_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Session is what another emulated cloud asks for its end of a session.
func TestSessionOfAPeer(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) {
		cfg.Delays = alibabacloud.Delays{PeerAvailable: time.Second, PeerDeleted: time.Minute, SessionConnect: 2 * time.Second, SessionEstablished: 3 * time.Second}
	})
	check := func(address string, wantState alibabacloud.SessionState, wantSince time.Duration, wantOK bool) {
		t.Helper()
		state, since, ok := w.service.Session(testVBR, address)
		if state != wantState || ok != wantOK || ok && !since.Equal(testStart.Add(wantSince)) {
			t.Errorf("session %q since %s, %t, want %q since %s, %t", state, since, ok, wantState, testStart.Add(wantSince), wantOK)
		}
	}
	check("2001:db8::1", "", 0, false)
	id := w.createPeer("PeerIpAddress", "2001:db8::1", "IpVersion", "IPv6")
	check("2001:DB8:0::1", alibabacloud.SessionIdle, 0, true)
	check("2001:db8::2", "", 0, false)
	check("no address", "", 0, false)
	w.clock.Advance(time.Hour)
	check("2001:db8::1", alibabacloud.SessionEstablished, 6*time.Second, true)
	w.service.UpdatePeer(id, func(p *alibabacloud.Peer) { p.Session = alibabacloud.SessionDown })
	check("2001:db8::1", alibabacloud.SessionDown, time.Hour, true)
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), "")
	check("2001:db8::1", "", 0, false)
}

func TestUpdatePeer(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.Delays.PeerAvailable = time.Second })
	id := w.createPeer("PeerIpAddress", "10.0.0.1")
	w.clock.Advance(time.Minute)
	if !w.service.UpdatePeer(id, func(p *alibabacloud.Peer) { p.Status, p.PeerIPAddress = alibabacloud.Pending, "10.0.0.2" }) {
		t.Error("no such peer")
	}
	if row := w.peer(id); row["Status"] != "Pending" || row["PeerIpAddress"] != "10.0.0.2" {
		t.Errorf("peer %v", row)
	}
	w.clock.Advance(time.Second)
	if row := w.peer(id); row["Status"] != "Available" {
		t.Errorf("a second later %v", row["Status"])
	}
	w.service.UpdatePeer(id, func(p *alibabacloud.Peer) { p.Status, p.HoldStatus = alibabacloud.Pending, true })
	w.clock.Advance(time.Hour)
	if row := w.peer(id); row["Status"] != "Pending" {
		t.Errorf("held peer is %v", row["Status"])
	}
	if w.service.UpdatePeer("bgp-none", func(*alibabacloud.Peer) {}) || w.service.RemovePeer("bgp-none") {
		t.Error("there is a peer that was never made")
	}
	if !w.service.RemovePeer(id) || w.peer(id) != nil {
		t.Error("the removed peer is still there")
	}
}

func TestMistakesInTestsPanic(t *testing.T) {
	for name, mistake := range map[string]func(*alibabacloud.Service){
		"peer without id":    func(s *alibabacloud.Service) { s.PutPeer(alibabacloud.Peer{GroupID: testGroup}) },
		"peer without group": func(s *alibabacloud.Service) { s.PutPeer(alibabacloud.Peer{ID: "bgp-1", GroupID: "x"}) },
		"group without VBR":  func(s *alibabacloud.Service) { s.AddGroup(alibabacloud.Group{ID: "bgpg-2", RouterID: "x"}) },
		"VBR without region": func(s *alibabacloud.Service) { s.AddVBR(alibabacloud.VBR{ID: "vbr-2", RegionID: "x"}) },
		"VBR with odd defect": func(s *alibabacloud.Service) {
			s.AddVBR(alibabacloud.VBR{ID: "vbr-2", RegionID: testRegion, Defect: "x"})
		},
		"group without its id": func(s *alibabacloud.Service) { s.AddGroup(alibabacloud.Group{RouterID: testVBR}) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newVPCService(t, nil)
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			mistake(w.service)
		})
	}
}

// What State returns goes through JSON and comes back the same.
func TestStateIsKept(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) {
		cfg.Delays = alibabacloud.Delays{PeerAvailable: time.Minute, SessionConnect: time.Minute}
	})
	w.service.AddVPC(alibabacloud.VPC{ID: "vpc-1", RegionID: testRegion})
	w.want(w.call("AddBgpNetwork", "RouterId", testVBR, "DstCidrBlock", "10.1.1.0/24", "VpcId", "vpc-1"), "")
	id := w.createPeer("PeerIpAddress", "10.0.0.1", "EnableBfd", "true", "BfdMultiHop", "3")
	text, err := json.Marshal(w.service.State())
	if err != nil {
		t.Fatal(err)
	}
	var state alibabacloud.State
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatal(err)
	}
	other := newVPCService(t, func(cfg *alibabacloud.Config) {
		cfg.Now = w.clock.Now
		cfg.Delays = alibabacloud.Delays{PeerAvailable: time.Minute, SessionConnect: time.Minute}
	})
	if err := other.service.SetState(state); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w.service.State(), other.service.State()); diff != "" {
		t.Errorf("state (-before +after):\n%s", diff)
	}
	w.clock.Advance(time.Minute)
	if diff := cmp.Diff(w.peer(id), other.peer(id)); diff != "" {
		t.Errorf("peer a minute later (-before +after):\n%s", diff)
	}
	if err := other.service.SetState(alibabacloud.State{Peers: []alibabacloud.Peer{{}}}); err == nil || !strings.Contains(err.Error(), "peer 1") {
		t.Errorf("a peer without id: %v", err)
	}
	for want, state := range map[string]alibabacloud.State{
		`VBR 1 of the state: VBR vbr-9: there is no region "cn-nowhere"`: {VBRs: []alibabacloud.VBR{{ID: "vbr-9", RegionID: "cn-nowhere"}}},
		`VPC 1 of the state: VPC vpc-9: there is no region ""`:           {VPCs: []alibabacloud.VPC{{ID: "vpc-9"}}},
		`group 1 of the state: group bgpg-9: there is no VBR "vbr-9"`:    {Groups: []alibabacloud.Group{{ID: "bgpg-9", RouterID: "vbr-9"}}},
		`peer 1 of the state: peer bgp-9: there is no group "bgpg-9"`:    {Peers: []alibabacloud.Peer{{ID: "bgp-9", GroupID: "bgpg-9"}}},
		`network 1 of the state: network 10.0.0.0/8: there is no VBR ""`: {Networks: []alibabacloud.Network{{CIDR: "10.0.0.0/8"}}},
		`network 1 of the state: a network needs a prefix`:               {VBRs: state.VBRs, Networks: []alibabacloud.Network{{RouterID: testVBR, CIDR: "10.0.0.0"}}},
		`group bgpg-9: there is no status "Ready"`:                       {VBRs: state.VBRs, Groups: []alibabacloud.Group{{ID: "bgpg-9", RouterID: testVBR, Status: "Ready"}}},
		`group bgpg-9: there is no ip_version "IPv5"`:                    {VBRs: state.VBRs, Groups: []alibabacloud.Group{{ID: "bgpg-9", RouterID: testVBR, IPVersion: "IPv5"}}},
		`peer bgp-9: there is no session "Up"`:                           {VBRs: state.VBRs, Groups: state.Groups, Peers: []alibabacloud.Peer{{ID: "bgp-9", GroupID: testGroup, Session: "Up"}}},
		`network 10.0.0.0/8: there is no status "Ready"`:                 {VBRs: state.VBRs, Networks: []alibabacloud.Network{{RouterID: testVBR, CIDR: "10.0.0.0/8", Status: "Ready"}}},
	} {
		if err := other.service.SetState(state); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	if other.peer(id) == nil {
		t.Error("a refused state replaced the one that was there")
	}
}

// What a state leaves open is filled in as when it is put.
func TestStateIsFilledIn(t *testing.T) {
	w := newVPCService(t, nil)
	if err := w.service.SetState(alibabacloud.State{
		VBRs:   []alibabacloud.VBR{{ID: "vbr-9", RegionID: testRegion}},
		Groups: []alibabacloud.Group{{ID: "bgpg-9", RouterID: "vbr-9", PeerASN: 65001}},
		Peers:  []alibabacloud.Peer{{ID: "bgp-9", GroupID: "bgpg-9", PeerIPAddress: "10.0.0.9"}},
	}); err != nil {
		t.Fatal(err)
	}
	if row := w.peer("bgp-9"); row["Status"] != "Available" || row["BgpStatus"] != "Established" || row["Hold"] != "30" {
		t.Errorf("peer %v", row)
	}
	w.service.RemoveGroup("bgpg-9")
	kept := w.service.State()
	if err := newVPCService(t, nil).service.SetState(kept); err != nil {
		t.Errorf("a state that was kept is refused: %v", err)
	}
}

func TestControlHandler(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.Delays.SessionEstablished = -1 })
	h := w.service.ControlHandler()
	ask := func(method, path, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, "http://control"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response, err := control.RoundTripper(h).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		answer, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, strings.TrimSpace(string(answer))
	}
	const peer = `{"id":"bgp-1","group_id":"bgpg-1","peer_ip_address":"10.0.0.1","ip_version":"IPv4",` +
		`"status":"Available","status_since":"2025-03-01T12:00:00Z","session":"Idle","session_since":"2025-03-01T12:00:00Z","modified_at":"2025-03-01T12:00:00Z"}`
	connected := strings.Replace(peer, "Idle", "Connect", 1)
	for _, step := range []struct {
		method, path, body string
		wantStatus         int
		want               string
	}{
		{"GET", "/peers", "", 200, "[]"},
		{"PUT", "/peers/bgp-1", `{"group_id":"bgpg-1","peer_ip_address":"10.0.0.1"}`, 200, peer},
		{"GET", "/peers", "", 200, "[" + connected + "]"},
		{"GET", "/peers/bgp-1", "", 200, connected},
		{"GET", "/pears", "", 404, `{"error":"there is no path \"/pears\""}`},
		{"POST", "/peers", "", 405, `{"error":"POST is not a method of \"/peers\"; there are GET, HEAD"}`},
		{"GET", "/peers/bgp-2", "", 404, `{"error":"there is no \"bgp-2\" among the peers"}`},
		{"PUT", "/peers/bgp-2", `{"group_id":"bgpg-9"}`, 400, `{"error":"peer bgp-2: there is no group \"bgpg-9\""}`},
		{"PUT", "/peers/bgp-2", `{"group":"bgpg-1"}`, 400, `{"error":"the body is not as expected: json: unknown field \"group\""}`},
		{"PATCH", "/peers/bgp-1", `{"peer_ip_address":"10.0.0.2"}`, 200, strings.Replace(connected, "10.0.0.1", "10.0.0.2", 1)},
		{"PATCH", "/peers/bgp-1", `{"status":"Ready"}`, 400, `{"error":"peer bgp-1: there is no status \"Ready\"; there are [\"Pending\" \"Available\" \"Modifying\" \"Deleting\" \"Deleted\"]"}`},
		{"PUT", "/peers/bgp-2", `{"group_id":"bgpg-1","status":""}`, 400, `{"error":"the body is not as expected: a status is empty: leave it out for Available"}`},
		{"PATCH", "/peers/bgp-1", `{"status":""}`, 400, `{"error":"the body is not as expected: a status is empty: leave it out for Available"}`},
		{"PATCH", "/peers/bgp-1", `{"session":"Up"}`, 400, `{"error":"peer bgp-1: there is no session \"Up\"; there are [\"Idle\" \"Connect\" \"Active\" \"Established\" \"Down\"]"}`},
		{"PATCH", "/groups/bgpg-1", `{"status":"Ready"}`, 400, `{"error":"group bgpg-1: there is no status \"Ready\"; there are [\"Pending\" \"Available\" \"Modifying\" \"Deleting\" \"Deleted\"]"}`},
		{"PUT", "/networks", `{"router_id":"vbr-1","cidr":"10.9.0.1/16"}`, 204, ""},
		{"PUT", "/networks", `{"router_id":"vbr-1","cidr":"10.9.0.0/16","status":"Pending"}`, 204, ""},
		{"GET", "/networks", "", 200, `[{"router_id":"vbr-1","cidr":"10.9.0.0/16","status":"Available","status_since":"2025-03-01T12:00:00Z"}]`},
		{"PUT", "/networks", `{"router_id":"vbr-2","cidr":"10.9.0.0/16"}`, 400, `{"error":"network 10.9.0.0/16: there is no VBR \"vbr-2\""}`},
		{"DELETE", "/networks?router_id=vbr-1&cidr=10.9.0.0/16", "", 204, ""},
		{"DELETE", "/networks?router_id=vbr-1&cidr=10.9.0.0/16", "", 404, `{"error":"\"vbr-1\" has no network \"10.9.0.0/16\""}`},
		{"PUT", "/vpcs/vpc-1", `{"region_id":"cn-shanghai"}`, 200, `{"id":"vpc-1","region_id":"cn-shanghai"}`},
		{"DELETE", "/vpcs/vpc-1", "", 204, ""},
		{"PATCH", "/peers/bgp-2", `{}`, 404, `{"error":"there is no \"bgp-2\" among the peers"}`},
		{"PATCH", "/peers/bgp-1", `[]`, 400, `{"error":"the body is not as expected: json: cannot unmarshal array into Go value of type alibabacloud.Peer"}`},
		{"DELETE", "/peers/bgp-1", "", 204, ""},
		{"DELETE", "/peers/bgp-1", "", 404, `{"error":"there is no \"bgp-1\" among the peers"}`},
		{"GET", "/vbrs", "", 200, `[{"id":"vbr-1","region_id":"cn-shanghai","ipv6":true}]`},
		{"PATCH", "/vbrs/vbr-1", `{"quotas":{"peers_per_vbr":1}}`, 200, `{"id":"vbr-1","region_id":"cn-shanghai","ipv6":true,"quotas":{"peers_per_vbr":1}}`},
		{"DELETE", "/groups/bgpg-1", "", 204, ""},
		{"GET", "/state", "", 200, `{"vbrs":[{"id":"vbr-1","region_id":"cn-shanghai","ipv6":true,"quotas":{"peers_per_vbr":1}}],"vpcs":[],"groups":[],"peers":[],"networks":[]}`},
	} {
		status, answer := ask(step.method, step.path, step.body)
		if status != step.wantStatus || answer != step.want {
			t.Errorf("%s %s: %d %s\nwant %d %s", step.method, step.path, status, answer, step.wantStatus, step.want)
		}
	}
}

// A group's status that is set by hand begins then, as a peer's does.
func TestGroupStatusByHandBeginsNow(t *testing.T) {
	for name, set := range map[string]func(*vpcService){
		"update": func(w *vpcService) {
			w.service.UpdateGroup(testGroup, func(g *alibabacloud.Group) { g.Status = alibabacloud.Pending })
		},
		"PATCH": func(w *vpcService) {
			req, err := http.NewRequestWithContext(t.Context(), "PATCH", "http://control/groups/"+testGroup, strings.NewReader(`{"status":"Pending"}`))
			if err != nil {
				t.Fatal(err)
			}
			response, err := control.RoundTripper(w.service.ControlHandler()).RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.Delays.GroupAvailable = time.Minute })
			w.clock.Advance(time.Hour)
			set(w)
			for _, want := range []alibabacloud.Status{alibabacloud.Pending, alibabacloud.Available} {
				if got := w.service.Groups()[0].Status; got != want {
					t.Errorf("the group is %s, want %s", got, want)
				}
				w.clock.Advance(time.Minute)
			}
		})
	}
}
