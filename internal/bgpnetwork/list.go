package bgpnetwork

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

var _ list.ListResourceWithConfigure = (*ListResource)(nil)

// ListResource lists BGP networks for terraform query (Terraform 1.14 and later).
// Its name and configuration are those of the resource.
type ListResource struct{ Resource }

// NewListResource returns the list resource bgp_network.
func NewListResource() list.ListResource {
	return &ListResource{Resource{regional.Resource[model, *model]{Kind: &kind}}}
}

// ListResourceConfigSchema describes the filters.
func (r *ListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = kind.RouterListSchema()
}

// List reads every page and streams the networks, ordered by router and prefix.
func (r *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config regional.RouterList
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	r.Stream(ctx, req, stream, config.Region, func(ctx context.Context, client *alibabacloud.Client, region types.String) (found []regional.Listed[model], err error) {
		networks, err := client.BGPNetworks(ctx, alibabacloud.BGPNetworkFilter{Region: region.ValueString(), RouterID: config.RouterID.ValueString()})
		for _, network := range networks {
			listed := regional.Listed[model]{
				Name:  network.DstCIDRBlock + " (" + network.RouterID + ")",
				Model: model{Base: regional.Base{Region: region}},
			}
			listed.Model.fill(&network)
			found = append(found, listed)
		}
		return found, err
	})
}
