package provider

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

const statusAddress = "data.bgp_peer_status.test"

// gatewayARMID is the ARM id of a seeded gateway.
func gatewayARMID(name string) string {
	return azure.Gateway{SubscriptionID: emulator.SeedSubscription, ResourceGroup: emulator.SeedResourceGroup, Name: name}.ID()
}

// statusOf is a bgp_peer_status of a seeded gateway, with these arguments more.
func statusOf(gateway, arguments string) string {
	return fmt.Sprintf("data \"bgp_peer_status\" \"test\" {\n  virtual_network_gateway_id = %q\n%s\n}\n", gatewayARMID(gateway), arguments)
}

// shows checks attributes of the data source.
func shows(attributes map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, want := range attributes {
		checks = append(checks, statecheck.ExpectKnownValue(statusAddress, tfjsonpath.New(name), want))
	}
	return checks
}

// row is one row of peers, with what a state makes of the rest.
func row(local, neighbor string, asn int64, state string, more map[string]knownvalue.Check) knownvalue.Check {
	attributes := map[string]knownvalue.Check{
		"local_address": exactly(local), "neighbor": exactly(neighbor), "asn": number(asn), "state": exactly(state),
		"connected_duration": knownvalue.Null(), "connected_seconds": knownvalue.Null(),
		"routes_received": number(0), "messages_sent": number(0), "messages_received": number(0),
	}
	if state == azure.StateConnected {
		attributes["connected_duration"] = knownvalue.StringRegexp(regexp.MustCompile(`^([0-9]+\.)?\d\d:\d\d:\d\d\.\d{7}$`))
		attributes["connected_seconds"] = knownvalue.NotNull()
		attributes["messages_sent"], attributes["messages_received"] = knownvalue.NotNull(), knownvalue.NotNull()
	}
	for name, want := range more {
		attributes[name] = want
	}
	return knownvalue.ObjectExact(attributes)
}

// says expects an error with this text, however the CLI has wrapped it.
func says(text string) *regexp.Regexp { return message(regexp.QuoteMeta(text)) }

func TestAccPeerStatus(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	routes := func(n int64) map[string]knownvalue.Check {
		return map[string]knownvalue.Check{"routes_received": number(n)}
	}
	shouted := strings.ToUpper(gatewayARMID(emulator.SeedActiveActiveGateway))
	w.run(
		resource.TestStep{ // Every row of both instances, in the order of addresses.
			Config: fmt.Sprintf("data \"bgp_peer_status\" \"test\" {\n  virtual_network_gateway_id = %q\n}\n", shouted),
			ConfigStateChecks: shows(map[string]knownvalue.Check{
				"virtual_network_gateway_id": exactly(shouted),
				"id": exactly("/subscriptions/" + strings.ToUpper(emulator.SeedSubscription) + "/resourceGroups/" + strings.ToUpper(emulator.SeedResourceGroup) +
					"/providers/Microsoft.Network/virtualNetworkGateways/" + strings.ToUpper(emulator.SeedActiveActiveGateway)),
				"resource_group_name": knownvalue.Null(), "virtual_network_gateway_name": knownvalue.Null(), "subscription_id": knownvalue.Null(),
				"peer": knownvalue.Null(), "wait_for_connected": knownvalue.Null(), "timeouts": knownvalue.Null(),
				"peers": knownvalue.ListExact([]knownvalue.Check{
					row("10.2.0.228", "10.2.0.228", 65000, "Unknown", nil),
					row("10.2.0.229", "10.2.0.228", 65000, "Connecting", nil),
					row("10.2.0.228", "10.2.0.229", 65000, "Connected", routes(6)),
					row("10.2.0.229", "10.2.0.229", 65000, "Unknown", nil),
					row("10.2.0.228", "172.16.0.10", 65010, "Connected", routes(2)),
					row("10.2.0.229", "172.16.0.10", 65010, "Connected", routes(2)),
				}),
			}),
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{ // By names, and one peer of it.
			PreConfig: w.forget,
			Config: fmt.Sprintf("data \"bgp_peer_status\" \"test\" {\n  resource_group_name = %q\n  virtual_network_gateway_name = %q\n  subscription_id = %q\n  peer = %q\n  timeouts = { read = \"1m\" }\n}\n",
				emulator.SeedResourceGroup, emulator.SeedActiveActiveGateway, emulator.SeedSubscription, "::ffff:172.16.0.10"),
			ConfigStateChecks: shows(map[string]knownvalue.Check{
				"id": exactly(gatewayARMID(emulator.SeedActiveActiveGateway)), "virtual_network_gateway_id": knownvalue.Null(),
				"peer": exactly("::ffff:172.16.0.10"), "peers": knownvalue.ListSizeExact(2),
			}),
			Check: func(*terraform.State) error {
				for _, request := range w.requestsOf("getBgpPeerStatus") {
					if request.Params["peer"] != "172.16.0.10" {
						return fmt.Errorf("asked for the peer %q", request.Params["peer"])
					}
				}
				return nil
			},
		},
		resource.TestStep{ // A gateway with no sessions has an empty list.
			Config:            statusOf(emulator.SeedGatewayWithoutBGP, ""),
			ConfigStateChecks: shows(map[string]knownvalue.Check{"peers": knownvalue.ListSizeExact(0)}),
		},
	)
}

// A gateway that is known only after apply is read then.
func TestAccPeerStatusOfWhatIsKnownLater(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.run(resource.TestStep{
		Config: fmt.Sprintf(`
resource "terraform_data" "gateway" {
  input = { id = %q, peer = %q, wait = false }
}

data "bgp_peer_status" "test" {
  virtual_network_gateway_id = terraform_data.gateway.output.id
  peer                       = terraform_data.gateway.output.peer
  wait_for_connected         = terraform_data.gateway.output.wait
}
`, gatewayARMID(emulator.SeedActiveActiveGateway), "172.16.0.10"),
		ConfigStateChecks: shows(map[string]knownvalue.Check{"peers": knownvalue.ListSizeExact(2)}),
	})
}

// The other end of the session is a BGP peer on Alibaba Cloud: it is declared, and
// the wait sees it come up.
func TestAccPeerStatusWaits(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{Azure: azure.Config{Style: azure.StyleLocation, OperationDelay: 50 * time.Millisecond}})
	w.run(resource.TestStep{
		Config: peerConfig + statusOf(emulator.SeedGateway, fmt.Sprintf("peer = %q\nwait_for_connected = true\ndepends_on = [bgp_peer.azure]", emulator.SeedNeighbor)),
		ConfigStateChecks: shows(map[string]knownvalue.Check{
			"wait_for_connected": knownvalue.Bool(true),
			"peers": knownvalue.ListExact([]knownvalue.Check{
				row(emulator.SeedPeerAddress, emulator.SeedNeighbor, emulator.SeedLocalASN, "Connected", map[string]knownvalue.Check{"routes_received": number(2)}),
			}),
		}),
	})
}

// Failures say what failed on which gateway, in the service's words, and what to do.
func TestAccPeerStatusFails(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	fails := func(fault control.Fault, want string) resource.TestStep {
		return resource.TestStep{
			PreConfig: func() {
				w.Faults.Clear()
				if fault.Action != "" {
					w.Faults.Add(fault)
				}
			},
			Config:      statusOf(emulator.SeedGateway, "timeouts = { read = \"10s\" }"),
			ExpectError: says(want),
		}
	}
	id := gatewayARMID(emulator.SeedGateway)
	missing := fails(control.Fault{}, `getBgpPeerStatus of `+gatewayARMID("vgw-elsewhere")+`: HTTP 404 Not Found: ResourceNotFound: The Resource 'Microsoft.Network/virtualNetworkGateways/vgw-elsewhere'`)
	missing.Config = statusOf("vgw-elsewhere", "")
	w.run(
		missing,
		fails(control.Fault{Action: "getBgpPeerStatus", Kind: control.KindError, Status: http.StatusForbidden, Code: "AuthorizationFailed", Message: "The client has no authorization."},
			`getBgpPeerStatus of `+id+`: HTTP 403 Forbidden: AuthorizationFailed: The client has no authorization.`),
		fails(control.Fault{Action: "getBgpPeerStatus", Kind: control.KindError, Status: http.StatusForbidden, Code: "AuthorizationFailed"},
			`Give client `+emulator.SeedClient+` a role that holds the permission Microsoft.Network/virtualNetworkGateways/getBgpPeerStatus/action on the gateway's resource group.`),
		fails(control.Fault{Action: "getBgpPeerStatus", Kind: control.KindError, Status: http.StatusServiceUnavailable, Code: "ServerBusy", Message: "Busy."},
			`the last failure was: HTTP 503 Service Unavailable: ServerBusy: Busy.`),
		fails(control.Fault{Action: "getBgpPeerStatus", Kind: control.KindEmpty},
			`no list of peers in the answer: the service answered 200 OK with no body`),
		fails(control.Fault{Action: "token", Kind: control.KindError, Status: http.StatusUnauthorized, Code: "invalid_client", Message: "Wrong secret."},
			`cannot authenticate with the client secret of client `+emulator.SeedClient+`: HTTP 401 Unauthorized: invalid_client: AADSTS`),
	)
}

// A gateway that is not there is an error on the argument that names what is missing,
// as the configuration has it.
func TestAccPeerStatusIsMissing(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	const elsewhere = "99999999-9999-4999-8999-999999999999"
	named := func(group, gateway, more string) string {
		return fmt.Sprintf("data \"bgp_peer_status\" \"test\" {\n  resource_group_name = %q\n  virtual_network_gateway_name = %q\n%s}\n", group, gateway, more)
	}
	var steps []resource.TestStep
	for _, missing := range []struct{ config, at, says string }{
		{statusOf("vgw-elsewhere", ""), `virtual_network_gateway_id =`, `ResourceNotFound`},
		{strings.ReplaceAll(statusOf(emulator.SeedGateway, ""), emulator.SeedSubscription, elsewhere), `virtual_network_gateway_id =`, `SubscriptionNotFound`},
		{named(emulator.SeedResourceGroup, "vgw-elsewhere", ""), `virtual_network_gateway_name =`, `ResourceNotFound`},
		{named("rg-elsewhere", emulator.SeedGateway, ""), `resource_group_name =`, `ResourceGroupNotFound`},
		{named(emulator.SeedResourceGroup, emulator.SeedGateway, "  subscription_id = \""+elsewhere+"\"\n"), `subscription_id =`, `SubscriptionNotFound`},
		{"provider \"bgp\" {\n  azure = { subscription_id = \"" + elsewhere + "\" }\n}\n" + named(emulator.SeedResourceGroup, emulator.SeedGateway, ""),
			`data "bgp_peer_status" "test" {`, `the provider's azure.subscription_id`},
	} {
		steps = append(steps, resource.TestStep{
			Config: missing.config,
			ExpectError: regexp.MustCompile(`(?s)in data "bgp_peer_status" "test":[\s│]+\d+:[\s│]+` +
				message(regexp.QuoteMeta(missing.at)).String() + ".*" + message(regexp.QuoteMeta(missing.says)).String()),
		})
	}
	w.run(steps...)
}

// Throttling and passing faults are waited out.
func TestAccPeerStatusOutlastsFaults(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{Azure: azure.Config{Style: azure.StyleLocation}})
	w.run(resource.TestStep{
		PreConfig: func() {
			w.Faults.Add(control.Fault{Action: "getBgpPeerStatus", Kind: control.KindThrottle, RetryAfter: time.Second, Times: 1})
			w.Faults.Add(control.Fault{Action: "poll", Kind: control.KindDropBefore, Times: 1})
		},
		Config:            statusOf(emulator.SeedGateway, ""),
		ConfigStateChecks: shows(map[string]knownvalue.Check{"peers": knownvalue.ListSizeExact(2)}),
		Check: func(*terraform.State) error {
			if refused := w.requestsOf("getBgpPeerStatus")[0]; refused.Status != http.StatusTooManyRequests {
				return errors.New("nothing was throttled")
			}
			return nil
		},
	})
}

// What can be seen to be wrong is refused before any request is made.
func TestAccPeerStatusRefuses(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	var steps []resource.TestStep
	for arguments, want := range map[string]string{
		"":                           `No gateway is named`,
		`resource_group_name = "rg"`: `The gateway's name is missing`,
		`subscription_id = "my own"`: `Not a subscription id`,
		`virtual_network_gateway_id = "/subscriptions/x"`:                                                         `Not the id of a virtual network gateway`,
		`virtual_network_gateway_id = "` + gatewayARMID("x") + `"` + "\n  resource_group_name = \"rg\"":           `The gateway is named twice`,
		`virtual_network_gateway_id = "` + gatewayARMID("x") + `"` + "\n  peer = \"10.0.0.0/8\"":                  `Not an IP address`,
		`virtual_network_gateway_id = "` + gatewayARMID("x") + `"` + "\n  wait_for_connected = true":              `No peer to wait for`,
		`virtual_network_gateway_id = "` + gatewayARMID("x") + `"` + "\n  timeouts = { read = \"five minutes\" }": `"five minutes" is not a duration`,
	} {
		steps = append(steps, resource.TestStep{
			Config:      "data \"bgp_peer_status\" \"test\" {\n  " + arguments + "\n}\n",
			ExpectError: says(want),
		})
	}
	w.run(steps...)
	if n := w.Journal.Count(control.AnyAction); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

// Names need a subscription: their own, or the provider's.
func TestAccPeerStatusNeedsASubscription(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{}).without("ARM_SUBSCRIPTION_ID")
	w.run(
		resource.TestStep{
			Config:      statusConfig,
			ExpectError: says(`azure.subscription_id is not set. Set it in the provider block, or set the environment variable ARM_SUBSCRIPTION_ID`),
		},
		resource.TestStep{
			Config:      "provider \"bgp\" {\n  azure = { subscription_id = terraform_data.later.output }\n}\nresource \"terraform_data\" \"later\" {\n  input = \"" + emulator.SeedSubscription + "\"\n}\n" + statusConfig,
			ExpectError: says(`azure.subscription_id is not known until apply`),
		},
		resource.TestStep{
			Config: strings.Replace(statusConfig, "}\n", "  subscription_id = \""+emulator.SeedSubscription+"\"\n}\n", 1),
		},
	)
}
