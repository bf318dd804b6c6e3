package regional

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
)

// The default timeouts.
const (
	createTimeout = 10 * time.Minute
	readTimeout   = 5 * time.Minute
	updateTimeout = 10 * time.Minute
	deleteTimeout = 10 * time.Minute
)

// Resource has the operations of a resource. A resource embeds it, and adds its schemas
// and checks.
type Resource[M any, P Model[M]] struct {
	Kind   *Kind
	Clouds *clouds.Clouds
}

// Metadata names the resource type.
func (r *Resource[M, P]) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.Kind.Type
}

// Configure takes what the provider block made.
func (r *Resource[M, P]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.Clouds = clouds.FromProvider(req.ProviderData, &resp.Diagnostics)
}

// Create creates the object, writes its id to the state at once, and waits until it can
// be used. Once the service has the object, no failure loses it.
func (r *Resource[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var planned M
	plan := P(&planned)
	resp.Diagnostics.Append(Get(ctx, req.Plan, plan)...)
	resp.Diagnostics.Append(plan.FromConfig(ctx, req.Config)...)
	timeout, diags := plan.Common().Timeouts.Create(ctx, createTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	resp.Diagnostics.Append(r.place(plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := r.Clouds.AlibabaCloud()
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError(r.cannot("create"), "", err))
		return
	}

	id, err := plan.Create(ctx, client)
	if err != nil {
		err = r.Kind.notCreated(err, plan.Common().Region.ValueString())
		resp.Diagnostics.Append(diagnostics.FromError(r.cannot("create"), plan.Parent(), err, r.Kind.Arguments...))
		return
	}
	// The object exists from here on: it goes into the state before anything else can
	// fail.
	plan.Common().ID = types.StringValue(id)
	early := planned
	forgetUnknown(&early)
	resp.Diagnostics.Append(save[M, P](ctx, &early, &resp.State, resp.Identity)...)
	seen, err := r.settle(ctx, client, plan, nil)
	resp.Diagnostics.Append(save[M, P](ctx, seen, &resp.State, resp.Identity)...)
	if err != nil {
		err = r.Kind.notSettled(err)
		resp.Diagnostics.Append(diagnostics.FromError("The "+r.Kind.Noun+" was created and is not ready", r.subject(plan), err, r.Kind.Arguments...))
	}
}

// Read updates the state from the service. Only an answer of the service removes the
// object, an empty list or the status Deleted; an error never does.
func (r *Resource[M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var held M
	state := P(&held)
	resp.Diagnostics.Append(Get(ctx, req.State, state)...)
	timeout, diags := state.Common().Timeouts.Read(ctx, readTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	gone, diags := r.find(ctx, r.cannot("read"), state, unplaced(state.Common()))
	resp.Diagnostics.Append(diags...)
	imported, diags := req.Private.GetKey(ctx, importedKey)
	resp.Diagnostics.Append(diags...)
	switch {
	case resp.Diagnostics.HasError():
	case gone && imported != nil:
		resp.Diagnostics.AddError("There is no such "+r.Kind.Noun+" to import", r.notThere(state))
	case gone:
		// The framework wants an identity even of what is gone, and a Terraform
		// that knows no identities has sent none along.
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.Identity())...)
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.AddWarning("A "+r.Kind.Noun+" is gone",
			fmt.Sprintf("The service has no %s in %s, so it leaves the state. Somebody has deleted it; or else these credentials belong to another account.",
				r.subject(state), state.Common().Region.ValueString()))
	default:
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...)
		resp.Diagnostics.Append(save[M, P](ctx, &held, &resp.State, resp.Identity)...)
		// The plan shows no change while an object is being deleted.
		if state.Common().Status.ValueString() == string(alibabacloud.StatusDeleting) {
			resp.Diagnostics.AddWarning("A "+r.Kind.Noun+" is being deleted",
				r.subject(state)+" still exists, with status Deleting. When it is gone, the next plan creates it again. A destroy waits until it is gone.")
		}
	}
}

// Update changes the object, if the service would see a difference, and waits until
// it can be used again.
func (r *Resource[M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var planned, held M
	plan, state := P(&planned), P(&held)
	resp.Diagnostics.Append(Get(ctx, req.Plan, plan)...)
	resp.Diagnostics.Append(plan.FromConfig(ctx, req.Config)...)
	resp.Diagnostics.Append(Get(ctx, req.State, state)...)
	timeout, diags := plan.Common().Timeouts.Update(ctx, updateTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	if unplaced(state.Common()) {
		state.Common().Region = types.StringValue(plan.Common().Region.ValueString())
		_, diags := r.find(ctx, r.cannot("update"), state, true)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		plan.Common().Region = state.Common().Region
	}
	client, err := r.Clouds.AlibabaCloud()
	if err == nil {
		err = plan.Modify(ctx, client, &held)
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError(r.cannot("update"), r.subject(state), err, r.Kind.Arguments...))
		return
	}
	seen, err := r.settle(ctx, client, plan, &held)
	if err != nil {
		P(seen).NotReady(&held)
	}
	resp.Diagnostics.Append(save[M, P](ctx, seen, &resp.State, resp.Identity)...)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("The "+r.Kind.Noun+" was updated and is not ready", r.subject(plan), err, r.Kind.Arguments...))
	}
}

// Delete deletes the object and waits until the service no longer has it. It succeeds if
// the object is already gone.
func (r *Resource[M, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var held M
	state := P(&held)
	resp.Diagnostics.Append(Get(ctx, req.State, state)...)
	timeout, diags := state.Common().Timeouts.Delete(ctx, deleteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	if unplaced(state.Common()) {
		_, diags := r.find(ctx, r.cannot("delete"), state, true)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	client, err := r.Clouds.AlibabaCloud()
	if err == nil {
		err = state.Delete(ctx, client)
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError(r.cannot("delete"), r.subject(state), err))
	}
}

// settle waits until the service shows the object as planned, and returns it as it was
// last seen. The error is what ended the wait. prior is the state before an update.
func (r *Resource[M, P]) settle(ctx context.Context, client *alibabacloud.Client, plan P, prior *M) (*M, error) {
	seen, sent := *plan, plan.Sent(prior)
	err := plan.Wait(ctx, client, func(filled *M, ready bool) bool {
		seen = *filled
		keepPlanned(&seen, plan, sent)
		return ready && plan.Difference(&seen) == ""
	})
	forgetUnknown(&seen) // it may never have been seen
	if argument := plan.Difference(&seen); argument != "" {
		err = r.Kind.notAsPlanned(err, argument)
	}
	return &seen, err
}

// find fills the model from the service, and reports whether the object is gone. For an
// object that was moved and not yet read, that is an error: it may be in another region.
func (r *Resource[M, P]) find(ctx context.Context, summary string, m P, moved bool) (gone bool, diags diag.Diagnostics) {
	if diags = r.place(m); diags.HasError() {
		return false, diags
	}
	client, err := r.Clouds.AlibabaCloud()
	if err == nil {
		diags, err = m.Read(ctx, client)
	}
	switch gone = errors.Is(err, alibabacloud.ErrNotFound); {
	case gone && moved:
		diags.AddAttributeError(path.Root("region"), "The moved "+r.Kind.Noun+" is not in the provider's region",
			fmt.Sprintf("%s is not in %s, and the state that it was moved from names no region.\n\n"+
				"Give the resource a provider whose region is the %[3]s's (an alias, for one). If the %[3]s no longer exists, "+
				"run terraform state rm on its old address, %[4]s.…, which the state has until an apply succeeds.",
				r.subject(m), m.Common().Region.ValueString(), r.Kind.short(), r.Kind.Moved))
	case err != nil && !gone:
		diags.Append(diagnostics.FromError(summary, r.subject(m), err))
	}
	return gone, diags
}

// unplaced reports whether a state has no region. An object that was moved and not yet
// read has none, since the type that it was moved from keeps none.
func unplaced(state *Base) bool { return state.Region.ValueString() == "" }

// place sets the region of an object without one to the provider's.
func (r *Resource[M, P]) place(m P) (diags diag.Diagnostics) {
	if !unplaced(m.Common()) {
		return nil
	}
	region, err := r.Clouds.KnownRegion()
	if err != nil {
		diags.Append(diagnostics.AtAttribute(path.Root("region"), "No region for the "+r.Kind.Noun, err))
		return diags
	}
	m.Common().Region = types.StringValue(region)
	return nil
}

// cannot is the summary of a failed operation.
func (r *Resource[M, P]) cannot(operation string) string {
	return "Cannot " + operation + " the " + r.Kind.Noun
}

// subject names the object in messages.
func (r *Resource[M, P]) subject(m P) string {
	return r.Kind.Noun + " " + m.Common().ID.ValueString()
}

// save writes the model to the state, and what names it to the identity.
func save[M any, P Model[M]](ctx context.Context, m P, state *tfsdk.State, id *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := set(ctx, state, state.Schema.Type(), m)
	diags.Append(set(ctx, id, id.Schema.Type(), m.Identity())...)
	return diags
}
