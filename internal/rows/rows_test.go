package rows

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type route struct {
	network *string
	weight  *int64
	best    *bool
	asns    []int64
}

var paths = Columns[route]{
	String("network", "The prefix.", func(p *route) *string { return p.network }),
	Int64("weight", "Its weight.", func(p *route) *int64 { return p.weight }),
	Bool("best", "Whether it is the best.", func(p *route) *bool { return p.best }),
	Int64s("as_path_asns", "The ASNs.", func(p *route) []int64 { return p.asns }),
}

func TestAttribute(t *testing.T) {
	t.Parallel()
	attribute := paths.Attribute("The paths, ordered.")
	want := "The paths, ordered. Each has:\n\n  - `network` (String) The prefix.\n  - `weight` (Number) Its weight." +
		"\n  - `best` (Boolean) Whether it is the best.\n  - `as_path_asns` (List of Number) The ASNs." +
		"\n\n  A value that the service leaves out is null, unless the column says otherwise."
	if got := attribute.MarkdownDescription; got != want {
		t.Errorf("the description is %q, want %q", got, want)
	}
	if !attribute.Computed || !attribute.ElementType.Equal(paths.Type()) {
		t.Errorf("the attribute is %+v", attribute)
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	of := schema.Schema{Attributes: map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}, "paths": paths.Attribute("The paths.")}}
	state := tfsdk.State{Schema: of, Raw: tftypes.NewValue(of.Type().TerraformType(t.Context()), nil)}
	if diags := state.Set(t.Context(), &struct {
		ID    types.String `tfsdk:"id"`
		Paths types.List   `tfsdk:"paths"`
	}{types.StringValue("x"), types.ListNull(paths.Type())}); diags.HasError() {
		t.Fatal(diags)
	}

	for name, test := range map[string]struct {
		rows []route
		want string
	}{
		"none": {nil, "[]"},
		"some": {
			[]route{
				{new("10.0.0.0/8"), new(int64(4294967295)), new(false), []int64{65515, 4200000000}},
				{asns: []int64{}},
				{},
			},
			`[{"as_path_asns":[65515,4200000000],"best":false,"network":"10.0.0.0/8","weight":4294967295},` +
				`{"as_path_asns":[],"best":<null>,"network":<null>,"weight":<null>},{"as_path_asns":<null>,"best":<null>,"network":<null>,"weight":<null>}]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := state
			if diags := paths.Set(t.Context(), &state, "paths", test.rows); diags.HasError() {
				t.Fatal(diags)
			}
			var list types.List
			var id types.String
			diags := state.GetAttribute(t.Context(), path.Root("paths"), &list)
			diags.Append(state.GetAttribute(t.Context(), path.Root("id"), &id)...)
			if diags.HasError() || id.ValueString() != "x" {
				t.Fatal(id, diags)
			}
			if got := list.String(); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(test.want, " ", "") {
				t.Errorf("the rows are %s, want %s", got, test.want)
			}
		})
	}
}

func TestOrNull(t *testing.T) {
	t.Parallel()
	if got := OrNull(""); got != nil {
		t.Errorf("an empty text is %q", *got)
	}
	if got := OrNull("x"); got == nil || *got != "x" {
		t.Errorf("x is %v", got)
	}
}
