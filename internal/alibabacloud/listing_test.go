package alibabacloud_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"

	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

const latency = 20 * time.Millisecond

// A refresh reads every peer by itself, so many at a time. It must not cost a
// call for each.
func TestRefreshSharesListings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		peers, reads, atOnce, most int
	}{
		"one":                         {1, 1, 1, 1},
		"one of many":                 {1000, 1, 1, 1},
		"one after the other":         {3, 3, 1, 3},
		"two, together":               {2, 2, 2, 2},
		"50, ten at a time":           {50, 50, 10, 2},
		"200, ten at a time":          {200, 200, 10, 5},
		"1000, ten at a time":         {1000, 1000, 10, 21},
		"1000, fifty at a time":       {1000, 1000, 50, 21},
		"1000, two at a time":         {1000, 1000, 2, 30},
		"2 of 1000, together, by id":  {1000, 2, 2, 3},
		"10 of 1000, together, whole": {1000, 10, 10, 21},
	} {
		t.Run(name, func(t *testing.T) {
			onWorkbench(t, settings{latency: latency}, func(w *workbench) {
				w.putPeers(test.peers)
				w.must(w.readTogether(test.reads, test.atOnce)...)
				if got := w.count("*"); got > test.most {
					w.Errorf("%d calls, want at most %d", got, test.most)
				}
			})
		})
	}
}

// readTogether reads the first n peers, at most so many at a time.
func (w *workbench) readTogether(n, atOnce int) []error {
	w.Helper()
	return together(n, atOnce, func(i int) error {
		p, err := w.client.BGPPeer(w.Context(), testRegion, peerID(i))
		if err == nil && (p.ID != peerID(i) || p.PeerIPAddress != address(i)) {
			w.Errorf("read %+v for %s", p, peerID(i))
		}
		return err
	})
}

func (w *workbench) read(i int) (alibabacloud.BGPPeer, error) {
	return w.client.BGPPeer(w.Context(), testRegion, peerID(i))
}

// A listing serves later reads while it is young and nothing was written.
func TestListingsGoOutOfDate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		meanwhile func(w *workbench)
		fresh     bool // the next read asks the service
	}{
		"nothing":  {func(*workbench) {}, false},
		"a moment": {func(w *workbench) { w.pass(9 * time.Second) }, false},
		"its time": {func(w *workbench) { w.pass(11 * time.Second) }, true},
		"a change": {func(w *workbench) {
			w.must(w.client.ModifyBGPPeer(w.Context(), alibabacloud.ModifyBGPPeerInput{Region: testRegion, ID: peerID(9)}))
		}, true},
		"a delete":  {func(w *workbench) { w.must(w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(9))) }, true},
		"a create":  {func(w *workbench) { w.must(w.create(30)) }, true},
		"a failure": {func(w *workbench) { _ = w.client.DeleteBGPPeer(w.Context(), testRegion, "bgp-none") }, true},
		"a write in another region": {func(w *workbench) {
			_ = w.client.DeleteBGPPeer(w.Context(), "cn-beijing", "bgp-none")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			onWorkbench(t, settings{latency: latency}, func(w *workbench) {
				w.putPeers(10)
				w.must(w.readTogether(10, 10)...)
				test.meanwhile(w)
				w.service.UpdatePeer(peerID(5), func(p *emulated.Peer) { p.PeerIPAddress = "10.7.7.7" })
				w.journal.Reset()
				p, err := w.read(5)
				w.must(err)
				if asked := w.count("*") == 1; asked != test.fresh || (p.PeerIPAddress == "10.7.7.7") != test.fresh {
					w.Errorf("asked the service: %t, read %s", asked, p.PeerIPAddress)
				}
			})
		})
	}
}

// A write that overlaps a listing, even by a moment, makes it unfit: what the
// listing has seen may be from before.
func TestWritesOverlapListings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ writeAt, writeTakes time.Duration }{
		"from before, into it": {0, 110 * time.Millisecond},
		"within it":            {110 * time.Millisecond, 10 * time.Millisecond},
		"beyond its end":       {150 * time.Millisecond, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			onWorkbench(t, settings{}, func(w *workbench) {
				w.putPeers(10)
				w.faults.Add(control.Fault{Action: "DescribeBgpPeers", Kind: control.KindDelay, Delay: 100 * time.Millisecond, AfterActing: true})
				w.faults.Add(control.Fault{Action: "ModifyBgpPeerAttribute", Kind: control.KindDelay, Delay: test.writeTakes, AfterActing: true})
				written := make(chan error, 1)
				time.AfterFunc(test.writeAt, func() {
					written <- w.client.ModifyBGPPeer(w.Context(), alibabacloud.ModifyBGPPeerInput{Region: testRegion, ID: peerID(5), PeerIPAddress: "10.7.7.7"})
				})
				w.pass(1 * time.Millisecond)
				w.must(w.readTogether(4, 4)...)
				w.must(<-written)
				p, err := w.read(5)
				w.must(err)
				if p.PeerIPAddress != "10.7.7.7" {
					w.Errorf("read %s after the write had ended", p.PeerIPAddress)
				}
			})
		})
	}
}

// While a write is under way, no listing serves.
func TestWritesUnderWay(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency}, func(w *workbench) {
		w.putPeers(10)
		w.must(w.readTogether(10, 10)...)
		w.faults.Add(control.Fault{Action: "ModifyBgpPeerAttribute", Kind: control.KindDelay, Delay: 2 * time.Second, AfterActing: true})
		written := make(chan error, 1)
		go func() {
			written <- w.client.ModifyBGPPeer(w.Context(), alibabacloud.ModifyBGPPeerInput{Region: testRegion, ID: peerID(5), PeerIPAddress: "10.7.7.7"})
		}()
		w.pass(time.Second)
		p, err := w.read(5)
		w.must(err)
		if p.PeerIPAddress != "10.7.7.7" {
			w.Errorf("read %s", p.PeerIPAddress)
		}
		w.must(<-written)
	})
}

// That a peer is missing from a listing does not make it gone; its own answer does.
func TestMissingFromAListing(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency}, func(w *workbench) {
		w.putPeers(10)
		w.must(w.readTogether(10, 10)...)
		w.service.PutPeer(emulated.Peer{ID: peerID(10), GroupID: testGroup, PeerIPAddress: address(10)})
		w.journal.Reset()
		if _, err := w.read(10); err != nil {
			w.Error(err)
		}
		if _, err := w.read(11); !errors.Is(err, alibabacloud.ErrNotFound) {
			w.Errorf("a peer that never was: %v", err)
		}
		if got := w.count("*"); got != 2 {
			w.Errorf("%d calls, want one for each", got)
		}
	})
}

func TestLingeringDeletedIsGone(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency, emulated: emulated.Config{LingerDeleted: -1}}, func(w *workbench) {
		w.putPeers(10)
		w.must(w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(3)))
		w.must(w.client.WaitBGPPeerGone(w.Context(), testRegion, peerID(3)))
		for i, err := range w.readTogether(10, 10) {
			if errors.Is(err, alibabacloud.ErrNotFound) != (i == 3) {
				w.Errorf("%s: %v", peerID(i), err)
			}
		}
		peers, err := w.client.BGPPeers(w.Context(), alibabacloud.BGPPeerFilter{Region: testRegion})
		w.must(err)
		if len(peers) != 9 {
			w.Errorf("listed %d peers, want 9", len(peers))
		}
	})
}

// The end of one reader's context is nobody else's, whoever began the listing.
func TestReadersEndByThemselves(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{}, func(w *workbench) {
		w.putPeers(100)
		w.faults.Add(control.Fault{Action: control.AnyAction, Kind: control.KindDelay, Delay: time.Second})
		ctx, cancel := context.WithTimeout(w.Context(), 500*time.Millisecond)
		defer cancel()
		contexts := []context.Context{ctx, w.Context()}
		errs := together(10, 10, func(i int) error {
			_, err := w.client.BGPPeer(contexts[i%2], testRegion, peerID(i))
			return err
		})
		for i, err := range errs {
			if errors.Is(err, context.DeadlineExceeded) != (i%2 == 0) {
				w.Errorf("%s: %v", peerID(i), err)
			}
		}
		if got := w.count("*"); got > 4 {
			w.Errorf("%d calls", got)
		}
	})
}

// When all readers have gone, the listing ends too.
func TestListingEndsWithItsReaders(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{}, func(w *workbench) {
		w.putPeers(100)
		w.faults.Add(control.Fault{Action: control.AnyAction, Kind: control.KindHTML})
		ctx, cancel := context.WithTimeout(w.Context(), 20*time.Second)
		defer cancel()
		for _, err := range together(10, 10, func(i int) error {
			_, err := w.client.BGPPeer(ctx, testRegion, peerID(i))
			return err
		}) {
			if !errors.Is(err, context.DeadlineExceeded) {
				w.Error(err)
			}
		}
		calls := w.count("*")
		w.pass(time.Hour)
		if got := w.count("*"); got != calls {
			w.Errorf("%d calls after all had gone", got-calls)
		}
	})
}

// Where listing is not allowed, reading goes on by id.
func TestListingRefused(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency}, func(w *workbench) {
		w.putPeers(100)
		w.faults.Add(control.Fault{
			Action: "DescribeBgpPeers", Kind: control.KindError, Status: 403, Code: "Forbidden.RAM",
			Match: map[string]string{"PageNumber": "1"},
		})
		w.must(w.readTogether(100, 10)...)
		if got := w.count("*"); got != 101 {
			w.Errorf("%d calls, want one refused and one for each", got)
		}
	})
}

// A listing that fails takes no read with it, and is tried again for later ones.
func TestListingFails(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency}, func(w *workbench) {
		w.putPeers(20)
		w.faults.Add(control.Fault{
			Action: "DescribeBgpPeers", Kind: control.KindError, Status: 500, Code: "InternalError",
			Match: map[string]string{"PageNumber": "1"}, Times: 1,
		})
		w.must(w.readTogether(20, 10)...)
		// One that begins while the listing fails, or just when those by id end, asks by id too.
		if got := w.count("*"); got > 14 {
			w.Errorf("%d calls, want at most one listing that fails, twelve by id, and another listing", got)
		}
	})
}

// Who shares a listing is told what went wrong, as who asks by id is.
func TestSharedReadsTellWhatWentWrong(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(ctx context.Context, w *workbench, i int) error{
		"reads": func(ctx context.Context, w *workbench, i int) error {
			_, err := w.client.BGPPeer(ctx, testRegion, peerID(i))
			return err
		},
		"waits": func(ctx context.Context, w *workbench, i int) error {
			_, err := w.client.WaitBGPPeer(ctx, testRegion, peerID(i), "Available", available)
			return err
		},
	} {
		for _, fault := range []control.Fault{
			{Kind: control.KindError, Status: 503, Code: "ServiceUnavailable"},
			{Kind: control.KindThrottle, Code: "Throttling.User"},
		} {
			t.Run(name+" "+fault.Code, func(t *testing.T) {
				onWorkbench(t, settings{latency: latency}, func(w *workbench) {
					w.putPeers(10)
					fault.Action = "DescribeBgpPeers"
					w.faults.Add(fault)
					ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
					defer cancel()
					for i, err := range together(10, 10, func(i int) error { return read(ctx, w, i) }) {
						var e *alibabacloud.Error
						if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &e) || e.Code != fault.Code {
							w.Errorf("%s: %v", peerID(i), err)
						}
					}
				})
			})
		}
	}
}

// What went wrong with a listing is not told of a later one.
func TestSharedReadsForgetWhatWentWrong(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency}, func(w *workbench) {
		w.putPeers(10)
		read := func(fault control.Fault) []error {
			fault.Action = "DescribeBgpPeers"
			w.faults.Add(fault)
			ctx, cancel := context.WithTimeout(w.Context(), 5*time.Second)
			defer cancel()
			return together(10, 10, func(i int) error {
				_, err := w.client.BGPPeer(ctx, testRegion, peerID(i))
				return err
			})
		}
		w.must(read(control.Fault{Kind: control.KindError, Status: 503, Code: "ServiceUnavailable", Times: 2})...)
		<-time.After(time.Minute)
		for i, err := range read(control.Fault{Kind: control.KindDelay, Delay: time.Hour}) {
			if !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "ServiceUnavailable") {
				w.Errorf("%s: %v", peerID(i), err)
			}
		}
	})
}

// The wrong key, region or permission never makes a peer gone.
func TestGoneIsNotSaidLightly(t *testing.T) {
	t.Parallel()
	for _, e := range documentedErrors {
		t.Run(e.code+" "+e.message, func(t *testing.T) {
			onWorkbench(t, settings{}, func(w *workbench) {
				w.putPeers(1)
				w.faults.Add(control.Fault{Action: control.AnyAction, Kind: control.KindError, Status: e.status, Code: e.code, Message: e.message})
				ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
				defer cancel()
				if _, err := w.client.BGPPeer(ctx, testRegion, peerID(0)); err == nil || errors.Is(err, alibabacloud.ErrNotFound) {
					w.Errorf("read: %v", err)
				}
				if err := w.client.DeleteBGPPeer(ctx, testRegion, peerID(0)); err == nil || errors.Is(err, alibabacloud.ErrNotFound) {
					w.Errorf("delete: %v", err)
				}
			})
		})
	}
}

// Deleting what is gone succeeds, whether the service says so at once or while
// it is still at it.
func TestDeleteOfTheGone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		delay time.Duration
		calls []string
	}{
		"gone": {0, []string{"DeleteBgpPeer InvalidParams.NotFound", "DescribeBgpPeers"}},
		"on its way": {300 * time.Millisecond, []string{
			"DeleteBgpPeer InvalidStatus.CannotOperate", "DeleteBgpPeer InvalidParams.NotFound", "DescribeBgpPeers",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			onWorkbench(t, settings{emulated: emulated.Config{Delays: emulated.Delays{PeerDeleted: test.delay}}}, func(w *workbench) {
				w.putPeers(1)
				w.must(w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(0)))
				w.pass(100 * time.Millisecond)
				w.journal.Reset()
				w.must(w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(0)))
				if got := w.calls(); !slices.Equal(got, test.calls) {
					w.Errorf("made %q, want %q", got, test.calls)
				}
			})
		})
	}
}

// Refused as gone while the peer still shows that it is about to go.
func TestDeleteOfWhatIsAboutToGo(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{emulated: emulated.Config{Delays: emulated.Delays{PeerDeleted: 2 * time.Second}}}, func(w *workbench) {
		w.putPeers(1)
		w.faults.Add(control.Fault{Action: "DeleteBgpPeer", Kind: control.KindDropAfter, Times: 1})
		w.faults.Add(control.Fault{Action: "DeleteBgpPeer", Kind: control.KindError, Status: 400, Code: "InvalidParams.NotFound", Message: "instance not found"})
		w.must(w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(0)))
		w.must(w.client.WaitBGPPeerGone(w.Context(), testRegion, peerID(0)))
	})
}

// A row is found by its id, wherever it stands; an answer without it, but with
// others, tells nothing.
func TestRowsAreMatchedByID(t *testing.T) {
	t.Parallel()
	row := func(id string) string { return fmt.Sprintf(`{"BgpPeerId":%q,"PeerIpAddress":"10.0.0.1"}`, id) }
	for name, test := range map[string]struct{ rows, err string }{
		"behind another": {rows: row("bgp-9") + "," + row("bgp-0000")},
		"others only":    {rows: row("bgp-9"), err: "the answer has other peers than the one asked for"},
	} {
		t.Run(name, func(t *testing.T) {
			body := fmt.Sprintf(`{"RequestId":"R-1","TotalCount":1,"BgpPeers":{"BgpPeer":[%s]}}`, test.rows)
			onWorkbench(t, settings{client: alibabacloud.Config{Transport: control.RoundTripper(http.HandlerFunc(
				func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) },
			))}}, func(w *workbench) {
				p, err := w.read(0)
				switch {
				case test.err == "" && (err != nil || p.ID != "bgp-0000"):
					w.Errorf("read %+v, %v", p, err)
				case test.err != "" && (err == nil || errors.Is(err, alibabacloud.ErrNotFound)):
					w.Errorf("the error is %v", err)
				}
			})
		})
	}
}

func TestBGPPeersListsEveryPage(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency}, func(w *workbench) {
		w.service.AddVBR(emulated.VBR{ID: "vbr-2", RegionID: testRegion})
		w.service.AddGroup(emulated.Group{ID: "bgpg-2", RouterID: "vbr-2", PeerASN: 65000, IsDefault: true})
		w.putPeers(120)
		w.service.PutPeer(emulated.Peer{ID: "bgp-other", GroupID: "bgpg-2", PeerIPAddress: "10.9.9.9"})
		for name, test := range map[string]struct {
			filter      alibabacloud.BGPPeerFilter
			peers, most int
		}{
			"all":               {alibabacloud.BGPPeerFilter{}, 121, 3},
			"a group's":         {alibabacloud.BGPPeerFilter{GroupID: testGroup}, 120, 3},
			"a router's":        {alibabacloud.BGPPeerFilter{RouterID: "vbr-2"}, 1, 1},
			"one":               {alibabacloud.BGPPeerFilter{ID: peerID(7)}, 1, 1},
			"none":              {alibabacloud.BGPPeerFilter{ID: "bgp-none"}, 0, 1},
			"of default groups": {alibabacloud.BGPPeerFilter{IsDefault: new(true)}, 1, 1},
			"of other groups":   {alibabacloud.BGPPeerFilter{IsDefault: new(false)}, 120, 3},
		} {
			w.journal.Reset()
			test.filter.Region = testRegion
			got, err := w.client.BGPPeers(w.Context(), test.filter)
			w.must(err)
			if len(got) != test.peers || w.count("*") != test.most {
				w.Errorf("%s: %d peers in %d calls, want %d in %d", name, len(got), w.count("*"), test.peers, test.most)
			}
			if !slices.IsSortedFunc(got, func(a, b alibabacloud.BGPPeer) int { return slices.Compare([]string{a.ID}, []string{b.ID}) }) {
				w.Errorf("%s: not ordered by id", name)
			}
		}
	})
}

// Nothing says in which order the service lists: what is given is ordered by id,
// once each, and has no peer that is Deleted.
func TestBGPPeersAreOrdered(t *testing.T) {
	t.Parallel()
	const body = `{"RequestId":"R-1","TotalCount":5,"BgpPeers":{"BgpPeer":[` +
		`{"BgpPeerId":"bgp-c"},{"BgpPeerId":"bgp-a"},{"BgpPeerId":"bgp-d","Status":"Deleted"},{"BgpPeerId":"bgp-b"},{"BgpPeerId":"bgp-a"}]}}`
	onWorkbench(t, settings{client: alibabacloud.Config{Transport: control.RoundTripper(http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) },
	))}}, func(w *workbench) {
		got, err := w.client.BGPPeers(w.Context(), alibabacloud.BGPPeerFilter{Region: testRegion})
		w.must(err)
		var ids []string
		for _, p := range got {
			ids = append(ids, p.ID)
		}
		if diff := cmp.Diff([]string{"bgp-a", "bgp-b", "bgp-c"}, ids); diff != "" {
			w.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// Pages that shift while they are read are read again.
func TestBGPPeersWhilePagesShift(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{}, func(w *workbench) {
		w.putPeers(120)
		w.faults.Add(control.Fault{Action: "DescribeBgpPeers", Kind: control.KindDelay, Delay: time.Second, Skip: 1, Times: 2})
		time.AfterFunc(500*time.Millisecond, func() { w.service.RemovePeer(peerID(0)) })
		got, err := w.client.BGPPeers(w.Context(), alibabacloud.BGPPeerFilter{Region: testRegion})
		w.must(err)
		var want, ids []string
		for i := 1; i < 120; i++ {
			want = append(want, peerID(i))
		}
		for _, p := range got {
			ids = append(ids, p.ID)
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			w.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// Pages that never hold as many peers as they say are good if they hold the same
// ones twice; a list that is another each time is none.
func TestBGPPeersOfPagesThatDoNotAddUp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes bool
		calls   int
	}{"the same twice": {false, 4}, "others each time": {true, 10}} {
		t.Run(name, func(t *testing.T) {
			pages := 0
			onWorkbench(t, settings{client: alibabacloud.Config{Transport: control.RoundTripper(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				id, rows := "bgp-0", ""
				if test.changes {
					id = fmt.Sprintf("bgp-%d", pages)
				}
				pages++
				if r.URL.Query().Get("PageNumber") == "1" {
					rows = fmt.Sprintf(`{"BgpPeerId":%q,"PeerIpAddress":"10.0.0.1"}`, id)
				}
				_, _ = fmt.Fprintf(w, `{"RequestId":"R-1","TotalCount":11,"BgpPeers":{"BgpPeer":[%s]}}`, rows)
			}))}}, func(w *workbench) {
				got, err := w.client.BGPPeers(w.Context(), alibabacloud.BGPPeerFilter{Region: testRegion})
				if pages != test.calls || (err != nil) != test.changes || (len(got) == 1) == test.changes {
					w.Errorf("%d peers in %d calls, %v", len(got), pages, err)
				}
			})
		})
	}
}

// answering is a service that always answers so, by page number.
func answering(answer func(page string) string) settings {
	return settings{client: alibabacloud.Config{Transport: control.RoundTripper(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(answer(r.URL.Query().Get("PageNumber"))))
	}))}}
}

// An answer that counts peers and shows none does not say that there are none: there
// is another look, and then an error.
func TestCountedAndNotListed(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"an empty list":     `{"TotalCount":5,"BgpPeers":{"BgpPeer":[]}}`,
		"rows without ids":  `{"TotalCount":2,"BgpPeers":{"BgpPeer":[{},{}]}}`,
		"uncounted, no ids": `{"BgpPeers":{"BgpPeer":[{},{}]}}`,
	} {
		for _, passes := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, passing %t", name, passes), func(t *testing.T) {
				looks := 0
				onWorkbench(t, answering(func(string) string {
					looks++
					if passes && looks > 1 {
						return `{"TotalCount":1,"BgpPeers":{"BgpPeer":[{"BgpPeerId":"bgp-0000"}]}}`
					}
					return body
				}), func(w *workbench) {
					peers, err := w.client.BGPPeers(w.Context(), alibabacloud.BGPPeerFilter{Region: testRegion})
					if (err == nil) != passes || (len(peers) == 1) != passes || looks < 2 {
						w.Errorf("%d peers in %d looks, %v", len(peers), looks, err)
					}
					if errors.Is(err, alibabacloud.ErrNotFound) {
						w.Errorf("said to be gone: %v", err)
					}
				})
			})
		}
	}
}

// Without a count, pages are asked for until one is not full, or has nothing new.
func TestUncountedPages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sizes []int // of the pages
		again bool  // the service heeds no PageNumber
		calls int
	}{
		"full pages, then a part":       {sizes: []int{50, 50, 7}, calls: 3},
		"full pages, then none":         {sizes: []int{50, 50}, calls: 3},
		"pages of the API's own size":   {sizes: []int{10, 10, 3}, calls: 3},
		"one page, not full":            {sizes: []int{9}, calls: 1},
		"none":                          {sizes: []int{0}, calls: 1},
		"the same page again and again": {sizes: []int{50}, again: true, calls: 2},
	} {
		t.Run(name, func(t *testing.T) {
			calls, want := 0, 0
			for _, size := range test.sizes {
				want += size
			}
			onWorkbench(t, answering(func(number string) string {
				calls++
				page, err := strconv.Atoi(number)
				if err != nil || test.again {
					page = 1
				}
				var rows []string
				if page <= len(test.sizes) {
					for i := range test.sizes[page-1] {
						rows = append(rows, fmt.Sprintf(`{"BgpPeerId":"bgp-%d-%d"}`, page, i))
					}
				}
				return `{"BgpPeers":{"BgpPeer":[` + strings.Join(rows, ",") + `]}}`
			}), func(w *workbench) {
				peers, err := w.client.BGPPeers(w.Context(), alibabacloud.BGPPeerFilter{Region: testRegion})
				if err != nil || len(peers) != want || calls != test.calls {
					w.Errorf("%d peers in %d calls, %v; want %d in %d", len(peers), calls, err, want, test.calls)
				}
			})
		})
	}
}

// A refusal that may mean "gone" is looked into: a write of a peer that is there, or
// that cannot be looked for, ends with the service's own error.
func TestRefusedAsNotFound(t *testing.T) {
	t.Parallel()
	writes := map[string]func(w *workbench) error{
		"ModifyBgpPeerAttribute": func(w *workbench) error {
			return w.client.ModifyBGPPeer(w.Context(), alibabacloud.ModifyBGPPeerInput{Region: testRegion, ID: peerID(0)})
		},
		"DeleteBgpPeer": func(w *workbench) error { return w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(0)) },
	}
	for action, write := range writes {
		for name, test := range map[string]struct {
			gone    bool
			look    string // the code that the look fails with
			message string
		}{
			"about something else":           {message: "vpc instance not found"},
			"about something else, not seen": {message: "vpc instance not found", look: "Forbidden.RAM"},
			"there nevertheless":             {message: "instance not found"},
			"gone":                           {message: "instance not found", gone: true},
		} {
			t.Run(action+", "+name, func(t *testing.T) {
				onWorkbench(t, settings{}, func(w *workbench) {
					if !test.gone {
						w.putPeers(1)
					}
					w.faults.Add(control.Fault{Action: action, Kind: control.KindError, Status: 400, Code: "InvalidParams.NotFound", Message: test.message})
					if test.look != "" {
						w.faults.Add(control.Fault{Action: "DescribeBgpPeers", Kind: control.KindError, Status: 403, Code: test.look})
					}
					err := write(w)
					if n := w.count("DescribeBgpPeers"); n != 1 {
						w.Errorf("%d looks, want one", n)
					}
					if test.gone {
						if deletes := action == "DeleteBgpPeer"; (err == nil) != deletes || !deletes && !errors.Is(err, alibabacloud.ErrNotFound) {
							w.Errorf("the error is %v", err)
						}
						return
					}
					var e *alibabacloud.Error
					if !errors.As(err, &e) || errors.Is(err, alibabacloud.ErrNotFound) ||
						e.Code != "InvalidParams.NotFound" || e.Message != test.message || e.RequestID == "" || e.Action != action {
						w.Fatalf("the error is %v", err)
					}
					if !strings.Contains(e.Advice(), "VPC does not exist") || !strings.Contains(err.Error(), test.look) {
						w.Errorf("the error is %v, the advice %q", err, e.Advice())
					}
				})
			})
		}
	}
}
