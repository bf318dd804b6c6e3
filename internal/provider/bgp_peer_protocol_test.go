package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// What needs a Terraform newer than the oldest that is supported, over the
// protocol: imports by identity, and list resources.

// identity is a peer's identity; "" is null.
func (b *bubble) identity(id, region string) *tfprotov6.ResourceIdentityData {
	b.Helper()
	text := func(s string) tftypes.Value {
		if s == "" {
			return tftypes.NewValue(tftypes.String, nil)
		}
		return tftypes.NewValue(tftypes.String, s)
	}
	value := tftypes.NewValue(b.naming, map[string]tftypes.Value{"id": text(id), "region": text(region)})
	return &tfprotov6.ResourceIdentityData{IdentityData: b.pack(value)}
}

// named is the id and the region that an identity holds, as region/id.
func (b *bubble) named(identity *tfprotov6.ResourceIdentityData) string {
	b.Helper()
	value, err := identity.IdentityData.Unmarshal(b.naming)
	if err != nil {
		b.Fatal(err)
	}
	var attributes map[string]tftypes.Value
	var id, region string
	if err := value.As(&attributes); err != nil {
		b.Fatal(err)
	}
	if err := attributes["id"].As(&id); err != nil {
		b.Fatal(err)
	}
	if err := attributes["region"].As(&region); err != nil {
		b.Fatal(err)
	}
	return region + "/" + id
}

func TestPeerImportByIdentity(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ id, region, want, refused string }{
		"id and region":         {id: "bgp-1", region: "cn-hangzhou", want: "cn-hangzhou/bgp-1"},
		"in the default region": {id: "bgp-1", want: emulator.SeedRegion + "/bgp-1"},
		"a group":               {id: "bgpg-1", refused: "give the peer's id alone"},
		"an import id":          {id: "cn-hangzhou/bgp-1", refused: "give the peer's id alone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, emulator.Config{}, func(b *bubble) {
				group := emulator.SeedMultiCircuitGroup
				if test.region != "" {
					group = emulator.SeedIPv6Group
				}
				b.Alibaba.PutPeer(emulated.Peer{ID: test.id, GroupID: group, PeerIPAddress: "10.3.1.1"})
				imported, err := b.server.ImportResourceState(b.Context(), &tfprotov6.ImportResourceStateRequest{
					TypeName: "bgp_peer", Identity: b.identity(test.id, test.region),
				})
				if err != nil {
					b.Fatal(err)
				}
				if test.refused != "" {
					if said := allSaid(imported.Diagnostics); !strings.Contains(said, test.refused) {
						b.Errorf("it said: %s", said)
					}
					return
				}
				b.must(nil, imported.Diagnostics)
				read, err := b.server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{
					TypeName: "bgp_peer", CurrentState: imported.ImportedResources[0].State, CurrentIdentity: imported.ImportedResources[0].Identity,
				})
				b.must(err, read.Diagnostics)
				state := b.attributes(b.unpack(read.NewState))
				if got := b.named(read.NewIdentity); got != test.want {
					b.Errorf("the identity is %s, want %s", got, test.want)
				}
				if !state["router_id"].IsKnown() || state["router_id"].IsNull() {
					b.Errorf("the peer was not read: %v", state)
				}
			})
		})
	}
}

// Before identities, Terraform sent an empty import id, and nothing beside it.
func TestPeerImportOfNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, emulator.Config{}, func(b *bubble) {
		imported, err := b.server.ImportResourceState(b.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: "bgp_peer"})
		if err != nil {
			b.Fatal(err)
		}
		if said := allSaid(imported.Diagnostics); !strings.Contains(said, "it is empty") {
			b.Errorf("it said: %s", said)
		}
	})
}

// A region that the provider knows only at apply is where the peer is made.
func TestPeerRegionKnownAtApply(t *testing.T) {
	t.Parallel()
	inBubble(t, emulator.Config{}, func(b *bubble) {
		config := object{"bgp_group_id": emulator.SeedIPv6Group, "peer_ip_address": "10.3.1.1"}
		b.server = b.start(object{"alibaba_cloud": object{"region": unknown{}}})
		planned, wanted := b.plan(b.Context(), b.none(), config)
		if region := b.attributes(b.unpack(planned.PlannedState))["region"]; region.IsKnown() {
			b.Errorf("the region was planned as %s", region)
		}
		b.server = b.start(object{"alibaba_cloud": object{"region": emulator.SeedIPv6Region}})
		state, said := b.applyPlanned(b.Context(), b.none(), wanted, planned)
		if said != "" || !b.attributes(state)["region"].Equal(tftypes.NewValue(tftypes.String, emulator.SeedIPv6Region)) {
			b.Errorf("it said: %s\nthe state is %s", said, state)
		}
		if live := b.live(); len(live) != 1 || live[0].ID != b.id(state) || live[0].GroupID != emulator.SeedIPv6Group {
			b.Errorf("at the service: %+v", live)
		}
	})
}

// A moved peer that nobody has read yet has no region in its state: it is looked
// for before it is changed, and not taken for gone where it is not.
func TestPeerMovedAndNotRead(t *testing.T) {
	t.Parallel()
	const here, elsewhere = "bgp-1", "bgp-2"
	peer := func(more object) object {
		wanted := object{"bgp_group_id": emulator.SeedMultiCircuitGroup, "peer_ip_address": "10.3.1.1"}
		maps.Copy(wanted, more)
		return wanted
	}
	for name, config := range map[string]object{
		"changed":                peer(object{"peer_ip_address": "10.3.1.2"}),
		"changed in its region":  peer(object{"peer_ip_address": "10.3.1.2", "region": emulator.SeedRegion}),
		"nothing but the wait":   peer(object{"wait_for_established": true}),
		"nothing but the region": peer(object{"region": emulator.SeedRegion}),
		"destroyed":              nil,
	} {
		for _, id := range []string{here, elsewhere} {
			t.Run(name+"/"+id, func(t *testing.T) {
				t.Parallel()
				inBubble(t, emulator.Config{}, func(b *bubble) {
					b.Alibaba.PutPeer(emulated.Peer{ID: here, GroupID: emulator.SeedMultiCircuitGroup, PeerIPAddress: "10.3.1.1"})
					b.Alibaba.PutPeer(emulated.Peer{ID: elsewhere, GroupID: emulator.SeedIPv6Group, PeerIPAddress: "10.3.1.1"})
					moved := newValue(b.T, b.kind, peer(object{"id": id, "ip_version": "IPv4", "enable_bfd": false, "wait_for_established": false}))
					state, said := b.apply(b.Context(), moved, config)
					changes := b.Journal.Count("CreateBgpPeer") + b.Journal.Count("ModifyBgpPeerAttribute") + b.Journal.Count("DeleteBgpPeer")
					left := map[string]string{}
					for _, peer := range b.live() {
						left[peer.ID] = peer.PeerIPAddress
					}
					if id == elsewhere {
						if !strings.Contains(said, "is not in the provider's region") || !state.Equal(moved) || changes > 0 {
							b.Errorf("it said: %s\nthe state is %s, and %d changes were made", said, state, changes)
						}
						return
					}
					if said != "" || changes > 1 || b.Journal.Count("CreateBgpPeer") > 0 {
						b.Errorf("it said: %s\nthe state is %s, and %d changes were made", said, state, changes)
					}
					want := map[string]string{elsewhere: "10.3.1.1"}
					if config != nil {
						want[here], _ = config["peer_ip_address"].(string)
						if b.id(state) != here || !b.attributes(state)["region"].Equal(tftypes.NewValue(tftypes.String, emulator.SeedRegion)) {
							b.Errorf("the state is %s", state)
						}
					}
					if diff := cmp.Diff(want, left); diff != "" {
						b.Errorf("at the service (-want +got):\n%s", diff)
					}
				})
			})
		}
	}
}

// Objects move from a provider named alicloud, of any registry and namespace.
func TestMovesFrom(t *testing.T) {
	t.Parallel()
	for address, moves := range map[string]bool{
		"registry.terraform.io/aliyun/alicloud": true,
		"registry.opentofu.org/aliyun/alicloud": true,
		"mirror.example.com/net/alicloud":       true,
		"alicloud":                              true, // OpenTofu before 1.11.12 and 1.12.4
		"registry.terraform.io/hashicorp/aws":   false,
		"registry.terraform.io/net/my-alicloud": false,
		"":                                      false,
	} {
		for kind, state := range map[string]string{
			"group":   `{"id": "bgpg-1", "router_id": "vbr-1", "peer_asn": 65010}`,
			"network": `{"id": "vbr-1:10.8.0.0/16", "router_id": "vbr-1", "dst_cidr_block": "10.8.0.0/16"}`,
			"peer":    `{"id": "bgp-1", "bgp_group_id": "bgpg-1"}`,
		} {
			t.Run(kind+" from "+address, func(t *testing.T) {
				t.Parallel()
				resp, err := newServer(t).MoveResourceState(t.Context(), &tfprotov6.MoveResourceStateRequest{
					SourceProviderAddress: address, SourceTypeName: "alicloud_vpc_bgp_" + kind, SourceState: &tfprotov6.RawState{JSON: []byte(state)},
					TargetTypeName: "bgp_" + kind,
				})
				if err != nil {
					t.Fatal(err)
				}
				if said := allSaid(resp.Diagnostics); (said == "") != moves {
					t.Errorf("it said: %q", said)
				}
			})
		}
	}
}

func TestPeerList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config  map[string]string
		limit   int64
		want    int
		first   string
		refused string
	}{
		"the default region, every page": {want: 121, first: "cn-shanghai/bgp-000"},
		"a router":                       {config: map[string]string{"router_id": emulator.SeedVBR}, want: 1, first: "cn-shanghai/bgp-other"},
		"a group":                        {config: map[string]string{"bgp_group_id": emulator.SeedMultiCircuitGroup}, want: 120, first: "cn-shanghai/bgp-000"},
		"another region":                 {config: map[string]string{"region": emulator.SeedIPv6Region}, want: 1, first: "cn-hangzhou/bgp-six"},
		"as many as are wanted":          {limit: 7, want: 7, first: "cn-shanghai/bgp-000"},
		"an unknown region":              {config: map[string]string{"region": "cn-nowhere"}, refused: "InvalidRegionId.NotFound"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, emulator.Config{AlibabaCloud: emulated.Config{Quotas: emulated.Quotas{PeersPerVBR: 1000}}}, func(b *bubble) {
				for i := range 120 {
					b.Alibaba.PutPeer(emulated.Peer{ID: fmt.Sprintf("bgp-%03d", i), GroupID: emulator.SeedMultiCircuitGroup, PeerIPAddress: fmt.Sprintf("10.5.0.%d", i)})
				}
				b.Alibaba.PutPeer(emulated.Peer{ID: "bgp-other", GroupID: emulator.SeedGroup, PeerIPAddress: emulator.SeedPeerAddress})
				b.Alibaba.PutPeer(emulated.Peer{ID: "bgp-six", GroupID: emulator.SeedIPv6Group, PeerIPAddress: "2001:db8:4::1", IPVersion: "IPv6"})

				names, said := b.list(test.config, test.limit)
				if test.refused != "" {
					if !strings.Contains(said, test.refused) {
						b.Errorf("it said: %s", said)
					}
					return
				}
				if said != "" {
					b.Fatal(said)
				}
				if len(names) != test.want || names[0] != test.first {
					b.Errorf("%d peers, the first is %s; want %d and %s", len(names), names[0], test.want, test.first)
				}
				if sorted := slices.Sorted(slices.Values(names)); !cmp.Equal(sorted, names) {
					b.Errorf("not in order: %v", names)
				}
			})
		})
	}
}

// list lists peers with these arguments, and returns their identities and what was
// said. Every peer must come whole.
func (b *bubble) list(arguments map[string]string, limit int64) (names []string, said string) {
	b.Helper()
	server, ok := b.server.(tfprotov6.ListResourceServer)
	if !ok {
		b.Fatalf("%T lists nothing", b.server)
	}
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"region": tftypes.String, "bgp_group_id": tftypes.String, "router_id": tftypes.String}}
	values := map[string]tftypes.Value{}
	for name := range kind.AttributeTypes {
		values[name] = tftypes.NewValue(tftypes.String, nil)
		if text, set := arguments[name]; set {
			values[name] = tftypes.NewValue(tftypes.String, text)
		}
	}
	stream, err := server.ListResource(b.Context(), &tfprotov6.ListResourceRequest{
		TypeName: "bgp_peer", Config: b.pack(tftypes.NewValue(kind, values)), IncludeResource: true, Limit: limit,
	})
	if err != nil {
		b.Fatal(err)
	}
	for result := range stream.Results {
		said += allSaid(result.Diagnostics)
		if result.Identity == nil {
			continue
		}
		name := b.named(result.Identity)
		names = append(names, name)
		if state := b.unpack(result.Resource); b.id(state) == "" || !strings.HasSuffix(name, b.id(state)) || !state.IsFullyKnown() {
			b.Errorf("%s comes as %s", name, state)
		}
		if !strings.Contains(result.DisplayName, b.id(b.unpack(result.Resource))) {
			b.Errorf("%s is shown as %q", name, result.DisplayName)
		}
	}
	return names, said
}
