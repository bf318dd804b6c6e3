package bgppeerstatus

import (
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
)

// model is the data source's configuration and result.
type model struct {
	ID                        types.String   `tfsdk:"id"`
	VirtualNetworkGatewayID   types.String   `tfsdk:"virtual_network_gateway_id"`
	ResourceGroupName         types.String   `tfsdk:"resource_group_name"`
	VirtualNetworkGatewayName types.String   `tfsdk:"virtual_network_gateway_name"`
	SubscriptionID            types.String   `tfsdk:"subscription_id"`
	Peer                      types.String   `tfsdk:"peer"`
	WaitForConnected          types.Bool     `tfsdk:"wait_for_connected"`
	Peers                     types.List     `tfsdk:"peers"`
	Timeouts                  timeouts.Value `tfsdk:"timeouts"`
}

// gateway is the gateway that a valid configuration means.
func (m *model) gateway(c *clouds.Clouds) (*arm.ResourceID, diag.Diagnostics) {
	var diags diag.Diagnostics
	if !m.VirtualNetworkGatewayID.IsNull() {
		id, err := azure.ParseGatewayID(m.VirtualNetworkGatewayID.ValueString())
		if err != nil {
			diags.AddAttributeError(gatewayIDPath, summaryGatewayID, err.Error())
		}
		return id, diags
	}
	subscription := m.SubscriptionID.ValueString()
	if m.SubscriptionID.IsNull() {
		var err error
		if subscription, err = c.KnownSubscriptionID(); err != nil {
			diags.Append(diagnostics.AtAttribute(subscriptionPath, "No subscription for the gateway", err))
			return nil, diags
		}
	}
	id, err := azure.NewGatewayID(subscription, m.ResourceGroupName.ValueString(), m.VirtualNetworkGatewayName.ValueString())
	if err != nil {
		diags.AddError("Not the name of a virtual network gateway", err.Error())
	}
	return id, diags
}

// named are the arguments by which a valid configuration names the gateway.
func (m *model) named() []string {
	switch {
	case !m.VirtualNetworkGatewayID.IsNull():
		return []string{"virtual_network_gateway_id"}
	case m.SubscriptionID.IsNull():
		return []string{"resource_group_name", "virtual_network_gateway_name"}
	}
	return []string{"resource_group_name", "virtual_network_gateway_name", "subscription_id"}
}
