package azure

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
)

// The origins of routes as the operations send them.
const (
	OriginNetwork    = "Network" // of the gateway's own side
	OriginEBGP       = "EBgp"
	OriginIBGP       = "IBgp"
	OriginIGP        = "Igp" // of advertised routes
	OriginIncomplete = "Incomplete"
)

// LearnedWeight is the weight of learned routes; advertised ones have 0.
const LearnedWeight = 32768

// MaxMadeUpRoutes is how many made-up routes a row may have.
const MaxMadeUpRoutes = 1 << 18

// Route is a row of a table of routes. What is zero is left out of the answer,
// except AS path and weight. In Row.Learned and Row.Advertised it is filled in
// as of any other route that crosses the row's session.
type Route struct {
	Network      string `json:"network,omitempty"`
	NextHop      string `json:"next_hop,omitempty"`
	LocalAddress string `json:"local_address,omitempty"`
	SourcePeer   string `json:"source_peer,omitempty"`
	Origin       string `json:"origin,omitempty"`
	ASPath       string `json:"as_path,omitempty"` // AS numbers joined by hyphens, nearest first
	Weight       int64  `json:"weight,omitempty"`
	// JSON, if set, is sent unchanged instead of the route.
	JSON json.RawMessage `json:"json,omitempty"`
}

// learned returns the routes that a row's session brings while it is connected:
// those of its other end, where that is known, and its own.
func (s *Service) learned(router string, row Row, asn int64) []Route {
	var crossing []bgp.Route
	if s.config.Sessions != nil {
		crossing, _ = s.config.Sessions.Routes(row.end(router), bgp.Learned)
	}
	routes := make([]Route, 0, len(crossing)+len(row.Learned)+int(row.Routes))
	for _, route := range crossing {
		learned := Route{Network: route.Prefix.String(), ASPath: asPath(route.ASPath)}
		if route.NextHop.IsValid() {
			learned.NextHop = route.NextHop.String()
		}
		routes = append(routes, learned)
	}
	routes = append(routes, row.Learned...)
	for i := range row.Routes {
		routes = append(routes, Route{Network: madeUpNetwork(uint32(i))})
	}
	path, origin := asPath([]int64{row.ASN}), OriginEBGP
	if row.ASN == asn {
		path, origin = "", OriginIBGP // of the sibling instance
	}
	for i := range routes {
		route := &routes[i]
		route.NextHop = cmp.Or(route.NextHop, row.Neighbor)
		route.LocalAddress = cmp.Or(route.LocalAddress, row.LocalAddress)
		route.SourcePeer = cmp.Or(route.SourcePeer, row.Neighbor)
		route.Origin = cmp.Or(route.Origin, origin)
		route.ASPath = cmp.Or(route.ASPath, path)
		route.Weight = cmp.Or(route.Weight, LearnedWeight)
	}
	return routes
}

// advertised returns the routes that a row's session sends while it is
// connected (AZ-052, AZ-053).
func (s *Service) advertised(router string, row Row, asn int64, prefixes []netip.Prefix) []Route {
	routes := make([]Route, 0, len(prefixes)+len(row.Advertised))
	path := asPath([]int64{asn})
	if row.ASN == asn {
		path = "" // to the sibling instance
	}
	crossing, known := []bgp.Route(nil), false
	if s.config.Sessions != nil {
		crossing, known = s.config.Sessions.Routes(row.end(router), bgp.Advertised)
	}
	if known {
		for _, route := range crossing {
			sent := Route{Network: route.Prefix.String(), ASPath: asPath(route.ASPath), Origin: OriginIncomplete}
			if route.NextHop.IsValid() {
				sent.NextHop = route.NextHop.String()
			}
			if route.Origin == bgp.OriginIGP {
				sent.Origin = OriginIGP
			}
			routes = append(routes, sent)
		}
	} else {
		for _, prefix := range prefixes {
			routes = append(routes, Route{Network: prefix.String()})
		}
		routes = append(routes, row.Advertised...)
	}
	for i := range routes {
		route := &routes[i]
		route.NextHop = cmp.Or(route.NextHop, row.LocalAddress)
		route.LocalAddress = cmp.Or(route.LocalAddress, row.LocalAddress)
		route.Origin = cmp.Or(route.Origin, OriginIGP)
		route.ASPath = cmp.Or(route.ASPath, path)
	}
	return routes
}

// appendRoutes appends a table of routes as a JSON array, the members of each
// in the order of the recordings. Tables are large, so this is done by hand.
func appendRoutes(body []byte, routes []Route) []byte {
	body = slices.Grow(append(body, '['), 200*len(routes))
	for i, route := range routes {
		if i > 0 {
			body = append(body, ',')
		}
		if route.JSON != nil {
			body = append(body, route.JSON...)
			continue
		}
		body = appendText(append(body, `{"asPath":`...), route.ASPath)
		for _, member := range [...]struct{ name, value string }{
			{`,"localAddress":`, route.LocalAddress},
			{`,"network":`, route.Network},
			{`,"nextHop":`, route.NextHop},
			{`,"origin":`, route.Origin},
			{`,"sourcePeer":`, route.SourcePeer},
		} {
			if member.value != "" {
				body = appendText(append(body, member.name...), member.value)
			}
		}
		body = strconv.AppendInt(append(body, `,"weight":`...), route.Weight, 10)
		body = append(body, '}')
	}
	return append(body, ']')
}

// appendText appends a text as a JSON string.
func appendText(body []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // strings always marshal
			return append(body, quoted...)
		}
	}
	return append(append(append(body, '"'), text...), '"')
}

// asPath writes an AS path: numbers joined by hyphens, nearest first.
func asPath(asns []int64) string {
	texts := make([]string, len(asns))
	for i, asn := range asns {
		texts[i] = strconv.FormatInt(asn, 10)
	}
	return strings.Join(texts, "-")
}

// madeUpNetwork returns the i-th of the networks that rows with a number of
// routes have: the /28 prefixes of 100.64.0.0/10, in order (AZ-051).
func madeUpNetwork(i uint32) string {
	var address [4]byte
	binary.BigEndian.PutUint32(address[:], 100<<24|64<<16|i<<4)
	return netip.PrefixFrom(netip.AddrFrom4(address), 28).String()
}

// Announced returns the routes that a gateway announces in a row, for whoever
// is the session's other end: the prefixes of its own side and the row's own.
// There are none without such a row.
func (s *Service) Announced(router, neighbor string) []bgp.Route {
	s.mu.Lock()
	g := s.gateways[strings.ToLower(router)]
	var gateway Gateway
	if g != nil {
		gateway = g.clone()
	}
	s.mu.Unlock()
	if g == nil || gateway.WithoutBGP {
		return nil
	}
	i := slices.IndexFunc(gateway.Rows, func(row Row) bool { return sameAddress(row.Neighbor, neighbor) })
	if i < 0 {
		return nil
	}
	prefixes := slices.Clone(gateway.Prefixes)
	for _, route := range gateway.Rows[i].Advertised {
		if prefix, err := netip.ParsePrefix(route.Network); err == nil {
			prefixes = append(prefixes, prefix)
		}
	}
	routes := make([]bgp.Route, len(prefixes))
	for i, prefix := range prefixes {
		routes[i] = bgp.Route{Prefix: prefix, ASPath: []int64{gateway.asn()}}
	}
	return routes
}
