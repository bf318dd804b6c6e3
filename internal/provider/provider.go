// Package provider is the provider block: its schema, what is checked of it, and
// what is registered with it. The values themselves go to package clouds, which
// resolves them when a cloud is first needed.
package provider

import (
	"context"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/bgpgroup"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/bgpnetwork"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/bgppeer"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/bgppeerstatus"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/bgproutes"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
)

const homepage = "https://registry.terraform.io/providers/terraform-provider-bgp/bgp"

var (
	_ provider.Provider                   = (*bgpProvider)(nil)
	_ provider.ProviderWithValidateConfig = (*bgpProvider)(nil)
	_ provider.ProviderWithListResources  = (*bgpProvider)(nil)
)

type bgpProvider struct {
	version   string
	pace      alibabacloud.Pace
	getenv    func(string) string // nil: the environment of the process
	transport http.RoundTripper   // nil: one over the network
	shared    *alibabacloud.Shared
}

// Option changes how the provider works, where a test needs it to.
type Option func(*bgpProvider)

// WithPace sets how long the Alibaba Cloud client waits between looks and
// retries.
func WithPace(pace alibabacloud.Pace) Option {
	return func(p *bgpProvider) { p.pace = pace }
}

// WithGetenv sets where the environment variables of the provider block come from.
func WithGetenv(getenv func(string) string) Option {
	return func(p *bgpProvider) { p.getenv = getenv }
}

// WithTransport sets what carries the requests to both clouds, in place of the
// network.
func WithTransport(transport http.RoundTripper) Option {
	return func(p *bgpProvider) { p.transport = transport }
}

// New returns what makes the provider, for the framework's server. The version is
// that of the release, "dev" for a build that is none.
func New(version string, options ...Option) func() provider.Provider {
	shared := &alibabacloud.Shared{}
	return func() provider.Provider {
		p := &bgpProvider{version: version, shared: shared}
		for _, option := range options {
			option(p)
		}
		return p
	}
}

// Metadata names the provider.
func (p *bgpProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "bgp"
	resp.Version = p.version
}

// Schema describes the provider block.
func (p *bgpProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = blockSchema()
}

// Configure hands the provider block on as it is. Nothing is resolved here: a
// cloud that is not used needs no valid configuration.
func (p *bgpProvider) Configure(_ context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	values, err := readValues(req.Config.Raw)
	if err != nil {
		resp.Diagnostics.AddError("Cannot read the provider block", err.Error())
		return
	}
	c := clouds.New(clouds.Config{
		Values:    values,
		UserAgent: fmt.Sprintf("terraform-provider-bgp/%s (+%s) Terraform/%s", p.version, homepage, req.TerraformVersion),
		Logger:    newLogger(),
		Pace:      p.pace,
		Getenv:    p.getenv,
		Transport: p.transport,
		Shared:    p.shared,
	})
	resp.ResourceData = c
	resp.DataSourceData = c
	resp.ListResourceData = c
}

// Resources lists the resources.
func (p *bgpProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{bgpgroup.NewResource, bgpnetwork.NewResource, bgppeer.NewResource}
}

// DataSources lists the data sources.
func (p *bgpProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		bgpgroup.NewDataSource, bgpnetwork.NewDataSource, bgppeer.NewDataSource,
		bgppeerstatus.NewDataSource, bgproutes.NewLearned, bgproutes.NewAdvertised,
	}
}

// ListResources lists what `terraform query` can list.
func (p *bgpProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{bgpgroup.NewListResource, bgpnetwork.NewListResource, bgppeer.NewListResource}
}
