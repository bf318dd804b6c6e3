package azure

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// assignmentAdvice goes with every permission that is missing.
const assignmentAdvice = "A role assignment takes up to ten minutes to take effect: if it is new, wait and try again."

// Resource Manager's codes for what is missing when an operation is to be started
// ("Common deployment errors" of its documentation).
const (
	codeNoSubscription  = "SubscriptionNotFound"
	codeNoResourceGroup = "ResourceGroupNotFound"
	codeNoResource      = "ResourceNotFound"
	codeNoParent        = "ParentResourceNotFound"
)

// Advice is what to do about the failure, in a sentence or two; "" where there
// is nothing to say that the error does not say itself.
func (e *Error) Advice() string {
	var credential *CredentialError
	var failure *wire.Failure
	switch {
	case errors.As(e.Err, &credential):
		return credential.Advice()
	case errors.As(e.Err, &failure) && !failure.Sent:
		return failure.Advice("azure.endpoint.resource_manager_endpoint")
	case e.HTTPStatus == http.StatusUnauthorized:
		return "Resource Manager did not take the access token of " + principal(e.Identity) + ". Check that tenant_id is the tenant of the " + e.owner() + "'s subscription, " +
			"that the environment or endpoint is the right one, and that the identity holds the permission " + e.permission + ". " + assignmentAdvice
	case e.HTTPStatus == http.StatusForbidden && e.Phase != PhaseStart:
		return "Starting the operation was allowed (" + e.permission + "), following it was not: " +
			"give " + principal(e.Identity) + " the permission that the message names, too. " + assignmentAdvice
	case e.HTTPStatus == http.StatusForbidden:
		return "Give " + principal(e.Identity) + " a role that holds the permission " + e.permission + " on the " + e.owner() + "'s resource group. " +
			"It is an action, not a read: the role Reader does not hold it; Network Contributor, or a custom role with this one action, does. " + assignmentAdvice
	case e.Code == codeNoSubscription && e.Phase == PhaseStart:
		if e.isConnection {
			return "Check the subscription in bgp_connection_id."
		}
		return "Check the gateway's subscription. Where neither virtual_network_gateway_id nor subscription_id gives it, it is the provider's azure.subscription_id."
	case e.HTTPStatus == http.StatusNotFound && e.Phase == PhaseStart && e.isConnection:
		return "Check bgp_connection_id: the subscription, the resource group, the Route Server and the name of its peering."
	case e.HTTPStatus == http.StatusNotFound && e.Phase == PhaseStart:
		return "Check the gateway's subscription, resource group and name."
	case e.HTTPStatus == http.StatusNotFound:
		return "The service no longer knows the operation that it had started. Try again."
	case e.Ended != nil && errors.Is(e.Ended, context.DeadlineExceeded):
		if e.HTTPStatus == http.StatusTooManyRequests {
			return "Azure throttles the requests. Try again later, or give the read a longer timeout."
		}
		return "Give the read a longer timeout if it only needs more time."
	case e.Ended != nil:
		return ""
	case errors.Is(e.Err, errTooLarge):
		return "No table that Azure documents comes near to that size. Check the endpoint, and the proxy if there is one."
	case errors.Is(e.Err, ErrNoResult):
		return "The answer is not one that the API documents, and it shows the state of nothing. Try again. " +
			"If it comes again, look at the " + e.owner() + "'s health in the portal, or make a support request with the request id."
	case e.State != "" && e.isConnection:
		return "The Route Server did not carry the operation out. Check that it and the peering are provisioned, then try again."
	case e.State != "":
		return "The gateway did not carry the operation out. Check that it is provisioned and that BGP is enabled on it, then try again."
	}
	return ""
}

// owner is what the identity must be allowed to read.
func (e *Error) owner() string {
	if e.isConnection {
		return "Route Server"
	}
	return "gateway"
}

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

// Advice is what to do about a credential that gave no token.
func (e *CredentialError) Advice() string {
	var config *ConfigError
	var failure *wire.Failure
	switch {
	case errors.As(e.Err, &failure) && strings.Contains(e.Reason, requestForOIDCToken):
		return failure.Advice("azure.oidc_request_url")
	case errors.As(e.Err, &failure) && strings.Contains(e.Identity, "managed identity"):
		return failure.Advice("IDENTITY_ENDPOINT")
	case errors.As(e.Err, &failure):
		return failure.Advice("azure.endpoint.active_directory_authority_host")
	case errors.As(e.Err, &config), strings.Contains(e.Reason, "oidc_token_file_path: "): // azidentity keeps its text alone
		return "Correct the argument, or the file that it names."
	case e.Code == "invalid_client":
		return "Check the secret, certificate or federated credential of this client: it may have expired, or be another client's."
	case e.Code == "unauthorized_client", e.Code == "invalid_request", e.Code == "invalid_tenant", strings.Contains(e.Reason, "invalid tenantID"):
		return "Check tenant_id and client_id: the client must exist in that tenant."
	case e.Identity == identityCLI:
		return "Nothing else is set to authenticate with, so the login of the Azure CLI is used: install it and run az login, " +
			"or set client_secret, client_certificate, use_oidc, use_aks_workload_identity or use_msi."
	case strings.HasPrefix(e.Identity, identityAKS) && e.HTTPStatus == 0:
		return "Check that the pod has AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE, or set client_id, tenant_id and oidc_token_file_path."
	}
	return "Check that this is the identity that was meant: the arguments that are set choose it."
}

// principal is who an identity is, without what it shows for it: "client 0000…" of
// "the client secret of client 0000…".
func principal(identity string) string {
	if _, who, found := strings.Cut(identity, " of "); found {
		return who
	}
	return identity
}
