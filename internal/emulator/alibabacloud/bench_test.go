package alibabacloud_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// BenchmarkCalls measures calls to a service that holds thousands of peers.
func BenchmarkCalls(b *testing.B) {
	for _, peers := range []int{10, 5000} {
		for name, params := range map[string]map[string]string{
			"by id":   {"RegionId": testRegion, "BgpPeerId": "bgp-7"},
			"page 50": {"RegionId": testRegion, "PageSize": "50"},
		} {
			b.Run(fmt.Sprintf("%d peers/%s", peers, name), func(b *testing.B) {
				s := alibabacloud.New(alibabacloud.Config{})
				s.AddVBR(alibabacloud.VBR{ID: testVBR, RegionID: testRegion})
				s.AddGroup(alibabacloud.Group{ID: testGroup, RouterID: testVBR, PeerASN: 65515})
				for i := range peers {
					s.PutPeer(alibabacloud.Peer{
						ID: fmt.Sprintf("bgp-%d", i), GroupID: testGroup, PeerIPAddress: fmt.Sprintf("10.0.%d.%d", i/250, i%250+1),
					})
				}
				b.ReportAllocs()
				for b.Loop() {
					w := httptest.NewRecorder()
					s.ServeHTTP(w, caller{}.request(b.Context(), "DescribeBgpPeers", params))
					if w.Code != http.StatusOK {
						b.Fatal(w.Body)
					}
				}
			})
		}
	}
}
