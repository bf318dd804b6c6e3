package azure_test

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"path"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// slow is an operation that its first poll finds finished.
var slow = emulated.Operation{Delay: 5 * time.Second, RetryAfter: 10 * time.Second}

func TestSameReadsShareAnOperation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := with(slow)
		client := newClient(t, w.transport)
		var all sync.WaitGroup
		for i := range 10 { // as many as Terraform reads at a time
			id := gatewayID(t, gatewayOf.ID())
			if i%2 == 1 {
				id = gatewayID(t, strings.ToUpper(gatewayOf.ID()))
			}
			all.Go(func() {
				<-time.After(time.Duration(i) * 20 * time.Millisecond)
				rows, err := client.BGPPeerStatus(t.Context(), id, onePeer)
				if err != nil || len(rows) != 1 {
					t.Errorf("got %v, %v", rows, err)
				}
			})
		}
		all.Wait()
		if diff := cmp.Diff(counts{Start: 1, Poll: 1}, w.counts()); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}

		// A read after them is one of its own.
		if _, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), onePeer); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(counts{Start: 2, Poll: 2}, w.counts()); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	})
}

// TestWhoShares has reads come one after the other. An operation whose start was sent
// before a read came may show what was before a change that the read depends on.
func TestWhoShares(t *testing.T) {
	t.Parallel()
	const second = time.Second
	tests := map[string]struct {
		come      []time.Duration
		exclusive bool
		fault     control.Fault
		want      counts
	}{
		"together":                       {come: []time.Duration{0, 0, 0}, want: counts{Start: 1, Poll: 1}},
		"moments later":                  {come: []time.Duration{0, second / 100}, want: counts{Start: 1, Poll: 1}},
		"after the start":                {come: []time.Duration{0, second / 10}, want: counts{Start: 2, Poll: 2}},
		"ever more":                      {come: []time.Duration{0, second / 50, second / 25, 3 * second / 50, 2 * second / 25}, want: counts{Start: 1, Poll: 1}},
		"much later":                     {come: []time.Duration{0, 9 * second}, want: counts{Start: 2, Poll: 2}},
		"the later ones share, too":      {come: []time.Duration{0, 2 * second, 2*second + second/50}, want: counts{Start: 2, Poll: 2}},
		"one operation at a time":        {come: []time.Duration{0, 3 * second, 9 * second}, exclusive: true, want: counts{Start: 3, Poll: 2}},
		"before the start was taken":     {come: []time.Duration{0, 9 * second}, fault: control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindThrottle, RetryAfter: 10 * second, Times: 1}, want: counts{Start: 2, Poll: 1}},
		"after the start was taken":      {come: []time.Duration{0, 9 * second, 12 * second}, fault: control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindThrottle, RetryAfter: 10 * second, Times: 1}, want: counts{Start: 3, Poll: 2}},
		"after the answer was lost":      {come: []time.Duration{0, second / 2}, fault: control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindDropAfter, Times: 1}, want: counts{Start: 2, Poll: 1}},
		"after the lost start was sent":  {come: []time.Duration{0, 3 * second / 2}, fault: control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindDropAfter, Times: 1}, want: counts{Start: 3, Poll: 2}},
		"while the start is unanswered":  {come: []time.Duration{0, 4 * second}, fault: control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindDelay, Delay: 5 * second, Times: 1}, want: counts{Start: 2, Poll: 2}},
		"while the token is waited for":  {come: []time.Duration{0, 9 * second}, fault: control.Fault{Action: emulated.ActionToken, Kind: control.KindThrottle, RetryAfter: 10 * second, Times: 1}, want: counts{Start: 1, Poll: 1}},
		"while the polls are in trouble": {come: []time.Duration{0, 12 * second}, fault: control.Fault{Action: emulated.ActionPoll, Kind: control.KindThrottle, RetryAfter: 10 * second, Times: 1}, want: counts{Start: 2, Poll: 3}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(func(c *emulated.Config) {
					c.OperationDelay, c.RetryAfter, c.Gateways[0].Exclusive = slow.Delay, slow.RetryAfter, tt.exclusive
				})
				if tt.fault.Action != "" {
					w.faults.Add(tt.fault)
				}
				client := newClient(t, w.transport)
				var all sync.WaitGroup
				for _, after := range tt.come {
					all.Go(func() {
						<-time.After(after)
						if rows, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), onePeer); err != nil || len(rows) != 1 {
							t.Errorf("got %v, %v", rows, err)
						}
					})
				}
				all.Wait()
				if diff := cmp.Diff(tt.want, w.counts()); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestReadShowsWhatWasBeforeIt has a session go down between two reads, while the
// first one's operation is under way.
func TestReadShowsWhatWasBeforeIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		up := time.Now()
		client, _ := servedBy(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost { // The service looks at once.
				state := "Connected"
				if time.Since(up) >= time.Second/2 {
					state = "Idle"
				}
				w.Header().Set("Location", "https://"+host+"/"+state)
				w.WriteHeader(http.StatusAccepted)
				return
			}
			answer(http.StatusOK, `{"value":[{"state":"`+path.Base(r.URL.Path)+`"}]}`)(w, r)
		})
		var all sync.WaitGroup
		for after, want := range map[time.Duration]string{0: "Connected", 600 * time.Millisecond: "Idle"} {
			all.Go(func() {
				<-time.After(after)
				rows, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
				if err != nil || *rows[0].State != want {
					t.Errorf("the read after %s: %v, %v, want %s", after, rows, err, want)
				}
			})
		}
		all.Wait()
	})
}

func TestDifferentReadsAreApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		other := gatewayOf
		other.Name = "vgw-other"
		w := newEmulatedAzure(func(c *emulated.Config) {
			c.OperationDelay, c.RetryAfter = slow.Delay, slow.RetryAfter
			c.Gateways = append(c.Gateways, other)
		})
		// One of them is in trouble; the others take no notice.
		w.faults.Add(control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindError, Status: 503, Match: map[string]string{"peer": "10.0.0.254"}})
		client := newClient(t, w.transport)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var all sync.WaitGroup
		for _, id := range []string{gatewayOf.ID(), other.ID()} {
			all.Go(func() {
				if rows, err := client.BGPPeerStatus(ctx, gatewayID(t, id), everyPeer); err != nil || len(rows) != 2 {
					t.Errorf("every peer: got %v, %v", rows, err)
				}
			})
			all.Go(func() {
				if rows, err := client.BGPPeerStatus(ctx, gatewayID(t, id), onePeer); err != nil || len(rows) != 1 {
					t.Errorf("one peer: got %v, %v", rows, err)
				}
			})
		}
		all.Go(func() {
			if _, err := client.BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), addr("10.0.0.254")); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("in trouble: got %v", err)
			}
		})
		all.Wait()
		if n := w.counts().Poll; n != 4 {
			t.Errorf("%d polls, want one for each of four reads", n)
		}
	})
}

// TestExclusiveGateway has a gateway that carries out one operation at a time. Once it
// has refused some, they take turns.
func TestExclusiveGateway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newEmulatedAzure(func(c *emulated.Config) {
			c.OperationDelay, c.RetryAfter = slow.Delay, slow.RetryAfter
			c.Gateways[0].Exclusive = true
		})
		client := newClient(t, w.transport)
		peers := []netip.Addr{everyPeer, onePeer, addr("10.0.0.254"), addr("192.0.2.1")}
		for round, want := range []counts{{Start: 7, Poll: 4}, {Start: 4, Poll: 4}} {
			before := w.counts()
			begin := time.Now()
			var all sync.WaitGroup
			for _, peer := range peers {
				all.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
					defer cancel()
					if _, err := client.BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), peer); err != nil {
						t.Errorf("%s: %v", peer, err)
					}
				})
			}
			all.Wait()
			got := w.counts()
			if diff := cmp.Diff(want, counts{got.Start - before.Start, got.Poll - before.Poll}); diff != "" {
				t.Errorf("round %d, requests (-want +got):\n%s", round, diff)
			}
			if took := time.Since(begin); took > 41*time.Second { // by the bubble's clock: four times ten seconds
				t.Errorf("round %d took %s: a turn was not taken at once", round, took)
			}
		}
	})
}

// TestBusyGateway has another process's operation in the way: it is waited out.
func TestBusyGateway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := with(slow)
		w.faults.Add(control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindError, Status: http.StatusConflict, Code: "AnotherOperationInProgress", Message: "Busy."})
		client := newClient(t, w.transport)
		var all sync.WaitGroup
		for _, peer := range []netip.Addr{everyPeer, onePeer} {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_, err := client.BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), peer)
				if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "AnotherOperationInProgress: Busy.") {
					t.Errorf("%s: got %v", peer, err)
				}
			})
		}
		all.Wait()
		w.faults.Clear()
		if rows, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil || len(rows) != 2 {
			t.Errorf("later: got %v, %v", rows, err)
		}
	})
}

// TestLeaving has the caller that started an operation leave it to others.
func TestLeaving(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := with(emulated.Operation{Delay: 25 * time.Second, RetryAfter: 10 * time.Second})
		client := newClient(t, w.transport)
		first, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := client.BGPPeerStatus(first, gatewayID(t, gatewayOf.ID()), everyPeer); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the first: got %v", err)
			}
		})
		all.Go(func() {
			<-time.After(10 * time.Millisecond)
			rows, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
			if err != nil || len(rows) != 2 {
				t.Errorf("the second: got %v, %v", rows, err)
			}
		})
		all.Wait()
		if diff := cmp.Diff(counts{Start: 1, Poll: 3}, w.counts()); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	})
}

// TestAllLeave has nobody wait any more: the operation is polled no further,
// and a later read starts its own.
func TestAllLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := with(emulated.Operation{Ending: emulated.EndingNever, RetryAfter: 10 * time.Second})
		client := newClient(t, w.transport)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
				defer cancel()
				_, err := client.BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
				var failed *azure.Error
				if !errors.As(err, &failed) || failed.Phase != azure.PhasePoll {
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		<-time.After(time.Hour)
		if diff := cmp.Diff(counts{Start: 1, Poll: 2}, w.counts()); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}

		w.SetOperation(slow)
		if rows, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil || len(rows) != 2 {
			t.Errorf("later: got %v, %v", rows, err)
		}
	})
}

// TestSharedRowsAreEveryCallersOwn lets one caller put its rows into another
// order.
func TestSharedRowsAreEveryCallersOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := with(slow)
		client := newClient(t, w.transport)
		results := make([][]azure.BGPPeerStatus, 2)
		var all sync.WaitGroup
		for i := range results {
			all.Go(func() {
				rows, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
				if err != nil {
					t.Error(err)
					return
				}
				results[i] = rows
			})
		}
		all.Wait()
		results[0][0], results[0][1] = results[0][1], results[0][0]
		if diff := cmp.Diff("10.0.0.254", *results[1][0].Neighbor); diff != "" {
			t.Errorf("the other caller's first row (-want +got):\n%s", diff)
		}
	})
}
