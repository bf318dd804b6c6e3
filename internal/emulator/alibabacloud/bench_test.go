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

// BenchmarkRouters lists everything of 10 routers with 100 groups, 1,000 peers
// and 1,000 networks, whose sessions are up: 60 calls.
func BenchmarkRouters(b *testing.B) {
	const routers, groups, peers, networks, page = 10, 100, 1000, 1000, 50
	s := alibabacloud.New(alibabacloud.Config{})
	for i := range routers {
		s.AddVBR(alibabacloud.VBR{ID: fmt.Sprintf("vbr-%d", i), RegionID: testRegion})
	}
	for i := range groups {
		s.AddGroup(alibabacloud.Group{ID: fmt.Sprintf("bgpg-%d", i), RouterID: fmt.Sprintf("vbr-%d", i%routers), PeerASN: 65515})
	}
	for i := range peers {
		s.PutPeer(alibabacloud.Peer{
			ID: fmt.Sprintf("bgp-%d", i), GroupID: fmt.Sprintf("bgpg-%d", i%groups), PeerIPAddress: fmt.Sprintf("10.0.%d.%d", i/250, i%250+1),
		})
	}
	for i := range networks {
		s.PutNetwork(alibabacloud.Network{RouterID: fmt.Sprintf("vbr-%d", i%routers), CIDR: fmt.Sprintf("172.%d.%d.0/24", 16+i/250, i%250)})
	}
	b.ReportAllocs()
	for b.Loop() {
		for action, rows := range map[string]int{"DescribeBgpGroups": groups, "DescribeBgpPeers": peers, "DescribeBgpNetworks": networks} {
			for number := range (rows + page - 1) / page {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, caller{}.request(b.Context(), action, map[string]string{
					"RegionId": testRegion, "PageSize": fmt.Sprint(page), "PageNumber": fmt.Sprint(number + 1),
				}))
				if w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		}
	}
}
