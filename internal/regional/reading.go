package regional

import (
	"context"

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

// read reads a region, the provider's where none is named, within the time that one
// read has. nouns names what is read: "BGP peers".
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
	client, err := c.AlibabaCloud(ctx)
	if err == nil {
		err = get(ctx, client)
	}
	if err != nil {
		diags.Append(diagnostics.FromError("Cannot read the "+nouns, "", err))
	}
	return diags
}

// DataSource is a data source of rows in one region. A data source embeds it, and adds
// its schema and Read.
type DataSource struct {
	Type   string // "bgp_peers"
	Nouns  string // "BGP peers"
	clouds *clouds.Clouds
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.Type
}

// Configure takes what the provider block made.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.clouds = clouds.FromProvider(req.ProviderData, &resp.Diagnostics)
}

// ReadRows reads rows and writes them with the configuration to the state. config and
// region are the configuration's, which has been read into them; list is the rows'
// attribute.
func ReadRows[R any](ctx context.Context, d *DataSource, config any, region *types.String, resp *datasource.ReadResponse,
	list string, columns rows.Columns[R], get func(context.Context, *alibabacloud.Client) ([]R, error),
) {
	var found []R
	resp.Diagnostics.Append(read(ctx, d.clouds, region, d.Nouns, func(ctx context.Context, client *alibabacloud.Client) (err error) {
		found, err = get(ctx, client)
		return err
	})...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(columns.Set(ctx, &resp.State, list, found)...)
	}
}

// DataFilter is an optional text by which a data source chooses.
func DataFilter(check validator.String, description string) dataschema.StringAttribute {
	return dataschema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{check}}
}

// DataRegion is the region that a data source reads.
func DataRegion() dataschema.StringAttribute {
	region := DataFilter(validators.Region(), "The region to read, such as `cn-shanghai`. Default: the provider's region.")
	region.Computed = true
	return region
}

// ListFilter is an optional text by which a list block chooses.
func ListFilter(check validator.String, description string) listschema.StringAttribute {
	return listschema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{check}}
}

// ListRegion is the region that a list block lists.
func ListRegion() listschema.StringAttribute {
	return ListFilter(validators.Region(), "The region to list, such as `cn-shanghai`. Default: the provider's region.")
}

// RouterList is the configuration of a list block that chooses by router.
type RouterList struct {
	Region   types.String `tfsdk:"region"`
	RouterID types.String `tfsdk:"router_id"`
}

// RouterListSchema is the schema of [RouterList].
func (k *Kind) RouterListSchema() listschema.Schema {
	return listschema.Schema{
		MarkdownDescription: "Lists the " + k.Noun + "s of one region on Alibaba Cloud, from all pages, for `terraform query`.",
		Attributes: map[string]listschema.Attribute{
			"region":    ListRegion(),
			"router_id": ListFilter(validators.ID(), "Only the "+k.short()+"s of this virtual border router, `vbr-…`."),
		},
	}
}

// Listed is one object of a list: its model without timeouts, a name for people, and
// what is to be said of it.
type Listed[M any] struct {
	Name  string
	Model M
	Diags diag.Diagnostics
}

// Stream lists objects for terraform query, in the region, or the provider's.
func (r *Resource[M, P]) Stream(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream, region types.String,
	get func(ctx context.Context, client *alibabacloud.Client, region types.String) ([]Listed[M], error),
) {
	var found []Listed[M]
	diags := read(ctx, r.Clouds, &region, r.Kind.Noun+"s", func(ctx context.Context, client *alibabacloud.Client) (err error) {
		found, err = get(ctx, client, region)
		return err
	})
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	if req.Limit > 0 && int64(len(found)) > req.Limit {
		found = found[:req.Limit]
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for i := range found {
			if !push(listResult[M, P](ctx, req, &found[i])) {
				return
			}
		}
	}
}

// listResult is one row of the answer: the identity, a name for people, and the
// whole resource where Terraform asked for it.
func listResult[M any, P Model[M]](ctx context.Context, req list.ListRequest, listed *Listed[M]) list.ListResult {
	m := P(&listed.Model)
	result := req.NewListResult(ctx)
	result.DisplayName = listed.Name
	result.Diagnostics.Append(listed.Diags...)
	result.Diagnostics.Append(result.Identity.Set(ctx, m.Identity())...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.GetAttribute(ctx, path.Root("timeouts"), &m.Common().Timeouts)...)
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}
	return result
}
