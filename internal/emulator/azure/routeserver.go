package azure

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// RouteServer is a Route Server: a virtual hub with peerings.
type RouteServer struct {
	SubscriptionID string `json:"subscription_id"`
	ResourceGroup  string `json:"resource_group"`
	Name           string `json:"name"`
	Location       string `json:"location,omitempty"` // "" is DefaultLocation
	// Exclusive refuses an operation while another one runs (AZ-039).
	Exclusive bool `json:"exclusive,omitempty"`
	// ASN is its own; 0 is DefaultASN.
	ASN int64 `json:"asn,omitempty"`
	// Prefixes are the networks of its own side, which it advertises.
	Prefixes []netip.Prefix `json:"prefixes,omitempty"`
	Peerings []Peering      `json:"peerings"`
	// Operation says how its operations go; nil is as the service's.
	Operation *Operation `json:"operation,omitempty"`
}

// Peering is a bgpConnection of a Route Server.
type Peering struct {
	Name string `json:"name"`
	// Rows are its sessions, one of each instance in their order: the first is
	// RouteServiceRole_IN_0's.
	Rows []Row `json:"rows"`
}

// ID returns the Route Server's ARM id.
func (r RouteServer) ID() string {
	return "/subscriptions/" + r.SubscriptionID + "/resourceGroups/" + r.ResourceGroup +
		"/providers/Microsoft.Network/virtualHubs/" + r.Name
}

func (r RouteServer) clone() RouteServer {
	r.Peerings = slices.Clone(r.Peerings)
	for i := range r.Peerings {
		r.Peerings[i].Rows = slices.Clone(r.Peerings[i].Rows)
	}
	r.Operation = r.Operation.clone()
	return r
}

func (r RouteServer) router() string { return strings.ToLower(r.ID()) }

func (r RouteServer) asn() int64 { return cmp.Or(r.ASN, DefaultASN) }

// peering returns the peering of a name, in any letter case, or nil.
func (r *RouteServer) peering(name string) *Peering {
	for i := range r.Peerings {
		if strings.EqualFold(r.Peerings[i].Name, name) {
			return &r.Peerings[i]
		}
	}
	return nil
}

// begin fills in what a new or changed Route Server leaves open.
func (r *RouteServer) begin(now time.Time) {
	r.Location = cmp.Or(r.Location, DefaultLocation)
	for _, peering := range r.Peerings {
		startRows(peering.Rows, now)
	}
}

func (r *RouteServer) keepName(of RouteServer) {
	r.SubscriptionID, r.ResourceGroup, r.Name = of.SubscriptionID, of.ResourceGroup, of.Name
}

// AddRouteServer adds a Route Server, and its resource group, or replaces the
// one of the same id.
func (s *Service) AddRouteServer(r RouteServer) { add(s, s.routeServers, r) }

// RouteServers returns copies of all Route Servers, ordered by id.
func (s *Service) RouteServers() []RouteServer { return list(s, s.routeServers) }

// UpdateRouteServer changes the Route Server with this id, in any letter case,
// and reports whether there is one. Its subscription, group and name stay.
func (s *Service) UpdateRouteServer(id string, change func(*RouteServer)) bool {
	return update(s, s.routeServers, id, change)
}

// RemoveRouteServer removes the Route Server with this id, in any letter case,
// and reports whether there was one. Its resource group stays.
func (s *Service) RemoveRouteServer(id string) bool { return remove(s, s.routeServers, id) }

func (r RouteServer) scope() (subscription, group string) { return r.SubscriptionID, r.ResourceGroup }

func (r RouteServer) properties() properties {
	return properties{location: r.Location, exclusive: r.Exclusive, operation: r.Operation}
}

// answer makes the answer of a peering: a member for each instance, no value
// (AZ-055).
func (r RouteServer) answer(s *Service, q question) []byte {
	now := s.now()
	body := []byte{'{'}
	for i, row := range r.peering(q.peering).Rows {
		if i > 0 {
			body = append(body, ',')
		}
		var routes []Route
		if s.session(r.router(), row, now).state == StateConnected {
			if q.action == ActionPeeringLearnedRoutes {
				routes = s.learned(r.router(), row, r.asn())
			} else {
				routes = s.advertised(r.router(), row, r.asn(), r.Prefixes)
			}
		}
		body = append(body, `"RouteServiceRole_IN_`+strconv.Itoa(i)+`":`...)
		body = appendRoutes(body, routes)
	}
	return append(body, '}')
}
