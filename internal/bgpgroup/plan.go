package bgpgroup

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

// ValidateConfig checks what no single attribute can tell: that the key and its
// version come together, and that this CLI can send a key at all.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(regional.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !req.ClientCapabilities.WriteOnlyAttributesAllowed {
		if !config.AuthKeyWO.IsNull() {
			resp.Diagnostics.AddAttributeError(versionPath, "This version cannot send an MD5 key",
				"auth_key_wo is write-only, which needs Terraform 1.11 or OpenTofu 1.11. Use one of these, or remove auth_key_wo and auth_key_wo_version: "+
					"everything else of bgp_group works, and a key that the group has already is left alone.")
		}
		return
	}
	resp.Diagnostics.Append(checkKeyPair(config.AuthKeyWO, config.AuthKeyWOVersion)...)
}

// ModifyPlan makes the plan tell the truth: the region of a group that has none yet,
// no change at all where only a spelling changed, and what a change leaves alone.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return // A group to be deleted needs no plan, and neither does one that stays as it is.
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
		sameGroup := plan.Region.Equal(state.Region) && plan.RouterID.Equal(state.RouterID) && plan.IPVersion.Equal(state.IPVersion)
		sameKey := plan.AuthKeyWOVersion.Equal(state.AuthKeyWOVersion)
		changes := slices.ContainsFunc(plan.changeable(&state), func(c changeable) bool { return !c.plan.Equal(c.other) })
		switch {
		case sameGroup && sameKey && !changes && plan.Timeouts.Equal(state.Timeouts):
			// The framework marks computed values as unknown when any letter differs. If
			// nothing that can be configured has changed its meaning, nothing will.
			resp.Plan.Raw = req.State.Raw
			return
		case sameGroup && sameKey && !state.HasAuthKey.IsNull():
			// Only a change of the key changes whether there is one.
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, hasKeyPath, state.HasAuthKey)...)
		}
	}
	r.PlanRegion(ctx, req, resp)
}
