package provider

import (
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
)

// The steps that need no emulator, on real accounts: `make testacc-live`, with the
// provider's own variables for region, credentials and subscription, and with those
// that each test names. They make, change and delete one BGP peer.

// newLiveAcceptance is for real accounts: there is no journal to look into.
func newLiveAcceptance(t *testing.T) *acceptance {
	t.Helper()
	if os.Getenv("BGP_TEST_LIVE") == "" {
		t.Skip("only with BGP_TEST_LIVE: this test makes changes in real accounts")
	}
	return &acceptance{t: t}
}

// variable is an environment variable that a live test needs.
func variable(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Skipf("%s is not set", name)
	}
	return value
}

// BGP_TEST_LIVE_GROUP is a BGP group, and BGP_TEST_LIVE_ADDRESS and
// BGP_TEST_LIVE_OTHER_ADDRESS are two addresses that none of its VBR's peers has.
func TestLivePeerLifeCycle(t *testing.T) {
	newLiveAcceptance(t).peerLifeCycle(variable(t, "BGP_TEST_LIVE_GROUP"),
		variable(t, "BGP_TEST_LIVE_ADDRESS"), variable(t, "BGP_TEST_LIVE_OTHER_ADDRESS"))
}

// BGP_TEST_LIVE_GATEWAY is the ARM id of a virtual network gateway with BGP.
func TestLivePeerStatus(t *testing.T) {
	newLiveAcceptance(t).readsSessions(variable(t, "BGP_TEST_LIVE_GATEWAY"))
}

func TestLiveLearnedRoutes(t *testing.T) {
	newLiveAcceptance(t).readsRoutes(variable(t, "BGP_TEST_LIVE_GATEWAY"))
}

func TestAccPeerStatusOfAGateway(t *testing.T) {
	t.Parallel()
	id, err := azure.NewGatewayID(emulator.SeedSubscription, emulator.SeedResourceGroup, emulator.SeedActiveActiveGateway)
	if err != nil {
		t.Fatal(err)
	}
	newAcceptance(t, emulator.Config{}).readsSessions(id.String())
	newAcceptance(t, emulator.Config{}).readsRoutes(id.String())
}

// readsSessions reads all sessions of a gateway, of which there must be one.
func (w *acceptance) readsSessions(gateway string) {
	w.t.Helper()
	w.readsRows("bgp_peer_status", gateway, "peers", "neighbor", "state")
}

// readsRoutes reads the learned routes of a gateway, of which there must be one.
func (w *acceptance) readsRoutes(gateway string) {
	w.t.Helper()
	w.readsRows("bgp_learned_routes", gateway, "routes", "network", "as_path_asns")
}

// readsRows reads a data source of a gateway. Its list must have a row, with values in
// these columns.
func (w *acceptance) readsRows(typeName, gateway, list string, columns ...string) {
	w.t.Helper()
	data := "data." + typeName + ".test"
	checks := []statecheck.StateCheck{statecheck.ExpectKnownValue(data, tfjsonpath.New("id"), exactly(gateway))}
	for _, column := range columns {
		checks = append(checks, statecheck.ExpectKnownValue(data, tfjsonpath.New(list).AtSliceIndex(0).AtMapKey(column), knownvalue.NotNull()))
	}
	w.run(resource.TestStep{
		Config:            "data \"" + typeName + "\" \"test\" {\n  virtual_network_gateway_id = \"" + gateway + "\"\n}\n",
		ConfigStateChecks: checks,
	})
}
