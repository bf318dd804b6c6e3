package bgpgroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

// alicloudGroup is what this resource needs of the state of the alicloud provider's
// alicloud_vpc_bgp_group. Its auth_key, in clear there, is left behind.
type alicloudGroup struct {
	ID           types.String `tfsdk:"id"`
	RouterID     types.String `tfsdk:"router_id"`
	PeerASN      types.Int64  `tfsdk:"peer_asn"`
	LocalASN     types.Int64  `tfsdk:"local_asn"`
	IsFakeASN    types.Bool   `tfsdk:"is_fake_asn"`
	BGPGroupName types.String `tfsdk:"bgp_group_name"`
	Description  types.String `tfsdk:"description"`
	IPVersion    types.String `tfsdk:"ip_version"`
	RouteQuota   types.Int64  `tfsdk:"route_quota"`
}

// MoveState takes over an alicloud_vpc_bgp_group by a moved block.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return r.MoveFrom(map[string]schema.Attribute{
		"id":             schema.StringAttribute{Computed: true},
		"router_id":      schema.StringAttribute{Required: true},
		"peer_asn":       schema.Int64Attribute{Required: true},
		"local_asn":      schema.Int64Attribute{Optional: true},
		"is_fake_asn":    schema.BoolAttribute{Optional: true},
		"bgp_group_name": schema.StringAttribute{Optional: true},
		"description":    schema.StringAttribute{Optional: true},
		"ip_version":     schema.StringAttribute{Optional: true},
		"route_quota":    schema.Int64Attribute{Optional: true},
	}, fromAlicloud)
}

func fromAlicloud(ctx context.Context, source *tfsdk.State, to *model) diag.Diagnostics {
	var from alicloudGroup
	diags := source.Get(ctx, &from)
	to.RouterID, to.PeerASN, to.LocalASN, to.RouteLimit = from.RouterID, from.PeerASN, from.LocalASN, from.RouteQuota
	to.IsFakeASN = types.BoolValue(from.IsFakeASN.ValueBool())
	to.Name = regional.NullIfEmpty(from.BGPGroupName.ValueString())
	to.Description = regional.NullIfEmpty(from.Description.ValueString())
	to.IPVersion = iptext.NewVersion(iptext.IPv4)
	if version := from.IPVersion.ValueString(); version != "" {
		to.IPVersion = iptext.NewVersion(version)
	}
	return diags
}
