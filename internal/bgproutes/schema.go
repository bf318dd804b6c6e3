package bgproutes

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/gateway"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

const descriptionOfBoth = "\n\nEvery plan reads them again. The read is a long-running operation of Azure, which takes about ten seconds. " +
	"Data sources that read the same table at the same time share one operation. It changes nothing, but Azure's " +
	"access control treats it as an action: the identity needs the permission "

var descriptions = map[table]string{
	learned: "The routes that an Azure virtual network gateway has learned, including its own, or that a Route Server has learned from one peering: " +
		"one row for each path to a network (`getLearnedRoutes` and `learnedRoutes` of Microsoft.Network, API version 2025-01-01)." + descriptionOfBoth +
		"`Microsoft.Network/virtualNetworkGateways/getLearnedRoutes/action`, or `Microsoft.Network/virtualHubs/bgpConnections/learnedRoutes/action`, " +
		"which the role Reader does not hold.",
	advertised: "The routes that an Azure virtual network gateway advertises to one BGP peer, or that a Route Server advertises to one peering " +
		"(`getAdvertisedRoutes` and `advertisedRoutes` of Microsoft.Network, API version 2025-01-01)." + descriptionOfBoth +
		"`Microsoft.Network/virtualNetworkGateways/getAdvertisedRoutes/action`, or `Microsoft.Network/virtualHubs/bgpConnections/advertisedRoutes/action`, " +
		"which the role Reader does not hold.",
}

// Schema describes the data source to Terraform.
func (d *DataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := gateway.Attributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "The ARM id of the gateway, or of the peering."},
		"bgp_connection_id": gateway.Option(validators.Checked(summaryConnectionID, "the ARM id of a Route Server's peering", func(s string) error {
			_, err := azure.ParseBGPConnectionID(s)
			return err
		}), "The ARM id of a BGP peering of a Route Server or virtual hub, `/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualHubs/…/bgpConnections/…`, "+
			"in any letter case. Instead of a gateway."),
		"network":     gateway.Option(validators.Checked("Not a network", "an IPv4 or IPv6 prefix", iptext.CheckPrefix), "Keep only the rows of this prefix, such as `10.50.0.0/16`. Prefixes within it do not match."),
		"source_peer": gateway.Peer("Keep only the rows that were learned from this IP address, in any spelling. Advertised rows have no source peer: of them, this keeps none."),
		"origin": gateway.Option(validators.Checked("Not an origin", "an origin", func(string) error { return nil }),
			"Keep only the rows of this origin, in any letter case: `EBgp`, `IBgp` or `Network` in learned rows, `Igp` or `Incomplete` in advertised rows. "+
				"Any other value is taken too, since the service may have more; where no row has it, `routes` is empty."),
		"timeouts": gateway.Timeouts(ctx, "How long the read may take. After a timeout, the message has the last failure.",
			"How long the read may take, including retries and waits. A duration such as `30s` or `10m`; default `5m`."),
		"routes": columns.Attribute("The routes, ordered by `network`, `local_address`, `source_peer` and `next_hop`. " +
			"A network that is not a prefix comes last, as the service writes it. Empty if there are none. " +
			"Azure does not document its answer for a gateway with BGP switched off: that may be an empty list too. " +
			"Rows that the filters leave out are not in the state."),
	})
	if d.table == advertised {
		attributes["peer"] = gateway.Peer("The IP address of the gateway's peer that the routes are advertised to, IPv4 or IPv6 in any spelling. " +
			"Required for a gateway, not allowed with `bgp_connection_id`. Azure does not document the answer for an address that is not a peer of the gateway.")
	}
	resp.Schema = schema.Schema{MarkdownDescription: descriptions[d.table], Attributes: attributes}
}
