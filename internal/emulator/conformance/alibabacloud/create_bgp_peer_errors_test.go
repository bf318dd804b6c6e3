package alibabacloud_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// The error codes of the CreateBgpPeer document of 2024, its rows in their
// order. Those of the earlier document are among them, marked.
var document = []struct {
	row     failure
	earlier bool
}{
	{failure{400, "QuotaExceeded.Bgp", "bgp peer count per vbr quota exceed."}, true},
	{failure{400, "QuotaExceeded.Bgp", "bgp group count per vbr quota exceed."}, false},
	{failure{400, "QuotaExceeded.Nqa", "nqa count per vbr quota exceed."}, true},
	{failure{400, "InvalidAccessDeviceId.NotFound", "There is no Access_Device_Id in our records"}, false},
	{failure{400, "QuotaExceeded.BfdSession", "Your Bfd Session number reaches the upper limit."}, false},
	{failure{400, "QuotaExceeded.BfdSession", "The Bfd Session on device reaches the upper limit."}, false},
	{failure{400, "QuotaExceeded.BgpNetwork", "bgp network count per vbr quota exceed."}, true},
	{failure{400, "InvalidPeerIpAddress", "multi pconn peer ip can not be null."}, true},
	{failure{400, "InvalidVbrNetwork", "vbr netowrk not exists"}, true}, //nolint:misspell // the vendor's spelling
	{failure{400, "InvalidBgpGroup", "bgp group not exists"}, false},
	{failure{400, "InvalidBgpName.Malformed", "Specified Bgp Group name is not valid."}, true},
	{failure{400, "InvalidBgpDiscription.Malformed", "Specified Bgp Group description is not valid."}, true},
	{failure{400, "InvalidBgpAuthkey.Malformed", "Specified Bgp Group authkey is not valid."}, true},
	{failure{400, "InvalidIP.Malformed", "Ip malformed."}, true},
	{failure{400, "InvalidPeerAsn.Malformed", "invalid peer asn cannot equals aliyun asn:45104"}, true},
	{failure{400, "InvalidParams.NotNull", "invalid peer asn cannot equals aliyun asn:45104"}, true},
	{failure{400, "InvalidParams.NotFound", "instance not found"}, false},
	{failure{400, "InvalidParams.NotFound", "vpc instance not found"}, true},
	{failure{400, "InvalidParams.AlreadyExists", "bgp network already exists"}, true},
	{failure{400, "InvalidStatus.CannotOperate", "invalid status cannot operate"}, true},
	{failure{400, "InvalidParams.PeerIpAddressMustPointOut", "vbr has 0 or more than 1 subif ,point out peerIpAddress."}, false},
	{failure{400, "InvalidParams.PeerIpAddressInUse", "peer ip address in use ,cannot create bgp peer."}, false},
	{failure{400, "BgpPeer.Already.Exists", "bgp peer already exists."}, false},
	{failure{400, "MissingParam.EnableBfd", "The parameter EnableBfd is missing."}, false},
	{failure{400, "OperationUnsupported.IPV6ForThisRegion", "This Region is unsupported IPV6."}, false},
	{failure{400, "IllegalParam.BfdMultiHop", "BfdMultiHop is illegal."}, false},
	{failure{400, "OperationFailed.PconnTrafficNotEnable", "The operation is failed because of PconnTrafficNotEnable."}, false},
	{failure{400, "UnsupportedFeature.Vpconn", "The feature of Vpconn is not supported."}, false},
	{failure{400, "DuplicatedParam.PeerIpAddress", "The param of PeerIpAddress is duplicated."}, false},
	{failure{400, "DuplicatedParam.LocalIpAddress", "The LocalIpAddress already exists."}, false},
	{failure{400, "DuplicatedParam.PeerIpv6Address", "The PeerIpv6Address already exists."}, false},
	{failure{400, "DuplicatedParam.LocalIpv6Address", "The LocalIpv6Address already exists."}, false},
	{failure{400, "IllegalParam.LocalGatewayIpAndMask", "The LocalGatewayIpAndMask value is invalid."}, false},
	{failure{400, "IllegalParam.PeeringIpv6SubnetMask", "The PeeringIpv6SubnetMask value is invalid."}, false},
	{failure{404, "InvalidRegionId.NotFound", `Specified value of "regionId" is not supported.`}, true},
}

// documentedOnly are rows that no state of a VBR makes CreateBgpPeer answer:
// the document lists them, AddBgpNetwork causes them.
var documentedOnly = map[string]string{
	"400 InvalidParams.AlreadyExists: bgp network already exists": "TestNetworkLife",
}

// refusal is a state and a call to CreateBgpPeer that is refused in it.
type refusal struct {
	name   string // ends with the row of ASSUMPTIONS.md that says when, if one does
	config func(*alibabacloud.Config)
	state  func(vpcEmulator)
	params params // beside BgpGroupId
	want   failure
}

var (
	address   = params{"PeerIpAddress": "10.0.0.1"}
	ipv6      = params{"PeerIpAddress": "2001:db8::1", "IpVersion": "IPv6"}
	bfd       = params{"PeerIpAddress": "10.0.0.1", "EnableBfd": "true", "BfdMultiHop": "3"}
	noAddress = params{}
)

func changeGroup(change func(*alibabacloud.Group)) func(vpcEmulator) {
	return func(w vpcEmulator) { w.Alibaba.UpdateGroup(testGroup, change) }
}

func changeVBR(change func(*alibabacloud.VBR)) func(vpcEmulator) {
	return func(w vpcEmulator) { w.Alibaba.UpdateVBR(testVBR, change) }
}

func defect(d alibabacloud.Defect) func(vpcEmulator) {
	return changeVBR(func(v *alibabacloud.VBR) { v.Defect = d })
}

func circuits(all ...alibabacloud.Circuit) func(vpcEmulator) {
	return changeVBR(func(v *alibabacloud.VBR) { v.Circuits = all })
}

// putPeers puts peers beside each other into a group.
func putPeers(group string, peers ...alibabacloud.Peer) func(vpcEmulator) {
	return func(w vpcEmulator) {
		for i, peer := range peers {
			peer.ID, peer.GroupID = fmt.Sprintf("bgp-%s-%d", group, i), group
			w.Alibaba.PutPeer(peer)
		}
	}
}

// elsewhere puts a peer into a group of its own: on the same VBR, or on another
// one that stands on the same device.
func elsewhere(vbr string, peer alibabacloud.Peer) func(vpcEmulator) {
	return func(w vpcEmulator) {
		if vbr != testVBR {
			changeVBR(func(v *alibabacloud.VBR) { v.AccessDevice = "device-1" })(w)
			w.Alibaba.AddVBR(alibabacloud.VBR{ID: vbr, RegionID: testRegion, AccessDevice: "device-1"})
		}
		w.Alibaba.AddGroup(alibabacloud.Group{ID: "bgpg-elsewhere", RouterID: vbr, PeerASN: 65001})
		putPeers("bgpg-elsewhere", peer)(w)
	}
}

// eight peers are what a VBR may have (ALI-041).
func eight() []alibabacloud.Peer {
	peers := make([]alibabacloud.Peer, 8)
	for i := range peers {
		peers[i].PeerIPAddress = fmt.Sprintf("10.1.0.%d", i+1)
	}
	return peers
}

var withBFD = alibabacloud.Peer{PeerIPAddress: "10.1.0.1", EnableBFD: true, BFDMultiHop: 1}

// refusals cause every row of the documents, in their order.
var refusals = []refusal{
	{name: "eight peers", state: putPeers(testGroup, eight()...), params: address, want: document[0].row},
	{
		name: "group quota lowered, ALI-042", params: address, want: document[1].row,
		state: func(w vpcEmulator) {
			w.Alibaba.AddGroup(alibabacloud.Group{ID: "bgpg-2", RouterID: testVBR, PeerASN: 65001})
			changeVBR(func(v *alibabacloud.VBR) { v.Quotas.GroupsPerVBR = 1 })(w)
		},
	},
	{
		name: "NQA quota, ALI-042", params: address, want: document[2].row,
		config: func(config *alibabacloud.Config) { config.Quotas.NQAsPerVBR = 1 },
		state:  putPeers(testGroup, alibabacloud.Peer{PeerIPAddress: "10.1.0.1"}),
	},
	{name: "no access device, ALI-043", state: defect(alibabacloud.DefectNoAccessDevice), params: address, want: document[3].row},
	{
		name: "BFD sessions of the account, ALI-042", params: bfd, want: document[4].row,
		config: func(config *alibabacloud.Config) { config.Quotas.BFDSessions = 1 },
		state:  putPeers(testGroup, withBFD),
	},
	{
		name: "BFD sessions of the device, ALI-042", params: bfd, want: document[5].row,
		config: func(config *alibabacloud.Config) { config.Quotas.BFDSessionsPerDevice = 1 },
		state:  elsewhere("vbr-2", withBFD),
	},
	{
		name: "network quota lowered, ALI-042", params: address, want: document[6].row,
		state: func(w vpcEmulator) {
			_, err := third{}.call(w, "AddBgpNetwork", params{"RegionId": testRegion, "RouterId": testVBR, "DstCidrBlock": "10.9.0.0/16"})
			if err != nil {
				panic(err)
			}
			changeVBR(func(v *alibabacloud.VBR) { v.Quotas.NetworksPerVBR = -1 })(w)
		},
	},
	{
		name:  "several physical connections and no address, ALI-063",
		state: circuits(alibabacloud.Circuit{PhysicalConnectionID: "pc-1"}, alibabacloud.Circuit{PhysicalConnectionID: "pc-2"}),
		want:  document[7].row, params: noAddress,
	},
	{name: "no VBR", state: func(w vpcEmulator) { w.Alibaba.RemoveVBR(testVBR) }, params: address, want: document[8].row},
	{name: "no group", state: func(w vpcEmulator) { w.Alibaba.RemoveGroup(testGroup) }, params: address, want: document[9].row},
	{name: "group of another region", state: changeVBR(func(v *alibabacloud.VBR) { v.RegionID = "cn-beijing" }), params: address, want: document[9].row},
	{name: "group's name, ALI-047", state: changeGroup(func(g *alibabacloud.Group) { g.Name = "http://x" }), params: address, want: document[10].row},
	{name: "group's description, ALI-047", state: changeGroup(func(g *alibabacloud.Group) { g.Description = "1" }), params: address, want: document[11].row},
	{name: "group's key, ALI-047", state: changeGroup(func(g *alibabacloud.Group) { g.AuthKey = "with space" }), params: address, want: document[12].row},
	{name: "no address at all", params: params{"PeerIpAddress": "10.0.0.256"}, want: document[13].row},
	{name: "a prefix", params: params{"PeerIpAddress": "10.0.0.0/24"}, want: document[13].row},
	{name: "an address with a zone, ALI-062", params: params{"PeerIpAddress": "fe80::1%eth0", "IpVersion": "IPv6"}, want: document[13].row},
	{name: "group with the vendor's ASN, ALI-047", state: changeGroup(func(g *alibabacloud.Group) { g.PeerASN = 45104 }), params: address, want: document[14].row},
	{name: "group without an ASN, ALI-047", state: changeGroup(func(g *alibabacloud.Group) { g.PeerASN = 0 }), params: address, want: document[15].row},
	{name: "no physical connection, ALI-043", state: defect(alibabacloud.DefectNoConnection), params: address, want: document[16].row},
	{name: "no VPC, ALI-043", state: defect(alibabacloud.DefectNoVPC), params: address, want: document[17].row},
	{name: "VBR not active", state: changeVBR(func(v *alibabacloud.VBR) { v.Inactive = true }), params: address, want: document[19].row},
	{
		name: "group pending", params: address, want: document[19].row,
		state: changeGroup(func(g *alibabacloud.Group) { g.Status, g.StatusSince = alibabacloud.Pending, testStart.Add(time.Hour) }),
	},
	{name: "no circuit and no address, ALI-063", params: noAddress, want: document[20].row},
	{
		name:  "two circuits of one connection and no address, ALI-063",
		state: circuits(alibabacloud.Circuit{PeerIPAddress: "10.0.0.1"}, alibabacloud.Circuit{PeerIPAddress: "10.0.0.2"}),
		want:  document[20].row, params: noAddress,
	},
	{
		name: "circuit without IPv6 and no address, ALI-063", state: circuits(alibabacloud.Circuit{PeerIPAddress: "10.0.0.1"}),
		params: params{"IpVersion": "IPv6"}, want: document[20].row,
	},
	{
		name:  "address in use in another group of the VBR, ALI-065",
		state: elsewhere(testVBR, alibabacloud.Peer{PeerIPAddress: "10.0.0.1"}), params: address, want: document[21].row,
	},
	{
		name:  "address in use in the same group, ALI-065",
		state: putPeers(testGroup, alibabacloud.Peer{PeerIPAddress: "10.0.0.1"}), params: address, want: document[22].row,
	},
	{
		name:  "the same address in another spelling, ALI-061",
		state: putPeers(testGroup, alibabacloud.Peer{PeerIPAddress: "2001:db8::1", IPVersion: "IPv6"}),
		want:  document[22].row, params: params{"PeerIpAddress": "2001:0DB8:0:0::1", "IpVersion": "ipv6"},
	},
	{name: "hops without EnableBfd, ALI-064", params: address.with("BfdMultiHop", "3"), want: document[23].row},
	{
		name: "region without IPv6", params: ipv6, want: document[24].row,
		config: func(config *alibabacloud.Config) { config.Regions = []alibabacloud.Region{{ID: testRegion}} },
	},
	{name: "BFD without hops, ALI-064", params: address.with("EnableBfd", "true"), want: document[25].row},
	{name: "hops with BFD off, ALI-064", params: bfd.with("EnableBfd", "false"), want: document[25].row},
	{name: "0 hops", params: bfd.with("BfdMultiHop", "0"), want: document[25].row},
	{name: "256 hops", params: bfd.with("BfdMultiHop", "256"), want: document[25].row},
	{name: "outbound traffic not enabled, ALI-043", state: defect(alibabacloud.DefectTrafficNotEnabled), params: address, want: document[26].row},
	{name: "hosted connection, ALI-043", state: defect(alibabacloud.DefectVPConn), params: address, want: document[27].row},
	{
		name:  "address in use on the same device, ALI-065",
		state: elsewhere("vbr-2", alibabacloud.Peer{PeerIPAddress: "10.0.0.1"}), params: address, want: document[28].row,
	},
	{name: "local address twice, ALI-043", state: defect(alibabacloud.DefectLocalIPDuplicated), params: address, want: document[29].row},
	{
		name:  "IPv6 address in use in another group of the VBR, ALI-065",
		state: elsewhere(testVBR, alibabacloud.Peer{PeerIPAddress: "2001:db8::1", IPVersion: "IPv6"}), params: ipv6, want: document[30].row,
	},
	{name: "local IPv6 address twice, ALI-043", state: defect(alibabacloud.DefectLocalIPv6Duplicated), params: ipv6, want: document[31].row},
	{name: "gateway's mask, ALI-043", state: defect(alibabacloud.DefectGatewayMaskInvalid), params: address, want: document[32].row},
	{name: "IPv6 mask, ALI-043", state: defect(alibabacloud.DefectIPv6SubnetMaskBroken), params: ipv6, want: document[33].row},
	{name: "no region", params: address.with("RegionId", "cn-atlantis"), want: document[34].row},
}

// Every row of both documents is caused by its state, and every library reports
// its status, code and message to the letter. Nothing is created.
func TestCreateBGPPeerRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newVPCEmulator(t, func(config *alibabacloud.Config) {
				if test.config != nil {
					test.config(config)
				}
			})
			if test.state != nil {
				test.state(w)
			}
			before := len(w.Alibaba.Peers())
			for _, client := range generations() {
				_, err := client.call(w, "CreateBgpPeer", params{"RegionId": testRegion, "BgpGroupId": testGroup}.and(test.params))
				if got := failureOf(t, err); got != test.want {
					t.Errorf("%s:\n got %v\nwant %v", client.name, got, test.want)
				}
			}
			if after := len(w.Alibaba.Peers()); after != before {
				t.Errorf("%d peers, then %d", before, after)
			}
		})
	}
}

// No row of either document is forgotten.
func TestEveryDocumentedRowIsCaused(t *testing.T) {
	t.Parallel()
	caused := map[failure]bool{}
	for _, test := range refusals {
		caused[test.want] = true
	}
	earlier := 0
	for _, documented := range document {
		if documented.earlier {
			earlier++
		}
		if _, other := documentedOnly[documented.row.String()]; !caused[documented.row] && !other {
			t.Errorf("nothing causes %v", documented.row)
		}
	}
	if len(document) != 35 || earlier != 15 {
		t.Errorf("%d rows of the document of 2024 and %d of the earlier one, which have 35 and 15", len(document), earlier)
	}
}

// Every documented error can be had on demand too, by its code alone.
func TestDocumentedErrorsOnDemand(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t)
	first := map[string]bool{} // of several messages with one code, a fault takes the first
	for _, documented := range document {
		if first[documented.row.Code] {
			continue
		}
		first[documented.row.Code] = true
		for _, client := range generations() {
			w.Faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindError, Code: documented.row.Code, Times: 1})
			_, err := client.call(w, "CreateBgpPeer", address.with("RegionId", testRegion).with("BgpGroupId", testGroup))
			if got := failureOf(t, err); got != documented.row {
				t.Errorf("%s:\n got %v\nwant %v", client.name, got, documented.row)
			}
		}
	}
}

// The order of the checks, where several of them apply (ALI-060): what is
// wrong is fixed one after the other.
func TestOrderOfCreateBGPPeerChecks(t *testing.T) {
	t.Parallel()
	for _, client := range generations() {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			w := newVPCEmulator(t)
			a := api{t, w, client}
			putPeers(testGroup, append(eight()[:7], alibabacloud.Peer{PeerIPAddress: "10.0.0.1"})...)(w)
			w.Alibaba.UpdateVBR(testVBR, func(v *alibabacloud.VBR) { v.Inactive, v.Defect, v.IPv6 = true, alibabacloud.DefectVPConn, false })
			w.Alibaba.UpdateGroup(testGroup, func(g *alibabacloud.Group) { g.PeerASN = 0 })
			call := params{"BgpGroupId": "bgpg-none", "PeerIpAddress": "x", "IpVersion": "IPv6", "EnableBfd": "true"}
			for _, step := range []struct {
				want failure
				fix  func()
			}{
				{document[9].row, func() { call = call.with("BgpGroupId", testGroup) }},
				{document[19].row, func() { changeVBR(func(v *alibabacloud.VBR) { v.Inactive = false })(w) }},
				{document[27].row, func() { changeVBR(func(v *alibabacloud.VBR) { v.Defect = "" })(w) }},
				{document[15].row, func() { changeGroup(func(g *alibabacloud.Group) { g.PeerASN = 65001 })(w) }},
				{failure{400, "IllegalParam.IpVersion", "The param of IPV6 is illegal."}, func() { call = call.with("IpVersion", "IPv4") }},
				{document[13].row, func() { call = call.with("PeerIpAddress", "10.0.0.1") }},
				{document[25].row, func() { call = call.with("BfdMultiHop", "1") }},
				{document[22].row, func() { call = call.with("PeerIpAddress", "10.0.0.2") }},
				{document[0].row, func() { w.Alibaba.RemovePeer("bgp-" + testGroup + "-0") }},
			} {
				a.fails(step.want, "CreateBgpPeer", call)
				step.fix()
			}
			a.ok("CreateBgpPeer", call)
		})
	}
}
