package bgpgroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/rows"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

// NewDataSource returns bgp_groups, the BGP groups of one region.
func NewDataSource() datasource.DataSource {
	return &regional.DataSource[row, dataModel, *dataModel]{
		Type:  "bgp_groups",
		Nouns: "BGP groups",
		Description: "The BGP groups of one region on Alibaba Cloud, from all pages of the listing (`DescribeBgpGroups` of the VPC API). " +
			"Without a filter, these are all groups of the region. Several filters must all match. The MD5 key, which the service also sends, is dropped.",
		Filters: map[string]schema.Attribute{
			"bgp_group_id": regional.DataFilter(validators.ID(), "Only the group with this id, `bgpg-…`. A group that does not exist gives an empty list."),
			"router_id":    regional.DataFilter(validators.ID(), "Only the groups of this virtual border router, `vbr-…`."),
			"is_default":   schema.BoolAttribute{Optional: true, MarkdownDescription: "Only default (`true`) or other (`false`) groups. The service does the filtering."},
		},
		List:    "groups",
		ListOf:  "The groups, ordered by id.",
		Columns: columns,
		Get: func(ctx context.Context, client *alibabacloud.Client, config *dataModel) ([]row, error) {
			return client.BGPGroups(ctx, alibabacloud.BGPGroupFilter{
				Region:    config.Region.ValueString(),
				ID:        config.BGPGroupID.ValueString(),
				RouterID:  config.RouterID.ValueString(),
				IsDefault: config.IsDefault.ValueBoolPointer(),
			})
		},
	}
}

// dataModel is the configuration and the result of bgp_groups.
type dataModel struct {
	regional.InRegion
	BGPGroupID types.String `tfsdk:"bgp_group_id"`
	RouterID   types.String `tfsdk:"router_id"`
	IsDefault  types.Bool   `tfsdk:"is_default"`
	Groups     types.List   `tfsdk:"groups"`
}

// row is one group of the result.
type row = alibabacloud.BGPGroup

// columns are what a row of bgp_groups has. Names and descriptions are null where
// there are none, as in bgp_group.
var columns = rows.Columns[row]{
	rows.String("id", "The group's id, `bgpg-…`.", func(g *row) *string { return &g.ID }),
	rows.String("region", "The group's region.", func(g *row) *string { return &g.RegionID }),
	rows.String("router_id", "The id of the virtual border router, `vbr-…`.", func(g *row) *string { return rows.OrNull(g.RouterID) }),
	rows.String("name", "The group's name.", func(g *row) *string { return rows.OrNull(g.Name) }),
	rows.String("description", "The group's description.", func(g *row) *string { return rows.OrNull(g.Description) }),
	rows.String("ip_version", "`IPv4` or `IPv6`.", func(g *row) *string { return rows.OrNull(g.IPVersion) }),
	rows.String("status", "The life-cycle status: `Pending`, `Available`, `Modifying` or `Deleting`. `Deleted` groups are left out.",
		func(g *row) *string { return rows.OrNull(g.Status) }),
	rows.Int64("peer_asn", "The neighbor's autonomous system number (ASN).", func(g *row) *int64 { return g.PeerASN }),
	rows.Int64("local_asn", "The ASN on the Alibaba Cloud side.", func(g *row) *int64 { return g.LocalASN }),
	rows.Bool("is_fake_asn", "Whether the group shows a fake ASN to the neighbor.", func(g *row) *bool { return g.IsFakeASN }),
	rows.Bool("has_auth_key", "Whether the group has an MD5 key. The key itself is not kept.", func(g *row) *bool { return g.HasAuthKey }),
	rows.Int64("hold_time", "The hold time in seconds: how long a session survives without a keepalive.", func(g *row) *int64 { return g.HoldTime }),
	rows.Int64("keepalive_time", "The interval between keepalives in seconds.", func(g *row) *int64 { return g.KeepaliveTime }),
	rows.Int64("route_limit", "The most routes that a peer of the group may have.", func(g *row) *int64 { return g.RouteLimit }),
}
