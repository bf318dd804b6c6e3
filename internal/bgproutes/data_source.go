// Package bgproutes is the data sources bgp_learned_routes and bgp_advertised_routes:
// the routing tables of Azure virtual network gateways and of Route Server peerings.
package bgproutes

import (
	"context"
	"net/netip"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
)

// readTimeout is the default timeout.
const readTimeout = 5 * time.Minute

var (
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// DataSource is bgp_learned_routes or bgp_advertised_routes.
type DataSource struct {
	table  table
	clouds *clouds.Clouds
}

// table says which of a router's two tables a data source reads.
type table string

const (
	learned    table = "learned"
	advertised table = "advertised"
)

// NewLearned returns bgp_learned_routes, to be configured by the framework.
func NewLearned() datasource.DataSource { return &DataSource{table: learned} }

// NewAdvertised returns bgp_advertised_routes, to be configured by the framework.
func NewAdvertised() datasource.DataSource { return &DataSource{table: advertised} }

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + string(d.table) + "_routes"
}

// Configure takes what the provider block made.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.clouds = clouds.FromProvider(req.ProviderData, &resp.Diagnostics)
}

// Read reads the table, and keeps the rows that match the filters.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	data, diags := d.config(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := data.Timeouts.Read(ctx, readTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	id, diags := data.id(d.clouds)
	resp.Diagnostics.Append(diags...)
	wanted, peer, diags := data.filter()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := d.clouds.Azure()
	var routes []azure.Route
	if err == nil {
		routes, err = d.read(ctx, client, &data, id, peer)
	}
	if err != nil {
		// The client's errors name the table.
		resp.Diagnostics.Append(diagnostics.FromError("Cannot read the "+string(d.table)+" routes", "", err, data.named()...))
		return
	}
	resp.State.Raw = req.Config.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.String())...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(columns.Set(ctx, &resp.State, "routes", newRoutes(ctx, routes, wanted))...)
}

func (d *DataSource) read(ctx context.Context, client *azure.Client, data *model, id *arm.ResourceID, peer netip.Addr) ([]azure.Route, error) {
	switch {
	case data.ofConnection() && d.table == learned:
		return client.ConnectionLearnedRoutes(ctx, id)
	case data.ofConnection():
		return client.ConnectionAdvertisedRoutes(ctx, id)
	case d.table == learned:
		return client.LearnedRoutes(ctx, id)
	}
	return client.AdvertisedRoutes(ctx, id, peer)
}
