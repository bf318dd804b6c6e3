package bgppeer

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

// ValidateConfig checks what no single attribute can tell: that BFD has its hop
// count, and that the address fits the IP version.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(regional.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}

	if !config.EnableBFD.IsUnknown() && !config.BFDMultiHop.IsUnknown() {
		switch on, hops := config.EnableBFD.ValueBool(), !config.BFDMultiHop.IsNull(); {
		case on && !hops:
			resp.Diagnostics.AddAttributeError(path.Root("bfd_multi_hop"), "BFD needs a hop count",
				"enable_bfd is true, so bfd_multi_hop is required: the most network devices between the two ends, 1 to 255. "+
					"Set bfd_multi_hop, or remove enable_bfd.")
		case !on && hops:
			resp.Diagnostics.AddAttributeError(path.Root("bfd_multi_hop"), "A hop count without BFD",
				"bfd_multi_hop has a meaning only with BFD. Set enable_bfd = true, or remove bfd_multi_hop.")
		}
	}

	if config.PeerIPAddress.IsNull() || config.PeerIPAddress.IsUnknown() || config.IPVersion.IsUnknown() {
		return
	}
	address, version := config.PeerIPAddress.ValueString(), iptext.IPv4
	if !config.IPVersion.IsNull() {
		version = config.IPVersion.Canonical()
	}
	if iptext.CheckAddress(address) != nil || iptext.CheckVersion(version) != nil {
		return // The attributes' validators have said so already.
	}
	switch fits := iptext.VersionOf(address); {
	case version == fits:
	case config.IPVersion.IsNull():
		resp.Diagnostics.AddAttributeError(path.Root("peer_ip_address"), "The address does not fit the IP version",
			fmt.Sprintf("%s is an %s address, and ip_version is %s, its default. Set ip_version = %q, or give an %s address.", address, fits, version, fits, version))
	default:
		resp.Diagnostics.AddAttributeError(path.Root("peer_ip_address"), "The address does not fit the IP version",
			fmt.Sprintf("%s is an %s address, and ip_version is %q. Change one of the two.", address, fits, config.IPVersion.ValueString()))
	}
}

// SameArguments reports whether all arguments mean the same as in the state.
func (m *model) SameArguments(state *model) bool {
	return m.BGPGroupID.Equal(state.BGPGroupID) && m.IPVersion.Equal(state.IPVersion) && m.PeerIPAddress.Equal(state.PeerIPAddress) &&
		m.EnableBFD.Equal(state.EnableBFD) && m.BFDMultiHop.Equal(state.BFDMultiHop) && m.WaitForEstablished.Equal(state.WaitForEstablished)
}

// AddToPlan refuses a plan that has BFD without a hop count, or a hop count without
// BFD. ValidateConfig has refused such a configuration; ignore_changes can still make
// such a plan.
func (m *model) AddToPlan(context.Context, *model, *tfsdk.Plan) (diags diag.Diagnostics) {
	if !m.EnableBFD.IsUnknown() && !m.BFDMultiHop.IsUnknown() && m.EnableBFD.ValueBool() == m.BFDMultiHop.IsNull() {
		diags.AddAttributeError(path.Root("bfd_multi_hop"), "BFD would change without its hop count",
			fmt.Sprintf("The plan would have enable_bfd = %s with bfd_multi_hop = %s, which the service refuses. "+
				"That happens where ignore_changes names one of the two and BFD was turned on or off outside Terraform.\n\n"+
				"To leave BFD as it is, name both enable_bfd and bfd_multi_hop in ignore_changes. "+
				"To have it as the configuration says, name neither.", m.EnableBFD, m.BFDMultiHop))
	}
	return diags
}
