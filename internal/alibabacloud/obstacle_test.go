package alibabacloud_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"

	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// slowly are delays as a service has them.
var slowly = emulated.Config{Delays: emulated.Delays{
	PeerAvailable: 2 * time.Second, PeerModified: 2 * time.Second, PeerDeleted: 2 * time.Second,
	GroupAvailable: 2 * time.Second, GroupModified: 2 * time.Second, GroupDeleted: 2 * time.Second,
	NetworkAvailable: 2 * time.Second, NetworkDeleted: 2 * time.Second,
}}

// What frees an address that another peer has, bgp-0000 with address(0), some time
// after a write that wants it has begun.
var frees = map[string]struct {
	after time.Duration
	do    func(w *workbench)
}{
	"deleted before": {0, func(w *workbench) { w.must(w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(0))) }},
	"deleted soon":   {5 * time.Second, func(w *workbench) { w.must(w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(0))) }},
	"deleted, and the service is slow at that": {5 * time.Second, func(w *workbench) {
		w.faults.Add(control.Fault{Action: "DeleteBgpPeer", Kind: control.KindError, Status: 409, Code: "OperationConflict", Times: 4})
		w.must(w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(0)))
	}},
	"deleted by somebody else": {5 * time.Second, func(w *workbench) {
		w.service.UpdatePeer(peerID(0), func(p *emulated.Peer) { p.Status, p.StatusSince = emulated.Deleting, time.Now() })
	}},
	"gone in a moment": {5 * time.Second, func(w *workbench) { w.service.RemovePeer(peerID(0)) }},
	"changed": {5 * time.Second, func(w *workbench) {
		w.must(w.client.ModifyBGPPeer(w.Context(), alibabacloud.ModifyBGPPeerInput{Region: testRegion, ID: peerID(0), PeerIPAddress: "10.9.9.9"}))
	}},
	"changed by somebody else": {5 * time.Second, func(w *workbench) {
		w.service.UpdatePeer(peerID(0), func(p *emulated.Peer) { p.PeerIPAddress = "10.9.9.9" })
	}},
	"changed in something else first": {5 * time.Second, func(w *workbench) {
		w.service.UpdatePeer(peerID(0), func(p *emulated.Peer) { p.Status, p.HoldStatus = emulated.Modifying, true })
		w.pass(time.Minute)
		w.service.UpdatePeer(peerID(0), func(p *emulated.Peer) { p.Status, p.HoldStatus = emulated.Available, false })
		w.pass(5 * time.Second)
		w.must(w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(0)))
	}},
}

// Two peers of one apply with the same address: nothing that is to be imported.
func TestPeerThatThisApplyHasMade(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{emulated: slowly, latency: latency}, func(w *workbench) {
		id, err := w.client.CreateBGPPeer(w.Context(), newPeer)
		w.must(err)
		_, err = w.client.CreateBGPPeer(w.Context(), newPeer)
		var exists *alibabacloud.ExistsError
		if !errors.As(err, &exists) || exists.ID != id || !exists.MadeHere || !strings.HasPrefix(exists.Advice(), "This apply has just made "+id) {
			w.Errorf("the error is %v", err)
		}
	})
}

// An address that is freed while a create or a change waits for it, by whomever, is
// taken then. One that is not is said to be in use, with the peer that has it.
func TestWritesWaitForTheirAddress(t *testing.T) {
	t.Parallel()
	in := alibabacloud.CreateBGPPeerInput{Region: testRegion, GroupID: testGroup, PeerIPAddress: address(0)}
	writes := map[string]func(ctx context.Context, w *workbench) error{
		"create": func(ctx context.Context, w *workbench) error {
			_, err := w.client.CreateBGPPeer(ctx, in)
			return err
		},
		"create in another group": func(ctx context.Context, w *workbench) error {
			w.service.AddGroup(emulated.Group{ID: "bgpg-other", RouterID: testVBR, PeerASN: 65515})
			other := in
			other.GroupID = "bgpg-other"
			_, err := w.client.CreateBGPPeer(ctx, other)
			return err
		},
		"change": func(ctx context.Context, w *workbench) error {
			return w.client.ModifyBGPPeer(ctx, alibabacloud.ModifyBGPPeerInput{Region: testRegion, ID: peerID(1), PeerIPAddress: address(0)})
		},
	}
	for what, write := range writes {
		for how, free := range frees {
			t.Run(what+", "+how, func(t *testing.T) {
				onWorkbench(t, settings{emulated: slowly, latency: latency}, func(w *workbench) {
					w.putPeers(2)
					if free.after == 0 {
						free.do(w)
					} else {
						time.AfterFunc(free.after, func() { free.do(w) })
					}
					w.must(write(w.Context(), w))
					users := 0
					for _, p := range w.service.Peers() {
						if p.PeerIPAddress == address(0) && p.Status != emulated.Deleted {
							users++
						}
					}
					if users != 1 {
						w.Errorf("the peers are %+v", w.service.Peers())
					}
				})
			})
		}
		for how, test := range map[string]struct {
			there  func(p *emulated.Peer)
			is     error
			status alibabacloud.Status
		}{
			"it stays":             {func(*emulated.Peer) {}, nil, "Available"},
			"it is being deleted":  {func(p *emulated.Peer) { p.Status, p.HoldStatus = emulated.Deleting, true }, context.DeadlineExceeded, "Deleting"},
			"it is being modified": {func(p *emulated.Peer) { p.Status, p.HoldStatus = emulated.Modifying, true }, context.DeadlineExceeded, "Modifying"},
		} {
			t.Run(what+", "+how, func(t *testing.T) {
				onWorkbench(t, settings{emulated: slowly, latency: latency}, func(w *workbench) {
					w.putPeers(2)
					w.service.UpdatePeer(peerID(0), test.there)
					ctx, cancel := context.WithTimeout(w.Context(), 5*time.Minute)
					defer cancel()
					err := write(ctx, w)
					var exists *alibabacloud.ExistsError
					if !errors.As(err, &exists) || exists.ID != peerID(0) || exists.Status != test.status || errors.Is(err, context.DeadlineExceeded) != (test.is != nil) {
						w.Errorf("the error is %v", err)
					}
					if strings.Contains(exists.Advice(), "Import") != (what == "create" && test.is == nil) {
						w.Errorf("the advice is %q", exists.Advice())
					}
				})
			})
		}
		t.Run(what+", cancelled", func(t *testing.T) {
			onWorkbench(t, settings{emulated: slowly, latency: latency}, func(w *workbench) {
				w.putPeers(2)
				ctx, cancel := context.WithCancel(w.Context())
				time.AfterFunc(5*time.Second, cancel)
				started := time.Now()
				if err := write(ctx, w); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), peerID(0)) {
					w.Errorf("the error is %v", err)
				}
				if took := time.Since(started); took > 6*time.Second {
					w.Errorf("took %s", took)
				}
			})
		})
	}
}

// What happens in one apply, side by side.
func TestAddressesChangeHands(t *testing.T) {
	t.Parallel()
	const last = 6
	move := func(i, to int) func(w *workbench, c *alibabacloud.Client) error {
		return func(w *workbench, c *alibabacloud.Client) error {
			if err := c.ModifyBGPPeer(w.Context(), alibabacloud.ModifyBGPPeerInput{Region: testRegion, ID: peerID(i), PeerIPAddress: address(to)}); err != nil {
				return err
			}
			_, err := c.WaitBGPPeer(w.Context(), testRegion, peerID(i), "Available", available)
			return err
		}
	}
	remove := func(i int) func(w *workbench, c *alibabacloud.Client) error {
		return func(w *workbench, c *alibabacloud.Client) error {
			if err := c.DeleteBGPPeer(w.Context(), testRegion, peerID(i)); err != nil {
				return err
			}
			return c.WaitBGPPeerGone(w.Context(), testRegion, peerID(i))
		}
	}
	shift := []func(w *workbench, c *alibabacloud.Client) error{remove(last)}
	for i := range last {
		shift = append(shift, move(i, i+1))
	}
	for name, test := range map[string]struct {
		do    []func(w *workbench, c *alibabacloud.Client) error
		swaps int
		want  map[string]string
	}{
		"the first element of a count is removed": {
			do: shift, want: map[string]string{"bgp-0000": address(1), "bgp-0001": address(2), "bgp-0002": address(3), "bgp-0003": address(4), "bgp-0004": address(5), "bgp-0005": address(6)},
		},
		"two swap":   {do: []func(*workbench, *alibabacloud.Client) error{move(0, 1), move(1, 0)}, swaps: 2},
		"three swap": {do: []func(*workbench, *alibabacloud.Client) error{move(0, 1), move(1, 2), move(2, 0)}, swaps: 3},
	} {
		for clients, other := range map[string]bool{"one client": false, "two clients": true} {
			t.Run(name+", "+clients, func(t *testing.T) {
				shared := &alibabacloud.Shared{}
				onWorkbench(t, settings{emulated: slowly, latency: latency, client: alibabacloud.Config{Shared: shared}}, func(w *workbench) {
					w.putPeers(last + 1)
					second := w.client
					if other {
						second = newClient(w.T, alibabacloud.Config{Shared: shared, Transport: control.RoundTripper(w.service)})
					}
					errs := together(len(test.do), len(test.do), func(i int) error {
						return test.do[i](w, []*alibabacloud.Client{w.client, second}[i%2])
					})
					swaps := 0
					for _, err := range errs {
						var swap *alibabacloud.SwapError
						if errors.As(err, &swap) {
							swaps++
						} else if err != nil {
							w.Error(err)
						}
					}
					if swaps != test.swaps {
						w.Errorf("%d are said to swap, want %d", swaps, test.swaps)
					}
					got := map[string]string{}
					for _, p := range w.service.Peers() {
						if p.Status != emulated.Deleted {
							got[p.ID] = p.PeerIPAddress
						}
					}
					if diff := cmp.Diff(test.want, got); test.want != nil && diff != "" {
						w.Errorf("(-want +got):\n%s", diff)
					}
				})
			})
		}
	}
}

// A write of one client outdates the listings of another.
func TestClientsShareTheirWrites(t *testing.T) {
	t.Parallel()
	shared := &alibabacloud.Shared{}
	onWorkbench(t, settings{latency: latency, client: alibabacloud.Config{Shared: shared}}, func(w *workbench) {
		w.putPeers(10)
		w.must(w.readTogether(10, 10)...)
		second := newClient(w.T, alibabacloud.Config{Shared: shared, Transport: control.RoundTripper(w.service)})
		w.must(second.ModifyBGPPeer(w.Context(), alibabacloud.ModifyBGPPeerInput{Region: testRegion, ID: peerID(5), PeerIPAddress: "10.7.7.7"}))
		if p, err := w.read(5); err != nil || p.PeerIPAddress != "10.7.7.7" {
			w.Errorf("read %+v, %v", p, err)
		}
	})
}
