// Package azure emulates the part of Azure that answers for the BGP sessions
// and routes of virtual network gateways and Route Servers: the authority that
// hands out tokens, and Resource Manager with getBgpPeerStatus, its siblings
// for routes, and the long-running operations behind them. It is strict where Azure is strict: credentials and bearer tokens are
// verified, ARM ids, api-versions and signed poll URLs are checked.
//
// What is modelled, from which source, stands in ../ASSUMPTIONS.md; comments
// name its rows (AZ-…).
package azure

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Cloud is the name of this service in the journal and in faults.
const Cloud = "azure"

// The actions of this service, as the journal and faults name them.
const (
	ActionDiscovery = "discovery" // GET …/.well-known/openid-configuration and the keys it names
	ActionToken     = "token"     // POST …/oauth2/v2.0/token
	ActionPoll      = "poll"      // GET of a poll URL, whichever header it came from
	ActionUnknown   = "unknown"   // everything else

	// POST actions of a virtual network gateway.
	ActionBGPStatus               = "getBgpPeerStatus"
	ActionGatewayLearnedRoutes    = "getLearnedRoutes"
	ActionGatewayAdvertisedRoutes = "getAdvertisedRoutes"
	// POST actions of a peering of a Route Server.
	ActionPeeringLearnedRoutes    = "learnedRoutes"
	ActionPeeringAdvertisedRoutes = "advertisedRoutes"
)

// Actions returns the parameters of every action, by its name in the journal
// and in faults.
func Actions() map[string][]string {
	actions := map[string][]string{
		ActionDiscovery: {"tenant"},
		ActionToken:     {"tenant", "grant_type", "client_id", "scope", "client_assertion_type", "client_secret", "client_assertion"},
		ActionPoll:      append([]string{"subscription", "resourceGroup", "operation"}, pollParams...),
		ActionUnknown:   {"tenant", "subscription", "resourceGroup", "api-version"},
	}
	for name, action := range postActions {
		actions[name] = append([]string{"subscription", "resourceGroup"}, queryParams(name)...)
		if action.kind == kindGateway {
			actions[name] = append(actions[name], "gateway")
		} else {
			actions[name] = append(actions[name], "hub", "peering")
		}
	}
	return actions
}

// DefaultTokenLifetime is how long an access token lives (AZ-010).
const DefaultTokenLifetime = 3599 * time.Second

// Config is what a Service is made of. The zero value is a service without
// tenants, clients and gateways.
type Config struct {
	// Now is the clock of tokens, operations and rows; nil is time.Now.
	Now func() time.Time
	// SigningTime is the clock that client assertions and certificates are
	// checked with; nil is time.Now, since clients sign with theirs.
	SigningTime func() time.Time
	// Journal gets every request; nil is one of the service's own.
	Journal *control.Journal
	// Faults are applied to requests; nil is none.
	Faults *control.Faults

	Subscriptions []Subscription
	Clients       []Client
	Gateways      []Gateway
	RouteServers  []RouteServer
	// Audiences are the resources a token can be asked for and is accepted
	// with, URLs without a slash at the end. The host that a request names
	// and Azure's two public names are always among them (AZ-014).
	Audiences []string
	// TokenLifetime is how long an access token lives; 0 is
	// DefaultTokenLifetime.
	TokenLifetime time.Duration

	// Style, Ending, OperationDelay and RetryAfter say how operations go of
	// gateways and Route Servers without an operation of their own; see Operation.
	Style          Style
	Ending         Ending
	OperationDelay time.Duration
	RetryAfter     time.Duration
	// Life is how rows come up that have no life of their own; nil is
	// DefaultLife.
	Life []Stage
	// PollURLSize is about how many bytes the signature makes a poll URL
	// longer; 0 is DefaultPollURLSize (AZ-033).
	PollURLSize int

	// Sessions knows how sessions stand, and which routes they carry, where
	// the rows do not simulate that; nil is nobody. It is called without locks
	// held.
	Sessions bgp.Sessions
}

// Subscription is a subscription and the tenant it trusts.
type Subscription struct {
	ID       string
	TenantID string
	// ResourceGroups are the groups that exist besides those of its gateways.
	ResourceGroups []string
}

// Service is an http.Handler for authority and Resource Manager on one host.
// It is safe for concurrent use.
type Service struct {
	config Config
	gate   *control.Gate
	now    func() time.Time
	key    []byte // signs access tokens and poll URLs

	mu            sync.Mutex
	operation     Operation // of gateways and Route Servers that have none of their own
	subscriptions map[string]Subscription
	groups        map[string]bool // "subscription/group", lower case
	clients       map[string]Client
	gateways      map[string]*Gateway     // by lower-case id
	routeServers  map[string]*RouteServer // by lower-case id
	operations    operations
	results       map[string][]byte   // the last of each question, to keep equal ones once
	busy          map[string]*running // the last operations of exclusive resources, by lower-case id
}

// New makes a service.
func New(config Config) *Service {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.SigningTime == nil {
		config.SigningTime = time.Now
	}
	if config.Journal == nil {
		config.Journal = control.NewJournal(0)
	}
	if config.Faults == nil {
		config.Faults = &control.Faults{}
	}
	if config.TokenLifetime <= 0 {
		config.TokenLifetime = DefaultTokenLifetime
	}
	if len(config.Life) == 0 {
		config.Life = DefaultLife
	}
	if config.PollURLSize <= 0 {
		config.PollURLSize = DefaultPollURLSize
	}
	s := &Service{
		config: config,
		gate:   &control.Gate{Cloud: Cloud, Now: config.Now, Journal: config.Journal, Faults: config.Faults},
		now:    config.Now,
		key:    make([]byte, 32),
		operation: Operation{
			Style: config.Style, Ending: config.Ending,
			Delay: config.OperationDelay, RetryAfter: config.RetryAfter,
		},
		subscriptions: map[string]Subscription{},
		groups:        map[string]bool{},
		clients:       map[string]Client{},
		gateways:      map[string]*Gateway{},
		routeServers:  map[string]*RouteServer{},
		results:       map[string][]byte{},
		busy:          map[string]*running{},
	}
	_, _ = rand.Read(s.key) // never fails, as its documentation says
	for _, subscription := range config.Subscriptions {
		s.AddSubscription(subscription)
	}
	for _, client := range config.Clients {
		s.AddClient(client)
	}
	for _, gateway := range config.Gateways {
		s.AddGateway(gateway)
	}
	for _, server := range config.RouteServers {
		s.AddRouteServer(server)
	}
	return s
}

// AddSubscription adds a subscription or replaces the one of the same id.
func (s *Service) AddSubscription(subscription Subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.subscriptions[strings.ToLower(subscription.ID)] = subscription
	for _, group := range subscription.ResourceGroups {
		s.groups[groupKey(subscription.ID, group)] = true
	}
}

// AddClient adds a client or replaces the one of the same tenant and id.
func (s *Service) AddClient(client Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients[clientKey(client.TenantID, client.ID)] = client
}

// SetOperation changes how operations go from now on, of gateways and Route
// Servers without an operation of their own.
func (s *Service) SetOperation(operation Operation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.operation = operation
}

func groupKey(subscription, group string) string {
	return strings.ToLower(subscription + "/" + group)
}

func clientKey(tenant, id string) string {
	return strings.ToLower(tenant + "/" + id)
}

// ServeHTTP answers one request of a client.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	requestID := uuid.NewString()
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(segments) > 1 && !isARM(segments[0]) {
		s.serveAuthority(w, r, requestID, segments)
		return
	}
	s.serveARM(w, r, requestID, segments)
}

// isARM tells Resource Manager's paths from the authority's, which begin with
// a tenant.
func isARM(first string) bool {
	return strings.EqualFold(first, "subscriptions") || strings.EqualFold(first, "providers") ||
		strings.EqualFold(first, "tenants")
}
