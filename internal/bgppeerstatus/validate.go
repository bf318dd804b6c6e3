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

// ValidateConfig refuses what goes against each other: the gateway is named in
// exactly one way, and a wait has a peer to wait for. A value that is not known
// yet may turn out to be either there or null, and is left for later.
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
