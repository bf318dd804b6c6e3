package bgppeer

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

func TestRows(t *testing.T) {
	t.Parallel()
	hops, yes, no := int64(3), true, false
	text := func(s any) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	number := func(n any) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }
	flag := func(b any) tftypes.Value { return tftypes.NewValue(tftypes.Bool, b) }
	least := func() map[string]tftypes.Value {
		return map[string]tftypes.Value{
			"id": text("bgp-1"), "region": text("cn-shanghai"), "bgp_group_id": text(nil), "router_id": text(nil),
			"name": text(""), "description": text(""), "peer_ip_address": text(nil), "ip_version": text(nil),
			"status": text(nil), "bgp_status": text(""), "peer_asn": number(nil), "local_asn": number(nil), "is_fake_asn": flag(nil),
			"enable_bfd": flag(nil), "bfd_multi_hop": number(nil), "hold_time": number(nil), "keepalive_time": number(nil),
			"route_limit": number(nil), "advertised_route_count": number(nil), "received_route_count": number(nil), "modified_at": text(nil),
		}
	}
	for name, test := range map[string]struct {
		peer alibabacloud.BGPPeer
		want map[string]tftypes.Value // beside the least that a row has
	}{
		"everything": {
			peer: alibabacloud.BGPPeer{
				GroupID: "bgpg-1", RouterID: "vbr-1", Name: "n", Description: "d",
				PeerIPAddress: "10.3.1.1", IPVersion: "IPv4", Status: alibabacloud.StatusAvailable, SessionState: alibabacloud.SessionEstablished,
				PeerASN: new(int64(1)), LocalASN: new(int64(2)), IsFakeASN: &yes, EnableBFD: &yes, BFDMultiHop: &hops, HoldTime: new(int64(4)),
				KeepaliveTime: new(int64(5)), RouteLimit: new(int64(6)), AdvertisedRouteCount: new(int64(7)), ReceivedRouteCount: new(int64(8)),
				ModifiedAt: "2022-05-20T07:29:08Z",
			},
			want: map[string]tftypes.Value{
				"bgp_group_id": text("bgpg-1"), "router_id": text("vbr-1"), "name": text("n"), "description": text("d"),
				"peer_ip_address": text("10.3.1.1"), "ip_version": text("IPv4"), "status": text("Available"), "bgp_status": text("Established"),
				"peer_asn": number(1), "local_asn": number(2), "is_fake_asn": flag(true), "enable_bfd": flag(true), "bfd_multi_hop": number(3),
				"hold_time": number(4), "keepalive_time": number(5), "route_limit": number(6), "advertised_route_count": number(7),
				"received_route_count": number(8), "modified_at": text("2022-05-20T07:29:08Z"),
			},
		},
		"nothing but the id": {},
		"a hop count while BFD is off, which bgp_peer refuses": {
			peer: alibabacloud.BGPPeer{EnableBFD: &no, BFDMultiHop: &hops},
			want: map[string]tftypes.Value{"enable_bfd": flag(false)},
		},
		"a hop count without a word about BFD": {peer: alibabacloud.BGPPeer{BFDMultiHop: &hops}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := least()
			for column, value := range test.want {
				want[column] = value
			}
			test.peer.ID, test.peer.RegionID = "bgp-1", "cn-shanghai"
			var list []tftypes.Value
			if err := columns.Value(t.Context(), []alibabacloud.BGPPeer{test.peer}).As(&list); err != nil {
				t.Fatal(err)
			}
			var got map[string]tftypes.Value
			if err := list[0].As(&got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
