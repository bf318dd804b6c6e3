package alibabacloud_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/conformance/load"
)

// Fifty clients, every other of the first generation, take peers through their
// lives, each in a group of its own, and page through the thousand that are
// there.
func BenchmarkSustained(b *testing.B) {
	const peers = 1000
	w := newVPCEmulator(b, func(config *alibabacloud.Config) { config.Now = time.Now })
	for i := range peers {
		w.Alibaba.PutPeer(alibabacloud.Peer{
			ID: fmt.Sprintf("bgp-%d", i), GroupID: testGroup, PeerIPAddress: fmt.Sprintf("10.1.%d.%d", i/250, i%250+1),
		})
	}
	for i := range load.Clients {
		vbr := fmt.Sprintf("vbr-%d", i)
		w.Alibaba.AddVBR(alibabacloud.VBR{ID: vbr, RegionID: testRegion})
		w.Alibaba.AddGroup(alibabacloud.Group{ID: fmt.Sprintf("bgpg-%d", i), RouterID: vbr, PeerASN: 65001})
	}
	v1, v3 := first{}.common, third{}.call
	ids := make([]string, load.Clients) // of each client's peer
	load.Load{
		Call: func(_ context.Context, number, turn int) error {
			call := v1
			if number%2 == 0 {
				call = v3
			}
			everywhere := params{"RegionId": testRegion}
			token := fmt.Sprintf("%d-%d", number, turn)
			one := everywhere.with("BgpPeerId", ids[number])
			var err error
			switch turn % 6 {
			case 0:
				var answer tree
				answer, err = call(w, "CreateBgpPeer", everywhere.with("BgpGroupId", fmt.Sprintf("bgpg-%d", number)).
					with("PeerIpAddress", "10.0.0.1").with("ClientToken", token))
				ids[number] = answer.text("BgpPeerId")
			case 1, 4:
				_, err = call(w, "DescribeBgpPeers", one)
			case 2:
				_, err = call(w, "DescribeBgpPeers", everywhere.with("PageSize", "50").with("PageNumber", fmt.Sprint(turn%20+1)))
			case 3:
				_, err = call(w, "ModifyBgpPeerAttribute", one.with("PeerIpAddress", "10.0.0.2").with("ClientToken", token))
			case 5:
				_, err = call(w, "DeleteBgpPeer", one.with("ClientToken", token))
			}
			return err
		},
		Held:   func() int { return len(w.Alibaba.Peers()) },
		WarmUp: 24_000, // of which half have one of the 10,000 tokens that are remembered
	}.Sustain(b)
}
