package azure_test

import (
	"errors"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

func TestNewCloud(t *testing.T) {
	t.Parallel()
	type where struct{ Authority, Endpoint, Audience string }
	of := func(c cloud.Configuration) where {
		manager := c.Services[cloud.ResourceManager]
		return where{c.ActiveDirectoryAuthorityHost, manager.Endpoint, manager.Audience}
	}
	public, government, china := of(cloud.AzurePublic), of(cloud.AzureGovernment), of(cloud.AzureChina)
	own := where{"https://login.azure.test", "https://management.azure.test", "https://audience.azure.test"}
	tests := map[string]struct {
		config azure.CloudConfig
		want   where
	}{
		"nothing":      {azure.CloudConfig{}, public},
		"public":       {azure.CloudConfig{Environment: "Public"}, public},
		"usgovernment": {azure.CloudConfig{Environment: "usgovernment"}, government},
		"china":        {azure.CloudConfig{Environment: "CHINA"}, china},
		"own": {
			azure.CloudConfig{ResourceManagerEndpoint: own.Endpoint, ResourceManagerAudience: own.Audience, ActiveDirectoryAuthorityHost: own.Authority}, own,
		},
		"own, with slashes and as a scope": {
			azure.CloudConfig{ResourceManagerEndpoint: own.Endpoint + "/", ResourceManagerAudience: own.Audience + "/.default", ActiveDirectoryAuthorityHost: own.Authority + "/"}, own,
		},
		"own authority as a bare host": {azure.CloudConfig{ActiveDirectoryAuthorityHost: "login.azure.test"}, where{own.Authority, public.Endpoint, public.Audience}},
		"own endpoint in china":        {azure.CloudConfig{Environment: "china", ResourceManagerEndpoint: own.Endpoint}, where{china.Authority, own.Endpoint, china.Audience}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := azure.NewCloud(tt.config)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, of(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff(public, of(cloud.AzurePublic)); diff != "" {
		t.Errorf("azcore's public cloud was changed (-want +got):\n%s", diff)
	}
}

func TestNewCloudRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config   azure.CloudConfig
		argument string
	}{
		"environment":     {azure.CloudConfig{Environment: "german"}, "environment"},
		"http endpoint":   {azure.CloudConfig{ResourceManagerEndpoint: "http://127.0.0.1:1"}, "resource_manager_endpoint"},
		"endpoint's user": {azure.CloudConfig{ResourceManagerEndpoint: "https://me:pw@azure.test"}, "resource_manager_endpoint"},
		"no host":         {azure.CloudConfig{ResourceManagerEndpoint: "https://"}, "resource_manager_endpoint"},
		"no URL":          {azure.CloudConfig{ResourceManagerEndpoint: "https://%zz"}, "resource_manager_endpoint"},
		"query":           {azure.CloudConfig{ActiveDirectoryAuthorityHost: "https://azure.test?x=1"}, "active_directory_authority_host"},
		"http authority":  {azure.CloudConfig{ActiveDirectoryAuthorityHost: "http://azure.test"}, "active_directory_authority_host"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := azure.NewCloud(tt.config)
			var wrong *azure.ConfigError
			if !errors.As(err, &wrong) || wrong.Argument != tt.argument {
				t.Errorf("got %v, want an error of %s", err, tt.argument)
			}
		})
	}
}
