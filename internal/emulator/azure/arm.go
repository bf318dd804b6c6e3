package azure

import (
	"cmp"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// APIVersion is the api-version this project's client pins.
const APIVersion = "2025-01-01"

// APIVersions are the api-versions that virtualNetworkGateways is served with
// (AZ-021).
var APIVersions = []string{
	"2019-02-01", "2019-04-01", "2019-06-01", "2019-07-01", "2019-08-01", "2019-09-01", "2019-11-01", "2019-12-01",
	"2020-03-01", "2020-04-01", "2020-05-01", "2020-06-01", "2020-08-01", "2020-11-01", "2021-02-01",
	"2023-06-01", "2023-09-01", "2024-01-01", "2024-03-01", "2024-05-01", "2024-07-01", "2024-10-01",
	APIVersion, "2025-03-01", "2025-05-01", "2025-07-01",
}

// What an identity needs for each POST action, by Resource Manager's naming.
const (
	Permission                        = "Microsoft.Network/virtualNetworkGateways/getBgpPeerStatus/action"
	GatewayLearnedRoutesPermission    = "Microsoft.Network/virtualNetworkGateways/getLearnedRoutes/action"
	GatewayAdvertisedRoutesPermission = "Microsoft.Network/virtualNetworkGateways/getAdvertisedRoutes/action"
	PeeringLearnedRoutesPermission    = "Microsoft.Network/virtualHubs/bgpConnections/learnedRoutes/action"
	PeeringAdvertisedRoutesPermission = "Microsoft.Network/virtualHubs/bgpConnections/advertisedRoutes/action"
)

// postAction is an action that is asked of a resource by POST.
type postAction struct {
	kind       string // the resource's type
	verb       string // the segment behind the resource, or behind its peering
	permission string
	peer       peerParameter
}

// peerParameter says whether an action takes the parameter peer.
type peerParameter int

const (
	noPeer peerParameter = iota
	mayHavePeer
	needsPeer
)

const (
	kindGateway = "virtualNetworkGateways"
	kindHub     = "virtualHubs"
)

// postActions are all of them, by the names that the journal has. No verb is
// there twice.
var postActions = map[string]postAction{
	ActionBGPStatus:               {kindGateway, "getBgpPeerStatus", Permission, mayHavePeer},
	ActionGatewayLearnedRoutes:    {kindGateway, "getLearnedRoutes", GatewayLearnedRoutesPermission, noPeer},
	ActionGatewayAdvertisedRoutes: {kindGateway, "getAdvertisedRoutes", GatewayAdvertisedRoutesPermission, needsPeer},
	ActionPeeringLearnedRoutes:    {kindHub, "learnedRoutes", PeeringLearnedRoutesPermission, noPeer},
	ActionPeeringAdvertisedRoutes: {kindHub, "advertisedRoutes", PeeringAdvertisedRoutesPermission, noPeer},
}

// PollPermission is what an identity needs to poll an operation: of the
// subscription, so that one with permissions on the gateway alone can start
// operations and not follow them (AZ-023).
const PollPermission = "Microsoft.Network/locations/operationResults/read"

var apiVersionForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(-preview)?$`)

// target is what an ARM path names.
type target struct {
	action string

	subscription string
	group        string
	namespace    string
	kind         string // the resource type within the namespace
	name         string
	peering      string // of a hub
	verb         string // what stands behind the resource, or behind its peering
	operation    string // the id in a poll URL
	monitor      bool
}

// parseTarget reads an ARM path, whose fixed segments are compared without
// regard to case. What it does not know stays ActionUnknown.
func parseTarget(segments []string) target {
	t := target{action: ActionUnknown}
	if len(segments) < 2 || !strings.EqualFold(segments[0], "subscriptions") {
		return t
	}
	t.subscription = segments[1]
	rest := segments[2:]
	if len(rest) >= 2 && strings.EqualFold(rest[0], "resourceGroups") {
		t.group = rest[1]
		rest = rest[2:]
	}
	if len(rest) < 3 || !strings.EqualFold(rest[0], "providers") {
		return t
	}
	t.namespace, t.kind = rest[1], rest[2]
	if len(rest) >= 4 {
		t.name = rest[3]
	}
	behind := rest[min(len(rest), 4):]
	if strings.EqualFold(t.kind, kindHub) && len(behind) >= 2 && strings.EqualFold(behind[0], "bgpConnections") {
		t.peering, behind = behind[1], behind[2:]
	}
	t.verb = strings.Join(behind, "/")
	network := strings.EqualFold(t.namespace, "Microsoft.Network")
	for name, action := range postActions {
		if network && t.group != "" && strings.EqualFold(t.kind, action.kind) && strings.EqualFold(t.verb, action.verb) &&
			(t.peering != "") == (action.kind == kindHub) {
			t.action = name
			return t
		}
	}
	switch {
	case network && t.group == "" && strings.EqualFold(t.kind, "locations") && len(rest) == 6:
		t.monitor = strings.EqualFold(rest[4], "operations")
		if t.monitor || strings.EqualFold(rest[4], "operationResults") {
			t.action, t.operation = ActionPoll, rest[5]
		}
	}
	return t
}

// serveARM answers a request to Resource Manager; its headers are AZ-024.
func (s *Service) serveARM(w http.ResponseWriter, r *http.Request, requestID string, segments []string) {
	t := parseTarget(segments)
	correlationID := r.Header.Get("X-Ms-Correlation-Request-Id")
	if uuid.Validate(correlationID) != nil {
		correlationID = requestID
	}
	setHeaders := func(w http.ResponseWriter) {
		h := w.Header()
		h.Set("Cache-Control", "no-cache")
		h.Set("X-Ms-Request-Id", requestID)
		h.Set("X-Ms-Correlation-Request-Id", correlationID)
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		h.Set("X-Content-Type-Options", "nosniff")
		if id := r.Header.Get("X-Ms-Client-Request-Id"); id != "" && strings.EqualFold(r.Header.Get("X-Ms-Return-Client-Request-Id"), "true") {
			h.Set("X-Ms-Client-Request-Id", id)
		}
	}
	s.gate.Serve(w, r, control.Exchange{
		Action: t.action, Params: t.params(r), RequestID: requestID,
		Answer: func(w http.ResponseWriter, r *http.Request) control.Outcome {
			setHeaders(w)
			return s.answerARM(w, r, t)
		},
		Fail: func(w http.ResponseWriter, f control.Fault) string {
			setHeaders(w)
			return s.failARM(w, r, t, f)
		},
	})
}

// pollParams are the parameters of a poll URL.
var pollParams = []string{"api-version", "t", "c", "s", "h"}

// queryParams returns the parameters that an action knows in its query.
func queryParams(action string) []string {
	switch {
	case action == ActionPoll:
		return pollParams
	case postActions[action].peer != noPeer:
		return []string{"api-version", "peer"}
	default:
		return []string{"api-version"}
	}
}

// params are the request's parameters for the journal, those that the action
// knows; the signature of a poll URL is a secret.
func (t target) params(r *http.Request) map[string]string {
	params, query := map[string]string{}, r.URL.Query()
	for _, name := range queryParams(t.action) {
		values, sent := query[name]
		switch {
		case !sent:
		case t.action == ActionPoll && name != "api-version":
			params[name] = control.Masked
		default:
			params[name] = strings.Join(values, ",")
		}
	}
	for name, value := range map[string]string{
		"subscription": t.subscription, "resourceGroup": t.group, "operation": t.operation,
	} {
		if value != "" {
			params[name] = value
		}
	}
	switch postActions[t.action].kind {
	case kindGateway:
		params["gateway"] = t.name
	case kindHub:
		params["hub"], params["peering"] = t.name, t.peering
	}
	return params
}

// answerARM checks a request in Resource Manager's order (AZ-020) and carries
// it out.
func (s *Service) answerARM(w http.ResponseWriter, r *http.Request, t target) control.Outcome {
	query := r.URL.Query()
	version := query.Get("api-version")
	if version == "" {
		return newARMError(http.StatusBadRequest, "MissingApiVersionParameter",
			"The api-version query parameter (?api-version=) is required for all requests.").write(w)
	}
	token, failure := s.authenticate(r, t.subscription)
	if failure != nil {
		return failure.write(w)
	}
	if failure := s.checkScope(r, t, token, version); failure != nil {
		return failure.write(w)
	}
	if t.action == ActionPoll {
		return s.answerPoll(w, r, t)
	}
	return s.answerPost(w, r, t, query.Get("peer"))
}

// checkScope checks subscription, permission, group, type and api-version
// (AZ-022, AZ-023).
func (s *Service) checkScope(r *http.Request, t target, token claims, version string) *armError {
	if t.subscription == "" {
		return newARMError(http.StatusNotFound, "NotFound", "No resource was found that matches the request URI.")
	}
	s.mu.Lock()
	subscription, known := s.subscriptions[strings.ToLower(t.subscription)]
	groupKnown := s.groups[groupKey(t.subscription, t.group)]
	client := s.clients[clientKey(token.Tenant, token.App)]
	s.mu.Unlock()
	switch {
	case uuid.Validate(t.subscription) != nil:
		return newARMError(http.StatusBadRequest, "InvalidSubscriptionId",
			"The provided subscription identifier '%s' is malformed or invalid.", t.subscription)
	case !known:
		return newARMError(http.StatusNotFound, "SubscriptionNotFound", "The subscription '%s' could not be found.", t.subscription)
	case !strings.EqualFold(subscription.TenantID, token.Tenant):
		return challenged(r, subscription.TenantID, "InvalidAuthenticationTokenTenant",
			"The access token is from the wrong issuer 'https://sts.windows.net/%s/'. It must match the tenant 'https://sts.windows.net/%s/' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/%s' to get the token.",
			token.Tenant, subscription.TenantID, subscription.TenantID)
	}
	permission, scope := Permission, "/"+strings.TrimSuffix(strings.Trim(r.URL.Path, "/"), "/"+t.verb)
	if action, known := postActions[t.action]; known {
		permission = action.permission
	}
	if t.action == ActionPoll {
		permission, scope = PollPermission, "/subscriptions/"+t.subscription
	}
	if client.denies(permission) {
		return newARMError(http.StatusForbidden, "AuthorizationFailed",
			"The client '%s' with object id '%s' does not have authorization to perform action '%s' over scope '%s' or the scope is invalid. If access was recently granted, please refresh your credentials.",
			token.App, token.Object, permission, scope)
	}
	network := strings.EqualFold(t.namespace, "Microsoft.Network")
	ours := strings.EqualFold(t.kind, kindGateway) || strings.EqualFold(t.kind, kindHub)
	switch {
	case t.group != "" && !groupKnown:
		return newARMError(http.StatusNotFound, "ResourceGroupNotFound", "Resource group '%s' could not be found.", t.group)
	case !apiVersionForm.MatchString(version):
		return newARMError(http.StatusBadRequest, "InvalidApiVersionParameter",
			"The api-version '%s' is invalid. The supported versions are '%s'.", version, supportedVersions(","))
	case t.namespace == "":
		return newARMError(http.StatusNotFound, "NotFound", "No resource was found that matches the request URI.")
	case !network:
		return newARMError(http.StatusNotFound, "InvalidResourceNamespace", "The resource namespace '%s' is invalid.", t.namespace)
	case !ours && t.action != ActionPoll:
		return newARMError(http.StatusNotFound, "InvalidResourceType",
			"The resource type '%s' could not be found in the namespace 'Microsoft.Network' for api version '%s'.", t.kind, version)
	case !slices.Contains(APIVersions, version):
		return newARMError(http.StatusBadRequest, "NoRegisteredProviderFound",
			"No registered resource provider found for location 'westcentralus' and API version '%s' for type '%s'. The supported api-versions are '%s'. The supported locations are 'westcentralus'.",
			version, t.kind, supportedVersions(", "))
	}
	return nil
}

func supportedVersions(separator string) string { return strings.Join(APIVersions, separator) }

// question is what a POST asks of a resource.
type question struct {
	action string

	subscription, group, name string
	peering                   string // of a hub
	peer                      string // the parameter
}

// resourceID is the ARM id of the gateway or hub.
func (q question) resourceID() string {
	return "/subscriptions/" + q.subscription + "/resourceGroups/" + q.group +
		"/providers/Microsoft.Network/" + postActions[q.action].kind + "/" + q.name
}

// key tells questions apart.
func (q question) key() string {
	return strings.ToLower(strings.Join([]string{q.resourceID(), q.peering, q.action, q.peer}, " "))
}

// resource is what can be asked: a gateway, or a Route Server that has the
// peering.
type resource interface {
	properties() properties
	answer(s *Service, q question) []byte
}

// properties are what every resource has.
type properties struct {
	location  string
	exclusive bool
	operation *Operation
}

// lookUp returns what a question is asked of, or nil.
func (s *Service) lookUp(q question) resource {
	key := strings.ToLower(q.resourceID())
	s.mu.Lock()
	defer s.mu.Unlock()
	if gateway := s.gateways[key]; gateway != nil {
		return gateway.clone()
	}
	if server := s.routeServers[key]; server != nil && server.peering(q.peering) != nil {
		return server.clone()
	}
	return nil
}

// answerPost answers what is asked of a resource. A body is not looked at
// (AZ-047).
func (s *Service) answerPost(w http.ResponseWriter, r *http.Request, t target, peer string) control.Outcome {
	asked := question{
		action: t.action, subscription: t.subscription, group: t.group, name: t.name, peering: t.peering, peer: peer,
	}
	action, known := postActions[t.action]
	if !known { // whether the resource is there is looked at first
		asked.action = ActionBGPStatus
		if strings.EqualFold(t.kind, kindHub) {
			asked.action = ActionPeeringLearnedRoutes
		}
	}
	on := s.lookUp(asked)
	switch {
	case on == nil:
		return notFound(asked).write(w)
	case !known:
		return newARMError(http.StatusNotFound, "NotFound", "No resource was found that matches the request URI.").write(w)
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		return methodNotAllowed(r).write(w)
	}
	if failure := checkQuery(r, t.action, action.peer); failure != nil {
		return failure.write(w)
	}
	s.mu.Lock()
	operation := s.operation
	s.mu.Unlock()
	if own := on.properties().operation; own != nil {
		operation = *own
	}
	operation.Style = cmp.Or(operation.Style, StyleLocation)
	operation.Ending = cmp.Or(operation.Ending, EndingRows)
	return s.start(w, r, asked, on, operation)
}

// checkQuery refuses what an action does not know in its query (AZ-048), and a
// peer that is missing or no address (AZ-046).
func checkQuery(r *http.Request, action string, peer peerParameter) *armError {
	invalid := func(target, format string, args ...any) *armError {
		e := newARMError(http.StatusBadRequest, "InvalidParameter", format, args...)
		e.body.Target = target
		return e
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return invalid("", "The query of the request cannot be decoded.")
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !slices.Contains(queryParams(action), name) {
			return invalid(name, "The parameter '%s' is not supported.", name)
		}
		if len(query[name]) != 1 {
			return invalid(name, "The parameter '%s' was sent more than once.", name)
		}
	}
	value, sent := query["peer"]
	if !sent {
		if peer == needsPeer {
			return invalid("peer", "The parameter 'peer' is required.")
		}
		return nil
	}
	if _, err := netip.ParseAddr(value[0]); err != nil {
		return invalid("peer", "The value '%s' of the parameter 'peer' is not an IP address.", value[0])
	}
	return nil
}

// answerPoll answers a GET of a poll URL.
func (s *Service) answerPoll(w http.ResponseWriter, r *http.Request, t target) control.Outcome {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		return methodNotAllowed(r).write(w)
	}
	if !s.signed(r) { // AZ-034
		return newARMError(http.StatusBadRequest, "BadRequest", "The signature of the operation's URL is not valid.").write(w)
	}
	s.mu.Lock()
	op := s.operations.byID[strings.ToLower(t.operation)]
	s.mu.Unlock()
	if op == nil {
		return newARMError(http.StatusNotFound, "OperationNotFound", "The operation '%s' was not found.", t.operation).write(w)
	}
	return s.poll(w, r, op, t.monitor)
}

// notFound says that the resource of a question is not there.
func notFound(q question) *armError {
	name := postActions[q.action].kind + "/" + q.name
	if q.peering != "" {
		name += "/bgpConnections/" + q.peering
	}
	return newARMError(http.StatusNotFound, "ResourceNotFound",
		"The Resource 'Microsoft.Network/%s' under resource group '%s' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
		name, q.group)
}

func methodNotAllowed(r *http.Request) *armError {
	return newARMError(http.StatusMethodNotAllowed, "MethodNotAllowed", "The requested resource does not support http method '%s'.", r.Method)
}
