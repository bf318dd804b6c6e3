package main

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
	bgp "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/provider"
)

// What the provider itself does, without CLI, processes and network, for the profiler:
//
//	go test -run '^$' -bench . -benchmem -cpuprofile cpu.out -memprofile mem.out ./internal/tools/bench
//	go tool pprof -ignore internal/emulator cpu.out

const profiledPeers = 1000

// server is the configured provider as the CLI speaks to it, and the state and the
// identity of each peer that exists.
type server struct {
	tfprotov6.ProviderServer

	states     []*tfprotov6.DynamicValue
	identities []*tfprotov6.ResourceIdentityData
}

func newServer(b *testing.B) *server {
	b.Helper()
	e := emulator.New(emulator.Config{})
	environment := map[string]string{
		"ALICLOUD_ACCESS_KEY": emulator.SeedAccessKeyID, "ALICLOUD_SECRET_KEY": emulator.SeedAccessKeySecret, "ALICLOUD_REGION": emulator.SeedRegion,
	}
	p := bgp.New("bench", bgp.WithTransport(control.RoundTripper(e.Alibaba)), bgp.WithGetenv(func(name string) string { return environment[name] }))
	s := &server{ProviderServer: providerserver.NewProtocol6(p())()}

	schemas, err := s.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}
	block := schemas.Provider.ValueType()
	config, err := tfprotov6.NewDynamicValue(block, nothing(block))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.ConfigureProvider(b.Context(), &tfprotov6.ConfigureProviderRequest{Config: &config}); err != nil {
		b.Fatal(err)
	}
	for i := range profiledPeers {
		id := fmt.Sprintf("bgp-%d", i)
		e.Alibaba.PutPeer(alibabacloud.Peer{ID: id, GroupID: emulator.SeedGroup, PeerIPAddress: fmt.Sprintf("10.1.%d.%d", i/250, i%250+1)})
		imported, err := s.ImportResourceState(b.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: "bgp_peer", ID: id})
		if err != nil || len(imported.ImportedResources) != 1 {
			b.Fatal(err, imported.Diagnostics)
		}
		s.states = append(s.states, imported.ImportedResources[0].State)
		s.identities = append(s.identities, imported.ImportedResources[0].Identity)
	}
	s.read(b)
	return s
}

// nothing is an object whose attributes are all null.
func nothing(kind tftypes.Type) tftypes.Value {
	object, ok := kind.(tftypes.Object)
	if !ok {
		return tftypes.NewValue(kind, nil)
	}
	attributes := map[string]tftypes.Value{}
	for name, kind := range object.AttributeTypes {
		attributes[name] = tftypes.NewValue(kind, nil)
	}
	return tftypes.NewValue(kind, attributes)
}

// each does something to every peer, as many at a time as the CLI would.
func (s *server) each(b *testing.B, do func(i int) ([]*tfprotov6.Diagnostic, error)) {
	b.Helper()
	var group errgroup.Group
	group.SetLimit(usual)
	for i := range s.states {
		group.Go(func() error {
			diagnostics, err := do(i)
			if err == nil && len(diagnostics) > 0 {
				err = fmt.Errorf("%s: %s", diagnostics[0].Summary, diagnostics[0].Detail)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}

// read refreshes every peer.
func (s *server) read(b *testing.B) {
	b.Helper()
	s.each(b, func(i int) ([]*tfprotov6.Diagnostic, error) {
		resp, err := s.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{
			TypeName: "bgp_peer", CurrentState: s.states[i], CurrentIdentity: s.identities[i],
		})
		if err != nil {
			return nil, err
		}
		s.states[i], s.identities[i] = resp.NewState, resp.NewIdentity
		return resp.Diagnostics, nil
	})
}

// BenchmarkRefresh reads 1,000 peers.
func BenchmarkRefresh(b *testing.B) {
	s := newServer(b)
	b.ReportAllocs()
	for b.Loop() {
		s.read(b)
	}
}

// BenchmarkPlan plans 1,000 peers that need no change.
func BenchmarkPlan(b *testing.B) {
	s := newServer(b)
	schemas, err := s.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}
	kind := schemas.ResourceSchemas["bgp_peer"].ValueType()
	configs := make([]*tfprotov6.DynamicValue, len(s.states))
	for i, state := range s.states {
		configs[i] = configOf(b, kind, state)
	}
	b.ReportAllocs()
	for b.Loop() {
		s.each(b, func(i int) ([]*tfprotov6.Diagnostic, error) {
			resp, err := s.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{
				TypeName: "bgp_peer", PriorState: s.states[i], PriorIdentity: s.identities[i], Config: configs[i], ProposedNewState: s.states[i],
			})
			if err != nil {
				return nil, err
			}
			return resp.Diagnostics, nil
		})
	}
}

// configOf is the configuration that a peer could have been made of.
func configOf(b *testing.B, kind tftypes.Type, state *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	b.Helper()
	value, err := state.Unmarshal(kind)
	if err != nil {
		b.Fatal(err)
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		b.Fatal(err)
	}
	for name, v := range attributes {
		if name != "bgp_group_id" && name != "peer_ip_address" {
			attributes[name] = tftypes.NewValue(v.Type(), nil)
		}
	}
	config, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, attributes))
	if err != nil {
		b.Fatal(err)
	}
	return &config
}
