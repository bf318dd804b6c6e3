package azure_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/conformance/load"
)

// Fifty clients ask an active-active gateway for its sessions over and over,
// and follow the operation: two requests each time.
func BenchmarkSustained(b *testing.B) {
	w := newAzureEmulator(b, func(config *emulator.Config) { config.Now = time.Now })
	clients := make([]*armnetwork.VirtualNetworkGatewaysClient, load.Clients)
	for i := range clients {
		clients[i] = w.gateways(b)
	}
	pollers := make([]*runtime.Poller[armnetwork.VirtualNetworkGatewaysClientGetBgpPeerStatusResponse], load.Clients)
	load.Load{
		Call: func(ctx context.Context, number, turn int) (err error) {
			if turn%2 == 0 {
				pollers[number], err = begin(ctx, clients[number], emulator.SeedActiveActiveGateway, "")
				return err
			}
			if _, _, err := poll(ctx, pollers[number]); err != nil {
				return err
			}
			result, err := pollers[number].Result(ctx)
			if err == nil && len(result.Value) != 6 {
				err = fmt.Errorf("%d rows", len(result.Value))
			}
			return err
		},
		Held:   func() int { return len(w.Azure.Gateways()) },
		WarmUp: 3 * azure.MaxOperations, // every other of which begins one
	}.Sustain(b)
}
