package alibabacloud_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// unreachable is a transport that cannot reach anything while it is down, after
// the time that it takes to find out.
type unreachable struct {
	http.RoundTripper
	down  atomic.Bool
	dials atomic.Int64
	dead  http.Transport
}

func newUnreachable(dial time.Duration) *unreachable {
	u := &unreachable{}
	u.down.Store(true)
	u.dead.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		u.dials.Add(1)
		select {
		case <-time.After(dial):
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return u
}

func (u *unreachable) wrap(reached http.RoundTripper) http.RoundTripper {
	u.RoundTripper = reached
	return u
}

// RoundTrip dials and fails, or goes through.
func (u *unreachable) RoundTrip(req *http.Request) (*http.Response, error) {
	if u.down.Load() {
		return u.dead.RoundTrip(req)
	}
	return u.RoundTripper.RoundTrip(req)
}

// However many peers are read, an endpoint that cannot be reached is tried for
// Pace.Patience by the first of them, and after that for all of them together.
func TestUnreachableEndpoint(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		peers   int
		dial    time.Duration
		timeout time.Duration // of a read
		ends    time.Duration // at the latest
		dials   int64         // at most: ten peers are read at a time
	}{
		"40 peers, refused":          {40, time.Millisecond, 5 * time.Minute, 16 * time.Second, 80},
		"1000 peers, refused":        {1000, time.Millisecond, 5 * time.Minute, 16 * time.Second, 80},
		"1000 peers, no route":       {1000, 3 * time.Second, 5 * time.Minute, 20 * time.Second, 80},
		"1000 peers, silence":        {1000, 10 * time.Second, 5 * time.Minute, 21 * time.Second, 30},
		"1000 peers, short timeouts": {1000, 3 * time.Second, 10 * time.Second, 25 * time.Second, 80},
	} {
		t.Run(name, func(t *testing.T) {
			u := newUnreachable(test.dial)
			onWorkbench(t, settings{wrap: u.wrap}, func(w *workbench) {
				started := time.Now()
				errs := together(test.peers, 10, func(i int) error {
					ctx, cancel := context.WithTimeout(w.Context(), test.timeout)
					defer cancel()
					_, err := w.client.BGPPeer(ctx, testRegion, peerID(i))
					return err
				})
				if took := time.Since(started); took > test.ends {
					w.Errorf("ended after %s", took)
				}
				if n := u.dials.Load(); n > test.dials {
					w.Errorf("dialed %d times", n)
				}
				for _, err := range errs {
					if err == nil || !strings.Contains(err.Error(), "cannot reach vpc.cn-shanghai.aliyuncs.com: dial tcp: connection refused") {
						w.Fatalf("the error is %v", err)
					}
				}
			})
		})
	}
}

// Listings of an endpoint that is known to be out of reach are not even tried, and
// their readers say why.
func TestListingsOfUnreachableEndpoint(t *testing.T) {
	t.Parallel()
	u := newUnreachable(time.Millisecond)
	onWorkbench(t, settings{wrap: u.wrap}, func(w *workbench) {
		peer := func(i int) error {
			_, err := w.client.BGPPeer(w.Context(), testRegion, peerID(i))
			return err
		}
		network := func(i int) error {
			_, err := w.client.BGPNetwork(w.Context(), testRegion, testVBR, network(i))
			return err
		}
		if peer(0) == nil {
			w.Fatal("read a peer of an endpoint that is down")
		}
		dials := u.dials.Load()
		for _, err := range slices.Concat(together(20, 10, peer), together(20, 10, network)) {
			if err == nil || !strings.Contains(err.Error(), "cannot reach vpc.cn-shanghai.aliyuncs.com: dial tcp: connection refused") {
				w.Errorf("the error is %v", err)
			}
		}
		if n := u.dials.Load() - dials; n != 0 {
			w.Errorf("dialed %d times", n)
		}
	})
}

// An endpoint that counts as out of reach is found again by the first operation
// that gets through, and all others follow.
func TestReachableAgain(t *testing.T) {
	u := newUnreachable(time.Millisecond)
	onWorkbench(t, settings{wrap: u.wrap}, func(w *workbench) {
		w.putPeers(20)
		read := func(i int) error {
			_, err := w.client.BGPPeer(w.Context(), testRegion, peerID(i))
			return err
		}
		if read(0) == nil {
			w.Fatal("read a peer of an endpoint that is down")
		}
		dials := u.dials.Load()
		if read(0) == nil || u.dials.Load() != dials {
			w.Errorf("an endpoint that was just found out of reach was dialed again")
		}
		w.pass(10 * time.Minute)
		if read(0) == nil || u.dials.Load() != dials+1 {
			w.Errorf("later it was dialed %d times, want once", u.dials.Load()-dials)
		}
		w.pass(10 * time.Minute)
		u.down.Store(false)
		w.must(together(20, 10, read)[0])
		w.must(together(20, 10, read)...)

		// An outage that is shorter than the client's patience is waited out.
		w.pass(time.Minute) // so that no listing serves
		u.down.Store(true)
		time.AfterFunc(10*time.Second, func() { u.down.Store(false) })
		w.must(together(20, 10, read)...)

		// So is one that begins after the service has asked for a long pause.
		w.pass(time.Minute)
		w.faults.Add(control.Fault{Action: "DescribeBgpPeers", Kind: control.KindThrottle, RetryAfter: 20 * time.Second, Times: 1})
		time.AfterFunc(10*time.Second, func() { u.down.Store(true) })
		time.AfterFunc(25*time.Second, func() { u.down.Store(false) })
		w.must(read(0))
	})
}

// What was never sent is not lost: no peer can exist.
func TestUnsentCreate(t *testing.T) {
	u := newUnreachable(time.Millisecond)
	onWorkbench(t, settings{wrap: u.wrap}, func(w *workbench) {
		for _, timeout := range []time.Duration{time.Second, 20 * time.Minute} {
			ctx, cancel := context.WithTimeout(w.Context(), timeout)
			started := time.Now()
			_, err := w.client.CreateBGPPeer(ctx, newPeer)
			cancel()
			if took := time.Since(started); took > 16*time.Second {
				w.Errorf("ended after %s", took)
			}
			var uncertain *alibabacloud.UncertainCreateError
			if err == nil || errors.As(err, &uncertain) {
				w.Errorf("the error is %v", err)
			}
			w.pass(time.Minute)
			u.down.Store(false)
			w.must(func() error {
				_, err := w.client.BGPPeers(w.Context(), alibabacloud.BGPPeerFilter{Region: testRegion})
				return err
			}())
			u.down.Store(true)
		}
	})
}
