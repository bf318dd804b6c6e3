package bgppeer

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

var _ list.ListResourceWithConfigure = (*ListResource)(nil)

// ListResource lists BGP peers for terraform query (Terraform 1.14 and later).
// Its name and configuration are those of the resource.
type ListResource struct {
	Resource
}

// NewListResource returns the list resource bgp_peer.
func NewListResource() list.ListResource { return &ListResource{} }

// listModel is the configuration of a list block.
type listModel struct {
	Region     types.String `tfsdk:"region"`
	BGPGroupID types.String `tfsdk:"bgp_group_id"`
	RouterID   types.String `tfsdk:"router_id"`
}

// ListResourceConfigSchema describes the filters.
func (r *ListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{
		MarkdownDescription: "Lists the BGP peers of one region on Alibaba Cloud, every page, for `terraform query`.",
		Attributes: map[string]listschema.Attribute{
			"region": listschema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The region to list, such as `cn-shanghai`. Default: the provider's region.",
				Validators:          []validator.String{validators.Region()},
			},
			"bgp_group_id": listschema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only the peers of this BGP group, `bgpg-…`.",
				Validators:          []validator.String{validators.ID()},
			},
			"router_id": listschema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only the peers of this virtual border router, `vbr-…`.",
				Validators:          []validator.String{validators.ID()},
			},
		},
	}
}

// List reads every page and streams the peers, ordered by id.
func (r *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	diags := req.Config.Get(ctx, &config)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()

	region := config.Region.ValueString()
	if region == "" {
		name, err := r.clouds.KnownRegion()
		if err != nil {
			diags.Append(diagnostics.AtAttribute(path.Root("region"), "No region to list BGP peers in", err))
			stream.Results = list.ListResultsStreamDiagnostics(diags)
			return
		}
		region = name
	}
	peers, err := r.peers(ctx, alibabacloud.BGPPeerFilter{
		Region: region, GroupID: config.BGPGroupID.ValueString(), RouterID: config.RouterID.ValueString(),
	})
	if err != nil {
		diags.Append(diagnostics.FromError("Cannot list BGP peers", "", err))
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	if req.Limit > 0 && int64(len(peers)) > req.Limit {
		peers = peers[:req.Limit]
	}

	stream.Results = func(push func(list.ListResult) bool) {
		for _, peer := range peers {
			if !push(listResult(ctx, req, region, &peer)) {
				return
			}
		}
	}
}

func (r *ListResource) peers(ctx context.Context, filter alibabacloud.BGPPeerFilter) ([]alibabacloud.BGPPeer, error) {
	client, err := r.clouds.AlibabaCloud(ctx)
	if err != nil {
		return nil, err
	}
	return client.BGPPeers(ctx, filter)
}

// listResult is one row of the answer: the identity, a name for people, and the
// whole resource where Terraform asked for it.
func listResult(ctx context.Context, req list.ListRequest, region string, peer *alibabacloud.BGPPeer) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = displayName(peer)
	m := model{Region: types.StringValue(region)}
	result.Diagnostics.Append(m.fill(peer)...)
	result.Diagnostics.Append(result.Identity.Set(ctx, m.identity())...)
	if req.IncludeResource {
		var none timeouts.Value
		result.Diagnostics.Append(result.Resource.GetAttribute(ctx, path.Root("timeouts"), &none)...)
		m.Timeouts = none
		result.Diagnostics.Append(result.Resource.Set(ctx, &m)...)
	}
	return result
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
