package bgppeerstatus

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

var (
	gatewayIDPath     = path.Root("virtual_network_gateway_id")
	resourceGroupPath = path.Root("resource_group_name")
	gatewayNamePath   = path.Root("virtual_network_gateway_name")
	subscriptionPath  = path.Root("subscription_id")
	peerPath          = path.Root("peer")
	waitPath          = path.Root("wait_for_connected")
)

const summaryGatewayID = "Not the id of a virtual network gateway"

// ValidateConfig refuses what goes against each other: the gateway is named in
// exactly one way, and a wait has a peer to wait for. A value that is not known
// yet may turn out to be either there or null, and is left for later.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var data model
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	byName := []struct {
		at    path.Path
		value types.String
	}{
		{resourceGroupPath, data.ResourceGroupName},
		{gatewayNamePath, data.VirtualNetworkGatewayName},
		{subscriptionPath, data.SubscriptionID},
	}
	group, name := data.ResourceGroupName, data.VirtualNetworkGatewayName
	switch {
	case isSet(data.VirtualNetworkGatewayID):
		for _, also := range byName {
			if isSet(also.value) {
				resp.Diagnostics.AddAttributeError(also.at, "The gateway is named twice",
					fmt.Sprintf("virtual_network_gateway_id already says it all: leave %s out, or name the gateway by resource_group_name and virtual_network_gateway_name.", also.at))
			}
		}
	case data.VirtualNetworkGatewayID.IsUnknown():
	case group.IsNull() && name.IsNull():
		resp.Diagnostics.AddAttributeError(gatewayIDPath, "No gateway is named",
			"Set virtual_network_gateway_id, or resource_group_name and virtual_network_gateway_name.")
	case group.IsNull():
		resp.Diagnostics.AddAttributeError(resourceGroupPath, "The gateway's resource group is missing",
			"virtual_network_gateway_name needs resource_group_name beside it.")
	case name.IsNull():
		resp.Diagnostics.AddAttributeError(gatewayNamePath, "The gateway's name is missing",
			"resource_group_name needs virtual_network_gateway_name beside it.")
	}

	if data.WaitForConnected.ValueBool() && data.Peer.IsNull() {
		resp.Diagnostics.AddAttributeError(waitPath, "No peer to wait for",
			"wait_for_connected needs peer: a gateway lists rows, such as its own, that never become Connected.")
	}
}

func isSet(value types.String) bool { return !value.IsNull() && !value.IsUnknown() }

// parsePeer parses a peer's address, in any spelling, for its canonical form.
func parsePeer(text string) (netip.Addr, error) {
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return netip.Addr{}, fmt.Errorf("%q is not an IPv4 or IPv6 address", text)
	}
	return addr.Unmap(), nil
}

func isGatewayID() validator.String {
	return validators.Checked(summaryGatewayID, "the ARM id of a virtual network gateway", func(s string) error {
		_, err := azure.ParseGatewayID(s)
		return err
	})
}

func isPeer() validator.String {
	return validators.Checked("Not a peer's IP address", "an IPv4 or IPv6 address", func(s string) error {
		_, err := parsePeer(s)
		return err
	})
}

func isResourceGroupName() validator.String {
	return validators.Checked("Not a resource group's name", "a resource group's name", azure.CheckResourceGroupName)
}

func isGatewayName() validator.String {
	return validators.Checked("Not a virtual network gateway's name", "a virtual network gateway's name", azure.CheckGatewayName)
}

func isSubscriptionID() validator.String {
	return validators.Checked("Not a subscription id", "a subscription id", azure.CheckSubscriptionID)
}
