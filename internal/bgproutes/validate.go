package bgproutes

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/gateway"
)

var (
	connectionPath = path.Root("bgp_connection_id")
	peerPath       = path.Root("peer")
	networkPath    = path.Root("network")
	sourcePeerPath = path.Root("source_peer")
)

const summaryConnectionID = "Not the id of a Route Server's peering"

// ValidateConfig checks that the table is named in exactly one way, and that there is a
// peer exactly if the table needs one. An unknown value is checked later.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	data, diags := d.config(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || data.BGPConnectionID.IsUnknown() {
		return
	}
	if !data.ofConnection() {
		resp.Diagnostics.Append(data.ValidateGateway(", or bgp_connection_id")...)
		if d.table == advertised && data.peer.IsNull() {
			resp.Diagnostics.AddAttributeError(peerPath, "No peer is named",
				"A gateway advertises other routes to each of its peers: set peer to the address of the one to ask for.")
		}
		return
	}
	for _, also := range data.Named() {
		resp.Diagnostics.AddAttributeError(path.Root(also), "Two tables are named",
			"bgp_connection_id already identifies the table: remove "+also+", or remove bgp_connection_id and name a gateway.")
	}
	if gateway.IsSet(data.peer) {
		resp.Diagnostics.AddAttributeError(peerPath, "A peering has one peer",
			"bgp_connection_id already identifies the peer: remove peer.")
	}
}
