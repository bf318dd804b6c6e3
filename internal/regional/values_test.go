package regional

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
)

// object is a model of every kind of value that the resources have.
type object struct {
	Base
	Address iptext.Address `tfsdk:"address"`
	Version iptext.Version `tfsdk:"version"`
	Number  types.Int64    `tfsdk:"number"`
	Flag    types.Bool     `tfsdk:"flag"`
}

// TestValues reads and writes models as the framework itself does.
func TestValues(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	all := schema.Schema{Attributes: map[string]schema.Attribute{
		"id":       schema.StringAttribute{},
		"region":   schema.StringAttribute{},
		"status":   schema.StringAttribute{},
		"timeouts": (&Kind{}).Timeouts(ctx, "the wait"),
		"address":  schema.StringAttribute{CustomType: iptext.AddressType{}},
		"version":  schema.StringAttribute{CustomType: iptext.VersionType{}},
		"number":   schema.Int64Attribute{},
		"flag":     schema.BoolAttribute{},
	}}
	empty := tfsdk.State{Schema: all, Raw: tftypes.NewValue(all.Type().TerraformType(ctx), nil)}
	limited, ok := all.Attributes["timeouts"].GetType().(attr.TypeWithAttributeTypes)
	if !ok {
		t.Fatal("the timeouts are no object")
	}
	kinds := limited.AttributeTypes()
	limits := map[string]attr.Value{
		"create": types.StringValue("1m"), "read": types.StringNull(), "update": types.StringUnknown(), "delete": types.StringNull(),
	}
	for name, model := range map[string]object{
		"known": {
			Base:    Base{ID: types.StringValue("bgp-1"), Region: types.StringValue(""), Timeouts: timeouts.Value{Object: types.ObjectValueMust(kinds, limits)}},
			Address: iptext.NewAddress("10.0.0.1"), Version: iptext.NewVersion("ipv4"), Number: types.Int64Value(5), Flag: types.BoolValue(true),
		},
		"null": {Base: Base{Timeouts: timeouts.Value{Object: types.ObjectNull(kinds)}}},
		"unknown": {
			Base:   Base{ID: types.StringUnknown(), Region: types.StringUnknown(), Timeouts: timeouts.Value{Object: types.ObjectUnknown(kinds)}},
			Number: types.Int64Unknown(), Flag: types.BoolUnknown(),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, want := empty, empty
			if diags := set(ctx, &got, all.Type(), &model); diags.HasError() {
				t.Fatal(diags)
			}
			if diags := want.Set(ctx, &model); diags.HasError() {
				t.Fatal(diags)
			}
			if !got.Raw.Equal(want.Raw) {
				t.Errorf("wrote %s, the framework writes %s", got.Raw, want.Raw)
			}
			var read, wanted object
			if diags := Get(ctx, want, &read); diags.HasError() {
				t.Fatal(diags)
			}
			if diags := want.Get(ctx, &wanted); diags.HasError() {
				t.Fatal(diags)
			}
			if diff := cmp.Diff(wanted, read); diff != "" {
				t.Errorf("read otherwise than the framework (-framework +got):\n%s", diff)
			}
		})
	}

	// What does not fit is an error, and nothing is written.
	state := empty
	if diags := set(ctx, &state, all.Type(), IDIdentity{}); !diags.HasError() || !state.Raw.Equal(empty.Raw) {
		t.Errorf("a model without all attributes: got %v, and wrote %s", diags, state.Raw)
	}
}

// A model that was read keeps what a plan knows and its write did not send.
func TestKeepPlanned(t *testing.T) {
	t.Parallel()
	plan := object{
		Base:    Base{ID: types.StringValue("bgp-1"), Region: types.StringUnknown()},
		Address: iptext.NewAddress("10.0.0.1"), Number: types.Int64Null(), Flag: types.BoolUnknown(),
	}
	read := object{
		Base:    Base{ID: types.StringValue("bgp-2"), Region: types.StringValue("cn-x")},
		Address: iptext.NewAddress("10.0.0.2"), Version: iptext.NewVersion("ipv6"), Number: types.Int64Value(5), Flag: types.BoolUnknown(),
	}
	keepPlanned(&read, &plan, []string{"address"})
	forgetUnknown(&read)
	want := object{
		Base:    Base{ID: types.StringValue("bgp-1"), Region: types.StringValue("cn-x")},
		Address: iptext.NewAddress("10.0.0.2"), Number: types.Int64Null(), Flag: types.BoolNull(),
	}
	if diff := cmp.Diff(want, read); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
