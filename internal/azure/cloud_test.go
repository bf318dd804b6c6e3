package azure_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
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
		"own endpoint in china": {azure.CloudConfig{Environment: "china", ResourceManagerEndpoint: own.Endpoint}, where{china.Authority, own.Endpoint, china.Audience}},
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
		"bare authority":  {azure.CloudConfig{ActiveDirectoryAuthorityHost: "login.azure.test"}, "active_directory_authority_host"},
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

// TestEveryCloud reads in each cloud: where the token is asked for, what for,
// and where it is taken to.
func TestEveryCloud(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config    azure.CloudConfig
		discovery bool
		want      []string // hosts, in the order of first requests
		scope     string
	}{
		"public":                       {azure.CloudConfig{}, false, []string{"login.microsoftonline.com", "management.azure.com"}, "https://management.core.windows.net//.default"},
		"usgovernment":                 {azure.CloudConfig{Environment: "usgovernment"}, false, []string{"login.microsoftonline.us", "management.usgovcloudapi.net"}, "https://management.core.usgovcloudapi.net//.default"},
		"china":                        {azure.CloudConfig{Environment: "china"}, false, []string{"login.chinacloudapi.cn", "management.chinacloudapi.cn"}, "https://management.core.chinacloudapi.cn//.default"},
		"own":                          {azure.CloudConfig{ResourceManagerEndpoint: "https://arm.test", ResourceManagerAudience: "https://audience.test", ActiveDirectoryAuthorityHost: "https://login.test"}, false, []string{"login.test", "arm.test"}, "https://audience.test/.default"},
		"own, with instance discovery": {azure.CloudConfig{ResourceManagerEndpoint: "https://arm.test", ResourceManagerAudience: "https://audience.test", ActiveDirectoryAuthorityHost: "https://login.test"}, true, []string{"login.microsoftonline.com", "login.test", "arm.test"}, "https://audience.test/.default"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				where, err := azure.NewCloud(tt.config)
				if err != nil {
					t.Fatal(err)
				}
				w := newEmulatedAzure(func(c *emulated.Config) {
					c.Audiences = []string{"https://management.core.usgovcloudapi.net", "https://management.core.chinacloudapi.cn", "https://audience.test"}
				})
				var hosts []string
				transport := control.RoundTripper(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					if !slices.Contains(hosts, r.Host) {
						hosts = append(hosts, r.Host)
					}
					if strings.HasSuffix(r.URL.Path, "/discovery/instance") {
						answer(http.StatusOK, `{"tenant_discovery_endpoint":"https://login.test/`+tenant+`/v2.0/.well-known/openid-configuration","metadata":[{"preferred_network":"login.test","preferred_cache":"login.test","aliases":["login.test"]}]}`)(rw, r)
						return
					}
					w.ServeHTTP(rw, r)
				}))
				credential, err := azure.NewCredential(azure.CredentialConfig{
					TenantID: tenant, ClientID: clientID, ClientSecret: secret, Cloud: where, DisableInstanceDiscovery: !tt.discovery, Transport: transport,
				})
				if err != nil {
					t.Fatal(err)
				}
				client, err := azure.NewClient(azure.Config{Credential: credential, Cloud: where, Transport: transport})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, hosts); diff != "" {
					t.Errorf("hosts (-want +got):\n%s", diff)
				}
				for _, entry := range w.journal.Entries() {
					if scope := entry.Params["scope"]; entry.Action == emulated.ActionToken && !slices.Contains(strings.Fields(scope), tt.scope) {
						t.Errorf("the token is for %q, want %q", scope, tt.scope)
					}
				}
			})
		})
	}
}
