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
				w := newEmulatedAzure(func(c *emulated.Config) { c.Gateways[0].Rows, c.RetryAfter = tt.rows, 10*time.Second })
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

// TestWaitOutlastsOperations has operations that come to nothing, and then one that
// shows the session.
func TestWaitOutlastsOperations(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		operation emulated.Operation
		fault     control.Fault
	}{
		"failed":                        {operation: emulated.Operation{Style: emulated.StyleAsync, Ending: emulated.EndingFailed}},
		"canceled":                      {operation: emulated.Operation{Style: emulated.StyleAsync, Ending: emulated.EndingCanceled}},
		"canceled, at Location":         {operation: emulated.Operation{Style: emulated.StyleLocation, Ending: emulated.EndingCanceled}},
		"failed, at Location, in a 200": {operation: emulated.Operation{Style: emulated.StyleLocation, Ending: emulated.EndingFailedStatus}},
		"null":                          {operation: emulated.Operation{Style: emulated.StyleLocation, Ending: emulated.EndingNull}},
		"null, at once":                 {operation: emulated.Operation{Style: emulated.StyleImmediate, Ending: emulated.EndingNull}},
		"no content":                    {operation: emulated.Operation{Style: emulated.StyleLocation, Ending: emulated.EndingNoContent}},
		"no list at Location":           {operation: emulated.Operation{Style: emulated.StyleBoth, Ending: emulated.EndingAccepted}},
		"no URL to poll":                {operation: emulated.Operation{Ending: emulated.EndingNoPollURL}},
		"no longer known":               {fault: control.Fault{Action: emulated.ActionPoll, Kind: control.KindError, Status: http.StatusNotFound, Code: "OperationNotFound", Times: 3}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := with(tt.operation)
				if tt.fault.Action != "" {
					w.faults.Add(tt.fault)
				}
				time.AfterFunc(time.Minute, func() { w.SetOperation(slow) })
				ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
				defer cancel()
				rows, err := newClient(t, w.transport).WaitConnected(ctx, gatewayID(t, gatewayOf.ID()), onePeer)
				if err != nil || len(rows) != 1 {
					t.Errorf("got %v, %v", rows, err)
				}
				if n := w.counts().Start; n < 3 {
					t.Errorf("%d operations: none came to nothing", n)
				}
			})
		})
	}
}

// TestWaitCountsInARow has failures that would end the wait if they came in a row, with
// others between them.
func TestWaitCountsInARow(t *testing.T) {
	t.Parallel()
	connected := answer(http.StatusOK, `{"value":[{"neighbor":"10.1.0.254","state":"Connected"}]}`)
	failed := answer(http.StatusOK, `{"status":"Failed"}`)
	lost := answer(http.StatusNotFound, `{"error":{"code":"OperationNotFound"}}`)
	forbidden := answer(http.StatusForbidden, `{"error":{"code":"AuthorizationFailed"}}`)
	for name, tt := range map[string]struct {
		first, second http.HandlerFunc // take turns
	}{
		"lost, failed":      {lost, failed},
		"lost, forbidden":   {lost, forbidden},
		"forbidden, failed": {forbidden, failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began, polls := time.Now(), 0
				client, _ := served(t, http.Header{"Location": {"https://" + host + "/1"}}, http.StatusAccepted, func(w http.ResponseWriter, r *http.Request) {
					polls++
					switch {
					case time.Since(began) > 20*time.Minute:
						connected(w, r)
					case polls%2 == 1:
						tt.first(w, r)
					default:
						tt.second(w, r)
					}
				})
				if rows, err := client.WaitConnected(t.Context(), gatewayID(t, gatewayOf.ID()), onePeer); err != nil || len(rows) != 1 {
					t.Errorf("got %v, %v after %d polls", rows, err, polls)
				}
			})
		})
	}
}

// TestWaitOutlastsARoleAssignment has the permission given minutes after the wait
// began, as it is when a role is assigned in the same apply.
func TestWaitOutlastsARoleAssignment(t *testing.T) {
	t.Parallel()
	for _, action := range []string{emulated.ActionBGPStatus, emulated.ActionPoll} {
		for _, code := range []string{"AuthorizationFailed", "LinkedAuthorizationFailed"} {
			t.Run(action+"/"+code, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := with(slow)
					w.faults.Add(control.Fault{Action: action, Kind: control.KindError, Status: http.StatusForbidden, Code: code})
					time.AfterFunc(8*time.Minute, w.faults.Clear)
					ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
					defer cancel()
					if rows, err := newClient(t, w.transport).WaitConnected(ctx, gatewayID(t, gatewayOf.ID()), onePeer); err != nil || len(rows) != 1 {
						t.Errorf("got %v, %v", rows, err)
					}
				})
			})
		}
	}
	for name, fault := range map[string]control.Fault{
		"a page of somebody else": {Kind: control.KindHTML, Status: http.StatusForbidden},
		"a policy's refusal":      {Kind: control.KindError, Status: http.StatusForbidden, Code: "RequestDisallowedByPolicy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := with(slow)
				fault.Action = emulated.ActionBGPStatus
				w.faults.Add(fault)
				if _, err := newClient(t, w.transport).WaitConnected(t.Context(), gatewayID(t, gatewayOf.ID()), onePeer); err == nil || w.counts().Start != 1 {
					t.Errorf("got %v after %d starts: no role assignment can help", err, w.counts().Start)
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
		name   string
		rows   []emulated.Row
		fault  control.Fault
		want   string
		last   int
		ended  bool
		advice string
		ending emulated.Ending
	}{
		{"never up", []emulated.Row{
			{LocalAddress: "10.0.0.4", Neighbor: "10.1.0.254", ASN: 65010, Life: emulated.Steady(emulated.StateConnected)},
			{LocalAddress: "10.0.0.5", Neighbor: "10.1.0.254", ASN: 65010, Life: emulated.Steady(emulated.StateConnecting)},
		}, control.Fault{}, "last seen: 10.0.0.4 with 10.1.0.254 (ASN 65010) is Connected; 10.0.0.5 with 10.1.0.254 (ASN 65010) is Connecting; no time is left for another request, which was due in 10s", 2, true, "the other end", ""},
		{"never there", nil, control.Fault{}, "the gateway listed no session with it; no time is left for another request, which was due in 10s", 0, true, "no such neighbor", ""},
		{"refused", nil, control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindError, Status: http.StatusForbidden, Code: "AuthorizationFailed"},
			"no read succeeded; the wait ended with: getBgpPeerStatus of ", 0, false, "permission", ""},
		{"refused later", []emulated.Row{{LocalAddress: "10.0.0.4", Neighbor: "10.1.0.254", JSON: []byte(`{"neighbor":"10.1.0.254"}`)}},
			control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindError, Status: http.StatusForbidden, Code: "AuthorizationFailed", Skip: 2},
			"last seen: ? with 10.1.0.254 is in no state; the wait ended with: getBgpPeerStatus of ", 1, false, "permission", ""},
		{"unavailable to the end", nil, control.Fault{Action: emulated.ActionPoll, Kind: control.KindError, Status: http.StatusServiceUnavailable, Code: "ServerBusy"},
			"no read succeeded; the wait ended with: getBgpPeerStatus of ", 0, true, "a longer timeout", ""},
		{"polling is refused", nil, control.Fault{Action: emulated.ActionPoll, Kind: control.KindError, Status: http.StatusForbidden, Code: "AuthorizationFailed"},
			"no read succeeded; the wait ended with: getBgpPeerStatus of ", 0, false, "permission", ""},
		{"failed to the end", nil, control.Fault{}, "no read succeeded; the last read failed: the operation ended as Failed: ", 0, true, "provisioned", emulated.EndingFailedStatus},
		{"no list to the end", nil, control.Fault{}, "no read succeeded; the last read failed: no list of peers in the answer: the service answered 200 OK with null", 0, true, "support request", emulated.EndingNull},
		{"lost for good", []emulated.Row{{LocalAddress: "10.0.0.4", Neighbor: "10.1.0.254", ASN: 65010, Life: emulated.Steady(emulated.StateConnecting)}},
			control.Fault{Action: emulated.ActionPoll, Kind: control.KindError, Status: http.StatusNotFound, Code: "OperationNotFound", Message: "Lost.", Skip: 3},
			"last seen: 10.0.0.4 with 10.1.0.254 (ASN 65010) is Connecting; the wait ended with: getBgpPeerStatus of " + gatewayOf.ID() +
				" for the peer 10.1.0.254: HTTP 404 Not Found while polling the operation: OperationNotFound: Lost. [request id ", 1, false, "no longer knows the operation", ""},
		{"polls are bad requests", nil, control.Fault{Action: emulated.ActionPoll, Kind: control.KindError, Status: http.StatusBadRequest, Code: "BadRequest", Message: "No."},
			"no read succeeded; the wait ended with: getBgpPeerStatus of " + gatewayOf.ID() + " for the peer 10.1.0.254: HTTP 400 Bad Request while polling the operation: BadRequest: No. [request id ", 0, false, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(func(c *emulated.Config) {
					c.Gateways[0].Rows, c.RetryAfter, c.Ending = tt.rows, 10*time.Second, tt.ending
				})
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
				if advice := ended.Advice(); !strings.Contains(advice, tt.advice) {
					t.Errorf("advice: %s\nwant: … %s …", advice, tt.advice)
				}
			})
		})
	}
}

// TestWaitWithoutTimeForARead has a service that is slower than the wait: who waits
// learns at once that nothing was read, and why.
func TestWaitWithoutTimeForARead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newEmulatedAzure(func(c *emulated.Config) { c.RetryAfter = time.Minute })
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		started := time.Now()
		_, err := newClient(t, w.transport).WaitConnected(ctx, gatewayID(t, gatewayOf.ID()), onePeer)
		if took := time.Since(started); took > 2*time.Second {
			t.Errorf("took %s", took)
		}
		var ended *azure.WaitError
		if !errors.As(err, &ended) || !strings.HasSuffix(err.Error(), "no read succeeded; no time is left for another request, which was due in 1m0s") {
			t.Fatalf("got %v", err)
		}
		if advice := ended.Advice(); !strings.Contains(advice, "a longer timeout") || strings.Contains(advice, "other end") {
			t.Errorf("advice: %s", advice)
		}
	})
}

// TestWaitThatIsInterrupted ends in the middle of a read and between two: who ends
// it needs no advice about the other end.
func TestWaitThatIsInterrupted(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]time.Duration{"in a read": time.Second, "between reads": 11 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(func(c *emulated.Config) {
					c.Gateways[0].Rows = []emulated.Row{{Neighbor: "10.1.0.254", Life: emulated.Steady(emulated.StateConnecting)}}
					c.RetryAfter = 10 * time.Second
				})
				ctx, cancel := context.WithCancel(t.Context())
				defer time.AfterFunc(after, cancel).Stop()
				_, err := newClient(t, w.transport).WaitConnected(ctx, gatewayID(t, gatewayOf.ID()), onePeer)
				var ended *azure.WaitError
				if !errors.As(err, &ended) || !strings.HasSuffix(err.Error(), "the wait was canceled") || (ended.Last == nil) != (name == "in a read") {
					t.Fatalf("got %v", err)
				}
				if advice := ended.Advice(); advice != "" {
					t.Errorf("advice: %s", advice)
				}
			})
		})
	}
}
