package bgppeerstatus

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

var (
	peerPath = path.Root("peer")
	waitPath = path.Root("wait_for_connected")
)

// ValidateConfig checks that the gateway is named in exactly one way, and that a wait
// has a peer to wait for. An unknown value may become null or not, and is checked later.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var data model
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(data.ValidateGateway("")...)
	if data.WaitForConnected.ValueBool() && data.Peer.IsNull() {
		resp.Diagnostics.AddAttributeError(waitPath, "No peer to wait for",
			"wait_for_connected needs peer: a gateway lists rows, such as its own, that never become Connected.")
	}
}
