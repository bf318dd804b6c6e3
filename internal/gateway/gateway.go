// Package gateway is what the data sources of Azure have in common: the arguments that
// name a virtual network gateway, a peer's address, and how long a read may take.
package gateway

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

var (
	idPath            = path.Root("virtual_network_gateway_id")
	resourceGroupPath = path.Root("resource_group_name")
	namePath          = path.Root("virtual_network_gateway_name")
	subscriptionPath  = path.Root("subscription_id")
)

const summaryID = "Not the id of a virtual network gateway"

// Arguments name a gateway. A model embeds them.
type Arguments struct {
	VirtualNetworkGatewayID   types.String `tfsdk:"virtual_network_gateway_id"`
	ResourceGroupName         types.String `tfsdk:"resource_group_name"`
	VirtualNetworkGatewayName types.String `tfsdk:"virtual_network_gateway_name"`
	SubscriptionID            types.String `tfsdk:"subscription_id"`
}

// Attributes are those of [Arguments].
func Attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"virtual_network_gateway_id": Option(validators.Checked(summaryID, "the ARM id of a virtual network gateway", func(s string) error {
			_, err := azure.ParseGatewayID(s)
			return err
		}), "The gateway's ARM id, `/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworkGateways/…`, "+
			"in any letter case. Set either this, or `resource_group_name` and `virtual_network_gateway_name`."),
		"resource_group_name": Option(validators.Checked("Not a resource group's name", "a resource group's name", azure.CheckResourceGroupName),
			"The name of the gateway's resource group. Needs `virtual_network_gateway_name`."),
		"virtual_network_gateway_name": Option(validators.Checked("Not a virtual network gateway's name", "a virtual network gateway's name", azure.CheckGatewayName),
			"The gateway's name. Needs `resource_group_name`."),
		"subscription_id": Option(validators.Checked("Not a subscription id", "a subscription id", azure.CheckSubscriptionID),
			"The id of the gateway's subscription, with `resource_group_name` and `virtual_network_gateway_name`. "+
				"Default: the provider's `azure.subscription_id`."),
	}
}

// Option is an optional text with a check.
func Option(check validator.String, description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{check}}
}

// Peer is an optional address.
func Peer(description string) schema.StringAttribute {
	return Option(validators.Address(), description)
}

// ParseAddress parses an IP address, in any spelling, for its canonical form.
func ParseAddress(text string) (netip.Addr, error) {
	addr, err := iptext.ParseAddress(text)
	return addr.Unmap(), err
}

// Timeouts is the attribute timeouts, with a checked read.
func Timeouts(ctx context.Context, description, read string) schema.Attribute {
	limit := timeouts.AttributesWithOpts(ctx, timeouts.Opts{ReadDescription: read})
	nested, ok := limit.(schema.SingleNestedAttribute)
	if !ok {
		return limit
	}
	nested.MarkdownDescription = description
	for name, each := range nested.Attributes {
		if text, ok := each.(schema.StringAttribute); ok {
			text.Validators = []validator.String{validators.Timeout()} // the library's takes -1h
			nested.Attributes[name] = text
		}
	}
	return nested
}

// ValidateGateway checks that the arguments name the gateway in exactly one way. An
// unknown value may become null or not, and is checked later. instead names what can
// replace these arguments, such as ", or bgp_connection_id"; "" is nothing.
func (a *Arguments) ValidateGateway(instead string) (diags diag.Diagnostics) {
	group, name := a.ResourceGroupName, a.VirtualNetworkGatewayName
	switch {
	case IsSet(a.VirtualNetworkGatewayID):
		for _, also := range a.Named()[1:] {
			diags.AddAttributeError(path.Root(also), "The gateway is named twice",
				fmt.Sprintf("virtual_network_gateway_id already identifies the gateway: remove %s, or name the gateway by resource_group_name and virtual_network_gateway_name.", also))
		}
	case a.VirtualNetworkGatewayID.IsUnknown():
	case group.IsNull() && name.IsNull():
		diags.AddAttributeError(idPath, "No gateway is named",
			"Set virtual_network_gateway_id, or resource_group_name and virtual_network_gateway_name"+instead+".")
	case group.IsNull():
		diags.AddAttributeError(resourceGroupPath, "The gateway's resource group is missing",
			"virtual_network_gateway_name needs resource_group_name too.")
	case name.IsNull():
		diags.AddAttributeError(namePath, "The gateway's name is missing",
			"resource_group_name needs virtual_network_gateway_name too.")
	}
	return diags
}

// IsSet reports whether a value is known and not null.
func IsSet(value types.String) bool { return !value.IsNull() && !value.IsUnknown() }

// Named returns the names of the arguments that are set.
func (a *Arguments) Named() (names []string) {
	for _, argument := range []struct {
		name  path.Path
		value types.String
	}{
		{idPath, a.VirtualNetworkGatewayID},
		{resourceGroupPath, a.ResourceGroupName},
		{namePath, a.VirtualNetworkGatewayName},
		{subscriptionPath, a.SubscriptionID},
	} {
		if IsSet(argument.value) {
			names = append(names, argument.name.String())
		}
	}
	return names
}

// GatewayID returns the id of the gateway that valid arguments name.
func (a *Arguments) GatewayID(c *clouds.Clouds) (id *arm.ResourceID, diags diag.Diagnostics) {
	if !a.VirtualNetworkGatewayID.IsNull() {
		id, err := azure.ParseGatewayID(a.VirtualNetworkGatewayID.ValueString())
		if err != nil {
			diags.AddAttributeError(idPath, summaryID, err.Error())
		}
		return id, diags
	}
	subscription := a.SubscriptionID.ValueString()
	if a.SubscriptionID.IsNull() {
		var err error
		if subscription, err = c.KnownSubscriptionID(); err != nil {
			diags.Append(diagnostics.AtAttribute(subscriptionPath, "No subscription for the gateway", err))
			return nil, diags
		}
	}
	id, err := azure.NewGatewayID(subscription, a.ResourceGroupName.ValueString(), a.VirtualNetworkGatewayName.ValueString())
	if err != nil {
		diags.AddError("Not the name of a virtual network gateway", err.Error())
	}
	return id, diags
}
