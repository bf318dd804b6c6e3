package azure

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// This file keeps gateways and Route Servers, each kind by lower-case ids.

// kept is what a resource that is kept can do.
type kept[T any] interface {
	*T
	ID() string
	scope() (subscription, group string)
	clone() T
	validate() error
	// begin fills in what is open in a new or changed resource.
	begin(now time.Time)
	// keepName takes what makes up the id from another.
	keepName(of T)
}

// check says what is wrong with a resource that comes from outside, if anything.
func check[T any, P kept[T]](s *Service, resource T) error {
	subscription, _ := P(&resource).scope()
	s.mu.Lock()
	_, known := s.subscriptions[strings.ToLower(subscription)]
	s.mu.Unlock()
	err := P(&resource).validate()
	if !known {
		err = errors.Join(err, fmt.Errorf("there is no subscription %q", subscription))
	}
	return err
}

func add[T any, P kept[T]](s *Service, in map[string]*T, resource T) {
	resource = P(&resource).clone()
	P(&resource).begin(s.now())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[groupKey(P(&resource).scope())] = true
	in[strings.ToLower(P(&resource).ID())] = &resource
}

func list[T any, P kept[T]](s *Service, in map[string]*T) []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]T, 0, len(in))
	for _, resource := range in {
		all = append(all, P(resource).clone())
	}
	slices.SortFunc(all, func(a, b T) int { return strings.Compare(P(&a).ID(), P(&b).ID()) })
	return all
}

func update[T any, P kept[T]](s *Service, in map[string]*T, id string, change func(*T)) bool {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	resource := in[strings.ToLower(id)]
	if resource == nil {
		return false
	}
	changed := P(resource).clone()
	change(&changed)
	P(&changed).keepName(*resource)
	P(&changed).begin(now)
	*resource = changed
	return true
}

func remove[T any](s *Service, in map[string]*T, id string) bool {
	key := strings.ToLower(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	_, found := in[key]
	delete(in, key)
	delete(s.busy, key)
	return found
}

func startRows(rows []Row, now time.Time) {
	for i := range rows {
		if rows[i].Since.IsZero() {
			rows[i].Since = now
		}
	}
}

// State is everything that a service holds, in a form for JSON, so that a later run
// can continue. Tokens and operations are not part of it.
type State struct {
	Gateways     []Gateway     `json:"gateways"`
	RouteServers []RouteServer `json:"route_servers,omitempty"`
}

// State returns what the service holds.
func (s *Service) State() State { return State{Gateways: s.Gateways(), RouteServers: s.RouteServers()} }

// SetState replaces what the service holds by what State returned. The error
// says which object is wrong; the service is then as it was.
func (s *Service) SetState(state State) error {
	for i, g := range state.Gateways {
		if err := check(s, g); err != nil {
			return fmt.Errorf("gateway %d of the state: %w", i+1, err)
		}
	}
	for i, server := range state.RouteServers {
		if err := check(s, server); err != nil {
			return fmt.Errorf("Route Server %d of the state: %w", i+1, err)
		}
	}
	s.mu.Lock()
	clear(s.gateways)
	clear(s.routeServers)
	s.mu.Unlock()
	for _, g := range state.Gateways {
		s.AddGateway(g)
	}
	for _, server := range state.RouteServers {
		s.AddRouteServer(server)
	}
	return nil
}
