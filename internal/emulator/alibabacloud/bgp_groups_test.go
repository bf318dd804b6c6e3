package alibabacloud_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// groupRow describes one group and returns its row, nil where there is none.
func (w *vpcService) groupRow(id string) map[string]any {
	w.t.Helper()
	rows := w.want(w.call("DescribeBgpGroups", "BgpGroupId", id), "").rows(w.t, "BgpGroups", "BgpGroup")
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

func TestGroupLife(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) {
		cfg.Delays = alibabacloud.Delays{GroupAvailable: time.Second, GroupModified: time.Second, GroupDeleted: time.Second}
	})
	a := w.want(w.call("CreateBgpGroup", "RouterId", testVBR, "PeerAsn", "4200000001", "Name", "上海-1", "Description", "to Azure",
		"AuthKey", "md5-key", "LocalAsn", "64512", "IsFakeAsn", "true", "IpVersion", "IPv6", "RouteQuota", "50"), "")
	id := a.str("BgpGroupId")
	want := map[string]any{
		"BgpGroupId": id, "RouterId": testVBR, "RegionId": testRegion, "Name": "上海-1", "Description": "to Azure",
		"Status": "Pending", "AuthKey": "md5-key", "PeerAsn": "4200000001", "LocalAsn": "64512", "IsFake": "true",
		"Hold": "30", "Keepalive": "10", "RouteLimit": "50", "IpVersion": "ipv6",
	}
	if diff := cmp.Diff(want, w.groupRow(id)); diff != "" {
		t.Errorf("new group (-want +got):\n%s", diff)
	}
	const cannot = "400 InvalidStatus.CannotOperate: invalid status cannot operate"
	w.want(w.call("ModifyBgpGroupAttribute", "BgpGroupId", id, "Name", "other"), cannot)
	w.clock.Advance(time.Second)
	w.want(w.call("ModifyBgpGroupAttribute", "BgpGroupId", id, "Name", "other", "ClearAuthKey", "true", "PeerAsn", "65001"), "")
	want["Name"], want["AuthKey"], want["PeerAsn"], want["Status"] = "other", "", "65001", "Modifying"
	if diff := cmp.Diff(want, w.groupRow(id)); diff != "" {
		t.Errorf("changed group (-want +got):\n%s", diff)
	}
	w.want(w.call("DeleteBgpGroup", "BgpGroupId", id), cannot)
	w.clock.Advance(time.Second)
	w.service.PutPeer(alibabacloud.Peer{ID: "bgp-1", GroupID: id, PeerIPAddress: "10.0.0.1"})
	w.want(w.call("DeleteBgpGroup", "BgpGroupId", id), "400 DependencyViolation.BgpPeer: The specified BGP group has BGP peers.")
	w.service.RemovePeer("bgp-1")
	w.want(w.call("DeleteBgpGroup", "BgpGroupId", id), "")
	if row := w.groupRow(id); row["Status"] != "Deleting" {
		t.Errorf("deleted group is %v", row["Status"])
	}
	w.clock.Advance(time.Second)
	if row := w.groupRow(id); row != nil {
		t.Errorf("deleted group is still there: %v", row)
	}
	w.want(w.call("DeleteBgpGroup", "BgpGroupId", id), "400 InvalidBgpGroup: bgp group not exists")
}

func TestCreateBGPGroupErrors(t *testing.T) {
	const (
		name        = "400 InvalidBgpName.Malformed: Specified Bgp Group name is not valid."
		description = "400 InvalidBgpDescription.Malformed: Specified Bgp Group description is not valid."
		localASN    = "400 InvalidBgpGroup.LocalAsnInvalid: The specified BgpGroup LocalAsn is invalid, only support 64512 to 65534 or 4200000000 to 4294967294, but cannot be 65025."
		peerASN     = "400 IllegalParam.PeerAsn: The param of PeerAsn is illegal"
		routeLimit  = "400 IllegalParam.RouteLimit: The operation is failed because of bgp group max route entry num quota exceed."
		noVBR       = "400 InvalidVbrNetwork: vbr netowrk not exists" //nolint:misspell // the vendor's spelling
	)
	tests := map[string]struct {
		state  func(*vpcService)
		params []string
		want   string
	}{
		"no such VBR":          {params: []string{"RouterId", "vbr-none"}, want: noVBR},
		"VBR elsewhere":        {state: vbr(func(v *alibabacloud.VBR) { v.RegionID = "cn-beijing" }), want: noVBR},
		"VBR inactive":         {state: vbr(func(v *alibabacloud.VBR) { v.Inactive = true }), want: "400 InvalidStatus.CannotOperate: invalid status cannot operate"},
		"group quota":          {state: vbr(func(v *alibabacloud.VBR) { v.Quotas.GroupsPerVBR = 1 }), want: "400 QuotaExceeded.Bgp: bgp group count per vbr quota exceed."},
		"name too short":       {params: []string{"Name", "a"}, want: name},
		"name too long":        {params: []string{"Name", strings.Repeat("a", 129)}, want: name},
		"name with a space":    {params: []string{"Name", "a b"}, want: name},
		"name of a digit":      {params: []string{"Name", "1a"}, want: name},
		"description short":    {params: []string{"Description", "a"}, want: description},
		"description long":     {params: []string{"Description", strings.Repeat("a", 257)}, want: description},
		"description URL":      {params: []string{"Description", "https://example.com"}, want: description},
		"key with a space":     {params: []string{"AuthKey", "a b"}, want: "400 InvalidBgpAuthkey.Malformed: Specified Bgp Group authkey is not valid."},
		"the vendor's ASN":     {params: []string{"PeerAsn", "45104"}, want: "400 InvalidPeerAsn.Malformed: invalid peer asn cannot equals aliyun asn:45104"},
		"ASN 0":                {params: []string{"PeerAsn", "0"}, want: "400 InvalidParams.NotNull: invalid peer asn cannot equals aliyun asn:45104"},
		"negative ASN":         {params: []string{"PeerAsn", "-1"}, want: peerASN},
		"ASN too large":        {params: []string{"PeerAsn", "4294967296"}, want: peerASN},
		"local ASN 65025":      {params: []string{"LocalAsn", "65025"}, want: localASN},
		"public local ASN":     {params: []string{"LocalAsn", "3320"}, want: localASN},
		"local ASN too large":  {params: []string{"LocalAsn", "4294967296"}, want: "400 IllegalParam.LocalAsn: The param of LocalAsn is illegal"},
		"too many routes":      {params: []string{"RouteQuota", "111"}, want: routeLimit},
		"no routes":            {params: []string{"RouteQuota", "0"}, want: routeLimit},
		"VBR without IPv6":     {state: vbr(func(v *alibabacloud.VBR) { v.IPv6 = false }), params: []string{"IpVersion", "IPv6"}, want: "400 IllegalParam.IpVersion: The param of IPV6 is illegal."},
		"ASN that is a string": {params: []string{"PeerAsn", "AS65001"}, want: "400 InvalidPeerAsn: Specified parameter PeerAsn is not valid."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newVPCService(t, nil)
			if test.state != nil {
				test.state(w)
			}
			params := append([]string{"RouterId", testVBR, "PeerAsn", "65001"}, test.params...)
			w.want(w.call("CreateBgpGroup", params...), test.want)
			if groups := w.service.Groups(); len(groups) != 1 {
				t.Errorf("groups %+v", groups)
			}
		})
	}
}

func TestModifyBGPGroupAttributeErrors(t *testing.T) {
	w := newVPCService(t, nil)
	for _, test := range []struct {
		params []string
		want   string
	}{
		{[]string{"BgpGroupId", "bgpg-none"}, "400 InvalidBgpGroup: bgp group not exists"},
		{[]string{"BgpGroupId", testGroup, "PeerAsn", "45104"}, "400 InvalidPeerAsn.Malformed: invalid peer asn cannot equals aliyun asn:45104"},
		{[]string{"BgpGroupId", testGroup, "Description", "a"}, "400 InvalidBgpDiscription.Malformed: Specified Bgp Group description is not valid."},
		{[]string{"BgpGroupId", testGroup, "RouteQuota", "111"}, "400 IllegalParam.RouteLimit: The operation is failed because of bgp group max route entry num quota exceed."},
		{[]string{"BgpGroupId", testGroup, "Name", "1"}, "400 InvalidBgpName.Malformed: Specified Bgp Group name is not valid."},
		{[]string{"BgpGroupId", testGroup, "AuthKey", strings.Repeat("k", 81)}, "400 InvalidBgpAuthkey.Malformed: Specified Bgp Group authkey is not valid."},
		{[]string{"BgpGroupId", testGroup, "IpVersion", "IPv6"}, `400 UnsupportedParameter: The parameter "IpVersion" is not supported.`},
		{[]string{"BgpGroupId", testGroup, "RouterId", testVBR}, `400 UnsupportedParameter: The parameter "RouterId" is not supported.`},
	} {
		w.want(w.call("ModifyBgpGroupAttribute", test.params...), test.want)
	}
}

// An empty name or description clears what there is, an empty key is none that
// was sent (ALI-012, ALI-044).
func TestGroupAttributesAreCleared(t *testing.T) {
	w := newVPCService(t, nil)
	id := w.want(w.call("CreateBgpGroup", "RouterId", testVBR, "PeerAsn", "65001", "Name", "azure", "Description", "to Azure", "AuthKey", "a-key"), "").str("BgpGroupId")
	for _, step := range []struct {
		params                 []string
		name, description, key string
	}{
		{nil, "azure", "to Azure", "a-key"},
		{[]string{"Name", "", "AuthKey", ""}, "", "to Azure", "a-key"},
		{[]string{"Description", ""}, "", "", "a-key"},
		{[]string{"ClearAuthKey", "false"}, "", "", "a-key"},
		{[]string{"AuthKey", strings.Repeat("k", 80)}, "", "", strings.Repeat("k", 80)},
		{[]string{"AuthKey", "other", "ClearAuthKey", "true"}, "", "", ""},
	} {
		w.want(w.call("ModifyBgpGroupAttribute", append([]string{"BgpGroupId", id}, step.params...)...), "")
		if row := w.groupRow(id); row["Name"] != step.name || row["Description"] != step.description || row["AuthKey"] != step.key {
			t.Errorf("%v: %v", step.params, row)
		}
	}
}

// What a group has is documented otherwise in the older answers (ALI-072).
func TestOlderGroup(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.OldAnswers = true })
	want := map[string]any{
		"BgpGroupId": testGroup, "RegionId": testRegion, "Name": "test", "Description": "test group", "Status": "Available", "AuthKey": "!PWZ2wsq",
		"PeerAsn": 65515.0, "LocalAsn": 45104.0, "IsFake": false, "Hold": 30.0, "Keepalive": 10.0, "RouteLimit": 110.0,
	}
	if diff := cmp.Diff(want, w.groupRow(testGroup)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A group or network that lingers as Deleted counts for nothing (ALI-033).
func TestDeletedGroupsAndNetworksLinger(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.LingerDeleted = time.Minute })
	w.service.UpdateVBR(testVBR, func(v *alibabacloud.VBR) { v.Quotas.GroupsPerVBR, v.Quotas.NetworksPerVBR = 2, 1 })
	group := []string{"RouterId", testVBR, "PeerAsn", "65001"}
	network := []string{"RouterId", testVBR, "DstCidrBlock", "2001:DB8::/32"}
	id := w.want(w.call("CreateBgpGroup", group...), "").str("BgpGroupId")
	w.want(w.call("AddBgpNetwork", network...), "")
	w.want(w.call("DeleteBgpGroup", "BgpGroupId", id), "")
	w.want(w.call("DeleteBgpNetwork", network...), "")
	networks := func() []map[string]any {
		return w.want(w.call("DescribeBgpNetworks"), "").rows(t, "BgpNetworks", "BgpNetwork")
	}
	if row := w.groupRow(id); row["Status"] != "Deleted" {
		t.Errorf("the group is %v", row)
	}
	if rows := networks(); len(rows) != 1 || rows[0]["Status"] != "Deleted" {
		t.Errorf("the networks are %v", rows)
	}
	const gone = "400 InvalidBgpGroup: bgp group not exists"
	w.want(w.call("DeleteBgpGroup", "BgpGroupId", id), gone)
	w.want(w.call("ModifyBgpGroupAttribute", "BgpGroupId", id, "Name", "other"), gone)
	w.want(w.call("CreateBgpPeer", "BgpGroupId", id, "PeerIpAddress", "10.0.0.1"), gone)
	w.want(w.call("DeleteBgpNetwork", network...), "400 InvalidParams.NotFound: instance not found")
	w.want(w.call("CreateBgpGroup", group...), "")
	w.want(w.call("AddBgpNetwork", network...), "")
	if rows := networks(); len(rows) != 1 || rows[0]["Status"] != "Available" {
		t.Errorf("the networks are %v", rows)
	}
	w.clock.Advance(time.Minute)
	if row := w.groupRow(id); row != nil {
		t.Errorf("the group is still there: %v", row)
	}
}

// Attributes of a group are those of its peers.
func TestChangeOfGroupShowsInItsPeers(t *testing.T) {
	w := newVPCService(t, nil)
	id := w.createPeer("PeerIpAddress", "10.0.0.1")
	w.want(w.call("ModifyBgpGroupAttribute", "BgpGroupId", testGroup, "Name", "other", "PeerAsn", "65001", "AuthKey", "new-key"), "")
	row := w.peer(id)
	if row["Name"] != "other" || row["PeerAsn"] != "65001" || row["AuthKey"] != "new-key" {
		t.Errorf("peer %v", row)
	}
}
