package bgpgroup

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

var _ list.ListResourceWithConfigure = (*ListResource)(nil)

// ListResource lists BGP groups for terraform query (Terraform 1.14 and later).
// Its name and configuration are those of the resource.
type ListResource struct{ Resource }

// NewListResource returns the list resource bgp_group.
func NewListResource() list.ListResource {
	return &ListResource{Resource{regional.Resource[model, *model]{Kind: &kind}}}
}

// ListResourceConfigSchema describes the filters.
func (r *ListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = kind.RouterListSchema()
}

// List reads every page and streams the groups, ordered by id.
func (r *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config regional.RouterList
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	r.Stream(ctx, req, stream, config.Region, func(ctx context.Context, client *alibabacloud.Client, region types.String) (found []regional.Listed[model], err error) {
		groups, err := client.BGPGroups(ctx, alibabacloud.BGPGroupFilter{Region: region.ValueString(), RouterID: config.RouterID.ValueString()})
		for _, group := range groups {
			listed := regional.Listed[model]{Name: displayName(&group), Model: model{Base: regional.Base{Region: region}}}
			listed.Model.fill(&group)
			found = append(found, listed)
		}
		return found, err
	})
}

// displayName tells groups apart at a glance: the name or else the router, and the
// neighbors' ASN.
func displayName(group *alibabacloud.BGPGroup) string {
	about := cmp.Or(group.Name, group.RouterID)
	if group.PeerASN != nil {
		about = fmt.Sprintf("%s AS%d", about, *group.PeerASN)
	}
	return about + " (" + group.ID + ")"
}
