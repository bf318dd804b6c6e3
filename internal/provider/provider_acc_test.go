package provider

import (
	"fmt"
	"maps"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
)

const peerConfig = `
resource "bgp_peer" "azure" {
  bgp_group_id    = "` + emulator.SeedGroup + `"
  peer_ip_address = "` + emulator.SeedPeerAddress + `"
}
`

const statusConfig = `
data "bgp_peer_status" "gateway" {
  resource_group_name          = "` + emulator.SeedResourceGroup + `"
  virtual_network_gateway_name = "` + emulator.SeedGateway + `"
}
`

// blockFor is a provider block that says everything the environment of an acceptance test
// would.
func (w *acceptance) blockFor() string {
	return fmt.Sprintf(`
provider "bgp" {
  ca_certificate_file = %q
  alibaba_cloud = {
    region     = %q
    access_key = %q
    secret_key = %q
    endpoint   = %q
  }
  azure = {
    subscription_id            = %q
    tenant_id                  = %q
    client_id                  = %q
    client_secret              = %q
    use_cli                    = false
    disable_instance_discovery = true
    endpoint = {
      resource_manager_endpoint       = %q
      resource_manager_audience       = %q
      active_directory_authority_host = %q
    }
  }
}
`, w.CAFile(),
		emulator.SeedRegion, emulator.SeedAccessKeyID, emulator.SeedAccessKeySecret, w.variables["ALIBABA_CLOUD_ENDPOINT_VPC"],
		emulator.SeedSubscription, emulator.SeedTenant, emulator.SeedClient, emulator.SeedClientSecret,
		w.variables["ARM_RESOURCE_MANAGER_ENDPOINT"], w.variables["ARM_RESOURCE_MANAGER_AUDIENCE"], w.variables["ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"])
}

// without removes variables from the provider's environment.
func (w *acceptance) without(variables ...string) *acceptance {
	w.variables = maps.Clone(w.variables)
	for _, variable := range variables {
		delete(w.variables, variable)
	}
	return w
}

var (
	alibabaCloudVariables = []string{"ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_REGION", "ALIBABA_CLOUD_ENDPOINT_VPC"}
	azureVariables        = []string{
		"ARM_SUBSCRIPTION_ID", "ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_RESOURCE_MANAGER_ENDPOINT",
		"ARM_RESOURCE_MANAGER_AUDIENCE", "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST", "ARM_DISABLE_INSTANCE_DISCOVERY",
	}
)

func TestAccProviderFromTheEnvironment(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.run(mainJob(peerConfig + statusConfig)...)
}

func TestAccProviderFromItsBlock(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	config := w.blockFor() + peerConfig + statusConfig
	w.variables = nil
	w.run(mainJob(config)...)
}

func TestAccProviderBlockWinsOverTheEnvironment(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	config := w.blockFor() + peerConfig + statusConfig
	for name := range w.variables {
		w.variables[name] = "wrong"
	}
	w.run(mainJob(config)...)
}

// mainJob applies a configuration with peerConfig and statusConfig, and plans it
// again.
func mainJob(config string) []resource.TestStep {
	return []resource.TestStep{{
		Config: config,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("bgp_peer.azure", tfjsonpath.New("region"), knownvalue.StringExact(emulator.SeedRegion)),
			statecheck.ExpectKnownValue("bgp_peer.azure", tfjsonpath.New("status"), knownvalue.StringExact("Available")),
			statecheck.ExpectKnownValue("data.bgp_peer_status.gateway", tfjsonpath.New("peers"), knownvalue.ListSizeExact(2)),
		},
		ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
	}}
}

// The peer is made once, with the provider's region, and planning and reading
// change nothing.
func TestAccMainJobRequests(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	steps := mainJob(peerConfig + statusConfig)
	steps[0].Check = func(*terraform.State) error {
		created := w.requestsOf("CreateBgpPeer")
		if len(created) != 1 {
			return fmt.Errorf("%d requests made a peer, want one", len(created))
		}
		want := map[string]string{
			"RegionId": emulator.SeedRegion, "BgpGroupId": emulator.SeedGroup, "PeerIpAddress": emulator.SeedPeerAddress,
		}
		for name, value := range want {
			if got := created[0].Params[name]; got != value {
				return fmt.Errorf("the peer was made with %s %q, want %q", name, got, value)
			}
		}
		return nil
	}
	steps = append(steps, resource.TestStep{
		PreConfig: w.forget,
		Config:    peerConfig + statusConfig,
		Check:     w.madeNone("CreateBgpPeer", "ModifyBgpPeerAttribute", "DeleteBgpPeer"),
	})
	w.run(steps...)
	if deleted := len(w.requestsOf("DeleteBgpPeer")); deleted != 1 {
		t.Errorf("%d requests deleted the peer, want one", deleted)
	}
}

func TestAccProviderWithAlibabaCloudAlone(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{}).without(append(azureVariables, "BGP_CA_CERTIFICATE_FILE")...)
	w.variables["ARM_ENVIRONMENT"] = "mars" // Azure is not used, so this is no matter.
	w.run(resource.TestStep{
		Config: peerConfig,
		Check:  w.madeNone("token", "discovery", "getBgpPeerStatus"),
	})
}

func TestAccProviderWithAzureAlone(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{}).without(alibabaCloudVariables...)
	w.variables["ALIBABA_CLOUD_ENDPOINT_VPC"] = "http://vpc.example.com" // Alibaba Cloud is not used.
	w.run(resource.TestStep{
		Config: statusConfig,
		Check:  w.madeNone("CreateBgpPeer", "DescribeBgpPeers"),
	})
}

// A provider block that takes from a resource what is known only after apply: the
// plan goes through where the value is not needed yet, and the apply has it.
func TestAccProviderArgumentsKnownAfterApply(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{}).without("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_REGION")
	w.run(resource.TestStep{
		Config: `
resource "terraform_data" "settings" {
  input = { region = "` + emulator.SeedRegion + `", access_key = "` + emulator.SeedAccessKeyID + `" }
}

provider "bgp" {
  alibaba_cloud = {
    region     = terraform_data.settings.output.region
    access_key = terraform_data.settings.output.access_key
    secret_key = "` + emulator.SeedAccessKeySecret + `"
  }
}
` + peerConfig,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectUnknownValue("bgp_peer.azure", tfjsonpath.New("region")),
		}},
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("bgp_peer.azure", tfjsonpath.New("region"), knownvalue.StringExact(emulator.SeedRegion)),
		},
	})
}

func TestAccProviderErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		without []string
		with    map[string]string
		config  string
		want    string // A regular expression; every space in it may be a line's end.
	}{
		"a key that is needed before it is known": {
			without: []string{"ALICLOUD_ACCESS_KEY"},
			config: `
resource "terraform_data" "key" {
  input = "` + emulator.SeedAccessKeyID + `"
}
provider "bgp" {
  alibaba_cloud = { access_key = terraform_data.key.output }
}
data "bgp_peers" "all" {}
`,
			want: `alibaba_cloud.access_key is not known until apply`,
		},
		"no region": {
			without: []string{"ALICLOUD_REGION"},
			config:  peerConfig,
			want:    `alibaba_cloud.region is not set. Set it in the provider block, or set the environment variable ALICLOUD_REGION or ALIBABA_CLOUD_REGION`,
		},
		"no subscription": {
			without: []string{"ARM_SUBSCRIPTION_ID"},
			config:  statusConfig,
			want:    `azure.subscription_id is not set. Set it in the provider block, or set the environment variable ARM_SUBSCRIPTION_ID`,
		},
		"a client secret without a client": {
			without: []string{"ARM_CLIENT_ID"},
			config:  statusConfig,
			want:    `azure.client_id is not set`,
		},
		"a wrong endpoint in the provider block": {
			config: `provider "bgp" { alibaba_cloud = { endpoint = "http://vpc.example.com" } }` + peerConfig,
			want:   `alibaba_cloud.endpoint: the endpoint http://vpc.example.com is plain http, which is for loopback addresses only`,
		},
		"a wrong endpoint in the environment": {
			with:   map[string]string{"ALIBABA_CLOUD_ENDPOINT_VPC": "http://vpc.example.com"},
			config: peerConfig,
			want:   `ALIBABA_CLOUD_ENDPOINT_VPC, which stands in for the provider's argument alibaba_cloud.endpoint: the endpoint http://vpc.example.com is plain http`,
		},
		"a wrong environment": {
			config: `provider "bgp" { azure = { environment = "mars" } }` + statusConfig,
			want:   `azure.environment: must be public, usgovernment or china`,
		},
		"a CA file that is not there": {
			with:   map[string]string{"BGP_CA_CERTIFICATE_FILE": "/does/not/exist.pem"},
			config: statusConfig,
			want:   `BGP_CA_CERTIFICATE_FILE, which stands in for the provider's argument ca_certificate_file: must name a readable file`,
		},
		"a key that a line break came along with": {
			with:   map[string]string{"ALICLOUD_ACCESS_KEY": emulator.SeedAccessKeyID + "\n"},
			config: peerConfig,
			want:   `ALICLOUD_ACCESS_KEY, which stands in for the provider's argument alibaba_cloud.access_key: must not contain white space`,
		},
		"an empty filter": {
			config: `data "bgp_peers" "all" { bgp_group_id = "" }`,
			want:   `the text is empty: give an id, or leave the argument out`,
		},
		"half a key": {
			without: []string{"ALICLOUD_ACCESS_KEY"},
			config:  `provider "bgp" { alibaba_cloud = { secret_key = "hunter2" } }` + peerConfig,
			want:    `alibaba_cloud.access_key: not set, but alibaba_cloud.secret_key is`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAcceptance(t, emulator.Config{}).without(test.without...)
			maps.Copy(w.variables, test.with)
			w.run(resource.TestStep{Config: test.config, ExpectError: message(test.want)})
			if err := w.made(map[string]int{})(&terraform.State{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// message is a regular expression for a text that the CLI has folded and put a
// margin on.
func message(text string) *regexp.Regexp {
	return regexp.MustCompile(regexp.MustCompile(` +`).ReplaceAllString(text, `[\s│]+`))
}
