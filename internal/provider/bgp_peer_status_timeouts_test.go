package provider

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// What never comes is waited for as long as the documentation says, in fake time.
func TestPeerStatusTimeouts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments object
		fault     control.Fault
		ends      time.Duration
	}{
		"a read": {
			arguments: object{},
			fault:     control.Fault{Action: "getBgpPeerStatus", Kind: control.KindError, Status: 503, Code: "ServerBusy"},
			ends:      5 * time.Minute,
		},
		"a wait": {
			arguments: object{"peer": emulator.SeedNeighbor, "wait_for_connected": true},
			ends:      15 * time.Minute,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const url = "https://127.0.0.1"
				e := emulator.New(emulator.Config{})
				if test.fault.Action != "" {
					e.Faults.Add(test.fault)
				}
				server := newServer(t, WithTransport(control.RoundTripper(e.Azure)), environment(map[string]string{
					"ARM_TENANT_ID": emulator.SeedTenant, "ARM_CLIENT_ID": emulator.SeedClient, "ARM_CLIENT_SECRET": emulator.SeedClientSecret,
					"ARM_RESOURCE_MANAGER_ENDPOINT": url, "ARM_RESOURCE_MANAGER_AUDIENCE": url, "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": url + "/",
					"ARM_DISABLE_INSTANCE_DISCOVERY": "true", "ARM_USE_CLI": "false",
				}))
				b := &bubble{T: t, Emulator: e, server: server}
				configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: b.pack(newBlock(t, nil))})
				b.must(err, configured.Diagnostics)
				schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
				b.must(err, schemas.Diagnostics)

				test.arguments["virtual_network_gateway_id"] = gatewayARMID(emulator.SeedGateway)
				started := time.Now()
				read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
					TypeName: "bgp_peer_status", Config: b.pack(newValue(t, schemas.DataSourceSchemas["bgp_peer_status"].ValueType(), test.arguments)),
				})
				took := time.Since(started)
				if err != nil {
					t.Fatal(err)
				}
				if said := allSaid(read.Diagnostics); said == "" || (took-test.ends).Abs() > 10*time.Second {
					t.Errorf("it took %s, want %s, and said: %s", took, test.ends, said)
				}
			})
		})
	}
}
