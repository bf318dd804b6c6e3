package emulator

import (
	"net/netip"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

// The seeded world on Alibaba Cloud. All ids are made up (EMU-002).
const (
	// SeedAccessKeyID and SeedAccessKeySecret open the emulator only.
	SeedAccessKeyID     = alibabacloud.DefaultAccessKeyID
	SeedAccessKeySecret = alibabacloud.DefaultAccessKeySecret

	// SeedRegion has SeedVBR, with one circuit and SeedGroup, and
	// SeedRedundantVBR, with one circuit and SeedRedundantGroup.
	SeedRegion         = "cn-shanghai"
	SeedVBR            = "vbr-uf6seed0000000000main"
	SeedGroup          = "bgpg-uf6seed0000000000main"
	SeedRedundantVBR   = "vbr-uf6seed000000redundant"
	SeedRedundantGroup = "bgpg-uf6seed000000redundant"
	// SeedMultiCircuitVBR, of the same region, has two circuits, so that a
	// peer must be given an address.
	SeedMultiCircuitVBR   = "vbr-uf6seed00000000circuits"
	SeedMultiCircuitGroup = "bgpg-uf6seed00000000circuits"

	// SeedIPv6Region has SeedIPv6VBR, with IPv6 switched on, and an IPv6
	// group.
	SeedIPv6Region = "cn-hangzhou"
	SeedIPv6VBR    = "vbr-bp1seed0000000000ipv6"
	SeedIPv6Group  = "bgpg-bp1seed0000000000ipv6"
)

// The seeded world on Azure. All ids are made up.
const (
	SeedTenant       = "7e57ed00-0000-4000-8000-000000000001"
	SeedSubscription = "7e57ed00-0000-4000-8000-000000000002"
	SeedClient       = "7e57ed00-0000-4000-8000-000000000003"
	// SeedClientSecret is no secret: it opens the emulator only.
	SeedClientSecret = "emulated-client-secret"

	SeedResourceGroup = "rg-network"
	// SeedGateway has two rows: itself, and SeedNeighbor, the other end of
	// whose session is the BGP peer of SeedGroup at SeedPeerAddress.
	SeedGateway = "vgw-single"
	// SeedRedundantGateway has a row for each of two neighbors, the other ends of
	// whose sessions are the BGP peers of SeedGroup and SeedRedundantGroup at
	// SeedRedundantPeerAddress.
	SeedRedundantGateway = "vgw-redundant"
	// SeedActiveActiveGateway has two instances, each with its own rows.
	SeedActiveActiveGateway = "vgw-active-active"
	// SeedGatewayWithoutBGP has BGP switched off.
	SeedGatewayWithoutBGP = "vgw-without-bgp"

	// SeedRouteServer has two instances and two peerings: SeedPeering, whose
	// second instance has learned a route that the first one has not, and
	// SeedPeeringWithoutRoutes, whose other end does not answer.
	SeedRouteServer          = "rs-network"
	SeedPeering              = "nva"
	SeedPeeringWithoutRoutes = "nva-standby"

	// SeedPeerAddress is SeedGateway's BGP address: what the Alibaba Cloud
	// side calls the peer's.
	SeedPeerAddress = "10.0.0.254"
	// SeedPeerASN is the ASN of SeedGateway.
	SeedPeerASN = 65515
	// SeedNeighbor is the address of the Alibaba Cloud side: what SeedGateway
	// calls the neighbor.
	SeedNeighbor = "10.1.0.254"
	// SeedRedundantPeerAddress is SeedRedundantGateway's BGP address.
	SeedRedundantPeerAddress = "10.0.1.254"
	// SeedRedundantNeighbor is SeedRedundantVBR's address, next to SeedNeighbor.
	SeedRedundantNeighbor = "10.1.0.253"
	// SeedLocalASN is the ASN of the Alibaba Cloud side.
	SeedLocalASN = 45104
)

// seedPrefixes are what the seeded VBRs toward Azure announce by themselves.
var seedPrefixes = []netip.Prefix{
	netip.MustParsePrefix("192.168.101.0/24"), netip.MustParsePrefix("192.168.102.0/24"),
}

const seedClientObject = "7e57ed00-0000-4000-8000-000000000004"

// seedAlibaba makes the seeded world on Alibaba Cloud.
func seedAlibaba(service *alibabacloud.Service) {
	for _, seed := range []struct {
		vbr   alibabacloud.VBR
		group alibabacloud.Group
	}{
		{
			alibabacloud.VBR{ID: SeedVBR, RegionID: SeedRegion, Circuits: []alibabacloud.Circuit{
				{PhysicalConnectionID: "pc-uf6seed00000000000main", LocalIPAddress: SeedNeighbor, PeerIPAddress: SeedPeerAddress},
			}, Prefixes: seedPrefixes},
			alibabacloud.Group{ID: SeedGroup, Name: "azure", Description: "Azure, first circuit", PeerASN: SeedPeerASN},
		},
		{
			alibabacloud.VBR{ID: SeedRedundantVBR, RegionID: SeedRegion, Circuits: []alibabacloud.Circuit{
				{PhysicalConnectionID: "pc-uf6seed000000redundant", LocalIPAddress: SeedRedundantNeighbor, PeerIPAddress: "10.0.0.253"},
			}, Prefixes: seedPrefixes},
			alibabacloud.Group{ID: SeedRedundantGroup, Name: "azure-redundant", Description: "Azure, second circuit", PeerASN: SeedPeerASN},
		},
		{
			alibabacloud.VBR{ID: SeedMultiCircuitVBR, RegionID: SeedRegion, Circuits: []alibabacloud.Circuit{
				{PhysicalConnectionID: "pc-uf6seed00000000circuit1", LocalIPAddress: "10.3.1.2", PeerIPAddress: "10.3.1.1"},
				{PhysicalConnectionID: "pc-uf6seed00000000circuit2", LocalIPAddress: "10.3.2.2", PeerIPAddress: "10.3.2.1"},
			}},
			alibabacloud.Group{ID: SeedMultiCircuitGroup, Name: "data-center", PeerASN: 65010},
		},
		{
			alibabacloud.VBR{ID: SeedIPv6VBR, RegionID: SeedIPv6Region, IPv6: true, Circuits: []alibabacloud.Circuit{
				{PhysicalConnectionID: "pc-bp1seed0000000000ipv6", LocalIPAddress: "10.4.0.2", PeerIPAddress: "10.4.0.1", PeerIPv6Address: "2001:db8:4::1"},
			}},
			alibabacloud.Group{ID: SeedIPv6Group, Name: "data-center-ipv6", PeerASN: 65010, IPVersion: "IPv6"},
		},
	} {
		seed.group.RouterID = seed.vbr.ID
		service.AddVBR(seed.vbr)
		service.AddGroup(seed.group)
	}
}

// seedLinks makes peers of the seeded groups and rows of the seeded gateways the
// two ends of one session each.
func seedLinks() []Link {
	link := func(router, address, gateway, neighbor string) Link {
		id := azure.Gateway{SubscriptionID: SeedSubscription, ResourceGroup: SeedResourceGroup, Name: gateway}.ID()
		return Link{RouterID: router, PeerIPAddress: address, GatewayID: id, Neighbor: neighbor}
	}
	return []Link{
		link(SeedVBR, SeedPeerAddress, SeedGateway, SeedNeighbor),
		link(SeedVBR, SeedRedundantPeerAddress, SeedRedundantGateway, SeedNeighbor),
		link(SeedRedundantVBR, SeedRedundantPeerAddress, SeedRedundantGateway, SeedRedundantNeighbor),
	}
}

func seedSubscriptions() []azure.Subscription {
	return []azure.Subscription{{ID: SeedSubscription, TenantID: SeedTenant, ResourceGroups: []string{SeedResourceGroup}}}
}

func seedClients() []azure.Client {
	return []azure.Client{{
		TenantID: SeedTenant, ID: SeedClient, ObjectID: seedClientObject, Secrets: []azure.Secret{{Value: SeedClientSecret}},
	}}
}

// seedGateways have the rows that real gateways have been seen to send: each
// instance lists itself (Unknown) and its sibling, which may be stuck in
// Connecting, and active-active gateways list a neighbor once per instance
// (AZ-040).
func seedGateways(now time.Time) []azure.Gateway {
	gateway := func(name, prefix string, rows ...azure.Row) azure.Gateway {
		return azure.Gateway{
			SubscriptionID: SeedSubscription, ResourceGroup: SeedResourceGroup, Name: name,
			Prefixes: []netip.Prefix{netip.MustParsePrefix(prefix)}, Rows: rows,
		}
	}
	steady := func(local, neighbor string, asn int64, state string) azure.Row {
		return azure.Row{LocalAddress: local, Neighbor: neighbor, ASN: asn, Life: azure.Steady(state)}
	}
	up := func(local, neighbor string, asn int64, since time.Duration, learned ...azure.Route) azure.Row {
		row := steady(local, neighbor, asn, azure.StateConnected)
		row.Learned, row.Since = learned, now.Add(-since)
		return row
	}
	const far = "65010-65020-65020" // behind the neighbor, which prepends
	ofNeighbor := []azure.Route{{Network: "172.16.0.0/16"}, {Network: "172.17.0.0/16", ASPath: far}}
	ofSibling := []azure.Route{
		{Network: "10.2.0.0/24"}, {Network: "10.20.0.0/16"}, {Network: "10.21.0.0/16"}, {Network: "172.16.0.10/32"},
		{Network: "172.16.0.0/16", ASPath: "65010"}, {Network: "172.17.0.0/16", ASPath: far},
	}
	const (
		minutes = 57*time.Minute + 19900358400*time.Nanosecond
		hours   = 7*time.Hour + 13*time.Minute + 51010960100*time.Nanosecond
		days    = 75*time.Hour + 14*time.Minute + 13179696100*time.Nanosecond
	)
	withoutBGP := gateway(SeedGatewayWithoutBGP, "10.5.0.0/24")
	withoutBGP.WithoutBGP = true
	return []azure.Gateway{
		gateway(SeedGateway, "10.0.0.0/24",
			steady(SeedPeerAddress, SeedPeerAddress, SeedPeerASN, azure.StateUnknown),
			azure.Row{LocalAddress: SeedPeerAddress, Neighbor: SeedNeighbor, ASN: SeedLocalASN},
		),
		gateway(SeedRedundantGateway, "10.0.1.0/24",
			steady(SeedRedundantPeerAddress, SeedRedundantPeerAddress, SeedPeerASN, azure.StateUnknown),
			azure.Row{LocalAddress: SeedRedundantPeerAddress, Neighbor: SeedNeighbor, ASN: SeedLocalASN},
			azure.Row{LocalAddress: SeedRedundantPeerAddress, Neighbor: SeedRedundantNeighbor, ASN: SeedLocalASN},
		),
		gateway(SeedActiveActiveGateway, "10.2.0.0/24",
			up("10.2.0.228", "172.16.0.10", 65010, minutes, ofNeighbor...),
			steady("10.2.0.228", "10.2.0.228", 65000, azure.StateUnknown),
			up("10.2.0.228", "10.2.0.229", 65000, hours, ofSibling...),
			up("10.2.0.229", "172.16.0.10", 65010, days, ofNeighbor...),
			steady("10.2.0.229", "10.2.0.228", 65000, azure.StateConnecting),
			steady("10.2.0.229", "10.2.0.229", 65000, azure.StateUnknown),
		),
		withoutBGP,
	}
}

// seedRouteServers have what real ones have been seen to send (AZ-055).
func seedRouteServers(now time.Time) []azure.RouteServer {
	const neighbor, standby, asn = "10.6.1.4", "10.6.1.5", 65514
	rows := func(neighbor, state string) []azure.Row {
		row := azure.Row{LocalAddress: "10.6.0.4", Neighbor: neighbor, ASN: asn, Life: azure.Steady(state), Since: now}
		second := row
		second.LocalAddress = "10.6.0.5"
		return []azure.Row{row, second}
	}
	up := rows(neighbor, azure.StateConnected)
	up[0].Learned = []azure.Route{{Network: "10.50.0.0/16"}, {Network: "10.51.0.0/16", ASPath: "65514-65001-65001"}}
	up[1].Learned = append(up[0].Learned, azure.Route{Network: "10.52.0.0/16"})
	return []azure.RouteServer{{
		SubscriptionID: SeedSubscription, ResourceGroup: SeedResourceGroup, Name: SeedRouteServer,
		Prefixes: []netip.Prefix{netip.MustParsePrefix("10.6.0.0/16")},
		Peerings: []azure.Peering{
			{Name: SeedPeering, Rows: up},
			{Name: SeedPeeringWithoutRoutes, Rows: rows(standby, azure.StateConnecting)},
		},
	}}
}
