package bgppeerstatus

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/gateway"
)

// model is the data source's configuration and result.
type model struct {
	gateway.Arguments

	ID               types.String   `tfsdk:"id"`
	Peer             types.String   `tfsdk:"peer"`
	WaitForConnected types.Bool     `tfsdk:"wait_for_connected"`
	Peers            types.List     `tfsdk:"peers"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
}
