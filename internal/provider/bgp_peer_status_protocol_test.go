package provider

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// newAzureBubble returns a bubble with a server that is configured for an emulated
// Azure, which transport reaches.
func newAzureBubble(t *testing.T, e *emulator.Emulator, transport http.RoundTripper) *bubble {
	t.Helper()
	const url = "https://127.0.0.1"
	b := &bubble{T: t, Emulator: e, server: newServer(t, WithTransport(transport), environment(map[string]string{
		"ARM_TENANT_ID": emulator.SeedTenant, "ARM_CLIENT_ID": emulator.SeedClient, "ARM_CLIENT_SECRET": emulator.SeedClientSecret,
		"ARM_RESOURCE_MANAGER_ENDPOINT": url, "ARM_RESOURCE_MANAGER_AUDIENCE": url, "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": url + "/",
		"ARM_DISABLE_INSTANCE_DISCOVERY": "true", "ARM_USE_CLI": "false",
	}))}
	configured, err := b.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: b.pack(newBlock(t, nil))})
	b.must(err, configured.Diagnostics)
	return b
}

// inAzureBubble runs a test in a bubble with an emulated Azure. read reads a
// bgp_peer_status of the seeded gateway, with these arguments more, and returns
// what was said.
func inAzureBubble(t *testing.T, config emulator.Config, test func(b *bubble, read func(object) (said string, err error))) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e := emulator.New(config)
		b := newAzureBubble(t, e, control.RoundTripper(e.Azure))
		schemas, err := b.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
		b.must(err, schemas.Diagnostics)
		kind := schemas.DataSourceSchemas["bgp_peer_status"].ValueType()

		test(b, func(arguments object) (string, error) {
			wanted := object{"virtual_network_gateway_id": gatewayARMID(emulator.SeedGateway)}
			maps.Copy(wanted, arguments)
			config, err := tfprotov6.NewDynamicValue(kind, newValue(t, kind, wanted))
			if err != nil {
				return "", err
			}
			read, err := b.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "bgp_peer_status", Config: &config})
			if err != nil {
				return "", err
			}
			return allSaid(read.Diagnostics), nil
		})
	})
}

// What never comes is waited for as long as the documentation says.
func TestPeerStatusTimeouts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments object
		fault     control.Fault
		ends      time.Duration
	}{
		"a read": {
			fault: control.Fault{Action: "getBgpPeerStatus", Kind: control.KindThrottle, RetryAfter: time.Second},
			ends:  5 * time.Minute,
		},
		"a wait": {
			arguments: object{"peer": emulator.SeedNeighbor, "wait_for_connected": true},
			ends:      15 * time.Minute,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inAzureBubble(t, emulator.Config{}, func(b *bubble, read func(object) (string, error)) {
				if test.fault.Action != "" {
					b.Faults.Add(test.fault)
				}
				started := time.Now()
				said, err := read(test.arguments)
				if took := time.Since(started); err != nil || said == "" || (took-test.ends).Abs() > 10*time.Second {
					b.Errorf("it took %s, want %s, and said: %s %v", took, test.ends, said, err)
				}
			})
		})
	}
}

// A wait that ends says how the sessions were last seen.
func TestPeerStatusWaitEnds(t *testing.T) {
	t.Parallel()
	for peer, want := range map[string]string{
		emulator.SeedNeighbor: `every BGP session of ` + gatewayARMID(emulator.SeedGateway) + ` with the peer 10.1.0.254 is Connected; ` +
			`last seen: 10.0.0.254 with 10.1.0.254 (ASN 45104) is Connecting; the wait timed out`,
		"192.0.2.1": `the gateway listed no session with it`,
	} {
		t.Run(peer, func(t *testing.T) {
			t.Parallel()
			inAzureBubble(t, emulator.Config{Azure: azure.Config{Style: azure.StyleImmediate}}, func(b *bubble, read func(object) (string, error)) {
				said, err := read(object{"peer": peer, "wait_for_connected": true, "timeouts": object{"read": "1s"}})
				if err != nil || !strings.Contains(said, want) {
					b.Errorf("it said: %s %v", said, err)
				}
			})
		})
	}
}

// Data sources that ask for the same thing at the same time share an operation.
func TestPeerStatusIsShared(t *testing.T) {
	t.Parallel()
	config := emulator.Config{Azure: azure.Config{Style: azure.StyleLocation, OperationDelay: 10 * time.Second}}
	inAzureBubble(t, config, func(b *bubble, read func(object) (string, error)) {
		var group errgroup.Group
		for range 8 {
			group.Go(func() error {
				said, err := read(nil)
				if said != "" {
					b.Error(said)
				}
				return err
			})
		}
		if err := group.Wait(); err != nil {
			b.Error(err)
		}
		if n := b.Journal.Count("getBgpPeerStatus"); n != 1 {
			b.Errorf("%d operations for 8 data sources", n)
		}
	})
}
