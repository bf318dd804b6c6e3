#!/usr/bin/env bash
# terraform-plugin-go 0.31.0: `Value.As` into a map or a slice gives the value's own, not
# a copy.
#
# Expected: a Value cannot be changed, so As copies. What happens: an element that is
# set in what As gave is set in the Value, and in every copy of it; a tfsdk.State is
# such a copy when it is assigned.
# Why it matters here: code that takes an object apart, sets one attribute and puts it
# together again changes the object that it came from; side by side that is a data race.
# maps.Clone in between, or Value.Copy before, keeps them apart.
# Seen: 2026-11-28, terraform-plugin-go v0.31.0.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

go_module github.com/hashicorp/terraform-plugin-go@v0.31.0
cat >main.go <<'PROGRAM'
package main

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func main() {
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	of := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}
	value := tftypes.NewValue(of, map[string]tftypes.Value{"name": text("before")})
	assigned, copied := value, value.Copy()

	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		panic(err)
	}
	attributes["name"] = text("after")
	fmt.Println("value:   ", value)
	fmt.Println("assigned:", assigned)
	fmt.Println("copied:  ", copied)

	list := tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{text("before")})
	var elements []tftypes.Value
	if err := list.As(&elements); err != nil {
		panic(err)
	}
	elements[0] = text("after")
	fmt.Println("list:    ", list)
}
PROGRAM
go run . | tee seen
for changed in value: assigned: list:; do grep "^$changed" seen | grep -q after || another "${changed%:} is as it was"; done
grep '^copied:' seen | grep -q before || another "Copy shares what it copies"
same
