package bgproutes

import (
	"context"
	"net/netip"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/gateway"
)

// model is the configuration of either data source.
type model struct {
	gateway.Arguments

	BGPConnectionID types.String   `tfsdk:"bgp_connection_id"`
	Network         types.String   `tfsdk:"network"`
	SourcePeer      types.String   `tfsdk:"source_peer"`
	Origin          types.String   `tfsdk:"origin"`
	ID              types.String   `tfsdk:"id"`
	Routes          types.List     `tfsdk:"routes"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`

	peer types.String // of bgp_advertised_routes; null in the other
}

// advertisedModel adds what only bgp_advertised_routes has.
type advertisedModel struct {
	model

	Peer types.String `tfsdk:"peer"`
}

func (d *DataSource) config(ctx context.Context, config tfsdk.Config) (model, diag.Diagnostics) {
	if d.table == learned {
		var data model
		diags := config.Get(ctx, &data)
		return data, diags
	}
	var data advertisedModel
	diags := config.Get(ctx, &data)
	data.peer = data.Peer
	return data.model, diags
}

// ofConnection reports whether a valid configuration names a Route Server's peering.
func (m *model) ofConnection() bool { return !m.BGPConnectionID.IsNull() }

// id returns the id of the gateway or the peering that a valid configuration names.
func (m *model) id(c *clouds.Clouds) (id *arm.ResourceID, diags diag.Diagnostics) {
	if !m.ofConnection() {
		return m.GatewayID(c)
	}
	id, err := azure.ParseBGPConnectionID(m.BGPConnectionID.ValueString())
	if err != nil {
		diags.AddAttributeError(connectionPath, summaryConnectionID, err.Error())
	}
	return id, diags
}

// named returns the names of the arguments that name the table.
func (m *model) named() []string {
	if m.ofConnection() {
		return []string{connectionPath.String()}
	}
	return m.Named()
}

// filter says which rows of a table to keep.
type filter struct {
	network    netip.Prefix // the zero Prefix is any
	sourcePeer netip.Addr   // the zero Addr is any
	origin     string       // "" is any
}

// filter returns the filter of a valid configuration, and its peer.
func (m *model) filter() (wanted filter, peer netip.Addr, diags diag.Diagnostics) {
	parsed(&diags, networkPath, m.Network, &wanted.network, netip.ParsePrefix)
	parsed(&diags, sourcePeerPath, m.SourcePeer, &wanted.sourcePeer, gateway.ParseAddress)
	parsed(&diags, peerPath, m.peer, &peer, gateway.ParseAddress)
	wanted.origin = m.Origin.ValueString()
	return wanted, peer, diags
}

func parsed[T any](diags *diag.Diagnostics, at path.Path, value types.String, into *T, parse func(string) (T, error)) {
	if value.IsNull() {
		return
	}
	var err error
	if *into, err = parse(value.ValueString()); err != nil {
		diags.AddAttributeError(at, "Not a value of "+at.String(), err.Error())
	}
}

// lets reports whether a row matches the filter.
func (f *filter) lets(r *azure.Route) bool {
	if f.network.IsValid() {
		if r.Network == nil {
			return false
		}
		if network, err := netip.ParsePrefix(*r.Network); err != nil || network != f.network {
			return false
		}
	}
	if f.sourcePeer.IsValid() {
		if r.SourcePeer == nil {
			return false
		}
		if source, err := netip.ParseAddr(*r.SourcePeer); err != nil || source.Unmap() != f.sourcePeer {
			return false
		}
	}
	return f.origin == "" || r.Origin != nil && strings.EqualFold(*r.Origin, f.origin)
}
