package azure

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// CredentialConfig says which identity to use. The names are those that users of the
// azurerm and azapi providers know. The caller reads environment variables; only
// azidentity itself reads those of a managed identity (IDENTITY_ENDPOINT,
// IDENTITY_HEADER, …) and of AKS workload identity (AZURE_CLIENT_ID, AZURE_TENANT_ID,
// AZURE_FEDERATED_TOKEN_FILE).
type CredentialConfig struct {
	TenantID         string
	ClientID         string
	ClientIDFilePath string // instead of ClientID

	ClientSecret         string
	ClientSecretFilePath string // instead of ClientSecret

	ClientCertificate         string // a base64 PKCS#12 bundle
	ClientCertificatePath     string // instead of ClientCertificate; PKCS#12 or PEM
	ClientCertificatePassword string

	UseOIDC           bool
	OIDCToken         string
	OIDCTokenFilePath string // read again for every access token, since such tokens are short-lived
	OIDCRequestURL    string // where a pipeline issues tokens
	OIDCRequestToken  string // the bearer token for OIDCRequestURL
	// OIDCServiceConnectionID selects the request of Azure DevOps; without it, the
	// request is that of GitHub Actions.
	OIDCServiceConnectionID string

	UseMSI                 bool // a managed identity; ClientID selects a user-assigned one
	UseCLI                 bool // the identity signed in to the Azure CLI
	UseAKSWorkloadIdentity bool

	// Cloud says where tokens are issued; see [NewCloud].
	Cloud                    cloud.Configuration
	DisableInstanceDiscovery bool // for clouds that Microsoft's own authority does not know

	// Transport sends the requests for tokens; nil is http.DefaultTransport.
	Transport http.RoundTripper
	UserAgent string
	Limits    wire.Limits // how long to try; zero fields mean the defaults
	Logger    *slog.Logger
}

// secrets are what requests for tokens contain, and answers may repeat.
type secrets struct {
	mu    sync.Mutex
	known []string
}

func (s *secrets) add(known ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known = append(s.known, known...)
}

// hide returns a text without the secrets.
func (s *secrets) hide(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return wire.Hide(text, s.known...)
}

// hideIn hides the secrets in an answer, before its text is decoded or cut.
func (s *secrets) hideIn(resp *http.Response) {
	if body, err := runtime.Payload(resp); err == nil {
		resp.Body = io.NopCloser(strings.NewReader(s.hide(string(body))))
		_, _ = runtime.Payload(resp) // keeps the body for those who read it after MSAL
	}
}

// NewCredential returns the credential that a configuration asks for. It is the first
// of these whose arguments are set, in azurerm's order: client certificate, client
// secret, OIDC, AKS workload identity, managed identity, Azure CLI. If that one fails,
// no other is tried: an identity that is not configured is never used.
//
// It reads no file and makes no request before the first token is needed. An error is a
// [*ConfigError]; GetToken's errors are [*CredentialError]s.
func NewCredential(config CredentialConfig) (azcore.TokenCredential, error) {
	config.Logger = loggerOrNone(config.Logger)
	known := &secrets{}
	known.add(config.ClientSecret, config.ClientCertificatePassword, config.OIDCToken, config.OIDCRequestToken)
	b, c := &builder{config, known}, &credential{secrets: known}
	var build func(clientID string) (azcore.TokenCredential, error)
	var principal bool // it needs a tenant and a client
	switch {
	case config.ClientCertificate != "" || config.ClientCertificatePath != "":
		c.identity, principal = "the client certificate", true
		build = b.clientCertificate
	case config.ClientSecret != "" || config.ClientSecretFilePath != "":
		c.identity, principal = "the client secret", true
		build = b.clientSecret
	case config.UseOIDC:
		if err := config.checkOIDC(); err != nil {
			return nil, err
		}
		c.identity, principal = "the OIDC token", true
		build = b.oidc
	case config.UseAKSWorkloadIdentity:
		c.identity = identityAKS
		build = b.workloadIdentity
	case config.UseMSI:
		c.identity = "the managed identity"
		if config.ClientID == "" && config.ClientIDFilePath == "" {
			c.identity = "the system-assigned managed identity"
		}
		build = b.managedIdentity
	case config.UseCLI:
		c.identity = identityCLI
		build = b.azureCLI
		b.ClientID, b.ClientIDFilePath = "", ""
	default:
		return nil, &ConfigError{Reason: "no way to authenticate is configured: set client_secret, client_certificate or its path, " +
			"use_oidc, use_aks_workload_identity, use_msi or use_cli"}
	}
	if principal && b.TenantID == "" {
		return nil, &ConfigError{Argument: "tenant_id", Reason: "needed to authenticate with " + c.identity}
	}
	if principal && b.ClientID == "" && b.ClientIDFilePath == "" {
		return nil, &ConfigError{Argument: "client_id", Reason: "needed to authenticate with " + c.identity}
	}
	switch {
	case b.ClientID != "":
		c.identity += " of client " + b.ClientID
	case b.ClientIDFilePath != "":
		c.identity += " of the client in " + b.ClientIDFilePath
	}
	c.build = func() (azcore.TokenCredential, error) {
		clientID, err := valueOrFile(b.ClientID, "client_id_file_path", b.ClientIDFilePath)
		if err != nil {
			return nil, err
		}
		return build(clientID)
	}
	return c, nil
}

// The names of identities that advice is about.
const (
	identityAKS = "the AKS workload identity"
	identityCLI = "the identity signed in to the Azure CLI"
)

// ConfigError is a configuration that cannot be used.
type ConfigError struct {
	Argument string // the argument at fault, such as "tenant_id"; "" for none in particular
	Reason   string
}

// Error names the argument.
func (e *ConfigError) Error() string {
	if e.Argument == "" {
		return e.Reason
	}
	return e.Argument + ": " + e.Reason
}

// credential builds azidentity's credential when the first token is needed, and makes
// its errors readable.
type credential struct {
	identity string
	secrets  *secrets
	build    func() (azcore.TokenCredential, error)

	mu    sync.Mutex
	built azcore.TokenCredential
	token string // the last that was returned
}

// Identity describes the identity in words, without any secret.
func (c *credential) Identity() string { return c.identity }

// GetToken asks for an access token.
func (c *credential) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	progress := progressOf(ctx)
	progress.enter(PhaseToken)
	cred, err := c.get()
	ctx, failure := withFailure(ctx)
	var token azcore.AccessToken
	if err == nil {
		token, err = cred.GetToken(ctx, options)
	}
	if err != nil {
		if ctx.Err() != nil {
			return azcore.AccessToken{}, ctx.Err() // the phase says what it waited for
		}
		return azcore.AccessToken{}, newCredentialError(c.identity, err, failure.last(), c.secrets)
	}
	progress.answered(PhaseToken)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = token.Token
	return token, nil
}

// drop makes the next token a new one if the last is the one that was refused.
// azidentity's credentials return a token again until it expires; a new one begins
// without any. A managed identity's token stays: the library keeps it for the whole
// process, and Azure keeps it too.
func (c *credential) drop(refused string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token == refused {
		c.built = nil
	}
}

// get builds the credential once. If that fails, the next call tries again: a missing
// file may exist by then.
func (c *credential) get() (azcore.TokenCredential, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.built != nil {
		return c.built, nil
	}
	built, err := c.build()
	if err != nil {
		return nil, err
	}
	c.built = built
	return built, nil
}

// builder builds a credential of azidentity.
type builder struct {
	CredentialConfig
	secrets *secrets
}

// authorityHost is the argument with the address that issues tokens.
const authorityHost = "azure.endpoint.active_directory_authority_host"

// options are those of the pipelines that request tokens. endpoint sets where from.
func (b *builder) options(endpoint string) policy.ClientOptions {
	return pipelineOptions(b.Cloud, b.Transport, b.UserAgent, newAttemptPolicy(b.Limits, endpoint), retryPolicy{logger: b.Logger, secrets: b.secrets})
}

func (b *builder) clientSecret(clientID string) (azcore.TokenCredential, error) {
	secret, err := valueOrFile(b.ClientSecret, "client_secret_file_path", b.ClientSecretFilePath)
	if err != nil {
		return nil, err
	}
	b.secrets.add(secret)
	return azidentity.NewClientSecretCredential(b.TenantID, clientID, secret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions: b.options(authorityHost), DisableInstanceDiscovery: b.DisableInstanceDiscovery,
	})
}

func (b *builder) clientCertificate(clientID string) (azcore.TokenCredential, error) {
	certificates, key, err := b.readCertificate()
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientCertificateCredential(b.TenantID, clientID, certificates, key, &azidentity.ClientCertificateCredentialOptions{
		ClientOptions: b.options(authorityHost), DisableInstanceDiscovery: b.DisableInstanceDiscovery,
		SendCertificateChain: true, // needed where an application trusts a subject and issuer, not one certificate
	})
}

func (b *builder) workloadIdentity(clientID string) (azcore.TokenCredential, error) {
	return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions: b.options(authorityHost), DisableInstanceDiscovery: b.DisableInstanceDiscovery,
		TenantID: b.TenantID, ClientID: clientID, TokenFilePath: b.OIDCTokenFilePath,
	})
}

func (b *builder) managedIdentity(clientID string) (azcore.TokenCredential, error) {
	options := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: b.options("IDENTITY_ENDPOINT")}
	options.Transport = newHTTPClient(b.Transport) // for Service Fabric it must be an http.Client
	// retryPolicy does the rest. These two pass at the metadata service of virtual machines.
	options.Retry = policy.RetryOptions{ShouldRetry: func(resp *http.Response, err error) bool {
		return err == nil && runtime.HasStatusCode(resp, http.StatusNotFound, http.StatusGone)
	}}
	if clientID != "" {
		options.ID = azidentity.ClientID(clientID)
	}
	return azidentity.NewManagedIdentityCredential(options)
}

func (b *builder) azureCLI(string) (azcore.TokenCredential, error) {
	return azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: b.TenantID})
}

// valueOrFile returns value or, if that is "", the content of the argument's file. Both
// may be unset.
func valueOrFile(value, argument, path string) (string, error) {
	if value != "" || path == "" {
		return value, nil
	}
	content, err := os.ReadFile(path) //nolint:gosec // the user names the file to read
	if err != nil {
		return "", &ConfigError{Argument: argument, Reason: err.Error()}
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return "", &ConfigError{Argument: argument, Reason: fmt.Sprintf("%s is empty", path)}
	}
	return text, nil
}
