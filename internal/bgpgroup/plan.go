package bgpgroup

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

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
		if !config.AuthKeyWO.IsNull() || !config.AuthKeyWOVersion.IsNull() {
			resp.Diagnostics.AddAttributeError(versionPath, "This version cannot send an MD5 key",
				"auth_key_wo is write-only, which needs Terraform 1.11 or OpenTofu 1.11. Use one of these, or remove auth_key_wo and auth_key_wo_version: "+
					"everything else of bgp_group works, and a key that the group has already is left alone.")
		}
		return
	}
	resp.Diagnostics.Append(checkKeyPair(config.AuthKeyWO, config.AuthKeyWOVersion)...)
}

// SameArguments reports whether all arguments mean the same as in the state.
func (m *model) SameArguments(state *model) bool {
	changes := slices.ContainsFunc(m.changeable(state), func(c changeable) bool { return !c.plan.Equal(c.other) })
	return m.sameGroup(state) && !changes
}

// sameGroup reports whether the plan neither replaces the group nor changes its key.
func (m *model) sameGroup(state *model) bool {
	return m.Region.Equal(state.Region) && m.RouterID.Equal(state.RouterID) && m.IPVersion.Equal(state.IPVersion) &&
		m.AuthKeyWOVersion.Equal(state.AuthKeyWOVersion)
}

// AddToPlan plans has_auth_key, which only a change of the key changes.
func (m *model) AddToPlan(ctx context.Context, state *model, plan *tfsdk.Plan) diag.Diagnostics {
	if state == nil || state.HasAuthKey.IsNull() || !m.sameGroup(state) {
		return nil
	}
	return plan.SetAttribute(ctx, hasKeyPath, state.HasAuthKey)
}
