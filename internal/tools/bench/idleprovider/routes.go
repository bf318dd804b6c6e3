package main

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"os"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/bgproutes"
)

// idleRoutes is bgp_learned_routes with rows that it makes up: as many as the variable
// BGP_BENCH_ROUTES says.
type idleRoutes struct{ *bgproutes.DataSource }

func newIdleRoutes() datasource.DataSource {
	routes, _ := bgproutes.NewLearned().(*bgproutes.DataSource)
	return &idleRoutes{routes}
}

// Read hands over one raw value.
func (*idleRoutes) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var state map[string]tftypes.Value
	count, err := strconv.Atoi(os.Getenv("BGP_BENCH_ROUTES"))
	if err == nil {
		err = req.Config.Raw.As(&state)
	}
	list, ok := resp.State.Schema.GetAttributes()["routes"].GetType().TerraformType(ctx).(tftypes.List)
	if err != nil || !ok {
		resp.Diagnostics.AddError("Cannot make up routes", fmt.Sprint(err))
		return
	}
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	number := func(n int64) tftypes.Value { return tftypes.NewValue(tftypes.Number, big.NewFloat(0).SetInt64(n)) }
	constant := map[string]tftypes.Value{
		"next_hop": text("10.9.0.1"), "local_address": text("10.9.0.254"), "source_peer": text("10.9.0.1"), "origin": text("EBgp"), "as_path": text("65010"),
		"as_path_asns": tftypes.NewValue(tftypes.List{ElementType: tftypes.Number}, []tftypes.Value{number(65010)}),
		"weight":       number(32768), "instance": tftypes.NewValue(tftypes.String, nil),
	}
	rows := make([]tftypes.Value, count)
	for i := range rows {
		row := maps.Clone(constant)
		row["network"] = text(fmt.Sprintf("100.%d.%d.%d/28", 64+i>>12, i>>4&255, i<<4&255))
		rows[i] = tftypes.NewValue(list.ElementType, row)
	}
	state = maps.Clone(state) // As gives the configuration's own
	state["id"] = text("idle")
	state["routes"] = tftypes.NewValue(list, rows)
	resp.State.Raw = tftypes.NewValue(req.Config.Raw.Type(), state)
}
