package azure

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
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

// AddRouteServer adds a Route Server, and its resource group, or replaces the
// one of the same id.
func (s *Service) AddRouteServer(r RouteServer) {
	r = r.clone()
	r.Location = cmp.Or(r.Location, DefaultLocation)
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, peering := range r.Peerings {
		startRows(peering.Rows, now)
	}
	s.groups[groupKey(r.SubscriptionID, r.ResourceGroup)] = true
	s.routeServers[r.router()] = &r
}

// RouteServers returns copies of all Route Servers, ordered by id.
func (s *Service) RouteServers() []RouteServer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ordered(s.routeServers)
}

// UpdateRouteServer changes the Route Server with this id, in any letter case,
// and reports whether there is one. Its subscription, group and name stay.
func (s *Service) UpdateRouteServer(id string, change func(*RouteServer)) bool {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.routeServers[strings.ToLower(id)]
	if r == nil {
		return false
	}
	changed := r.clone()
	change(&changed)
	changed.SubscriptionID, changed.ResourceGroup, changed.Name = r.SubscriptionID, r.ResourceGroup, r.Name
	for _, peering := range changed.Peerings {
		startRows(peering.Rows, now)
	}
	*r = changed
	return true
}

// RemoveRouteServer removes the Route Server with this id, in any letter case,
// and reports whether there was one. Its resource group stays.
func (s *Service) RemoveRouteServer(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.ToLower(id)
	_, found := s.routeServers[key]
	delete(s.routeServers, key)
	delete(s.busy, key)
	return found
}

func (r RouteServer) subscription() string { return r.SubscriptionID }

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
