package bgppeer

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
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

// MoveState takes over an alicloud_vpc_bgp_peer by a moved block: the peer stays
// as it is, and the read that follows completes its state.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{
		SourceSchema: &schema.Schema{Attributes: map[string]schema.Attribute{
			"id":              schema.StringAttribute{Computed: true},
			"bgp_group_id":    schema.StringAttribute{Required: true},
			"peer_ip_address": schema.StringAttribute{Optional: true},
			"ip_version":      schema.StringAttribute{Optional: true},
			"enable_bfd":      schema.BoolAttribute{Optional: true},
			"bfd_multi_hop":   schema.Int64Attribute{Optional: true},
		}},
		StateMover: moveFromAlicloud,
	}}
}

func moveFromAlicloud(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	// The host and the namespace are left open: mirrors and forks keep the type.
	if req.SourceTypeName != "alicloud_vpc_bgp_peer" || !strings.HasSuffix(req.SourceProviderAddress, "/alicloud") || req.SourceState == nil {
		return
	}
	var from alicloudPeer
	resp.Diagnostics.Append(req.SourceState.Get(ctx, &from)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if _, _, err := parseImportID(from.ID.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "The moved resource is not one BGP peer", err.Error())
		return
	}

	var none timeouts.Value
	resp.Diagnostics.Append(resp.TargetState.GetAttribute(ctx, path.Root("timeouts"), &none)...)
	to := model{
		ID:                 from.ID,
		BGPGroupID:         from.BGPGroupID,
		PeerIPAddress:      iptext.Address{StringValue: from.PeerIPAddress},
		IPVersion:          iptext.NewVersion(iptext.IPv4),
		EnableBFD:          types.BoolValue(from.EnableBFD.ValueBool()),
		WaitForEstablished: types.BoolValue(false),
		Timeouts:           none,
	}
	if from.PeerIPAddress.ValueString() == "" {
		to.PeerIPAddress = iptext.Address{}
	}
	if from.IPVersion.ValueString() != "" {
		to.IPVersion = iptext.NewVersion(from.IPVersion.ValueString())
	}
	if to.EnableBFD.ValueBool() {
		to.BFDMultiHop = from.BFDMultiHop
	}
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, &to)...)
}
