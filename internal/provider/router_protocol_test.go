package provider

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Groups and networks over the protocol: what needs a Terraform newer, or older, than
// the one that tests have, and what needs time.

// identified is an identity with these attributes.
func (b *bubble) identified(attributes object) *tfprotov6.ResourceIdentityData {
	b.Helper()
	return &tfprotov6.ResourceIdentityData{IdentityData: b.pack(newValue(b.T, b.naming, attributes))}
}

// imported imports by an identity and reads what was imported.
func (b *bubble) imported(identity *tfprotov6.ResourceIdentityData) (state tftypes.Value, said string) {
	b.Helper()
	imported, err := b.server.ImportResourceState(b.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: b.typeName, Identity: identity})
	if err != nil {
		b.Fatal(err)
	}
	if said := allSaid(imported.Diagnostics); said != "" {
		return tftypes.Value{}, said
	}
	read, err := b.server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: b.typeName, CurrentState: imported.ImportedResources[0].State, CurrentIdentity: imported.ImportedResources[0].Identity,
		Private: imported.ImportedResources[0].Private,
	})
	if err != nil {
		b.Fatal(err)
	}
	if len(read.Diagnostics) == 0 && strings.Contains(string(read.Private), "imported") {
		b.Errorf("the state goes on saying that it was imported: %s", read.Private)
	}
	return b.unpack(read.NewState), allSaid(read.Diagnostics)
}

func TestGroupAndNetworkImportByIdentity(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		typeName      string
		identity      object
		want, refused string
	}{
		"a group":                         {typeName: "bgp_group", identity: object{"id": emulator.SeedIPv6Group, "region": emulator.SeedIPv6Region}, want: emulator.SeedIPv6Group},
		"a group in the default region":   {typeName: "bgp_group", identity: object{"id": emulator.SeedGroup}, want: emulator.SeedGroup},
		"a group that is not there":       {typeName: "bgp_group", identity: object{"id": "bgpg-none", "region": emulator.SeedIPv6Region}, refused: "no BGP group bgpg-none in " + emulator.SeedIPv6Region},
		"a network that is not there":     {typeName: "bgp_network", identity: object{"router_id": emulator.SeedVBR, "dst_cidr_block": "10.9.0.0/16"}, refused: "no BGP network " + emulator.SeedVBR + ":10.9.0.0/16 in " + emulator.SeedRegion},
		"a peer's id":                     {typeName: "bgp_group", identity: object{"id": "bgp-1"}, refused: "give the group's id alone"},
		"a network":                       {typeName: "bgp_network", identity: object{"router_id": emulator.SeedVBR, "dst_cidr_block": "10.8.0.0/16"}, want: emulator.SeedVBR + ":10.8.0.0/16"},
		"a network in another region":     {typeName: "bgp_network", identity: object{"region": emulator.SeedIPv6Region, "router_id": emulator.SeedIPv6VBR, "dst_cidr_block": "2001:DB8:8:0::/48"}, want: emulator.SeedIPv6VBR + ":2001:db8:8::/48"},
		"a network with host bits":        {typeName: "bgp_network", identity: object{"router_id": emulator.SeedVBR, "dst_cidr_block": "10.8.0.1/16"}, refused: `dst_cidr_block: "10.8.0.1/16" has bits beyond its length: write "10.8.0.0/16"`},
		"a network without a router":      {typeName: "bgp_network", identity: object{"router_id": "", "dst_cidr_block": "10.8.0.0/16"}, refused: `router_id is "": give the id of the virtual border router`},
		"a network whose region is no id": {typeName: "bgp_network", identity: object{"region": "Shanghai", "router_id": emulator.SeedVBR, "dst_cidr_block": "10.8.0.0/16"}, refused: "is not a region id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, emulator.Config{}, func(b *bubble) {
				b.Alibaba.PutNetwork(emulated.Network{RouterID: emulator.SeedVBR, CIDR: "10.8.0.0/16"})
				b.Alibaba.PutNetwork(emulated.Network{RouterID: emulator.SeedIPv6VBR, CIDR: "2001:db8:8::/48"})
				b.manage(test.typeName)
				state, said := b.imported(b.identified(test.identity))
				if test.refused != "" {
					if !strings.Contains(said, test.refused) {
						b.Errorf("it said: %s", said)
					}
					return
				}
				if said != "" || b.id(state) != test.want || b.attributes(state)["router_id"].IsNull() {
					b.Errorf("it said: %s\nthe state is %s, want the id %s", said, state, test.want)
				}
			})
		})
	}
}

func TestGroupAndNetworkList(t *testing.T) {
	t.Parallel()
	for typeName, test := range map[string]struct {
		router      string
		all, ofOne  int
		first, name string
	}{
		"bgp_group":   {emulator.SeedVBR, 63, 61, "bgpg-000", "azure AS65515 (" + emulator.SeedGroup + ")"},
		"bgp_network": {emulator.SeedVBR, 61, 60, emulator.SeedVBR + ":10.8.0.0/24", "10.8.0.0/24 (" + emulator.SeedVBR + ")"},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			inBubble(t, emulator.Config{}, func(b *bubble) {
				for i := range 60 {
					b.Alibaba.AddGroup(emulated.Group{ID: fmt.Sprintf("bgpg-%03d", i), RouterID: emulator.SeedVBR, PeerASN: 65000})
					b.Alibaba.PutNetwork(emulated.Network{RouterID: emulator.SeedVBR, CIDR: fmt.Sprintf("10.8.%d.0/24", i)})
				}
				b.Alibaba.PutNetwork(emulated.Network{RouterID: emulator.SeedMultiCircuitVBR, CIDR: "10.9.0.0/16"})
				b.manage(typeName)
				server, ok := b.server.(tfprotov6.ListResourceServer)
				if !ok {
					b.Fatalf("%T lists nothing", b.server)
				}
				list := func(router any, limit int64) (ids, names []string) {
					kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"region": tftypes.String, "router_id": tftypes.String}}
					stream, err := server.ListResource(b.Context(), &tfprotov6.ListResourceRequest{
						TypeName: typeName, Config: b.pack(newValue(b.T, kind, object{"router_id": router})), IncludeResource: true, Limit: limit,
					})
					if err != nil {
						b.Fatal(err)
					}
					for result := range stream.Results {
						b.must(nil, result.Diagnostics)
						state := b.unpack(result.Resource)
						if !state.IsFullyKnown() || result.Identity == nil {
							b.Errorf("%s comes as %s", result.DisplayName, state)
						}
						ids, names = append(ids, b.id(state)), append(names, result.DisplayName)
					}
					return ids, names
				}
				ids, names := list(nil, 0)
				if len(ids) != test.all || ids[0] != test.first || !strings.Contains(strings.Join(names, "\n"), test.name) {
					b.Errorf("%d are listed, the first is %s: %q", len(ids), ids[0], names)
				}
				if ids, _ := list(test.router, 0); len(ids) != test.ofOne {
					b.Errorf("%d are listed of one router", len(ids))
				}
				if ids, _ := list(nil, 7); len(ids) != 7 {
					b.Errorf("%d are listed where 7 are wanted", len(ids))
				}
			})
		})
	}
}

// A CLI that has no write-only arguments, as OpenTofu 1.10, can do everything but the
// key, and is told so.
func TestGroupWithoutWriteOnlySupport(t *testing.T) {
	t.Parallel()
	inBubble(t, emulator.Config{}, func(b *bubble) {
		b.manage("bgp_group")
		validate := func(config object, able bool) string {
			resp, err := b.server.ValidateResourceConfig(b.Context(), &tfprotov6.ValidateResourceConfigRequest{
				TypeName: "bgp_group", Config: b.pack(newValue(b.T, b.kind, config)),
				ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: able},
			})
			if err != nil {
				b.Fatal(err)
			}
			return allSaid(resp.Diagnostics)
		}
		plain := object{"router_id": emulator.SeedVBR, "peer_asn": 65010}
		withKey := object{"router_id": emulator.SeedVBR, "peer_asn": 65010, "auth_key_wo": "hunted-key", "auth_key_wo_version": 1}
		if said := validate(withKey, true); said != "" {
			b.Errorf("it said: %s", said)
		}
		if said := validate(withKey, false); !strings.Contains(said, "OpenTofu 1.11") || !strings.Contains(said, "everything else of bgp_group works") || strings.Contains(said, "hunted-key") {
			b.Errorf("it said: %s", said)
		}
		onlyVersion := object{"router_id": emulator.SeedVBR, "peer_asn": 65010, "auth_key_wo_version": 1}
		if said := validate(onlyVersion, false); !strings.Contains(said, "remove auth_key_wo and auth_key_wo_version") {
			b.Errorf("it said: %s", said)
		}
		if said := validate(plain, false); said != "" {
			b.Errorf("it said: %s", said)
		}
	})
}

// What somebody else changes between the plan and the apply of an update, and the update
// does not send, neither holds it up nor fails it. The next read shows it.
func TestUpdateOfWhatOthersChanged(t *testing.T) {
	t.Parallel()
	for kind, test := range map[string]struct {
		before, after object
		change        func(b *bubble, id string)
		shows         string
		now           tftypes.Value
	}{
		"bgp_group": {
			before: object{"router_id": emulator.SeedVBR, "peer_asn": 65010, "name": "first"},
			after:  object{"router_id": emulator.SeedVBR, "peer_asn": 65010, "name": "second"},
			change: func(b *bubble, id string) { b.Alibaba.UpdateGroup(id, func(g *emulated.Group) { g.RouteQuota = 90 }) },
			shows:  "route_limit", now: tftypes.NewValue(tftypes.Number, 90),
		},
		"bgp_peer": {
			before: object{"bgp_group_id": emulator.SeedMultiCircuitGroup, "peer_ip_address": "10.3.1.1"},
			after:  object{"bgp_group_id": emulator.SeedMultiCircuitGroup, "peer_ip_address": "10.3.1.1", "wait_for_established": true},
			change: func(b *bubble, id string) {
				b.Alibaba.UpdatePeer(id, func(p *emulated.Peer) { p.EnableBFD, p.BFDMultiHop = true, 7 })
			},
			shows: "bfd_multi_hop", now: tftypes.NewValue(tftypes.Number, 7),
		},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			inBubble(t, emulator.Config{}, func(b *bubble) {
				b.manage(kind)
				state, said := b.apply(b.Context(), b.none(), test.before)
				if said != "" {
					b.Fatal(said)
				}
				planned, wanted := b.plan(b.Context(), state, test.after)
				test.change(b, b.id(state))
				started := time.Now()
				state, said = b.applyPlanned(b.Context(), state, wanted, planned)
				if took := time.Since(started); said != "" || took > time.Minute {
					b.Errorf("after %s it said: %s", took, said)
				}
				state, said = b.read(b.Context(), state)
				if got := b.attributes(state)[test.shows]; said != "" || !got.Equal(test.now) {
					b.Errorf("the next read shows %s, and says: %s", got, said)
				}
			})
		})
	}
}

// The provider itself keeps the key out of every answer: Terraform is not relied on.
func TestGroupKeyIsInNoAnswer(t *testing.T) {
	t.Parallel()
	inBubble(t, emulator.Config{}, func(b *bubble) {
		b.manage("bgp_group")
		config := object{"router_id": emulator.SeedVBR, "peer_asn": 65010, "auth_key_wo": "hunted-key", "auth_key_wo_version": 1}
		wanted := newValue(b.T, b.kind, config)
		asked := b.attributes(wanted)
		asked["auth_key_wo"] = tftypes.NewValue(tftypes.String, nil)
		planned, err := b.server.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: "bgp_group", PriorState: b.pack(b.none()), ProposedNewState: b.pack(tftypes.NewValue(b.kind, asked)), Config: b.pack(wanted),
		})
		b.must(err, planned.Diagnostics)
		applied, err := b.server.ApplyResourceChange(b.Context(), &tfprotov6.ApplyResourceChangeRequest{
			TypeName: "bgp_group", PriorState: b.pack(b.none()), PlannedState: planned.PlannedState, Config: b.pack(wanted), PlannedPrivate: planned.PlannedPrivate,
		})
		b.must(err, applied.Diagnostics)
		read, err := b.server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: "bgp_group", CurrentState: applied.NewState, Private: applied.Private})
		b.must(err, read.Diagnostics)
		for name, answer := range map[string][]byte{
			"plan": planned.PlannedState.MsgPack, "private of the plan": planned.PlannedPrivate, "state": applied.NewState.MsgPack,
			"private": applied.Private, "read": read.NewState.MsgPack, "private of the read": read.Private,
		} {
			if bytes.Contains(answer, []byte("hunted-key")) {
				b.Errorf("the key is in the %s", name)
			}
		}
		if groups := b.made(); len(groups) != 1 || groups[0].AuthKey != "hunted-key" {
			b.Errorf("at the service: %+v", groups)
		}
	})
}

// made are the groups beside the seeded ones.
func (b *bubble) made() (groups []emulated.Group) {
	for _, group := range b.Alibaba.Groups() {
		if !strings.Contains(group.ID, "seed") && group.Status != emulated.Deleted {
			groups = append(groups, group)
		}
	}
	return groups
}

// Whatever becomes of the answers to a create of a group, there is at most one, and it
// is in the state or named in the message.
func TestGroupCreateAnswersLost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault control.Fault
		made  int
		says  string // "" where the create succeeds
	}{
		"one answer lost":            {control.Fault{Kind: control.KindDropAfter, Times: 1}, 1, ""},
		"some answers lost":          {control.Fault{Kind: control.KindDropAfter, Times: 5}, 1, ""},
		"every answer lost":          {control.Fault{Kind: control.KindDropAfter}, 1, "it is unknown whether this create made"},
		"no request arrives":         {control.Fault{Kind: control.KindDropBefore}, 0, "CreateBgpGroup"},
		"a proxy's page for answers": {control.Fault{Kind: control.KindHTML, AfterActing: true, Times: 3}, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, emulator.Config{}, func(b *bubble) {
				b.manage("bgp_group")
				fault := test.fault
				fault.Action = "CreateBgpGroup"
				b.Faults.Add(fault)
				state, said := b.apply(b.Context(), b.none(), object{"router_id": emulator.SeedVBR, "peer_asn": 65010, "name": "lost", "timeouts": object{"create": "2m"}})
				groups := b.made()
				if len(groups) != test.made {
					b.Fatalf("%d groups were made: %+v", len(groups), groups)
				}
				b.oneToken("CreateBgpGroup")
				switch {
				case test.says == "" && (said != "" || b.id(state) != groups[0].ID):
					b.Errorf("it said: %s\nthe state is %s", said, state)
				case !strings.Contains(said, test.says):
					b.Errorf("it said: %s", said)
				case test.says != "" && test.made == 1 && (!strings.Contains(said, "to = bgp_group.<name>") || !strings.Contains(said, groups[0].ID)):
					b.Errorf("the message does not import %s: %s", groups[0].ID, said)
				}
			})
		})
	}
}

// Whatever befalls a create, a change and a delete, there is one object, it is in the
// state, and it goes.
func TestGroupAndNetworkOutlastFaults(t *testing.T) {
	t.Parallel()
	kinds := []control.FaultKind{control.KindDropBefore, control.KindDropAfter, control.KindThrottle, control.KindHTML, control.KindEmpty, control.KindTruncate}
	for typeName, test := range map[string]struct {
		actions        []string
		first, changed object
	}{
		"bgp_group": {
			[]string{"CreateBgpGroup", "ModifyBgpGroupAttribute", "DeleteBgpGroup", "DescribeBgpGroups"},
			object{"router_id": emulator.SeedVBR, "peer_asn": 65010}, object{"router_id": emulator.SeedVBR, "peer_asn": 65011},
		},
		"bgp_network": {
			[]string{"AddBgpNetwork", "DeleteBgpNetwork", "DescribeBgpNetworks"},
			object{"router_id": emulator.SeedVBR, "dst_cidr_block": "10.8.0.0/16"}, nil,
		},
	} {
		for _, action := range test.actions {
			for _, kind := range kinds {
				t.Run(fmt.Sprintf("%s/%s of %s", typeName, kind, action), func(t *testing.T) {
					t.Parallel()
					inBubble(t, emulator.Config{}, func(b *bubble) {
						b.manage(typeName)
						b.Faults.Add(control.Fault{Action: action, Kind: kind, Times: 2})
						state := b.none()
						for _, config := range []object{test.first, test.changed} {
							if config == nil {
								continue
							}
							var said string
							if state, said = b.apply(b.Context(), state, config); said != "" || b.id(state) == "" {
								b.Fatalf("it said: %s\nthe state is %s", said, state)
							}
							if n := len(b.made()) + len(b.Alibaba.Networks()); n != 1 {
								b.Errorf("there are %d objects at the service", n)
							}
						}
						if state, said := b.apply(b.Context(), state, nil); said != "" || !state.IsNull() {
							b.Errorf("it said: %s\nthe state is %s", said, state)
						}
						if n := len(b.made()) + len(b.Alibaba.Networks()); n != 0 {
							b.Errorf("%d objects are left at the service", n)
						}
						for _, action := range test.actions {
							if !strings.HasPrefix(action, "Describe") {
								b.oneToken(action)
							}
						}
					})
				})
			}
		}
	}
}

// A create that is interrupted after the service acted keeps the group.
func TestGroupCreateInterrupted(t *testing.T) {
	t.Parallel()
	inBubble(t, emulator.Config{AlibabaCloud: emulated.Config{Delays: emulated.Delays{GroupAvailable: time.Hour}}}, func(b *bubble) {
		b.manage("bgp_group")
		ctx, cancel := context.WithTimeout(b.Context(), 30*time.Second)
		defer cancel()
		state, said := b.apply(ctx, b.none(), object{"router_id": emulator.SeedVBR, "peer_asn": 65010})
		groups := b.made()
		if len(groups) != 1 || b.id(state) != groups[0].ID || !strings.Contains(said, "tainted") {
			b.Errorf("it said: %s\nthe state is %s, at the service %+v", said, state, groups)
		}
	})
}

// distant is a service whose every answer takes 20 ms of the bubble's time, so that
// what is asked side by side is under way side by side, however busy the machine is.
type distant struct{ http.RoundTripper }

func (d distant) RoundTrip(req *http.Request) (*http.Response, error) {
	<-time.After(20 * time.Millisecond)
	return d.RoundTripper.RoundTrip(req)
}

// Refreshing 100 groups, 1,000 peers and 1,000 networks on 10 routers takes at most 60
// calls.
func TestRefreshOfManyObjects(t *testing.T) {
	t.Parallel()
	config := emulator.Config{AlibabaCloud: emulated.Config{Quotas: emulated.Quotas{PeersPerVBR: 1000}}}
	inBubbleBehind(t, config, func(service http.RoundTripper) http.RoundTripper { return distant{service} }, func(b *bubble) {
		var ids []struct{ typeName, id string }
		add := func(typeName, id string) { ids = append(ids, struct{ typeName, id string }{typeName, id}) }
		for r := range 10 {
			router := fmt.Sprintf("vbr-%d", r)
			b.Alibaba.AddVBR(emulated.VBR{ID: router, RegionID: emulator.SeedRegion})
			for g := range 10 {
				group := fmt.Sprintf("bgpg-%d-%d", r, g)
				b.Alibaba.AddGroup(emulated.Group{ID: group, RouterID: router, PeerASN: 65010})
				add("bgp_group", group)
				for p := range 10 {
					peer := fmt.Sprintf("bgp-%d-%d-%d", r, g, p)
					b.Alibaba.PutPeer(emulated.Peer{ID: peer, GroupID: group, PeerIPAddress: fmt.Sprintf("10.%d.%d.%d", r, g, p+1)})
					add("bgp_peer", peer)
					prefix := fmt.Sprintf("10.%d.%d.%d/32", 100+r, g, p)
					b.Alibaba.PutNetwork(emulated.Network{RouterID: router, CIDR: prefix})
					add("bgp_network", router+":"+prefix)
				}
			}
		}
		kinds := map[string]tftypes.Type{}
		for _, typeName := range []string{"bgp_group", "bgp_peer", "bgp_network"} {
			b.manage(typeName)
			kinds[typeName] = b.kind
		}

		var all sync.WaitGroup
		var mu sync.Mutex
		var failed error
		places := make(chan struct{}, 10) // as many at a time as Terraform walks
		for _, one := range ids {
			places <- struct{}{}
			state := b.pack(newValue(b.T, kinds[one.typeName], object{"id": one.id, "region": emulator.SeedRegion}))
			all.Go(func() {
				defer func() { <-places }()
				resp, err := b.server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: one.typeName, CurrentState: state})
				if err == nil && allSaid(resp.Diagnostics) != "" {
					err = errors.New(allSaid(resp.Diagnostics))
				}
				if err != nil {
					mu.Lock()
					failed = fmt.Errorf("%s: %w", one.id, err)
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if failed != nil {
			b.Fatal(failed)
		}
		if n := b.Journal.Count("*"); n > 60 {
			b.Errorf("%d calls were made: %v", n, b.Journal.Counts())
		}
	})
}

// Making the same 10 at a time ends without an error where the service allows 10 calls
// a second.
func TestApplyOfManyObjects(t *testing.T) {
	t.Parallel()
	config := emulated.Config{Quotas: emulated.Quotas{PeersPerVBR: 1000}, RateLimit: emulated.RateLimit{PerSecond: 10}}
	inBubble(t, emulator.Config{AlibabaCloud: config}, func(b *bubble) {
		for r := range 10 {
			b.Alibaba.AddVBR(emulated.VBR{ID: fmt.Sprintf("vbr-%d", r), RegionID: emulator.SeedRegion})
		}
		apply := func(typeName string, configs []object) (states []tftypes.Value) {
			b.manage(typeName)
			states = make([]tftypes.Value, len(configs))
			var all sync.WaitGroup
			places := make(chan struct{}, 10)
			for i, config := range configs {
				places <- struct{}{}
				all.Go(func() {
					defer func() { <-places }()
					var said string
					if states[i], said = b.apply(b.Context(), b.none(), config); said != "" {
						b.Errorf("%s %v: %s", typeName, config, said)
					}
				})
			}
			all.Wait()
			return states
		}
		var groups, peers, networks []object
		for i := range 100 {
			groups = append(groups, object{"router_id": fmt.Sprintf("vbr-%d", i/10), "peer_asn": 65010, "name": fmt.Sprintf("group-%d", i)})
		}
		for i, state := range apply("bgp_group", groups) {
			for p := range 10 {
				peers = append(peers, object{"bgp_group_id": b.id(state), "peer_ip_address": fmt.Sprintf("10.%d.%d.%d", i/10, i%10, p+1)})
				networks = append(networks, object{"router_id": fmt.Sprintf("vbr-%d", i/10), "dst_cidr_block": fmt.Sprintf("10.%d.%d.%d/32", 100+i/10, i%10, p)})
			}
		}
		apply("bgp_peer", peers)
		apply("bgp_network", networks)
		if groups, peers, networks := len(b.made()), len(b.live()), len(b.Alibaba.Networks()); groups != 100 || peers != 1000 || networks != 1000 {
			b.Errorf("%d groups, %d peers and %d networks were made", groups, peers, networks)
		}
	})
}
