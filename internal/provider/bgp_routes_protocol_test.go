package provider

import (
	"io"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// peeringARMID is the ARM id of a peering of the seeded Route Server.
func peeringARMID(name string) string {
	return "/subscriptions/" + emulator.SeedSubscription + "/resourceGroups/" + emulator.SeedResourceGroup +
		"/providers/Microsoft.Network/virtualHubs/" + emulator.SeedRouteServer + "/bgpConnections/" + name
}

// What can be seen to be wrong is refused at the argument at fault.
func TestRoutesAreValidated(t *testing.T) {
	t.Parallel()
	const learned, advertised = "bgp_learned_routes", "bgp_advertised_routes"
	gateway, peering := gatewayARMID(emulator.SeedGateway), peeringARMID(emulator.SeedPeering)
	const twice, noPeer = "The gateway is named twice", "peer: No peer is named"
	tests := []struct {
		name      string
		arguments object
		want      []string // of bgp_advertised_routes; the other has no peer
	}{
		{"a gateway by id", object{"virtual_network_gateway_id": gateway, "peer": "10.1.0.254"}, nil},
		{"a gateway by names", object{"resource_group_name": "rg", "virtual_network_gateway_name": "vgw", "peer": "FD00::1"}, nil},
		{"a peering", object{"bgp_connection_id": peering}, nil},
		{"a peering in capitals", object{"bgp_connection_id": strings.ToUpper(peering)}, nil},
		{"all filters", object{"bgp_connection_id": peering, "network": "10.0.0.0/8", "source_peer": "10.1.0.254", "origin": "EBgp", "timeouts": object{"read": "1m"}}, nil},
		{"an IPv6 network", object{"bgp_connection_id": peering, "network": "fd00::/8"}, nil},
		{"the default route", object{"bgp_connection_id": peering, "network": "0.0.0.0/0"}, nil},

		{"nothing", object{}, []string{noPeer, "virtual_network_gateway_id: No gateway is named"}},
		{"a group alone", object{"resource_group_name": "rg", "peer": "10.0.0.1"}, []string{"virtual_network_gateway_name: The gateway's name is missing"}},
		{"a gateway twice", object{"virtual_network_gateway_id": gateway, "resource_group_name": "rg", "peer": "10.0.0.1"}, []string{"resource_group_name: " + twice}},
		{"two tables", object{"virtual_network_gateway_id": gateway, "bgp_connection_id": peering}, []string{"virtual_network_gateway_id: Two tables are named"}},
		{"two tables by names", object{"resource_group_name": "rg", "virtual_network_gateway_name": "vgw", "bgp_connection_id": peering},
			[]string{"resource_group_name: Two tables are named", "virtual_network_gateway_name: Two tables are named"}},
		{"a gateway without a peer", object{"virtual_network_gateway_id": gateway}, []string{noPeer}},
		{"a peering with a peer", object{"bgp_connection_id": peering, "peer": "10.0.0.1"}, []string{"peer: A peering has one peer"}},
		{"a Route Server", object{"bgp_connection_id": strings.Split(peering, "/bgpConnections")[0]}, []string{"bgp_connection_id: Not the id of a Route Server's peering"}},
		{"a gateway for a peering", object{"bgp_connection_id": gateway}, []string{"bgp_connection_id: Not the id of a Route Server's peering"}},
		{"a peering for a gateway", object{"virtual_network_gateway_id": peering, "peer": "10.0.0.1"}, []string{"virtual_network_gateway_id: Not the id of a virtual network gateway"}},
		{"an empty peering", object{"bgp_connection_id": ""}, []string{"bgp_connection_id: Not the id of a Route Server's peering"}},
		{"a peer that is a prefix", object{"virtual_network_gateway_id": gateway, "peer": "10.0.0.1/32"}, []string{"peer: Not an IP address"}},
		{"host bits", object{"bgp_connection_id": peering, "network": "10.50.0.1/16"}, []string{`network: Not a network: network: "10.50.0.1/16" has bits beyond its length: write "10.50.0.0/16".`}},
		{"an address", object{"bgp_connection_id": peering, "network": "10.50.0.1"}, []string{`network: Not a network: network: "10.50.0.1" is an address without a length: write "10.50.0.1/32" for that address alone, or the prefix that is meant.`}},
		{"a mask", object{"bgp_connection_id": peering, "network": "10.50.0.0/255.255.0.0"}, []string{"network: Not a network"}},
		{"an empty network", object{"bgp_connection_id": peering, "network": ""}, []string{"network: Not a network"}},
		{"a source that is a name", object{"bgp_connection_id": peering, "source_peer": "router"}, []string{"source_peer: Not an IP address"}},
		{"an empty origin", object{"bgp_connection_id": peering, "origin": ""}, []string{"origin: Not an origin"}},
		{"no time", object{"bgp_connection_id": peering, "timeouts": object{"read": "0s"}}, []string{"timeouts.read: Not a timeout"}},

		{"an unknown peering", object{"bgp_connection_id": unknown{}}, nil},
		{"an unknown peering, perhaps null", object{"bgp_connection_id": unknown{}, "virtual_network_gateway_id": gateway, "peer": "10.0.0.1"}, nil},
		{"an unknown gateway, perhaps null", object{"bgp_connection_id": peering, "virtual_network_gateway_id": unknown{}, "peer": unknown{}}, nil},
		{"an unknown peer", object{"virtual_network_gateway_id": gateway, "peer": unknown{}}, nil},
		{"unknown filters", object{"bgp_connection_id": peering, "network": unknown{}, "source_peer": unknown{}, "origin": unknown{}}, nil},
	}
	server := newServer(t)
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.Diagnostics) > 0 {
		t.Fatal(err, schemas.Diagnostics)
	}
	for _, of := range []string{learned, advertised} {
		for _, test := range tests {
			t.Run(of+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				arguments, want := maps.Clone(test.arguments), slices.Clone(test.want)
				if of == learned {
					delete(arguments, "peer")
					want = slices.DeleteFunc(want, func(s string) bool { return strings.HasPrefix(s, "peer") })
				}
				kind := schemas.DataSourceSchemas[of].ValueType()
				config, err := tfprotov6.NewDynamicValue(kind, newValue(t, kind, arguments))
				if err != nil {
					t.Fatal(err)
				}
				resp, err := server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: of, Config: &config})
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, d := range resp.Diagnostics {
					var at []string
					for _, step := range d.Attribute.Steps() {
						if name, ok := step.(tftypes.AttributeName); ok {
							at = append(at, string(name))
						}
					}
					got = append(got, strings.Join(at, ".")+": "+d.Summary+": "+d.Detail)
				}
				slices.Sort(got)
				if len(got) != len(want) {
					t.Fatalf("got %q, want %q", got, want)
				}
				for i := range want {
					if !strings.HasPrefix(got[i], want[i]+": ") && got[i] != want[i] {
						t.Errorf("got %q, want %q", got[i], want[i])
					}
				}
			})
		}
	}
}

// inRoutesBubble runs a test in a bubble with an emulated Azure whose operation of
// this name, where it is not "", answers with body. read reads a data source, and
// returns its routes and what was said.
func inRoutesBubble(t *testing.T, action, body string, test func(b *bubble, read func(name string, arguments object) ([]map[string]any, string))) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e := emulator.New(emulator.Config{})
		own := control.RoundTripper(e.Azure)
		transport := roundTripper(func(req *http.Request) (*http.Response, error) {
			if action == "" || !strings.HasSuffix(req.URL.Path, "/"+action) {
				return own.RoundTrip(req)
			}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: req, Body: io.NopCloser(strings.NewReader(body))}, nil
		})
		b := newAzureBubble(t, e, transport)
		schemas, err := b.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
		b.must(err, schemas.Diagnostics)
		test(b, func(name string, arguments object) ([]map[string]any, string) {
			kind := schemas.DataSourceSchemas[name].ValueType()
			config, err := tfprotov6.NewDynamicValue(kind, newValue(t, kind, arguments))
			if err != nil {
				t.Fatal(err)
			}
			read, err := b.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: &config})
			if err != nil {
				t.Fatal(err)
			}
			if len(read.Diagnostics) > 0 {
				return nil, allSaid(read.Diagnostics)
			}
			state, err := read.State.Unmarshal(kind)
			if err != nil {
				t.Fatal(err)
			}
			return routesOf(t, state), ""
		})
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// routesOf are the rows of a state, numbers as text.
func routesOf(t *testing.T, state tftypes.Value) []map[string]any {
	t.Helper()
	var attributes map[string]tftypes.Value
	var list []tftypes.Value
	if err := state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes["routes"].As(&list); err != nil {
		t.Fatal(err)
	}
	routes := []map[string]any{}
	for _, row := range list {
		var fields map[string]tftypes.Value
		if err := row.As(&fields); err != nil {
			t.Fatal(err)
		}
		route := map[string]any{}
		for name, field := range fields {
			if !field.IsNull() {
				route[name] = plain(t, field)
			}
		}
		routes = append(routes, route)
	}
	return routes
}

func plain(t *testing.T, value tftypes.Value) any {
	t.Helper()
	var text string
	if value.As(&text) == nil {
		return text
	}
	var list []tftypes.Value
	if value.As(&list) == nil {
		texts := []any{}
		for _, each := range list {
			texts = append(texts, plain(t, each))
		}
		return texts
	}
	var number big.Float
	if err := value.As(&number); err != nil {
		t.Fatal(err)
	}
	return number.Text('f', -1)
}

// What the service sends is in the state as it came, null where it is left out.
func TestRoutesInTheState(t *testing.T) {
	t.Parallel()
	const row = `{"asPath":"12076-64512-64512","localAddress":"10.0.0.4","network":"10.50.0.0/16","nextHop":"10.0.1.4","origin":"EBgp","sourcePeer":"10.0.1.4","weight":32768}`
	want := map[string]any{
		"network": "10.50.0.0/16", "next_hop": "10.0.1.4", "local_address": "10.0.0.4", "source_peer": "10.0.1.4", "origin": "EBgp",
		"as_path": "12076-64512-64512", "as_path_asns": []any{"12076", "64512", "64512"}, "weight": "32768",
	}
	of := func(instance string) map[string]any {
		row := maps.Clone(want)
		row["instance"] = instance
		return row
	}
	gateway, peering := object{"virtual_network_gateway_id": gatewayARMID(emulator.SeedGateway)}, object{"bgp_connection_id": peeringARMID(emulator.SeedPeering)}
	advertisedBy := object{"virtual_network_gateway_id": gatewayARMID(emulator.SeedGateway), "peer": emulator.SeedNeighbor}
	for name, test := range map[string]struct {
		action, source string
		arguments      object
		body           string
		want           []map[string]any
	}{
		"learned by a gateway": {"getLearnedRoutes", "bgp_learned_routes", gateway,
			`{"value":[` + row + `,{"network":"0.0.0.0/0","asPath":"","origin":"Static","nextHop":"","weight":4294967295},{"network":"default","asPath":"65001 65002"},{}]}`,
			[]map[string]any{
				{"network": "0.0.0.0/0", "as_path": "", "as_path_asns": []any{}, "origin": "Static", "weight": "4294967295"}, want,
				{"network": "default", "as_path": "65001 65002"}, {},
			}},
		"advertised by a gateway": {"getAdvertisedRoutes", "bgp_advertised_routes", advertisedBy,
			`{"value":[{"asPath":"65515","localAddress":"10.0.0.4","network":"fd00::/8","nextHop":"fd00::4","origin":"Igp","sourcePeer":null,"weight":0}]}`,
			[]map[string]any{{"network": "fd00::/8", "next_hop": "fd00::4", "local_address": "10.0.0.4", "origin": "Igp", "as_path": "65515", "as_path_asns": []any{"65515"}, "weight": "0"}}},
		"learned by a peering": {"learnedRoutes", "bgp_learned_routes", peering,
			`{"RouteServiceRole_IN_1":[` + row + `],"RouteServiceRole_IN_0":[` + row + `],"value":null}`,
			[]map[string]any{of("RouteServiceRole_IN_0"), of("RouteServiceRole_IN_1")}},
		"advertised by a peering without routes": {"advertisedRoutes", "bgp_advertised_routes", peering,
			`{"RouteServiceRole_IN_0":[],"RouteServiceRole_IN_1":[]}`, []map[string]any{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRoutesBubble(t, test.action, test.body, func(b *bubble, read func(string, object) ([]map[string]any, string)) {
				got, said := read(test.source, test.arguments)
				if diff := cmp.Diff(test.want, got); diff != "" || said != "" {
					b.Errorf("said %s; routes (-want +got):\n%s", said, diff)
				}
			})
		})
	}
}

// An answer with another shape is an error that says what came.
func TestRoutesOfAnotherShape(t *testing.T) {
	t.Parallel()
	inRoutesBubble(t, "learnedRoutes", `{"routes":{"RouteServiceRole_IN_0":[]}}`, func(b *bubble, read func(string, object) ([]map[string]any, string)) {
		_, said := read("bgp_learned_routes", object{"bgp_connection_id": peeringARMID(emulator.SeedPeering)})
		if want := "Cannot read the learned routes\nlearnedRoutes of " + peeringARMID(emulator.SeedPeering) +
			": no list of routes in the answer: the service answered 200 OK with an object that has \"routes\" and no array of routes."; !strings.HasPrefix(said, want) {
			b.Errorf("said: %s\nwant: %s", said, want)
		}
	})
}

// A read that never ends takes as long as the documentation says.
func TestRoutesTimeout(t *testing.T) {
	t.Parallel()
	for source, action := range map[string]string{"bgp_learned_routes": "learnedRoutes", "bgp_advertised_routes": "advertisedRoutes"} {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			inRoutesBubble(t, "", "", func(b *bubble, read func(string, object) ([]map[string]any, string)) {
				b.Faults.Add(control.Fault{Action: action, Kind: control.KindThrottle, RetryAfter: time.Second})
				started := time.Now()
				_, said := read(source, object{"bgp_connection_id": peeringARMID(emulator.SeedPeering)})
				if took := time.Since(started); !strings.Contains(said, "TooManyRequests") || (took-5*time.Minute).Abs() > 10*time.Second {
					b.Errorf("it took %s and said: %s", took, said)
				}
			})
		})
	}
}

// Data sources of one table share an operation, whatever their filters.
func TestRoutesAreShared(t *testing.T) {
	t.Parallel()
	inRoutesBubble(t, "", "", func(b *bubble, read func(string, object) ([]map[string]any, string)) {
		var all sync.WaitGroup
		for _, network := range []string{"172.16.0.0/16", "172.17.0.0/16", "0.0.0.0/0"} {
			all.Go(func() {
				routes, said := read("bgp_learned_routes", object{"virtual_network_gateway_id": gatewayARMID(emulator.SeedActiveActiveGateway), "network": network})
				if said != "" || (len(routes) == 0) != (network == "0.0.0.0/0") {
					b.Errorf("%s: %v, said: %s", network, routes, said)
				}
				for _, route := range routes {
					if route["network"] != network {
						b.Errorf("%s: %v", network, route)
					}
				}
			})
		}
		all.Wait()
		if n := b.Journal.Count("getLearnedRoutes"); n != 1 {
			b.Errorf("%d operations for three data sources", n)
		}
	})
}
