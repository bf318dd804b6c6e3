package alibabacloud_test

import (
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

// A refresh reads every peer by itself, so many at a time. It must not cost a
// call for each.
func TestRefreshSharesListings(t *testing.T) {
	for name, test := range map[string]struct {
		peers, atOnce, most int
	}{
		"one":                         {1, 1, 1},
		"one after the other":         {3, 1, 3},
		"two, together":               {2, 2, 2},
		"50, ten at a time":           {50, 10, 6},
		"200, ten at a time":          {200, 10, 10},
		"1000, ten at a time":         {1000, 10, 30},
		"1000, two at a time":         {1000, 2, 30},
		"1000, fifty at a time":       {1000, 50, 30},
		"2 of 1000, together, by id":  {-2, 2, 3},
		"10 of 1000, together, whole": {-10, 10, 21},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, settings{latency: 20 * time.Millisecond}, func(w *world) {
				n := test.peers
				if n < 0 {
					n = -n
					w.putPeers(1000)
				} else {
					w.putPeers(n)
				}
				w.must(together(n, test.atOnce, func(i int) error {
					p, err := w.client.BGPPeer(w.Context(), testRegion, peerID(i))
					if p.ID != peerID(i) || p.PeerIPAddress != address(i) {
						w.Errorf("read %+v for %s", p, peerID(i))
					}
					return err
				})...)
				got := w.journal.Count("*")
				w.Logf("%d calls", got)
				if got > test.most {
					w.Errorf("%d calls, want at most %d", got, test.most)
				}
			})
		})
	}
}

var _ alibabacloud.Kind
