package bgppeerstatus

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

func ptr[T any](v T) *T { return &v }

func TestFill(t *testing.T) {
	t.Parallel()
	gateway, err := azure.ParseGatewayID(strings.Replace(id, "Microsoft.Network", "MICROSOFT.network", 1))
	if err != nil {
		t.Fatal(err)
	}
	m := model{VirtualNetworkGatewayID: types.StringValue("as written")}
	m.fill(t.Context(), gateway, []azure.BGPPeerStatus{
		{},
		{
			Neighbor: ptr("10.1.0.254"), LocalAddress: ptr("10.0.0.254"), ASN: ptr(int64(4294967295)), State: ptr("Connected"), ConnectedDuration: ptr("9.01:04:53.5768637"),
			RoutesReceived: ptr(int64(2)), MessagesSent: ptr(int64(500)), MessagesReceived: ptr(int64(507)),
		},
	})
	want := model{
		ID: types.StringValue(id), VirtualNetworkGatewayID: types.StringValue("as written"),
		Peers: []peerModel{
			{
				Neighbor: types.StringValue("10.1.0.254"), LocalAddress: types.StringValue("10.0.0.254"), ASN: types.Int64Value(4294967295), State: types.StringValue("Connected"),
				ConnectedDuration: types.StringValue("9.01:04:53.5768637"), ConnectedSeconds: types.Int64Value(((9*24+1)*60+4)*60 + 53),
				RoutesReceived: types.Int64Value(2), MessagesSent: types.Int64Value(500), MessagesReceived: types.Int64Value(507),
			},
			{},
		},
	}
	if diff := cmp.Diff(want.Peers, m.Peers); diff != "" || m.ID != want.ID || m.VirtualNetworkGatewayID != want.VirtualNetworkGatewayID {
		t.Errorf("%v, %v; peers (-want +got):\n%s", m.ID, m.VirtualNetworkGatewayID, diff)
	}

	m.fill(t.Context(), gateway, nil)
	if m.Peers == nil {
		t.Error("no peers are an empty list, not null")
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	addresses := []*string{ptr("2.0.0.1"), ptr("10.0.0.4"), ptr("10.0.0.11"), ptr("100.64.0.1"), ptr("fd00::2"), ptr("fd00::10"), ptr(""), ptr("router"), nil}
	var want []azure.BGPPeerStatus
	for _, neighbor := range addresses {
		for _, local := range addresses {
			want = append(want, azure.BGPPeerStatus{Neighbor: neighbor, LocalAddress: local})
		}
	}
	gateway, err := azure.ParseGatewayID(id)
	if err != nil {
		t.Fatal(err)
	}
	var ordered model
	ordered.fill(t.Context(), gateway, append([]azure.BGPPeerStatus(nil), want...))
	for seed := range uint64(20) {
		shuffled := append([]azure.BGPPeerStatus(nil), want...)
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] }) //nolint:gosec // a test's order
		var got model
		got.fill(t.Context(), gateway, shuffled)
		if diff := cmp.Diff(ordered.Peers, got.Peers); diff != "" {
			t.Fatalf("the order depends on the service's (-want +got):\n%s", diff)
		}
	}
	for i, row := range want {
		if got := ordered.Peers[i]; got.Neighbor != types.StringPointerValue(row.Neighbor) || got.LocalAddress != types.StringPointerValue(row.LocalAddress) {
			t.Errorf("row %d is %s, %s", i, got.Neighbor, got.LocalAddress)
		}
	}
}

func TestConnectedSeconds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sent *string
		want types.Int64
		warn bool
	}{
		{nil, types.Int64Null(), false},
		{ptr(""), types.Int64Null(), false},
		{ptr("  "), types.Int64Null(), false},
		{ptr("00:00:00.9999999"), types.Int64Value(0), false},
		{ptr("3.03:14:13.1796961"), types.Int64Value(((3*24+3)*60+14)*60 + 13), false},
		{ptr("-00:00:01.5"), types.Int64Value(-1), false},
		{ptr("a while"), types.Int64Null(), true},
		{ptr("10675199.02:48:05.4775807"), types.Int64Null(), true},
	}
	for _, tt := range tests {
		name := "absent"
		if tt.sent != nil {
			name = fmt.Sprintf("%q", *tt.sent)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			ctx := tflogtest.RootLogger(t.Context(), &log)
			got := newPeerModel(ctx, &azure.BGPPeerStatus{Neighbor: ptr("10.1.0.254"), ConnectedDuration: tt.sent})
			if got.ConnectedSeconds != tt.want || got.ConnectedDuration != types.StringPointerValue(tt.sent) {
				t.Errorf("got %s of %s, want %s", got.ConnectedSeconds, got.ConnectedDuration, tt.want)
			}
			entries, err := tflogtest.MultilineJSONDecode(&log)
			if err != nil {
				t.Fatal(err)
			}
			if warned := len(entries) == 1 && entries[0]["@level"] == "warn" && strings.Contains(fmt.Sprint(entries[0]["session"]), "10.1.0.254"); warned != tt.warn {
				t.Errorf("log: %v", entries)
			}
		})
	}
}
