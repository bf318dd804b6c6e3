package bgppeer

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

var _ list.ListResourceWithConfigure = (*ListResource)(nil)

// ListResource lists BGP peers for terraform query (Terraform 1.14 and later).
// Its name and configuration are those of the resource.
type ListResource struct{ Resource }

// NewListResource returns the list resource bgp_peer.
func NewListResource() list.ListResource {
	return &ListResource{Resource{regional.Resource[model, *model]{Kind: &kind}}}
}

// listModel is the configuration of a list block.
type listModel struct {
	Region     types.String `tfsdk:"region"`
	BGPGroupID types.String `tfsdk:"bgp_group_id"`
	RouterID   types.String `tfsdk:"router_id"`
}

// ListResourceConfigSchema describes the filters.
func (r *ListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{
		MarkdownDescription: "Lists the BGP peers of one region on Alibaba Cloud, from all pages, for `terraform query`.",
		Attributes: map[string]listschema.Attribute{
			"region":       regional.ListRegion(),
			"bgp_group_id": regional.ListFilter(validators.ID(), "Only the peers of this BGP group, `bgpg-…`."),
			"router_id":    regional.ListFilter(validators.ID(), "Only the peers of this virtual border router, `vbr-…`."),
		},
	}
}

// List reads every page and streams the peers, ordered by id.
func (r *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	r.Stream(ctx, req, stream, config.Region, func(ctx context.Context, client *alibabacloud.Client, region types.String) (found []regional.Listed[model], err error) {
		peers, err := client.BGPPeers(ctx, alibabacloud.BGPPeerFilter{
			Region: region.ValueString(), GroupID: config.BGPGroupID.ValueString(), RouterID: config.RouterID.ValueString(),
		})
		for _, peer := range peers {
			listed := regional.Listed[model]{Name: displayName(&peer), Model: model{Base: regional.Base{Region: region}}}
			listed.Diags = listed.Model.fill(&peer)
			found = append(found, listed)
		}
		return found, err
	})
}

// displayName tells peers apart at a glance: the address and the session state. The
// peer's name is its group's, and all peers of a group have it.
func displayName(peer *alibabacloud.BGPPeer) string {
	about := strings.TrimSpace(peer.PeerIPAddress + " " + string(peer.SessionState))
	if about == "" {
		return peer.ID
	}
	return about + " (" + peer.ID + ")"
}
