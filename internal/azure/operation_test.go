package azure_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// lroStyles are the styles in which an operation's result can be had, with the
// requests that one takes which has ended by the first poll.
var lroStyles = map[emulated.Style]counts{
	emulated.StyleLocation:  {Start: 1, Poll: 1},
	emulated.StyleAsync:     {Start: 1, Poll: 1},
	emulated.StyleBoth:      {Start: 1, Poll: 2}, // the monitor, then Location
	emulated.StyleImmediate: {Start: 1},
}

func TestEveryStyle(t *testing.T) {
	t.Parallel()
	for style, once := range lroStyles {
		for name, pace := range map[string]struct {
			delay, retryAfter time.Duration
			polls             int // beyond the first
		}{
			"Retry-After is waited for":            {delay: 25 * time.Second, retryAfter: 10 * time.Second, polls: 2}, // at 10, 20, 30 s
			"Retry-After of a minute":              {delay: 55 * time.Second, retryAfter: time.Minute},
			"without Retry-After, after a second":  {delay: 900 * time.Millisecond},
			"without Retry-After, every second":    {delay: 3 * time.Second, polls: 2},
			"without Retry-After, ever less often": {delay: 10 * time.Second, polls: 8}, // at 1, 2, 3, 4, 5, 6, 7.2, 8.64, 10.368 s
		} {
			t.Run(string(style)+"/"+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := with(emulated.Operation{Style: style, Delay: pace.delay, RetryAfter: pace.retryAfter})
					rows, err := newClient(t, w.transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
					if err != nil {
						t.Fatal(err)
					}
					if len(rows) != 2 || *rows[1].Neighbor != "10.1.0.254" || *rows[1].ASN != 4200000001 {
						t.Errorf("rows: %v", rows)
					}
					want := once
					if want.Poll > 0 {
						want.Poll += pace.polls
					}
					if diff := cmp.Diff(want, w.counts()); diff != "" {
						t.Errorf("requests (-want +got):\n%s", diff)
					}
				})
			})
		}
	}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newEmulatedAzure(nil)
		client := newClient(t, w.transport)
		shouted := "/SUBSCRIPTIONS/" + subscription + "/RESOURCEGROUPS/RG-NETWORK/PROVIDERS/MICROSOFT.NETWORK/VIRTUALNETWORKGATEWAYS/VGW-HUB"
		rows, err := client.BGPPeerStatus(t.Context(), gatewayID(t, shouted), onePeer)
		if err != nil || len(rows) != 1 {
			t.Fatalf("%v, %v", rows, err)
		}
		for _, entry := range w.journal.Entries() {
			if entry.Action != emulated.ActionBGPStatus {
				continue
			}
			want := "/subscriptions/" + subscription + "/resourceGroups/RG-NETWORK/providers/Microsoft.Network/virtualNetworkGateways/VGW-HUB/getBgpPeerStatus"
			if entry.Path != want || entry.Method != http.MethodPost {
				t.Errorf("%s %s, want POST %s", entry.Method, entry.Path, want)
			}
			if entry.Params["api-version"] != "2025-01-01" || entry.Params["peer"] != "10.1.0.254" {
				t.Errorf("query: %v", entry.Params)
			}
		}
	})
}

func TestNoPeers(t *testing.T) {
	t.Parallel()
	for style := range lroStyles {
		t.Run(string(style), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(func(c *emulated.Config) { c.Style, c.Gateways[0].Rows = style, nil })
				rows, err := newClient(t, w.transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
				if err != nil || len(rows) != 0 {
					t.Errorf("got %v, %v: an empty array is an answer", rows, err)
				}
			})
		})
	}
}

// TestAnswersThatAreNone has every end of an operation that carries no list,
// among them those that azcore takes for an empty one.
func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	const nothing = "no list in the answer: the service answered "
	gone := &emulated.CloudError{
		Code: "GatewayUnavailable", Message: "The gateway is being updated.", Target: "vgw-hub",
		Details: []emulated.CloudError{{Code: "Inner", Message: "Instance 0.", Details: []emulated.CloudError{{Code: "Innermost", Message: "Tunnel.", Target: "ipsec"}}}},
	}
	const goneText = "GatewayUnavailable: The gateway is being updated. (target vgw-hub) (Inner: Instance 0. (Innermost: Tunnel. (target ipsec)))"
	tests := []struct {
		name      string
		operation emulated.Operation
		want      string
		noResult  bool
		state     string
	}{
		{"immediately null", emulated.Operation{Style: emulated.StyleImmediate, Ending: emulated.EndingNull}, nothing + "200 OK with null", true, ""},
		{"immediately no body", emulated.Operation{Style: emulated.StyleImmediate, Ending: emulated.EndingNoBody}, nothing + "200 OK with no body", true, ""},
		{"immediately null value", emulated.Operation{Style: emulated.StyleImmediate, Ending: emulated.EndingNullValue}, nothing + `200 OK with an object whose "value" is null`, true, ""},
		{"immediately no content", emulated.Operation{Style: emulated.StyleImmediate, Ending: emulated.EndingNoContent}, nothing + "204 No Content with no body", true, ""},
		{"Location, null", emulated.Operation{Ending: emulated.EndingNull}, nothing + "200 OK with null", true, ""},
		{"Location, no body", emulated.Operation{Ending: emulated.EndingNoBody}, nothing + "200 OK with no body", true, ""},
		{"Location, null value", emulated.Operation{Ending: emulated.EndingNullValue}, nothing + `200 OK with an object whose "value" is null`, true, ""},
		{"Location, no content", emulated.Operation{Ending: emulated.EndingNoContent}, nothing + "204 No Content with no body", true, ""},
		{"Location, failed in a 200", emulated.Operation{Ending: emulated.EndingFailedStatus, Error: gone}, "the operation ended as Failed: " + goneText, false, "Failed"},
		{"both, Location still 202", emulated.Operation{Style: emulated.StyleBoth, Ending: emulated.EndingAccepted}, nothing + "202 Accepted with null", true, ""},
		{"both, null", emulated.Operation{Style: emulated.StyleBoth, Ending: emulated.EndingNull}, nothing + "200 OK with null", true, ""},
		{"async, nothing beside the status", emulated.Operation{Style: emulated.StyleAsync, Ending: emulated.EndingNull}, nothing + `200 OK with an object that has "status" and no "value"`, true, ""},
		{"async, rows in properties.output", emulated.Operation{Style: emulated.StyleAsyncOutput}, nothing + `200 OK with an object that has "properties", "status" and no "value"`, true, ""},
		{"async, rows in properties", emulated.Operation{Style: emulated.StyleAsyncProperties}, nothing + `200 OK with an object that has "properties", "status" and no "value"`, true, ""},
		{"async, failed", emulated.Operation{Style: emulated.StyleAsync, Ending: emulated.EndingFailed, Error: gone}, "the operation ended as Failed: " + goneText, false, "Failed"},
		{"async, canceled", emulated.Operation{Style: emulated.StyleAsync, Ending: emulated.EndingCanceled}, "the operation ended as Canceled: Canceled: Operation was canceled.", false, "Canceled"},
		{"both, failed", emulated.Operation{Style: emulated.StyleBoth, Ending: emulated.EndingFailed, Error: gone}, "the operation ended as Failed: " + goneText, false, "Failed"},
		{"no URL to poll", emulated.Operation{Ending: emulated.EndingNoPollURL}, nothing + "202 Accepted with no Location or Azure-AsyncOperation header", true, ""},
	}
	for _, r := range reads {
		for _, tt := range tests {
			t.Run(r.action+"/"+tt.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := with(tt.operation)
					w.UpdateRouteServer(routeServerOf.ID(), func(r *emulated.RouteServer) { r.Operation = &tt.operation })
					rows, err := r.read(t.Context(), t, newClient(t, w.transport))
					var failed *azure.Error
					if !errors.As(err, &failed) {
						t.Fatalf("got %d rows, %v, want an *azure.Error", rows, err)
					}
					said := strings.NewReplacer("list of peers", "list", "list of routes", "list", "array of routes", `"value"`).Replace(err.Error())
					if !strings.HasPrefix(said, r.action+" of "+failed.ResourceID+": "+tt.want) &&
						!strings.HasPrefix(said, r.action+" of "+failed.ResourceID+" for the peer "+onePeer.String()+": "+tt.want) {
						t.Errorf("message: %s\nwant: … %s", said, tt.want)
					}
					if errors.Is(err, azure.ErrNoResult) != tt.noResult || failed.State != tt.state {
						t.Errorf("ErrNoResult %v, state %q", errors.Is(err, azure.ErrNoResult), failed.State)
					}
					if !strings.Contains(tt.name, "URL") && failed.RequestID == "" {
						t.Error("no request id")
					}
				})
			})
		}
	}
}

// TestFaults has every operation, style and fault, at the start and at the first
// poll: what becomes of the read, how many requests it takes, and what it says.
func TestFaults(t *testing.T) {
	t.Parallel()
	faults := []struct {
		name  string
		fault control.Fault
		extra int // requests more than without the fault
		// cost differs where a fault is nothing to a 202.
		startIsFine bool
	}{
		{"429 after 1 s", control.Fault{Kind: control.KindThrottle, RetryAfter: time.Second, Times: 3}, 3, false},
		{"429 after 61 s", control.Fault{Kind: control.KindThrottle, RetryAfter: 61 * time.Second, Times: 2}, 2, false},
		{"429 without Retry-After", control.Fault{Kind: control.KindThrottle, Times: 6}, 6, false},
		{"500", control.Fault{Kind: control.KindError, Status: http.StatusInternalServerError, Times: 5}, 5, false},
		{"503", control.Fault{Kind: control.KindError, Status: http.StatusServiceUnavailable, Times: 5}, 5, false},
		{"a proxy's 502", control.Fault{Kind: control.KindHTML, Times: 2}, 2, false},
		{"dropped before", control.Fault{Kind: control.KindDropBefore, Times: 4}, 4, false},
		{"dropped during the answer", control.Fault{Kind: control.KindDropDuring, Times: 4}, 4, false},
		{"dropped after", control.Fault{Kind: control.KindDropAfter, Times: 4}, 4, false},
		{"truncated JSON", control.Fault{Kind: control.KindTruncate, Times: 2}, 2, true},
		{"expired token", control.Fault{Kind: control.KindError, Status: http.StatusUnauthorized, Code: "ExpiredAuthenticationToken", Times: 1}, 1, false},
		{"another operation in progress", control.Fault{Kind: control.KindError, Status: http.StatusConflict, Code: "AnotherOperationInProgress", Times: 2}, 2, false},
	}
	for _, r := range reads {
		for style, once := range lroStyles {
			for _, polling := range []bool{false, true} {
				if polling && once.Poll == 0 {
					continue
				}
				action := r.action
				if polling {
					action = emulated.ActionPoll
				}
				for _, f := range faults {
					t.Run(r.action+"/"+string(style)+"/"+action+"/"+f.name, func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) {
							w := with(emulated.Operation{Style: style, Delay: 5 * time.Second, RetryAfter: 10 * time.Second})
							fault := f.fault
							fault.Action = action
							w.faults.Add(fault)
							rows, err := r.read(t.Context(), t, newClient(t, w.transport))
							if err != nil || rows != r.rows {
								t.Fatalf("got %d rows, %v, want %d", rows, err, r.rows)
							}
							want := once
							switch {
							case polling:
								want.Poll += f.extra
							case !f.startIsFine || style == emulated.StyleImmediate:
								want.Start += f.extra
							}
							if diff := cmp.Diff(want, w.counts()); diff != "" {
								t.Errorf("requests (-want +got):\n%s", diff)
							}
						})
					})
				}
			}
		}
	}
}

// TestFaultsThatStay has faults that end a read, at once or with its timeout.
func TestFaultsThatStay(t *testing.T) {
	t.Parallel()
	const timeout = 5 * time.Minute
	of := "getBgpPeerStatus of " + gatewayOf.ID() + ": "
	ran := of + "no time is left for another request while the operation was still running"
	started := of + "no time is left for another request while starting the operation"
	tests := []struct {
		name   string
		ending emulated.Ending
		fault  control.Fault
		want   string // begins the message
		phase  azure.Phase
		status int
		advice string
	}{
		{"404 of the gateway", "", control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindError, Status: http.StatusNotFound, Code: "ResourceNotFound", Message: "It was not found."},
			of + "HTTP 404 Not Found: ResourceNotFound: It was not found. [request id ", azure.PhaseStart, http.StatusNotFound, "Check the gateway's subscription"},
		{"404 while polling", "", control.Fault{Action: emulated.ActionPoll, Kind: control.KindError, Status: http.StatusNotFound, Code: "OperationNotFound", Message: "It was not found."},
			of + "HTTP 404 Not Found while polling the operation: OperationNotFound: It was not found. [request id ", azure.PhasePoll, http.StatusNotFound, "no longer knows the operation"},
		{"403", "", control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindError, Status: http.StatusForbidden, Code: "AuthorizationFailed", Message: "Not you."},
			of + "HTTP 403 Forbidden: AuthorizationFailed: Not you. [request id ", azure.PhaseStart, http.StatusForbidden,
			"Give client " + clientID + " a role that holds the permission Microsoft.Network/virtualNetworkGateways/getBgpPeerStatus/action on the gateway's resource group. " +
				"It is an action, not a read: the role Reader does not hold it; Network Contributor, or a custom role with this one action, does. A role assignment takes up to ten minutes"},
		{"403 while polling", "", control.Fault{Action: emulated.ActionPoll, Kind: control.KindError, Status: http.StatusForbidden, Code: "AuthorizationFailed", Message: "Not you."},
			of + "HTTP 403 Forbidden while polling the operation: AuthorizationFailed: Not you. [request id ", azure.PhasePoll, http.StatusForbidden, "give client " + clientID + " the permission that the message names, too. A role assignment takes up to ten minutes"},
		{"401", "", control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindError, Status: http.StatusUnauthorized, Code: "InvalidAuthenticationToken", Message: "No."},
			of + "HTTP 401 Unauthorized: InvalidAuthenticationToken: No. [request id ", azure.PhaseStart, http.StatusUnauthorized, "the access token of client " + clientID},
		{"a page that is no answer", "", control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindHTML, Status: http.StatusOK},
			of + "no list of peers in the answer: the service answered 200 OK with a body that is not JSON: <html>", azure.PhaseStart, http.StatusOK, "not one that the API documents"},
		{"never ends", emulated.EndingNever, control.Fault{Action: "none", Kind: control.KindEmpty}, ran, azure.PhasePoll, 0, "a longer timeout"},
		{"503 to the end, starting", "", control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindError, Status: http.StatusServiceUnavailable, Code: "ServerBusy", Message: "Busy."},
			started + "; the last failure was: HTTP 503 Service Unavailable: ServerBusy: Busy. [request id ", azure.PhaseStart, http.StatusServiceUnavailable, "a longer timeout"},
		{"500 to the end, polling", "", control.Fault{Action: emulated.ActionPoll, Kind: control.KindError, Status: http.StatusInternalServerError, Message: "Oh."},
			ran + "; the last failure was: HTTP 500 Internal Server Error while polling the operation: InternalServerError: Oh. [request id ", azure.PhasePoll, http.StatusInternalServerError, "a longer timeout"},
		{"429 to the end", "", control.Fault{Action: emulated.ActionPoll, Kind: control.KindThrottle, RetryAfter: 61 * time.Second},
			ran + "; the last failure was: HTTP 429 Too Many Requests while polling the operation: TooManyRequests: ", azure.PhasePoll, http.StatusTooManyRequests, "throttles"},
		{"429 for longer than there is time", "", control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindThrottle, RetryAfter: time.Hour},
			started + "; the last failure was: HTTP 429 Too Many Requests: TooManyRequests: ", azure.PhaseStart, http.StatusTooManyRequests, "throttles"},
		{"busy to the end", "", control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindError, Status: http.StatusConflict, Code: "AnotherOperationInProgress", Message: "Busy."},
			started + "; the last failure was: HTTP 409 Conflict: AnotherOperationInProgress: Busy. [request id ", azure.PhaseStart, http.StatusConflict, "Another operation of the gateway was still running"},
		{"dropped to the end", "", control.Fault{Action: emulated.ActionPoll, Kind: control.KindDropBefore},
			ran + "; the last failure was: the connection was dropped", azure.PhasePoll, 0, "a longer timeout"},
		{"truncated to the end", "", control.Fault{Action: emulated.ActionPoll, Kind: control.KindTruncate},
			ran + "; the last failure was: the answer's JSON is cut short", azure.PhasePoll, http.StatusOK, "a longer timeout"},
		{"no answer at all", "", control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindDelay, Delay: time.Hour}, started + "; the last failure was: no answer came within 30s", azure.PhaseStart, 0, "a longer timeout"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := with(emulated.Operation{Ending: tt.ending, Delay: 5 * time.Second, RetryAfter: 10 * time.Second})
				w.faults.Add(tt.fault)
				ctx, cancel := context.WithTimeout(t.Context(), timeout)
				defer cancel()
				rows, err := newClient(t, w.transport).BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
				var failed *azure.Error
				if !errors.As(err, &failed) {
					t.Fatalf("got %v, %v, want an *azure.Error", rows, err)
				}
				if !strings.HasPrefix(err.Error(), tt.want) {
					t.Errorf("message: %s\nwant:    %s…", err, tt.want)
				}
				if failed.Phase != tt.phase || failed.HTTPStatus != tt.status || failed.ResourceID != gatewayOf.ID() || failed.Identity != identity {
					t.Errorf("%+v", failed)
				}
				if !strings.Contains(failed.Advice(), tt.advice) {
					t.Errorf("advice: %s\nwant: … %s …", failed.Advice(), tt.advice)
				}
				if ended := strings.Contains(tt.want, "no time is left"); errors.Is(err, context.DeadlineExceeded) != ended {
					t.Errorf("is context.DeadlineExceeded: %v", !ended)
				}
				before := w.journal.Count(control.AnyAction)
				<-time.After(time.Hour)
				if after := w.journal.Count(control.AnyAction); after-before > 1 { // the one under way
					t.Errorf("%d requests after the end", after-before)
				}
			})
		})
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]time.Duration{
		"while starting": time.Second,
		"while waiting":  15 * time.Second,
		"while polling":  21 * time.Second,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := with(emulated.Operation{Ending: emulated.EndingNever, RetryAfter: 10 * time.Second})
				w.faults.Add(control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindDelay, Delay: 5 * time.Second})
				w.faults.Add(control.Fault{Action: emulated.ActionPoll, Kind: control.KindDelay, Delay: 3 * time.Second})
				ctx, cancel := context.WithCancel(t.Context())
				begin := time.Now()
				time.AfterFunc(after, cancel)
				_, err := newClient(t, w.transport).BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
				if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), ": canceled while ") {
					t.Errorf("got %v", err)
				}
				if took := time.Since(begin); took != after { // by the bubble's clock
					t.Errorf("ended after %s", took)
				}
				before := w.journal.Count(control.AnyAction)
				<-time.After(time.Hour)
				if after := w.journal.Count(control.AnyAction); after-before > 1 { // the one under way
					t.Errorf("%d requests after the end", after-before)
				}
			})
		})
	}

	t.Run("before it began", func(t *testing.T) {
		t.Parallel()
		w := newEmulatedAzure(nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := newClient(t, w.transport).BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if n := w.journal.Count(control.AnyAction); n != 0 {
			t.Errorf("%d requests", n)
		}
	})
}

// TestTokenThatExpires has an operation that outlives its token.
func TestTokenThatExpires(t *testing.T) {
	t.Parallel()
	for style := range lroStyles {
		t.Run(string(style), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(func(c *emulated.Config) {
					c.Style, c.OperationDelay, c.RetryAfter, c.TokenLifetime = style, 20*time.Minute, time.Minute, 8*time.Minute
				})
				rows, err := newClient(t, w.transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
				if err != nil || len(rows) != 2 {
					t.Fatalf("got %v, %v", rows, err)
				}
				for _, entry := range w.journal.Entries() {
					if entry.Status == http.StatusUnauthorized {
						t.Errorf("a %s was refused: %s", entry.Action, entry.Code)
					}
				}
				if n := w.journal.Count(emulated.ActionToken); style != emulated.StyleImmediate && n < 3 {
					t.Errorf("%d tokens for 20 minutes", n)
				}
			})
		})
	}
}

// TestTokenThatIsRefused has a token that the service takes no longer, before it has
// expired. All reads of it need one other token.
func TestTokenThatIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := with(slow)
		var refused atomic.Int32
		transport := roundTripperFunc(func(req *http.Request) (*http.Response, error) {
			if req.Header.Get("Authorization") == "" || w.journal.Count(emulated.ActionToken) > 1 {
				return w.transport.RoundTrip(req)
			}
			refused.Add(1)
			return &http.Response{StatusCode: http.StatusUnauthorized, Body: http.NoBody, Request: req}, nil
		})
		client := newClient(t, transport)
		var reads sync.WaitGroup
		for i := range 20 {
			reads.Go(func() {
				_ = wire.Sleep(t.Context(), time.Duration(i)*100*time.Millisecond)
				if rows, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil || len(rows) != 2 {
					t.Errorf("got %v, %v", rows, err)
				}
			})
		}
		reads.Wait()
		if tokens := w.journal.Count(emulated.ActionToken); tokens != 2 || refused.Load() == 0 {
			t.Errorf("%d tokens for %d refusals", tokens, refused.Load())
		}
	})
}
