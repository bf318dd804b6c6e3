// Package rows makes lists of rows in data sources. One table of columns per kind of
// row gives the attribute's type, its description and its value.
//
// Such a list is a ListAttribute of objects, not a nested attribute, because only
// that can be given rows by the mocks of terraform test. It is written as one raw
// value, because the framework takes 30 times as long to write a slice of structs.
package rows

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Columns are the columns of a row R, in the order of their description.
type Columns[R any] []Column[R]

// Column is one attribute of a row.
type Column[R any] struct {
	name, description string
	kind              string // the type, as the documentation writes it
	of                attr.Type
	value             func(*R) any // for tftypes.NewValue; nil is null
}

// String is a column of texts; nil is null.
func String[R any](name, description string, value func(*R) *string) Column[R] {
	return Column[R]{name, description, "String", types.StringType, func(r *R) any { return value(r) }}
}

// Int64 is a column of whole numbers; nil is null.
func Int64[R any](name, description string, value func(*R) *int64) Column[R] {
	return Column[R]{name, description, "Number", types.Int64Type, func(r *R) any { return value(r) }}
}

// Bool is a column of booleans; nil is null.
func Bool[R any](name, description string, value func(*R) *bool) Column[R] {
	return Column[R]{name, description, "Boolean", types.BoolType, func(r *R) any { return value(r) }}
}

// Int64s is a column of lists of whole numbers; nil is null, an empty list is not.
func Int64s[R any](name, description string, value func(*R) []int64) Column[R] {
	return Column[R]{name, description, "List of Number", types.ListType{ElemType: types.Int64Type}, func(r *R) any {
		numbers := value(r)
		if numbers == nil {
			return nil
		}
		list := make([]tftypes.Value, len(numbers))
		for i, n := range numbers {
			list[i] = tftypes.NewValue(tftypes.Number, n)
		}
		return list
	}}
}

// OrNull returns nil for an empty text. It is for columns whose values cannot be empty.
func OrNull[S ~string](text S) *string {
	if text == "" {
		return nil
	}
	return new(string(text))
}

// Attribute is the computed list of these rows. Its description has every column. It
// ends with a line of its own, since tfplugindocs appends a link to the last line.
func (c Columns[R]) Attribute(description string) schema.ListAttribute {
	var b strings.Builder
	b.WriteString(description + " Each has:\n")
	for _, column := range c {
		fmt.Fprintf(&b, "\n  - `%s` (%s) %s", column.name, column.kind, column.description)
	}
	b.WriteString("\n\n  A value that the service leaves out is null, unless the column says otherwise.")
	return schema.ListAttribute{Computed: true, ElementType: c.Type(), MarkdownDescription: b.String()}
}

// Type is the type of one row.
func (c Columns[R]) Type() types.ObjectType {
	attributes := make(map[string]attr.Type, len(c))
	for _, column := range c {
		attributes[column.name] = column.of
	}
	return types.ObjectType{AttrTypes: attributes}
}

// Set writes the rows to a state whose other attributes have been written.
func (c Columns[R]) Set(ctx context.Context, state *tfsdk.State, name string, rows []R) (diags diag.Diagnostics) {
	var attributes map[string]tftypes.Value
	if err := state.Raw.As(&attributes); err != nil {
		diags.AddAttributeError(path.Root(name), "Cannot write the rows", err.Error())
		return diags
	}
	attributes = maps.Clone(attributes) // the map belongs to the value
	attributes[name] = c.Value(ctx, rows)
	state.Raw = tftypes.NewValue(state.Raw.Type(), attributes)
	return diags
}

// Value is the list of these rows. Without rows it is an empty list, not null.
func (c Columns[R]) Value(ctx context.Context, rows []R) tftypes.Value {
	row := c.Type().TerraformType(ctx)
	of := make([]tftypes.Type, len(c))
	for i, column := range c {
		of[i] = column.of.TerraformType(ctx)
	}
	values := make([]tftypes.Value, len(rows))
	for i := range rows {
		attributes := make(map[string]tftypes.Value, len(c))
		for j, column := range c {
			attributes[column.name] = tftypes.NewValue(of[j], column.value(&rows[i]))
		}
		values[i] = tftypes.NewValue(row, attributes)
	}
	return tftypes.NewValue(tftypes.List{ElementType: row}, values)
}
