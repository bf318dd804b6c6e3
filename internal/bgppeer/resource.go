// Package bgppeer is BGP peers on Alibaba Cloud: the resource and the list resource
// bgp_peer, and the data source bgp_peers.
package bgppeer

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

// The timeouts of a configuration that sets none.
const (
	createTimeout = 10 * time.Minute
	readTimeout   = 5 * time.Minute
	updateTimeout = 10 * time.Minute
	deleteTimeout = 10 * time.Minute
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithMoveState      = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource is bgp_peer.
type Resource struct {
	clouds *clouds.Clouds
}

// NewResource returns bgp_peer, to be configured by the framework.
func NewResource() resource.Resource { return &Resource{} }

// Metadata names the resource type.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_peer"
}

// Configure takes what the provider block made.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.clouds = clouds.FromProvider(req.ProviderData, &resp.Diagnostics)
}

// Create makes the peer, writes its id to the state at once, and waits until it
// can be used. From the moment the service has the peer, no failure loses it.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, createTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	resp.Diagnostics.Append(r.place(&plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := r.clouds.AlibabaCloud(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError(summaryCreate, "", err))
		return
	}

	id, err := client.CreateBGPPeer(ctx, plan.createInput())
	if err != nil {
		err = withStateAdvice(err, plan.Region.ValueString())
		resp.Diagnostics.Append(diagnostics.FromError(summaryCreate, "BGP group "+plan.BGPGroupID.ValueString(), err, arguments...))
		return
	}
	// The peer exists from here on: it goes into the state before anything else can
	// fail.
	plan.ID = types.StringValue(id)
	early := plan
	early.forgetUnknown()
	resp.Diagnostics.Append(save(ctx, &early, &resp.State, resp.Identity)...)
	seen, err := settle(ctx, client, &plan)
	resp.Diagnostics.Append(save(ctx, seen, &resp.State, resp.Identity)...)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("The BGP peer was created and is not ready", plan.subject(), diagnostics.WithAdvice(err, object.Tainted()), arguments...))
	}
}

// Read brings the state up to what the service says. Only the service's own word
// removes the peer: an empty answer or the status Deleted, never an error.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, readTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	peer, gone, diags := r.find(ctx, summaryRead, &state, unplaced(&state))
	resp.Diagnostics.Append(diags...)
	switch {
	case resp.Diagnostics.HasError():
	case gone:
		// The framework wants an identity even of what is gone, and a Terraform
		// that knows no identities has sent none along.
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
		resp.State.RemoveResource(ctx)
	default:
		resp.Diagnostics.Append(state.fill(&peer)...)
		resp.Diagnostics.Append(save(ctx, &state, &resp.State, resp.Identity)...)
	}
}

// Update sends the whole desired set in one call, if the service would see a
// difference, and waits until the peer can be used again.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, updateTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	if unplaced(&state) {
		_, _, diags := r.find(ctx, summaryUpdate, &plan, true)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	client, err := r.clouds.AlibabaCloud(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError(summaryUpdate, state.subject(), err))
		return
	}
	if plan.difference(&state) != "" {
		if err := client.ModifyBGPPeer(ctx, plan.modifyInput()); err != nil {
			resp.Diagnostics.Append(diagnostics.FromError(summaryUpdate, state.subject(), err, arguments...))
			return
		}
	}

	seen, err := settle(ctx, client, &plan)
	if err != nil {
		// A wait that this update was to begin with is still to be done: the next
		// plan shows it.
		seen.WaitForEstablished = state.WaitForEstablished
	}
	resp.Diagnostics.Append(save(ctx, seen, &resp.State, resp.Identity)...)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("The BGP peer was updated and is not ready", plan.subject(), err, arguments...))
	}
}

// Delete removes the peer and waits until the service no longer has it. A peer
// that is gone already is what was asked for.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, deleteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	if unplaced(&state) {
		_, _, diags := r.find(ctx, summaryDelete, &state, true)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	client, err := r.clouds.AlibabaCloud(ctx)
	if err == nil {
		err = client.DeleteBGPPeer(ctx, state.Region.ValueString(), state.ID.ValueString())
	}
	if err == nil {
		err = client.WaitBGPPeerGone(ctx, state.Region.ValueString(), state.ID.ValueString())
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError(summaryDelete, state.subject(), err))
	}
}

// settle waits until the service shows the peer as the plan wants it, Available,
// and with wait_for_established its session Established. It returns the peer as it
// was last seen; the error is what ended the wait.
func settle(ctx context.Context, client *alibabacloud.Client, plan *model) (*model, error) {
	seen, goal, established := *plan, string(alibabacloud.StatusAvailable), plan.WaitForEstablished.ValueBool()
	if established {
		goal = string(alibabacloud.SessionEstablished)
	}
	peer, err := client.WaitBGPPeer(ctx, plan.Region.ValueString(), plan.ID.ValueString(), goal, func(p alibabacloud.BGPPeer) bool {
		seen = *plan
		seen.fill(&p)
		seen.keepPlanned(plan)
		return p.Status == alibabacloud.StatusAvailable && plan.difference(&seen) == "" &&
			(!established || p.SessionState == alibabacloud.SessionEstablished)
	})
	seen.forgetUnknown() // It may never have been seen.

	if errors.Is(err, context.DeadlineExceeded) {
		if argument := plan.difference(&seen); argument != "" {
			err = &notAsPlanned{argument: argument, error: err}
		} else if established && peer.Status == alibabacloud.StatusAvailable {
			err = &notEstablished{state: peer.SessionState, error: err}
		}
	}
	return &seen, err
}

// unplaced reports whether a state has no region: that of a peer that was moved
// here from a resource type that keeps none, and not read since.
func unplaced(state *model) bool { return state.Region.ValueString() == "" }

// place gives a peer without a region the provider's.
func (r *Resource) place(m *model) (diags diag.Diagnostics) {
	if m.Region.ValueString() != "" {
		return nil
	}
	region, err := r.clouds.KnownRegion()
	if err != nil {
		diags.Append(diagnostics.AtAttribute(path.Root("region"), "No region for the BGP peer", err))
		return diags
	}
	m.Region = types.StringValue(region)
	return nil
}

// find reads the peer and reports whether the service says that it is gone. Of one
// that was moved here and not read since, that is an error: it may be in another
// region.
func (r *Resource) find(ctx context.Context, summary string, m *model, moved bool) (peer alibabacloud.BGPPeer, gone bool, diags diag.Diagnostics) {
	if diags = r.place(m); diags.HasError() {
		return peer, false, diags
	}
	client, err := r.clouds.AlibabaCloud(ctx)
	if err == nil {
		peer, err = client.BGPPeer(ctx, m.Region.ValueString(), m.ID.ValueString())
	}
	switch gone = errors.Is(err, alibabacloud.ErrNotFound); {
	case gone && moved:
		diags.AddAttributeError(path.Root("region"), "The moved BGP peer is not in the provider's region",
			fmt.Sprintf("%s is not in %s, and the state that it was moved from names no region.\n\n"+
				"Give the resource a provider whose region is the peer's (an alias, for one). If the peer no longer exists, "+
				"run terraform state rm on its old address, alicloud_vpc_bgp_peer.…, which the state has until an apply succeeds.", m.subject(), m.Region.ValueString()))
	case err != nil && !gone:
		diags.Append(diagnostics.FromError(summary, m.subject(), err))
	}
	return peer, gone, diags
}

// subject names the peer in messages.
func (m *model) subject() string {
	return "BGP peer " + m.ID.ValueString()
}

// save writes the model to the state, and what names it to the identity.
func save(ctx context.Context, m *model, state *tfsdk.State, id *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(id.Set(ctx, m.identity())...)
	return diags
}
