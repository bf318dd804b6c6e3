package alibabacloud_test

import (
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// Creates against a service that allows fewer calls than are made finish without
// an error, near the time that the service's limit makes unavoidable.
func TestThrottledCreatesSlowDownTogether(t *testing.T) {
	for name, test := range map[string]struct {
		creates, atOnce int
		limit           emulated.RateLimit
	}{
		"ten calls a second, 10 at a time":     {500, 10, emulated.RateLimit{PerSecond: 10, Burst: 1}},
		"ten calls a second, 50 at a time":     {500, 50, emulated.RateLimit{PerSecond: 10, Burst: 10}},
		"ten calls a second, all at once":      {500, 500, emulated.RateLimit{PerSecond: 10, Burst: 10}},
		"two calls a second, 10 at a time":     {100, 10, emulated.RateLimit{PerSecond: 2, Burst: 1}},
		"hundred calls a second, 50 at a time": {2000, 50, emulated.RateLimit{PerSecond: 100, Burst: 100}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, settings{latency: 20 * time.Millisecond, emulated: emulated.Config{RateLimit: test.limit}}, func(w *world) {
				started := time.Now()
				w.must(together(test.creates, test.atOnce, func(i int) error {
					_, err := w.client.CreateBGPPeer(w.Context(), alibabacloud.CreateBGPPeerInput{Region: testRegion, GroupID: testGroup, PeerIPAddress: address(i)})
					return err
				})...)
				took := time.Since(started)
				ideal := time.Duration(float64(test.creates-test.limit.Burst) / test.limit.PerSecond * float64(time.Second))
				w.Logf("%s, %.2f of the ideal, %d calls for %d", took, float64(took)/float64(ideal), w.journal.Count("*"), test.creates)
				if took > ideal*13/10 {
					w.Errorf("took %s, the ideal being %s", took, ideal)
				}
				if n := len(w.service.Peers()); n != test.creates {
					w.Errorf("%d peers, want %d", n, test.creates)
				}
			})
		})
	}
}

// The same with the wait until every peer is Available, as a resource does it.
func TestThrottledCreatesAndWaits(t *testing.T) {
	for name, test := range map[string]struct {
		atOnce int
		delay  time.Duration
	}{
		"10 at a time":    {10, 2 * time.Second},
		"50 at a time":    {50, 2 * time.Second},
		"500 at a time":   {500, 2 * time.Second},
		"10 at a time, 0": {10, 0},
		"50 at a time, 0": {50, 0},
	} {
		t.Run(name, func(t *testing.T) {
			const creates = 500
			inWorld(t, settings{
				latency:  20 * time.Millisecond,
				emulated: emulated.Config{RateLimit: emulated.RateLimit{PerSecond: 10, Burst: 10}, Delays: emulated.Delays{PeerAvailable: test.delay}},
			}, func(w *world) {
				started := time.Now()
				w.must(together(creates, test.atOnce, func(i int) error {
					id, err := w.client.CreateBGPPeer(w.Context(), alibabacloud.CreateBGPPeerInput{Region: testRegion, GroupID: testGroup, PeerIPAddress: address(i)})
					if err != nil {
						return err
					}
					_, err = w.client.WaitBGPPeer(w.Context(), testRegion, id, func(p alibabacloud.BGPPeer) bool { return p.Status == alibabacloud.PeerAvailable })
					return err
				})...)
				w.Logf("%s, %v", time.Since(started), w.journal.Counts())
			})
		})
	}
}
