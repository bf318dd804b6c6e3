package azure

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// The session states of the API document.
const (
	StateUnknown    = "Unknown"
	StateStopped    = "Stopped"
	StateIdle       = "Idle"
	StateConnecting = "Connecting"
	StateConnected  = "Connected"
)

// Stage is one step of a row's life.
type Stage struct {
	State string
	// For is how long it lasts; the last stage stays, whatever it says.
	For time.Duration
}

// DefaultLife is how a session comes up when neither its row nor the service
// says how (AZ-041).
var DefaultLife = []Stage{
	{StateIdle, 1 * time.Second},
	{StateConnecting, 2 * time.Second},
	{StateConnected, 0},
}

// Steady is the life of a row that is always in one state.
func Steady(state string) []Stage { return []Stage{{State: state}} }

// DefaultMessageInterval is how often a connected session sends and receives
// a message, read off the rows that real gateways gave (AZ-042).
const DefaultMessageInterval = 52 * time.Second

// Row is one BGP session as a gateway sees it.
type Row struct {
	LocalAddress string
	Neighbor     string
	ASN          int64
	// Life is the table of its stages; nil is the service's.
	Life []Stage
	// Since is when the first stage began; zero is when the row was added.
	Since time.Time
	// Learned are the routes that a connected session has received. Routes
	// adds that many made-up ones.
	Learned []Route
	Routes  int64
	// Advertised are routes that it sends beside the prefixes of its own
	// side.
	Advertised []Route
	// MessageInterval is how often messages are counted up while connected;
	// 0 is DefaultMessageInterval.
	MessageInterval time.Duration
	// JSON, if set, is sent instead of the row, as it stands.
	JSON json.RawMessage
}

// DefaultLocation is where a resource is that names no location, as in the
// recording.
const DefaultLocation = "westcentralus"

// Gateway is a virtual network gateway.
type Gateway struct {
	SubscriptionID string `json:"subscription_id"`
	ResourceGroup  string `json:"resource_group"`
	Name           string `json:"name"`
	Location       string `json:"location,omitempty"` // "" is DefaultLocation
	// WithoutBGP marks a gateway on which BGP is not enabled (AZ-044).
	WithoutBGP bool `json:"without_bgp,omitempty"`
	// Exclusive refuses an operation while another one runs (AZ-039).
	Exclusive bool `json:"exclusive,omitempty"`
	// ASN is its own; 0 is what the row says that it has of itself, or
	// DefaultASN.
	ASN int64 `json:"asn,omitempty"`
	// Prefixes are the networks of its own side, which it advertises.
	Prefixes []netip.Prefix `json:"prefixes,omitempty"`
	// Rows are its sessions, sent in this order.
	Rows []Row `json:"rows"`
	// Operation says how its operations go; nil is as the service's.
	Operation *Operation `json:"operation,omitempty"`
}

// ID returns the gateway's ARM id.
func (g Gateway) ID() string {
	return "/subscriptions/" + g.SubscriptionID + "/resourceGroups/" + g.ResourceGroup +
		"/providers/Microsoft.Network/virtualNetworkGateways/" + g.Name
}

func (g Gateway) clone() Gateway {
	g.Rows = slices.Clone(g.Rows)
	g.Operation = g.Operation.clone()
	return g
}

func (operation *Operation) clone() *Operation {
	if operation == nil {
		return nil
	}
	same := *operation
	return &same
}

// AddGateway adds a gateway, and its resource group, or replaces the one of
// the same id.
func (s *Service) AddGateway(g Gateway) {
	g = g.clone()
	g.Location = cmp.Or(g.Location, DefaultLocation)
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	startRows(g.Rows, now)
	s.groups[groupKey(g.SubscriptionID, g.ResourceGroup)] = true
	s.gateways[strings.ToLower(g.ID())] = &g
}

func startRows(rows []Row, now time.Time) {
	for i := range rows {
		if rows[i].Since.IsZero() {
			rows[i].Since = now
		}
	}
}

// Gateways returns copies of all gateways, ordered by id.
func (s *Service) Gateways() []Gateway {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ordered(s.gateways)
}

// ordered returns copies of resources, ordered by id.
func ordered[T interface {
	ID() string
	clone() T
}](byID map[string]*T) []T {
	all := make([]T, 0, len(byID))
	for _, resource := range byID {
		all = append(all, (*resource).clone())
	}
	slices.SortFunc(all, func(a, b T) int { return strings.Compare(a.ID(), b.ID()) })
	return all
}

// State is everything that a service holds, fit for JSON: what a later run
// needs to go on. Tokens and operations are not part of it.
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
		if err := errors.Join(g.validate(), s.trusts(g.SubscriptionID)); err != nil {
			return fmt.Errorf("gateway %d of the state: %w", i+1, err)
		}
	}
	for i, server := range state.RouteServers {
		if err := errors.Join(server.validate(), s.trusts(server.SubscriptionID)); err != nil {
			return fmt.Errorf("Route Server %d of the state: %w", i+1, err)
		}
	}
	s.mu.Lock()
	s.gateways, s.routeServers = map[string]*Gateway{}, map[string]*RouteServer{}
	s.mu.Unlock()
	for _, g := range state.Gateways {
		s.AddGateway(g)
	}
	for _, server := range state.RouteServers {
		s.AddRouteServer(server)
	}
	return nil
}

// trusts says that there is no such subscription, if so.
func (s *Service) trusts(subscription string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.subscriptions[strings.ToLower(subscription)]; !known {
		return fmt.Errorf("there is no subscription %q", subscription)
	}
	return nil
}

// UpdateGateway changes the gateway with this id, in any letter case, and
// reports whether there is one. Its subscription, group and name stay.
func (s *Service) UpdateGateway(id string, change func(*Gateway)) bool {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.gateways[strings.ToLower(id)]
	if g == nil {
		return false
	}
	changed := g.clone()
	change(&changed)
	changed.SubscriptionID, changed.ResourceGroup, changed.Name = g.SubscriptionID, g.ResourceGroup, g.Name
	startRows(changed.Rows, now)
	*g = changed
	return true
}

// RemoveGateway removes the gateway with this id, in any letter case, and
// reports whether there was one. Its resource group stays.
func (s *Service) RemoveGateway(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.ToLower(id)
	_, found := s.gateways[key]
	delete(s.gateways, key)
	delete(s.busy, key)
	return found
}

// UpdateRow changes every row of a gateway with this local address ("" is
// any) and neighbor, and returns how many there were.
func (s *Service) UpdateRow(id, localAddress, neighbor string, change func(*Row)) (changed int) {
	s.UpdateGateway(id, func(g *Gateway) {
		for i := range g.Rows {
			row := &g.Rows[i]
			if (localAddress == "" || sameAddress(row.LocalAddress, localAddress)) && sameAddress(row.Neighbor, neighbor) {
				change(row)
				changed++
			}
		}
	})
	return changed
}

// sameAddress compares two addresses by what they mean, where they are
// addresses, and by their text otherwise.
func sameAddress(a, b string) bool {
	left, errLeft := netip.ParseAddr(a)
	right, errRight := netip.ParseAddr(b)
	if errLeft != nil || errRight != nil {
		return a == b
	}
	return left.Unmap() == right.Unmap()
}

// rowStatus is a row as getBgpPeerStatus sends it, its fields in the order of
// the recording. connectedDuration is absent while not connected.
type rowStatus struct {
	LocalAddress      string `json:"localAddress"`
	Neighbor          string `json:"neighbor"`
	ASN               int64  `json:"asn"`
	State             string `json:"state"`
	ConnectedDuration string `json:"connectedDuration,omitempty"`
	RoutesReceived    int64  `json:"routesReceived"`
	MessagesSent      int64  `json:"messagesSent"`
	MessagesReceived  int64  `json:"messagesReceived"`
}

// answerRows makes the answer of a gateway: {"value":[…]}, only the rows with
// this neighbor if peer is given (AZ-045).
func (s *Service) answerRows(g Gateway, peer string) []byte {
	now := s.now()
	value := []any{}
	for _, row := range g.rowsWith(peer) {
		if row.JSON != nil {
			value = append(value, row.JSON)
			continue
		}
		value = append(value, s.status(g.router(), row, g.asn(), now))
	}
	body, err := json.Marshal(map[string]any{"value": value})
	if err != nil { // a row's JSON that is none
		return []byte(`{"value":null}`)
	}
	return body
}

// rowsWith returns the rows of a neighbor, or all. A gateway without BGP has
// none.
func (g Gateway) rowsWith(neighbor string) []Row {
	if g.WithoutBGP {
		return nil
	}
	if neighbor == "" {
		return g.Rows
	}
	return slices.DeleteFunc(slices.Clone(g.Rows), func(row Row) bool { return !sameAddress(row.Neighbor, neighbor) })
}

// status is what a gateway says of a row.
func (s *Service) status(router string, row Row, asn int64, now time.Time) rowStatus {
	session := s.session(router, row, now)
	status := rowStatus{LocalAddress: row.LocalAddress, Neighbor: row.Neighbor, ASN: row.ASN, State: session.state}
	if session.state != StateConnected {
		return status
	}
	connected := max(0, now.Sub(session.since))
	status.ConnectedDuration = FormatTimeSpan(connected)
	if counted := session.counters; counted != nil {
		status.RoutesReceived = counted.RoutesReceived
		status.MessagesSent, status.MessagesReceived = counted.MessagesSent, counted.MessagesReceived
		return status
	}
	interval := row.MessageInterval
	if interval <= 0 {
		interval = DefaultMessageInterval
	}
	// OPEN, KEEPALIVE and UPDATE open a session, then keepalives follow.
	messages := 3 + int64(connected/interval)
	status.RoutesReceived = int64(len(s.learned(router, row, asn)))
	status.MessagesSent, status.MessagesReceived = messages+1, messages
	return status
}

func (g Gateway) subscription() string { return g.SubscriptionID }

func (g Gateway) properties() properties {
	return properties{location: g.Location, exclusive: g.Exclusive, operation: g.Operation}
}

func (g Gateway) answer(s *Service, q question) []byte {
	if q.action == ActionBGPStatus {
		return s.answerRows(g, q.peer)
	}
	var routes []Route
	if q.action == ActionGatewayLearnedRoutes {
		routes = s.learnedByGateway(g)
	} else {
		routes = s.advertisedByGateway(g, q.peer)
	}
	return append(appendRoutes([]byte(`{"value":`), routes), '}')
}

// learnedByGateway returns what a gateway knows: of every instance the prefixes
// of its own side, then what its connected rows bring (AZ-050).
func (s *Service) learnedByGateway(g Gateway) []Route {
	var routes []Route
	own := map[string]bool{}
	for _, row := range g.rowsWith("") {
		if own[row.LocalAddress] {
			continue
		}
		own[row.LocalAddress] = true
		for _, prefix := range g.Prefixes {
			routes = append(routes, Route{
				Network: prefix.String(), LocalAddress: row.LocalAddress, SourcePeer: row.LocalAddress,
				Origin: OriginNetwork, Weight: LearnedWeight,
			})
		}
	}
	now := s.now()
	for _, row := range g.rowsWith("") {
		if s.session(g.router(), row, now).state == StateConnected {
			routes = append(routes, s.learned(g.router(), row, g.asn())...)
		}
	}
	return routes
}

// advertisedByGateway returns what a gateway sends to a neighbor, from every
// instance that is connected to it (AZ-052).
func (s *Service) advertisedByGateway(g Gateway, neighbor string) []Route {
	now := s.now()
	var routes []Route
	for _, row := range g.rowsWith(neighbor) {
		if s.session(g.router(), row, now).state == StateConnected {
			routes = append(routes, s.advertised(g.router(), row, g.asn(), g.Prefixes)...)
		}
	}
	return routes
}
