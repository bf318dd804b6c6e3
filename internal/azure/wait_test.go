package azure_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// sleeper is the life of a session that comes up after d.
func sleeper(d time.Duration) []emulated.Stage {
	return []emulated.Stage{{State: emulated.StateIdle, For: d / 2}, {State: emulated.StateConnecting, For: d - d/2}, {State: emulated.StateConnected}}
}

func TestWaitConnected(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		rows     []emulated.Row
		rowsWant int
	}{
		{"connected already", []emulated.Row{{Neighbor: "10.1.0.254", Life: emulated.Steady(emulated.StateConnected)}}, 1},
		{"connected in a while", []emulated.Row{{Neighbor: "10.1.0.254", Life: sleeper(3 * time.Minute)}}, 1},
		{"both instances, one after the other", []emulated.Row{
			{LocalAddress: "10.0.0.4", Neighbor: "10.1.0.254", Life: sleeper(10 * time.Second)},
			{LocalAddress: "10.0.0.5", Neighbor: "10.1.0.254", Life: sleeper(4 * time.Minute)},
		}, 2},
		{"others are not waited for", []emulated.Row{
			{Neighbor: "10.0.0.254", Life: emulated.Steady(emulated.StateUnknown)},
			{Neighbor: "10.1.0.254", Life: sleeper(10 * time.Second)},
		}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(func(c *emulated.Config) { c.Gateways[0].Rows, c.RetryAfter = tt.rows, 10*time.Second })
				rows, err := newClient(t, w.transport).WaitConnected(t.Context(), gatewayID(t, gatewayOf.ID()), onePeer)
				if err != nil || len(rows) != tt.rowsWant {
					t.Fatalf("got %v, %v", rows, err)
				}
				for _, row := range rows {
					if *row.State != azure.StateConnected {
						t.Errorf("%s", row)
					}
				}
			})
		})
	}
}

// TestWaitIsForThePeerOnly has a service that answers with every row whatever
// peer it was asked for.
func TestWaitIsForThePeerOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := served(t, http.Header{"Location": {"https://" + host + "/1"}}, 202, answer(http.StatusOK,
			`{"value":[{"neighbor":"10.0.0.254","state":"Unknown"},{"neighbor":"10.1.0.254","state":"Connected"}]}`))
		if _, err := client.WaitConnected(t.Context(), gatewayID(t, gatewayOf.ID()), onePeer); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := client.WaitConnected(ctx, gatewayID(t, gatewayOf.ID()), addr("10.9.9.9")); err == nil {
			t.Error("a peer without a row cannot be connected")
		}
	})
}

func TestWaitThatEnds(t *testing.T) {
	t.Parallel()
	of := "not every BGP session of " + gatewayOf.ID() + " with the peer 10.1.0.254 is Connected; "
	tests := []struct {
		name  string
		rows  []emulated.Row
		fault control.Fault
		want  string
		last  int
		ended bool
	}{
		{"never up", []emulated.Row{
			{LocalAddress: "10.0.0.4", Neighbor: "10.1.0.254", ASN: 65010, Life: emulated.Steady(emulated.StateConnected)},
			{LocalAddress: "10.0.0.5", Neighbor: "10.1.0.254", ASN: 65010, Life: emulated.Steady(emulated.StateConnecting)},
		}, control.Fault{}, "last seen: 10.0.0.4 with 10.1.0.254 (ASN 65010) is Connected; 10.0.0.5 with 10.1.0.254 (ASN 65010) is Connecting; the wait timed out", 2, true},
		{"never there", nil, control.Fault{}, "the gateway listed no session with it; the wait timed out", 0, true},
		{"refused", nil, control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindError, Status: http.StatusForbidden, Code: "AuthorizationFailed"},
			"no read came to its end; the wait ended with: getBgpPeerStatus of ", 0, false},
		{"refused later", []emulated.Row{{LocalAddress: "10.0.0.4", Neighbor: "10.1.0.254", JSON: []byte(`{"neighbor":"10.1.0.254"}`)}},
			control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindError, Status: http.StatusForbidden, Code: "AuthorizationFailed", Skip: 2},
			"last seen: ? with 10.1.0.254 is in no state; the wait ended with: getBgpPeerStatus of ", 1, false},
		{"unavailable to the end", nil, control.Fault{Action: emulated.ActionPoll, Kind: control.KindError, Status: http.StatusServiceUnavailable, Code: "ServerBusy"},
			"no read came to its end; the wait ended with: getBgpPeerStatus of ", 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(func(c *emulated.Config) { c.Gateways[0].Rows, c.RetryAfter = tt.rows, 10*time.Second })
				if tt.fault.Action != "" {
					w.faults.Add(tt.fault)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
				defer cancel()
				rows, err := newClient(t, w.transport).WaitConnected(ctx, gatewayID(t, gatewayOf.ID()), onePeer)
				var ended *azure.WaitError
				if !errors.As(err, &ended) {
					t.Fatalf("got %v, %v, want an *azure.WaitError", rows, err)
				}
				if !strings.HasPrefix(err.Error(), of+tt.want) || len(ended.Last) != tt.last {
					t.Errorf("message: %s\nwant:    %s…", err, of+tt.want)
				}
				if errors.Is(err, context.DeadlineExceeded) != tt.ended {
					t.Errorf("is context.DeadlineExceeded: %v", !tt.ended)
				}
				if advice := ended.Advice(); tt.ended && !strings.Contains(advice, "a longer timeout") || !tt.ended && !strings.Contains(advice, "permission") {
					t.Errorf("advice: %s", advice)
				}
			})
		})
	}
}
