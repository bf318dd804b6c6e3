package bgppeerstatus

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

func ptr[T any](v T) *T { return &v }

func TestRows(t *testing.T) {
	t.Parallel()
	rows := columns.Value(t.Context(), newSessions(t.Context(), []azure.BGPPeerStatus{
		{},
		{
			Neighbor: ptr("10.1.0.254"), LocalAddress: ptr("10.0.0.254"), ASN: ptr(int64(4294967295)), State: ptr("Connected"), ConnectedDuration: ptr("9.01:04:53.5768637"),
			RoutesReceived: ptr(int64(2)), MessagesSent: ptr(int64(500)), MessagesReceived: ptr(int64(507)),
		},
	}))
	text := func(s any) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	number := func(n any) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }
	row := columns.Type().TerraformType(t.Context())
	want := tftypes.NewValue(tftypes.List{ElementType: row}, []tftypes.Value{
		tftypes.NewValue(row, map[string]tftypes.Value{
			"neighbor": text("10.1.0.254"), "local_address": text("10.0.0.254"), "asn": number(4294967295), "state": text("Connected"),
			"connected_duration": text("9.01:04:53.5768637"), "connected_seconds": number(((9*24+1)*60+4)*60 + 53),
			"routes_received": number(2), "messages_sent": number(500), "messages_received": number(507),
		}),
		tftypes.NewValue(row, map[string]tftypes.Value{
			"neighbor": text(nil), "local_address": text(nil), "asn": number(nil), "state": text(nil), "connected_duration": text(nil),
			"connected_seconds": number(nil), "routes_received": number(nil), "messages_sent": number(nil), "messages_received": number(nil),
		}),
	})
	if !rows.Equal(want) {
		t.Errorf("the rows are %s, want %s", rows, want)
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
	ordered := newSessions(t.Context(), slices.Clone(want))
	for seed := range uint64(20) {
		shuffled := slices.Clone(want)
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] }) //nolint:gosec // a test's order
		if diff := cmp.Diff(ordered, newSessions(t.Context(), shuffled), cmp.AllowUnexported(session{})); diff != "" {
			t.Fatalf("the order depends on the service's (-want +got):\n%s", diff)
		}
	}
	for i, row := range want {
		if got := ordered[i]; got.Neighbor != row.Neighbor || got.LocalAddress != row.LocalAddress {
			t.Errorf("row %d is %s", i, got)
		}
	}
}

func TestConnectedSeconds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sent *string
		want *int64
		warn bool
	}{
		{nil, nil, false},
		{ptr("00:00:00.9999999"), ptr(int64(0)), false},
		{ptr("3.03:14:13.1796961"), ptr(int64(((3*24+3)*60+14)*60 + 13)), false},
		{ptr("-00:00:01.5"), ptr(int64(-1)), false},
		{ptr("a while"), nil, true},
		{ptr("10675199.02:48:05.4775807"), nil, true},
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
			got := connectedSeconds(ctx, &azure.BGPPeerStatus{Neighbor: ptr("10.1.0.254"), ConnectedDuration: tt.sent})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
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
