package bgppeer

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework-nettypes/iptypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

func TestFill(t *testing.T) {
	t.Parallel()
	hops, asn, yes, no := int64(3), int64(65515), true, false

	tests := map[string]struct {
		prior model
		peer  alibabacloud.BGPPeer
		want  func(*model)
	}{
		"a full answer": {
			peer: alibabacloud.BGPPeer{
				ID: "bgp-1", GroupID: "bgpg-1", RouterID: "vbr-1", Name: "n", Description: "d", PeerIPAddress: "10.0.0.1",
				IPVersion: "IPv4", Status: alibabacloud.StatusAvailable, SessionState: alibabacloud.SessionEstablished,
				EnableBFD: &yes, BFDMultiHop: &hops, PeerASN: &asn,
			},
			want: func(m *model) {
				m.PeerIPAddress = iptypes.NewIPAddressValue("10.0.0.1")
				m.EnableBFD, m.BFDMultiHop = types.BoolValue(true), types.Int64Value(3)
				m.PeerASN = types.Int64Value(65515)
			},
		},
		"arguments left out, and nothing known, as after an import": {
			peer: alibabacloud.BGPPeer{ID: "bgp-1"},
			want: func(m *model) { m.BGPGroupID = types.StringNull() },
		},
		"arguments left out are kept": {
			prior: model{
				BGPGroupID: types.StringValue("bgpg-1"), PeerIPAddress: iptypes.NewIPAddressValue("10.0.0.1"), IPVersion: newIPVersion(ipv4),
				EnableBFD: types.BoolValue(true), BFDMultiHop: types.Int64Value(3),
			},
			peer: alibabacloud.BGPPeer{ID: "bgp-1"},
			want: func(m *model) {
				m.BGPGroupID, m.PeerIPAddress = types.StringValue("bgpg-1"), iptypes.NewIPAddressValue("10.0.0.1")
				m.EnableBFD, m.BFDMultiHop = types.BoolValue(true), types.Int64Value(3)
			},
		},
		"an address that nobody knows is null": {
			prior: model{PeerIPAddress: iptypes.NewIPAddressUnknown()},
			peer:  alibabacloud.BGPPeer{ID: "bgp-1", GroupID: "bgpg-1", IPVersion: "IPv4"},
			want:  func(*model) {},
		},
		"BFD that was turned off takes its hop count along": {
			prior: model{EnableBFD: types.BoolValue(true), BFDMultiHop: types.Int64Value(3)},
			peer:  alibabacloud.BGPPeer{ID: "bgp-1", GroupID: "bgpg-1", IPVersion: "IPv4", EnableBFD: &no},
			want:  func(*model) {},
		},
		"a hop count without BFD means nothing": {
			peer: alibabacloud.BGPPeer{ID: "bgp-1", GroupID: "bgpg-1", IPVersion: "IPv4", EnableBFD: &no, BFDMultiHop: &hops},
			want: func(*model) {},
		},
		"an IP version left out is kept": {
			prior: model{IPVersion: newIPVersion("ipv6")},
			peer:  alibabacloud.BGPPeer{ID: "bgp-1", GroupID: "bgpg-1"},
			want:  func(m *model) { m.IPVersion = newIPVersion("ipv6") },
		},
		"an IP version left out, and none known, is the address's": {
			peer: alibabacloud.BGPPeer{ID: "bgp-1", GroupID: "bgpg-1", PeerIPAddress: "2001:db8::1"},
			want: func(m *model) {
				m.PeerIPAddress = iptypes.NewIPAddressValue("2001:db8::1")
				m.IPVersion = newIPVersion(ipv6)
			},
		},
		"a wait that was set stays": {
			prior: model{WaitForEstablished: types.BoolValue(true)},
			peer:  alibabacloud.BGPPeer{ID: "bgp-1", GroupID: "bgpg-1", IPVersion: "IPv4"},
			want:  func(m *model) { m.WaitForEstablished = types.BoolValue(true) },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := model{
				ID:                 types.StringValue(test.peer.ID),
				BGPGroupID:         types.StringValue(test.peer.GroupID),
				RouterID:           types.StringValue(test.peer.RouterID),
				Name:               types.StringValue(test.peer.Name),
				Description:        types.StringValue(test.peer.Description),
				Status:             types.StringValue(string(test.peer.Status)),
				BGPStatus:          types.StringValue(string(test.peer.SessionState)),
				PeerIPAddress:      iptypes.NewIPAddressNull(),
				IPVersion:          newIPVersion(ipv4),
				EnableBFD:          types.BoolValue(false),
				WaitForEstablished: types.BoolValue(false),
			}
			test.want(&want)
			got := test.prior
			got.fill(&test.peer)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSameMeaning(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		a, b string
		same bool
	}{
		"letter case of a version":     {"IPV4", "ipv4", true},
		"versions":                     {"IPv4", "IPv6", false},
		"IPv6 spelled out":             {"2001:db8:0:0:0:0:0:1", "2001:DB8::1", true},
		"IPv6 addresses":               {"2001:db8::1", "2001:db8::2", false},
		"IPv4 addresses":               {"10.0.0.1", "10.0.0.10", false},
		"what is neither stays itself": {"x", "X", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := meaning(test.a) == meaning(test.b); got != test.same {
				t.Fatalf("%q and %q: same is %v", test.a, test.b, got)
			}
		})
	}
}
