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
			w := newWorld(t, delays)
			a := api{t, w, client}
			notNow := failure{400, "InvalidStatus.CannotOperate", "invalid status cannot operate"}

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
			a.fails(notNow, "DeleteBgpGroup", one) // ALI-046
			w.clock.Advance(2 * time.Second)
			a.ok("DeleteBgpPeer", params{"BgpPeerId": peer})
			a.fails(notNow, "DeleteBgpGroup", one)
			w.clock.Advance(4 * time.Second)

			a.ok("DeleteBgpGroup", one)
			a.has("DescribeBgpGroups", one, tree{"Status": "Deleting"})
			w.clock.Advance(7 * time.Second)
			a.has("DescribeBgpGroups", one)
			a.fails(failure{400, "InvalidBgpGroup", "bgp group not exists"}, "DeleteBgpGroup", one)
		})
	}
}

// The documented filters of DescribeBgpGroups.
func TestGroupFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
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
