package alibabacloud_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// A peer's whole life, as every library sees it: ALI-030, ALI-031, ALI-032,
// ALI-066, ALI-068, ALI-069.
func TestPeerLife(t *testing.T) {
	t.Parallel()
	for _, client := range clients() {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			w := newVPCEmulator(t, delays)
			a := api{t, w, client}
			notNow := failure{400, "InvalidStatus.CannotOperate", "invalid status cannot operate"}
			gone := failure{400, "InvalidParams.NotFound", "instance not found"}

			id := a.ok("CreateBgpPeer", params{
				"BgpGroupId": testGroup, "PeerIpAddress": "10.0.0.1", "EnableBfd": "true", "BfdMultiHop": "3", "IpVersion": "IPV4",
			}).text("BgpPeerId")
			one := params{"BgpPeerId": id}
			a.has("DescribeBgpPeers", one, tree{
				"BgpPeerId": id, "BgpGroupId": testGroup, "RouterId": testVBR, "RegionId": testRegion,
				"Name": "test", "Description": "test group", "AuthKey": testKey, // ALI-048
				"PeerAsn": 4200000001, "LocalAsn": 64512, "IsFake": true, "Hold": 30, "Keepalive": 10, "RouteLimit": 99,
				"PeerIpAddress": "10.0.0.1", "IpVersion": "ipv4", "EnableBfd": true, "BfdMultiHop": 3,
				"Status": "Pending", "BgpStatus": "Idle", "AdvertisedRouteCount": 0, "ReceivedRouteCount": 0,
				"GmtModified": "2025-03-01T12:00:00Z",
			})
			a.fails(notNow, "ModifyBgpPeerAttribute", one.with("PeerIpAddress", "10.0.0.2"))
			a.fails(notNow, "DeleteBgpPeer", one)

			moves := func(after time.Duration, status, session string) {
				t.Helper()
				w.clock.Advance(after - time.Millisecond)
				before := a.ok("DescribeBgpPeers", one).rows("BgpPeers", "BgpPeer")
				w.clock.Advance(time.Millisecond)
				a.has("DescribeBgpPeers", one, tree{"Status": status, "BgpStatus": session})
				if len(before) != 1 || before[0].text("Status") == status && before[0].text("BgpStatus") == session {
					t.Errorf("%s, %s came too early", status, session)
				}
			}
			moves(2*time.Second, "Available", "Idle")
			moves(10*time.Second, "Available", "Connect")
			moves(11*time.Second, "Available", "Established")

			a.ok("ModifyBgpPeerAttribute", one.with("EnableBfd", "true").with("BfdMultiHop", "5"))
			a.has("DescribeBgpPeers", one, tree{"Status": "Modifying", "BgpStatus": "Established", "BfdMultiHop": 5, "PeerIpAddress": "10.0.0.1"})
			a.fails(notNow, "ModifyBgpPeerAttribute", one)
			moves(3*time.Second, "Available", "Established")

			a.ok("ModifyBgpPeerAttribute", one.with("PeerIpAddress", "10.0.0.2"))
			a.has("DescribeBgpPeers", one, tree{
				"Status": "Modifying", "BgpStatus": "Idle", "PeerIpAddress": "10.0.0.2", "EnableBfd": false,
				"GmtModified": "2025-03-01T12:00:26Z",
			})
			w.clock.Advance(time.Minute)
			a.has("DescribeBgpPeers", one, tree{"Status": "Available", "BgpStatus": "Established"})

			a.ok("DeleteBgpPeer", one)
			a.has("DescribeBgpPeers", one, tree{"Status": "Deleting", "BgpStatus": "Idle"})
			a.fails(notNow, "DeleteBgpPeer", one)
			w.clock.Advance(4 * time.Second)
			a.has("DescribeBgpPeers", one)
			a.fails(gone, "DeleteBgpPeer", one)
			a.fails(gone, "ModifyBgpPeerAttribute", one)
		})
	}
}

// Both families, and addresses that the service fills in.
func TestPeerAddresses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		params params
		want   tree
	}{
		{"IPv4", params{"PeerIpAddress": "10.0.0.9"}, tree{"PeerIpAddress": "10.0.0.9", "IpVersion": "ipv4"}},
		{
			"IPv6 in its shortest form, ALI-061", params{"PeerIpAddress": "2001:DB8:0::0009", "IpVersion": "ipv6"},
			tree{"PeerIpAddress": "2001:db8::9", "IpVersion": "ipv6"},
		},
		{"the only circuit's, ALI-063", params{}, tree{"PeerIpAddress": "10.4.0.1", "IpVersion": "ipv4"}},
		{"the only circuit's IPv6, ALI-063", params{"IpVersion": "IPv6"}, tree{"PeerIpAddress": "2001:db8:4::1", "IpVersion": "ipv6"}},
		{
			"an empty parameter is none, ALI-012", params{"PeerIpAddress": "", "EnableBfd": "", "BfdMultiHop": ""},
			tree{"PeerIpAddress": "10.4.0.1", "EnableBfd": false},
		},
		{
			"booleans in any case, ALI-016", params{"EnableBfd": "TRUE", "BfdMultiHop": "255"},
			tree{"EnableBfd": true, "BfdMultiHop": 255},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, client := range clients() {
				w := newVPCEmulator(t)
				w.Alibaba.UpdateVBR(testVBR, func(v *alibabacloud.VBR) {
					v.Circuits = []alibabacloud.Circuit{{PeerIPAddress: "10.4.0.1", PeerIPv6Address: "2001:db8:4::1"}}
				})
				a := api{t, w, client}
				id := a.ok("CreateBgpPeer", test.params.with("BgpGroupId", testGroup)).text("BgpPeerId")
				a.has("DescribeBgpPeers", params{"BgpPeerId": id}, test.want)
			}
		})
	}
}

// 120 peers, in pages of 50: each of them once, in the order in which they
// were made (ALI-073).
func TestPaging(t *testing.T) {
	t.Parallel()
	const peers = 120
	for _, client := range clients() {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			w := newVPCEmulator(t, func(config *alibabacloud.Config) { config.Quotas.PeersPerVBR = peers })
			a := api{t, w, client}
			w.Alibaba.AddGroup(alibabacloud.Group{ID: "bgpg-other", RouterID: testVBR, PeerASN: 65001})
			var all, ofOther []string
			for i := range peers {
				group := testGroup
				if i%4 == 3 {
					group = "bgpg-other"
				}
				id := a.ok("CreateBgpPeer", params{"BgpGroupId": group, "PeerIpAddress": fmt.Sprintf("10.0.0.%d", i+1)}).text("BgpPeerId")
				all = append(all, id)
				if group == "bgpg-other" {
					ofOther = append(ofOther, id)
				}
			}
			pages := func(filter params) (ids []string, sizes []int) {
				t.Helper()
				for number := 1; ; number++ {
					answer := a.ok("DescribeBgpPeers", filter.with("PageNumber", fmt.Sprint(number)))
					rows := answer.rows("BgpPeers", "BgpPeer")
					for _, row := range rows {
						ids = append(ids, row.text("BgpPeerId"))
					}
					sizes = append(sizes, len(rows))
					if answer.text("PageNumber") != fmt.Sprint(number) {
						t.Errorf("page %d calls itself %s", number, answer.text("PageNumber"))
					}
					if len(rows) == 0 {
						return ids, sizes
					}
				}
			}
			for _, test := range []struct {
				name   string
				filter params
				ids    []string
				sizes  []int
			}{
				{"pages of 50", params{"PageSize": "50"}, all, []int{50, 50, 20, 0}},
				{"of one VBR", params{"PageSize": "50", "RouterId": testVBR}, all, []int{50, 50, 20, 0}},
				{"of one group", params{"PageSize": "20", "BgpGroupId": "bgpg-other"}, ofOther, []int{20, 10, 0}},
				{"of no group", params{"PageSize": "50", "BgpGroupId": "bgpg-none"}, nil, []int{0}},
				{"not of the default groups", params{"PageSize": "50", "IsDefault": "false"}, all, []int{50, 50, 20, 0}},
				{"of the default groups", params{"IsDefault": "true"}, nil, []int{0}},
				{"one", params{"BgpPeerId": all[77]}, all[77:78], []int{1, 0}},
				{"10 by default", params{}, all, []int{10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 0}},
			} {
				ids, sizes := pages(test.filter)
				if diff := cmp.Diff(test.ids, ids); diff != "" {
					t.Errorf("%s (-want +got):\n%s", test.name, diff)
				}
				if diff := cmp.Diff(test.sizes, sizes); diff != "" {
					t.Errorf("%s: sizes (-want +got):\n%s", test.name, diff)
				}
			}
			answer := a.ok("DescribeBgpPeers", params{"PageSize": "50"})
			if answer.text("TotalCount") != "120" || answer.text("PageSize") != "50" || answer.text("RequestId") == "" {
				t.Errorf("a page says TotalCount %s, PageSize %s, RequestId %q", answer.text("TotalCount"), answer.text("PageSize"), answer.text("RequestId"))
			}
		})
	}
}

// What each library makes of both generations of answers (ALI-072). Strings
// and numbers are the same to the typed library; members that are missing are
// zero values to it, and missing to the other one.
func TestGenerationsOfAnswers(t *testing.T) {
	t.Parallel()
	newer := tree{
		"BgpPeerId": "bgp-1", "BgpGroupId": testGroup, "RouterId": testVBR, "RegionId": testRegion, "Name": "test",
		"Description": "test group", "AuthKey": testKey, "Status": "Available", "BgpStatus": "Established",
		"PeerIpAddress": "10.0.0.1", "PeerAsn": "4200000001", "LocalAsn": "64512", "IsFake": "true", "Hold": "30", "Keepalive": "10",
		"RouteLimit": "99", "EnableBfd": "true", "BfdMultiHop": "3", "IpVersion": "ipv4",
		"AdvertisedRouteCount": "7", "ReceivedRouteCount": "8", "GmtModified": "2025-03-01T12:00:00Z",
	}
	older, zero := tree{}, tree{}
	for name, value := range newer {
		older[name], zero[name] = value, value
	}
	for name, none := range map[string]string{
		"EnableBfd": "false", "BfdMultiHop": "0", "IpVersion": "", "AdvertisedRouteCount": "0", "ReceivedRouteCount": "0", "GmtModified": "",
	} {
		delete(older, name)
		zero[name] = none
	}
	typedRow, row := newer, newer
	for _, old := range []bool{false, true} {
		if old {
			typedRow, row = zero, older
		}
		w := newVPCEmulator(t, func(config *alibabacloud.Config) { config.OldAnswers = old })
		w.Alibaba.PutPeer(alibabacloud.Peer{
			ID: "bgp-1", GroupID: testGroup, PeerIPAddress: "10.0.0.1", EnableBFD: true, BFDMultiHop: 3,
			Session: alibabacloud.SessionEstablished, AdvertisedRoutes: 7, ReceivedRoutes: 8,
		})
		for _, test := range []struct {
			client client
			want   tree
			bare   bool // numbers come as the service sent them
		}{
			{typed("V1 JSON", first{}), typedRow, false},
			{typed("V1 XML", first{format: "XML"}), typedRow, false},
			{client{"V3", third{}.call}, row, true},
		} {
			t.Run(fmt.Sprintf("%s, old %t", test.client.name, old), func(t *testing.T) {
				t.Parallel()
				answer := api{t, w, test.client}.ok("DescribeBgpPeers", params{"BgpPeerId": "bgp-1"})
				got := tree{}
				for name := range answer.rows("BgpPeers", "BgpPeer")[0] {
					got[name] = answer.rows("BgpPeers", "BgpPeer")[0].text(name)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if !test.bare {
					return
				}
				for _, name := range []string{"PeerAsn", "LocalAsn", "Hold", "Keepalive", "RouteLimit"} {
					if _, quoted := answer.rows("BgpPeers", "BgpPeer")[0][name].(string); quoted == old {
						t.Errorf("%s is quoted: %t", name, quoted)
					}
				}
			})
		}
	}
}

// A deleted peer may linger in lists, as Deleted (ALI-033).
func TestDeletedPeersLinger(t *testing.T) {
	t.Parallel()
	for _, client := range clients() {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			w := newVPCEmulator(t, delays, func(config *alibabacloud.Config) { config.LingerDeleted = time.Hour })
			a := api{t, w, client}
			peer := params{"BgpGroupId": testGroup, "PeerIpAddress": "10.0.0.1"}
			one := params{"BgpPeerId": a.ok("CreateBgpPeer", peer).text("BgpPeerId")}
			w.clock.Advance(time.Minute)
			a.ok("DeleteBgpPeer", one)
			a.fails(failure{400, "BgpPeer.Already.Exists", "bgp peer already exists."}, "CreateBgpPeer", peer) // ALI-065
			w.clock.Advance(4 * time.Second)
			a.has("DescribeBgpPeers", one, tree{"Status": "Deleted"})
			a.fails(failure{400, "InvalidParams.NotFound", "instance not found"}, "DeleteBgpPeer", one)
			a.ok("CreateBgpPeer", peer)
			w.clock.Advance(time.Hour)
			a.has("DescribeBgpPeers", one)
		})
	}
}
