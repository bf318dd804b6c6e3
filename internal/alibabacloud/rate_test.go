package alibabacloud_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"

	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// Creates against a service that allows fewer calls than are made finish without
// an error, near the time that its limit makes unavoidable.
func TestThrottledCreatesSlowDownTogether(t *testing.T) {
	t.Parallel()
	plain := func(to http.RoundTripper) http.RoundTripper { return to }
	perWindow := func(calls int, window time.Duration) func(http.RoundTripper) http.RoundTripper {
		return func(to http.RoundTripper) http.RoundTripper { return &windowed{to: to, calls: calls, window: window} }
	}
	for name, test := range map[string]struct {
		creates, atOnce int
		limit           emulated.RateLimit
		transport       func(http.RoundTripper) http.RoundTripper
		ideal           time.Duration
		tolerance       float64
	}{
		"10 calls a second, 10 at a time":          {500, 10, emulated.RateLimit{PerSecond: 10}, plain, 50 * time.Second, 1.3},
		"10 calls a second, all at once":           {500, 500, emulated.RateLimit{PerSecond: 10, Burst: 10}, plain, 49 * time.Second, 1.3},
		"10 calls a second, without a hint":        {500, 50, emulated.RateLimit{PerSecond: 10}, withoutHint, 50 * time.Second, 1.3},
		"10 calls in each second":                  {500, 50, emulated.RateLimit{}, perWindow(10, time.Second), 49 * time.Second, 1.3},
		"2 calls a second":                         {100, 10, emulated.RateLimit{PerSecond: 2}, plain, 50 * time.Second, 1.3},
		"5 calls a second, after a burst":          {300, 50, emulated.RateLimit{PerSecond: 5, Burst: 100}, plain, 40 * time.Second, 1.3},
		"100 calls a second":                       {1000, 100, emulated.RateLimit{PerSecond: 100}, plain, 10 * time.Second, 1.5},
		"300 calls in each minute, as with modify": {500, 50, emulated.RateLimit{}, perWindow(300, time.Minute), time.Minute, 1.5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := settings{latency: latency, emulated: emulated.Config{RateLimit: test.limit}, wrap: test.transport}
			onWorkbench(t, s, func(w *workbench) {
				started := time.Now()
				w.must(together(test.creates, test.atOnce, w.create)...)
				took := time.Since(started)
				w.Logf("%s, %.2f of the ideal, %d calls", took, took.Seconds()/test.ideal.Seconds(), w.count("*"))
				if took.Seconds() > test.ideal.Seconds()*test.tolerance {
					w.Errorf("took %s, the ideal being %s", took, test.ideal)
				}
				if n := len(w.service.Peers()); n != test.creates {
					w.Errorf("%d peers, want %d", n, test.creates)
				}
			})
		})
	}
}

// A rate that nothing has tried for a while says little: when many calls come then,
// the first that are throttled set it again.
func TestThrottledAgainAfterAPause(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency, emulated: emulated.Config{RateLimit: emulated.RateLimit{PerSecond: 10, Burst: 10}}}, func(w *workbench) {
		w.must(together(12, 12, w.create)...)
		w.pass(30 * time.Second)
		w.journal.Reset()
		w.must(together(500, 50, func(i int) error { return w.create(20 + i) })...)
		if got := w.count("*"); got > 750 {
			w.Errorf("%d calls for 500 creates", got)
		}
	})
}

// withoutHint takes x-acs-retry-after away.
func withoutHint(to http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := to.RoundTrip(req)
		if err == nil {
			resp.Header.Del("x-acs-retry-after")
		}
		return resp, err
	})
}

// windowed lets so many calls pass in each window.
type windowed struct {
	to     http.RoundTripper
	calls  int
	window time.Duration

	mu    sync.Mutex
	since time.Time
	used  int
}

func (x *windowed) RoundTrip(req *http.Request) (*http.Response, error) {
	x.mu.Lock()
	if time.Since(x.since) >= x.window {
		x.since, x.used = time.Now(), 0
	}
	x.used++
	passes := x.used <= x.calls
	x.mu.Unlock()
	if passes {
		return x.to.RoundTrip(req)
	}
	return &http.Response{
		StatusCode: http.StatusBadRequest,
		Body:       io.NopCloser(strings.NewReader(`{"Code":"Throttling.Api","Message":"Request was denied due to api flow control."}`)),
	}, nil
}

// The same with the wait until every peer is Available, as a resource does it.
func TestThrottledCreatesAndWaits(t *testing.T) {
	t.Parallel()
	const creates = 500
	for _, test := range []struct {
		atOnce int
		takes  time.Duration
		most   time.Duration
	}{
		// Ten at a time, each taking the peer's two seconds and two calls of the
		// 10 a second, cannot be done before 115 s; the others not before 50 s.
		{10, 2 * time.Second, 130 * time.Second},
		{50, 2 * time.Second, 90 * time.Second},
	} {
		t.Run(fmt.Sprintf("%d at a time, %s each", test.atOnce, test.takes), func(t *testing.T) {
			t.Parallel()
			onWorkbench(t, settings{latency: latency, emulated: emulated.Config{
				RateLimit: emulated.RateLimit{PerSecond: 10, Burst: 10},
				Delays:    emulated.Delays{PeerAvailable: test.takes},
			}}, func(w *workbench) {
				started := time.Now()
				w.must(together(creates, test.atOnce, func(i int) error {
					in := newPeer
					in.PeerIPAddress = address(i)
					id, err := w.client.CreateBGPPeer(w.Context(), in)
					if err != nil {
						return err
					}
					_, err = w.client.WaitBGPPeer(w.Context(), testRegion, id, "Available", available)
					return err
				})...)
				took := time.Since(started)
				w.Logf("%s, %v", took, w.journal.Counts())
				if took > test.most {
					w.Errorf("took %s, want at most %s", took, test.most)
				}
			})
		})
	}
}

// A service that does not throttle is not slowed down; one that has, once, is
// trusted again.
func TestNoLimitIsFeltWithoutThrottling(t *testing.T) {
	t.Parallel()
	for name, throttled := range map[string]bool{"never throttled": false, "throttled long ago": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onWorkbench(t, settings{latency: latency}, func(w *workbench) {
				if throttled {
					w.faults.Add(control.Fault{Action: control.AnyAction, Kind: control.KindThrottle, Times: 20})
					w.must(together(20, 20, w.create)...)
					w.pass(3 * time.Minute)
				}
				started := time.Now()
				w.must(together(250, 50, func(i int) error { return w.create(100 + i) })...)
				if took := time.Since(started); took != 5*latency {
					w.Errorf("took %s for 5 rounds of calls", took)
				}
			})
		})
	}
}

// What the service asks for is granted, within reason.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ asked, least, most time.Duration }{
		"milliseconds":  {3 * time.Second, 3 * time.Second, 4 * time.Second},
		"little":        {time.Millisecond, 250 * time.Millisecond, 2 * time.Second},
		"more than all": {time.Hour, 2 * time.Minute, 2*time.Minute + time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onWorkbench(t, settings{}, func(w *workbench) {
				w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindThrottle, RetryAfter: test.asked, Times: 1})
				started := time.Now()
				w.must(w.create(0))
				if took := time.Since(started); took < test.least || took > test.most {
					w.Errorf("came back after %s", took)
				}
			})
		})
	}
}

// The wait for one's turn ends with its context.
func TestTurnsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency, emulated: emulated.Config{RateLimit: emulated.RateLimit{PerSecond: 1}}}, func(w *workbench) {
		ctx, cancel := context.WithTimeout(w.Context(), 10*time.Second)
		defer cancel()
		errs := together(50, 50, func(i int) error {
			in := newPeer
			in.PeerIPAddress = address(i)
			_, err := w.client.CreateBGPPeer(ctx, in)
			return err
		})
		made := 0
		for _, err := range errs {
			var e *alibabacloud.Error
			switch {
			case err == nil:
				made++
			case !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &e) || e.Kind != alibabacloud.KindThrottled:
				w.Errorf("the error is %v", err)
			}
		}
		if n := len(w.service.Peers()); made != n || n < 7 {
			w.Errorf("%d peers were made, the service has %d", made, n)
		}
	})
}
