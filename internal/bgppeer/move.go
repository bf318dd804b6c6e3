package bgppeer

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
)

// alicloudPeer is what this resource needs of the state of the alicloud
// provider's alicloud_vpc_bgp_peer. It keeps no region.
type alicloudPeer struct {
	ID            types.String `tfsdk:"id"`
	BGPGroupID    types.String `tfsdk:"bgp_group_id"`
	PeerIPAddress types.String `tfsdk:"peer_ip_address"`
	IPVersion     types.String `tfsdk:"ip_version"`
	EnableBFD     types.Bool   `tfsdk:"enable_bfd"`
	BFDMultiHop   types.Int64  `tfsdk:"bfd_multi_hop"`
}

// MoveState takes over an alicloud_vpc_bgp_peer by a moved block.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return r.MoveFrom(map[string]schema.Attribute{
		"id":              schema.StringAttribute{Computed: true},
		"bgp_group_id":    schema.StringAttribute{Required: true},
		"peer_ip_address": schema.StringAttribute{Optional: true},
		"ip_version":      schema.StringAttribute{Optional: true},
		"enable_bfd":      schema.BoolAttribute{Optional: true},
		"bfd_multi_hop":   schema.Int64Attribute{Optional: true},
	}, fromAlicloud)
}

func fromAlicloud(ctx context.Context, source *tfsdk.State, to *model) diag.Diagnostics {
	var from alicloudPeer
	diags := source.Get(ctx, &from)
	to.BGPGroupID = from.BGPGroupID
	to.IPVersion = iptext.NewVersion(iptext.IPv4)
	to.EnableBFD = types.BoolValue(from.EnableBFD.ValueBool())
	to.WaitForEstablished = types.BoolValue(false)
	if address := from.PeerIPAddress.ValueString(); address != "" {
		to.PeerIPAddress = iptext.NewAddress(address)
	}
	if version := from.IPVersion.ValueString(); version != "" {
		to.IPVersion = iptext.NewVersion(version)
	}
	if to.EnableBFD.ValueBool() {
		to.BFDMultiHop = from.BFDMultiHop
	}
	return diags
}
