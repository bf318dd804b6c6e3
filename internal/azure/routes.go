package azure

import (
	"context"
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
)

// Route is one row of a routing table: GatewayRoute or PeerRoute of the REST reference,
// which have the same fields. A field is nil if the service left it out, or sent it
// blank or unreadable.
//
// A network has one row for each path to it.
type Route struct {
	Network      *string // a prefix
	NextHop      *string // absent for networks of the gateway's own
	LocalAddress *string // the gateway's own address
	SourcePeer   *string // the peer that it was learned from; absent in advertised rows
	Origin       *string // such as Network, EBgp, IBgp, Igp, Incomplete
	// ASPath is the AS numbers joined by hyphens, nearest first. "" is an empty
	// path; see [Route.ASNs].
	ASPath *string
	Weight *int64 // 0 to 4294967295
	// Instance is the member of a Route Server that has the row, such as
	// "RouteServiceRole_IN_0"; nil for a gateway.
	Instance *string
}

// ASNs returns the numbers of the AS path, nearest first; none for an empty path. ok is
// false if the row has no path, or one that is not numbers joined by hyphens.
func (r *Route) ASNs() (asns []int64, ok bool) {
	if r.ASPath == nil {
		return nil, false
	}
	path := strings.TrimSpace(*r.ASPath)
	asns = []int64{}
	if path == "" {
		return asns, true
	}
	for text := range strings.SplitSeq(path, "-") {
		asn, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return nil, false
		}
		asns = append(asns, int64(asn))
	}
	return asns, true
}

// LearnedRoutes reads the routes that a gateway has, its own and those learned from its
// BGP peers, in the service's order. As with [Client.BGPPeerStatus], an empty list is a
// valid answer, reads that come together share an operation, and errors are [*Error]s.
//
// API: VirtualNetworkGateways getLearnedRoutes of Microsoft.Network, 2025-01-01.
func (c *Client) LearnedRoutes(ctx context.Context, gateway *arm.ResourceID) ([]Route, error) {
	return read(ctx, c, gatewayOperation(gateway, "getLearnedRoutes", netip.Addr{}, listOfRoutes), decodeRoute)
}

// AdvertisedRoutes reads the routes that a gateway advertises to one BGP peer; see
// [Client.LearnedRoutes].
//
// API: VirtualNetworkGateways getAdvertisedRoutes of Microsoft.Network, 2025-01-01.
func (c *Client) AdvertisedRoutes(ctx context.Context, gateway *arm.ResourceID, peer netip.Addr) ([]Route, error) {
	return read(ctx, c, gatewayOperation(gateway, "getAdvertisedRoutes", peer, listOfRoutes), decodeRoute)
}

// ConnectionLearnedRoutes reads the routes that each instance of a Route Server, or of a
// virtual hub's router, has learned from one peering; see [Client.LearnedRoutes]. The
// instances may have different routes.
//
// API: VirtualHubBgpConnections ListLearnedRoutes of Microsoft.Network, 2025-01-01.
func (c *Client) ConnectionLearnedRoutes(ctx context.Context, connection *arm.ResourceID) ([]Route, error) {
	return read(ctx, c, connectionOperation(connection, "learnedRoutes"), decodeRoute)
}

// ConnectionAdvertisedRoutes reads the routes that each instance advertises to one
// peering; see [Client.ConnectionLearnedRoutes].
//
// API: VirtualHubBgpConnections ListAdvertisedRoutes of Microsoft.Network, 2025-01-01.
func (c *Client) ConnectionAdvertisedRoutes(ctx context.Context, connection *arm.ResourceID) ([]Route, error) {
	return read(ctx, c, connectionOperation(connection, "advertisedRoutes"), decodeRoute)
}

const listOfRoutes = "list of routes"

// hasInstances is the check of an operation whose answer has one array of rows for each
// instance. Recordings show {"RouteServiceRole_IN_0":[…],"RouteServiceRole_IN_1":[…]},
// some with "value":null beside them; older documents have {"value":[…]}.
func hasInstances(members map[string]json.RawMessage) string {
	arrays := 0
	for member, raw := range members {
		switch kind := kindOf(raw); {
		case kind == "an array":
			arrays++
		case kind == "null" && member != "value":
			return "an object whose " + strconv.Quote(member) + " is null" // the routes of that instance are missing
		}
	}
	if arrays > 0 {
		return ""
	}
	if _, ok := members["value"]; ok {
		return hasValue(members)
	}
	return objectText(members, "array of routes")
}

// decodeRoute reads one GatewayRoute or PeerRoute, as lenient as decodePeerStatus.
func decodeRoute(member string, from *json.Decoder) (Route, error) {
	var row struct {
		Network      text    `json:"network"`
		NextHop      text    `json:"nextHop"`
		LocalAddress text    `json:"localAddress"`
		SourcePeer   text    `json:"sourcePeer"`
		Origin       text    `json:"origin"`
		ASPath       text    `json:"asPath"`
		Weight       integer `json:"weight"`
	}
	err := from.Decode(&row)
	route := Route{
		Network: filled(row.Network), NextHop: filled(row.NextHop), LocalAddress: filled(row.LocalAddress),
		SourcePeer: filled(row.SourcePeer), Origin: filled(row.Origin), ASPath: row.ASPath.value, Weight: row.Weight.value,
	}
	if member != "value" {
		route.Instance = &member
	}
	return route, err
}
