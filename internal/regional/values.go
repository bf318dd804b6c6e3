package regional

import (
	"context"
	"iter"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The framework reads and writes structs too, but compiles a pattern for each field
// each time, which takes a third of the provider's time in a refresh. So models are read
// and written here, and the framework gets one object.

// Get fills a model, given by its pointer, with a configuration, plan or state.
func Get(ctx context.Context, from interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}, model any,
) diag.Diagnostics {
	var object types.Object
	diags := from.Get(ctx, &object)
	if object.IsNull() {
		return from.Get(ctx, model) // an error, which the framework words
	}
	attributes := object.Attributes()
	for name, field := range fields(model) {
		if value, ok := attributes[name]; ok {
			field.Set(reflect.ValueOf(value))
		}
	}
	return diags
}

// set writes a model to a state, or an identity to its place. kind is the type of the
// schema.
func set(ctx context.Context, to interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}, kind attr.Type, model any,
) diag.Diagnostics {
	attributes := map[string]attr.Value{}
	for name, field := range fields(model) {
		attributes[name], _ = field.Interface().(attr.Value)
	}
	var kinds map[string]attr.Type
	if object, ok := kind.(attr.TypeWithAttributeTypes); ok {
		kinds = object.AttributeTypes()
	}
	object, diags := types.ObjectValue(kinds, attributes)
	if !diags.HasError() {
		diags = to.Set(ctx, object)
	}
	return diags
}

// fields are those of a model, or of what it points to, by the names of their attributes.
func fields(model any) iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) {
		value := reflect.Indirect(reflect.ValueOf(model))
		for _, field := range reflect.VisibleFields(value.Type()) {
			if name, ok := field.Tag.Lookup("tfsdk"); ok && !yield(name, value.FieldByIndex(field.Index)) {
				return
			}
		}
	}
}

// keepPlanned puts into a model that was read what the plan knows and the write did not
// send. If the service shows something else, the next read shows that.
func keepPlanned(read, plan any, sent []string) {
	known := maps.Collect(fields(plan))
	for name, field := range fields(read) {
		if value, ok := known[name].Interface().(attr.Value); ok && !value.IsUnknown() && !slices.Contains(sent, name) {
			field.Set(known[name])
		}
	}
}

// forgetUnknown makes the unknown values of a model null, for a state that is written
// before the service has shown them.
func forgetUnknown(model any) {
	for _, field := range fields(model) {
		if value, ok := field.Interface().(attr.Value); ok && value.IsUnknown() {
			field.SetZero()
		}
	}
}
