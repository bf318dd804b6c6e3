// Package bgppeerstatus is the data source bgp_peer_status: the BGP sessions of
// an Azure virtual network gateway.
package bgppeerstatus

import (
	"context"
	"net/netip"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/gateway"
)

// The default timeouts. The one of a wait is longer, because somebody may still be
// configuring the other end.
const (
	readTimeout = 5 * time.Minute
	waitTimeout = 15 * time.Minute
)

var (
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// DataSource is bgp_peer_status.
type DataSource struct {
	clouds *clouds.Clouds
}

// NewDataSource returns bgp_peer_status, to be configured by the framework.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_peer_status"
}

// Configure takes what the provider block made.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.clouds = clouds.FromProvider(req.ProviderData, &resp.Diagnostics)
}

// Read reads the gateway's sessions, once or until those of the peer are up.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var data model
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	wait := data.WaitForConnected.ValueBool()
	limit := readTimeout
	if wait {
		limit = waitTimeout
	}
	timeout, diags := data.Timeouts.Read(ctx, limit)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	id, faults := data.GatewayID(d.clouds)
	resp.Diagnostics.Append(faults...)
	if resp.Diagnostics.HasError() {
		return
	}
	var peer netip.Addr
	if !data.Peer.IsNull() {
		var err error
		if peer, err = gateway.ParseAddress(data.Peer.ValueString()); err != nil {
			resp.Diagnostics.Append(diagnostics.AtAttribute(peerPath, "Not an IP address", err))
			return
		}
	}
	client, err := d.clouds.Azure()
	var statuses []azure.BGPPeerStatus
	switch {
	case err != nil:
	case wait:
		statuses, err = client.WaitConnected(ctx, id, peer)
	default:
		statuses, err = client.BGPPeerStatus(ctx, id, peer)
	}
	if err != nil {
		// The client's errors name the gateway and the peer.
		resp.Diagnostics.Append(diagnostics.FromError("Cannot read the BGP sessions", "", err, data.Named()...))
		return
	}
	data.ID = types.StringValue(id.String())
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(columns.Set(ctx, &resp.State, "peers", newSessions(ctx, statuses))...)
}
