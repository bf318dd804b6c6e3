package alibabacloud_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"

	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

func available(p alibabacloud.BGPPeer) bool { return p.Status == alibabacloud.StatusAvailable }

// A wait looks at once, and adds to the service's own time less than a second or
// a quarter, whichever is more; many waits cost fewer calls than each alone.
func TestWaitsAddLittle(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		peers int
		takes time.Duration
		most  int // looks for each peer
	}{
		{1, 0, 1},
		{1, time.Second, 5},
		{1, 3 * time.Second, 8},
		{1, time.Minute, 27},
		{1, 10 * time.Minute, 70},
		{10, 0, 1},
		{10, 3 * time.Second, 3},
		{60, 3 * time.Second, 2},
		{30, time.Minute, 10},
	} {
		t.Run(fmt.Sprintf("%d peers, %s each", test.peers, test.takes), func(t *testing.T) {
			t.Parallel()
			onWorkbench(t, settings{
				latency:  latency,
				emulated: emulated.Config{Delays: emulated.Delays{PeerAvailable: test.takes, PeerDeleted: test.takes}},
			}, func(w *workbench) {
				allowed := max(time.Second, test.takes/4)
				ids := make([]string, test.peers)
				w.must(together(test.peers, 50, func(i int) (err error) {
					in := newPeer
					in.PeerIPAddress = address(i)
					if ids[i], err = w.client.CreateBGPPeer(w.Context(), in); err != nil {
						return err
					}
					_, err = w.client.WaitBGPPeer(w.Context(), testRegion, ids[i], "Available", available)
					p, _ := w.service.Peer(ids[i])
					if added := time.Since(p.StatusSince); added >= allowed {
						w.Errorf("the wait added %s", added)
					}
					return err
				})...)
				if got := w.count("DescribeBgpPeers"); got > test.peers*test.most {
					w.Errorf("%d looks at %d peers", got, test.peers)
				}
				w.must(together(test.peers, 50, func(i int) error {
					if err := w.client.DeleteBGPPeer(w.Context(), testRegion, ids[i]); err != nil {
						return err
					}
					deleted := time.Now()
					err := w.client.WaitBGPPeerGone(w.Context(), testRegion, ids[i])
					if added := time.Since(deleted) - test.takes; added >= allowed {
						w.Errorf("the wait for its end added %s", added)
					}
					return err
				})...)
			})
		})
	}
}

// Waits learn from those before them when a look is too early, and so make fewer;
// but whatever others took, a wait adds no more than it may.
func TestWaitsLearnFromOthers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		takes []time.Duration // of one peer after the other
		looks int             // at all of them, at most
	}{
		"even":   {slices.Repeat([]time.Duration{2 * time.Second}, 40), 40 * 9 / 2}, // 40*6 without others
		"uneven": {append(slices.Repeat([]time.Duration{5 * time.Second}, 10), 0, 200*time.Millisecond, 1500*time.Millisecond, 30*time.Second, 2*time.Second), 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onWorkbench(t, settings{latency: latency}, func(w *workbench) {
				for i, takes := range test.takes {
					w.service.PutPeer(emulated.Peer{ID: peerID(i), GroupID: testGroup, PeerIPAddress: address(i), Status: emulated.Pending, HoldStatus: true})
					time.AfterFunc(takes, func() {
						w.service.UpdatePeer(peerID(i), func(p *emulated.Peer) { p.Status = emulated.Available })
					})
					started := time.Now()
					if _, err := w.client.WaitBGPPeer(w.Context(), testRegion, peerID(i), "Available", available); err != nil {
						w.Fatal(err)
					}
					if added := time.Since(started) - takes; added >= max(time.Second, takes/4) {
						w.Errorf("the wait number %d added %s to %s", i, added, takes)
					}
				}
				if got := w.count("DescribeBgpPeers"); got > test.looks {
					w.Errorf("%d looks", got)
				}
			})
		})
	}
}

// Waits toward one goal say nothing of those toward another.
func TestWaitsOfOtherGoals(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency, emulated: emulated.Config{Delays: emulated.Delays{SessionEstablished: 5 * time.Minute}}}, func(w *workbench) {
		w.must(w.create(0))
		id := w.service.Peers()[0].ID
		_, err := w.client.WaitBGPPeer(w.Context(), testRegion, id, "Established", func(p alibabacloud.BGPPeer) bool {
			return p.SessionState == alibabacloud.SessionEstablished
		})
		w.must(err)
		w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindThrottle, Times: 1})
		w.must(w.create(1))
		started := time.Now()
		_, err = w.client.WaitBGPPeer(w.Context(), testRegion, id, "Available", available)
		w.must(err)
		if took := time.Since(started); took > time.Second {
			w.Errorf("took %s to see a peer that was Available", took)
		}
	})
}

// A wait whose time runs out tells how the peer was last seen; one that meets a
// final error tells that too, at once.
func TestWaitsThatFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  control.Fault
		remove bool
		is     error
		says   string
		last   alibabacloud.Status
	}{
		"never available": {is: context.DeadlineExceeded, says: `the BGP peer was last seen with status "Pending" and session state "Idle": the time ran out`, last: "Pending"},
		"no longer seen": {
			fault: control.Fault{Action: "DescribeBgpPeers", Kind: control.KindHTML, Skip: 1},
			is:    context.DeadlineExceeded, says: `last seen with status "Pending"`, last: "Pending",
		},
		"never seen": {
			fault: control.Fault{Action: "DescribeBgpPeers", Kind: control.KindHTML},
			is:    context.DeadlineExceeded, says: "; the last error was: DescribeBgpPeers in cn-shanghai: HTTP 502",
		},
		"gone": {remove: true, is: alibabacloud.ErrNotFound, says: "there is no BGP peer bgp-0000", last: "Pending"},
		"refused": {
			fault: control.Fault{Action: "DescribeBgpPeers", Kind: control.KindError, Status: 403, Code: "Forbidden.RAM", Skip: 1},
			says:  "Forbidden.RAM", last: "Pending",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onWorkbench(t, settings{}, func(w *workbench) {
				w.service.PutPeer(emulated.Peer{ID: peerID(0), GroupID: testGroup, PeerIPAddress: address(0), Status: emulated.Pending, HoldStatus: true})
				if test.fault.Action != "" {
					w.faults.Add(test.fault)
				}
				if test.remove {
					time.AfterFunc(10*time.Second, func() { w.service.RemovePeer(peerID(0)) })
				}
				ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
				defer cancel()
				_, err := w.client.WaitBGPPeer(ctx, testRegion, peerID(0), "Available", available)
				var wait *alibabacloud.WaitError
				if !errors.As(err, &wait) || wait.Status != test.last {
					w.Fatalf("the error is %v", err)
				}
				if test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
					w.Errorf("the error is %q", err)
				}
			})
		})
	}
}

// A peer that was just made may not show up at once.
func TestWaitForPeerToAppear(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{}, func(w *workbench) {
		time.AfterFunc(5*time.Second, func() { w.putPeers(1) })
		if _, err := w.client.WaitBGPPeer(w.Context(), testRegion, peerID(0), "Available", available); err != nil {
			w.Error(err)
		}
		if _, err := w.client.WaitBGPPeer(w.Context(), testRegion, peerID(1), "Available", available); !errors.Is(err, alibabacloud.ErrNotFound) {
			w.Errorf("of a peer that never was: %v", err)
		}
	})
}

// A wait never sees a peer as it was before the wait began.
func TestWaitsSeeNothingOld(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency}, func(w *workbench) {
		w.putPeers(20)
		var group sync.WaitGroup
		for i := range 20 {
			group.Go(func() {
				for hops := int64(1); hops < 6; hops++ {
					in := alibabacloud.ModifyBGPPeerInput{Region: testRegion, ID: peerID(i), EnableBFD: true, BFDMultiHop: hops}
					if err := w.client.ModifyBGPPeer(w.Context(), in); err != nil {
						w.Error(err)
					}
					p, err := w.client.WaitBGPPeer(w.Context(), testRegion, peerID(i), "Available", available)
					if err != nil || p.BFDMultiHop == nil || *p.BFDMultiHop != hops {
						w.Errorf("%s has %v hops, want %d: %v", peerID(i), p.BFDMultiHop, hops, err)
					}
				}
			})
		}
		group.Wait()
	})
}
