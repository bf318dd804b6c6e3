package azure

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// CloudConfig says which Azure cloud to use. The zero value is the public cloud. The
// names are those of the azurerm and azapi providers.
type CloudConfig struct {
	// Environment is "public", "usgovernment" or "china", in any letter case;
	// "" is public.
	Environment string
	// ResourceManagerEndpoint, ResourceManagerAudience and
	// ActiveDirectoryAuthorityHost replace the values of the environment if they are
	// set. The endpoint and the authority host are https URLs.
	ResourceManagerEndpoint      string
	ResourceManagerAudience      string
	ActiveDirectoryAuthorityHost string
}

// NewCloud returns the cloud's configuration for azcore and azidentity. Its error is a
// [*ConfigError] that names the argument at fault.
func NewCloud(config CloudConfig) (cloud.Configuration, error) {
	base, err := environment(config.Environment)
	if err != nil {
		return cloud.Configuration{}, &ConfigError{Argument: "environment", Reason: err.Error()}
	}

	manager := base.Services[cloud.ResourceManager]
	if config.ResourceManagerEndpoint != "" {
		endpoint, err := httpsURL(config.ResourceManagerEndpoint)
		if err != nil {
			return cloud.Configuration{}, &ConfigError{Argument: "resource_manager_endpoint", Reason: err.Error()}
		}
		manager.Endpoint = endpoint
	}
	if config.ResourceManagerAudience != "" {
		// "/.default" is appended to make the scope.
		manager.Audience = strings.TrimSuffix(config.ResourceManagerAudience, "/.default")
	}
	authority := base.ActiveDirectoryAuthorityHost
	if config.ActiveDirectoryAuthorityHost != "" {
		host, err := httpsURL(config.ActiveDirectoryAuthorityHost)
		if err != nil {
			return cloud.Configuration{}, &ConfigError{Argument: "active_directory_authority_host", Reason: err.Error()}
		}
		authority = host
	}
	return cloud.Configuration{
		ActiveDirectoryAuthorityHost: authority,
		Services:                     map[cloud.ServiceName]cloud.ServiceConfiguration{cloud.ResourceManager: manager},
	}, nil
}

// environment returns the cloud with a name.
func environment(name string) (cloud.Configuration, error) {
	switch strings.ToLower(name) {
	case "", "public":
		return cloud.AzurePublic, nil
	case "usgovernment":
		return cloud.AzureGovernment, nil
	case "china":
		return cloud.AzureChina, nil
	}
	return cloud.Configuration{}, fmt.Errorf("must be public, usgovernment or china, and is %q", name)
}

// CheckEnvironment checks the name of a cloud.
func CheckEnvironment(name string) error {
	_, err := environment(name)
	return err
}

// CheckEndpoint checks the URL of Resource Manager or of the authority. Its errors do
// not show the URL.
func CheckEndpoint(endpoint string) error {
	_, err := httpsURL(endpoint)
	return err
}

// httpsURL checks that text is an https URL with a host and nothing after its
// path, and returns it without a trailing slash. Tokens and secrets go there,
// and azcore refuses any other scheme.
func httpsURL(text string) (string, error) {
	u, err := url.Parse(text)
	switch meant := wire.LacksScheme(text); {
	case meant != "":
		return "", fmt.Errorf("must be an https URL, and %q has no scheme. Write %s", text, meant)
	case err != nil || u.Hostname() == "":
		return "", errors.New("must be an absolute https URL, such as https://management.azure.com")
	case u.Scheme != "https":
		return "", fmt.Errorf("must be an https URL, and its scheme is %q", u.Scheme)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", errors.New("must be a URL without user, query and fragment")
	}
	return strings.TrimSuffix(u.String(), "/"), nil
}
