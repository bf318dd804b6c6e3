package bgppeer

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

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

// ModifyPlan makes the plan tell the truth: the region of a peer that has none yet,
// and no change at all where only a spelling changed.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return // A peer to be deleted needs no plan, and neither does one that stays as it is.
	}
	var plan model
	resp.Diagnostics.Append(regional.Get(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}

	if !req.State.Raw.IsNull() {
		var state model
		resp.Diagnostics.Append(regional.Get(ctx, req.State, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
		// The framework marks computed values as unknown when any letter differs. If
		// nothing that can be configured has changed its meaning, nothing will.
		if plan.Region.Equal(state.Region) && plan.BGPGroupID.Equal(state.BGPGroupID) &&
			plan.IPVersion.Equal(state.IPVersion) && plan.PeerIPAddress.Equal(state.PeerIPAddress) &&
			plan.EnableBFD.Equal(state.EnableBFD) && plan.BFDMultiHop.Equal(state.BFDMultiHop) &&
			plan.WaitForEstablished.Equal(state.WaitForEstablished) && plan.Timeouts.Equal(state.Timeouts) {
			resp.Plan.Raw = req.State.Raw
			return
		}
	}
	// A configuration that parts the two is refused before: see ValidateConfig.
	if !plan.EnableBFD.IsUnknown() && !plan.BFDMultiHop.IsUnknown() && plan.EnableBFD.ValueBool() == plan.BFDMultiHop.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("bfd_multi_hop"), "BFD would change without its hop count",
			fmt.Sprintf("The plan would have enable_bfd = %s with bfd_multi_hop = %s, which the service refuses. "+
				"That happens where ignore_changes names one of the two and BFD was turned on or off outside Terraform.\n\n"+
				"To leave BFD as it is, name both enable_bfd and bfd_multi_hop in ignore_changes. "+
				"To have it as the configuration says, name neither.", plan.EnableBFD, plan.BFDMultiHop))
		return
	}

	r.PlanRegion(ctx, req, resp)
}
