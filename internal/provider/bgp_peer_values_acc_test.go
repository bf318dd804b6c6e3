package provider

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// An address that is none, as the service may show it, neither fails nor changes
// anything.
func TestAccPeerStrangeAddress(t *testing.T) {
	t.Parallel()
	for _, shown := range []string{"10.3.1.1/30", "116.62.XX.XX"} {
		t.Run(shown, func(t *testing.T) {
			t.Parallel()
			w := newAcceptance(t, emulator.Config{})
			config := peerWith(`peer_ip_address = "10.3.1.1"`)
			w.run(
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						w.Alibaba.UpdatePeer(w.onlyPeer().ID, func(p *emulated.Peer) { p.PeerIPAddress = shown })
						w.forget()
					},
					Config:            config,
					ConfigPlanChecks:  plans(plancheck.ResourceActionNoop),
					ConfigStateChecks: has(map[string]knownvalue.Check{"peer_ip_address": exactly("10.3.1.1")}),
					Check:             w.madeNone("CreateBgpPeer", "ModifyBgpPeerAttribute", "DeleteBgpPeer"),
				},
				resource.TestStep{ResourceName: peerAddress, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"peer_ip_address"}},
			)
			if n := w.Journal.Count("DeleteBgpPeer"); n != 1 {
				t.Errorf("%d peers were deleted in the end", n)
			}
		})
	}
}

// BFD that somebody turned on or off is left alone together with its hop count, or
// the plan says what to do.
func TestAccPeerIgnoresHalfOfBFD(t *testing.T) {
	t.Parallel()
	const on, off = "enable_bfd = true\nbfd_multi_hop = 3\n", ""
	turnOn := func(p *emulated.Peer) { p.EnableBFD, p.BFDMultiHop = true, 5 }
	turnOff := func(p *emulated.Peer) { p.EnableBFD, p.BFDMultiHop = false, 0 }
	for name, test := range map[string]struct {
		bfd, ignored string
		drift        func(*emulated.Peer)
		refused      bool
	}{
		"the flag, turned on":       {off, "enable_bfd", turnOn, true},
		"the flag, turned off":      {on, "enable_bfd", turnOff, true},
		"the hop count, turned on":  {off, "bfd_multi_hop", turnOn, true},
		"the hop count, turned off": {on, "bfd_multi_hop", turnOff, true},
		"both, turned on":           {off, "enable_bfd, bfd_multi_hop", turnOn, false},
		"both, turned off":          {on, "enable_bfd, bfd_multi_hop", turnOff, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAcceptance(t, emulator.Config{})
			config := peerWith("peer_ip_address = \"10.3.1.1\"\n" + test.bfd + "lifecycle {\n  ignore_changes = [" + test.ignored + "]\n}")
			after := resource.TestStep{
				PreConfig: func() {
					w.Alibaba.UpdatePeer(w.onlyPeer().ID, test.drift)
					w.forget()
				},
				Config: config,
			}
			if test.refused {
				after.ExpectError = regexp.MustCompile(`(?s)BFD would change without its hop count.*name both`)
			} else {
				after.ConfigPlanChecks = plans(plancheck.ResourceActionNoop)
			}
			w.run(resource.TestStep{Config: config}, after)
			if n := w.Journal.Count("ModifyBgpPeerAttribute"); n != 0 {
				t.Errorf("%d changes were asked for", n)
			}
		})
	}
}

// A message about a wrong value says what to write, and of an empty one to leave it
// out.
func TestAccMessagesOfValues(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	var steps []resource.TestStep
	refused := func(config, message string) {
		words := strings.Fields(regexp.QuoteMeta(message))
		steps = append(steps, resource.TestStep{Config: config, PlanOnly: true, ExpectError: regexp.MustCompile(strings.Join(words, `[\s│]+`))})
	}
	for arguments, message := range map[string]string{
		`peer_ip_address = "10.3.1.1/30"`:                           `is a prefix: write the address alone, "10.3.1.1"`,
		`peer_ip_address = "010.003.1.1"`:                           `has leading zeros, which some programs read as octal numbers: write "10.3.1.1"`,
		`peer_ip_address = "[2001:db8::1]"`:                         `is in brackets, as in a URL: write "2001:db8::1"`,
		`peer_ip_address = "router.example.com"`:                    `is a host name: write the IP address that is meant`,
		"ip_version = \"IPv6\"\npeer_ip_address = \"fe80::1%eth0\"": `has a zone, the name of an interface of one machine: write "fe80::1"`,
		`peer_ip_address = ""`:                                      `leave the argument out (null)`,
		`region = ""`:                                               `leave the argument out (null)`,
		`ip_version = ""`:                                           `leave the argument out (null)`,
		`timeouts = { create = "" }`:                                `leave the argument out (null)`,
	} {
		refused(peerWith(arguments), message)
	}
	refused("resource \"bgp_peer\" \"test\" {\n  bgp_group_id = \"\"\n}\n", `bgp_group_id: the text is empty: give an id.`)
	for _, name := range []string{"region", "bgp_peer_id", "bgp_group_id", "router_id"} {
		refused(fmt.Sprintf("data \"bgp_peers\" \"test\" {\n  %s = \"\"\n}\n", name), `leave the argument out (null)`)
	}
	gateway := fmt.Sprintf("virtual_network_gateway_id = %q\n", gatewayARMID(emulator.SeedGateway))
	for arguments, message := range map[string]string{
		gateway + `peer = "10.1.0.254/30"`:                                                          `is a prefix: write the address alone, "10.1.0.254"`,
		gateway + `peer = "onprem.example.com"`:                                                     `is a host name: write the IP address that is meant`,
		gateway + `peer = ""`:                                                                       `leave the argument out (null)`,
		gateway + `timeouts = { read = "" }`:                                                        `leave the argument out (null)`,
		`virtual_network_gateway_id = ""`:                                                           `leave the argument out (null)`,
		"resource_group_name = \"\"\nvirtual_network_gateway_name = \"g\"":                          `leave the argument out (null)`,
		"resource_group_name = \"g\"\nvirtual_network_gateway_name = \"\"":                          `leave the argument out (null)`,
		"resource_group_name = \"g\"\nvirtual_network_gateway_name = \"g\"\nsubscription_id = \"\"": `leave the argument out (null)`,
	} {
		refused("data \"bgp_peer_status\" \"test\" {\n"+arguments+"\n}\n", message)
	}
	w.run(steps...)
	if n := w.Journal.Count("*"); n != 0 {
		t.Errorf("%d requests were made for configurations that cannot be right", n)
	}
}

// What bgp_peers shows is what bgp_peer takes: every row can be imported by for_each
// with its own values, and plans without a change.
func TestAccPeersCanBeImported(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.Alibaba.PutPeer(emulated.Peer{ID: "bgp-1", GroupID: emulator.SeedMultiCircuitGroup, PeerIPAddress: "10.3.1.1", BFDMultiHop: 0})
	w.Alibaba.PutPeer(emulated.Peer{ID: "bgp-2", GroupID: emulator.SeedMultiCircuitGroup, PeerIPAddress: "10.3.1.2", EnableBFD: true, BFDMultiHop: 3})
	d := w.directory(map[string]string{"main.tf": requires + `
data "bgp_peers" "all" {}

locals {
  peers = { for p in data.bgp_peers.all.peers : p.id => p }
}

import {
  for_each = local.peers
  to       = bgp_peer.all[each.key]
  id       = "${each.value.region}/${each.key}"
}

resource "bgp_peer" "all" {
  for_each        = local.peers
  region          = each.value.region
  bgp_group_id    = each.value.bgp_group_id
  peer_ip_address = each.value.peer_ip_address
  ip_version      = each.value.ip_version
  enable_bfd      = each.value.enable_bfd
  bfd_multi_hop   = each.value.bfd_multi_hop
}
`})
	if plan := d.cli("plan"); !strings.Contains(plan, "2 to import, "+noChange) {
		t.Error(plan)
	}
}

// A plan that was saved in one region and is applied in another makes nothing, and
// the guide Troubleshooting has what Terraform says.
func TestAccSavedPlanOfAnotherRegion(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	d := w.directory(map[string]string{"main.tf": requires + peerWith(`peer_ip_address = "10.3.1.1"`)})
	d.cli("plan", "-out=plan")
	cmd, output := d.command("apply", "plan")
	cmd.Env = append(cmd.Env, "ALICLOUD_REGION=cn-hangzhou", "ALIBABA_CLOUD_REGION=cn-hangzhou")
	err := cmd.Run()
	if err == nil || !strings.Contains(output.String(), "Provider produced inconsistent final plan") || !strings.Contains(output.String(), ".region") {
		t.Errorf("%v\n%s", err, output)
	}
	if n := w.Journal.Count("CreateBgpPeer"); n != 0 {
		t.Errorf("%d peers were made", n)
	}
}
