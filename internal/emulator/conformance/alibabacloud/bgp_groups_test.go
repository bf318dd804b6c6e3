package alibabacloud_test

import (
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// A group's whole life, as every library sees it (ALI-030).
func TestGroupLife(t *testing.T) {
	t.Parallel()
	for _, client := range clients() {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			w := newVPCEmulator(t, delays)
			a := api{t, w, client}
			notNow := failure{400, "InvalidStatus.CannotOperate", "invalid status cannot operate"}
			hasPeers := failure{400, "DependencyViolation.BgpPeer", "The specified BGP group has BGP peers."}

			id := a.ok("CreateBgpGroup", params{
				"RouterId": testVBR, "PeerAsn": "4200000009", "LocalAsn": "64513", "IsFakeAsn": "true", "Name": "lab-1",
				"Description": "Länge mit & <Zeichen>, ~ * +", "AuthKey": "a+b=c/d*e~f", "IpVersion": "IPv6", "RouteQuota": "50",
			}).text("BgpGroupId")
			one := params{"BgpGroupId": id}
			row := tree{
				"BgpGroupId": id, "RouterId": testVBR, "RegionId": testRegion, "Name": "lab-1",
				"Description": "Länge mit & <Zeichen>, ~ * +", "AuthKey": "a+b=c/d*e~f", // ALI-044, ALI-048
				"PeerAsn": 4200000009, "LocalAsn": 64513, "IsFake": true, "Hold": 30, "Keepalive": 10, "RouteLimit": 50,
				"IpVersion": "ipv6", "Status": "Pending",
			}
			a.has("DescribeBgpGroups", one, row)
			a.fails(notNow, "CreateBgpPeer", one.with("PeerIpAddress", "2001:db8::1").with("IpVersion", "IPv6"))
			w.clock.Advance(5 * time.Second)
			a.has("DescribeBgpGroups", one, tree{"Status": "Available"})

			a.ok("ModifyBgpGroupAttribute", one.with("Name", "lab-2").with("PeerAsn", "65001").with("LocalAsn", "45104").
				with("IsFakeAsn", "false").with("AuthKey", "other").with("RouteQuota", "110"))
			a.has("DescribeBgpGroups", one, tree{
				"Status": "Modifying", "Name": "lab-2", "PeerAsn": 65001, "LocalAsn": 45104, "IsFake": false,
				"AuthKey": "other", "RouteLimit": 110, "Description": row["Description"],
			})
			a.fails(notNow, "ModifyBgpGroupAttribute", one)
			w.clock.Advance(6 * time.Second)
			a.ok("ModifyBgpGroupAttribute", one.with("ClearAuthKey", "true"))
			a.has("DescribeBgpGroups", one, tree{"AuthKey": "", "Name": "lab-2"})
			w.clock.Advance(6 * time.Second)

			peer := a.ok("CreateBgpPeer", one.with("PeerIpAddress", "2001:db8::1").with("IpVersion", "IPv6")).text("BgpPeerId")
			a.fails(hasPeers, "DeleteBgpGroup", one) // ALI-046
			w.clock.Advance(2 * time.Second)
			a.ok("DeleteBgpPeer", params{"BgpPeerId": peer})
			a.fails(hasPeers, "DeleteBgpGroup", one)
			w.clock.Advance(4 * time.Second)

			a.ok("DeleteBgpGroup", one)
			a.has("DescribeBgpGroups", one, tree{"Status": "Deleting"})
			w.clock.Advance(7 * time.Second)
			a.has("DescribeBgpGroups", one)
			a.fails(failure{400, "InvalidBgpGroup", "bgp group not exists"}, "DeleteBgpGroup", one)
		})
	}
}

// An empty name or description clears what there is, an empty key is none that
// was sent (ALI-012). The older library sends nothing that is empty.
func TestGroupAttributesAreCleared(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t)
	a := api{t, w, client{"", third{}.call}}
	one := params{"BgpGroupId": testGroup}
	a.ok("ModifyBgpGroupAttribute", one.with("Name", "").with("AuthKey", ""))
	a.has("DescribeBgpGroups", one, tree{"Name": "", "Description": "test group", "AuthKey": testKey})
	a.ok("ModifyBgpGroupAttribute", one.with("Description", ""))
	a.has("DescribeBgpGroups", one, tree{"Name": "", "Description": "", "AuthKey": testKey})
}

// A change of a group shows in its peers, whose sessions stay (ALI-036); so does
// one behind the API's back.
func TestChangedGroupShowsInItsPeers(t *testing.T) {
	t.Parallel()
	for _, client := range clients() {
		w := newVPCEmulator(t, delays)
		a := api{t, w, client}
		w.Alibaba.PutPeer(alibabacloud.Peer{ID: "bgp-1", GroupID: testGroup, PeerIPAddress: "10.0.0.1", Session: alibabacloud.SessionEstablished})
		one := params{"BgpPeerId": "bgp-1"}
		a.ok("ModifyBgpGroupAttribute", params{"BgpGroupId": testGroup, "Name": "other", "PeerAsn": "65001", "RouteQuota": "50", "AuthKey": "other-key"})
		changed := tree{
			"Name": "other", "PeerAsn": 65001, "RouteLimit": 50, "AuthKey": "other-key", "Status": "Available", "BgpStatus": "Established",
		}
		a.has("DescribeBgpPeers", one, changed)
		w.Alibaba.UpdateGroup(testGroup, func(g *alibabacloud.Group) { g.Name, g.AuthKey = "renamed", "" })
		changed["Name"], changed["AuthKey"] = "renamed", ""
		a.has("DescribeBgpPeers", one, changed)
		a.has("DescribeBgpGroups", params{"BgpGroupId": testGroup}, tree{"Name": "renamed", "AuthKey": "", "Status": "Modifying"})
	}
}

// A deleted group or network may linger as Deleted, and is gone for every write
// (ALI-033, ALI-037).
func TestDeletedGroupsAndNetworks(t *testing.T) {
	t.Parallel()
	noGroup := failure{400, "InvalidBgpGroup", "bgp group not exists"}
	for _, client := range clients() {
		w := newVPCEmulator(t, func(config *alibabacloud.Config) { config.LingerDeleted = time.Minute })
		a := api{t, w, client}
		network := params{"RouterId": testVBR, "DstCidrBlock": "10.9.0.0/16"}
		group := params{"BgpGroupId": a.ok("CreateBgpGroup", params{"RouterId": testVBR, "PeerAsn": "65001"}).text("BgpGroupId")}
		a.ok("AddBgpNetwork", network)
		a.ok("DeleteBgpGroup", group)
		a.ok("DeleteBgpNetwork", network)
		a.has("DescribeBgpGroups", group, tree{"Status": "Deleted"})
		a.has("DescribeBgpNetworks", params{}, tree{"DstCidrBlock": "10.9.0.0/16", "Status": "Deleted"})
		a.fails(noGroup, "ModifyBgpGroupAttribute", group.with("Name", "other"))
		a.fails(noGroup, "CreateBgpPeer", group.with("PeerIpAddress", "10.0.0.1"))
		a.fails(failure{400, "InvalidParams.NotFound", "instance not found"}, "DeleteBgpNetwork", network)
		a.ok("AddBgpNetwork", network)
		a.has("DescribeBgpNetworks", params{}, tree{"DstCidrBlock": "10.9.0.0/16", "Status": "Available"})
		w.clock.Advance(time.Minute)
		a.has("DescribeBgpGroups", group)
	}
}

// The older answers have no router and no IP version (ALI-072).
func TestOlderGroups(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t, func(config *alibabacloud.Config) { config.OldAnswers = true })
	for _, client := range clients() {
		api{t, w, client}.has("DescribeBgpGroups", params{}, tree{
			"BgpGroupId": testGroup, "RouterId": "", "IpVersion": "", "IsFake": true, "PeerAsn": 4200000001, "AuthKey": testKey,
		})
	}
}

// The documented filters of DescribeBgpGroups.
func TestGroupFilters(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t)
	w.Alibaba.AddVBR(alibabacloud.VBR{ID: "vbr-2", RegionID: testRegion})
	w.Alibaba.AddGroup(alibabacloud.Group{ID: "bgpg-2", RouterID: "vbr-2", PeerASN: 65001, IsDefault: true})
	w.Alibaba.AddVBR(alibabacloud.VBR{ID: "vbr-elsewhere", RegionID: "cn-beijing"})
	w.Alibaba.AddGroup(alibabacloud.Group{ID: "bgpg-elsewhere", RouterID: "vbr-elsewhere", PeerASN: 65001})
	for _, client := range clients() {
		a := api{t, w, client}
		a.has("DescribeBgpGroups", params{}, tree{"BgpGroupId": testGroup}, tree{"BgpGroupId": "bgpg-2"})
		a.has("DescribeBgpGroups", params{"RouterId": "vbr-2"}, tree{"BgpGroupId": "bgpg-2"})
		a.has("DescribeBgpGroups", params{"IsDefault": "true"}, tree{"BgpGroupId": "bgpg-2"})
		a.has("DescribeBgpGroups", params{"IsDefault": "false"}, tree{"BgpGroupId": testGroup})
		a.has("DescribeBgpGroups", params{"BgpGroupId": "bgpg-elsewhere"})
		a.has("DescribeBgpGroups", params{"PageSize": "1", "PageNumber": "2"}, tree{"BgpGroupId": "bgpg-2"})
	}
}
