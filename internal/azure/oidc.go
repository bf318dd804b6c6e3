package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// checkOIDC checks that there is a source of tokens.
func (config *CredentialConfig) checkOIDC() error {
	switch {
	case config.OIDCToken != "", config.OIDCTokenFilePath != "":
		return nil
	case config.OIDCRequestURL == "" && config.OIDCRequestToken == "":
		return &ConfigError{Argument: "use_oidc", Reason: "needs oidc_token, oidc_token_file_path, or oidc_request_url with oidc_request_token " +
			"(a GitHub Actions job has these two if its permissions include id-token: write)"}
	case config.OIDCRequestURL == "":
		return &ConfigError{Argument: "oidc_request_url", Reason: "needed with oidc_request_token"}
	case config.OIDCRequestToken == "":
		return &ConfigError{Argument: "oidc_request_token", Reason: "needed with oidc_request_url"}
	}
	if err := CheckOIDCRequestURL(config.OIDCRequestURL); err != nil {
		return &ConfigError{Argument: "oidc_request_url", Reason: err.Error()}
	}
	return nil
}

// CheckOIDCRequestURL checks the URL at which a pipeline issues tokens. Its errors do
// not show the URL.
func CheckOIDCRequestURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil:
		return errors.New("must be an absolute URL without user, such as https://pipelines.example.com/token")
	case u.Scheme != "https" && (u.Scheme != "http" || !wire.Loopback(u.Hostname())):
		return errors.New("must be an https URL, or http to a loopback address: a bearer token is sent there")
	}
	return nil
}

// NamesServiceConnection reports whether the query of a request URL has the id of a
// service connection of Azure Pipelines.
func NamesServiceConnection(requestURL string) bool {
	u, err := url.Parse(requestURL)
	if err != nil {
		return false
	}
	for name, values := range u.Query() {
		if strings.EqualFold(name, "serviceConnectionId") && values[0] != "" {
			return true
		}
	}
	return false
}

func (b *builder) oidc(clientID string) (azcore.TokenCredential, error) {
	source := func(context.Context) (string, error) { return b.OIDCToken, nil }
	switch {
	case b.OIDCToken != "":
	case b.OIDCTokenFilePath != "":
		source = func(context.Context) (string, error) {
			return valueOrFile("", "oidc_token_file_path", b.OIDCTokenFilePath)
		}
	default:
		source = b.newOIDCRequest().token
	}
	return azidentity.NewClientAssertionCredential(b.TenantID, clientID, source, &azidentity.ClientAssertionCredentialOptions{
		ClientOptions: b.options(authorityHost), DisableInstanceDiscovery: b.DisableInstanceDiscovery,
	})
}

// oidcRequest requests an ID token from a pipeline's service.
type oidcRequest struct {
	pipeline            runtime.Pipeline
	url, requestToken   string
	serviceConnectionID string
}

func (b *builder) newOIDCRequest() *oidcRequest {
	options := b.options("azure.oidc_request_url")
	return &oidcRequest{
		pipeline:            runtime.NewPipeline("azure", "", runtime.PipelineOptions{}, &options),
		url:                 b.OIDCRequestURL,
		requestToken:        b.OIDCRequestToken,
		serviceConnectionID: b.OIDCServiceConnectionID,
	}
}

// token requests a token. For GitHub Actions that is a GET with an audience, and the
// token comes as "value". With a service connection it is the POST of Azure DevOps, and
// the token comes as "oidcToken", as for azidentity's AzurePipelinesCredential. What the
// URL's query already has stays.
func (r *oidcRequest) token(ctx context.Context) (string, error) {
	method, field := http.MethodGet, "value"
	defaults := map[string]string{"audience": "api://AzureADTokenExchange"}
	if r.serviceConnectionID != "" || NamesServiceConnection(r.url) {
		method, field = http.MethodPost, "oidcToken"
		defaults = map[string]string{"api-version": "7.1", "serviceConnectionId": r.serviceConnectionID}
	}
	req, err := runtime.NewRequest(ctx, method, r.url)
	if err != nil {
		return "", err
	}
	query := req.Raw().URL.Query()
	for name, value := range defaults {
		if query.Get(name) == "" && (name != "serviceConnectionId" || !NamesServiceConnection(r.url)) {
			query.Set(name, value)
		}
	}
	req.Raw().URL.RawQuery = query.Encode()
	header := req.Raw().Header
	header.Set("Accept", "application/json")
	header.Set("Authorization", "Bearer "+r.requestToken)
	header.Set("X-Tfs-Fedauthredirect", "Suppress") // Azure DevOps: a 401 rather than a sign-in page

	resp, err := r.pipeline.Do(req) //nolint:bodyclose // the pipeline has read and closed it
	if err != nil {
		return "", fmt.Errorf("the request for an OIDC token to %s failed: %w", req.Raw().URL.Host, err)
	}
	body, err := runtime.Payload(resp)
	if err != nil {
		return "", err
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return "", fmt.Errorf("the request for an OIDC token to %s was answered with HTTP %d %s: %s",
			req.Raw().URL.Host, resp.StatusCode, http.StatusText(resp.StatusCode), firstNonEmpty(excerpt(body), "no body"))
	}
	// From here on the body may have a token, so no error shows it.
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the request for an OIDC token to %s was answered with HTTP %d %s", req.Raw().URL.Host, resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	var answer map[string]json.RawMessage
	var token string
	if json.Unmarshal(body, &answer) != nil || json.Unmarshal(answer[field], &token) != nil || token == "" {
		return "", fmt.Errorf("the answer of %s to the request for an OIDC token has no %q", req.Raw().URL.Host, field)
	}
	return token, nil
}
