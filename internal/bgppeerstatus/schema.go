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
		"peer": gateway.Peer("The IP address of the peer to read, IPv4 or IPv6 in any spelling. Azure selects its rows. " +
			"Without it, all peers are read. Azure does not document the answer for an address that is not a peer of the gateway."),
		"wait_for_connected": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to read repeatedly until the gateway lists the `peer` and every row of it is `Connected`. " +
				"After the timeout the read fails, and the message has the rows last seen. If the permission is missing, it waits up to ten minutes for it: " +
				"a new role assignment can take that long. Needs `peer`. Default `false`: one read, in any state.",
		},
		"timeouts": gateway.Timeouts(ctx, "How long the read may take. After a timeout, the message has the last failure, or the sessions last seen.",
			"How long the read may take, including retries and waits. A duration such as `30s` or `10m`; default `5m`, and `15m` with `wait_for_connected`."),
		"peers": columns.Attribute("The sessions, ordered by `neighbor`, then `local_address`. Empty if the gateway lists none. " +
			"The two addresses together identify a row: an active-active gateway may list a neighbor once per instance."),
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "The BGP sessions of an Azure virtual network gateway, as the gateway reports them: one row for each " +
			"local address and neighbor, with the session's state, age and counters (`getBgpPeerStatus` of Microsoft.Network, API version 2025-01-01).\n\n" +
			"Every plan reads them again. The read is a long-running operation of Azure, which takes some seconds. " +
			"Data sources that read the same gateway and peer at the same time share one operation. It changes nothing, but Azure's " +
			"access control treats it as an action: the identity needs the permission `Microsoft.Network/virtualNetworkGateways/getBgpPeerStatus/action`, which the role Reader does not hold.\n\n" +
			"A gateway lists more than its configured neighbors: also itself (`neighbor` equal to `local_address`, state `Unknown`) and, if it has two instances, the other " +
			"one. So do not expect every row to be `Connected`: read one `peer`, or filter by `neighbor`.",
		Attributes: attributes,
	}
}
