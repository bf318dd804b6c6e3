package bgppeerstatus

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/gateway"
)

// Schema describes bgp_peer_status to Terraform.
func (d *DataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := gateway.Attributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "The gateway's ARM id."},
		"peer": gateway.Peer("The IP address, IPv4 or IPv6 in any spelling, of the one peer to ask for. The service chooses its rows; " +
			"without it, all are listed. What Azure answers for an address that is no peer of the gateway is not documented."),
		"wait_for_connected": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to read again and again until the gateway lists the `peer` at least once and every row of it is `Connected`, and to fail, " +
				"with the rows last seen, when `timeouts` runs out before. Where the permission is missing, it waits up to ten minutes for it: " +
				"a new role assignment may take as long. Needs `peer`. Default `false`: one read, whatever the state.",
		},
		"timeouts": gateway.Timeouts(ctx, "How long the read may take. When the time runs out, the message names the last failure, or the sessions last seen.",
			"How long the read may take, retries and waits included. A duration such as `30s` or `10m`; default `5m`, and `15m` with `wait_for_connected`."),
		"peers": columns.Attribute("The sessions, ordered by `neighbor`, then `local_address`, as addresses. Empty when the gateway lists none. " +
			"Together the two addresses name a row: an active-active gateway may list a neighbor once per instance."),
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "The BGP sessions of an Azure virtual network gateway, as the gateway reports them: one row per " +
			"local address and neighbor, with the session's state, its age, and its counters (`getBgpPeerStatus` of Microsoft.Network, API version 2025-01-01).\n\n" +
			"Every plan and apply reads again. The read is a long-running operation of Azure, which takes some seconds; " +
			"data sources that ask together for the same gateway and peer share one operation. It changes nothing, but it is an action to Azure's " +
			"access control: the identity needs the permission `Microsoft.Network/virtualNetworkGateways/getBgpPeerStatus/action`, which the role Reader does not hold.\n\n" +
			"A gateway lists more than the neighbors it was given: itself (`neighbor` equal to `local_address`, state `Unknown`) and, where it has two instances, the other " +
			"one. So ask for one `peer`, or filter by `neighbor`, rather than expecting every row to be `Connected`.",
		Attributes: attributes,
	}
}
