package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// A router's whole BGP in one configuration: groups by key, with a peer and a network
// each.
func wholeRouter(arguments string, keys ...string) string {
	return fmt.Sprintf(`
locals {
  groups = { for i, key in [%s] : key => i + 1 }
}

resource "bgp_group" "all" {
  for_each  = local.groups
  router_id = %q
%s
}

resource "bgp_peer" "all" {
  for_each        = local.groups
  bgp_group_id    = bgp_group.all[each.key].id
  peer_ip_address = "10.3.1.${each.value}"
}

resource "bgp_network" "all" {
  for_each       = local.groups
  router_id      = bgp_group.all[each.key].router_id
  dst_cidr_block = "10.${each.value}.0.0/16"
}

output "asn" { value = { for key, peer in bgp_peer.all : key => bgp_group.all[key].peer_asn } }
`, `"`+strings.Join(keys, `", "`)+`"`, emulator.SeedMultiCircuitVBR, arguments)
}

// Everything is made in one apply, renamed in one apply, and goes in one apply.
func TestAccWholeRouter(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	d := w.directory(map[string]string{"main.tf": requires + wholeRouter("peer_asn = 65010", "a", "b")})
	d.cli("apply", "-auto-approve")
	d.cli("plan", "-detailed-exitcode")
	d.write("main.tf", requires+wholeRouter("peer_asn = 65010", "c", "d"))
	d.cli("apply", "-auto-approve")
	d.cli("plan", "-detailed-exitcode")
	if groups, networks, peers := len(w.madeGroups()), len(w.Alibaba.Networks()), len(w.Alibaba.Peers()); groups != 2 || networks != 2 || peers != 2 {
		t.Errorf("there are %d groups, %d networks and %d peers", groups, networks, peers)
	}
	d.cli("destroy", "-auto-approve")
	if groups, networks := w.madeGroups(), w.Alibaba.Networks(); len(groups)+len(networks) > 0 {
		t.Errorf("left: %+v, %+v", groups, networks)
	}
}

// The peers of a changed group follow, without a perpetual difference, and what
// depends on the group's ASN is known in the plan.
func TestAccPeersFollowTheirGroup(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	d := w.directory(map[string]string{"main.tf": requires + wholeRouter("peer_asn = 65010", "a")})
	if plan := d.cli("plan", "-no-color"); !strings.Contains(plan, "+ a = 65010") {
		t.Errorf("the ASN is not in the plan:\n%s", plan)
	}
	d.cli("apply", "-auto-approve")
	w.forget()
	d.write("main.tf", requires+wholeRouter("peer_asn = 65020\nname = \"renamed\"\nroute_limit = 20\nis_fake_asn = true", "a"))
	if said := d.cli("apply", "-auto-approve", "-no-color"); !strings.Contains(said, "0 added, 1 changed, 0 destroyed") {
		t.Error(said)
	}
	if err := w.modifiedGroup(map[string]string{"PeerAsn": "65020", "Name": "renamed", "RouteQuota": "20", "IsFakeAsn": "true"})(nil); err != nil {
		t.Error(err)
	}
	d.cli("plan", "-detailed-exitcode")
	d.cli("apply", "-refresh-only", "-auto-approve")
	if state := d.cli("state", "show", "-no-color", `bgp_peer.all["a"]`); !strings.Contains(state, "= 65020") || !strings.Contains(state, `= "renamed"`) || !strings.Contains(state, "= 20") {
		t.Error(state)
	}
	d.cli("destroy", "-auto-approve")
}

// A group with a peer of somebody else's is not deleted, and the message names it.
func TestAccGroupWithOtherPeers(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.runs(
		resource.TestStep{Config: groupWith("peer_asn = 65010")},
		resource.TestStep{
			PreConfig: func() {
				w.Alibaba.PutPeer(emulated.Peer{ID: "bgp-theirs", GroupID: w.onlyGroup().ID, PeerIPAddress: "10.3.9.9"})
			},
			Config:      groupWith("peer_asn = 65010"),
			Destroy:     true,
			ExpectError: message(`the group still has the peers bgp-theirs`),
		},
		resource.TestStep{
			PreConfig: func() { w.Alibaba.RemovePeer("bgp-theirs") },
			Config:    groupWith("peer_asn = 65010"),
		},
	)
}
