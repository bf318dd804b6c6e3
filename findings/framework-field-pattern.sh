#!/usr/bin/env bash
# terraform-plugin-framework 1.19.0: a State that is read into a struct compiles a
# regular expression for each field, each time.
#
# Expected: what is known of a type is worked out once, as encoding/json does. What
# happens: the name in each `tfsdk` tag is checked with a pattern that is compiled for
# the check. With 20 attributes, Get makes ten times the allocations for a struct that
# it makes for a types.Object, and Set five times; most of them are for patterns.
# Why it matters here: a refresh reads and writes each object's state. For 1,000 objects
# this is a large part of what the provider does itself.
# Seen: 2026-11-28, terraform-plugin-framework v1.19.0.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

go_module github.com/hashicorp/terraform-plugin-framework@v1.19.0
cat >main.go <<'PROGRAM'
package main

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func main() {
	ctx := context.Background()
	attributes, raw, fields := map[string]schema.Attribute{}, map[string]tftypes.Value{}, []reflect.StructField{}
	for i := range 20 {
		name := fmt.Sprintf("attribute_%c", 'a'+i)
		attributes[name] = schema.StringAttribute{Optional: true}
		raw[name] = tftypes.NewValue(tftypes.String, "value")
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprintf("Field%d", i), Type: reflect.TypeFor[types.String](), Tag: reflect.StructTag(`tfsdk:"` + name + `"`),
		})
	}
	all := schema.Schema{Attributes: attributes}
	state := tfsdk.State{Schema: all, Raw: tftypes.NewValue(all.Type().TerraformType(ctx), raw)}
	structure, object := reflect.New(reflect.StructOf(fields)).Interface(), new(types.Object)
	count := func(target any) float64 {
		return testing.AllocsPerRun(1000, func() {
			if diags := state.Get(ctx, target); diags.HasError() {
				panic(diags)
			}
		})
	}
	set := func(value any) float64 {
		return testing.AllocsPerRun(1000, func() {
			if diags := state.Set(ctx, value); diags.HasError() {
				panic(diags)
			}
		})
	}
	pattern := testing.AllocsPerRun(1000, func() { regexp.MustCompile("^[a-z][a-z0-9_]*$") })
	fmt.Println("Get", count(structure), count(object))
	fmt.Println("Set", set(structure), set(object))
	fmt.Println("20 patterns", 20*pattern)
}
PROGRAM
echo "allocations, of a struct and of an object:"
go run . | tee seen
patterns=$(awk '/patterns/ { print $3 }' seen)
for way in Get Set; do
  more=$(awk -v way=$way '$1 == way { print $2 - $3 }' seen)
  ((10 * more > 8 * patterns)) || another "$way allocates $more times more for a struct, 20 patterns $patterns times"
done
same
