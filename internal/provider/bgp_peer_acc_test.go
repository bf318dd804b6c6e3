package provider

import (
	"errors"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

const peerAddress = "bgp_peer.test"

// peerWith is a bgp_peer in the group whose VBR has several circuits, so that any
// address can be a peer, with these arguments.
func peerWith(arguments string) string {
	return fmt.Sprintf("resource \"bgp_peer\" \"test\" {\n  bgp_group_id = %q\n%s\n}\n", emulator.SeedMultiCircuitGroup, arguments)
}

// has checks attributes of the peer's state.
func has(attributes map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, want := range attributes {
		checks = append(checks, statecheck.ExpectKnownValue(peerAddress, tfjsonpath.New(name), want))
	}
	return checks
}

// plans checks what the plan does with the peer.
func plans(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(peerAddress, action)},
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

var (
	exactly = knownvalue.StringExact
	number  = knownvalue.Int64Exact
)

func TestAccPeerLifeCycle(t *testing.T) {
	t.Parallel()
	newAcceptance(t, emulator.Config{}).peerLifeCycle(emulator.SeedMultiCircuitGroup, "10.3.1.1", "10.3.2.1")
}

// peerLifeCycle takes a peer of a group through its life: created, changed in each
// argument, imported and destroyed, first at one address, then at the other.
func (w *acceptance) peerLifeCycle(group, first, second string) {
	w.t.Helper()
	same := statecheck.CompareValue(compareSame{})
	step := func(action plancheck.ResourceActionType, address string, hops int64, more string, call map[string]string) resource.TestStep {
		bfd, wantHops := "", knownvalue.Check(knownvalue.Null())
		if hops > 0 {
			bfd = fmt.Sprintf("enable_bfd = true\nbfd_multi_hop = %d", hops)
			wantHops = number(hops)
		}
		check := w.madeNone("ModifyBgpPeerAttribute")
		if call != nil {
			check = w.modifiedOnceWith(call)
		}
		return resource.TestStep{
			PreConfig:        w.forget,
			Config:           fmt.Sprintf("resource \"bgp_peer\" \"test\" {\nbgp_group_id = %q\npeer_ip_address = %q\n%s\n%s\n}\n", group, address, bfd, more),
			ConfigPlanChecks: plans(action),
			ConfigStateChecks: append(has(map[string]knownvalue.Check{
				"id": knownvalue.StringRegexp(regexp.MustCompile(`^bgp-[a-z0-9]+$`)), "bgp_group_id": exactly(group),
				"peer_ip_address": exactly(address), "ip_version": exactly("IPv4"), "status": exactly("Available"),
				"enable_bfd": knownvalue.Bool(hops > 0), "bfd_multi_hop": wantHops,
			}), same.AddStateValue(peerAddress, tfjsonpath.New("id"))),
			Check: check,
		}
	}
	w.run(
		step(plancheck.ResourceActionCreate, first, 0, "", nil),
		// In place, and in one call with all that is wanted.
		step(plancheck.ResourceActionUpdate, first, 3, "", map[string]string{"PeerIpAddress": first, "EnableBfd": "true", "BfdMultiHop": "3"}),
		step(plancheck.ResourceActionUpdate, first, 255, "", map[string]string{"PeerIpAddress": first, "EnableBfd": "true", "BfdMultiHop": "255"}),
		// Turning BFD off leaves the hop count out of the call.
		step(plancheck.ResourceActionUpdate, second, 0, "", map[string]string{"PeerIpAddress": second, "EnableBfd": "false"}),
		// What only Terraform knows is no call.
		step(plancheck.ResourceActionUpdate, second, 0, `timeouts = { create = "11m", delete = "11m" }`, nil),
		resource.TestStep{ResourceName: peerAddress, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts", "bgp_status"}},
	)
}

func TestAccPeerReadsEverything(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.run(
		resource.TestStep{
			Config:           peerWith(`peer_ip_address = "10.3.1.1"`),
			ConfigPlanChecks: plans(plancheck.ResourceActionCreate),
			ConfigStateChecks: has(map[string]knownvalue.Check{
				"region": exactly(emulator.SeedRegion), "wait_for_established": knownvalue.Bool(false), "timeouts": knownvalue.Null(),
				"status": exactly("Available"), "bgp_status": exactly("Established"), "name": exactly("data-center"), "description": exactly(""),
				"router_id": exactly(emulator.SeedMultiCircuitVBR), "peer_asn": number(65010), "local_asn": number(emulator.SeedLocalASN),
				"is_fake_asn": knownvalue.Bool(false), "hold_time": number(30), "keepalive_time": number(10), "route_limit": number(110),
			}),
		},
		resource.TestStep{ // An address that is left out stays.
			PreConfig:         w.forget,
			Config:            peerWith(""),
			ConfigPlanChecks:  plans(plancheck.ResourceActionNoop),
			ConfigStateChecks: has(map[string]knownvalue.Check{"peer_ip_address": exactly("10.3.1.1")}),
			Check:             w.madeNone("ModifyBgpPeerAttribute"),
		},
	)
}

// modifiedOnceWith checks that one modification was made, with exactly these of
// the parameters that it may have.
func (w *acceptance) modifiedOnceWith(want map[string]string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if w.live() {
			return nil
		}
		calls := w.requestsOf("ModifyBgpPeerAttribute")
		if len(calls) != 1 {
			return fmt.Errorf("%d modifications were made, not one", len(calls))
		}
		for _, name := range []string{"PeerIpAddress", "EnableBfd", "BfdMultiHop", "BgpGroupId"} {
			if got := calls[0].Params[name]; got != want[name] {
				return fmt.Errorf("%s was %q, want %q", name, got, want[name])
			}
		}
		return nil
	}
}

// compareSame compares state values across steps: none may differ.
type compareSame struct{}

// CompareValues compares the values.
func (compareSame) CompareValues(values ...any) error {
	for _, value := range values {
		if value != values[0] {
			return fmt.Errorf("%v became %v", values[0], value)
		}
	}
	return nil
}

func TestAccPeerReplaced(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	replaced := func(arguments string, config func(string) string) resource.TestStep {
		return resource.TestStep{Config: config(arguments), ConfigPlanChecks: plans(plancheck.ResourceActionReplace)}
	}
	inGroup := func(group string) func(string) string {
		return func(arguments string) string {
			return fmt.Sprintf("resource \"bgp_peer\" \"test\" {\n  bgp_group_id = %q\n%s\n}\n", group, arguments)
		}
	}
	w.run(
		resource.TestStep{Config: peerWith(`peer_ip_address = "10.3.1.1"`)},
		replaced("", inGroup(emulator.SeedRedundantGroup)), // The service fills in the address of the one circuit.
		replaced(`region = "`+emulator.SeedIPv6Region+`"
			ip_version      = "IPv6"
			peer_ip_address = "2001:db8:4::1"`, inGroup(emulator.SeedIPv6Group)),
		resource.TestStep{ // Other spellings of the same are no change, and no call.
			PreConfig: w.forget,
			Config: inGroup(emulator.SeedIPv6Group)(`region = "` + emulator.SeedIPv6Region + `"
				ip_version      = "ipv6"
				peer_ip_address = "2001:DB8:4:0:0:0:0:1"`),
			ConfigPlanChecks: plans(plancheck.ResourceActionNoop),
			Check:            w.madeNone("ModifyBgpPeerAttribute", "CreateBgpPeer", "DeleteBgpPeer"),
		},
		replaced(`peer_ip_address = "10.3.1.9"`+"\nregion = \""+emulator.SeedRegion+`"`, peerWith),
		resource.TestStep{ // Without region and version the peer stays where and what it is.
			Config:           peerWith(`peer_ip_address = "10.3.1.9"`),
			ConfigPlanChecks: plans(plancheck.ResourceActionNoop),
		},
	)
}

func TestAccPeerAddressIsFilledIn(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.run(
		resource.TestStep{
			Config:           fmt.Sprintf("resource \"bgp_peer\" \"test\" {\n  bgp_group_id = %q\n}\n", emulator.SeedGroup),
			ConfigPlanChecks: plans(plancheck.ResourceActionCreate),
			ConfigStateChecks: has(map[string]knownvalue.Check{
				"peer_ip_address": exactly(emulator.SeedPeerAddress), "description": exactly("Azure, first circuit"),
			}),
		},
		resource.TestStep{
			PreConfig:        w.forget,
			Config:           fmt.Sprintf("resource \"bgp_peer\" \"test\" {\n  bgp_group_id = %q\n  enable_bfd = true\n  bfd_multi_hop = 2\n}\n", emulator.SeedGroup),
			ConfigPlanChecks: plans(plancheck.ResourceActionUpdate),
			Check:            w.modifiedOnceWith(map[string]string{"PeerIpAddress": emulator.SeedPeerAddress, "EnableBfd": "true", "BfdMultiHop": "2"}),
		},
	)
}

func TestAccPeerImport(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	config := peerWith("peer_ip_address = \"10.3.1.1\"\nenable_bfd = true\nbfd_multi_hop = 3")
	inRegion := func(state *terraform.State) (string, error) {
		peer := state.RootModule().Resources[peerAddress]
		if peer == nil {
			return "", errors.New("no peer in the state")
		}
		return peer.Primary.Attributes["region"] + "/" + peer.Primary.ID, nil
	}
	byID := func(id string) resource.ImportStateIdFunc {
		return func(*terraform.State) (string, error) { return id, nil }
	}
	w.run(
		resource.TestStep{Config: config},
		resource.TestStep{ResourceName: peerAddress, ImportState: true, ImportStateVerify: true},
		resource.TestStep{ResourceName: peerAddress, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: inRegion},
		resource.TestStep{ResourceName: peerAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateIdFunc: inRegion},
		resource.TestStep{
			ResourceName: peerAddress, ImportState: true, ImportStateIdFunc: byID("bgp-doesnotexist"),
			ExpectError: message(`no BGP peer bgp-\S+ in cn-shanghai\. Check its id`),
		},
		resource.TestStep{
			ResourceName: peerAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateIdFunc: byID("cn-hangzhou/bgp-doesnotexist"),
			ExpectError: message(`no BGP peer bgp-doesnotexist in cn-hangzhou\. Check its id`),
		},
		resource.TestStep{
			ResourceName: peerAddress, ImportState: true, ImportStateIdFunc: byID("cn-nowhere/bgp-doesnotexist"),
			ExpectError: regexp.MustCompile(`InvalidRegionId\.NotFound`),
		},
		resource.TestStep{
			ResourceName: peerAddress, ImportState: true, ImportStateIdFunc: byID(emulator.SeedGroup),
			ExpectError: regexp.MustCompile(`id of a BGP group`),
		},
	)
}

// What Terraform generates of an imported peer plans without a change.
func TestAccPeerGeneratedConfiguration(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.run(
		resource.TestStep{Config: peerWith("peer_ip_address = \"10.3.1.1\"\nenable_bfd = true\nbfd_multi_hop = 3")},
		resource.TestStep{ResourceName: peerAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID, GenerateConfig: true},
	)
}

func TestAccPeerIdentity(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: w.factories(),
		Steps: []resource.TestStep{
			{
				Config: peerWith(`peer_ip_address = "10.3.1.1"`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentityValueMatchesState(peerAddress, tfjsonpath.New("id")),
					statecheck.ExpectIdentityValueMatchesState(peerAddress, tfjsonpath.New("region")),
				},
			},
			{ResourceName: peerAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

func TestAccPeerDisappears(t *testing.T) {
	t.Parallel()
	for name, vanish := range map[string]func(*acceptance, string) bool{
		"vanished": func(w *acceptance, id string) bool { return w.Alibaba.RemovePeer(id) },
		"lingers as Deleted": func(w *acceptance, id string) bool {
			return w.Alibaba.UpdatePeer(id, func(p *emulated.Peer) { p.Status, p.PeerIPAddress, p.HoldStatus = emulated.Deleted, "10.3.9.9", true })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{LingerDeleted: -1}})
			w.run(
				resource.TestStep{Config: peerWith(`peer_ip_address = "10.3.1.1"`)},
				resource.TestStep{
					PreConfig: func() {
						if !vanish(w, w.onlyPeer().ID) {
							t.Error("there was no peer to take away")
						}
					},
					Config:           peerWith(`peer_ip_address = "10.3.1.1"`),
					ConfigPlanChecks: plans(plancheck.ResourceActionCreate),
				},
			)
		})
	}
}

// onlyPeer is the one peer at the service that is not deleted.
func (w *acceptance) onlyPeer() emulated.Peer {
	w.t.Helper()
	var found []emulated.Peer
	for _, peer := range w.Alibaba.Peers() {
		if peer.Status != emulated.Deleted {
			found = append(found, peer)
		}
	}
	if len(found) != 1 {
		w.t.Fatalf("there are %d peers at the service, not one: %+v", len(found), found)
	}
	return found[0]
}

func TestAccPeerDrift(t *testing.T) {
	t.Parallel()
	const config = "peer_ip_address = \"10.3.1.1\"\nenable_bfd = true\nbfd_multi_hop = 3"
	for name, test := range map[string]struct {
		drift func(*emulated.Peer)
		seen  map[string]knownvalue.Check
	}{
		"address":   {func(p *emulated.Peer) { p.PeerIPAddress = "10.3.2.1" }, map[string]knownvalue.Check{"peer_ip_address": exactly("10.3.1.1")}},
		"BFD off":   {func(p *emulated.Peer) { p.EnableBFD, p.BFDMultiHop = false, 0 }, map[string]knownvalue.Check{"enable_bfd": knownvalue.Bool(true), "bfd_multi_hop": number(3)}},
		"hop count": {func(p *emulated.Peer) { p.BFDMultiHop = 4 }, map[string]knownvalue.Check{"bfd_multi_hop": number(3)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAcceptance(t, emulator.Config{})
			w.run(
				resource.TestStep{Config: peerWith(config)},
				resource.TestStep{
					PreConfig:         func() { w.Alibaba.UpdatePeer(w.onlyPeer().ID, test.drift) },
					Config:            peerWith(config),
					ConfigPlanChecks:  plans(plancheck.ResourceActionUpdate),
					ConfigStateChecks: has(test.seen),
				},
			)
		})
	}
}

// The session and the properties of the group move on their own: the state
// follows, and there is nothing to do.
func TestAccPeerDriftOfWhatIsRead(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.run(
		resource.TestStep{Config: peerWith(`peer_ip_address = "10.3.1.1"`)},
		resource.TestStep{
			PreConfig: func() {
				w.Alibaba.UpdatePeer(w.onlyPeer().ID, func(p *emulated.Peer) { p.Session, p.HoldSession = emulated.SessionDown, true })
				w.Alibaba.AddGroup(emulated.Group{ID: emulator.SeedMultiCircuitGroup, RouterID: emulator.SeedMultiCircuitVBR, Name: "renamed", PeerASN: 65011, Hold: 90, Keepalive: 30})
			},
			Config:           peerWith(`peer_ip_address = "10.3.1.1"`),
			ConfigPlanChecks: plans(plancheck.ResourceActionNoop),
			ConfigStateChecks: has(map[string]knownvalue.Check{
				"bgp_status": exactly("Down"), "name": exactly("renamed"), "peer_asn": number(65011), "hold_time": number(90), "keepalive_time": number(30),
			}),
		},
	)
}

func TestAccPeerOldAnswers(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{OldAnswers: true}})
	w.run(
		resource.TestStep{
			Config:           peerWith(`peer_ip_address = "10.3.1.1"`),
			ConfigPlanChecks: plans(plancheck.ResourceActionCreate),
			ConfigStateChecks: has(map[string]knownvalue.Check{
				"ip_version": exactly("IPv4"), "enable_bfd": knownvalue.Bool(false), "peer_asn": number(65010), "hold_time": number(30),
			}),
		},
	)
}

func TestAccPeerBadInput(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	var steps []resource.TestStep
	for arguments, message := range map[string]string{
		`peer_ip_address = "10.3.1.300"`:                               `"10\.3\.1\.300" is not an IPv4 or IPv6 address`,
		`peer_ip_address = "fe80::1%eth0"` + "\nip_version = \"IPv6\"": `has a zone`,
		`peer_ip_address = "2001:db8::1"`:                              `Set\s+ip_version = "IPv6"`,
		`peer_ip_address = "10.3.1.1"` + "\nip_version = \"ipv6\"":     `10\.3\.1\.1 is an IPv4 address`,
		`ip_version = "IPv5"`:                                          `must be IPv4 or IPv6`,
		`enable_bfd = true`:                                            `bfd_multi_hop is required`,
		`bfd_multi_hop = 3`:                                            `A hop count without BFD`,
		"enable_bfd = true\nbfd_multi_hop = 0":                         `must be between 1 and 255`,
		"enable_bfd = true\nbfd_multi_hop = 256":                       `must be between 1 and 255`,
		`region = ""`:                                                  `the text is empty`,
		`timeouts = { delete = "0s" }`:                                 `"0s" must be greater than zero`,
		`timeouts = { create = "soon" }`:                               `"soon" is not a duration`,
		`status = "Available"`:                                         `(?i)can't configure a value for a computed|Invalid Configuration for Read-Only Attribute|Value for unconfigurable attribute`,
	} {
		steps = append(steps, resource.TestStep{Config: peerWith(arguments), PlanOnly: true, ExpectError: regexp.MustCompile(message)})
	}
	w.run(steps...)
	if n := w.Journal.Count("*"); n != 0 {
		t.Errorf("%d requests were made for configurations that cannot be right", n)
	}
}

func TestAccPeerValuesKnownAfterApply(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.run(resource.TestStep{
		Config: `
resource "terraform_data" "address" { input = "10.3.1.1" }
resource "terraform_data" "hops" { input = 3 }
` + peerWith(`
  peer_ip_address = terraform_data.address.output
  enable_bfd      = terraform_data.hops.output > 0
  bfd_multi_hop   = terraform_data.hops.output
`),
		ConfigStateChecks: has(map[string]knownvalue.Check{"peer_ip_address": exactly("10.3.1.1"), "bfd_multi_hop": number(3)}),
		ConfigPlanChecks:  plans(plancheck.ResourceActionCreate),
	})
}

func TestAccPeerAlreadyThere(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.Alibaba.PutPeer(emulated.Peer{ID: "bgp-wasthere", GroupID: emulator.SeedMultiCircuitGroup, PeerIPAddress: "10.3.1.1"})
	w.run(
		resource.TestStep{
			Config:      peerWith(`peer_ip_address = "10.3.1.1"`),
			ExpectError: regexp.MustCompile(`(?s)already there, as\s+bgp-wasthere.*import \{.*id = "cn-shanghai/bgp-wasthere"`),
		},
		resource.TestStep{ // What the message says works.
			Config: peerWith(`peer_ip_address = "10.3.1.1"`) + `
import {
  to = bgp_peer.test
  id = "cn-shanghai/bgp-wasthere"
}`,
			ConfigPlanChecks:  plans(plancheck.ResourceActionNoop),
			ConfigStateChecks: has(map[string]knownvalue.Check{"id": exactly("bgp-wasthere")}),
		},
	)
}

// A create that fails once the peer is there keeps it, tainted, and the next apply
// makes it again: never two.
func TestAccPeerTainted(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	hold := w.Faults
	w.run(
		resource.TestStep{
			PreConfig: func() {
				hold.Add(control.Fault{Action: "DescribeBgpPeers", Kind: control.KindError, Status: 503, Code: "ServiceUnavailable"})
			},
			Config:      peerWith("peer_ip_address = \"10.3.1.1\"\ntimeouts = { create = \"10s\" }"),
			ExpectError: regexp.MustCompile(`(?s)created and is not ready.*ServiceUnavailable`),
		},
		resource.TestStep{
			PreConfig: func() {
				hold.Clear()
				w.onlyPeer()
			},
			Config:           peerWith("peer_ip_address = \"10.3.1.1\"\ntimeouts = { create = \"1m\" }"),
			ConfigPlanChecks: plans(plancheck.ResourceActionReplace),
			Check: func(*terraform.State) error {
				w.onlyPeer()
				return nil
			},
		},
	)
}

func TestAccPeerWaitForEstablished(t *testing.T) {
	t.Parallel()
	never := time.Duration(-1)
	waiting := peerWith("peer_ip_address = \"10.3.1.1\"\nwait_for_established = true\ntimeouts = { update = \"10s\" }")
	w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{Delays: emulated.Delays{SessionEstablished: never}}})
	w.run(
		resource.TestStep{ // Without the wait, a session that does not come up is no error.
			Config:            peerWith(`peer_ip_address = "10.3.1.1"`),
			ConfigStateChecks: has(map[string]knownvalue.Check{"status": exactly("Available"), "bgp_status": exactly("Connect")}),
		},
		resource.TestStep{
			Config:      waiting,
			ExpectError: regexp.MustCompile(`(?s)not ready.*session\s+state "Connect".*Connect: the TCP connection to the neighbor`),
		},
		resource.TestStep{ // The wait is still to be done.
			PreConfig: func() {
				w.Alibaba.UpdatePeer(w.onlyPeer().ID, func(p *emulated.Peer) { p.Session = emulated.SessionEstablished })
			},
			Config:            waiting,
			ConfigPlanChecks:  plans(plancheck.ResourceActionUpdate),
			ConfigStateChecks: has(map[string]knownvalue.Check{"bgp_status": exactly("Established")}),
		},
	)
}

// A wrong key is an error, and never a reason to take a live peer for gone.
func TestAccPeerWrongKey(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	config := peerWith(`peer_ip_address = "10.3.1.1"`)
	right := w.variables["ALICLOUD_SECRET_KEY"]
	w.run(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:   func() { w.variables["ALICLOUD_SECRET_KEY"] = "wrong" },
			Config:      config,
			ExpectError: regexp.MustCompile(`SignatureDoesNotMatch`),
		},
		resource.TestStep{
			PreConfig:        func() { w.variables["ALICLOUD_SECRET_KEY"] = right },
			Config:           config,
			ConfigPlanChecks: plans(plancheck.ResourceActionNoop),
		},
	)
}

func TestAccPeersDataSource(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{Quotas: emulated.Quotas{PeersPerVBR: 1000}}})
	for i := range 120 {
		w.Alibaba.PutPeer(emulated.Peer{ID: fmt.Sprintf("bgp-%03d", i), GroupID: emulator.SeedMultiCircuitGroup, PeerIPAddress: fmt.Sprintf("10.5.0.%d", i)})
	}
	w.Alibaba.PutPeer(emulated.Peer{ID: "bgp-other", GroupID: emulator.SeedGroup, PeerIPAddress: emulator.SeedPeerAddress})
	const data = "data.bgp_peers.test"
	count := func(arguments string, want int, checks ...statecheck.StateCheck) resource.TestStep {
		return resource.TestStep{
			Config: "data \"bgp_peers\" \"test\" {\n" + arguments + "\n}\n",
			ConfigStateChecks: append(checks,
				statecheck.ExpectKnownValue(data, tfjsonpath.New("peers"), knownvalue.ListSizeExact(want)),
				statecheck.ExpectKnownValue(data, tfjsonpath.New("region"), exactly(emulator.SeedRegion))),
		}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: w.factories(),
		Steps: []resource.TestStep{
			count("", 121,
				statecheck.ExpectKnownValue(data, tfjsonpath.New("peers").AtSliceIndex(0).AtMapKey("id"), exactly("bgp-000")),
				statecheck.ExpectKnownValue(data, tfjsonpath.New("peers").AtSliceIndex(120).AtMapKey("id"), exactly("bgp-other")),
				statecheck.ExpectKnownValue(data, tfjsonpath.New("peers").AtSliceIndex(120).AtMapKey("peer_asn"), number(emulator.SeedPeerASN))),
			count(`bgp_group_id = "`+emulator.SeedGroup+`"`, 1),
			count(`router_id = "`+emulator.SeedMultiCircuitVBR+`"`, 120),
			count(`bgp_peer_id = "bgp-007"`, 1),
			count(`bgp_peer_id = "bgp-nowhere"`, 0),
			count(`is_default = true`, 0),
			{Config: "data \"bgp_peers\" \"test\" {\n  region = \"cn-nowhere\"\n}\n", ExpectError: regexp.MustCompile(`InvalidRegionId\.NotFound`)},
		},
	})
}
