package alibabacloud_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"

	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// What a create says when its own answer does not settle what became of it.
func TestCreateLooksForItsPeer(t *testing.T) {
	const (
		madeIt   = "UncertainCreateError with the peer"
		unknown  = "UncertainCreateError without a peer"
		unasked  = "UncertainCreateError without a look"
		exists   = "PeerExistsError with the peer"
		existing = "PeerExistsError without a peer"
		plain    = "Error"
	)
	old := emulated.Peer{ID: "bgp-old", GroupID: testGroup, PeerIPAddress: newPeer.PeerIPAddress, EnableBFD: true, BFDMultiHop: 3}
	for name, test := range map[string]struct {
		there  []emulated.Peer // before, a day old
		faults []control.Fault
		in     func(*alibabacloud.CreateBGPPeerInput)
		want   string
		peer   string // the id in the error; "new" is that of the service's only new peer
		calls  []string
	}{
		"already there": {
			there: []emulated.Peer{old},
			want:  exists, peer: "bgp-old",
			calls: []string{"CreateBgpPeer BgpPeer.Already.Exists", "DescribeBgpPeers"},
		},
		"already there, the address spelled differently": {
			there: []emulated.Peer{{ID: "bgp-old", GroupID: testGroup, PeerIPAddress: "2001:db8::1", IPVersion: "IPv6"}},
			in: func(in *alibabacloud.CreateBGPPeerInput) {
				*in = alibabacloud.CreateBGPPeerInput{Region: testRegion, GroupID: testGroup, PeerIPAddress: "2001:DB8:0::1", IPVersion: "IPv6"}
			},
			want: exists, peer: "bgp-old",
			calls: []string{"CreateBgpPeer BgpPeer.Already.Exists", "DescribeBgpPeers"},
		},
		"already there, the address left to the service": {
			there: []emulated.Peer{{ID: "bgp-old", GroupID: testGroup, PeerIPAddress: "10.255.255.1"}},
			in:    func(in *alibabacloud.CreateBGPPeerInput) { in.PeerIPAddress = "" },
			want:  exists, peer: "bgp-old",
			calls: []string{"CreateBgpPeer BgpPeer.Already.Exists", "DescribeBgpPeers"},
		},
		"address in use in another group": {
			there: []emulated.Peer{{ID: "bgp-old", GroupID: "bgpg-other", PeerIPAddress: newPeer.PeerIPAddress}},
			want:  existing,
			calls: []string{"CreateBgpPeer InvalidParams.PeerIpAddressInUse", "DescribeBgpPeers"},
		},
		"already there, and the look for it fails once": {
			there:  []emulated.Peer{old},
			faults: []control.Fault{{Action: "DescribeBgpPeers", Kind: control.KindHTML, Times: 1}},
			want:   exists, peer: "bgp-old",
			calls: []string{"CreateBgpPeer BgpPeer.Already.Exists", "DescribeBgpPeers", "DescribeBgpPeers"},
		},
		"already there, and it cannot be looked for": {
			there:  []emulated.Peer{old},
			faults: []control.Fault{{Action: "DescribeBgpPeers", Kind: control.KindHTML}},
			want:   existing,
		},
		"the answer lost, and the token forgotten": {
			faults: []control.Fault{
				{Action: "CreateBgpPeer", Kind: control.KindDropAfter, Times: 1},
				{Action: "CreateBgpPeer", Kind: control.KindError, Status: 400, Code: "BgpPeer.Already.Exists", Times: 1},
			},
			want: madeIt, peer: "new",
			calls: []string{"CreateBgpPeer", "CreateBgpPeer BgpPeer.Already.Exists", "DescribeBgpPeers"},
		},
		"the answer lost, but it was there already": {
			there:  []emulated.Peer{old},
			faults: []control.Fault{{Action: "CreateBgpPeer", Kind: control.KindDropAfter, Times: 1}},
			want:   exists, peer: "bgp-old",
			calls: []string{"CreateBgpPeer", "CreateBgpPeer BgpPeer.Already.Exists", "DescribeBgpPeers"},
		},
		"every answer lost, but it was there already": {
			there:  []emulated.Peer{old},
			faults: []control.Fault{{Action: "CreateBgpPeer", Kind: control.KindDropAfter}},
			want:   exists, peer: "bgp-old",
		},
		"every answer lost, and another is there that was just changed": {
			there: []emulated.Peer{{
				ID: "bgp-old", GroupID: testGroup, PeerIPAddress: newPeer.PeerIPAddress, EnableBFD: false,
				ModifiedAt: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
			}},
			faults: []control.Fault{{Action: "CreateBgpPeer", Kind: control.KindDropAfter}},
			want:   exists, peer: "bgp-old",
		},
		"every answer lost, nothing made": {
			faults: []control.Fault{{Action: "CreateBgpPeer", Kind: control.KindDropBefore}},
			want:   unknown,
		},
		"every answer lost, the looks too": {
			faults: []control.Fault{{Action: control.AnyAction, Kind: control.KindDropAfter}},
			want:   unasked,
		},
		"every answer lost, the address left to the service": {
			there:  []emulated.Peer{{ID: "bgp-old", GroupID: testGroup, PeerIPAddress: "10.9.9.9"}},
			faults: []control.Fault{{Action: "CreateBgpPeer", Kind: control.KindDropAfter}},
			in:     func(in *alibabacloud.CreateBGPPeerInput) { in.PeerIPAddress = "" },
			want:   madeIt, peer: "new",
		},
		"every answer lost, the address left to the service, nothing made": {
			there:  []emulated.Peer{{ID: "bgp-old", GroupID: testGroup, PeerIPAddress: "10.9.9.9"}},
			faults: []control.Fault{{Action: "CreateBgpPeer", Kind: control.KindDropBefore}},
			in:     func(in *alibabacloud.CreateBGPPeerInput) { in.PeerIPAddress = "" },
			want:   unknown,
		},
		"an answer lost, then refused for good": {
			faults: []control.Fault{
				{Action: "CreateBgpPeer", Kind: control.KindDropBefore, Times: 1},
				{Action: "CreateBgpPeer", Kind: control.KindError, Status: 400, Code: "InvalidBgpGroup", Times: 1},
			},
			want:  plain,
			calls: []string{"CreateBgpPeer", "CreateBgpPeer InvalidBgpGroup", "DescribeBgpPeers"},
		},
		"made, its answer lost, then refused for good": {
			faults: []control.Fault{
				{Action: "CreateBgpPeer", Kind: control.KindDropAfter, Times: 1},
				{Action: "CreateBgpPeer", Kind: control.KindError, Status: 403, Code: "Forbidden.RAM", Times: 1},
			},
			want: madeIt, peer: "new",
			calls: []string{"CreateBgpPeer", "CreateBgpPeer Forbidden.RAM", "DescribeBgpPeers"},
		},
		"refused for good": {
			in:    func(in *alibabacloud.CreateBGPPeerInput) { in.GroupID = "bgpg-none" },
			want:  plain,
			calls: []string{"CreateBgpPeer InvalidBgpGroup"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, settings{}, func(w *world) {
				w.service.AddGroup(emulated.Group{ID: "bgpg-other", RouterID: testVBR, PeerASN: 65515})
				for _, p := range test.there {
					if p.ModifiedAt.IsZero() {
						p.ModifiedAt = time.Now().Add(-24 * time.Hour)
					}
					w.service.PutPeer(p)
				}
				for _, f := range test.faults {
					w.faults.Add(f)
				}
				in := newPeer
				if test.in != nil {
					test.in(&in)
				}
				ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
				defer cancel()
				_, err := w.client.CreateBGPPeer(ctx, in)

				got, peer := plain, alibabacloud.BGPPeer{}
				var uncertain *alibabacloud.UncertainCreateError
				var there *alibabacloud.PeerExistsError
				switch {
				case errors.As(err, &uncertain) && uncertain.Peer.ID != "":
					got, peer = madeIt, uncertain.Peer
				case errors.As(err, &uncertain) && uncertain.Looked:
					got = unknown
				case errors.As(err, &uncertain):
					got = unasked
				case errors.As(err, &there) && there.Peer.ID != "":
					got, peer = exists, there.Peer
				case errors.As(err, &there):
					got = existing
				}
				if err == nil || got != test.want {
					w.Fatalf("%s: %v; want %s", got, err, test.want)
				}
				want := test.peer
				if want == "new" {
					all := w.service.Peers()
					want = all[len(all)-1].ID
				}
				if peer.ID != want || !strings.Contains(err.Error(), want) {
					w.Errorf("the peer is %q, want %q: %v", peer.ID, want, err)
				}
				if diff := cmp.Diff(test.calls, w.calls()); test.calls != nil && diff != "" {
					w.Errorf("calls (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// The documents' sample of an answer does not name the peer. The peer is found
// then; and when it is not, the call is made again.
func TestCreateAnsweredWithoutID(t *testing.T) {
	for name, in := range map[string]alibabacloud.CreateBGPPeerInput{
		"with an address": newPeer,
		"without":         {Region: testRegion, GroupID: testGroup},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, settings{wrap: withoutID}, func(w *world) {
				w.putPeers(3)
				w.service.RemovePeer(peerID(0))
				id, err := w.client.CreateBGPPeer(w.Context(), in)
				if _, there := w.service.Peer(id); err != nil || !there {
					w.Fatalf("made %q, %v", id, err)
				}
				if diff := cmp.Diff([]string{"CreateBgpPeer", "DescribeBgpPeers"}, w.calls()); diff != "" {
					w.Errorf("calls (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// withoutID leaves the id out of the answers of CreateBgpPeer.
func withoutID(to http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := to.RoundTrip(req)
		if err == nil && req.Header.Get("x-acs-action") == "CreateBgpPeer" {
			_ = resp.Body.Close()
			resp.Body = io.NopCloser(strings.NewReader(`{"RequestId":"0ED8D006-F706-4D23-88ED-E11ED28DCAC0"}`))
		}
		return resp, err
	})
}

// A create that cannot tell what became of it never takes a peer that another one
// made, or may be about to.
func TestCreatesLeaveEachOthersPeers(t *testing.T) {
	other := newPeer
	other.PeerIPAddress = "10.0.0.2"
	anywhere := newPeer
	anywhere.PeerIPAddress = ""
	for name, test := range map[string]struct {
		first, second alibabacloud.CreateBGPPeerInput
		meanwhile     bool // the first has not ended yet
	}{
		"an address, then any":                 {other, anywhere, false},
		"an address, and meanwhile any":        {other, anywhere, true},
		"any, and meanwhile an address":        {anywhere, alibabacloud.CreateBGPPeerInput{Region: testRegion, GroupID: testGroup, PeerIPAddress: "10.255.255.1", EnableBFD: true, BFDMultiHop: 3}, true},
		"the same address":                     {newPeer, newPeer, false},
		"the same address, at the same time":   {newPeer, newPeer, true},
		"any address, and any other meanwhile": {anywhere, anywhere, true},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, settings{}, func(w *world) {
				if test.meanwhile {
					w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindDelay, Delay: 5 * time.Minute, AfterActing: true, Times: 1})
				}
				first := make(chan string, 1)
				go func() {
					id, err := w.client.CreateBGPPeer(w.Context(), test.first)
					if err != nil {
						w.Error(err)
					}
					first <- id
				}()
				w.pass(time.Second)
				w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindDropBefore})
				ctx, cancel := context.WithTimeout(w.Context(), 20*time.Second)
				defer cancel()
				id, err := w.client.CreateBGPPeer(ctx, test.second)
				var uncertain *alibabacloud.UncertainCreateError
				if err == nil || errors.As(err, &uncertain) && uncertain.Peer.ID != "" {
					w.Errorf("took %q: %v", id, err)
				}
				w.faults.Clear()
				if id := <-first; len(w.service.Peers()) != 1 || w.service.Peers()[0].ID != id {
					w.Errorf("the first made %s of %v", id, w.service.Peers())
				}
			})
		})
	}
}

// Refused as already there, a create does not take a peer that tells no age: it is
// the one that was there.
func TestCreateLeavesTheUndated(t *testing.T) {
	inWorld(t, settings{emulated: emulated.Config{OldAnswers: true}}, func(w *world) {
		w.service.PutPeer(emulated.Peer{ID: "bgp-old", GroupID: testGroup, PeerIPAddress: newPeer.PeerIPAddress, ModifiedAt: time.Now().Add(-1000 * time.Hour)})
		w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindDropBefore, Times: 1})
		_, err := w.client.CreateBGPPeer(w.Context(), newPeer)
		var there *alibabacloud.PeerExistsError
		if !errors.As(err, &there) || there.Peer.ID != "bgp-old" {
			w.Errorf("the error is %v", err)
		}
	})
}

// A peer's age is compared with the create's by the service's clock, which the
// answers tell.
func TestCreateComparesByTheServicesClock(t *testing.T) {
	behind := func() time.Time { return time.Now().Add(-12 * time.Minute) }
	withDate := func(to http.RoundTripper) http.RoundTripper { // as real servers send it
		return roundTrip(func(req *http.Request) (*http.Response, error) {
			resp, err := to.RoundTrip(req)
			if err == nil {
				resp.Header.Set("Date", behind().UTC().Format(http.TimeFormat))
			}
			return resp, err
		})
	}
	inWorld(t, settings{wrap: withDate, emulated: emulated.Config{Now: behind}}, func(w *world) {
		w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindDropAfter})
		ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
		defer cancel()
		_, err := w.client.CreateBGPPeer(ctx, newPeer)
		var uncertain *alibabacloud.UncertainCreateError
		if !errors.As(err, &uncertain) || uncertain.Peer.ID == "" {
			w.Errorf("the error is %v", err)
		}
	})
}

// Peers made side by side, every second answer lost, are neither lost nor made
// twice.
func TestManyCreatesUnderFaults(t *testing.T) {
	inWorld(t, settings{latency: 10 * time.Millisecond}, func(w *world) {
		for i := range 100 {
			for _, kind := range []control.FaultKind{control.KindDropAfter, control.KindHTML, control.KindThrottle, control.KindTruncate} {
				w.faults.Add(control.Fault{Action: control.AnyAction, Kind: kind, Skip: i * 2, Times: 1})
			}
		}
		const n = 200
		ids := make([]string, n)
		w.must(together(n, 50, func(i int) (err error) {
			in := newPeer
			in.PeerIPAddress = address(i)
			if ids[i], err = w.client.CreateBGPPeer(w.Context(), in); err != nil {
				return err
			}
			p, err := w.client.WaitBGPPeer(w.Context(), testRegion, ids[i], "Available", available)
			if p.PeerIPAddress != address(i) {
				w.Errorf("%s has address %s, want %s", ids[i], p.PeerIPAddress, address(i))
			}
			return err
		})...)
		if got := len(w.service.Peers()); got != n {
			w.Errorf("%d peers, want %d", got, n)
		}
		w.must(together(n, 50, func(i int) error {
			if err := w.client.DeleteBGPPeer(w.Context(), testRegion, ids[i]); err != nil {
				return err
			}
			return w.client.WaitBGPPeerGone(w.Context(), testRegion, ids[i])
		})...)
		if got := len(w.service.Peers()); got != 0 {
			w.Errorf("%d peers are left", got)
		}
	})
}
