package azure_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

// learnedRoute is a route as armnetwork gives it; what is "" is absent.
func learnedRoute(local, network, nextHop, sourcePeer, origin, path string) *armnetwork.GatewayRoute {
	route := &armnetwork.GatewayRoute{
		LocalAddress: &local, Network: &network, SourcePeer: &sourcePeer, Origin: &origin, AsPath: &path, Weight: new(int32(azure.LearnedWeight)),
	}
	if nextHop != "" {
		route.NextHop = &nextHop
	}
	return route
}

func learnedRoutes(t *testing.T, client *armnetwork.VirtualNetworkGatewaysClient, gateway string) []*armnetwork.GatewayRoute {
	t.Helper()
	poller, err := client.BeginGetLearnedRoutes(t.Context(), emulator.SeedResourceGroup, gateway, nil)
	if err != nil {
		t.Fatal(err)
	}
	result, err := poller.PollUntilDone(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return result.Value
}

// What a gateway has learned and advertises: AZ-050, AZ-052, AZ-053.
func TestRoutesOfAGateway(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t)
	client := w.gateways(t)
	const first, second, neighbor, far = "10.2.0.228", "10.2.0.229", "172.16.0.10", "65010-65020-65020"
	if diff := cmp.Diff([]*armnetwork.GatewayRoute{
		learnedRoute(first, "10.2.0.0/24", "", first, "Network", ""),
		learnedRoute(second, "10.2.0.0/24", "", second, "Network", ""),
		learnedRoute(first, "172.16.0.0/16", neighbor, neighbor, "EBgp", "65010"),
		learnedRoute(first, "172.17.0.0/16", neighbor, neighbor, "EBgp", far),
		learnedRoute(first, "10.2.0.0/24", second, second, "IBgp", ""),
		learnedRoute(first, "10.20.0.0/16", second, second, "IBgp", ""),
		learnedRoute(first, "10.21.0.0/16", second, second, "IBgp", ""),
		learnedRoute(first, "172.16.0.10/32", second, second, "IBgp", ""),
		learnedRoute(first, "172.16.0.0/16", second, second, "IBgp", "65010"),
		learnedRoute(first, "172.17.0.0/16", second, second, "IBgp", far),
		learnedRoute(second, "172.16.0.0/16", neighbor, neighbor, "EBgp", "65010"),
		learnedRoute(second, "172.17.0.0/16", neighbor, neighbor, "EBgp", far),
	}, learnedRoutes(t, client, emulator.SeedActiveActiveGateway)); diff != "" {
		t.Errorf("learned (-want +got):\n%s", diff)
	}
	if got := learnedRoutes(t, client, emulator.SeedGatewayWithoutBGP); len(got) != 0 {
		t.Errorf("a gateway without BGP has learned %v", got)
	}
	for peer, want := range map[string][]*armnetwork.GatewayRoute{
		neighbor: {
			{Network: new("10.2.0.0/24"), NextHop: new(first), LocalAddress: new(first), Origin: new("Igp"), AsPath: new("65000"), Weight: new(int32(0))},
			{Network: new("10.2.0.0/24"), NextHop: new(second), LocalAddress: new(second), Origin: new("Igp"), AsPath: new("65000"), Weight: new(int32(0))},
		},
		second:      {{Network: new("10.2.0.0/24"), NextHop: new(first), LocalAddress: new(first), Origin: new("Igp"), AsPath: new(""), Weight: new(int32(0))}},
		"192.0.2.1": {},
	} {
		poller, err := client.BeginGetAdvertisedRoutes(t.Context(), emulator.SeedResourceGroup, emulator.SeedActiveActiveGateway, peer, nil)
		if err != nil {
			t.Fatal(err)
		}
		result, err := poller.PollUntilDone(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, result.Value); diff != "" {
			t.Errorf("advertised to %s (-want +got):\n%s", peer, diff)
		}
	}
	_, err := client.BeginGetAdvertisedRoutes(t.Context(), emulator.SeedResourceGroup, emulator.SeedActiveActiveGateway, "", nil)
	if got, want := failureOf(t, err), (failure{400, "InvalidParameter"}); got != want { // AZ-046
		t.Errorf("without a peer: %v, want %v", got, want)
	}
}

// A number of routes without a table makes so many (AZ-051), beyond the clouds'
// limits too (AZ-054), and the counts agree with the tables.
func TestManyRoutes(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t)
	w.Azure.UpdateRow(gatewayID(emulator.SeedActiveActiveGateway), "", "172.16.0.10", func(row *azure.Row) { row.Learned, row.Routes = nil, 5000 })
	client := w.gateways(t)
	networks := map[string]int{}
	for _, route := range learnedRoutes(t, client, emulator.SeedActiveActiveGateway) {
		if *route.SourcePeer == "172.16.0.10" {
			networks[*route.Network]++
		}
	}
	if len(networks) != 5000 || networks["100.64.0.0/28"] != 2 || networks["100.65.56.112/28"] != 2 { // one for each instance
		t.Errorf("%d networks, %d times the first", len(networks), networks["100.64.0.0/28"])
	}
	rows, err := status(t.Context(), client, emulator.SeedActiveActiveGateway, "172.16.0.10")
	if err != nil || len(rows) != 2 || *rows[0].RoutesReceived != 5000 {
		t.Errorf("%v, %v", rows, err)
	}
}

// What a peering of a Route Server answers, which armnetwork reads as a map
// from instance to routes (AZ-055).
func TestRoutesOfARouteServer(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t)
	client, err := armnetwork.NewVirtualHubBgpConnectionsClient(emulator.SeedSubscription,
		w.secret(t, emulator.SeedClient, emulator.SeedClientSecret), &arm.ClientOptions{ClientOptions: w.options()})
	if err != nil {
		t.Fatal(err)
	}
	learned := func(local, network, path string) *armnetwork.PeerRoute {
		return &armnetwork.PeerRoute{
			LocalAddress: &local, Network: &network, NextHop: new("10.6.1.4"), SourcePeer: new("10.6.1.4"), Origin: new("EBgp"),
			AsPath: &path, Weight: new(int32(azure.LearnedWeight)),
		}
	}
	advertised := func(local string) []*armnetwork.PeerRoute {
		return []*armnetwork.PeerRoute{{
			LocalAddress: &local, Network: new("10.6.0.0/16"), NextHop: &local, Origin: new("Igp"), AsPath: new("65515"), Weight: new(int32(0)),
		}}
	}
	const first, second, far = "10.6.0.4", "10.6.0.5", "65514-65001-65001"
	none := map[string][]*armnetwork.PeerRoute{"RouteServiceRole_IN_0": {}, "RouteServiceRole_IN_1": {}}
	for peering, want := range map[string]struct {
		learned, advertised map[string][]*armnetwork.PeerRoute
	}{
		emulator.SeedPeering: {
			learned: map[string][]*armnetwork.PeerRoute{
				"RouteServiceRole_IN_0": {learned(first, "10.50.0.0/16", "65514"), learned(first, "10.51.0.0/16", far)},
				"RouteServiceRole_IN_1": {
					learned(second, "10.50.0.0/16", "65514"), learned(second, "10.51.0.0/16", far), learned(second, "10.52.0.0/16", "65514"),
				},
			},
			advertised: map[string][]*armnetwork.PeerRoute{"RouteServiceRole_IN_0": advertised(first), "RouteServiceRole_IN_1": advertised(second)},
		},
		emulator.SeedPeeringWithoutRoutes: {learned: none, advertised: none},
	} {
		learnedPoller, err := client.BeginListLearnedRoutes(t.Context(), emulator.SeedResourceGroup, emulator.SeedRouteServer, peering, nil)
		if err != nil {
			t.Fatal(err)
		}
		gotLearned, err := learnedPoller.PollUntilDone(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		advertisedPoller, err := client.BeginListAdvertisedRoutes(t.Context(), emulator.SeedResourceGroup, emulator.SeedRouteServer, peering, nil)
		if err != nil {
			t.Fatal(err)
		}
		gotAdvertised, err := advertisedPoller.PollUntilDone(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.learned, gotLearned.Value); diff != "" {
			t.Errorf("%s, learned (-want +got):\n%s", peering, diff)
		}
		if diff := cmp.Diff(want.advertised, gotAdvertised.Value); diff != "" {
			t.Errorf("%s, advertised (-want +got):\n%s", peering, diff)
		}
	}
	for _, target := range [][2]string{{"rs-nowhere", emulator.SeedPeering}, {emulator.SeedRouteServer, "nowhere"}} { // AZ-056
		_, err := client.BeginListLearnedRoutes(t.Context(), emulator.SeedResourceGroup, target[0], target[1], nil)
		if got, want := failureOf(t, err), (failure{404, "ResourceNotFound"}); got != want {
			t.Errorf("%v: %v, want %v", target, got, want)
		}
	}
}

// What a VBR announces its gateway learns, and the reverse (AZ-043, ALI-034).
// The timers and the key of a real speaker (AZ-057), and the states of real
// sessions (AZ-049, ALI-035), are held by the emulator's own tests: no library
// of the vendors' sees them.
func TestRoutesThroughBothClouds(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t, func(config *emulator.Config) { config.AlibabaCloud.Delays.SessionEstablished = time.Second })
	client := w.gateways(t)
	call := w.alibaba(t)
	id, _ := call("CreateBgpPeer", map[string]*string{"BgpGroupId": new(emulator.SeedGroup)})["BgpPeerId"].(string)
	counts := func() (counts [2]any) {
		list, _ := call("DescribeBgpPeers", map[string]*string{"BgpPeerId": &id})["BgpPeers"].(map[string]any)
		rows, _ := list["BgpPeer"].([]any)
		row, _ := rows[0].(map[string]any)
		return [2]any{row["AdvertisedRouteCount"], row["ReceivedRouteCount"]}
	}
	networks := func() []string {
		var networks []string
		for _, route := range learnedRoutes(t, client, emulator.SeedGateway) {
			if *route.Origin != "Network" {
				networks = append(networks, *route.Network+" "+*route.AsPath+" "+*route.NextHop)
			}
		}
		return networks
	}
	check := func(received string, want ...string) {
		t.Helper()
		if got := counts(); fmt.Sprint(got) != fmt.Sprintf("[%d %s]", len(want), received) {
			t.Errorf("counts %v, want %d and %s", got, len(want), received)
		}
		if diff := cmp.Diff(want, networks()); diff != "" {
			t.Errorf("learned (-want +got):\n%s", diff)
		}
	}
	check("0")
	w.clock.Advance(time.Second)
	check("1", "192.168.101.0/24 45104 10.1.0.254", "192.168.102.0/24 45104 10.1.0.254")
	call("AddBgpNetwork", map[string]*string{"RouterId": new(emulator.SeedVBR), "DstCidrBlock": new("172.16.0.0/12")})
	w.Azure.UpdateGateway(gatewayID(emulator.SeedGateway), func(g *azure.Gateway) { g.Prefixes = append(g.Prefixes, netip.MustParsePrefix("10.8.0.0/16")) })
	check("2", "172.16.0.0/12 45104 10.1.0.254", "192.168.101.0/24 45104 10.1.0.254", "192.168.102.0/24 45104 10.1.0.254")
	w.Alibaba.UpdatePeer(id, func(p *alibabacloud.Peer) { p.Session = alibabacloud.SessionDown })
	check("0")
}
