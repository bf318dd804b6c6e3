package azure_test

import (
	"context"
	"errors"
	"net/netip"
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
		for i := range 50 {
			id := gatewayID(t, gatewayOf.ID())
			if i%2 == 1 {
				id = gatewayID(t, strings.ToUpper(gatewayOf.ID()))
			}
			all.Go(func() {
				<-time.After(time.Duration(i) * 10 * time.Millisecond)
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

// TestWhoShares has reads come one after the other. An operation that was asked for
// long before a read came may show what was before a change that the read depends on.
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
		"moments later":                  {come: []time.Duration{0, second / 2}, want: counts{Start: 1, Poll: 1}},
		"much later":                     {come: []time.Duration{0, 9 * second}, want: counts{Start: 2, Poll: 2}},
		"the later ones share, too":      {come: []time.Duration{0, 2 * second, 5 * second / 2}, want: counts{Start: 2, Poll: 2}},
		"one operation at a time":        {come: []time.Duration{0, 3 * second, 9 * second}, exclusive: true, want: counts{Start: 3, Poll: 2}},
		"before the start was taken":     {come: []time.Duration{0, 9 * second}, fault: control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindThrottle, RetryAfter: 10 * second, Times: 1}, want: counts{Start: 2, Poll: 1}},
		"after the start was taken":      {come: []time.Duration{0, 9 * second, 12 * second}, fault: control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindThrottle, RetryAfter: 10 * second, Times: 1}, want: counts{Start: 3, Poll: 2}},
		"after the answer was lost":      {come: []time.Duration{0, 3 * second / 2}, fault: control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindDropAfter, Times: 1}, want: counts{Start: 2, Poll: 1}},
		"while the start is unanswered":  {come: []time.Duration{0, 4 * second}, fault: control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindDelay, Delay: 5 * second, Times: 1}, want: counts{Start: 2, Poll: 2}},
		"while the token is waited for":  {come: []time.Duration{0, 9 * second}, fault: control.Fault{Action: emulated.ActionToken, Kind: control.KindThrottle, RetryAfter: 10 * second, Times: 1}, want: counts{Start: 1, Poll: 1}},
		"while the polls are in trouble": {come: []time.Duration{0, 12 * second}, fault: control.Fault{Action: emulated.ActionPoll, Kind: control.KindThrottle, RetryAfter: 10 * second, Times: 1}, want: counts{Start: 2, Poll: 3}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(func(c *emulated.Config) {
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

func TestDifferentReadsAreApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		other := gatewayOf
		other.Name = "vgw-other"
		w := newWorld(func(c *emulated.Config) {
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

// TestExclusiveGateway has a gateway that carries out one operation at a time.
func TestExclusiveGateway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(func(c *emulated.Config) {
			c.OperationDelay, c.RetryAfter = slow.Delay, slow.RetryAfter
			c.Gateways[0].Exclusive = true
		})
		client := newClient(t, w.transport)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		var all sync.WaitGroup
		for _, peer := range []netip.Addr{everyPeer, onePeer, addr("10.0.0.254"), addr("192.0.2.1")} {
			all.Go(func() {
				if _, err := client.BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), peer); err != nil {
					t.Errorf("%s: %v", peer, err)
				}
			})
		}
		all.Wait()
		if n := w.counts().Poll; n != 4 {
			t.Errorf("%d operations were polled, want 4", n)
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
			<-time.After(time.Second / 2)
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
