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

const descriptionOfBoth = "\n\nEvery plan and apply reads again. The read is a long-running operation of Azure, which takes ten seconds or so; " +
	"data sources that ask together for the same table share one operation. It changes nothing, but it is an action to Azure's " +
	"access control: the identity needs the permission "

var descriptions = map[table]string{
	learned: "The routes that an Azure virtual network gateway has learned, its own among them, or those that a Route Server has learned by one peering: " +
		"one row for each way to a network (`getLearnedRoutes` and `learnedRoutes` of Microsoft.Network, API version 2025-01-01)." + descriptionOfBoth +
		"`Microsoft.Network/virtualNetworkGateways/getLearnedRoutes/action`, or `Microsoft.Network/virtualHubs/bgpConnections/learnedRoutes/action`, " +
		"which the role Reader does not hold.",
	advertised: "The routes that an Azure virtual network gateway advertises to one BGP peer, or those that a Route Server advertises by one peering " +
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
			"in any letter case. In place of a gateway."),
		"network":     gateway.Option(validators.Checked("Not a network", "an IPv4 or IPv6 prefix", iptext.CheckPrefix), "Keep the rows of this prefix alone, such as `10.50.0.0/16`; prefixes within it are others."),
		"source_peer": gateway.Peer("Keep the rows alone that were learned from this IP address, in any spelling. Advertised rows have none."),
		"origin": gateway.Option(validators.Checked("Not an origin", "an origin", func(string) error { return nil }),
			"Keep the rows of this origin alone, such as `EBgp`, in any letter case."),
		"timeouts": gateway.Timeouts(ctx, "How long the read may take. When the time runs out, the message names the last failure.",
			"How long the read may take, retries and waits included. A duration such as `30s` or `10m`; default `5m`."),
		"routes": columns.Attribute("The routes, ordered by `network`, `local_address`, `source_peer` and `next_hop`, as addresses; " +
			"a network that is not a prefix is kept as text and comes last. Empty when there are none. " +
			"The filters hold before anything reaches the state."),
	})
	if d.table == advertised {
		attributes["peer"] = gateway.Peer("The IP address, IPv4 or IPv6 in any spelling, of the gateway's peer that the routes are advertised to. " +
			"Required for a gateway, refused beside `bgp_connection_id`. What Azure answers for an address that is no peer of the gateway is not documented.")
	}
	resp.Schema = schema.Schema{MarkdownDescription: descriptions[d.table], Attributes: attributes}
}
