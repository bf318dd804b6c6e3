package provider

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// keyed are peers by for_each, "key = address" each.
func keyed(pairs string) string {
	return `
resource "bgp_peer" "test" {
  for_each        = { ` + pairs + ` }
  bgp_group_id    = "` + emulator.SeedMultiCircuitGroup + `"
  peer_ip_address = each.value
}`
}

// counted are peers by count, with these addresses.
func counted(addresses string) string {
	return `
locals {
  addresses = [` + addresses + `]
}
resource "bgp_peer" "test" {
  count           = length(local.addresses)
  bgp_group_id    = "` + emulator.SeedMultiCircuitGroup + `"
  peer_ip_address = local.addresses[count.index]
}`
}

// replaced are peers by count whose change of address replaces them.
func replaced(addresses string) string {
	return strings.TrimSuffix(counted(addresses), "}") + `
  lifecycle {
    replace_triggered_by = [terraform_data.address[count.index]]
  }
}
resource "terraform_data" "address" {
  count = length(local.addresses)
  input = local.addresses[count.index]
}`
}

// An address that one peer gives up and another gets in the same apply: all ends well
// in that apply.
func TestAccPeerAddressesChangeHands(t *testing.T) {
	t.Parallel()
	delays := emulated.Delays{PeerAvailable: 100 * time.Millisecond, PeerModified: 100 * time.Millisecond, PeerDeleted: 300 * time.Millisecond}
	for name, test := range map[string]struct {
		before, after string
		want          []string
		refused       string
	}{
		"a key is renamed": {
			keyed(`a = "10.3.1.1", b = "10.3.1.2"`), keyed(`renamed = "10.3.1.1", b = "10.3.1.2"`),
			[]string{"10.3.1.1", "10.3.1.2"}, "",
		},
		"the first element of a count is removed": {
			counted(`"10.3.1.1", "10.3.1.2", "10.3.1.3", "10.3.1.4"`), counted(`"10.3.1.2", "10.3.1.3", "10.3.1.4"`),
			[]string{"10.3.1.2", "10.3.1.3", "10.3.1.4"}, "",
		},
		"each takes the next one's, and is replaced": {
			replaced(`"10.3.1.1", "10.3.1.2", "10.3.1.3", "10.3.1.4"`), replaced(`"10.3.1.2", "10.3.1.3", "10.3.1.4"`),
			[]string{"10.3.1.2", "10.3.1.3", "10.3.1.4"}, "",
		},
		"two swap, and are replaced": {
			replaced(`"10.3.1.1", "10.3.1.2"`), replaced(`"10.3.1.2", "10.3.1.1"`),
			[]string{"10.3.1.1", "10.3.1.2"}, "",
		},
		"two swap": {
			keyed(`a = "10.3.1.1", b = "10.3.1.2"`), keyed(`a = "10.3.1.2", b = "10.3.1.1"`),
			nil, `(?s)cannot.*swap.*addresses.*in.*one.*apply.*unused.*address`,
		},
		"two swap by way of a third address": {
			keyed(`a = "10.3.1.9", b = "10.3.1.1"`), keyed(`a = "10.3.1.2", b = "10.3.1.1"`),
			[]string{"10.3.1.1", "10.3.1.2"}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{Delays: delays}})
			d := w.directory(map[string]string{"main.tf": requires + test.before})
			d.cli("apply", "-auto-approve")
			d.write("main.tf", requires+test.after)
			if test.refused != "" {
				cmd, output := d.command("apply", "-auto-approve")
				if err := cmd.Run(); err == nil || !regexp.MustCompile(test.refused).MatchString(output.String()) {
					t.Errorf("%v:\n%s", err, output)
				}
				return
			}
			more := []string{}
			if strings.Contains(test.after, "replace_triggered_by") {
				more = append(more, "-parallelism=1") // whatever Terraform comes to first
			}
			d.cli(append([]string{"apply", "-auto-approve"}, more...)...)
			var got []string
			for _, peer := range w.Alibaba.Peers() {
				if peer.Status != emulated.Deleted {
					got = append(got, peer.PeerIPAddress)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("addresses at the service (-want +got):\n%s", diff)
			}
			if plan := d.cli("plan"); !strings.Contains(plan, "No changes.") {
				t.Errorf("after the apply, the plan is:\n%s", plan)
			}
		})
	}
}

// A group that is renamed by its key, with its peers and networks, ends in one apply.
func TestAccGroupRenamedWithAllThatIsOnIt(t *testing.T) {
	t.Parallel()
	const on = `
resource "bgp_group" "test" {
  for_each  = toset([KEY])
  router_id = "` + emulator.SeedMultiCircuitVBR + `"
  peer_asn  = 65010
  name      = "circuits"
}
resource "bgp_peer" "test" {
  for_each        = { for pair in setproduct([KEY], ["10.3.7.1", "10.3.7.2"]) : "${pair[0]} ${pair[1]}" => pair }
  bgp_group_id    = bgp_group.test[each.value[0]].id
  peer_ip_address = each.value[1]
}
resource "bgp_network" "test" {
  for_each       = toset([KEY])
  router_id      = bgp_group.test[each.key].router_id
  dst_cidr_block = "10.200.0.0/16"
}`
	delay := 200 * time.Millisecond
	w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{Delays: emulated.Delays{
		PeerAvailable: delay, PeerDeleted: delay, GroupAvailable: delay, GroupDeleted: delay, NetworkAvailable: delay, NetworkDeleted: delay,
	}}})
	d := w.directory(map[string]string{"main.tf": requires + strings.ReplaceAll(on, "KEY", `"old"`)})
	d.cli("apply", "-auto-approve")
	d.write("main.tf", requires+strings.ReplaceAll(on, "KEY", `"new"`))
	if said := d.cli("apply", "-auto-approve"); !strings.Contains(said, "4 added, 0 changed, 4 destroyed") {
		t.Errorf("the apply said:\n%s", said)
	}
	if plan := d.cli("plan"); !strings.Contains(plan, "No changes.") {
		t.Errorf("after the apply, the plan is:\n%s", plan)
	}
}

// A wait for a peer that ends in the middle of something says what that means.
func TestPeerWaitsThatTimeOut(t *testing.T) {
	t.Parallel()
	never := emulator.Config{AlibabaCloud: emulated.Config{Delays: emulated.Delays{PeerAvailable: -1, PeerModified: -1, PeerDeleted: -1}}}
	available := func(p *emulated.Peer) { p.Status = emulated.Available }
	inBubble(t, never, func(b *bubble) {
		state, said := b.apply(b.Context(), b.none(), peerBefore)
		if !strings.Contains(said, `"Pending"`) || !strings.Contains(said, "still making the BGP peer") || !strings.Contains(said, "tainted") {
			b.Errorf("the create said: %s", said)
		}
		id := b.id(state)
		b.Alibaba.UpdatePeer(id, available)
		state, said = b.apply(b.Context(), state, peerAfter)
		if !strings.Contains(said, `"Modifying"`) || !strings.Contains(said, "still changing the BGP peer") {
			b.Errorf("the update said: %s", said)
		}
		b.Alibaba.UpdatePeer(id, available)
		if _, said = b.apply(b.Context(), state, nil); !strings.Contains(said, `"Deleting"`) || !strings.Contains(said, "still deleting the BGP peer") {
			b.Errorf("the delete said: %s", said)
		}
		if read, said := b.read(b.Context(), state); read.IsNull() || !strings.Contains(said, "A BGP peer is being deleted") {
			b.Errorf("read as %s: %s", read, said)
		}
	})
}

// A peer that is deleted while its creation is waited for: one message, and the state
// lets the next plan decide.
func TestPeerVanishesWhileItIsCreated(t *testing.T) {
	t.Parallel()
	inBubble(t, emulator.Config{AlibabaCloud: emulated.Config{Delays: emulated.Delays{PeerAvailable: -1}}}, func(b *bubble) {
		time.AfterFunc(20*time.Second, func() { b.Alibaba.RemovePeer(b.live()[0].ID) })
		state, said := b.apply(b.Context(), b.none(), peerBefore)
		if b.id(state) == "" || !strings.Contains(said, "deleted by something else") ||
			strings.Contains(said, "untaint") || strings.Contains(said, "next plan will create") || strings.Count(said, "tainted") != 1 {
			b.Errorf("the state is %s, and it said: %s", state, said)
		}
		if state, said = b.read(b.Context(), state); !state.IsNull() || !strings.Contains(said, "A BGP peer is gone") {
			b.Errorf("read as %s: %s", state, said)
		}
	})
}

// The service shows another IP version or group than planned: planned values are kept
// by the create, and the next read shows the drift.
func TestPeerShownOtherwiseThanPlanned(t *testing.T) {
	t.Parallel()
	for attribute, test := range map[string]struct{ is, shown string }{
		"ip_version":   {`"IpVersion":"ipv4"`, `"IpVersion":"ipv6"`},
		"bgp_group_id": {`"BgpGroupId":"` + emulator.SeedMultiCircuitGroup + `"`, `"BgpGroupId":"bgpg-other"`},
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			inBubbleBehind(t, lives, rewriting(func(body string) string { return strings.ReplaceAll(body, test.is, test.shown) }), func(b *bubble) {
				state, said := b.apply(b.Context(), b.none(), peerBefore)
				if said != "" {
					b.Fatal(said)
				}
				planned := b.attributes(state)[attribute]
				if state, said = b.read(b.Context(), state); said != "" || b.attributes(state)[attribute].Equal(planned) {
					b.Errorf("the drift does not show: %s %s", state, said)
				}
			})
		})
	}
}

// Two peers of two provider blocks, of one process, that swap addresses: each block
// knows what the other's peer waits for.
func TestPeersOfTwoAliasesSwap(t *testing.T) {
	t.Parallel()
	inBubble(t, lives, func(b *bubble) {
		alias := *b
		alias.server = b.start(object{"alibaba_cloud": object{"region": emulator.SeedRegion}})
		blocks, configs, states := []*bubble{b, &alias}, []object{peerBefore, peerAfter}, make([]tftypes.Value, 2)
		for i, block := range blocks {
			var said string
			if states[i], said = block.apply(b.Context(), b.none(), configs[i]); said != "" {
				b.Fatal(said)
			}
		}
		var group errgroup.Group
		for i, block := range blocks {
			group.Go(func() error {
				if _, said := block.apply(b.Context(), states[i], configs[1-i]); !strings.Contains(said, "Peers cannot swap addresses in one apply") {
					b.Errorf("it said: %s", said)
				}
				return nil
			})
		}
		b.must(group.Wait(), nil)
	})
}

// A create whose answers were all lost until the interrupt, and whose peer is there:
// the service is asked with the same ClientToken whose that is.
func TestPeerWhoseAnswersWereLost(t *testing.T) {
	t.Parallel()
	for name, ours := range map[string]bool{"its own": true, "another's": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubbleBehind(t, emulator.Config{}, func(service http.RoundTripper) http.RoundTripper { return service }, func(b *bubble) {
				b.Faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: control.KindDelay, Delay: time.Minute, AfterActing: ours, Times: 1})
				ctx, interrupt := context.WithCancel(b.Context())
				time.AfterFunc(5*time.Second, interrupt)
				if !ours {
					time.AfterFunc(time.Second, func() {
						b.Alibaba.PutPeer(emulated.Peer{ID: "bgp-other", GroupID: emulator.SeedMultiCircuitGroup, PeerIPAddress: "10.3.1.1"})
					})
				}
				state, said := b.apply(ctx, b.none(), peerBefore)
				live := b.live()
				if len(live) != 1 || said == "" || (b.id(state) == live[0].ID) != ours || !ours && !strings.Contains(said, `id = "cn-shanghai/bgp-other"`) {
					b.Errorf("at the service: %+v, the state is %s\n%s", live, state, said)
				}
				b.oneToken("CreateBgpPeer")
			})
		})
	}
}
