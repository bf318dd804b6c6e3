package bgppeerstatus

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

// Schema describes bgp_peer_status to Terraform.
func (d *DataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	option := func(check validator.String, description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{check}}
	}
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	limit := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: "How long the read may take, retries and waits included. A duration such as `30s` or `10m`; " +
			"default `5m`, and `15m` with `wait_for_connected`.",
	})
	if nested, ok := limit.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long the read may take. When the time runs out, the message names the last failure, or the sessions last seen."
		for name, each := range nested.Attributes {
			if text, ok := each.(schema.StringAttribute); ok {
				text.Validators = []validator.String{validators.Timeout()} // the library's takes -1h
				nested.Attributes[name] = text
			}
		}
		limit = nested
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "The BGP sessions of an Azure virtual network gateway, as the gateway reports them: one row per " +
			"local address and neighbor, with the session's state, its age, and its counters (`getBgpPeerStatus` of Microsoft.Network, API version 2025-01-01).\n\n" +
			"Every plan and apply reads anew. The read is a long-running operation of Azure, which takes some seconds; " +
			"data sources that ask for the same gateway and peer at the same time share one operation. It changes nothing, but it is an action to Azure's " +
			"access control: the identity needs the permission `Microsoft.Network/virtualNetworkGateways/getBgpPeerStatus/action`, which the role Reader does not hold.\n\n" +
			"A gateway lists more than the neighbors it was given: itself (`neighbor` equal to `local_address`, state `Unknown`) and, where it has two instances, the other " +
			"one. So ask for one `peer`, or filter by `neighbor`, rather than expecting every row to be `Connected`.",
		Attributes: map[string]schema.Attribute{
			"id": text("The gateway's ARM id."),
			"virtual_network_gateway_id": option(isGatewayID(), "The gateway's ARM id, `/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworkGateways/…`, "+
				"in any letter case. Either this, or `resource_group_name` and `virtual_network_gateway_name`."),
			"resource_group_name":          option(isResourceGroupName(), "The name of the gateway's resource group. Needs `virtual_network_gateway_name`."),
			"virtual_network_gateway_name": option(isGatewayName(), "The gateway's name. Needs `resource_group_name`."),
			"subscription_id": option(isSubscriptionID(), "The id of the gateway's subscription, beside `resource_group_name` and `virtual_network_gateway_name`. "+
				"Default: the provider's `azure.subscription_id`."),
			"peer": option(isPeer(), "The IP address, IPv4 or IPv6 in any spelling, of the one peer to ask for. The service chooses its rows; "+
				"without it, all are listed. What Azure answers for an address that is no peer of the gateway is not documented."),
			"wait_for_connected": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to read again and again until the gateway lists the `peer` at least once and every row of it is `Connected`, and to fail, " +
					"with the rows last seen, when `timeouts` runs out before. Needs `peer`. Default `false`: one read, whatever the state.",
			},
			"timeouts": limit,
			"peers": columns.Attribute("The sessions, ordered by `neighbor`, then `local_address`, as addresses. Empty when the gateway lists none. " +
				"Together the two addresses name a row: an active-active gateway may list a neighbor once per instance."),
		},
	}
}
