package alibabacloud_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// The errors of the other operations, and those that CreateBgpPeer has got
// since, as each generation reports them.
func TestOperationErrors(t *testing.T) {
	t.Parallel()
	const missing = "bgp-missing"
	notFound := failure{400, "InvalidParams.NotFound", "instance not found"}
	noGroup := failure{400, "InvalidBgpGroup", "bgp group not exists"}
	noVBR := failure{400, "InvalidVbrNetwork", "vbr netowrk not exists"} //nolint:misspell // the vendor's spelling
	notNow := failure{400, "InvalidStatus.CannotOperate", "invalid status cannot operate"}
	malformed := failure{400, "InvalidIP.Malformed", "Ip malformed."}
	illegal := failure{400, "IllegalParam.PeerIpAddress", "The param of PeerIpAddress is illegal."}
	hops := failure{400, "IllegalParam.BfdMultiHop", "BfdMultiHop is illegal."}
	cidr := failure{400, "InvalidDestCidrBlock.Malformed", "Specified dstCidrBlock is not valid."}
	region := func(status int, message string) failure { return failure{status, "InvalidRegionId.NotFound", message} }
	invalid := func(name string) failure {
		return failure{400, "Invalid" + name, "Specified parameter " + name + " is not valid."}
	}

	create := params{"BgpGroupId": testGroup, "PeerIpAddress": "10.0.0.1"}
	modify := params{"BgpPeerId": "bgp-1"}
	group := params{"RouterId": testVBR, "PeerAsn": "65001"}
	ofGroup := params{"BgpGroupId": testGroup}
	network := params{"RouterId": testVBR, "DstCidrBlock": "10.9.0.0/16"}
	inactive := changeVBR(func(v *alibabacloud.VBR) { v.Inactive = true })

	for _, test := range []struct {
		name   string // ends with the row of ASSUMPTIONS.md that it rests on, if it rests on one
		action string
		params params
		state  func(vpcEmulator)
		want   failure
	}{
		{name: "IPv6 on a VBR without, ALI-045", action: "CreateBgpPeer", params: ipv6.with("BgpGroupId", testGroup), state: changeVBR(func(v *alibabacloud.VBR) { v.IPv6 = false }), want: failure{400, "IllegalParam.IpVersion", "The param of IPV6 is illegal."}},
		{name: "another IP version, ALI-045", action: "CreateBgpPeer", params: create.with("IpVersion", "IPv5"), want: failure{400, "IllegalParam.IpVersion", "The param of IPV6 is illegal."}},
		{name: "IPv6 address of IPv4, ALI-062", action: "CreateBgpPeer", params: create.with("PeerIpAddress", "2001:db8::1"), want: illegal},
		{name: "IPv4 address of IPv6, ALI-062", action: "CreateBgpPeer", params: create.with("IpVersion", "IPv6"), want: illegal},
		{name: "multicast address, ALI-062", action: "CreateBgpPeer", params: create.with("PeerIpAddress", "224.0.0.5"), want: illegal},

		{name: "modify a peer that is not there, ALI-069", action: "ModifyBgpPeerAttribute", params: modify.with("BgpPeerId", missing), want: notFound},
		{name: "modify a peer elsewhere, ALI-069", action: "ModifyBgpPeerAttribute", params: modify.with("RegionId", "cn-beijing"), want: notFound},
		{name: "modify into another group, ALI-067", action: "ModifyBgpPeerAttribute", params: modify.with("BgpGroupId", "bgpg-2"), want: noGroup},
		{name: "modify to no address", action: "ModifyBgpPeerAttribute", params: modify.with("PeerIpAddress", "x"), want: malformed},
		{name: "modify to the other family, ALI-062", action: "ModifyBgpPeerAttribute", params: modify.with("PeerIpAddress", "2001:db8::1"), want: illegal},
		{name: "modify to BFD without hops, ALI-064", action: "ModifyBgpPeerAttribute", params: modify.with("EnableBfd", "true"), want: hops},
		{name: "modify to an address in use, ALI-065", action: "ModifyBgpPeerAttribute", params: modify.with("PeerIpAddress", "10.0.0.2"), state: putPeers(testGroup, alibabacloud.Peer{PeerIPAddress: "10.0.0.2"}), want: failure{400, "BgpPeer.Already.Exists", "bgp peer already exists."}},
		{name: "modify a pending peer, ALI-069", action: "ModifyBgpPeerAttribute", params: modify, state: func(w vpcEmulator) {
			w.Alibaba.UpdatePeer("bgp-1", func(p *alibabacloud.Peer) { p.Status, p.HoldStatus = alibabacloud.Pending, true })
		}, want: notNow},
		{name: "modify, no region, ALI-071", action: "ModifyBgpPeerAttribute", params: modify.with("RegionId", "x"), want: region(400, "The specified RegionId does not exist in our records.")},
		{name: "delete a peer that is not there, ALI-069", action: "DeleteBgpPeer", params: params{"BgpPeerId": missing}, want: notFound},
		{name: "delete, no region, ALI-071", action: "DeleteBgpPeer", params: modify.with("RegionId", "x"), want: region(404, `Specified value of "regionId" is not supported.`)},
		{name: "describe, no region, ALI-071", action: "DescribeBgpPeers", params: params{"RegionId": "x"}, want: region(404, "The specified RegionId does not exist in our records.")},
		{name: "a page of 51, ALI-017", action: "DescribeBgpPeers", params: params{"PageSize": "51"}, want: invalid("PageSize")},
		{name: "page 0, ALI-017", action: "DescribeBgpPeers", params: params{"PageNumber": "0"}, want: invalid("PageNumber")},

		{name: "group on no VBR", action: "CreateBgpGroup", params: group.with("RouterId", "vbr-none"), want: noVBR},
		{name: "group on a VBR that is not active", action: "CreateBgpGroup", params: group, state: inactive, want: notNow},
		{name: "group of the vendor's ASN", action: "CreateBgpGroup", params: group.with("PeerAsn", "45104"), want: failure{400, "InvalidPeerAsn.Malformed", "invalid peer asn cannot equals aliyun asn:45104"}},
		{name: "group of no ASN", action: "CreateBgpGroup", params: group.with("PeerAsn", "4294967296"), want: failure{400, "IllegalParam.PeerAsn", "The param of PeerAsn is illegal"}},
		{name: "group with a public local ASN", action: "CreateBgpGroup", params: group.with("LocalAsn", "65001").with("LocalAsn", "100"), want: failure{400, "InvalidBgpGroup.LocalAsnInvalid", "The specified BgpGroup LocalAsn is invalid, only support 64512 to 65534 or 4200000000 to 4294967294, but cannot be 65025."}},
		{name: "group with the local ASN that is taken", action: "CreateBgpGroup", params: group.with("LocalAsn", "65025"), want: failure{400, "InvalidBgpGroup.LocalAsnInvalid", "The specified BgpGroup LocalAsn is invalid, only support 64512 to 65534 or 4200000000 to 4294967294, but cannot be 65025."}},
		{name: "group with a local ASN that is none", action: "CreateBgpGroup", params: group.with("LocalAsn", "-1"), want: failure{400, "IllegalParam.LocalAsn", "The param of LocalAsn is illegal"}},
		{name: "group with a wrong name", action: "CreateBgpGroup", params: group.with("Name", "1"), want: failure{400, "InvalidBgpName.Malformed", "Specified Bgp Group name is not valid."}},
		{name: "group with a wrong description", action: "CreateBgpGroup", params: group.with("Description", "https://x"), want: failure{400, "InvalidBgpDescription.Malformed", "Specified Bgp Group description is not valid."}},
		{name: "group with a wrong key, ALI-044", action: "CreateBgpGroup", params: group.with("AuthKey", "a b"), want: failure{400, "InvalidBgpAuthkey.Malformed", "Specified Bgp Group authkey is not valid."}},
		{name: "group with too many routes, ALI-041", action: "CreateBgpGroup", params: group.with("RouteQuota", "111"), want: failure{400, "IllegalParam.RouteLimit", "The operation is failed because of bgp group max route entry num quota exceed."}},
		{name: "group of IPv6 on a VBR without, ALI-045", action: "CreateBgpGroup", params: group.with("IpVersion", "IPv6"), state: changeVBR(func(v *alibabacloud.VBR) { v.IPv6 = false }), want: failure{400, "IllegalParam.IpVersion", "The param of IPV6 is illegal."}},
		{name: "one group too many", action: "CreateBgpGroup", params: group, state: changeVBR(func(v *alibabacloud.VBR) { v.Quotas.GroupsPerVBR = 1 }), want: failure{400, "QuotaExceeded.Bgp", "bgp group count per vbr quota exceed."}},
		{name: "group, no region, ALI-071", action: "CreateBgpGroup", params: group.with("RegionId", "x"), want: region(404, "The specified RegionId is not found.")},
		{name: "modify a group that is not there, ALI-037", action: "ModifyBgpGroupAttribute", params: params{"BgpGroupId": "bgpg-none"}, want: noGroup},
		{name: "modify a group's description", action: "ModifyBgpGroupAttribute", params: ofGroup.with("Description", "1"), want: failure{400, "InvalidBgpDiscription.Malformed", "Specified Bgp Group description is not valid."}},
		{name: "modify a group, no region, ALI-071", action: "ModifyBgpGroupAttribute", params: ofGroup.with("RegionId", "x"), want: region(404, `Specified value of "regionId" is not supported.`)},
		{name: "delete a group with peers, ALI-046", action: "DeleteBgpGroup", params: ofGroup, want: failure{400, "DependencyViolation.BgpPeer", "The specified BGP group has BGP peers."}},
		{name: "delete a group that is not there, ALI-037", action: "DeleteBgpGroup", params: params{"BgpGroupId": "bgpg-none"}, want: noGroup},
		{name: "modify a group to a key that is too long, ALI-044", action: "ModifyBgpGroupAttribute", params: ofGroup.with("AuthKey", strings.Repeat("k", 81)), want: failure{400, "InvalidBgpAuthkey.Malformed", "Specified Bgp Group authkey is not valid."}},
		{name: "modify a group to the vendor's ASN", action: "ModifyBgpGroupAttribute", params: ofGroup.with("PeerAsn", "45104"), want: failure{400, "InvalidPeerAsn.Malformed", "invalid peer asn cannot equals aliyun asn:45104"}},
		{name: "modify a group's IP version", action: "ModifyBgpGroupAttribute", params: ofGroup.with("IpVersion", "IPv6"), want: failure{400, "UnsupportedParameter", `The parameter "IpVersion" is not supported.`}},
		{name: "delete a group, no region, ALI-071", action: "DeleteBgpGroup", params: ofGroup.with("RegionId", "x"), want: region(404, `Specified value of "regionId" is not supported.`)},
		{name: "describe groups, no region, ALI-071", action: "DescribeBgpGroups", params: params{"RegionId": "x"}, want: region(404, "The specified RegionId does not exist in our records.")},

		{name: "network of no VBR", action: "AddBgpNetwork", params: network.with("RouterId", "vbr-none"), want: noVBR},
		{name: "network of a VBR that is not active", action: "AddBgpNetwork", params: network, state: inactive, want: notNow},
		{name: "network of no prefix, ALI-070", action: "AddBgpNetwork", params: network.with("DstCidrBlock", "10.9.0.0"), want: cidr},
		{name: "network with host bits, ALI-070", action: "AddBgpNetwork", params: network.with("DstCidrBlock", "10.9.0.1/16"), want: cidr},
		{name: "multicast network, ALI-070", action: "AddBgpNetwork", params: network.with("DstCidrBlock", "224.0.0.0/4"), want: failure{400, "IllegalParam.ConflictWithDClass", "DClass IP can not support."}},
		{name: "network of no VPC", action: "AddBgpNetwork", params: network.with("VpcId", "vpc-none"), want: failure{400, "InvalidParams.NotFound", "vpc instance not found"}},
		{name: "one network too many", action: "AddBgpNetwork", params: network, state: changeVBR(func(v *alibabacloud.VBR) { v.Quotas.NetworksPerVBR = -1 }), want: failure{400, "QuotaExceeded.BgpNetwork", "bgp network count per vbr quota exceed."}},
		{name: "network, no region, ALI-071", action: "AddBgpNetwork", params: network.with("RegionId", "x"), want: region(404, "The specified RegionId does not exist in our records.")},
		{name: "delete a network that is not there, ALI-037", action: "DeleteBgpNetwork", params: network, want: notFound},
		{name: "delete a network, no region, ALI-071", action: "DeleteBgpNetwork", params: network.with("RegionId", "x"), want: region(404, `Specified value of "regionId" is not supported.`)},
		{name: "describe networks, no region, ALI-071", action: "DescribeBgpNetworks", params: params{"RegionId": "x"}, want: region(404, "The specified RegionId does not exist in our records.")},

		{name: "an action that does not exist, ALI-001", action: "RebootVbr", want: failure{404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."}},
		{name: "a mandatory parameter is missing, ALI-002", action: "CreateBgpPeer", params: address, want: failure{400, "MissingBgpGroupId", "BgpGroupId is mandatory for this action."}},
		{name: "an empty mandatory parameter, ALI-012", action: "CreateBgpPeer", params: address.with("BgpGroupId", ""), want: failure{400, "MissingBgpGroupId", "BgpGroupId is mandatory for this action."}},
		{name: "no boolean, ALI-003", action: "CreateBgpPeer", params: create.with("EnableBfd", "yes"), want: invalid("EnableBfd")},
		{name: "no number, ALI-003", action: "CreateBgpPeer", params: bfd.with("BgpGroupId", testGroup).with("BfdMultiHop", "three"), want: invalid("BfdMultiHop")},
		{name: "a number too large, ALI-003", action: "CreateBgpPeer", params: bfd.with("BgpGroupId", testGroup).with("BfdMultiHop", "4294967296"), want: invalid("BfdMultiHop")},
		{name: "a parameter that is not known, ALI-015", action: "CreateBgpPeer", params: create.with("BgpPeerName", "x"), want: failure{400, "UnsupportedParameter", `The parameter "BgpPeerName" is not supported.`}},
		{name: "parameters of which one begins with another", action: "CreateBgpPeer", params: create.with("Tag", "1").with("Tag1", "2").with("Tag.1", "3"), want: failure{400, "UnsupportedParameter", `The parameter "Tag" is not supported.`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newVPCEmulator(t)
			w.Alibaba.PutPeer(alibabacloud.Peer{ID: "bgp-1", GroupID: testGroup, PeerIPAddress: "10.0.0.9"})
			if test.state != nil {
				test.state(w)
			}
			for _, client := range generations() {
				_, err := client.call(w, test.action, params{"RegionId": testRegion}.and(test.params))
				if got := failureOf(t, err); got != test.want {
					t.Errorf("%s:\n got %v\nwant %v", client.name, got, test.want)
				}
			}
		})
	}
}

// What is wrong with a request itself.
func TestProtocolErrors(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t)
	peers := params{"RegionId": testRegion}
	badParameter := failure{400, "InvalidParameter", "The specified parameter is not valid."}
	// changed sends requests that are changed after signing.
	changed := func(change func(*http.Request)) roundTrip {
		return func(r *http.Request) (*http.Response, error) {
			change(r)
			return w.transport.RoundTrip(r)
		}
	}
	for _, test := range []struct {
		name   string
		client client
		want   failure
	}{
		{"another version, ALI-003, first generation", client{"", first{version: "2014-05-26"}.common}, failure{400, "InvalidVersion", "Specified parameter Version is not valid."}},
		{"another version, ALI-003, third generation", client{"", third{version: "2014-05-26"}.call}, failure{400, "InvalidVersion", "Specified parameter Version is not valid."}},
		{"another method, ALI-008, first generation", client{"", first{method: http.MethodPut}.common}, failure{403, "UnsupportedHTTPMethod", "This http method is not supported."}},
		{"another method, ALI-008, third generation", client{"", third{method: http.MethodDelete}.call}, failure{403, "UnsupportedHTTPMethod", "This http method is not supported."}},
		{"another format, ALI-014, first generation", client{"", first{format: "YAML"}.common}, failure{400, "InvalidParameter.Format", "Specified parameter Format is not valid."}},
		{
			"another format, ALI-014, third generation",
			client{"", third{transport: changed(func(r *http.Request) { r.Header["accept"] = []string{"text/csv"} })}.call},
			failure{400, "InvalidParameter.Accept", "Specified parameter Accept is not valid."},
		},
		{
			"a parameter twice, ALI-013",
			client{"", third{transport: changed(func(r *http.Request) { r.URL.RawQuery += "&RegionId=cn-beijing" })}.call}, badParameter,
		},
		{
			"a query that cannot be decoded, ALI-013",
			client{"", third{transport: changed(func(r *http.Request) { r.URL.RawQuery += "&BgpPeerId=%zz" })}.call}, badParameter,
		},
		{
			"a path, ALI-001",
			client{"", third{transport: changed(func(r *http.Request) { r.URL.Path = "/api" })}.call},
			failure{404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."},
		},
		{
			"a body over 1 MiB, ALI-011",
			client{"", func(w vpcEmulator, action string, p params) (tree, error) {
				return third{form: true}.call(w, action, p.with("BgpPeerId", strings.Repeat("x", 1<<20)))
			}},
			failure{413, "RequestEntityTooLarge", "The request body is too large."},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := test.client.call(w, "DescribeBgpPeers", peers)
			if got := failureOf(t, err); got != test.want {
				t.Errorf("\n got %v\nwant %v", got, test.want)
			}
		})
	}
}

// The order of the checks before an operation's own (ALI-010): of everything
// that is wrong with the first call, each step fixes one thing.
func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t, func(config *alibabacloud.Config) {
		config.Identities = []alibabacloud.Identity{{AccessKeyID: "LTAIreader", AccessKeySecret: "s", DeniedActions: []string{"CreateBgpPeer"}}}
	})
	caller := third{identity: identity{id: "LTAInobody", secret: "s"}, method: http.MethodPut, version: "2014-05-26"}
	action := "CreateBgpPeers"
	call := params{"RegionId": "x", "EnableBfd": "yes", "Unknown": "1", "ClientToken": strings.Repeat("t", 65), "PeerIpAddress": "x"}
	for _, step := range []struct {
		code string
		fix  func()
	}{
		{"UnsupportedHTTPMethod", func() { caller.method = http.MethodGet }},
		{"InvalidAction.NotFound", func() { action = "CreateBgpPeer" }},
		{"InvalidVersion", func() { caller.version = "" }},
		{"InvalidAccessKeyId.NotFound", func() { caller.identity.id = "LTAIreader" }},
		{"Forbidden.RAM", func() { caller.identity = seeded }},
		{"MissingBgpGroupId", func() { call = call.with("BgpGroupId", "bgpg-none") }},
		{"UnsupportedParameter", func() { call = call.with("Unknown", "") }},
		{"InvalidEnableBfd", func() { call = call.with("EnableBfd", "false") }},
		{"InvalidRegionId.NotFound", func() { call = call.with("RegionId", testRegion) }},
		{"InvalidClientToken.ValueNotSupported", func() { call = call.with("ClientToken", "t") }},
		{"InvalidBgpGroup", func() { call = call.with("BgpGroupId", testGroup) }},
		{"InvalidIP.Malformed", func() { call = call.with("PeerIpAddress", "10.0.0.1") }},
	} {
		_, err := caller.call(w, action, call)
		if got := failureOf(t, err); got.Code != step.code {
			t.Errorf("got %v, want %s", got, step.code)
		}
		step.fix()
	}
	if _, err := caller.call(w, action, call); err != nil {
		t.Error(err)
	}
}

// Throttling tells when to come back, in milliseconds (ALI-018).
func TestThrottling(t *testing.T) {
	t.Parallel()
	for _, client := range generations() {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			w := newVPCEmulator(t, func(config *alibabacloud.Config) { config.RateLimit = alibabacloud.RateLimit{PerSecond: 0.5, Burst: 2} })
			a := api{t, w, client}
			a.ok("DescribeBgpPeers", params{})
			a.ok("DescribeBgpPeers", params{})
			_, err := client.call(w, "DescribeBgpPeers", params{"RegionId": testRegion})
			want := failure{400, "Throttling.User", "Request was denied due to user flow control."}
			if got := failureOf(t, err); got != want {
				t.Errorf("\n got %v\nwant %v", got, want)
			}
			if after := retryAfter(err); after != "2000" {
				t.Errorf("come back after %s ms, want 2000", after)
			}
			w.clock.Advance(2 * time.Second)
			a.ok("DescribeBgpPeers", params{})
		})
	}
}
