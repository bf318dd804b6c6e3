package alibabacloud_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"

	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// What a create says when its own answer does not settle what became of it. To its
// ClientToken the service repeats its first answer: only that makes a peer its own.
func TestCreateLooksForItsPeer(t *testing.T) {
	t.Parallel()
	const (
		made      = "made"
		candidate = "UncertainCreateError with a candidate"
		mayAppear = "UncertainCreateError without one"
		notLooked = "UncertainCreateError without a look"
		exists    = "ExistsError with the peer"
		inUse     = "ExistsError without a peer"
		refused   = "Error"
	)
	old := emulated.Peer{ID: "bgp-old", GroupID: testGroup, PeerIPAddress: newPeer.PeerIPAddress, EnableBFD: true, BFDMultiHop: 3}
	anywhere := func(in *alibabacloud.CreateBGPPeerInput) { in.PeerIPAddress = "" }
	acted := control.Fault{Action: "CreateBgpPeer", Kind: control.KindDropAfter}
	notActed := control.Fault{Action: "CreateBgpPeer", Kind: control.KindDropBefore}
	once := func(f control.Fault) control.Fault { f.Times = 1; return f }
	refuse := func(status int, code string) control.Fault {
		return control.Fault{Action: "CreateBgpPeer", Kind: control.KindError, Status: status, Code: code, Times: 1}
	}
	for name, test := range map[string]struct {
		there   []emulated.Peer // before
		faults  []control.Fault
		other   bool // somebody else makes the same peer within the first second
		in      func(*alibabacloud.CreateBGPPeerInput)
		want    string
		peer    string // the id in the error, or that was made; "new" is that of the service's only new peer
		creates int    // calls; 0 is as many as there is time for
	}{
		"already there": {
			there: []emulated.Peer{old}, want: exists, peer: "bgp-old", creates: 2,
		},
		"already there, the address spelled differently": {
			there: []emulated.Peer{{ID: "bgp-old", GroupID: testGroup, PeerIPAddress: "2001:db8::1", IPVersion: "IPv6"}},
			in: func(in *alibabacloud.CreateBGPPeerInput) {
				*in = alibabacloud.CreateBGPPeerInput{Region: testRegion, GroupID: testGroup, PeerIPAddress: "2001:DB8:0::1", IPVersion: "IPv6"}
			},
			want: exists, peer: "bgp-old", creates: 2,
		},
		"already there, the address left to the service": {
			there: []emulated.Peer{{ID: "bgp-old", GroupID: testGroup, PeerIPAddress: "10.255.255.1"}},
			in:    anywhere, want: exists, peer: "bgp-old", creates: 2,
		},
		"address in use in another group": {
			there: []emulated.Peer{{ID: "bgp-old", GroupID: "bgpg-other", PeerIPAddress: newPeer.PeerIPAddress}},
			want:  exists, peer: "bgp-old", creates: 2,
		},
		"address in use in another group, and the group has another peer": {
			there: []emulated.Peer{
				{ID: "bgp-innocent", GroupID: testGroup, PeerIPAddress: "10.7.7.7"},
				{ID: "bgp-old", GroupID: "bgpg-other", PeerIPAddress: newPeer.PeerIPAddress},
			},
			want: exists, peer: "bgp-old", creates: 2,
		},
		"address in use, nobody knows where, and the group has another peer": {
			there:  []emulated.Peer{{ID: "bgp-innocent", GroupID: testGroup, PeerIPAddress: "10.7.7.7"}},
			faults: []control.Fault{{Action: "CreateBgpPeer", Kind: control.KindError, Status: 400, Code: "DuplicatedParam.PeerIpAddress"}},
			want:   inUse,
		},
		"already there, and the look for it fails once": {
			there:  []emulated.Peer{old},
			faults: []control.Fault{{Action: "DescribeBgpPeers", Kind: control.KindHTML, Times: 1}},
			want:   exists, peer: "bgp-old", creates: 2,
		},
		"already there, and it cannot be looked for": {
			there:  []emulated.Peer{old},
			faults: []control.Fault{{Action: "DescribeBgpPeers", Kind: control.KindHTML}},
			want:   inUse,
		},
		"the answer lost, and another made it meanwhile": {
			faults: []control.Fault{once(notActed)}, other: true,
			want: exists, peer: "bgp-other", creates: 3,
		},
		"the answer lost, and the token forgotten for a while": {
			faults: []control.Fault{once(acted), refuse(400, "BgpPeer.Already.Exists")},
			want:   made, peer: "new", creates: 3,
		},
		"the answer lost, but it was there already": {
			there: []emulated.Peer{old}, faults: []control.Fault{once(acted)},
			want: exists, peer: "bgp-old", creates: 3,
		},
		"every answer lost, made": {
			faults: []control.Fault{acted}, want: candidate, peer: "new",
		},
		"every answer lost, but it was there already": {
			there: []emulated.Peer{old}, faults: []control.Fault{acted}, want: candidate, peer: "bgp-old",
		},
		"every answer lost, and another made it meanwhile": {
			faults: []control.Fault{notActed}, other: true, want: candidate, peer: "bgp-other",
		},
		"every answer lost until the time was over, made": {
			faults: []control.Fault{{Action: "CreateBgpPeer", Kind: control.KindDelay, Delay: 59 * time.Second, AfterActing: true, Times: 2}},
			want:   made, peer: "new",
		},
		"every answer lost until the time was over, and another made it": {
			faults: []control.Fault{{Action: "CreateBgpPeer", Kind: control.KindDelay, Delay: 59 * time.Second, Times: 2}}, other: true,
			want: exists, peer: "bgp-other",
		},
		"every answer lost, nothing made": {
			faults: []control.Fault{notActed}, want: mayAppear,
		},
		"every answer lost, the looks too": {
			faults: []control.Fault{{Action: control.AnyAction, Kind: control.KindDropAfter}}, want: notLooked,
		},
		"every answer lost, the address left to the service": {
			faults: []control.Fault{acted}, in: anywhere, want: candidate, peer: "new",
		},
		"every answer lost, the address left to the service, nothing made": {
			there: []emulated.Peer{{ID: "bgp-old", GroupID: testGroup, PeerIPAddress: "10.9.9.9"}}, faults: []control.Fault{notActed},
			in: anywhere, want: candidate, peer: "bgp-old",
		},
		"an answer lost, then refused for good": {
			faults: []control.Fault{once(notActed), refuse(400, "IllegalParam.IpVersion")}, want: mayAppear, creates: 2,
		},
		"made, its answer lost, then refused for good": {
			faults: []control.Fault{once(acted), refuse(403, "Forbidden.RAM")}, want: made, peer: "new", creates: 3,
		},
		"refused for good": {
			in:   func(in *alibabacloud.CreateBGPPeerInput) { in.GroupID = "bgpg-none" },
			want: refused, creates: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			onWorkbench(t, settings{}, func(w *workbench) {
				w.service.AddGroup(emulated.Group{ID: "bgpg-other", RouterID: testVBR, PeerASN: 65515})
				for _, p := range test.there {
					w.service.PutPeer(p)
				}
				for _, f := range test.faults {
					w.faults.Add(f)
				}
				in := newPeer
				if test.in != nil {
					test.in(&in)
				}
				if test.other {
					time.AfterFunc(time.Millisecond, func() {
						w.service.PutPeer(emulated.Peer{ID: "bgp-other", GroupID: in.GroupID, PeerIPAddress: in.PeerIPAddress, EnableBFD: true, BFDMultiHop: 3})
					})
				}
				ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
				defer cancel()
				id, err := w.client.CreateBGPPeer(ctx, in)

				got, peer := refused, ""
				var uncertain *alibabacloud.UncertainCreateError
				var there *alibabacloud.ExistsError
				switch {
				case err == nil:
					got, peer = made, id
				case errors.As(err, &uncertain) && len(uncertain.Candidates) == 1:
					got, peer = candidate, uncertain.Candidates[0]
				case errors.As(err, &uncertain) && uncertain.Looked:
					got = mayAppear
				case errors.As(err, &uncertain):
					got = notLooked
				case errors.As(err, &there) && there.ID != "":
					got, peer = exists, there.ID
				case errors.As(err, &there):
					got = inUse
				}
				if got != test.want {
					w.Fatalf("%s: %v; want %s", got, err, test.want)
				}
				want := test.peer
				if want == "new" {
					all := w.service.Peers()
					want = all[len(all)-1].ID
				}
				if peer != want || err != nil && (id != "" || !strings.Contains(err.Error(), want)) {
					w.Errorf("the peer is %q, want %q: %v", peer, want, err)
				}
				if err != nil && strings.Contains(err.Error(), "bgp-innocent") {
					w.Errorf("a peer with another address is named: %v", err)
				}
				if n := w.count("CreateBgpPeer"); test.creates != 0 && n != test.creates {
					w.Errorf("made %v, want %d creates", w.calls(), test.creates)
				}
				if tokens := w.tokens("CreateBgpPeer"); len(tokens) != 1 {
					w.Errorf("the tokens are %v, not one", tokens)
				}
			})
		})
	}
}

// A create that is cancelled ends within a second, also when it finds that the peer is
// another's and the service is slow at telling.
func TestCancelledCreateThatIsNotTheMaker(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{}, func(w *workbench) {
		w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindDelay, Delay: time.Minute, Times: 1})
		w.faults.Add(control.Fault{Action: "DescribeBgpPeers", Kind: control.KindDelay, Delay: 600 * time.Millisecond})
		time.AfterFunc(time.Second, func() { w.putPeers(1) })
		ctx, cancel := context.WithCancel(w.Context())
		time.AfterFunc(5*time.Second, cancel)
		started := time.Now()
		_, err := w.client.CreateBGPPeer(ctx, newPeer)
		var exists *alibabacloud.ExistsError
		if !errors.As(err, &exists) || exists.ID != peerID(0) || !errors.Is(err, context.Canceled) {
			w.Errorf("the error is %v", err)
		}
		if took := time.Since(started); took > 6*time.Second {
			w.Errorf("took %s", took)
		}
	})
}

// A create is refused for good after a lost answer, while the listing lags behind.
func TestCreateLooksAsLongAsThereIsGrace(t *testing.T) {
	t.Parallel()
	var made time.Time
	lagging := func(to http.RoundTripper) http.RoundTripper {
		return roundTrip(func(req *http.Request) (*http.Response, error) {
			resp, err := to.RoundTrip(req)
			switch action := req.Header.Get("x-acs-action"); {
			case action == "CreateBgpPeer" && made.IsZero():
				made = time.Now()
			case action == "DescribeBgpPeers" && time.Since(made) < 2*time.Second:
				resp.Body = io.NopCloser(strings.NewReader(`{"TotalCount":0,"BgpPeers":{"BgpPeer":[]}}`))
			}
			return resp, err
		})
	}
	onWorkbench(t, settings{wrap: lagging}, func(w *workbench) {
		w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindDropAfter, Times: 1})
		w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindError, Status: 403, Code: "Forbidden.RAM"})
		_, err := w.client.CreateBGPPeer(w.Context(), newPeer)
		var uncertain *alibabacloud.UncertainCreateError
		if id := w.service.Peers()[0].ID; !errors.As(err, &uncertain) || !cmp.Equal(uncertain.Candidates, []string{id}) {
			w.Errorf("the error is %v", err)
		}
	})
}

// A create is cancelled while it looks for what it has made, and then finds that the peer
// is another's.
func TestCancelledLookThatFindsAnothers(t *testing.T) {
	t.Parallel()
	var cancel context.CancelFunc
	var cancelled time.Time
	cancelling := func(to http.RoundTripper) http.RoundTripper {
		return roundTrip(func(req *http.Request) (*http.Response, error) {
			if req.Header.Get("x-acs-action") == "DescribeBgpPeers" && cancelled.IsZero() {
				cancelled = time.Now().Add(100 * time.Millisecond)
				time.AfterFunc(time.Until(cancelled), cancel)
			}
			return to.RoundTrip(req)
		})
	}
	onWorkbench(t, settings{wrap: cancelling}, func(w *workbench) {
		w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindDropBefore, Times: 1})
		w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindError, Status: 403, Code: "Forbidden.RAM", Times: 1})
		w.faults.Add(control.Fault{Action: "DescribeBgpPeers", Kind: control.KindDelay, Delay: 600 * time.Millisecond})
		w.putPeers(1)
		var ctx context.Context
		ctx, cancel = context.WithCancel(w.Context())
		defer cancel()
		_, err := w.client.CreateBGPPeer(ctx, newPeer)
		var exists *alibabacloud.ExistsError
		if !errors.As(err, &exists) || exists.ID != peerID(0) || !errors.Is(err, context.Canceled) {
			w.Errorf("the error is %v", err)
		}
		if since := time.Since(cancelled); cancelled.IsZero() || since > time.Second {
			w.Errorf("ended %s after the cancellation, want within a second", since)
		}
	})
}

// A create that looks for what it has made is cancelled a second after the look began,
// near its deadline or far from it.
func TestCancelledLook(t *testing.T) {
	t.Parallel()
	for name, timeout := range map[string]time.Duration{"near": 4 * time.Second, "far": 10 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onWorkbench(t, settings{}, func(w *workbench) {
				w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindDropAfter, Times: 1})
				w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindError, Status: 403, Code: "Forbidden.RAM"})
				w.faults.Add(control.Fault{Action: "DescribeBgpPeers", Kind: control.KindDelay, Delay: time.Minute})
				ctx, cancel := context.WithTimeout(w.Context(), timeout)
				defer cancel()
				var cancelled time.Time
				time.AfterFunc(2*time.Second, func() { cancelled = time.Now(); cancel() })
				_, err := w.client.CreateBGPPeer(ctx, newPeer)
				var uncertain *alibabacloud.UncertainCreateError
				if !errors.As(err, &uncertain) || uncertain.Looked {
					w.Errorf("the error is %v", err)
				}
				if since := time.Since(cancelled); cancelled.IsZero() || since > time.Second {
					w.Errorf("ended %s after the cancellation, want within a second", since)
				}
			})
		})
	}
}

// The documents' sample of an answer does not name the peer. The service has said
// that it made it: it is the one with the address. Without an address, nothing tells
// which it is.
func TestCreateAnsweredWithoutID(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in    alibabacloud.CreateBGPPeerInput
		known bool
	}{
		"with an address": {newPeer, true},
		"without":         {alibabacloud.CreateBGPPeerInput{Region: testRegion, GroupID: testGroup}, false},
	} {
		t.Run(name, func(t *testing.T) {
			onWorkbench(t, settings{wrap: withoutID}, func(w *workbench) {
				w.putPeers(3)
				w.service.RemovePeer(peerID(0))
				id, err := w.client.CreateBGPPeer(w.Context(), test.in)
				all := w.service.Peers()
				made := all[len(all)-1].ID
				var uncertain *alibabacloud.UncertainCreateError
				switch {
				case test.known && (err != nil || id != made):
					w.Fatalf("made %q, %v; want %q", id, err, made)
				case !test.known && (id != "" || !errors.As(err, &uncertain) || !slices.Contains(uncertain.Candidates, made)):
					w.Fatalf("made %q, %v; want %q among the candidates", id, err, made)
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
	t.Parallel()
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
			onWorkbench(t, settings{}, func(w *workbench) {
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
				if err == nil || !test.meanwhile && errors.As(err, &uncertain) && len(uncertain.Candidates) > 0 {
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

// Peers made side by side, every second answer lost, are neither lost nor made
// twice.
func TestManyCreatesUnderFaults(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: 10 * time.Millisecond}, func(w *workbench) {
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
