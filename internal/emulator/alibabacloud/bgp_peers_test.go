package alibabacloud_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

func TestPeerLife(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) {
		cfg.Delays = alibabacloud.Delays{
			PeerAvailable: 2 * time.Second, PeerModified: 3 * time.Second, PeerDeleted: 4 * time.Second,
			SessionConnect: 5 * time.Second, SessionEstablished: 6 * time.Second,
		}
	})
	id := w.createPeer("PeerIpAddress", "10.0.0.1", "EnableBfd", "true", "BfdMultiHop", "3")
	want := map[string]any{
		"BgpPeerId": id, "BgpGroupId": testGroup, "RouterId": testVBR, "RegionId": testRegion,
		"Name": "test", "Description": "test group", "Status": "Pending", "BgpStatus": "Idle",
		"PeerIpAddress": "10.0.0.1", "IpVersion": "ipv4", "EnableBfd": true, "BfdMultiHop": 3.0,
		"PeerAsn": "65515", "LocalAsn": "45104", "IsFake": false, "AuthKey": "!PWZ2wsq",
		"Hold": "30", "Keepalive": "10", "RouteLimit": "110",
		"AdvertisedRouteCount": 0.0, "ReceivedRouteCount": 0.0, "GmtModified": "2025-03-01T12:00:00Z",
	}
	if diff := cmp.Diff(want, w.peer(id)); diff != "" {
		t.Errorf("new peer (-want +got):\n%s", diff)
	}
	for _, step := range []struct {
		after           time.Duration
		status, session string
	}{
		{1999 * time.Millisecond, "Pending", "Idle"},
		{time.Millisecond, "Available", "Idle"},
		{5 * time.Second, "Available", "Connect"},
		{6 * time.Second, "Available", "Established"},
	} {
		w.clock.Advance(step.after)
		if row := w.peer(id); row["Status"] != step.status || row["BgpStatus"] != step.session {
			t.Errorf("at %s: %v, %v, want %s, %s", w.clock.Now(), row["Status"], row["BgpStatus"], step.status, step.session)
		}
	}
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), "")
	if row := w.peer(id); row["Status"] != "Deleting" {
		t.Errorf("deleted peer is %v", row["Status"])
	}
	w.clock.Advance(4 * time.Second)
	if row := w.peer(id); row != nil {
		t.Errorf("deleted peer is still there: %v", row)
	}
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), "400 InvalidParams.NotFound: instance not found")
}

func TestPeerIsReadyAtOnceWithoutDelays(t *testing.T) {
	w := newVPCService(t, nil)
	id := w.createPeer("PeerIpAddress", "10.0.0.1")
	if row := w.peer(id); row["Status"] != "Available" || row["BgpStatus"] != "Established" {
		t.Errorf("peer %v", row)
	}
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), "")
	if row := w.peer(id); row != nil {
		t.Errorf("deleted peer is still there: %v", row)
	}
}

func TestSessionThatNeverComesUp(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.Delays.SessionEstablished = -1 })
	id := w.createPeer("PeerIpAddress", "10.0.0.1")
	w.clock.Advance(1000 * time.Hour)
	if row := w.peer(id); row["BgpStatus"] != "Connect" {
		t.Errorf("session is %v", row["BgpStatus"])
	}
}

// peerCase is a state and a call to CreateBgpPeer, and what it answers.
type peerCase struct {
	config func(*alibabacloud.Config)
	state  func(*vpcService)
	params []string // beside RegionId and BgpGroupId
	want   string
}

func group(change func(*alibabacloud.Group)) func(*vpcService) {
	return func(w *vpcService) { w.service.UpdateGroup(testGroup, change) }
}

func vbr(change func(*alibabacloud.VBR)) func(*vpcService) {
	return func(w *vpcService) { w.service.UpdateVBR(testVBR, change) }
}

func defect(d alibabacloud.Defect) func(*vpcService) {
	return vbr(func(v *alibabacloud.VBR) { v.Defect = d })
}

// otherPeer puts a peer into a second group, on the test's VBR or another one.
func otherPeer(routerID, address, ipVersion string) func(*vpcService) {
	return func(w *vpcService) {
		if routerID != testVBR {
			w.service.AddVBR(alibabacloud.VBR{ID: routerID, RegionID: testRegion, AccessDevice: "device-1"})
			w.service.UpdateVBR(testVBR, func(v *alibabacloud.VBR) { v.AccessDevice = "device-1" })
		}
		w.service.AddGroup(alibabacloud.Group{ID: "bgpg-2", RouterID: routerID, PeerASN: 65001})
		w.service.PutPeer(alibabacloud.Peer{ID: "bgp-other", GroupID: "bgpg-2", PeerIPAddress: address, IPVersion: ipVersion, EnableBFD: true, BFDMultiHop: 1})
	}
}

func TestCreateBGPPeer(t *testing.T) {
	address := []string{"PeerIpAddress", "10.0.0.1"}
	withBFD := []string{"PeerIpAddress", "10.0.0.1", "EnableBfd", "true", "BfdMultiHop", "3"}
	ipv6 := []string{"PeerIpAddress", "2001:db8::1", "IpVersion", "IPv6"}
	tests := map[string]peerCase{
		"address":            {params: address},
		"BFD":                {params: withBFD},
		"BFD off":            {params: []string{"PeerIpAddress", "10.0.0.1", "EnableBfd", "false"}},
		"most hops":          {params: []string{"PeerIpAddress", "10.0.0.1", "EnableBfd", "true", "BfdMultiHop", "255"}},
		"IPv6":               {params: ipv6},
		"IP version in caps": {params: []string{"PeerIpAddress", "10.0.0.1", "IpVersion", "IPV4"}},
		"one circuit fills the address in": {
			state: vbr(func(v *alibabacloud.VBR) { v.Circuits = []alibabacloud.Circuit{{PeerIPAddress: "10.0.0.1"}} }),
		},
		"same address elsewhere": {
			state: func(w *vpcService) {
				w.service.AddVBR(alibabacloud.VBR{ID: "vbr-2", RegionID: testRegion})
				w.service.AddGroup(alibabacloud.Group{ID: "bgpg-2", RouterID: "vbr-2", PeerASN: 65001})
				w.service.PutPeer(alibabacloud.Peer{ID: "bgp-other", GroupID: "bgpg-2", PeerIPAddress: "10.0.0.1"})
			},
			params: address,
		},

		// The errors of the two CreateBgpPeer documents, in the order of the
		// longer one.
		"peer quota": {
			state: func(w *vpcService) {
				for i := range 8 {
					w.createPeer("PeerIpAddress", fmt.Sprintf("10.1.0.%d", i+1))
				}
			},
			params: address, want: "400 QuotaExceeded.Bgp: bgp peer count per vbr quota exceed.",
		},
		"group quota": {
			state: func(w *vpcService) {
				w.service.AddGroup(alibabacloud.Group{ID: "bgpg-2", RouterID: testVBR, PeerASN: 65001})
				w.service.UpdateVBR(testVBR, func(v *alibabacloud.VBR) { v.Quotas.GroupsPerVBR = 1 })
			},
			params: address, want: "400 QuotaExceeded.Bgp: bgp group count per vbr quota exceed.",
		},
		"NQA quota": {
			config: func(cfg *alibabacloud.Config) { cfg.Quotas.NQAsPerVBR = 1 },
			state:  func(w *vpcService) { w.createPeer("PeerIpAddress", "10.1.0.1") },
			params: address, want: "400 QuotaExceeded.Nqa: nqa count per vbr quota exceed.",
		},
		"NQA quota does not count BFD": {
			config: func(cfg *alibabacloud.Config) { cfg.Quotas.NQAsPerVBR = 1 },
			state: func(w *vpcService) {
				w.createPeer("PeerIpAddress", "10.1.0.1", "EnableBfd", "true", "BfdMultiHop", "1")
			},
			params: address,
		},
		"no access device": {state: defect(alibabacloud.DefectNoAccessDevice), params: address, want: "400 InvalidAccessDeviceId.NotFound: There is no Access_Device_Id in our records"},
		"BFD quota": {
			config: func(cfg *alibabacloud.Config) { cfg.Quotas.BFDSessions = 1 },
			state: func(w *vpcService) {
				w.createPeer("PeerIpAddress", "10.1.0.1", "EnableBfd", "true", "BfdMultiHop", "1")
			},
			params: withBFD, want: "400 QuotaExceeded.BfdSession: Your Bfd Session number reaches the upper limit.",
		},
		"BFD quota of the device": {
			config: func(cfg *alibabacloud.Config) { cfg.Quotas.BFDSessionsPerDevice = 1 },
			state:  otherPeer("vbr-2", "10.1.0.1", "IPv4"),
			params: withBFD, want: "400 QuotaExceeded.BfdSession: The Bfd Session on device reaches the upper limit.",
		},
		"network quota": {
			state: func(w *vpcService) {
				w.want(w.call("AddBgpNetwork", "RouterId", testVBR, "DstCidrBlock", "10.9.0.0/16"), "")
				w.service.UpdateVBR(testVBR, func(v *alibabacloud.VBR) { v.Quotas.NetworksPerVBR = -1 })
			},
			params: address, want: "400 QuotaExceeded.BgpNetwork: bgp network count per vbr quota exceed.",
		},
		"several physical connections, no address": {
			state: vbr(func(v *alibabacloud.VBR) {
				v.Circuits = []alibabacloud.Circuit{{PhysicalConnectionID: "pc-1"}, {PhysicalConnectionID: "pc-2"}}
			}),
			want: "400 InvalidPeerIpAddress: multi pconn peer ip can not be null.",
		},
		"VBR gone":               {state: func(w *vpcService) { w.service.RemoveVBR(testVBR) }, params: address, want: "400 InvalidVbrNetwork: vbr netowrk not exists"}, //nolint:misspell // the vendor's spelling
		"group gone":             {state: func(w *vpcService) { w.service.RemoveGroup(testGroup) }, params: address, want: "400 InvalidBgpGroup: bgp group not exists"},
		"group elsewhere":        {state: vbr(func(v *alibabacloud.VBR) { v.RegionID = "cn-beijing" }), params: address, want: "400 InvalidBgpGroup: bgp group not exists"},
		"group's name":           {state: group(func(g *alibabacloud.Group) { g.Name = "1" }), params: address, want: "400 InvalidBgpName.Malformed: Specified Bgp Group name is not valid."},
		"group's description":    {state: group(func(g *alibabacloud.Group) { g.Description = "http://x" }), params: address, want: "400 InvalidBgpDiscription.Malformed: Specified Bgp Group description is not valid."},
		"group's key":            {state: group(func(g *alibabacloud.Group) { g.AuthKey = "a b" }), params: address, want: "400 InvalidBgpAuthkey.Malformed: Specified Bgp Group authkey is not valid."},
		"malformed address":      {params: []string{"PeerIpAddress", "10.0.0.256"}, want: "400 InvalidIP.Malformed: Ip malformed."},
		"prefix as address":      {params: []string{"PeerIpAddress", "10.0.0.0/24"}, want: "400 InvalidIP.Malformed: Ip malformed."},
		"address with zone":      {params: []string{"PeerIpAddress", "fe80::1%eth0", "IpVersion", "IPv6"}, want: "400 InvalidIP.Malformed: Ip malformed."},
		"group's ASN":            {state: group(func(g *alibabacloud.Group) { g.PeerASN = 45104 }), params: address, want: "400 InvalidPeerAsn.Malformed: invalid peer asn cannot equals aliyun asn:45104"},
		"group without ASN":      {state: group(func(g *alibabacloud.Group) { g.PeerASN = 0 }), params: address, want: "400 InvalidParams.NotNull: invalid peer asn cannot equals aliyun asn:45104"},
		"no connection":          {state: defect(alibabacloud.DefectNoConnection), params: address, want: "400 InvalidParams.NotFound: instance not found"},
		"no VPC":                 {state: defect(alibabacloud.DefectNoVPC), params: address, want: "400 InvalidParams.NotFound: vpc instance not found"},
		"group pending":          {state: group(func(g *alibabacloud.Group) { g.Status = alibabacloud.Pending; g.StatusSince = testStart.Add(time.Hour) }), params: address, want: "400 InvalidStatus.CannotOperate: invalid status cannot operate"},
		"VBR inactive":           {state: vbr(func(v *alibabacloud.VBR) { v.Inactive = true }), params: address, want: "400 InvalidStatus.CannotOperate: invalid status cannot operate"},
		"no circuit, no address": {want: "400 InvalidParams.PeerIpAddressMustPointOut: vbr has 0 or more than 1 subif ,point out peerIpAddress."},
		"two circuits, no address": {
			state: vbr(func(v *alibabacloud.VBR) {
				v.Circuits = []alibabacloud.Circuit{{PeerIPAddress: "10.0.0.1"}, {PeerIPAddress: "10.0.0.2"}}
			}),
			want: "400 InvalidParams.PeerIpAddressMustPointOut: vbr has 0 or more than 1 subif ,point out peerIpAddress.",
		},
		"circuit without IPv6": {
			state:  vbr(func(v *alibabacloud.VBR) { v.Circuits = []alibabacloud.Circuit{{PeerIPAddress: "10.0.0.1"}} }),
			params: []string{"IpVersion", "ipv6"},
			want:   "400 InvalidParams.PeerIpAddressMustPointOut: vbr has 0 or more than 1 subif ,point out peerIpAddress.",
		},
		"in use in another group": {state: otherPeer(testVBR, "10.0.0.1", "IPv4"), params: address, want: "400 InvalidParams.PeerIpAddressInUse: peer ip address in use ,cannot create bgp peer."},
		"already there":           {state: func(w *vpcService) { w.createPeer(address...) }, params: address, want: "400 BgpPeer.Already.Exists: bgp peer already exists."},
		"hops without BFD":        {params: []string{"PeerIpAddress", "10.0.0.1", "BfdMultiHop", "3"}, want: "400 MissingParam.EnableBfd: The parameter EnableBfd is missing."},
		"region without IPv6": {
			config: func(cfg *alibabacloud.Config) { cfg.Regions = []alibabacloud.Region{{ID: testRegion}} },
			params: ipv6, want: "400 OperationUnsupported.IPV6ForThisRegion: This Region is unsupported IPV6.",
		},
		"BFD without hops":      {params: []string{"PeerIpAddress", "10.0.0.1", "EnableBfd", "true"}, want: "400 IllegalParam.BfdMultiHop: BfdMultiHop is illegal."},
		"BFD off with hops":     {params: []string{"PeerIpAddress", "10.0.0.1", "EnableBfd", "false", "BfdMultiHop", "3"}, want: "400 IllegalParam.BfdMultiHop: BfdMultiHop is illegal."},
		"0 hops":                {params: []string{"PeerIpAddress", "10.0.0.1", "EnableBfd", "true", "BfdMultiHop", "0"}, want: "400 IllegalParam.BfdMultiHop: BfdMultiHop is illegal."},
		"256 hops":              {params: []string{"PeerIpAddress", "10.0.0.1", "EnableBfd", "true", "BfdMultiHop", "256"}, want: "400 IllegalParam.BfdMultiHop: BfdMultiHop is illegal."},
		"traffic not enabled":   {state: defect(alibabacloud.DefectTrafficNotEnabled), params: address, want: "400 OperationFailed.PconnTrafficNotEnable: The operation is failed because of PconnTrafficNotEnable."},
		"hosted connection":     {state: defect(alibabacloud.DefectVPConn), params: address, want: "400 UnsupportedFeature.Vpconn: The feature of Vpconn is not supported."},
		"on the same device":    {state: otherPeer("vbr-2", "10.0.0.1", "IPv4"), params: address, want: "400 DuplicatedParam.PeerIpAddress: The param of PeerIpAddress is duplicated."},
		"local address":         {state: defect(alibabacloud.DefectLocalIPDuplicated), params: address, want: "400 DuplicatedParam.LocalIpAddress: The LocalIpAddress already exists."},
		"IPv6 in another group": {state: otherPeer(testVBR, "2001:db8::1", "IPv6"), params: ipv6, want: "400 DuplicatedParam.PeerIpv6Address: The PeerIpv6Address already exists."},
		"local IPv6 address":    {state: defect(alibabacloud.DefectLocalIPv6Duplicated), params: ipv6, want: "400 DuplicatedParam.LocalIpv6Address: The LocalIpv6Address already exists."},
		"gateway and mask":      {state: defect(alibabacloud.DefectGatewayMaskInvalid), params: address, want: "400 IllegalParam.LocalGatewayIpAndMask: The LocalGatewayIpAndMask value is invalid."},
		"IPv6 mask":             {state: defect(alibabacloud.DefectIPv6SubnetMaskBroken), params: ipv6, want: "400 IllegalParam.PeeringIpv6SubnetMask: The PeeringIpv6SubnetMask value is invalid."},

		// Of the document of 2025.
		"VBR without IPv6":    {state: vbr(func(v *alibabacloud.VBR) { v.IPv6 = false }), params: ipv6, want: "400 IllegalParam.IpVersion: The param of IPV6 is illegal."},
		"other IP version":    {params: []string{"PeerIpAddress", "10.0.0.1", "IpVersion", "IPv5"}, want: "400 IllegalParam.IpVersion: The param of IPV6 is illegal."},
		"IPv6 address in v4":  {params: []string{"PeerIpAddress", "2001:db8::1"}, want: "400 IllegalParam.PeerIpAddress: The param of PeerIpAddress is illegal."},
		"IPv4 address in v6":  {params: []string{"PeerIpAddress", "10.0.0.1", "IpVersion", "IPv6"}, want: "400 IllegalParam.PeerIpAddress: The param of PeerIpAddress is illegal."},
		"unspecified address": {params: []string{"PeerIpAddress", "0.0.0.0"}, want: "400 IllegalParam.PeerIpAddress: The param of PeerIpAddress is illegal."},
		"multicast address":   {params: []string{"PeerIpAddress", "224.0.0.1"}, want: "400 IllegalParam.PeerIpAddress: The param of PeerIpAddress is illegal."},
		"loopback address":    {params: []string{"PeerIpAddress", "127.0.0.1"}, want: "400 IllegalParam.PeerIpAddress: The param of PeerIpAddress is illegal."},
		"broadcast address":   {params: []string{"PeerIpAddress", "255.255.255.255"}, want: "400 IllegalParam.PeerIpAddress: The param of PeerIpAddress is illegal."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newVPCService(t, test.config)
			if test.state != nil {
				test.state(w)
			}
			before := len(w.service.Peers())
			a := w.want(w.call("CreateBgpPeer", append([]string{"BgpGroupId", testGroup}, test.params...)...), test.want)
			wantPeers := before
			if test.want == "" {
				wantPeers++
				if _, there := w.service.Peer(a.str("BgpPeerId")); !there {
					t.Errorf("no peer %q", a.str("BgpPeerId"))
				}
			}
			if got := len(w.service.Peers()); got != wantPeers {
				t.Errorf("%d peers, want %d", got, wantPeers)
			}
		})
	}
}

func TestAddressOfTheOnlyCircuit(t *testing.T) {
	w := newVPCService(t, nil)
	w.service.UpdateVBR(testVBR, func(v *alibabacloud.VBR) {
		v.Circuits = []alibabacloud.Circuit{{PeerIPAddress: "10.0.0.1", PeerIPv6Address: "2001:DB8::0001"}}
	})
	for ipVersion, want := range map[string]string{"IPv4": "10.0.0.1", "IPv6": "2001:db8::1"} {
		if got := w.peer(w.createPeer("IpVersion", ipVersion))["PeerIpAddress"]; got != want {
			t.Errorf("%s address %v, want %s", ipVersion, got, want)
		}
	}
}

func TestModifyBGPPeerAttribute(t *testing.T) {
	tests := map[string]struct {
		params []string
		want   map[string]any // members of the row
	}{
		"address, BFD not sent": {
			params: []string{"PeerIpAddress", "10.0.0.9"},
			want:   map[string]any{"PeerIpAddress": "10.0.0.9", "EnableBfd": false, "BfdMultiHop": nil},
		},
		"nothing sent": {
			want: map[string]any{"PeerIpAddress": "10.0.0.1", "EnableBfd": false, "BfdMultiHop": nil},
		},
		"other hops": {
			params: []string{"EnableBfd", "true", "BfdMultiHop", "9"},
			want:   map[string]any{"PeerIpAddress": "10.0.0.1", "EnableBfd": true, "BfdMultiHop": 9.0},
		},
		"same address": {
			params: []string{"PeerIpAddress", "10.0.0.1", "EnableBfd", "true", "BfdMultiHop", "3", "BgpGroupId", testGroup},
			want:   map[string]any{"PeerIpAddress": "10.0.0.1", "EnableBfd": true, "BfdMultiHop": 3.0},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.Delays.PeerModified = time.Second })
			id := w.createPeer("PeerIpAddress", "10.0.0.1", "EnableBfd", "true", "BfdMultiHop", "3")
			w.clock.Advance(time.Minute)
			w.want(w.call("ModifyBgpPeerAttribute", append([]string{"BgpPeerId", id}, test.params...)...), "")
			row := w.peer(id)
			if row["Status"] != "Modifying" || row["GmtModified"] != "2025-03-01T12:01:00Z" {
				t.Errorf("status %v, modified %v", row["Status"], row["GmtModified"])
			}
			for member, want := range test.want {
				if row[member] != want {
					t.Errorf("%s is %v, want %v", member, row[member], want)
				}
			}
			w.clock.Advance(time.Second)
			if row := w.peer(id); row["Status"] != "Available" || row["BgpStatus"] != "Established" {
				t.Errorf("in the end %v, %v", row["Status"], row["BgpStatus"])
			}
		})
	}
}

func TestModifyBGPPeerAttributeErrors(t *testing.T) {
	tests := map[string]struct {
		state  func(*vpcService)
		params []string
		want   string
	}{
		"no such peer":      {params: []string{"BgpPeerId", "bgp-none"}, want: "400 InvalidParams.NotFound: instance not found"},
		"region elsewhere":  {state: vbr(func(v *alibabacloud.VBR) { v.RegionID = "cn-beijing" }), want: "400 InvalidParams.NotFound: instance not found"},
		"another group":     {params: []string{"BgpGroupId", "bgpg-2"}, want: "400 InvalidBgpGroup: bgp group not exists"},
		"malformed address": {params: []string{"PeerIpAddress", "x"}, want: "400 InvalidIP.Malformed: Ip malformed."},
		"other family":      {params: []string{"PeerIpAddress", "2001:db8::1"}, want: "400 IllegalParam.PeerIpAddress: The param of PeerIpAddress is illegal."},
		"address in use":    {state: otherPeer(testVBR, "10.0.0.9", "IPv4"), params: []string{"PeerIpAddress", "10.0.0.9"}, want: "400 InvalidParams.PeerIpAddressInUse: peer ip address in use ,cannot create bgp peer."},
		"IP version":        {params: []string{"IpVersion", "IPv6"}, want: `400 UnsupportedParameter: The parameter "IpVersion" is not supported.`},
		"hops without BFD":  {params: []string{"BfdMultiHop", "3"}, want: "400 MissingParam.EnableBfd: The parameter EnableBfd is missing."},
		"BFD quota":         {state: vbr(func(v *alibabacloud.VBR) { v.Quotas.BFDSessions = -1 }), params: []string{"EnableBfd", "true", "BfdMultiHop", "3"}, want: "400 QuotaExceeded.BfdSession: Your Bfd Session number reaches the upper limit."},
		"pending": {state: func(w *vpcService) {
			w.service.UpdatePeer("bgp-1", func(p *alibabacloud.Peer) { p.Status, p.HoldStatus = alibabacloud.Pending, true })
		}, want: "400 InvalidStatus.CannotOperate: invalid status cannot operate"},
		"being modified": {state: func(w *vpcService) {
			w.service.UpdatePeer("bgp-1", func(p *alibabacloud.Peer) { p.Status, p.HoldStatus = alibabacloud.Modifying, true })
		}, want: "400 InvalidStatus.CannotOperate: invalid status cannot operate"},
		"being deleted": {state: func(w *vpcService) {
			w.service.UpdatePeer("bgp-1", func(p *alibabacloud.Peer) { p.Status, p.HoldStatus = alibabacloud.Deleting, true })
		}, want: "400 InvalidStatus.CannotOperate: invalid status cannot operate"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newVPCService(t, nil)
			w.service.PutPeer(alibabacloud.Peer{ID: "bgp-1", GroupID: testGroup, PeerIPAddress: "10.0.0.1"})
			if test.state != nil {
				test.state(w)
			}
			before, _ := w.service.Peer("bgp-1")
			params := test.params
			if len(params) == 0 || params[0] != "BgpPeerId" {
				params = append([]string{"BgpPeerId", "bgp-1"}, params...)
			}
			w.want(w.call("ModifyBgpPeerAttribute", params...), test.want)
			after, _ := w.service.Peer("bgp-1")
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("the peer changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestChangeOfAddressRestartsTheSession(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) {
		cfg.Delays = alibabacloud.Delays{PeerModified: time.Second, SessionConnect: time.Second, SessionEstablished: time.Second}
	})
	id := w.createPeer("PeerIpAddress", "10.0.0.1")
	w.clock.Advance(time.Minute)
	w.want(w.call("ModifyBgpPeerAttribute", "BgpPeerId", id, "PeerIpAddress", "10.0.0.2"), "")
	for i, want := range []string{"Idle", "Idle", "Connect", "Established"} {
		if got := w.peer(id)["BgpStatus"]; got != want {
			t.Errorf("after %d s the session is %v, want %s", i, got, want)
		}
		w.clock.Advance(time.Second)
	}
}

// While a peer is not Available its session does not move on, and what is left
// of a session's stage is still left afterwards (ALI-031).
func TestSessionPausesWithItsPeer(t *testing.T) {
	modify := func(w *vpcService, id string) { w.want(w.call("ModifyBgpPeerAttribute", "BgpPeerId", id), "") }
	status := func(status alibabacloud.Status, hold bool) func(*vpcService, string) {
		return func(w *vpcService, id string) {
			w.service.UpdatePeer(id, func(p *alibabacloud.Peer) { p.Status, p.HoldStatus = status, hold })
		}
	}
	for name, test := range map[string]struct {
		pause, resume func(*vpcService, string)
		at            int    // the second in which the pause begins
		want          string // the state through the pause, of 10 s
	}{
		"modified while Idle":        {pause: modify, at: 1, want: "Idle"},
		"modified while Connect":     {pause: modify, at: 3, want: "Connect"},
		"modified while Established": {pause: modify, at: 5, want: "Established"},
		"Pending by hand":            {pause: status(alibabacloud.Pending, true), resume: status(alibabacloud.Available, false), at: 3, want: "Connect"},
		"Deleting by hand":           {pause: status(alibabacloud.Deleting, true), resume: status(alibabacloud.Available, false), at: 1, want: "Idle"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newVPCService(t, func(cfg *alibabacloud.Config) {
				cfg.Delays = alibabacloud.Delays{PeerModified: 10 * time.Second, SessionConnect: 2 * time.Second, SessionEstablished: 2 * time.Second}
			})
			id := w.createPeer("PeerIpAddress", "10.0.0.1")
			states := []string{"Idle", "Idle", "Connect", "Connect", "Established", "Established", "Established"}
			for second, want := range states {
				if second == test.at {
					test.pause(w, id)
					w.clock.Advance(9 * time.Second)
					if got := w.peer(id)["BgpStatus"]; got != test.want {
						t.Errorf("at the pause's end the session is %v, want %s", got, test.want)
					}
					w.clock.Advance(time.Second)
					if test.resume != nil {
						test.resume(w, id)
					}
				}
				if row := w.peer(id); row["BgpStatus"] != want || row["Status"] != "Available" {
					t.Errorf("in second %d, the pause left out, the peer is %v, its session %v, want %s", second, row["Status"], row["BgpStatus"], want)
				}
				w.clock.Advance(time.Second)
			}
			if p, _ := w.service.Peer(id); test.want == "Established" && !p.SessionSince.Equal(testStart.Add(4*time.Second)) {
				t.Errorf("established since %v", p.SessionSince)
			}
		})
	}
}

func TestDeleteBGPPeerErrors(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) {
		cfg.Delays = alibabacloud.Delays{PeerAvailable: time.Second, PeerDeleted: time.Second}
	})
	id := w.createPeer("PeerIpAddress", "10.0.0.1")
	const cannot = "400 InvalidStatus.CannotOperate: invalid status cannot operate"
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), cannot)
	w.clock.Advance(time.Second)
	w.want(w.callAs(caller{}, "DeleteBgpPeer", "RegionId", "cn-beijing", "BgpPeerId", id), "400 InvalidParams.NotFound: instance not found")
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), "")
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), cannot)
}

func TestDeletedPeerLingers(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.LingerDeleted = time.Hour })
	id := w.createPeer("PeerIpAddress", "10.0.0.1")
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), "")
	if row := w.peer(id); row["Status"] != "Deleted" {
		t.Errorf("deleted peer is %v", row)
	}
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), "400 InvalidParams.NotFound: instance not found")
	w.want(w.call("ModifyBgpPeerAttribute", "BgpPeerId", id), "400 InvalidParams.NotFound: instance not found")
	w.createPeer("PeerIpAddress", "10.0.0.1") // its address is free
	w.clock.Advance(time.Hour)
	if row := w.peer(id); row != nil {
		t.Errorf("deleted peer is still there: %v", row)
	}
}

func TestDeletedPeerLingersForEver(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.LingerDeleted = -1 })
	id := w.createPeer("PeerIpAddress", "10.0.0.1")
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), "")
	w.clock.Advance(365 * 24 * time.Hour)
	if row := w.peer(id); row["Status"] != "Deleted" {
		t.Errorf("deleted peer is %v", row)
	}
}

func TestDescribeBGPPeersFilters(t *testing.T) {
	w := newVPCService(t, nil)
	w.service.AddVBR(alibabacloud.VBR{ID: "vbr-2", RegionID: testRegion})
	w.service.AddVBR(alibabacloud.VBR{ID: "vbr-3", RegionID: "cn-beijing"})
	w.service.AddGroup(alibabacloud.Group{ID: "bgpg-2", RouterID: "vbr-2", PeerASN: 65001, IsDefault: true})
	w.service.AddGroup(alibabacloud.Group{ID: "bgpg-3", RouterID: "vbr-3", PeerASN: 65001})
	for id, groupID := range map[string]string{"bgp-1": testGroup, "bgp-2": "bgpg-2", "bgp-3": "bgpg-3"} {
		w.service.PutPeer(alibabacloud.Peer{ID: id, GroupID: groupID, PeerIPAddress: "10.0.0.1"})
	}
	for name, test := range map[string]struct {
		params []string
		want   []string
	}{
		"all of the region": {nil, []string{"bgp-1", "bgp-2"}},
		"by id":             {[]string{"BgpPeerId", "bgp-1"}, []string{"bgp-1"}},
		"missing id":        {[]string{"BgpPeerId", "bgp-9"}, []string{}},
		"id elsewhere":      {[]string{"BgpPeerId", "bgp-3"}, []string{}},
		"by group":          {[]string{"BgpGroupId", "bgpg-2"}, []string{"bgp-2"}},
		"by VBR":            {[]string{"RouterId", testVBR}, []string{"bgp-1"}},
		"default":           {[]string{"IsDefault", "true"}, []string{"bgp-2"}},
		"not default":       {[]string{"IsDefault", "false"}, []string{"bgp-1"}},
		"id and group":      {[]string{"BgpPeerId", "bgp-1", "BgpGroupId", "bgpg-2"}, []string{}},
	} {
		a := w.want(w.call("DescribeBgpPeers", test.params...), "")
		got := []string{}
		for _, row := range a.rows(t, "BgpPeers", "BgpPeer") {
			got = append(got, fmt.Sprint(row["BgpPeerId"]))
		}
		slices.Sort(got)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if count := a.JSON["TotalCount"]; count != float64(len(test.want)) {
			t.Errorf("%s: total count %v, want %d", name, count, len(test.want))
		}
	}
}

func TestPaging(t *testing.T) {
	w := newVPCService(t, nil)
	for i := range 120 {
		w.service.PutPeer(alibabacloud.Peer{ID: fmt.Sprintf("bgp-%03d", i), GroupID: testGroup, PeerIPAddress: fmt.Sprintf("10.0.1.%d", i)})
	}
	for name, test := range map[string]struct {
		number, size        string
		wantFirst, wantLast string
		wantLength          int
	}{
		"default":     {"", "", "bgp-000", "bgp-009", 10},
		"first of 50": {"1", "50", "bgp-000", "bgp-049", 50},
		"last of 50":  {"3", "50", "bgp-100", "bgp-119", 20},
		"beyond":      {"4", "50", "", "", 0},
		"far beyond":  {"2147483647", "50", "", "", 0},
		"of 7":        {"18", "7", "bgp-119", "bgp-119", 1},
	} {
		params := []string{"PageNumber", test.number, "PageSize", test.size}
		a := w.want(w.call("DescribeBgpPeers", params...), "")
		rows := a.rows(t, "BgpPeers", "BgpPeer")
		first, last := "", ""
		if len(rows) > 0 {
			first, last = fmt.Sprint(rows[0]["BgpPeerId"]), fmt.Sprint(rows[len(rows)-1]["BgpPeerId"])
		}
		if len(rows) != test.wantLength || first != test.wantFirst || last != test.wantLast || a.JSON["TotalCount"] != 120.0 {
			t.Errorf("%s: %d rows from %s to %s of %v", name, len(rows), first, last, a.JSON["TotalCount"])
		}
	}
}

func TestOldAnswers(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.OldAnswers = true })
	id := w.createPeer("PeerIpAddress", "10.0.0.1", "EnableBfd", "true", "BfdMultiHop", "3")
	a := w.call("DescribeBgpPeers")
	want := map[string]any{
		"BgpGroupId": testGroup, "LocalAsn": 45104.0, "PeerIpAddress": "10.0.0.1", "Hold": 30.0, "Description": "test group",
		"AuthKey": "!PWZ2wsq", "IsFake": false, "PeerAsn": 65515.0, "Keepalive": 10.0, "RouteLimit": 110.0, "BgpPeerId": id,
		"Name": "test", "Status": "Available", "BgpStatus": "Established", "RouterId": testVBR, "RegionId": testRegion,
	}
	if diff := cmp.Diff([]map[string]any{want}, a.rows(t, "BgpPeers", "BgpPeer")); diff != "" {
		t.Errorf("peers (-want +got):\n%s", diff)
	}
	if _, there := a.JSON["PageNumber"]; there {
		t.Error("the older answer has a PageNumber")
	}
}
