package regional

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

// Region is the attribute region; of says whose region it is, "the BGP group".
func (k *Kind) Region(of string) schema.StringAttribute {
	const replaces = "Another region replaces the object."
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: fmt.Sprintf("The region of %s, such as `cn-shanghai`. Default: the provider's region when the %[2]s is created; "+
			"a later change of the provider's region does not move the %[2]s. Another value here replaces it.", of, k.short()),
		Validators: []validator.String{validators.Region()},
		PlanModifiers: []planmodifier.String{
			stringplanmodifier.UseNonNullStateForUnknown(),
			stringplanmodifier.RequiresReplaceIf(anotherRegion, replaces, replaces),
		},
	}
}

// anotherRegion reports whether a region in the configuration is not the object's.
// One that was moved and not yet read has none in its state, and is no other's.
func anotherRegion(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = !req.ConfigValue.IsNull() && !req.StateValue.IsNull()
}

// ModifyPlan makes the plan tell the truth. It plans the region of an object that has
// none yet, no change at all if only a spelling changed, and what the model adds.
func (r *Resource[M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return // An object to be deleted needs no plan, and neither does one that stays as it is.
	}
	plan, state := P(new(M)), P(nil)
	resp.Diagnostics.Append(Get(ctx, req.Plan, plan)...)
	if !req.State.Raw.IsNull() {
		state = new(M)
		resp.Diagnostics.Append(Get(ctx, req.State, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	// The framework marks computed values as unknown when any letter differs. If
	// nothing that can be configured has changed its meaning, nothing will.
	if state != nil && plan.Common().Region.Equal(state.Common().Region) && plan.Common().Timeouts.Equal(state.Common().Timeouts) && plan.SameArguments(state) {
		resp.Plan.Raw = req.State.Raw
		return
	}
	resp.Diagnostics.Append(plan.AddToPlan(ctx, state, &resp.Plan)...)
	if !resp.Diagnostics.HasError() {
		r.planRegion(ctx, req, resp)
	}
}

// planRegion plans the region of an object that has none yet.
func (r *Resource[M, P]) planRegion(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var planned, configured types.String
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("region"), &planned)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("region"), &configured)...)
	if r.Clouds == nil || !planned.IsUnknown() || !configured.IsNull() {
		return
	}
	name, known, err := r.Clouds.DefaultRegion()
	if err != nil {
		resp.Diagnostics.Append(diagnostics.AtAttribute(path.Root("region"), "No region for the "+r.Kind.Noun, err))
		return
	}
	if known {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("region"), name)...)
	}
}

// Timeouts is the attribute timeouts. create says what creating waits for.
func (k *Kind) Timeouts(ctx context.Context, create string) schema.Attribute {
	limits := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Read: true, Update: true, Delete: true,
		CreateDescription: "How long the create may take, including " + create + ". A duration such as `30s` or `15m`; default `10m`.",
		ReadDescription:   "How long one read may take, including retries. Default `5m`.",
		UpdateDescription: "How long an update may take, including the wait. Default `10m`.",
		DeleteDescription: "How long the delete may take, until the service no longer lists the " + k.short() + ". Default `10m`.",
	})
	nested, ok := limits.(schema.SingleNestedAttribute)
	if !ok {
		return limits
	}
	nested.MarkdownDescription = "How long each operation may take. After a timeout, the message has the last answer of the service."
	for name, each := range nested.Attributes {
		if text, ok := each.(schema.StringAttribute); ok {
			text.Validators = []validator.String{validators.Timeout()} // the library's takes -1h
			nested.Attributes[name] = text
		}
	}
	return nested
}

// IDIdentity is the identity of what has an id: the id, and the region it is in.
type IDIdentity struct {
	ID     types.String `tfsdk:"id"`
	Region types.String `tfsdk:"region"`
}

// Identity is the identity of an object that has an id.
func (b *Base) Identity() any { return IDIdentity{b.ID, b.Region} }

// FromIdentity takes id and region from the identity of an object that has an id.
func (b *Base) FromIdentity(ctx context.Context, from *tfsdk.ResourceIdentity) (path.Path, diag.Diagnostics) {
	var who IDIdentity
	diags := from.Get(ctx, &who)
	b.ID, b.Region = who.ID, NullIfEmpty(who.Region.ValueString())
	return path.Root("id"), diags
}

// IdentitySchema is the schema of [IDIdentity] (Terraform 1.12 and later).
func (k *Kind) IdentitySchema(form string) identityschema.Schema {
	return identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{
				RequiredForImport: true,
				Description:       "The " + k.short() + "'s id, " + form + ".",
			},
			"region": IdentityRegion(),
		},
	}
}

// IdentityRegion is the region in an identity.
func IdentityRegion() identityschema.StringAttribute {
	return identityschema.StringAttribute{OptionalForImport: true, Description: "The object's region. Default: the provider's region."}
}
