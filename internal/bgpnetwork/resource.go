// Package bgpnetwork is BGP networks on Alibaba Cloud, the prefixes that a virtual
// border router advertises to its peers: the resource and the list resource
// bgp_network, and the data source bgp_networks.
package bgpnetwork

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

var (
	_ resource.ResourceWithConfigure   = (*Resource)(nil)
	_ resource.ResourceWithIdentity    = (*Resource)(nil)
	_ resource.ResourceWithImportState = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan  = (*Resource)(nil)
	_ resource.ResourceWithMoveState   = (*Resource)(nil)
)

var kind = regional.Kind{
	Type:      "bgp_network",
	Noun:      "BGP network",
	Arguments: []string{"region", "router_id", "dst_cidr_block", "vpc_id"},
	CheckID:   checkID,
	Example:   "vbr-m5ex0xf63xk8s5bob1234:10.0.0.0/8",
	Place:     "on its virtual border router (data source bgp_networks, or the console)",
	Moved:     "alicloud_vpc_bgp_network",
}

// Resource is bgp_network.
type Resource struct {
	regional.Resource[model, *model]
}

// NewResource returns bgp_network, to be configured by the framework.
func NewResource() resource.Resource { return &Resource{regional.Resource[model, *model]{Kind: &kind}} }

// model is a bgp_network in configuration, plan and state. The service has no id for a
// network: router and prefix identify it.
type model struct {
	regional.Base
	RouterID     types.String  `tfsdk:"router_id"`
	DstCIDRBlock iptext.Prefix `tfsdk:"dst_cidr_block"`
	VPCID        types.String  `tfsdk:"vpc_id"`
}

// identity is what identifies a network permanently.
type identity struct {
	Region       types.String  `tfsdk:"region"`
	RouterID     types.String  `tfsdk:"router_id"`
	DstCIDRBlock iptext.Prefix `tfsdk:"dst_cidr_block"`
}

// splitID takes an id, "<router>:<prefix>", apart.
func splitID(id string) (routerID, prefix string) {
	routerID, prefix, _ = strings.Cut(id, ":")
	return routerID, prefix
}

// checkID says what is wrong with a network's id.
func checkID(id string) error {
	routerID, prefix := splitID(id)
	if routerID == "" || strings.Contains(routerID, "/") || prefix == "" {
		return errors.New("the id of a network is the id of its router, a colon, and the prefix")
	}
	if err := iptext.CheckPrefix(prefix); err != nil {
		return fmt.Errorf("after the colon must be the prefix: %w", err)
	}
	return nil
}

// Identity takes router and prefix from the id, since an import sets only that.
func (m *model) Identity() any {
	routerID, prefix := splitID(m.ID.ValueString())
	return identity{Region: m.Region, RouterID: types.StringValue(routerID), DstCIDRBlock: iptext.NewPrefix(prefix)}
}

// FromIdentity makes the id of an identity, and checks the parts of the id.
func (m *model) FromIdentity(ctx context.Context, from *tfsdk.ResourceIdentity) (path.Path, diag.Diagnostics) {
	const summary = "The identity is not one of a BGP network"
	var who identity
	diags := from.Get(ctx, &who)
	routerID, prefix := who.RouterID.ValueString(), who.DstCIDRBlock.ValueString()
	if routerID == "" || strings.ContainsAny(routerID, ":/") {
		diags.AddAttributeError(path.Root("router_id"), summary,
			fmt.Sprintf("router_id is %q: give the id of the virtual border router alone, like \"vbr-m5ex0xf63xk8s5bob1234\".", routerID))
	}
	if err := iptext.CheckPrefix(prefix); err != nil {
		diags.AddAttributeError(path.Root("dst_cidr_block"), summary, "dst_cidr_block: "+err.Error()+".")
	}
	m.Region = regional.NullIfEmpty(who.Region.ValueString())
	m.ID = types.StringValue(alibabacloud.NetworkID(routerID, prefix))
	return path.Root("dst_cidr_block"), diags
}

// Parent is the router.
func (m *model) Parent() string {
	return m.DstCIDRBlock.ValueString() + " on virtual border router " + m.RouterID.ValueString()
}

// Difference is always "": no argument of a network can be changed.
func (m *model) Difference(*model) string { return "" }

// Sent names nothing: what a network is made with identifies it, or cannot be changed.
func (m *model) Sent(*model) []string { return nil }

// Create adds the network.
func (m *model) Create(ctx context.Context, client *alibabacloud.Client) (id string, err error) {
	return alibabacloud.NetworkID(m.RouterID.ValueString(), m.DstCIDRBlock.ValueString()), client.AddBGPNetwork(ctx, alibabacloud.AddBGPNetworkInput{
		Region:       m.Region.ValueString(),
		RouterID:     m.RouterID.ValueString(),
		DstCIDRBlock: m.DstCIDRBlock.Canonical(),
		VPCID:        m.VPCID.ValueString(),
	})
}

// Read reads the network.
func (m *model) Read(ctx context.Context, client *alibabacloud.Client) (diag.Diagnostics, error) {
	routerID, prefix := splitID(m.ID.ValueString())
	network, err := client.BGPNetwork(ctx, m.Region.ValueString(), routerID, prefix)
	if err != nil {
		return nil, err
	}
	m.fill(&network)
	return nil, nil
}

// Modify has nothing to send: only the timeouts can change in place.
func (m *model) Modify(context.Context, *alibabacloud.Client, *model) error { return nil }

// Wait waits until the network is Available. One without a status counts as Available:
// the older form of the answer has none.
func (m *model) Wait(ctx context.Context, client *alibabacloud.Client, done func(*model, bool) bool) error {
	routerID, prefix := splitID(m.ID.ValueString())
	_, err := client.WaitBGPNetwork(ctx, m.Region.ValueString(), routerID, prefix, string(alibabacloud.StatusAvailable), func(n alibabacloud.BGPNetwork) bool {
		seen := *m
		seen.fill(&n)
		return done(&seen, n.Status == alibabacloud.StatusAvailable || n.Status == "")
	})
	return err
}

// NotReady changes nothing.
func (m *model) NotReady(*model) {}

// Delete deletes the network, and waits until it is gone.
func (m *model) Delete(ctx context.Context, client *alibabacloud.Client) error {
	routerID, prefix := splitID(m.ID.ValueString())
	if err := client.DeleteBGPNetwork(ctx, m.Region.ValueString(), routerID, prefix); err != nil {
		return err
	}
	return client.WaitBGPNetworkGone(ctx, m.Region.ValueString(), routerID, prefix)
}

// fill is the lenient conversion of the service's answer.
func (m *model) fill(n *alibabacloud.BGPNetwork) {
	m.ID = types.StringValue(alibabacloud.NetworkID(n.RouterID, n.DstCIDRBlock))
	m.RouterID = types.StringValue(n.RouterID)
	if shown := iptext.NewPrefix(n.DstCIDRBlock); !m.DstCIDRBlock.Same(shown) {
		m.DstCIDRBlock = shown
	}
	if n.VPCID != "" { // An answer without it is no news: a network's VPC cannot change.
		m.VPCID = types.StringValue(n.VPCID)
	}
	m.Status = types.StringValue(string(n.Status))
}

// SameArguments reports whether all arguments mean the same as in the state.
func (m *model) SameArguments(state *model) bool {
	return m.RouterID.Equal(state.RouterID) && m.DstCIDRBlock.Equal(state.DstCIDRBlock) && m.VPCID.Equal(state.VPCID)
}

// AddToPlan plans the id of a new network, which router and prefix make.
func (m *model) AddToPlan(ctx context.Context, _ *model, plan *tfsdk.Plan) diag.Diagnostics {
	if !m.ID.IsUnknown() || m.RouterID.IsUnknown() || m.DstCIDRBlock.IsUnknown() {
		return nil
	}
	return plan.SetAttribute(ctx, path.Root("id"), alibabacloud.NetworkID(m.RouterID.ValueString(), m.DstCIDRBlock.ValueString()))
}
