package regional

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/rows"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

// read calls get within the time that a read may take. If region is empty, it sets it
// to the provider's. nouns names what get reads: "BGP peers".
func read(ctx context.Context, c *clouds.Clouds, region *types.String, nouns string, get func(context.Context, *alibabacloud.Client) error) (diags diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	if region.ValueString() == "" {
		name, err := c.KnownRegion()
		if err != nil {
			diags.Append(diagnostics.AtAttribute(path.Root("region"), "No region to read "+nouns+" in", err))
			return diags
		}
		*region = types.StringValue(name)
	}
	client, err := c.AlibabaCloud()
	if err == nil {
		err = get(ctx, client)
	}
	if err != nil {
		diags.Append(diagnostics.FromError("Cannot read the "+nouns, "", err))
	}
	return diags
}

// InRegion is the part of a data source's configuration that all have. A configuration
// embeds it.
type InRegion struct {
	Region types.String `tfsdk:"region"`
}

func (r *InRegion) region() *types.String { return &r.Region }

// DataSource is a data source of rows in one region. R is a row; C is the configuration,
// a struct that embeds [InRegion].
type DataSource[R, C any, P interface {
	*C
	region() *types.String
}] struct {
	Type        string                          // "bgp_peers"
	Nouns       string                          // "BGP peers"
	Description string                          // in Markdown; how often and how long it reads is added
	Filters     map[string]dataschema.Attribute // the arguments beside region
	List        string                          // the attribute with the rows: "peers"
	ListOf      string                          // its description
	Columns     rows.Columns[R]
	Get         func(context.Context, *alibabacloud.Client, P) ([]R, error) // the region is known

	clouds *clouds.Clouds
}

// Metadata names the data source.
func (d *DataSource[R, C, P]) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.Type
}

// Schema describes the data source to Terraform.
func (d *DataSource[R, C, P]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	region := DataFilter(validators.Region(), "The region to read, such as `cn-shanghai`. Default: the provider's region.")
	region.Computed = true
	attributes := map[string]dataschema.Attribute{"region": region, d.List: d.Columns.Attribute(d.ListOf)}
	maps.Copy(attributes, d.Filters)
	resp.Schema = dataschema.Schema{
		MarkdownDescription: d.Description + "\n\nEvery plan reads them again. A read may take up to 5 minutes, including retries.",
		Attributes:          attributes,
	}
}

// Configure takes what the provider block made.
func (d *DataSource[R, C, P]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.clouds = clouds.FromProvider(req.ProviderData, &resp.Diagnostics)
}

// Read reads the rows that pass the filters.
func (d *DataSource[R, C, P]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := P(new(C))
	resp.Diagnostics.Append(req.Config.Get(ctx, config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var found []R
	resp.Diagnostics.Append(read(ctx, d.clouds, config.region(), d.Nouns, func(ctx context.Context, client *alibabacloud.Client) (err error) {
		found, err = d.Get(ctx, client, config)
		return err
	})...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(d.Columns.Set(ctx, &resp.State, d.List, found)...)
	}
}

// DataFilter is an optional text that a data source filters by.
func DataFilter(check validator.String, description string) dataschema.StringAttribute {
	return dataschema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{check}}
}

// ListResource lists the objects of one region for terraform query (Terraform 1.14 and
// later). Its name is that of the resource; O is an object as the client has it.
type ListResource[O, M any, P Model[M]] struct {
	Resource[M, P]
	Filters map[string]string // optional ids to filter by, beside region: name to description
	Get     func(ctx context.Context, client *alibabacloud.Client, region string, filters map[string]string) ([]O, error)
	Name    func(*O) string // tells objects apart for people
	Fill    func(P, *O) diag.Diagnostics
}

// ListResourceConfigSchema describes the filters.
func (r *ListResource[O, M, P]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := map[string]listschema.Attribute{"region": listschema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "The region to list, such as `cn-shanghai`. Default: the provider's region.",
		Validators:          []validator.String{validators.Region()},
	}}
	for name, description := range r.Filters {
		attributes[name] = listschema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{validators.ID()}}
	}
	resp.Schema = listschema.Schema{
		MarkdownDescription: "Lists the " + r.Kind.Noun + "s of one region on Alibaba Cloud, from all pages, for `terraform query`.",
		Attributes:          attributes,
	}
}

// List reads every page and streams the objects, in the client's order.
func (r *ListResource[O, M, P]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var region types.String
	diags := req.Config.GetAttribute(ctx, path.Root("region"), &region)
	filters := map[string]string{}
	for name := range r.Filters {
		var value types.String
		diags.Append(req.Config.GetAttribute(ctx, path.Root(name), &value)...)
		filters[name] = value.ValueString()
	}
	var found []O
	if !diags.HasError() {
		diags.Append(read(ctx, r.Clouds, &region, r.Kind.Noun+"s", func(ctx context.Context, client *alibabacloud.Client) (err error) {
			found, err = r.Get(ctx, client, region.ValueString(), filters)
			return err
		})...)
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	if req.Limit > 0 && int64(len(found)) > req.Limit {
		found = found[:req.Limit]
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for i := range found {
			if !push(r.result(ctx, req, region, &found[i])) {
				return
			}
		}
	}
}

// result is one object of the list: its identity, its name for people and, if Terraform
// asks for it, the whole resource.
func (r *ListResource[O, M, P]) result(ctx context.Context, req list.ListRequest, region types.String, object *O) list.ListResult {
	m := P(new(M))
	m.Common().Region = region
	result := req.NewListResult(ctx)
	result.DisplayName = r.Name(object)
	result.Diagnostics.Append(r.Fill(m, object)...)
	result.Diagnostics.Append(set(ctx, result.Identity, result.Identity.Schema.Type(), m.Identity())...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.GetAttribute(ctx, path.Root("timeouts"), &m.Common().Timeouts)...)
		result.Diagnostics.Append(set(ctx, result.Resource, result.Resource.Schema.Type(), m)...)
	}
	return result
}
