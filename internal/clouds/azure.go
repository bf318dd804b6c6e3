package clouds

import (
	"errors"
	"fmt"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// ServiceConnectionVariables are where Azure Pipelines, or the pipeline's author,
// puts the ID of the service connection to ask an OIDC token for. They are the
// azurerm and azapi providers' own. There is no argument: no other pipeline has it.
var ServiceConnectionVariables = []string{
	"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID", "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
}

func (c *Clouds) newAzure() (*azure.Client, error) {
	r := c.reader()
	endpoints, credentials := r.azure()
	if r.err != nil {
		return nil, r.err
	}
	transport, err := c.roundTripper()
	if err != nil {
		return nil, err
	}
	where, err := azure.NewCloud(endpoints)
	if err != nil {
		return nil, r.azureError(err)
	}
	credentials.Cloud = where
	credentials.Transport = transport
	credentials.UserAgent = c.config.UserAgent
	limits := wire.Limits{Attempt: c.config.Pace.Attempt, Patience: c.config.Pace.Patience}
	credentials.Limits = limits
	credentials.Logger = c.config.Logger
	credential, err := azure.NewCredential(credentials)
	if err != nil {
		return nil, r.azureError(err)
	}
	client, err := azure.NewClient(azure.Config{
		Credential: credential,
		Cloud:      where,
		Transport:  transport,
		UserAgent:  c.config.UserAgent,
		Limits:     limits,
		Logger:     c.config.Logger,
	})
	if err != nil {
		return nil, r.azureError(err)
	}
	return client, nil
}

// azure reads the arguments of Azure, but for the subscription, which only some
// objects need.
func (r *reader) azure() (azure.CloudConfig, azure.CredentialConfig) {
	endpoints := azure.CloudConfig{
		Environment:                  r.text(AzureEnvironment),
		ResourceManagerEndpoint:      r.text(AzureResourceManagerEndpoint),
		ResourceManagerAudience:      r.text(AzureResourceManagerAudience),
		ActiveDirectoryAuthorityHost: r.text(AzureActiveDirectoryAuthorityHost),
	}
	r.checkServiceConnection()
	return endpoints, azure.CredentialConfig{
		TenantID:                  r.text(AzureTenantID),
		ClientID:                  r.text(AzureClientID),
		ClientIDFilePath:          r.text(AzureClientIDFilePath),
		ClientSecret:              r.text(AzureClientSecret),
		ClientSecretFilePath:      r.text(AzureClientSecretFilePath),
		ClientCertificate:         r.text(AzureClientCertificate),
		ClientCertificatePath:     r.text(AzureClientCertificatePath),
		ClientCertificatePassword: r.text(AzureClientCertificatePassword),
		UseOIDC:                   r.flag(AzureUseOIDC, false),
		OIDCToken:                 r.text(AzureOIDCToken),
		OIDCTokenFilePath:         r.text(AzureOIDCTokenFilePath),
		OIDCRequestURL:            r.text(AzureOIDCRequestURL),
		OIDCRequestToken:          r.text(AzureOIDCRequestToken),
		OIDCServiceConnectionID:   r.firstOf(ServiceConnectionVariables),
		UseMSI:                    r.flag(AzureUseMSI, false),
		UseCLI:                    r.flag(AzureUseCLI, true),
		UseAKSWorkloadIdentity:    r.flag(AzureUseAKSWorkloadIdentity, false),
		DisableInstanceDiscovery:  r.flag(AzureDisableInstanceDiscovery, false),
	}
}

// checkServiceConnection refuses the request URL of Azure Pipelines without a service
// connection to ask for: without one, the request would be that of GitHub Actions.
func (r *reader) checkServiceConnection() {
	url := r.text(AzureOIDCRequestURL)
	if url == "" || url != r.getenv("SYSTEM_OIDCREQUESTURI") || r.firstOf(ServiceConnectionVariables) != "" || azure.NamesServiceConnection(url) {
		return
	}
	r.refuse(AzureOIDCRequestURL, fmt.Errorf("Azure Pipelines gives tokens for a service connection, and none is named. Set the environment variable %s to its ID",
		strings.Join(ServiceConnectionVariables, " or ")))
}

// azureError puts the provider's name for an argument into what the client layer
// says of it.
func (r *reader) azureError(err error) error {
	var wrong *azure.ConfigError
	if !errors.As(err, &wrong) {
		return err
	}
	for _, setting := range []Setting{Azure + "." + Setting(wrong.Argument), AzureEndpoint + "." + Setting(wrong.Argument)} {
		if _, ok := table[setting]; !ok {
			continue
		}
		if text, _ := r.lookup(setting); text == "" {
			r.refuse(setting, fmt.Errorf("%w: %s", ErrMissing, wrong.Reason))
		} else {
			r.refuse(setting, errors.New(wrong.Reason))
		}
		return r.err
	}
	return fmt.Errorf("the provider's argument %s: %w", Azure, err)
}
