package bgppeer

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

func TestNewPeerModel(t *testing.T) {
	t.Parallel()
	n, yes := int64(3), true
	number, text := types.Int64Value(n), types.StringValue
	for name, test := range map[string]struct {
		peer alibabacloud.BGPPeer
		want peerModel
	}{
		"everything": {
			peer: alibabacloud.BGPPeer{
				ID: "bgp-1", RegionID: "cn-shanghai", GroupID: "bgpg-1", RouterID: "vbr-1", Name: "n", Description: "d",
				PeerIPAddress: "10.3.1.1", IPVersion: "IPv4", Status: alibabacloud.PeerAvailable, SessionState: alibabacloud.SessionEstablished,
				PeerASN: &n, LocalASN: &n, IsFakeASN: &yes, EnableBFD: &yes, BFDMultiHop: &n, HoldTime: &n, KeepaliveTime: &n, RouteLimit: &n,
				AdvertisedRouteCount: &n, ReceivedRouteCount: &n, ModifiedAt: "2022-05-20T07:29:08Z",
			},
			want: peerModel{
				ID: text("bgp-1"), Region: text("cn-shanghai"), BGPGroupID: text("bgpg-1"), RouterID: text("vbr-1"), Name: text("n"), Description: text("d"),
				PeerIPAddress: text("10.3.1.1"), IPVersion: text("IPv4"), Status: text("Available"), BGPStatus: text("Established"),
				PeerASN: number, LocalASN: number, IsFakeASN: types.BoolValue(true), EnableBFD: types.BoolValue(true), BFDMultiHop: number,
				HoldTime: number, KeepaliveTime: number, RouteLimit: number, AdvertisedRouteCount: number, ReceivedRouteCount: number,
				ModifiedAt: text("2022-05-20T07:29:08Z"),
			},
		},
		"nothing but the id": {
			peer: alibabacloud.BGPPeer{ID: "bgp-1"},
			want: peerModel{ID: text("bgp-1"), Region: text("cn-shanghai"), Name: text(""), Description: text(""), BGPStatus: text("")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, newPeerModel(text("cn-shanghai"), &test.peer)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
