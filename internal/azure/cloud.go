package azure

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// CloudConfig says which Azure cloud is meant. The zero value is the public
// one. The names are those of the azurerm and azapi providers.
type CloudConfig struct {
	// Environment is "public", "usgovernment" or "china", in any letter case;
	// "" is public.
	Environment string
	// ResourceManagerEndpoint, ResourceManagerAudience and
	// ActiveDirectoryAuthorityHost each replace what the environment says,
	// where set. The endpoint and the authority host are https URLs.
	ResourceManagerEndpoint      string
	ResourceManagerAudience      string
	ActiveDirectoryAuthorityHost string
}

// NewCloud returns what azcore and azidentity need to know of a cloud. Its
// error is a [*ConfigError] that names the argument at fault.
func NewCloud(config CloudConfig) (cloud.Configuration, error) {
	var base cloud.Configuration
	switch strings.ToLower(config.Environment) {
	case "", "public":
		base = cloud.AzurePublic
	case "usgovernment":
		base = cloud.AzureGovernment
	case "china":
		base = cloud.AzureChina
	default:
		return cloud.Configuration{}, &ConfigError{
			Argument: "environment",
			Reason:   fmt.Sprintf("%q is none of public, usgovernment and china", config.Environment),
		}
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

// httpsURL checks that text is an https URL with a host and nothing after its
// path, and returns it without a trailing slash. Tokens and secrets go there,
// and azcore refuses any other scheme. A bare host name gets its https.
func httpsURL(text string) (string, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "", errors.New("not a URL")
	case u.Scheme != "https":
		return "", fmt.Errorf("the scheme is %q, it must be https", u.Scheme)
	case u.Host == "":
		return "", errors.New("the URL has no host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("the URL must have no user, query or fragment")
	}
	return strings.TrimSuffix(u.String(), "/"), nil
}
