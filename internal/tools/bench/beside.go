package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

// The providers that cover a part of this one's field. Whoever wants them measured
// builds them and names the binaries.
const (
	alicloudSource = "aliyun/alicloud"
	azapiSource    = "Azure/azapi"
)

const alicloudConfig = `terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

provider "alicloud" {
  protocol = "HTTP"
  endpoints {
    vpc = %q
  }
}

resource "alicloud_vpc_bgp_peer" "bench" {
  count           = %d
  bgp_group_id    = format(%q, floor(count.index / %d))
  peer_ip_address = cidrhost("10.0.0.0/8", count.index + 1)
}
`

const azapiConfig = `terraform {
  required_providers {
    azapi = {
      source = "Azure/azapi"
    }
  }
}

provider "azapi" {
  endpoint = [{
    resource_manager_endpoint       = %[1]q
    resource_manager_audience       = %[1]q
    active_directory_authority_host = %[2]q
  }]
  skip_provider_registration = true
}

data "azapi_resource_action" "bench" {
  type                   = "Microsoft.Network/virtualNetworkGateways@2023-09-01"
  resource_id            = %[3]q
  action                 = %[4]q
  method                 = "POST"
  response_export_values = ["*"]
}
`

// other takes a binary that was built elsewhere for a provider of this source.
func (b *bench) other(source, binary string) (provider, error) {
	path, err := filepath.Abs(binary)
	if err != nil {
		return provider{}, err
	}
	p := provider{directory: filepath.Join(b.directory, "providers", filepath.Base(source)), source: source}
	if err := os.MkdirAll(p.directory, 0o700); err != nil {
		return provider{}, err
	}
	return p, os.Symlink(path, p.path())
}

// measureBeside measures the alicloud and azapi providers beside this one, if their
// binaries were named: on the same emulator, in turns.
func measureBeside(ctx context.Context, b *bench) (string, error) {
	var parts []string
	if b.alicloud != "" {
		part, err := b.besideAlicloud(ctx)
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	if b.azapi != "" {
		part, err := b.besideAzapi(ctx)
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "\n"), nil
}

// pair is this provider and another one, each with a setup of its own in which it does
// the same.
type pair struct {
	names     [2]string
	providers [2]provider
	setups    [2]*setup
}

// row measures a command several times with both, in turns, and adds a row. Every apply
// is the first one.
func (p pair) row(ctx context.Context, t *table, what string, times int, command []string) error {
	var took [2]samples
	var last [2]outcome
	for range times {
		for i, of := range p.providers {
			if slices.Equal(command, apply) {
				if err := p.setups[i].forgetState(); err != nil {
					return err
				}
			}
			o, err := p.setups[i].measure(ctx, of, command)
			if err != nil {
				return fmt.Errorf("%s of %s: %w", what, p.names[i], err)
			}
			took[i], last[i] = append(took[i], o.took), o
		}
	}
	theirs, ours := took[1].median(), took[0].median()
	t.row(what, seconds(ours), seconds(theirs), ratio(theirs.Seconds(), ours.Seconds()), strconv.Itoa(last[0].total()), strconv.Itoa(last[1].total()))
	return nil
}

// cost is what the providers' binaries and their start cost.
func (p pair) cost(ctx context.Context, b *bench, t *table) error {
	if err := p.row(ctx, t, "`terraform providers schema -json`", b.starts, schema); err != nil {
		return err
	}
	var memory, size [2]float64
	for i, of := range p.providers {
		took, err := b.usage(ctx, p.setups[i].project, of, schema)
		if err != nil {
			return err
		}
		memory[i] = took.megabytes()
		if size[i], err = of.megabytes(); err != nil {
			return err
		}
	}
	t.row("its peak memory", fmt.Sprintf("%.0f MB", memory[0]), fmt.Sprintf("%.0f MB", memory[1]), ratio(memory[1], memory[0]), "", "")
	t.row("binary", fmt.Sprintf("%.0f MB", size[0]), fmt.Sprintf("%.0f MB", size[1]), ratio(size[1], size[0]), "", "")
	return nil
}

func newBesideTable(name string) *table {
	return newTable("", "this provider", name, "ratio", "calls", name+": calls")
}

func (b *bench) besideAlicloud(ctx context.Context) (_ string, err error) {
	const latency, delay = 50 * time.Millisecond, 2 * time.Second
	theirs, err := b.other(alicloudSource, b.alicloud)
	if err != nil {
		return "", err
	}
	t := newBesideTable("alicloud")
	for _, peers := range []int{1, 50} {
		b.log("beside alicloud: %d peers", peers)
		if err := b.besideAlicloudRows(ctx, t, theirs, peers, latency, delay); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf(`### Beside the alicloud provider

Both make, refresh and delete the same peers on the same emulator: %s until a peer is Available and until a deleted one is gone, %d ms for each
call, %d peers at a time. Starts are medians of %d.

%s`, whole(delay), latency.Milliseconds(), usual, b.starts, t), nil
}

func (b *bench) besideAlicloudRows(ctx context.Context, t *table, theirs provider, peers int, latency, delay time.Duration) (err error) {
	both := pair{names: [2]string{"this provider", "alicloud"}, providers: [2]provider{b.providers.bgp, theirs}}
	for i := range both.setups {
		if both.setups[i], err = b.lifecycleSetup(ctx, peers, latency, delay); err != nil {
			return err
		}
		defer end(both.setups[i], &err)
	}
	w := both.setups[1]
	endpoint := strings.TrimPrefix(w.variables["ALIBABA_CLOUD_ENDPOINT_VPC"], "http://")
	config := fmt.Sprintf(alicloudConfig, endpoint, peers, groupName, peersPerGroup)
	if err := os.WriteFile(filepath.Join(w.directory, "main.tf"), []byte(config), 0o600); err != nil {
		return err
	}
	if peers == 1 {
		if err := both.cost(ctx, b, t); err != nil {
			return err
		}
	}
	for _, command := range [][]string{apply, refresh, destroy} {
		name := command[0]
		if command[0] == refresh[0] {
			name = "refresh"
		}
		if err := both.row(ctx, t, fmt.Sprintf("%s of %d", name, peers), 1, command); err != nil {
			return err
		}
	}
	for i, w := range both.setups {
		for _, peer := range w.Alibaba.Peers() {
			if peer.Status != alibabacloud.Deleted {
				return fmt.Errorf("%s left the peer %s", both.names[i], peer.ID)
			}
		}
	}
	return nil
}

func (b *bench) besideAzapi(ctx context.Context) (_ string, err error) {
	theirs, err := b.other(azapiSource, b.azapi)
	if err != nil {
		return "", err
	}
	latency := b.latencies[0]
	t := newBesideTable("azapi")
	for _, retryAfter := range b.polls {
		b.log("beside azapi: polls after %s", retryAfter)
		sessions := azapiCase{
			what: "sessions; the service does not say when to poll", gateway: emulator.SeedActiveActiveGateway, action: "getBgpPeerStatus",
			command: plan, withCost: retryAfter == 0,
			open: func() (*setup, error) {
				return b.statusSetup(ctx, 1, latency, azure.Config{OperationDelay: operationDelay, RetryAfter: retryAfter})
			},
		}
		if retryAfter > 0 {
			sessions.what = "sessions; the service asks to poll after " + whole(retryAfter)
		}
		if err := b.besideAzapiRow(ctx, t, theirs, sessions); err != nil {
			return "", err
		}
	}
	b.log("beside azapi: %d learned routes", b.routes)
	routes := azapiCase{
		what: fmt.Sprintf("apply with %d learned routes, answered at once", b.routes), gateway: routesGateway, action: "getLearnedRoutes",
		command: apply,
		open:    func() (*setup, error) { return b.routesSetup(ctx, b.routes, "", "") },
	}
	if err := b.besideAzapiRow(ctx, t, theirs, routes); err != nil {
		return "", err
	}
	return fmt.Sprintf(`### Beside the azapi provider

%[1]sterraform plan%[1]s reads the sessions of a gateway whose operation takes %[2]s, with %[1]sbgp_peer_status%[1]s and with %[1]sazapi_resource_action%[1]s; %[3]d ms a call.
%[1]sterraform apply%[1]s reads learned routes into an empty state, with %[1]sbgp_learned_routes%[1]s and with %[1]sazapi_resource_action%[1]s.
Starts are medians of %[4]d.

%[5]s`, "`", whole(operationDelay), latency.Milliseconds(), b.starts, t), nil
}

// azapiCase is an action of a gateway that both providers run.
type azapiCase struct {
	what, gateway, action string
	command               []string
	withCost              bool // the providers' starts and binaries are measured too
	open                  func() (*setup, error)
}

func (b *bench) besideAzapiRow(ctx context.Context, t *table, theirs provider, c azapiCase) (err error) {
	both := pair{names: [2]string{"this provider", "azapi"}, providers: [2]provider{b.providers.bgp, theirs}}
	for i := range both.setups {
		if both.setups[i], err = c.open(); err != nil {
			return err
		}
		defer end(both.setups[i], &err)
	}
	w := both.setups[1]
	gateway := azure.Gateway{SubscriptionID: emulator.SeedSubscription, ResourceGroup: emulator.SeedResourceGroup, Name: c.gateway}
	config := fmt.Sprintf(azapiConfig, w.variables["ARM_RESOURCE_MANAGER_ENDPOINT"], w.variables["ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"], gateway.ID(), c.action)
	if err := os.WriteFile(filepath.Join(w.directory, "main.tf"), []byte(config), 0o600); err != nil {
		return err
	}
	w.variables["SSL_CERT_FILE"] = w.CAFile()
	if c.withCost {
		if err := both.cost(ctx, b, t); err != nil {
			return err
		}
	}
	return both.row(ctx, t, c.what, b.times, c.command)
}
