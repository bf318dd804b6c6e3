package azure_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
)

// post asks a resource for an action. The target is what follows its id.
func (w *azureService) post(id, target string) answer {
	w.Helper()
	separator := "?"
	if strings.Contains(target, "?") {
		separator = "&"
	}
	return w.do(http.MethodPost, id+"/"+target+separator+"api-version="+azure.APIVersion, bearer(w.token(testClient)), "")
}

// routedGateway has two instances that know of each other, and a neighbor that
// is down on the second one.
func routedGateway() azure.Gateway {
	row := func(local, neighbor string, asn int64, state string, learned ...azure.Route) azure.Row {
		return azure.Row{LocalAddress: local, Neighbor: neighbor, ASN: asn, Life: azure.Steady(state), Learned: learned}
	}
	return azure.Gateway{
		SubscriptionID: testSubscription, ResourceGroup: "rg-network", Name: "vgw-routed",
		Prefixes: []netip.Prefix{netip.MustParsePrefix("10.2.0.0/24"), netip.MustParsePrefix("2001:db8::/48")},
		Rows: []azure.Row{
			row("10.2.0.228", "10.2.0.228", 65000, azure.StateUnknown),
			row("10.2.0.228", "172.16.0.10", 65010, azure.StateConnected,
				azure.Route{Network: "172.16.0.0/16"},
				azure.Route{Network: "0.0.0.0/0", ASPath: "65010-65010-4200000001", NextHop: "172.16.0.11", Weight: 7, Origin: "Odd"},
				azure.Route{JSON: json.RawMessage(`{"network":null,"weight":4294967295}`)},
			),
			row("10.2.0.228", "10.2.0.229", 65000, azure.StateConnected, azure.Route{Network: "10.2.0.0/24"}),
			row("10.2.0.229", "172.16.0.10", 65010, azure.StateConnecting, azure.Route{Network: "172.16.0.0/16"}),
		},
	}
}

func routeServer() azure.RouteServer {
	row := azure.Row{LocalAddress: "10.6.0.4", Neighbor: "10.6.1.4", ASN: 65514, Life: azure.Steady(azure.StateConnected)}
	other := row
	other.LocalAddress = "10.6.0.5"
	other.Learned = []azure.Route{{Network: "10.50.0.0/16"}}
	down := row
	down.Life, down.Routes = azure.Steady(azure.StateConnecting), 5
	return azure.RouteServer{
		SubscriptionID: testSubscription, ResourceGroup: "rg-network", Name: "rs-1",
		Prefixes: []netip.Prefix{netip.MustParsePrefix("10.6.0.0/16")},
		Peerings: []azure.Peering{{Name: "nva", Rows: []azure.Row{row, other}}, {Name: "down", Rows: []azure.Row{down, down}}},
	}
}

func routed(config *azure.Config) {
	config.Gateways = append(config.Gateways, routedGateway())
	config.RouteServers = []azure.RouteServer{routeServer()}
}

// TestRouteTables: the tables, as they are sent (AZ-050, AZ-052, AZ-055).
func TestRouteTables(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, immediately, routed)
	gateway, peerings := routedGateway().ID(), routeServer().ID()+"/bgpConnections"
	for name, test := range map[string]struct{ id, target, want string }{
		"learned": {gateway, "getLearnedRoutes", `{"value":[` +
			`{"asPath":"","localAddress":"10.2.0.228","network":"10.2.0.0/24","origin":"Network","sourcePeer":"10.2.0.228","weight":32768},` +
			`{"asPath":"","localAddress":"10.2.0.228","network":"2001:db8::/48","origin":"Network","sourcePeer":"10.2.0.228","weight":32768},` +
			`{"asPath":"","localAddress":"10.2.0.229","network":"10.2.0.0/24","origin":"Network","sourcePeer":"10.2.0.229","weight":32768},` +
			`{"asPath":"","localAddress":"10.2.0.229","network":"2001:db8::/48","origin":"Network","sourcePeer":"10.2.0.229","weight":32768},` +
			`{"asPath":"65010","localAddress":"10.2.0.228","network":"172.16.0.0/16","nextHop":"172.16.0.10","origin":"EBgp","sourcePeer":"172.16.0.10","weight":32768},` +
			`{"asPath":"65010-65010-4200000001","localAddress":"10.2.0.228","network":"0.0.0.0/0","nextHop":"172.16.0.11","origin":"Odd","sourcePeer":"172.16.0.10","weight":7},` +
			`{"network":null,"weight":4294967295},` +
			`{"asPath":"","localAddress":"10.2.0.228","network":"10.2.0.0/24","nextHop":"10.2.0.229","origin":"IBgp","sourcePeer":"10.2.0.229","weight":32768}]}`},
		"advertised": {gateway, "getAdvertisedRoutes?peer=172.16.0.10", `{"value":[` +
			`{"asPath":"65000","localAddress":"10.2.0.228","network":"10.2.0.0/24","nextHop":"10.2.0.228","origin":"Igp","weight":0},` +
			`{"asPath":"65000","localAddress":"10.2.0.228","network":"2001:db8::/48","nextHop":"10.2.0.228","origin":"Igp","weight":0}]}`},
		"advertised to the sibling": {gateway, "GetAdvertisedRoutes?peer=10.2.0.229", `{"value":[` +
			`{"asPath":"","localAddress":"10.2.0.228","network":"10.2.0.0/24","nextHop":"10.2.0.228","origin":"Igp","weight":0},` +
			`{"asPath":"","localAddress":"10.2.0.228","network":"2001:db8::/48","nextHop":"10.2.0.228","origin":"Igp","weight":0}]}`},
		"advertised to nobody": {gateway, "getAdvertisedRoutes?peer=172.16.0.11", `{"value":[]}`},
		"learned by a peering": {peerings, "nva/learnedRoutes", `{"RouteServiceRole_IN_0":[],"RouteServiceRole_IN_1":[` +
			`{"asPath":"65514","localAddress":"10.6.0.5","network":"10.50.0.0/16","nextHop":"10.6.1.4","origin":"EBgp","sourcePeer":"10.6.1.4","weight":32768}]}`},
		"advertised by a peering": {strings.ToUpper(peerings), "NVA/ADVERTISEDROUTES", `{"RouteServiceRole_IN_0":[` +
			`{"asPath":"65515","localAddress":"10.6.0.4","network":"10.6.0.0/16","nextHop":"10.6.0.4","origin":"Igp","weight":0}],"RouteServiceRole_IN_1":[` +
			`{"asPath":"65515","localAddress":"10.6.0.5","network":"10.6.0.0/16","nextHop":"10.6.0.5","origin":"Igp","weight":0}]}`},
		"a peering that is down": {peerings, "down/learnedRoutes", `{"RouteServiceRole_IN_0":[],"RouteServiceRole_IN_1":[]}`},
	} {
		got := w.post(test.id, test.target)
		if got.StatusCode != http.StatusOK || got.body != test.want {
			t.Errorf("%s: %d\n got %s\nwant %s", name, got.StatusCode, got.body, test.want)
		}
	}
	if counts := w.journal.Counts(); counts[azure.ActionGatewayLearnedRoutes] != 1 || counts[azure.ActionGatewayAdvertisedRoutes] != 3 ||
		counts[azure.ActionPeeringLearnedRoutes] != 2 || counts[azure.ActionPeeringAdvertisedRoutes] != 1 {
		t.Errorf("journal: %v", counts)
	}
}

// TestRouteRefusals: what the operations of routes refuse.
func TestRouteRefusals(t *testing.T) {
	t.Parallel()
	gateway, hub := routedGateway().ID(), routeServer().ID()
	for name, test := range map[string]struct {
		id, target string
		status     int
		code       string
	}{
		"advertised without a peer":        {gateway, "getAdvertisedRoutes", 400, "InvalidParameter"},
		"peer that is no address":          {gateway, "getAdvertisedRoutes?peer=router1", 400, "InvalidParameter"},
		"learned with a peer":              {gateway, "getLearnedRoutes?peer=172.16.0.10", 400, "InvalidParameter"},
		"advertised by a peering, of peer": {hub, "bgpConnections/nva/advertisedRoutes?peer=10.6.1.4", 400, "InvalidParameter"},
		"no such peering":                  {hub, "bgpConnections/nvb/learnedRoutes", 404, "ResourceNotFound"},
		"no such hub":                      {hub + "x", "bgpConnections/nva/learnedRoutes", 404, "ResourceNotFound"},
		"no such gateway":                  {gateway + "x", "getLearnedRoutes", 404, "ResourceNotFound"},
		"a hub's action of a gateway":      {gateway, "learnedRoutes", 404, "NotFound"},
		"a gateway's action of a hub":      {hub, "getLearnedRoutes", 404, "ResourceNotFound"},
		"of a hub, without a peering":      {hub, "learnedRoutes", 404, "ResourceNotFound"},
		"another action of a peering":      {hub, "bgpConnections/nva/reset", 404, "NotFound"},
		"a peering of a gateway":           {gateway, "bgpConnections/nva/learnedRoutes", 404, "NotFound"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAzureService(t, immediately, routed)
			if got := w.post(test.id, test.target); got.StatusCode != test.status || got.code(t) != test.code {
				t.Errorf("%d %s", got.StatusCode, got.body)
			}
		})
	}
}

// TestPermissions: each action has a permission of its own.
func TestPermissions(t *testing.T) {
	t.Parallel()
	gateway, peering := routedGateway().ID(), routeServer().ID()+"/bgpConnections/nva"
	for permission, test := range map[string]struct{ id, target string }{
		azure.Permission:                        {gateway, "getBgpPeerStatus"},
		azure.GatewayLearnedRoutesPermission:    {gateway, "getLearnedRoutes"},
		azure.GatewayAdvertisedRoutesPermission: {gateway, "getAdvertisedRoutes?peer=172.16.0.10"},
		azure.PeeringLearnedRoutesPermission:    {peering, "learnedRoutes"},
		azure.PeeringAdvertisedRoutesPermission: {peering, "advertisedRoutes"},
	} {
		w := newAzureService(t, immediately, routed, func(config *azure.Config) { config.Clients[0].Denied = []string{permission} })
		got := w.post(test.id, test.target)
		if got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "'"+permission+"' over scope '"+test.id+"'") {
			t.Errorf("%s: %d %s", permission, got.StatusCode, got.body)
		}
		w = newAzureService(t, immediately, routed, func(config *azure.Config) { config.Clients[0].Denied = []string{permission + "x"} })
		if got := w.post(test.id, test.target); got.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", permission, got.StatusCode, got.body)
		}
	}
}

// TestRowsAndRoutesAgree: a row's routesReceived is how many learned routes
// come from it, whoever knows of its session.
func TestRowsAndRoutesAgree(t *testing.T) {
	t.Parallel()
	known := otherEnd{}
	w := newAzureService(t, immediately, routed, func(config *azure.Config) { config.Sessions = known })
	id := routedGateway().ID()
	type end struct{ LocalAddress, Neighbor string }
	check := func(want ...int64) {
		t.Helper()
		var rows struct {
			Value []struct {
				end
				RoutesReceived int64
			}
		}
		var routes struct {
			Value []struct{ LocalAddress, SourcePeer, Origin string }
		}
		for target, into := range map[string]any{"getBgpPeerStatus": &rows, "getLearnedRoutes": &routes} {
			if err := json.Unmarshal([]byte(w.post(id, target).body), into); err != nil {
				t.Fatal(err)
			}
		}
		learned := map[end]int64{}
		for _, route := range routes.Value {
			if route.Origin != azure.OriginNetwork {
				learned[end{route.LocalAddress, route.SourcePeer}]++
			}
		}
		for i, row := range rows.Value {
			if row.RoutesReceived != want[i] || learned[row.end] != want[i] {
				t.Errorf("%v: %d received, %d learned, want %d", row.end, row.RoutesReceived, learned[row.end], want[i])
			}
		}
	}
	w.service.UpdateRow(id, "", "172.16.0.10", func(row *azure.Row) { row.Learned = row.Learned[:1] }) // one says nothing of its peer
	check(0, 1, 1, 0)
	w.service.UpdateRow(id, "10.2.0.228", "172.16.0.10", func(row *azure.Row) { row.Routes = 4000 })
	check(0, 4001, 1, 0)
	w.service.UpdateRow(id, "", "172.16.0.10", func(row *azure.Row) { row.Life = azure.Steady(azure.StateIdle) })
	check(0, 0, 1, 0)

	router := bgp.End{Router: strings.ToLower(id), Local: "10.2.0.229", Neighbor: "172.16.0.10"}
	prefixes := []bgp.Route{
		{Prefix: netip.MustParsePrefix("192.0.2.0/24"), NextHop: netip.MustParseAddr("172.16.0.12"), ASPath: []int64{65010, 4200000001}},
		{Prefix: netip.MustParsePrefix("198.51.100.0/24"), Origin: bgp.OriginIncomplete},
	}
	known[router] = knownSession{Session: bgp.Session{State: bgp.StateEstablished, Since: testStart}, learned: prefixes, advertised: prefixes}
	check(0, 0, 1, 3)
	if got, want := w.post(id, "getAdvertisedRoutes?peer=172.16.0.10").body, `{"value":[`+
		`{"asPath":"65010-4200000001","localAddress":"10.2.0.229","network":"192.0.2.0/24","nextHop":"172.16.0.12","origin":"Igp","weight":0},`+
		`{"asPath":"65000","localAddress":"10.2.0.229","network":"198.51.100.0/24","nextHop":"10.2.0.229","origin":"Incomplete","weight":0}]}`; got != want {
		t.Errorf("advertised\n got %s\nwant %s", got, want)
	}
}

// TestExclusiveForAllActions: what is asked of one gateway or one Route Server
// gets in each other's way, whatever it is.
func TestExclusiveForAllActions(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, steadily, routed, func(config *azure.Config) {
		config.Gateways[len(config.Gateways)-1].Exclusive = true
		config.RouteServers[0].Exclusive = true
	})
	gateway, hub := routedGateway().ID(), routeServer().ID()+"/bgpConnections"
	for _, step := range []struct {
		id, target string
		want       int
	}{
		{gateway, "getLearnedRoutes", 202},
		{gateway, "getBgpPeerStatus", 429},
		{gateway, "getAdvertisedRoutes?peer=172.16.0.10", 429},
		{testGateway().ID(), "getLearnedRoutes", 202},
		{hub, "nva/learnedRoutes", 202},
		{hub, "down/learnedRoutes", 429},
		{hub, "nva/advertisedRoutes", 429},
	} {
		got := w.post(step.id, step.target)
		if got.StatusCode != step.want || step.want == 429 && (got.code(t) != "AnotherOperationInProgress" || got.Header.Get("Retry-After") != "10") {
			t.Errorf("%s %s: %d %s", step.id, step.target, got.StatusCode, got.body)
		}
	}
	w.clock.Advance(time.Minute)
	if got := w.post(gateway, "getBgpPeerStatus"); got.StatusCode != http.StatusAccepted {
		t.Errorf("when the first one is over: %d %s", got.StatusCode, got.body)
	}
}

// TestRouteOperations: the operations of routes run as getBgpPeerStatus does.
func TestRouteOperations(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, steadily, routed)
	for _, ask := range []struct{ id, target string }{
		{routedGateway().ID(), "getLearnedRoutes"}, {routeServer().ID(), "bgpConnections/nva/learnedRoutes"},
	} {
		started := w.post(ask.id, ask.target)
		location := started.Header.Get("Location")
		if started.StatusCode != http.StatusAccepted || started.body != "null" || location == "" {
			t.Fatalf("%d %s", started.StatusCode, started.body)
		}
		if got := w.poll(location); got.StatusCode != http.StatusAccepted || got.body != "null" {
			t.Errorf("%d %s", got.StatusCode, got.body)
		}
		w.clock.Advance(time.Minute)
		if got := w.poll(location); got.StatusCode != http.StatusOK || !strings.Contains(got.body, "10.50.0.0/16") && !strings.Contains(got.body, "172.16.0.0/16") {
			t.Errorf("%d %s", got.StatusCode, got.body)
		}
	}
	monitored := w.post(routeServer().ID(), "bgpConnections/nva/learnedRoutes").Header.Get("Location")
	w.service.RemoveRouteServer(routeServer().ID())
	w.clock.Advance(time.Minute)
	if got := w.poll(monitored); got.StatusCode != http.StatusNotFound || got.code(t) != "ResourceNotFound" {
		t.Errorf("of a Route Server that is gone: %d %s", got.StatusCode, got.body)
	}
}

// TestControlRoutes: Route Servers and routes can be put and changed through
// the control path.
func TestControlRoutes(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, immediately)
	body, err := json.Marshal(routeServer())
	if err != nil {
		t.Fatal(err)
	}
	put := func(method, target, body string, want int) {
		t.Helper()
		if status, answer := controlCall(t, w, method, target, body); status != want {
			t.Errorf("%s %s: %d %s", method, target, status, answer)
		}
	}
	id := routeServer().ID()
	put(http.MethodPut, "/route-servers", string(body), 204)
	put(http.MethodPatch, "/route-servers?id="+strings.ToUpper(id), `{"prefixes":["10.7.0.0/16"]}`, 204)
	put(http.MethodPatch, "/route-servers?id="+id, `{"name":"rs-2"}`, 400)
	put(http.MethodPatch, "/route-servers?id="+id, `{"peerings":[{"name":"a/b"}]}`, 400)
	put(http.MethodPatch, "/route-servers?id="+id, `{"peerings":[{"name":"a"},{"name":"A"}]}`, 400)
	put(http.MethodPatch, "/route-servers?id=x", `{}`, 404)
	put(http.MethodPut, "/route-servers", `{"subscription_id":"s","resource_group":"g"}`, 400)
	put(http.MethodPut, "/route-servers", `{"subscription_id":"s","resource_group":"g","name":"n","unknown":1}`, 400)
	put(http.MethodPatch, "/gateways?id="+testGateway().ID(), `{"exclusive":true,"rows":[{"local_address":"10.0.0.254","neighbor":"10.1.0.254","asn":1337,
		"life":[{"state":"Connected"}],"learned":[{"network":"0.0.0.0/0","as_path":"1337-1338"}]}]}`, 204)
	put(http.MethodPatch, "/gateways?id="+testGateway().ID(), `{"rows":[{"routes":-1}]}`, 400)
	put(http.MethodPatch, "/gateways?id="+testGateway().ID(), `{"rows":[{"pear":1}]}`, 400)
	put(http.MethodPatch, "/gateways?id="+testGateway().ID(), `{"rows":[{"learned":[{"pear":1}]}]}`, 400)
	if got := w.post(testGateway().ID(), "getLearnedRoutes"); !strings.Contains(got.body, `"asPath":"1337-1338"`) {
		t.Errorf("got %s", got.body)
	}
	if got := w.post(id, "bgpConnections/nva/advertisedRoutes"); !strings.Contains(got.body, "10.7.0.0/16") || strings.Contains(got.body, "10.6.0.0/16") {
		t.Errorf("got %s", got.body)
	}
	_, answer := controlCall(t, w, http.MethodGet, "/route-servers", "")
	var list struct {
		RouteServers []azure.RouteServer `json:"route_servers"`
	}
	if err := json.Unmarshal([]byte(answer), &list); err != nil || len(list.RouteServers) != 1 || list.RouteServers[0].Location != azure.DefaultLocation {
		t.Errorf("%s: %v", answer, err)
	}
	state, err := json.Marshal(w.service.State())
	if err != nil {
		t.Fatal(err)
	}
	var kept azure.State
	if err := json.Unmarshal(state, &kept); err != nil {
		t.Fatal(err)
	}
	other := newAzureService(t, immediately)
	if err := other.service.SetState(kept); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(other.service.State()); err != nil || cmp.Diff(string(state), string(again)) != "" {
		t.Errorf("a state put again is another (-want +got):\n%s\n%v", cmp.Diff(string(state), string(again)), err)
	}
	put(http.MethodDelete, "/route-servers?id="+id, "", 204)
	put(http.MethodDelete, "/route-servers?id="+id, "", 404)
}

// BenchmarkLearnedRoutes is a whole exchange with 10,000 routes.
func BenchmarkLearnedRoutes(b *testing.B) {
	for _, routes := range []int64{10, 10_000} {
		b.Run(fmt.Sprint(routes), func(b *testing.B) {
			w := newAzureService(b, immediately, func(config *azure.Config) {
				row := &config.Gateways[0].Rows[1]
				row.Routes, row.Life = routes, azure.Steady(azure.StateConnected)
			})
			header := bearer(w.token(testClient))
			target := testGateway().ID() + "/getLearnedRoutes?api-version=" + azure.APIVersion
			b.ReportAllocs()
			for b.Loop() {
				if got := w.do(http.MethodPost, target, header, ""); got.StatusCode != http.StatusOK {
					b.Fatal(got.body)
				}
			}
		})
	}
}
