package provider

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// bubble is the provider, as Terraform speaks to it, and an emulated Alibaba Cloud,
// in a synctest bubble: time is fake, so that the timeouts and the pace are those
// that users have.
type bubble struct {
	*testing.T
	*emulator.Emulator
	server tfprotov6.ProviderServer
	start  func(block object) tfprotov6.ProviderServer // starts another, with this provider block

	typeName string         // the resource type that is managed: bgp_peer, or see manage
	kind     tftypes.Object // its type
	naming   tftypes.Type   // its identity's
}

// inBubble runs a test in a bubble.
func inBubble(t *testing.T, config emulator.Config, test func(b *bubble)) {
	t.Helper()
	inBubbleBehind(t, config, func(service http.RoundTripper) http.RoundTripper { return service }, test)
}

// inBubbleBehind is inBubble with something between the provider and the service.
func inBubbleBehind(t *testing.T, config emulator.Config, between func(service http.RoundTripper) http.RoundTripper, test func(b *bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e := emulator.New(config)
		variables := map[string]string{
			"ALICLOUD_REGION": emulator.SeedRegion, "ALIBABA_CLOUD_ENDPOINT_VPC": "http://127.0.0.1",
			"ALICLOUD_ACCESS_KEY": emulator.SeedAccessKeyID, "ALICLOUD_SECRET_KEY": emulator.SeedAccessKeySecret,
		}
		b := &bubble{T: t, Emulator: e}
		made := New("test", environment(variables), WithTransport(between(control.RoundTripper(e.Alibaba))))
		b.start = func(block object) tfprotov6.ProviderServer {
			server, err := providerserver.NewProtocol6WithError(made())()
			b.must(err, nil)
			configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: b.pack(newBlock(t, block))})
			b.must(err, configured.Diagnostics)
			return server
		}
		b.server = b.start(nil)

		b.manage("bgp_peer")
		test(b)
	})
}

// rewritten rewrites the answers to DescribeBgpPeers.
type rewritten struct {
	http.RoundTripper
	rewrite func(body string) string
}

// RoundTrip asks the service, and rewrites what it answers.
func (r rewritten) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.RoundTripper.RoundTrip(req)
	if err != nil || req.Header.Get("x-acs-action") != "DescribeBgpPeers" {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	text := r.rewrite(string(body))
	resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
	return resp, nil
}

// rewriting makes a rewritten of a service.
func rewriting(rewrite func(body string) string) func(http.RoundTripper) http.RoundTripper {
	return func(service http.RoundTripper) http.RoundTripper { return rewritten{service, rewrite} }
}

// manage makes a resource type the one that the bubble manages.
func (b *bubble) manage(typeName string) {
	b.Helper()
	schemas, err := b.server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	b.must(err, schemas.Diagnostics)
	kind, ok := schemas.ResourceSchemas[typeName].ValueType().(tftypes.Object)
	if !ok {
		b.Fatalf("%s is no object", typeName)
	}
	identities, err := b.server.GetResourceIdentitySchemas(b.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	b.must(err, identities.Diagnostics)
	b.typeName, b.kind, b.naming = typeName, kind, identities.IdentitySchemas[typeName].ValueType()
}

func (b *bubble) must(err error, diags []*tfprotov6.Diagnostic) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	if m := allSaid(diags); m != "" {
		b.Fatal(m)
	}
}

// allSaid is all that diagnostics say.
func allSaid(diags []*tfprotov6.Diagnostic) string {
	var parts []string
	for _, d := range diags {
		parts = append(parts, d.Summary+"\n"+d.Detail)
	}
	return strings.Join(parts, "\n\n")
}

func (b *bubble) pack(value tftypes.Value) *tfprotov6.DynamicValue {
	b.Helper()
	packed, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		b.Fatal(err)
	}
	return &packed
}

func (b *bubble) unpack(value *tfprotov6.DynamicValue) tftypes.Value {
	b.Helper()
	unpacked, err := value.Unmarshal(b.kind)
	if err != nil {
		b.Fatal(err)
	}
	return unpacked
}

// none is the state of a peer that is not there.
func (b *bubble) none() tftypes.Value { return tftypes.NewValue(b.kind, nil) }

// attributes are a state's attributes by name; nil where there is no state.
func (b *bubble) attributes(state tftypes.Value) map[string]tftypes.Value {
	b.Helper()
	if state.IsNull() {
		return nil
	}
	attributes := map[string]tftypes.Value{}
	if err := state.As(&attributes); err != nil {
		b.Fatal(err)
	}
	return maps.Clone(attributes) // As gives the value's own.
}

// id is the id in a state, "" where there is none.
func (b *bubble) id(state tftypes.Value) string {
	b.Helper()
	var id *string
	if value, ok := b.attributes(state)["id"]; ok {
		if err := value.As(&id); err != nil {
			b.Fatal(err)
		}
	}
	if id == nil {
		return ""
	}
	return *id
}

// plan plans a configuration, nil to destroy, as Terraform would.
func (b *bubble) plan(ctx context.Context, prior tftypes.Value, config object) (planned *tfprotov6.PlanResourceChangeResponse, wanted tftypes.Value) {
	b.Helper()
	wanted, proposed := b.none(), b.none()
	if config != nil {
		wanted = newValue(b.T, b.kind, config)
		proposed = b.proposed(prior, wanted)
	}
	planned, err := b.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: b.typeName, PriorState: b.pack(prior), ProposedNewState: b.pack(proposed), Config: b.pack(wanted),
	})
	b.must(err, planned.Diagnostics)
	return planned, wanted
}

// plansNothing reports whether a configuration plans no change of a state.
func (b *bubble) plansNothing(state tftypes.Value, config object) bool {
	b.Helper()
	planned, _ := b.plan(b.Context(), state, config)
	return b.unpack(planned.PlannedState).Equal(state)
}

// apply plans and applies a configuration, nil to destroy, as Terraform would, and
// returns the new state and what was said. If nothing was, the state must be as
// planned, or Terraform would call the result inconsistent.
func (b *bubble) apply(ctx context.Context, prior tftypes.Value, config object) (tftypes.Value, string) {
	b.Helper()
	planned, wanted := b.plan(ctx, prior, config)
	return b.applyPlanned(ctx, prior, wanted, planned)
}

// applyPlanned applies what was planned, as apply does.
func (b *bubble) applyPlanned(ctx context.Context, prior, wanted tftypes.Value, planned *tfprotov6.PlanResourceChangeResponse) (tftypes.Value, string) {
	b.Helper()
	applied, err := b.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: b.typeName, PriorState: b.pack(prior), PlannedState: planned.PlannedState, Config: b.pack(wanted),
		PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	if err != nil {
		b.Fatal(err)
	}
	state := b.unpack(applied.NewState)
	if !state.IsFullyKnown() {
		b.Errorf("the state has unknown values: %s", state)
	}
	said := allSaid(applied.Diagnostics)
	if got := b.attributes(state); said == "" {
		for name, want := range b.attributes(b.unpack(planned.PlannedState)) {
			if want.IsFullyKnown() && !want.Equal(got[name]) {
				b.Errorf("%s was planned as %s and is %s", name, want, got[name])
			}
		}
	}
	return state, said
}

// proposed is what Terraform proposes: the configuration, and what is computed as
// it was. For what is computed and configured, that is what the configuration says.
func (b *bubble) proposed(prior, wanted tftypes.Value) tftypes.Value {
	b.Helper()
	before, after := b.attributes(prior), b.attributes(wanted)
	for _, name := range []string{"id", "region", "peer_ip_address", "status", "bgp_status", "name", "description", "router_id",
		"peer_asn", "local_asn", "is_fake_asn", "hold_time", "keepalive_time", "route_limit"} {
		if _, has := after[name]; has && before != nil && after[name].IsNull() {
			after[name] = before[name]
		}
	}
	return tftypes.NewValue(b.kind, after)
}

// read refreshes a state, and returns it and what was said.
func (b *bubble) read(ctx context.Context, state tftypes.Value) (tftypes.Value, string) {
	b.Helper()
	resp, err := b.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: b.typeName, CurrentState: b.pack(state)})
	if err != nil {
		b.Fatal(err)
	}
	if resp.NewState == nil {
		return state, allSaid(resp.Diagnostics)
	}
	return b.unpack(resp.NewState), allSaid(resp.Diagnostics)
}

// live are the peers at the service that are not deleted.
func (b *bubble) live() []emulated.Peer {
	var live []emulated.Peer
	for _, peer := range b.Alibaba.Peers() {
		if peer.Status != emulated.Deleted {
			live = append(live, peer)
		}
	}
	return live
}

// tokens are the ClientTokens that requests for an action had.
func (b *bubble) tokens(action string) map[string]bool {
	tokens := map[string]bool{}
	for _, entry := range b.Journal.Entries() {
		if entry.Action == action {
			tokens[entry.Params["ClientToken"]] = true
		}
	}
	return tokens
}

// oneToken checks that all requests for an action had one ClientToken.
func (b *bubble) oneToken(action string) {
	b.Helper()
	if tokens := b.tokens(action); len(tokens) > 1 || tokens[""] {
		b.Errorf("the requests for %s had these tokens, not one: %v", action, tokens)
	}
}

var (
	peerBefore = object{"bgp_group_id": emulator.SeedMultiCircuitGroup, "peer_ip_address": "10.3.1.1"}
	peerAfter  = object{"bgp_group_id": emulator.SeedMultiCircuitGroup, "peer_ip_address": "10.3.1.2"}
)

// faults are what can go wrong with a call, and what a message must say of it where
// it does not pass.
var faults = map[string]struct {
	fault control.Fault
	says  string
}{
	"throttled":                    {control.Fault{Kind: control.KindThrottle}, "Throttling"},
	"throttled with a retry-after": {control.Fault{Kind: control.KindThrottle, RetryAfter: 3 * time.Second}, "Throttling"},
	"503":                          {control.Fault{Kind: control.KindError, Status: 503, Code: "ServiceUnavailable"}, "HTTP 503 ServiceUnavailable"},
	"503 after acting":             {control.Fault{Kind: control.KindError, Status: 503, Code: "ServiceUnavailable", AfterActing: true}, "HTTP 503 ServiceUnavailable"},
	"500":                          {control.Fault{Kind: control.KindError, Status: 500, Code: "InternalError"}, "HTTP 500 InternalError"},
	"conflict":                     {control.Fault{Kind: control.KindError, Status: 400, Code: "OperationConflict"}, "OperationConflict"},
	"HTML 502":                     {control.Fault{Kind: control.KindHTML}, "HTTP 502"},
	"empty 200":                    {control.Fault{Kind: control.KindEmpty}, "HTTP 200"},
	"empty 200 after acting":       {control.Fault{Kind: control.KindEmpty, AfterActing: true}, "HTTP 200"},
	"truncated JSON":               {control.Fault{Kind: control.KindTruncate}, "HTTP 200"},
	"dropped before acting":        {control.Fault{Kind: control.KindDropBefore}, "connection was dropped"},
	"dropped in the answer":        {control.Fault{Kind: control.KindDropDuring}, "connection was dropped"},
	"dropped after acting":         {control.Fault{Kind: control.KindDropAfter}, "connection was dropped"},
	"slow before acting":           {control.Fault{Kind: control.KindDelay, Delay: time.Hour}, "30s"},
	"slow after acting":            {control.Fault{Kind: control.KindDelay, Delay: time.Hour, AfterActing: true}, "30s"},
}

// operations are what Terraform does with a peer: each returns the state after it
// and what was said.
var operations = map[string]struct {
	action string
	run    func(ctx context.Context, b *bubble, prior tftypes.Value) (tftypes.Value, string)
	ends   time.Duration // when its timeout is over
}{
	"create": {"CreateBgpPeer", func(ctx context.Context, b *bubble, _ tftypes.Value) (tftypes.Value, string) {
		return b.apply(ctx, b.none(), peerBefore)
	}, 10 * time.Minute},
	"read": {"DescribeBgpPeers", func(ctx context.Context, b *bubble, prior tftypes.Value) (tftypes.Value, string) {
		return b.read(ctx, prior)
	}, 5 * time.Minute},
	"update": {"ModifyBgpPeerAttribute", func(ctx context.Context, b *bubble, prior tftypes.Value) (tftypes.Value, string) {
		return b.apply(ctx, prior, peerAfter)
	}, 10 * time.Minute},
	"delete": {"DeleteBgpPeer", func(ctx context.Context, b *bubble, prior tftypes.Value) (tftypes.Value, string) {
		return b.apply(ctx, prior, nil)
	}, 10 * time.Minute},
}

// lives are delays as a service has them.
var lives = emulator.Config{AlibabaCloud: emulated.Config{Delays: emulated.Delays{
	PeerAvailable: 2 * time.Second, PeerModified: 2 * time.Second, PeerDeleted: 2 * time.Second, SessionConnect: time.Second, SessionEstablished: time.Second,
}}}

// matrix runs a test for every operation and every fault, on a peer that is there
// unless the operation is to create it.
func matrix(t *testing.T, test func(b *bubble, operation, action string, run func(context.Context) (tftypes.Value, string), prior tftypes.Value, fault control.Fault, says string, ends time.Duration)) {
	t.Helper()
	for operationName, operation := range operations {
		for faultName, fault := range faults {
			t.Run(operationName+"/"+faultName, func(t *testing.T) {
				t.Parallel()
				inBubble(t, lives, func(b *bubble) {
					prior := b.none()
					if operationName != "create" {
						var said string
						if prior, said = b.apply(b.Context(), prior, peerBefore); said != "" {
							b.Fatal(said)
						}
					}
					b.Journal.Reset()
					fault.fault.Action = operation.action
					run := func(ctx context.Context) (tftypes.Value, string) { return operation.run(ctx, b, prior) }
					test(b, operationName, operation.action, run, prior, fault.fault, fault.says, operation.ends)
				})
			})
		}
	}
}

// A fault that passes is no matter: the operation does what it should, once.
func TestPeerFaultsThatPass(t *testing.T) {
	t.Parallel()
	matrix(t, func(b *bubble, operation, action string, run func(context.Context) (tftypes.Value, string), prior tftypes.Value, fault control.Fault, _ string, _ time.Duration) {
		fault.Times = 2
		b.Faults.Add(fault)
		state, said := run(b.Context())
		if said != "" {
			b.Errorf("it failed: %s", said)
		}
		b.Faults.Clear()
		live := b.live()
		if operation == "delete" {
			if len(live) != 0 || !state.IsNull() {
				b.Errorf("the peer is still there: %+v, state %s", live, state)
			}
			b.oneToken(action)
			return
		}
		if len(live) != 1 || live[0].ID != b.id(state) {
			b.Fatalf("at the service: %+v, state %s", live, state)
		}
		if operation != "create" && b.id(state) != b.id(prior) {
			b.Errorf("the id became %s", b.id(state))
		}
		if operation == "update" && live[0].PeerIPAddress != "10.3.1.2" {
			b.Errorf("the address is %s", live[0].PeerIPAddress)
		}
		if operation != "read" {
			b.oneToken(action)
		}
	})
}

// A fault that stays ends the operation when its time is over, with the last real
// error in the message, and nothing is lost or made twice.
func TestPeerFaultsThatStay(t *testing.T) {
	t.Parallel()
	matrix(t, func(b *bubble, operation, action string, run func(context.Context) (tftypes.Value, string), prior tftypes.Value, fault control.Fault, says string, ends time.Duration) {
		b.Faults.Add(fault)
		started := time.Now()
		state, said := run(b.Context())
		took := time.Since(started)
		b.Faults.Clear()
		live := b.live()

		if operation == "delete" && len(live) == 0 && said == "" {
			if !state.IsNull() { // Every answer was lost, and the peer is gone all the same.
				b.Errorf("the peer is gone and in the state: %s", state)
			}
			return
		}
		if !strings.Contains(said, says) {
			b.Errorf("no %q in: %s", says, said)
		}
		if (took - ends).Abs() > 10*time.Second {
			b.Errorf("it took %s of %s", took, ends)
		}
		if operation != "read" {
			b.oneToken(action)
		}
		switch {
		case len(live) > 1:
			b.Errorf("%d peers were made: %+v", len(live), live)
		case operation == "create" && len(live) == 1 && !strings.Contains(said, "cn-shanghai/"+live[0].ID):
			// No answer tells that it is this create's: it is not taken, and not lost.
			b.Errorf("the peer %s was lost: the state is %s\n%s", live[0].ID, state, said)
		case operation == "create" && !state.IsNull():
			b.Errorf("nothing tells whose the peer is, and the state is %s", state)
		case operation != "create" && b.id(state) != b.id(prior):
			b.Errorf("the state was %s and is %s", prior, state)
		}
	})
}

// What the service leaves out of its answers stays as it was planned.
func TestPeerFieldsLeftOut(t *testing.T) {
	t.Parallel()
	without := func(field string) func(http.RoundTripper) http.RoundTripper {
		return rewriting(func(body string) string { return strings.ReplaceAll(body, `"`+field+`":`, `"No`+field+`":`) })
	}
	for name, test := range map[string]struct {
		config  emulator.Config
		between func(http.RoundTripper) http.RoundTripper
	}{
		"old answers":   {emulator.Config{AlibabaCloud: emulated.Config{OldAnswers: true}}, without("nothing")},
		"BgpGroupId":    {emulator.Config{}, without("BgpGroupId")},
		"PeerIpAddress": {emulator.Config{}, without("PeerIpAddress")},
		"IpVersion":     {emulator.Config{}, without("IpVersion")},
		"EnableBfd":     {emulator.Config{}, without("EnableBfd")},
		"BfdMultiHop":   {emulator.Config{}, without("BfdMultiHop")},
		"RegionId":      {emulator.Config{}, without("RegionId")},
		"BgpStatus":     {emulator.Config{}, without("BgpStatus")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubbleBehind(t, test.config, test.between, func(b *bubble) {
				wanted := object{"bgp_group_id": emulator.SeedMultiCircuitGroup, "peer_ip_address": "10.3.1.1"}
				state := b.none()
				for _, change := range []object{
					{"enable_bfd": true, "bfd_multi_hop": 3}, {"peer_ip_address": "10.3.1.2"}, {"bfd_multi_hop": 9}, {"enable_bfd": false, "bfd_multi_hop": nil},
				} {
					maps.Copy(wanted, change)
					var said string
					if state, said = b.apply(b.Context(), state, wanted); said != "" {
						b.Fatal(said)
					}
					if state, said = b.read(b.Context(), state); said != "" || !b.plansNothing(state, wanted) {
						b.Errorf("%v applied and read does not plan as nothing: %s\n%s", wanted, state, said)
					}
				}
				if live := b.live(); len(live) != 1 || live[0].PeerIPAddress != "10.3.1.2" || live[0].EnableBFD {
					b.Errorf("at the service: %+v", live)
				}
			})
		})
	}
}

// A service that goes on showing what was, as Available, before it shows what was
// accepted: the update ends when it does, or says what it does not show.
func TestPeerShownAsItWas(t *testing.T) {
	t.Parallel()
	before := object{"bgp_group_id": emulator.SeedMultiCircuitGroup, "peer_ip_address": "10.3.1.1", "enable_bfd": true, "bfd_multi_hop": 3}
	for argument, change := range map[string]object{
		"peer_ip_address": {"peer_ip_address": "10.3.1.2"},
		"enable_bfd":      {"enable_bfd": false, "bfd_multi_hop": nil},
		"bfd_multi_hop":   {"bfd_multi_hop": 4},
	} {
		for name, old := range map[string]int{"for a while": 3, "for good": 1 << 30} {
			t.Run(argument+"/"+name, func(t *testing.T) {
				t.Parallel()
				var left int // answers to come that show what was
				var was string
				inBubbleBehind(t, emulator.Config{}, rewriting(func(body string) string {
					if left == 0 {
						was = body
					} else {
						left--
					}
					return was
				}), func(b *bubble) {
					state, said := b.apply(b.Context(), b.none(), before)
					if said != "" {
						b.Fatal(said)
					}
					left = old
					after := maps.Clone(before)
					maps.Copy(after, change)
					state, said = b.apply(b.Context(), state, after)
					if left == 0 {
						if said != "" || !b.plansNothing(state, after) {
							b.Errorf("it said: %s\nthe state is %s", said, state)
						}
						return
					}
					if !strings.Contains(said, "another "+argument+" than planned") || b.plansNothing(state, after) {
						b.Errorf("it said: %s\nthe state is %s", said, state)
					}
				})
			})
		}
	}
}

// A session that does not come up in time: what is to be done next is what the
// message says.
func TestPeerNotEstablished(t *testing.T) {
	t.Parallel()
	waiting := func(address string) object {
		return object{"bgp_group_id": emulator.SeedMultiCircuitGroup, "peer_ip_address": address, "wait_for_established": true}
	}
	for name, test := range map[string]struct {
		established bool   // the session of the peer that is there, if one is
		prior       object // nil creates
		wanted      object
		says        string
		again       bool // the next plan waits again
	}{
		"in a create":                      {wanted: waiting("10.3.1.1"), says: "terraform untaint"},
		"in an update that begins to wait": {prior: peerBefore, wanted: waiting("10.3.1.1"), says: "Fix that", again: true},
		"in an update that waited before":  {established: true, prior: waiting("10.3.1.1"), wanted: waiting("10.3.1.2"), says: "terraform plan -refresh-only"},
		"in an update that changes both":   {prior: peerBefore, wanted: waiting("10.3.1.2"), says: "Fix that", again: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, emulator.Config{AlibabaCloud: emulated.Config{Delays: emulated.Delays{SessionEstablished: -1}}}, func(b *bubble) {
				state := b.none()
				if test.prior != nil {
					if test.established {
						time.AfterFunc(time.Minute, func() { b.session(emulated.SessionEstablished) })
					}
					var said string
					if state, said = b.apply(b.Context(), state, test.prior); said != "" {
						b.Fatal(said)
					}
				}
				state, said := b.apply(b.Context(), state, test.wanted)
				if !strings.Contains(said, `session state "Connect"`) || !strings.Contains(said, test.says) || strings.Contains(said, "apply again") {
					b.Errorf("it said: %s", said)
				}
				if nothing := b.plansNothing(state, test.wanted); nothing == test.again {
					b.Errorf("that the next plan shows no change is %v; the state is %s", nothing, state)
				}
				if !test.again {
					return
				}
				b.Journal.Reset()
				b.session(emulated.SessionEstablished)
				if state, said = b.apply(b.Context(), state, test.wanted); said != "" || !b.plansNothing(state, test.wanted) {
					b.Errorf("it said: %s\nthe state is %s", said, state)
				}
				if n := b.Journal.Count("ModifyBgpPeerAttribute"); n > 0 {
					b.Errorf("%d modifications were made of a peer that was as wanted", n)
				}
			})
		})
	}
}

// session puts the session of the only peer into a state.
func (b *bubble) session(state emulated.SessionState) {
	b.Helper()
	live := b.live()
	if len(live) != 1 || !b.Alibaba.UpdatePeer(live[0].ID, func(p *emulated.Peer) { p.Session = state }) {
		b.Errorf("there is not one peer: %+v", live)
	}
}

// An interrupt ends an operation within a second, and what is known is kept.
func TestPeerInterrupted(t *testing.T) {
	t.Parallel()
	matrix(t, func(b *bubble, operation, _ string, run func(context.Context) (tftypes.Value, string), prior tftypes.Value, fault control.Fault, _ string, _ time.Duration) {
		b.Faults.Add(fault)
		ctx, interrupt := context.WithCancel(b.Context())
		const after = 11 * time.Second
		time.AfterFunc(after, interrupt)
		started := time.Now()
		state, said := run(ctx)
		if took := time.Since(started); took > after+time.Second {
			b.Errorf("it ended %s after the interrupt", took-after)
		}
		b.Faults.Clear()
		live := b.live()
		switch {
		case said == "" && operation == "delete" && len(live) == 0 && state.IsNull():
		case said == "":
			b.Error("nothing was said of the interrupt")
		case len(live) > 1:
			b.Errorf("%d peers were made: %+v", len(live), live)
		case operation == "create" && len(live) == 1 && b.id(state) != live[0].ID && !strings.Contains(said, "import {"):
			b.Errorf("the peer %s was lost: the state is %s\n%s", live[0].ID, state, said)
		case operation != "create" && b.id(state) != b.id(prior):
			b.Errorf("the state was %s and is %s", prior, state)
		}
	})
}

// An interrupt while a peer is waited for, which is when most come.
func TestPeerInterruptedInTheWait(t *testing.T) {
	t.Parallel()
	never := emulator.Config{AlibabaCloud: emulated.Config{Delays: emulated.Delays{PeerAvailable: -1, PeerModified: -1, PeerDeleted: -1}}}
	inBubble(t, never, func(b *bubble) {
		interruptible := func(run func(ctx context.Context) (tftypes.Value, string)) tftypes.Value {
			ctx, interrupt := context.WithCancel(b.Context())
			time.AfterFunc(time.Minute, interrupt)
			started := time.Now()
			state, said := run(ctx)
			if took := time.Since(started); took < time.Minute || took > time.Minute+time.Second {
				b.Errorf("it took %s", took)
			}
			if !strings.Contains(said, "interrupted") {
				b.Errorf("it said: %s", said)
			}
			return state
		}
		state := interruptible(func(ctx context.Context) (tftypes.Value, string) { return b.apply(ctx, b.none(), peerBefore) })
		live := b.live()
		if len(live) != 1 || b.id(state) != live[0].ID {
			b.Fatalf("at the service: %+v, state %s", live, state)
		}
		b.Alibaba.UpdatePeer(live[0].ID, func(p *emulated.Peer) { p.Status = emulated.Available })
		state = interruptible(func(ctx context.Context) (tftypes.Value, string) { return b.apply(ctx, state, peerAfter) })
		if b.id(state) != live[0].ID || fmt.Sprint(b.attributes(state)["peer_ip_address"]) != fmt.Sprint(tftypes.NewValue(tftypes.String, "10.3.1.2")) {
			b.Errorf("the state is %s", state)
		}
		b.Alibaba.UpdatePeer(live[0].ID, func(p *emulated.Peer) { p.Status = emulated.Available })
		state = interruptible(func(ctx context.Context) (tftypes.Value, string) { return b.apply(ctx, state, nil) })
		if b.id(state) != live[0].ID {
			b.Errorf("the state is %s", state)
		}
	})
}

// Many at a time, with every fault on every action now and then: nothing is lost,
// doubled or misreported.
func TestPeerManyAtOnceWithFaults(t *testing.T) {
	t.Parallel()
	const peers, atOnce, often = 200, 50, 10
	config := lives
	config.AlibabaCloud.Quotas.PeersPerVBR = peers
	config.JournalCapacity = 100_000
	inBubble(t, config, func(b *bubble) {
		for _, operation := range operations {
			for _, fault := range faults {
				f := fault.fault
				f.Action, f.Times = operation.action, often
				b.Faults.Add(f)
			}
		}
		address := func(i, generation int) string { return fmt.Sprintf("10.%d.%d.%d", 20+generation, i/250, i%250) }
		states := make([]tftypes.Value, peers)
		all := func(what string, run func(i int) (tftypes.Value, string)) {
			var group errgroup.Group
			group.SetLimit(atOnce)
			for i := range states {
				group.Go(func() error {
					state, text := run(i)
					if text != "" {
						return fmt.Errorf("%s of peer %d: %s", what, i, text)
					}
					states[i] = state
					return nil
				})
			}
			if err := group.Wait(); err != nil {
				b.Fatal(err)
			}
		}
		agree := func(generation int) {
			live := map[string]string{}
			for _, peer := range b.live() {
				live[peer.ID] = peer.PeerIPAddress
			}
			if len(live) != peers {
				b.Fatalf("there are %d peers, want %d", len(live), peers)
			}
			for i, state := range states {
				want := tftypes.NewValue(tftypes.String, address(i, generation))
				if live[b.id(state)] != address(i, generation) || !b.attributes(state)["peer_ip_address"].Equal(want) {
					b.Fatalf("peer %d is %q at the service, and its state %s", i, live[b.id(state)], state)
				}
			}
		}
		wanted := func(i, generation int) object {
			return object{"bgp_group_id": emulator.SeedMultiCircuitGroup, "peer_ip_address": address(i, generation)}
		}

		all("create", func(i int) (tftypes.Value, string) { return b.apply(b.Context(), b.none(), wanted(i, 0)) })
		agree(0)
		all("read", func(i int) (tftypes.Value, string) { return b.read(b.Context(), states[i]) })
		agree(0)
		all("update", func(i int) (tftypes.Value, string) { return b.apply(b.Context(), states[i], wanted(i, 1)) })
		agree(1)
		for _, action := range []string{"CreateBgpPeer", "ModifyBgpPeerAttribute"} {
			if tokens := b.tokens(action); len(tokens) != peers {
				b.Errorf("%s had %d tokens, want one for each of %d peers", action, len(tokens), peers)
			}
		}
		all("delete", func(i int) (tftypes.Value, string) { return b.apply(b.Context(), states[i], nil) })
		if left := b.live(); len(left) != 0 {
			b.Errorf("%d peers are left", len(left))
		}
		for _, fault := range b.Faults.List() {
			if fault.Applied < often {
				b.Errorf("%s of %s came %d times, not %d: there was nothing to withstand", fault.Fault.Kind, fault.Fault.Action, fault.Applied, often)
			}
		}
	})
}
