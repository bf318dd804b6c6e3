package bgpnetwork

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

// NewListResource returns the list resource bgp_network, which lists networks by router
// and prefix.
func NewListResource() list.ListResource {
	return &regional.ListResource[alibabacloud.BGPNetwork, model, *model]{
		Resource: regional.Resource[model, *model]{Kind: &kind},
		Filters:  map[string]string{"router_id": "Only the networks of this virtual border router, `vbr-…`."},
		Get: func(ctx context.Context, client *alibabacloud.Client, region string, filters map[string]string) ([]alibabacloud.BGPNetwork, error) {
			return client.BGPNetworks(ctx, alibabacloud.BGPNetworkFilter{Region: region, RouterID: filters["router_id"]})
		},
		Name: func(network *alibabacloud.BGPNetwork) string {
			return network.DstCIDRBlock + " (" + network.RouterID + ")"
		},
		Fill: func(m *model, network *alibabacloud.BGPNetwork) diag.Diagnostics {
			m.fill(network)
			return nil
		},
	}
}
