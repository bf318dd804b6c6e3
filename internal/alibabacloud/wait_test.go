package alibabacloud_test

import (
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

func TestWaitAddsLittle(t *testing.T) {
	for _, peers := range []int{1, 10, 100} {
		for _, delay := range []time.Duration{0, time.Second, 3 * time.Second, 10 * time.Second, time.Minute, 5 * time.Minute} {
			inWorld(t, settings{
				latency:  50 * time.Millisecond,
				emulated: emulated.Config{Delays: emulated.Delays{PeerAvailable: delay}},
			}, func(w *world) {
				started := time.Now()
				var worst time.Duration
				w.must(together(peers, peers, func(i int) error {
					time.Sleep(time.Duration(i) * 10 * time.Millisecond)
					id, err := w.client.CreateBGPPeer(w.Context(), alibabacloud.CreateBGPPeerInput{Region: testRegion, GroupID: testGroup, PeerIPAddress: address(i)})
					if err != nil {
						return err
					}
					_, err = w.client.WaitBGPPeer(w.Context(), testRegion, id, available)
					p, _ := w.service.Peer(id)
					worst = max(worst, time.Since(p.StatusSince))
					return err
				})...)
				w.Logf("%d peers of %s: done after %s, worst %s, calls %v", peers, delay, time.Since(started), worst, w.journal.Counts())
			})
		}
	}
}

func available(p alibabacloud.BGPPeer) bool { return p.Status == alibabacloud.PeerAvailable }
