package alibabacloud_test

import (
	"testing"
	"time"

	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// An apply and a destroy of many peers cost few calls more than the fewest possible:
// for an apply a call for each peer, and for every round of those that are worked on
// at a time a look at each, by its id or by all pages; for a destroy a call and a look
// for each.
func TestCallsOfManyPeers(t *testing.T) {
	t.Parallel()
	const n, atOnce, service = 1000, 10, time.Second
	fewest := n
	for made := atOnce; made <= n; made += atOnce {
		fewest += min(atOnce, (made+49)/50)
	}
	delays := emulated.Delays{PeerAvailable: service, PeerDeleted: service}
	onWorkbench(t, settings{latency: latency, emulated: emulated.Config{Delays: delays}}, func(w *workbench) {
		ids := make([]string, n)
		phase := func(what string, fewest int, most float64, do func(i int) error) {
			w.journal.Reset()
			started := time.Now()
			w.must(together(n, atOnce, do)...)
			calls, took := w.count("*"), time.Since(started)
			w.Logf("%s: %d calls, %.2f of the fewest, in %s", what, calls, float64(calls)/float64(fewest), took)
			if float64(calls) > most*float64(fewest) {
				w.Errorf("%s: %d calls, more than %.2f of the fewest, %d: %v", what, calls, most, fewest, w.journal.Counts())
			}
			if limit := time.Duration(n/atOnce) * (service + 80*time.Millisecond); took > limit { // as long as when every wait looked at once
				w.Errorf("%s: took %s, more than %s", what, took, limit)
			}
		}
		phase("apply", fewest, 1.26, func(i int) (err error) {
			in := newPeer
			in.PeerIPAddress = address(i)
			if ids[i], err = w.client.CreateBGPPeer(w.Context(), in); err != nil {
				return err
			}
			_, err = w.client.WaitBGPPeer(w.Context(), testRegion, ids[i], "Available", available)
			return err
		})
		phase("destroy", 2*n, 1.14, func(i int) error {
			if err := w.client.DeleteBGPPeer(w.Context(), testRegion, ids[i]); err != nil {
				return err
			}
			return w.client.WaitBGPPeerGone(w.Context(), testRegion, ids[i])
		})
	})
}
