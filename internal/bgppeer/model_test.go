package bgppeer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

func TestFill(t *testing.T) {
	t.Parallel()
	hops, asn, yes, no := int64(3), int64(65515), true, false

	tests := map[string]struct {
		prior model
		peer  alibabacloud.BGPPeer
		want  func(*model)
		warns string
	}{
		"a full answer": {
			peer: alibabacloud.BGPPeer{
				ID: "bgp-1", GroupID: "bgpg-1", RouterID: "vbr-1", Name: "n", Description: "d", PeerIPAddress: "10.0.0.1",
				IPVersion: "IPv4", Status: alibabacloud.StatusAvailable, SessionState: alibabacloud.SessionEstablished,
				EnableBFD: &yes, BFDMultiHop: &hops, PeerASN: &asn,
			},
			want: func(m *model) {
				m.PeerIPAddress = iptext.NewAddress("10.0.0.1")
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
				BGPGroupID: types.StringValue("bgpg-1"), PeerIPAddress: iptext.NewAddress("10.0.0.1"), IPVersion: iptext.NewVersion("IPv4"),
				EnableBFD: types.BoolValue(true), BFDMultiHop: types.Int64Value(3),
			},
			peer: alibabacloud.BGPPeer{ID: "bgp-1"},
			want: func(m *model) {
				m.BGPGroupID, m.PeerIPAddress = types.StringValue("bgpg-1"), iptext.NewAddress("10.0.0.1")
				m.EnableBFD, m.BFDMultiHop = types.BoolValue(true), types.Int64Value(3)
			},
		},
		"an address that nobody knows is null": {
			prior: model{PeerIPAddress: iptext.Address{StringValue: types.StringUnknown()}},
			peer:  alibabacloud.BGPPeer{ID: "bgp-1", GroupID: "bgpg-1", IPVersion: "IPv4"},
			want:  func(*model) {},
		},
		"what is no address is kept out, and told": {
			prior: model{PeerIPAddress: iptext.NewAddress("10.0.0.254"), IPVersion: iptext.NewVersion("IPv4")},
			peer:  alibabacloud.BGPPeer{ID: "bgp-1", GroupID: "bgpg-1", PeerIPAddress: "10.0.0.254/30"},
			want:  func(m *model) { m.PeerIPAddress = iptext.NewAddress("10.0.0.254") },
			warns: `BGP peer bgp-1: the service shows "10.0.0.254/30" as its address`,
		},
		"what is no address, and nothing known, as after an import": {
			peer:  alibabacloud.BGPPeer{ID: "bgp-1", GroupID: "bgpg-1", PeerIPAddress: "116.62.XX.XX"},
			want:  func(*model) {},
			warns: `"116.62.XX.XX"`,
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
			prior: model{IPVersion: iptext.NewVersion("ipv6")},
			peer:  alibabacloud.BGPPeer{ID: "bgp-1", GroupID: "bgpg-1"},
			want:  func(m *model) { m.IPVersion = iptext.NewVersion("ipv6") },
		},
		"an IP version left out, and none known, is the address's": {
			peer: alibabacloud.BGPPeer{ID: "bgp-1", GroupID: "bgpg-1", PeerIPAddress: "2001:db8::1"},
			want: func(m *model) {
				m.PeerIPAddress = iptext.NewAddress("2001:db8::1")
				m.IPVersion = iptext.NewVersion("IPv6")
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
				Base:               regional.Base{ID: types.StringValue(test.peer.ID), Status: types.StringValue(string(test.peer.Status))},
				BGPGroupID:         types.StringValue(test.peer.GroupID),
				RouterID:           types.StringValue(test.peer.RouterID),
				Name:               types.StringValue(test.peer.Name),
				Description:        types.StringValue(test.peer.Description),
				BGPStatus:          types.StringValue(string(test.peer.SessionState)),
				PeerIPAddress:      iptext.Address{},
				IPVersion:          iptext.NewVersion("IPv4"),
				EnableBFD:          types.BoolValue(false),
				WaitForEstablished: types.BoolValue(false),
			}
			test.want(&want)
			got := test.prior
			diags := got.fill(&test.peer)
			if diags.HasError() || (test.warns != "") != (diags.WarningsCount() == 1) || test.warns != "" && !strings.Contains(diags[0].Detail(), test.warns) {
				t.Errorf("the diagnostics are %v", diags)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
		})
	}
}

// An update sends all arguments that can be changed, or none.
func TestSent(t *testing.T) {
	t.Parallel()
	prior := model{EnableBFD: types.BoolValue(false)} // the service shows no address
	for name, test := range map[string]struct {
		plan  func(*model)
		prior *model
		sends bool
	}{
		"a create":              {func(*model) {}, nil, true},
		"nothing changes":       {func(*model) {}, &prior, false},
		"an address not chosen": {func(m *model) { m.PeerIPAddress = iptext.Address{StringValue: types.StringUnknown()} }, &prior, false},
		"an address":            {func(m *model) { m.PeerIPAddress = iptext.NewAddress("10.0.0.1") }, &prior, true},
		"BFD":                   {func(m *model) { m.EnableBFD = types.BoolValue(true) }, &prior, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := prior
			test.plan(&plan)
			if sent := plan.Sent(test.prior); len(sent) != 0 != test.sends {
				t.Errorf("sends %q", sent)
			}
		})
	}
}
