// Command idleprovider is the provider with a bgp_peer that makes no call: its
// operations take what was planned, or what is in the state, for the truth; and with
// a bgp_learned_routes whose rows are made up. It shows what the CLI and the plugin
// protocol cost by themselves.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/bgppeer"
	bgp "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/provider"
)

// idle is the provider, with idlePeer and idleRoutes alone.
type idle struct{ provider.Provider }

func (idle) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newIdlePeer}
}

func (idle) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newIdleRoutes}
}

// idlePeer is bgp_peer as it is validated and planned.
type idlePeer struct{ *bgppeer.Resource }

func newIdlePeer() resource.Resource {
	peer, _ := bgppeer.NewResource().(*bgppeer.Resource)
	return &idlePeer{peer}
}

// Create makes up an id, and leaves null what the service would have to tell.
func (*idlePeer) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	planned, err := tftypes.Transform(req.Plan.Raw, func(path *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		switch {
		case v.IsKnown():
			return v, nil
		case path.Equal(tftypes.NewAttributePath().WithAttributeName("id")):
			return tftypes.NewValue(tftypes.String, "bgp-idle"), nil
		default:
			return tftypes.NewValue(v.Type(), nil), nil
		}
	})
	if err != nil {
		resp.Diagnostics.AddError("Cannot read the plan", err.Error())
		return
	}
	resp.State.Raw = planned
	identify(ctx, resp.Identity, &resp.Diagnostics)
}

// Read leaves the state as it is.
func (*idlePeer) Read(ctx context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
	identify(ctx, resp.Identity, &resp.Diagnostics)
}

// Delete has nothing to delete.
func (*idlePeer) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// identify gives the peer an identity, without which the framework takes none.
func identify(ctx context.Context, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	diags.Append(identity.Set(ctx, struct {
		ID     types.String `tfsdk:"id"`
		Region types.String `tfsdk:"region"`
	}{ID: types.StringValue("bgp-idle")})...)
}

func main() {
	if err := bgp.Serve(idle{bgp.New("idle")()}, false); err != nil {
		log.Fatal(err)
	}
}
