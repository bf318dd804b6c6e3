package provider

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
)

// step is what a plan does to a peer: it gets another address. No address, 0, is none
// before a create and none after a delete.
type step struct{ from, to int }

const movedPeers = 25

// removed are the steps where peers have addresses in order, and each takes that of
// the next, so that the last is deleted.
func removed() (steps []step) {
	for i := 1; i < movedPeers; i++ {
		steps = append(steps, step{i, i + 1})
	}
	return append(steps, step{movedPeers, 0})
}

// renamed are the steps where peers are made that are there already, and those are
// deleted.
func renamed() (steps []step) {
	for i := 1; i <= movedPeers; i++ {
		steps = append(steps, step{0, i})
	}
	for i := 1; i <= movedPeers; i++ {
		steps = append(steps, step{i, 0})
	}
	return steps
}

// More peers change addresses than Terraform works on at a time. Each apply brings at
// least as many to their addresses as it has places; what it cannot reach says how to
// go on; and no peer is lost or doubled.
func TestMorePeersThanPlacesChangeAddresses(t *testing.T) {
	t.Parallel()
	const peers, places = movedPeers, 10
	down := func(steps []step) []step {
		for i, s := range steps {
			steps[i] = step{peers + 1 - s.from, (peers + 1 - s.to) % (peers + 1)}
		}
		return steps
	}
	reversed := func(steps []step) []step {
		slices.Reverse(steps)
		return steps
	}
	shuffled := func(steps []step) []step {
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] }) //nolint:gosec // an order
		return steps
	}
	for name, test := range map[string]struct {
		steps  []step // in the order in which Terraform comes to them
		failed []int  // at most, in each apply
	}{
		"the one that is deleted first": {reversed(removed()), []int{0}},
		"the one that is deleted last":  {removed(), []int{15, 5, 0}},
		"downwards":                     {down(removed()), []int{15, 5, 0}},
		"in any order":                  {shuffled(removed()), []int{15, 5, 0}},
		"renamed, deletes first":        {reversed(renamed()), []int{0}},
		"renamed, creates first":        {renamed(), []int{24, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := lives
			config.AlibabaCloud.Quotas.PeersPerVBR = 2 * peers
			inBubble(t, config, func(b *bubble) {
				configured := func(address int) object {
					if address == 0 {
						return nil
					}
					return object{"bgp_group_id": emulator.SeedMultiCircuitGroup, "peer_ip_address": fmt.Sprintf("10.3.1.%d", address)}
				}
				states := map[int]tftypes.Value{0: b.none()} // by address
				want := map[string]bool{}                    // addresses, once all is done
				for i := 1; i <= peers; i++ {
					var said string
					if states[i], said = b.apply(b.Context(), b.none(), configured(i)); said != "" {
						b.Fatal(said)
					}
				}
				for _, s := range test.steps {
					if s.to != 0 {
						want[fmt.Sprintf("10.3.1.%d", s.to)] = true
					}
				}
				todo := test.steps
				for _, most := range test.failed {
					before := len(b.Journal.Entries())
					failed := b.applyTogether(todo, places, states, configured)
					if len(failed) > most {
						b.Errorf("%d of %d failed, of which at most %d need to", len(failed), len(todo), most)
					}
					if calls := len(b.Journal.Entries()) - before; calls > 12*len(todo) {
						b.Errorf("%d calls for %d peers", calls, len(todo))
					}
					seen := map[string]bool{}
					for _, peer := range b.live() {
						if seen[peer.PeerIPAddress] {
							b.Errorf("two peers have the address %s", peer.PeerIPAddress)
						}
						seen[peer.PeerIPAddress] = true
					}
					todo = failed
				}
				if len(todo) > 0 || len(b.live()) != len(want) {
					b.Errorf("after %d applies, %v are left, and there are %d peers", len(test.failed), todo, len(b.live()))
				}
				for _, peer := range b.live() {
					if !want[peer.PeerIPAddress] {
						b.Errorf("a peer is left at %s", peer.PeerIPAddress)
					}
				}
			})
		})
	}
}

// applyTogether takes steps in their order, so many at a time, and gives those that
// failed. Each failure must name a peer that is in the way, and say how to go on.
func (b *bubble) applyTogether(steps []step, places int, states map[int]tftypes.Value, configured func(address int) object) (failed []step) {
	b.Helper()
	var group sync.WaitGroup
	said := make([]string, len(steps))
	free := make(chan struct{}, places)
	for i, s := range steps {
		free <- struct{}{}
		group.Go(func() {
			_, said[i] = b.apply(b.Context(), states[s.from], configured(s.to))
			<-free
		})
	}
	group.Wait()
	for i, s := range steps {
		if said[i] == "" {
			continue
		}
		failed = append(failed, s)
		names := "is already there, as bgp-" // what a create meets
		if strings.HasPrefix(said[i], "Cannot update") {
			names = " is in the way: "
		}
		for _, part := range []string{names, "more of this apply waited", "too, apply again, until there is no error; or set -parallelism"} {
			if !strings.Contains(said[i], part) {
				b.Errorf("no %q in: %s", part, said[i])
			}
		}
	}
	return failed
}
