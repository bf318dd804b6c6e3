package provider

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// routesOfGateway is a data source of a seeded gateway's routes, with these arguments
// more.
func routesOfGateway(table, gateway, arguments string) string {
	return fmt.Sprintf("data \"bgp_%s_routes\" \"test\" {\n  virtual_network_gateway_id = %q\n%s\n}\n", table, gatewayARMID(gateway), arguments)
}

func routesOfPeering(table, peering string) string {
	return fmt.Sprintf("data \"bgp_%s_routes\" \"test\" {\n  bgp_connection_id = %q\n}\n", table, peeringARMID(peering))
}

// routesAre checks the rows, each by some of its attributes.
func routesAre(table string, rows ...map[string]knownvalue.Check) statecheck.StateCheck {
	checks := make([]knownvalue.Check, len(rows))
	for i, row := range rows {
		checks[i] = knownvalue.ObjectPartial(row)
	}
	return statecheck.ExpectKnownValue("data.bgp_"+table+"_routes.test", tfjsonpath.New("routes"), knownvalue.ListExact(checks))
}

func asns(path ...int64) knownvalue.Check {
	checks := make([]knownvalue.Check, len(path))
	for i, asn := range path {
		checks[i] = number(asn)
	}
	return knownvalue.ListExact(checks)
}

func TestAccRoutes(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	type row = map[string]knownvalue.Check
	far := asns(65010, 65020, 65020)
	w.run(
		resource.TestStep{ // By a filter of each kind.
			Config: routesOfGateway("learned", emulator.SeedActiveActiveGateway, `network = "172.17.0.0/16"`),
			ConfigStateChecks: []statecheck.StateCheck{routesAre("learned",
				row{"local_address": exactly("10.2.0.228"), "source_peer": exactly("10.2.0.229"), "origin": exactly("IBgp"), "as_path_asns": far},
				row{"local_address": exactly("10.2.0.228"), "source_peer": exactly("172.16.0.10"), "origin": exactly("EBgp"), "as_path": exactly("65010-65020-65020"), "weight": number(32768)},
				row{"local_address": exactly("10.2.0.229"), "source_peer": exactly("172.16.0.10"), "instance": knownvalue.Null(), "as_path_asns": far},
			)},
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{
			Config: routesOfGateway("learned", emulator.SeedActiveActiveGateway, `origin = "network"`),
			ConfigStateChecks: []statecheck.StateCheck{routesAre("learned",
				row{"network": exactly("10.2.0.0/24"), "local_address": exactly("10.2.0.228"), "next_hop": knownvalue.Null(), "as_path": exactly(""), "as_path_asns": asns()},
				row{"network": exactly("10.2.0.0/24"), "local_address": exactly("10.2.0.229"), "next_hop": knownvalue.Null(), "as_path": exactly(""), "as_path_asns": asns()},
			)},
		},
		resource.TestStep{ // What nothing matches is an empty list.
			Config:            routesOfGateway("learned", emulator.SeedActiveActiveGateway, "source_peer = \"172.16.0.10\"\n  network = \"0.0.0.0/0\""),
			ConfigStateChecks: []statecheck.StateCheck{routesAre("learned")},
		},
		resource.TestStep{
			Config: routesOfGateway("advertised", emulator.SeedActiveActiveGateway, `peer = "::ffff:172.16.0.10"`),
			ConfigStateChecks: []statecheck.StateCheck{routesAre("advertised",
				row{"network": exactly("10.2.0.0/24"), "local_address": exactly("10.2.0.228"), "next_hop": exactly("10.2.0.228"), "source_peer": knownvalue.Null(), "origin": exactly("Igp"), "as_path_asns": asns(65000), "weight": number(0)},
				row{"network": exactly("10.2.0.0/24"), "local_address": exactly("10.2.0.229"), "next_hop": exactly("10.2.0.229")},
			)},
		},
		resource.TestStep{ // The instances of a Route Server differ.
			Config: routesOfPeering("learned", emulator.SeedPeering),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.bgp_learned_routes.test", tfjsonpath.New("id"), exactly(peeringARMID(emulator.SeedPeering))),
				routesAre("learned",
					row{"network": exactly("10.50.0.0/16"), "instance": exactly("RouteServiceRole_IN_0"), "as_path_asns": asns(65514)},
					row{"network": exactly("10.50.0.0/16"), "instance": exactly("RouteServiceRole_IN_1")},
					row{"network": exactly("10.51.0.0/16"), "instance": exactly("RouteServiceRole_IN_0"), "as_path_asns": asns(65514, 65001, 65001)},
					row{"network": exactly("10.51.0.0/16"), "instance": exactly("RouteServiceRole_IN_1")},
					row{"network": exactly("10.52.0.0/16"), "instance": exactly("RouteServiceRole_IN_1")},
				),
			},
		},
		resource.TestStep{
			Config: routesOfPeering("advertised", emulator.SeedPeering),
			ConfigStateChecks: []statecheck.StateCheck{routesAre("advertised",
				row{"network": exactly("10.6.0.0/16"), "instance": exactly("RouteServiceRole_IN_0"), "source_peer": knownvalue.Null()},
				row{"network": exactly("10.6.0.0/16"), "instance": exactly("RouteServiceRole_IN_1")},
			)},
		},
		resource.TestStep{
			Config:            routesOfPeering("learned", emulator.SeedPeeringWithoutRoutes),
			ConfigStateChecks: []statecheck.StateCheck{routesAre("learned")},
		},
	)
}

// A table that is known only after apply is read then.
func TestAccRoutesOfWhatIsKnownLater(t *testing.T) {
	t.Parallel()
	newAcceptance(t, emulator.Config{}).run(resource.TestStep{
		Config: fmt.Sprintf(`
resource "terraform_data" "table" {
  input = { id = %q, peer = %q, network = "10.2.0.0/24" }
}

data "bgp_advertised_routes" "test" {
  virtual_network_gateway_id = terraform_data.table.output.id
  peer                       = terraform_data.table.output.peer
  network                    = terraform_data.table.output.network
}
`, gatewayARMID(emulator.SeedActiveActiveGateway), "172.16.0.10"),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.bgp_advertised_routes.test", tfjsonpath.New("routes"), knownvalue.ListSizeExact(2)),
		},
	})
}

// The peer that is declared on Alibaba Cloud brings its routes to the gateway, and
// takes them along.
func TestAccRoutesFollowTheSession(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	const source = "origin = \"EBgp\""
	up := routesOfGateway("learned", emulator.SeedGateway, source+"\n  depends_on = [bgp_peer.azure, data.bgp_peer_status.test]") +
		statusOf(emulator.SeedGateway, fmt.Sprintf("peer = %q\nwait_for_connected = true\ndepends_on = [bgp_peer.azure]", emulator.SeedNeighbor)) + peerConfig
	w.run(
		resource.TestStep{
			Config:            routesOfGateway("learned", emulator.SeedGateway, source),
			ConfigStateChecks: []statecheck.StateCheck{routesAre("learned")},
		},
		resource.TestStep{
			Config: up,
			ConfigStateChecks: []statecheck.StateCheck{routesAre("learned",
				map[string]knownvalue.Check{"network": exactly("192.168.101.0/24"), "source_peer": exactly(emulator.SeedNeighbor), "as_path_asns": asns(emulator.SeedLocalASN)},
				map[string]knownvalue.Check{"network": exactly("192.168.102.0/24"), "source_peer": exactly(emulator.SeedNeighbor)},
			)},
		},
		resource.TestStep{Config: "provider \"bgp\" {}\n"}, // The peer is deleted.
		resource.TestStep{
			Config:            routesOfGateway("learned", emulator.SeedGateway, source),
			ConfigStateChecks: []statecheck.StateCheck{routesAre("learned")},
		},
	)
}

// Failures stand at the argument that names what is missing, and say what to do.
func TestAccRoutesFail(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	at := func(config, argument, want string, faults ...control.Fault) resource.TestStep {
		pattern := message(regexp.QuoteMeta(want)).String()
		if argument != "" {
			pattern = `(?s):[\s│]+\d+:[\s│]+` + message(regexp.QuoteMeta(argument+" =")).String() + ".*" + pattern
		}
		return resource.TestStep{
			PreConfig: func() {
				w.Faults.Clear()
				for _, fault := range faults {
					w.Faults.Add(fault)
				}
			},
			Config: config, ExpectError: regexp.MustCompile(pattern),
		}
	}
	refused := func(action string) control.Fault {
		return control.Fault{Action: action, Kind: control.KindError, Status: http.StatusForbidden, Code: "AuthorizationFailed"}
	}
	w.run(
		at(routesOfGateway("learned", "vgw-elsewhere", ""), "virtual_network_gateway_id", "getLearnedRoutes of "+gatewayARMID("vgw-elsewhere")+": HTTP 404 Not Found: ResourceNotFound"),
		at(routesOfGateway("advertised", "vgw-elsewhere", `peer = "10.0.0.1"`), "virtual_network_gateway_id", "getAdvertisedRoutes of "+gatewayARMID("vgw-elsewhere")+" for the peer 10.0.0.1: HTTP 404 Not Found"),
		at(routesOfPeering("learned", "elsewhere"), "bgp_connection_id", "Check bgp_connection_id: the subscription, the resource group, the Route Server and the name of its peering."),
		at(routesOfPeering("advertised", "elsewhere"), "bgp_connection_id", "advertisedRoutes of "+peeringARMID("elsewhere")+": HTTP 404 Not Found: ResourceNotFound"),
		at(routesOfGateway("learned", emulator.SeedGateway, ""), "",
			"holds the permission Microsoft.Network/virtualNetworkGateways/getLearnedRoutes/action on the gateway's resource group.", refused("getLearnedRoutes")),
		at(routesOfPeering("advertised", emulator.SeedPeering), "",
			"holds the permission Microsoft.Network/virtualHubs/bgpConnections/advertisedRoutes/action on the Route Server's resource group.", refused("advertisedRoutes")),
		at(routesOfPeering("learned", emulator.SeedPeering), "", "no list of routes in the answer: the service answered 200 OK with no body",
			control.Fault{Action: "learnedRoutes", Kind: control.KindEmpty}),
		at(routesOfPeering("learned", emulator.SeedPeering), "", "A role assignment takes up to ten minutes to take effect", refused("learnedRoutes")),
	)
}

// Sessions and both tables of a gateway that takes one operation at a time are read in
// one plan.
func TestAccRoutesOfABusyGateway(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{Azure: azure.Config{Style: azure.StyleLocation, OperationDelay: 200 * time.Millisecond}})
	w.Azure.UpdateGateway(gatewayARMID(emulator.SeedActiveActiveGateway), func(g *azure.Gateway) { g.Exclusive = true })
	w.run(resource.TestStep{
		Config: statusOf(emulator.SeedActiveActiveGateway, "") + routesOfGateway("learned", emulator.SeedActiveActiveGateway, "") +
			routesOfGateway("advertised", emulator.SeedActiveActiveGateway, `peer = "172.16.0.10"`),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(statusAddress, tfjsonpath.New("peers"), knownvalue.ListSizeExact(6)),
			statecheck.ExpectKnownValue("data.bgp_learned_routes.test", tfjsonpath.New("routes"), knownvalue.NotNull()),
			statecheck.ExpectKnownValue("data.bgp_advertised_routes.test", tfjsonpath.New("routes"), knownvalue.ListSizeExact(2)),
		},
	})
}
