package azure

import (
	"maps"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

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

// Permission is what an identity needs for getBgpPeerStatus, by Resource
// Manager's naming of POST actions.
const Permission = "Microsoft.Network/virtualNetworkGateways/getBgpPeerStatus/action"

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
	verb         string // the last segment of a POST action
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
	if len(rest) >= 5 {
		t.verb = strings.Join(rest[4:], "/")
	}
	network := strings.EqualFold(t.namespace, "Microsoft.Network")
	switch {
	case network && t.group != "" && strings.EqualFold(t.kind, "virtualNetworkGateways") && strings.EqualFold(t.verb, "getBgpPeerStatus"):
		t.action = ActionBGPStatus
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

// queryParams are the parameters that each action knows in its query.
var queryParams = map[string][]string{
	ActionBGPStatus: {"api-version", "peer"},
	ActionPoll:      {"api-version", "t", "c", "s", "h"},
	ActionUnknown:   {"api-version"},
}

// params are the request's parameters for the journal, those that the action
// knows; the signature of a poll URL is a secret.
func (t target) params(r *http.Request) map[string]string {
	params, query := map[string]string{}, r.URL.Query()
	for _, name := range queryParams[t.action] {
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
	if t.action == ActionBGPStatus {
		params["gateway"] = t.name
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
	return s.answerBGPStatus(w, r, t, query.Get("peer"))
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
	if t.action == ActionPoll {
		permission, scope = PollPermission, "/subscriptions/"+t.subscription
	}
	if client.denies(permission) {
		return newARMError(http.StatusForbidden, "AuthorizationFailed",
			"The client '%s' with object id '%s' does not have authorization to perform action '%s' over scope '%s' or the scope is invalid. If access was recently granted, please refresh your credentials.",
			token.App, token.Object, permission, scope)
	}
	network := strings.EqualFold(t.namespace, "Microsoft.Network")
	gateways := strings.EqualFold(t.kind, "virtualNetworkGateways")
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
	case !gateways && t.action != ActionPoll:
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

// answerBGPStatus answers what is asked of a gateway. A body is not looked at
// (AZ-047).
func (s *Service) answerBGPStatus(w http.ResponseWriter, r *http.Request, t target, peer string) control.Outcome {
	s.mu.Lock()
	var g Gateway
	id := Gateway{SubscriptionID: t.subscription, ResourceGroup: t.group, Name: t.name}.ID()
	found, operation := s.gateways[strings.ToLower(id)], s.operation
	if found != nil {
		g = found.clone()
	}
	s.mu.Unlock()
	switch {
	case found == nil:
		return gatewayNotFound(t.name, t.group).write(w)
	case t.action != ActionBGPStatus:
		return newARMError(http.StatusNotFound, "NotFound", "No resource was found that matches the request URI.").write(w)
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		return methodNotAllowed(r).write(w)
	}
	if failure := checkQuery(r); failure != nil {
		return failure.write(w)
	}
	if g.Operation != nil {
		operation = *g.Operation
	}
	if operation.Style == "" {
		operation.Style = StyleLocation
	}
	if operation.Ending == "" {
		operation.Ending = EndingRows
	}
	if g.Exclusive && !s.claim(g, operation) {
		setRetryAfter(w, max(operation.RetryAfter, time.Second))
		return newARMError(http.StatusTooManyRequests, "RetryableErrorDueToAnotherOperation",
			"Operation on '%s' is temporarily not possible, since another operation is in progress.", g.ID()).write(w)
	}
	return s.start(w, r, g, operation, peer)
}

// checkQuery refuses what getBgpPeerStatus does not know in its query (AZ-048),
// and a peer that is no address (AZ-046).
func checkQuery(r *http.Request) *armError {
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
		if !slices.Contains(queryParams[ActionBGPStatus], name) {
			return invalid(name, "The parameter '%s' is not supported.", name)
		}
		if len(query[name]) != 1 {
			return invalid(name, "The parameter '%s' was sent more than once.", name)
		}
	}
	if peer, sent := query["peer"]; sent {
		if _, err := netip.ParseAddr(peer[0]); err != nil {
			return invalid("peer", "The value '%s' of the parameter 'peer' is not an IP address.", peer[0])
		}
	}
	return nil
}

// claim reports whether no operation of a gateway is running, and keeps the
// gateway for one that begins now, as long as that will run.
func (s *Service) claim(g Gateway, operation Operation) bool {
	now, key := s.now(), strings.ToLower(g.ID())
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Before(s.busyUntil[key]) {
		return false
	}
	switch {
	case operation.Style == StyleImmediate: // ends before its answer
	case operation.Ending == EndingNever:
		s.busyUntil[key] = now.Add(math.MaxInt64)
	default:
		s.busyUntil[key] = now.Add(operation.Delay)
	}
	return true
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

func gatewayNotFound(name, group string) *armError {
	return newARMError(http.StatusNotFound, "ResourceNotFound",
		"The Resource 'Microsoft.Network/virtualNetworkGateways/%s' under resource group '%s' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
		name, group)
}

func methodNotAllowed(r *http.Request) *armError {
	return newARMError(http.StatusMethodNotAllowed, "MethodNotAllowed", "The requested resource does not support http method '%s'.", r.Method)
}
