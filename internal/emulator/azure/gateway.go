package azure

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"slices"
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
	// JSON, if set, is sent unchanged instead of the row.
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

// begin fills in what a new or changed gateway leaves open.
func (g *Gateway) begin(now time.Time) {
	g.Location = cmp.Or(g.Location, DefaultLocation)
	startRows(g.Rows, now)
}

func (g *Gateway) keepName(of Gateway) {
	g.SubscriptionID, g.ResourceGroup, g.Name = of.SubscriptionID, of.ResourceGroup, of.Name
}

// AddGateway adds a gateway, and its resource group, or replaces the one of
// the same id.
func (s *Service) AddGateway(g Gateway) { add(s, s.gateways, g) }

// Gateways returns copies of all gateways, ordered by id.
func (s *Service) Gateways() []Gateway { return list(s, s.gateways) }

// UpdateGateway changes the gateway with this id, in any letter case, and
// reports whether there is one. Its subscription, group and name stay.
func (s *Service) UpdateGateway(id string, change func(*Gateway)) bool {
	return update(s, s.gateways, id, change)
}

// RemoveGateway removes the gateway with this id, in any letter case, and
// reports whether there was one. Its resource group stays.
func (s *Service) RemoveGateway(id string) bool { return remove(s, s.gateways, id) }

func (operation *Operation) clone() *Operation {
	if operation == nil {
		return nil
	}
	same := *operation
	return &same
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

// sameAddress compares two addresses in any spelling. What is no address is
// compared as text.
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
	if err != nil { // the row's JSON is invalid
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

func (g Gateway) scope() (subscription, group string) { return g.SubscriptionID, g.ResourceGroup }

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
