package azure

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// Resource Manager's codes for what is missing when an operation is to be started
// ("Common deployment errors" of its documentation).
const (
	codeNoSubscription  = "SubscriptionNotFound"
	codeNoResourceGroup = "ResourceGroupNotFound"
	codeNoResource      = "ResourceNotFound"
	codeNoParent        = "ParentResourceNotFound"
)

// Remedy is a kind of failure, how to tell it, and what to do about it.
type Remedy[E error] struct {
	Message string // what the error says, in Markdown, for the documentation; "" is not documented
	matches func(E) bool
	Advice  string // {identity}, {permission} and {object} stand for those of the error
}

const (
	assignmentAdvice = " A role assignment takes up to ten minutes to take effect: if it is new, wait and try again."
	timeoutAdvice    = "set a longer timeout, such as timeouts = { read = \"10m\" }."
)

// remedies are those of reads. The first that matches counts.
var remedies = []Remedy[*Error]{
	{"`HTTP 401`", func(e *Error) bool { return e.HTTPStatus == http.StatusUnauthorized },
		"Resource Manager did not accept the access token of {identity}. Check that tenant_id is the tenant of the {object}'s subscription, " +
			"that the environment or endpoint is the right one, and that the identity holds the permission {permission}." + assignmentAdvice},
	{"`HTTP 403`", func(e *Error) bool { return e.HTTPStatus == http.StatusForbidden && e.Phase == PhaseStart },
		"Give {identity} a role that holds the permission {permission} on the {object}'s resource group. " +
			"It is an action, not a read: the role Reader does not hold it; Network Contributor, or a custom role with this one action, does." + assignmentAdvice},
	{"`HTTP 403` … `while polling the operation`", func(e *Error) bool { return e.HTTPStatus == http.StatusForbidden },
		"Starting the operation was allowed, following it was not: give {identity} the permission that the message names, too." + assignmentAdvice},
	{"`SubscriptionNotFound`, for a Route Server", func(e *Error) bool { return e.isConnection() && e.Phase == PhaseStart && e.Code == codeNoSubscription },
		"Check the subscription in bgp_connection_id."},
	{"`SubscriptionNotFound`, for a gateway", func(e *Error) bool { return e.Phase == PhaseStart && e.Code == codeNoSubscription },
		"Check the gateway's subscription. If neither virtual_network_gateway_id nor subscription_id is set, it is the provider's azure.subscription_id."},
	{"`HTTP 404`, for a Route Server", func(e *Error) bool {
		return e.isConnection() && e.Phase == PhaseStart && e.HTTPStatus == http.StatusNotFound
	},
		"Check bgp_connection_id: the subscription, the resource group, the Route Server and the name of its peering."},
	{"`HTTP 404`, for a gateway", func(e *Error) bool { return e.Phase == PhaseStart && e.HTTPStatus == http.StatusNotFound },
		"Check the gateway's subscription, resource group and name."},
	{"`HTTP 404` … `while polling the operation`", func(e *Error) bool { return e.HTTPStatus == http.StatusNotFound },
		"The service no longer knows the operation that it had started. Try again."},
	{"`timed out while …`, or `no time is left …`, with `HTTP 429`", func(e *Error) bool { return e.timedOut() && e.HTTPStatus == http.StatusTooManyRequests },
		"Azure throttles the requests. Try again later, or " + timeoutAdvice},
	{"… with `AnotherOperationInProgress` or `RetryableErrorDueToAnotherOperation`", func(e *Error) bool { return e.timedOut() && e.isBusy() },
		"Another operation of the {object} was still running. Try again later, or " + timeoutAdvice},
	{"… with another failure, or none", (*Error).timedOut,
		"If the read only needs more time, " + timeoutAdvice},
	{"", func(e *Error) bool { return e.Ended != nil }, ""},
	{"`the answer is larger than 64 MiB`", func(e *Error) bool { return errors.Is(e.Err, errTooLarge) },
		"A table within Azure's documented limits is far smaller. Check the endpoint, and the proxy if there is one."},
	{"`no list of peers in the answer`, `no list of routes in the answer`", func(e *Error) bool { return errors.Is(e.Err, ErrNoResult) },
		"The answer is not one that the API documents, so it is not used. Try again. " +
			"If it happens again, look at the {object}'s health in the portal, or make a support request with the request id."},
	{"`the operation ended as Failed` or `Canceled`, for a Route Server", func(e *Error) bool { return e.State != "" && e.isConnection() },
		"The Route Server did not carry out the operation. Check that it and the peering are provisioned, then try again."},
	{"… for a gateway", func(e *Error) bool { return e.State != "" },
		"The gateway did not carry out the operation. Check that it is provisioned and that BGP is enabled on it, then try again."},
}

// credentialRemedies are those of credentials. The first that matches counts.
var credentialRemedies = []Remedy[*CredentialError]{
	{"an argument or its file", func(e *CredentialError) bool {
		var config *ConfigError
		return errors.As(e.Err, &config) || strings.Contains(e.Reason, "oidc_token_file_path: ") // azidentity keeps its text alone
	}, "Correct the argument, or the file that it names."},
	{"`invalid_client`", func(e *CredentialError) bool { return e.Code == "invalid_client" },
		"Check the secret, certificate or federated credential of this client: it may have expired, or belong to another client."},
	{"`unauthorized_client`, `invalid_request`, `invalid_tenant`, `invalid tenantID`", func(e *CredentialError) bool {
		return e.Code == "unauthorized_client" || e.Code == "invalid_request" || e.Code == "invalid_tenant" || strings.Contains(e.Reason, "invalid tenantID")
	}, "Check tenant_id and client_id: the client must exist in that tenant."},
	{"`invalid_resource`", func(e *CredentialError) bool { return e.Code == "invalid_resource" },
		"The tenant knows no service of that name. Check azure.environment, and azure.endpoint.resource_manager_audience if it is set."},
	{"`openid configuration`", func(e *CredentialError) bool { return strings.Contains(e.Reason, "openid configuration") },
		"The authority did not answer as Microsoft Entra does. Check azure.endpoint.active_directory_authority_host, if it is set, and the proxy, if there is one."},
	{"`the identity signed in to the Azure CLI`", func(e *CredentialError) bool { return e.Identity == identityCLI },
		"Nothing else is set to authenticate with, so the login of the Azure CLI is used: install it and run az login, " +
			"or set client_secret, client_certificate, use_oidc, use_aks_workload_identity or use_msi."},
	{"`the AKS workload identity`", func(e *CredentialError) bool { return strings.HasPrefix(e.Identity, identityAKS) && e.HTTPStatus == 0 },
		"Check that the pod has AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE, or set client_id, tenant_id and oidc_token_file_path."},
	{"anything else", func(*CredentialError) bool { return true },
		"Check that this is the identity that you meant: the arguments that are set choose it."},
}

// adviceFor is the advice of the first row that matches; "" if none does.
func adviceFor[E error](rows []Remedy[E], e E, values ...string) string {
	for _, r := range rows {
		if r.matches(e) {
			return strings.NewReplacer(values...).Replace(r.Advice)
		}
	}
	return ""
}

// Remedies returns what to do about failed reads, and about credentials that gave no
// token. The first that matches an error counts.
func Remedies() ([]Remedy[*Error], []Remedy[*CredentialError]) { return remedies, credentialRemedies }

// Advice is what to do about the failure, in a sentence or two; "" where there
// is nothing to say that the error does not say itself.
func (e *Error) Advice() string {
	var credential *CredentialError
	var failure *wire.Failure
	switch {
	case errors.As(e.Err, &credential):
		return credential.Advice()
	case errors.As(e.Err, &failure) && !failure.Sent:
		return failure.Advice(failure.Endpoint)
	}
	object := "gateway"
	if e.isConnection() {
		object = "Route Server"
	}
	return adviceFor(remedies, e, "{identity}", principal(e.Identity), "{permission}", e.permission, "{object}", object)
}

// isConnection reports whether the read is of a Route Server's peering, not of a gateway.
func (e *Error) isConnection() bool { return strings.HasPrefix(e.permission, connectionType) }

// timedOut reports whether the caller's deadline ended the read.
func (e *Error) timedOut() bool { return errors.Is(e.Ended, context.DeadlineExceeded) }

// Arguments are those of a data source that may have named what is missing.
func (e *Error) Arguments() []string {
	const gateway, connection = "virtual_network_gateway_id", "bgp_connection_id"
	switch {
	case e.Phase != PhaseStart:
	case e.Code == codeNoSubscription:
		return []string{connection, gateway, "subscription_id"}
	case e.Code == codeNoResourceGroup:
		return []string{connection, gateway, "resource_group_name"}
	case e.Code == codeNoResource, e.Code == codeNoParent:
		return []string{connection, gateway, "virtual_network_gateway_name"}
	}
	return nil
}

// discoveryHost is where the library asks whether an authority that it does not know can be
// trusted.
const discoveryHost = "login.microsoftonline.com"

// Advice is what to do about a credential that gave no token.
func (e *CredentialError) Advice() string {
	var failure *wire.Failure
	if !errors.As(e.Err, &failure) {
		return adviceFor(credentialRemedies, e)
	}
	advice := failure.Advice(failure.Endpoint)
	if failure.Host == discoveryHost {
		advice += " If azure.endpoint.active_directory_authority_host names a private authority, " +
			"set azure.disable_instance_discovery = true: then this host is not asked."
	}
	return advice
}

// principal is who an identity is, without what it shows for it: "client 0000…" of
// "the client secret of client 0000…".
func principal(identity string) string {
	if _, who, found := strings.Cut(identity, " of "); found {
		return who
	}
	return identity
}
