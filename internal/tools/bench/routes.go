package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

const (
	routesGateway = "vgw-bench"
	manyRoutes    = "10.9.0.1" // the neighbor that gives most routes
	fewRoutes     = "10.9.0.2" // the neighbor that gives few
	few           = 10
)

// routesVariable tells the provider that makes no call how many routes to hand over.
const routesVariable = "BGP_BENCH_ROUTES"

// The rest of the configuration that reads the gateway's learned routes.
const (
	onlyFew    = "source_peer = \"" + fewRoutes + "\""
	listOutput = "output \"routes\" {\n  value = data.bgp_learned_routes.bench.routes\n}\n"
	mapOutput  = "output \"routes\" {\n  value = { for r in data.bgp_learned_routes.bench.routes : \"${r.network} ${r.source_peer}\" => r }\n}\n"
)

// measureRoutes measures what a gateway's table of routes costs: to read it, to filter
// it, and to put it out.
func measureRoutes(ctx context.Context, b *bench) (markdown string, err error) {
	read := newTable("routes", "`terraform apply`", "time", "shortest–longest", "ratio", "peak memory of the provider")
	whole, err := b.routesSetup(ctx, b.routes, "", "")
	if err != nil {
		return "", err
	}
	defer end(whole, &err)
	filtered, err := b.routesSetup(ctx, b.routes, onlyFew, "")
	if err != nil {
		return "", err
	}
	defer end(filtered, &err)
	small, err := b.routesSetup(ctx, few, onlyFew, "")
	if err != nil {
		return "", err
	}
	defer end(small, &err)
	for _, pair := range [][2]routesCase{
		{{"this provider", b.routes, whole, b.providers.bgp}, {"the same rows as a constant, making no call", b.routes, whole, b.providers.idle}},
		{{fmt.Sprintf("this provider, a filter that leaves %d", few), b.routes, filtered, b.providers.bgp}, {"this provider", few, small, b.providers.bgp}},
	} {
		if err := b.routesRows(ctx, read, pair); err != nil {
			return "", err
		}
	}

	outputs := newTable("routes", "output", "first plan and apply", "the next plan, without a change")
	for _, output := range []struct{ name, config string }{{"a map of the rows", mapOutput}, {"the list of the rows", listOutput}} {
		b.log("routes: %s", output.name)
		if err := b.outputRow(ctx, outputs, output.name, output.config); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf(`### Reading routes

`+"`terraform apply`"+` of one `+"`bgp_learned_routes`"+`, into a new state; the service answers at once. Times are %s; ratios are to the row below.

%s
Outputs, of one run each. What a list costs grows with the square of its length, in Terraform itself:

%s`, runs(b.times), read, outputs), nil
}

// routesSetup is a setup with a gateway of so many learned routes, few of them from a
// neighbor of their own, and a configuration that reads them.
func (b *bench) routesSetup(ctx context.Context, routes int, arguments, more string) (*setup, error) {
	e, err := emulator.Start(ctx, emulator.Config{Azure: azure.Config{Style: azure.StyleImmediate}})
	if err != nil {
		return nil, err
	}
	up := func(neighbor string, routes int) azure.Row {
		return azure.Row{LocalAddress: "10.9.0.254", Neighbor: neighbor, ASN: 65010, Routes: int64(routes), Life: azure.Steady(azure.StateConnected)}
	}
	e.Azure.AddGateway(azure.Gateway{
		SubscriptionID: emulator.SeedSubscription, ResourceGroup: emulator.SeedResourceGroup, Name: routesGateway,
		Rows: []azure.Row{up(manyRoutes, routes-few), up(fewRoutes, few)},
	})
	p, err := b.project(fmt.Sprintf("%s\ndata \"bgp_learned_routes\" \"bench\" {\n  resource_group_name          = %q\n  virtual_network_gateway_name = %q\n  %s\n}\n%s",
		providerConfig, emulator.SeedResourceGroup, routesGateway, arguments, more), e.Env())
	if err != nil {
		end(e, &err)
		return nil, err
	}
	p.variables[routesVariable] = strconv.Itoa(routes)
	return &setup{Emulator: e, project: p}, nil
}

// routesCase is one of two that are measured in turns.
type routesCase struct {
	name   string
	routes int
	w      *setup
	of     provider
}

func (b *bench) routesRows(ctx context.Context, t *table, pair [2]routesCase) error {
	b.log("routes: %d, %s", pair[0].routes, pair[0].name)
	var times [2]samples
	for range b.times {
		for i, c := range pair {
			if err := c.w.forgetState(); err != nil {
				return err
			}
			o, err := c.w.measure(ctx, c.of, apply)
			if err != nil {
				return err
			}
			times[i] = append(times[i], o.took)
		}
	}
	for i, c := range pair {
		if err := c.w.forgetState(); err != nil {
			return err
		}
		took, err := b.usage(ctx, c.w.project, c.of, apply)
		if err != nil {
			return err
		}
		t.row(strconv.Itoa(c.routes), c.name, seconds(times[i].median()), times[i].spread(),
			ratio(times[i].median().Seconds(), times[1].median().Seconds()), fmt.Sprintf("%.0f MB", took.megabytes()))
	}
	return nil
}

func (b *bench) outputRow(ctx context.Context, t *table, name, config string) (err error) {
	w, err := b.routesSetup(ctx, b.putOut, "", config)
	if err != nil {
		return err
	}
	defer end(w, &err)
	first, err := w.measure(ctx, b.providers.bgp, apply)
	if err != nil {
		return err
	}
	next, err := w.measure(ctx, b.providers.bgp, plan)
	if err != nil {
		return err
	}
	t.row(strconv.Itoa(b.putOut), name, seconds(first.took), seconds(next.took))
	return nil
}

// forgetState makes the next apply the first one.
func (p *project) forgetState() error {
	for _, name := range []string{"terraform.tfstate", "terraform.tfstate.backup"} {
		if err := os.Remove(filepath.Join(p.directory, name)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}
