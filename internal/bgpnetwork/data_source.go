package bgpnetwork

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

// NewDataSource returns bgp_networks, the BGP networks of one region.
func NewDataSource() datasource.DataSource {
	return &regional.DataSource[row, dataModel, *dataModel]{
		Type:  "bgp_networks",
		Nouns: "BGP networks",
		Description: "The BGP networks of one region on Alibaba Cloud, from all pages of the listing (`DescribeBgpNetworks` of the VPC API). " +
			"Without a filter, these are all networks of the region.",
		Filters: map[string]schema.Attribute{
			"router_id": regional.DataFilter(validators.ID(), "Only the networks of this virtual border router, `vbr-…`."),
		},
		List:    "networks",
		ListOf:  "The networks, ordered by id.",
		Columns: columns,
		Get: func(ctx context.Context, client *alibabacloud.Client, config *dataModel) ([]row, error) {
			return client.BGPNetworks(ctx, alibabacloud.BGPNetworkFilter{Region: config.Region.ValueString(), RouterID: config.RouterID.ValueString()})
		},
	}
}

// dataModel is the configuration and the result of bgp_networks.
type dataModel struct {
	regional.InRegion
	RouterID types.String `tfsdk:"router_id"`
	Networks types.List   `tfsdk:"networks"`
}

// row is one network of the result.
type row = alibabacloud.BGPNetwork

// columns are what a row of bgp_networks has.
var columns = rows.Columns[row]{
	rows.String("id", "`<router_id>:<dst_cidr_block>`.", func(n *row) *string { return new(alibabacloud.NetworkID(n.RouterID, n.DstCIDRBlock)) }),
	rows.String("region", "The network's region.", func(n *row) *string { return &n.RegionID }),
	rows.String("router_id", "The id of the virtual border router, `vbr-…`.", func(n *row) *string { return rows.OrNull(n.RouterID) }),
	rows.String("dst_cidr_block", "The prefix that the router advertises.", func(n *row) *string { return &n.DstCIDRBlock }),
	rows.String("vpc_id", "The id of the VPC that the prefix leads to, `vpc-…`.", func(n *row) *string { return rows.OrNull(n.VPCID) }),
	rows.String("status", "The life-cycle status: `Pending`, `Available` or `Deleting`. `Deleted` networks are left out.",
		func(n *row) *string { return rows.OrNull(n.Status) }),
}
