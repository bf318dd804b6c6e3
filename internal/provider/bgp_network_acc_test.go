package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

const (
	networkAddress = "bgp_network.test"
	networkID      = emulator.SeedVBR + ":10.8.0.0/16"
)

// networkWith is a bgp_network of a prefix, with these arguments more.
func networkWith(prefix, arguments string) string {
	return fmt.Sprintf("resource \"bgp_network\" \"test\" {\n  router_id = %q\n  dst_cidr_block = %q\n%s\n}\n", emulator.SeedVBR, prefix, arguments)
}

func TestAccNetworkLifeCycle(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.Alibaba.AddVPC(emulated.VPC{ID: "vpc-1", RegionID: emulator.SeedRegion})
	byID := func(id string) resource.ImportStateIdFunc {
		return func(*terraform.State) (string, error) { return id, nil }
	}
	w.runs(
		resource.TestStep{
			Config: networkWith("10.8.0.0/16", ""),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply:             []plancheck.PlanCheck{plancheck.ExpectKnownValue(networkAddress, tfjsonpath.New("id"), exactly(networkID))},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: hasAt(networkAddress, map[string]knownvalue.Check{
				"id": exactly(networkID), "region": exactly(emulator.SeedRegion), "router_id": exactly(emulator.SeedVBR), "dst_cidr_block": exactly("10.8.0.0/16"),
				"vpc_id": knownvalue.Null(), "status": exactly("Available"),
			}),
		},
		resource.TestStep{
			PreConfig:        w.forget,
			Config:           networkWith("10.8.0.0/16", `timeouts = { delete = "3m" }`),
			ConfigPlanChecks: plansAt(networkAddress, plancheck.ResourceActionUpdate),
			Check:            w.madeNone("AddBgpNetwork", "DeleteBgpNetwork"),
		},
		resource.TestStep{ResourceName: networkAddress, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"}},
		resource.TestStep{
			ResourceName: networkAddress, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"},
			ImportStateIdFunc: byID(emulator.SeedRegion + "/" + networkID),
		},
		resource.TestStep{
			Config: networkWith("10.8.0.0/16", ""),
		},
		resource.TestStep{ResourceName: networkAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateIdFunc: byID(emulator.SeedRegion + "/" + networkID)},
		resource.TestStep{ResourceName: networkAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID, GenerateConfig: true},
		resource.TestStep{ResourceName: networkAddress, ImportState: true, ImportStateIdFunc: byID(emulator.SeedVBR + ":10.9.0.0/16"), ExpectError: message(`(?s)no BGP (group bgpg-doesnotexist|network \S+:10.9.0.0/16) in cn-shanghai\. Check its id`)},
		resource.TestStep{ResourceName: networkAddress, ImportState: true, ImportStateIdFunc: byID("10.8.0.0/16"), ExpectError: message(`is no region`)},
		resource.TestStep{ResourceName: networkAddress, ImportState: true, ImportStateIdFunc: byID(emulator.SeedVBR + ":10.8.0.1/16"), ExpectError: message(`has bits beyond its length`)},
		resource.TestStep{Config: networkWith("10.8.0.0/16", `vpc_id = "vpc-1"`), ConfigPlanChecks: plansAt(networkAddress, plancheck.ResourceActionReplace),
			ConfigStateChecks: hasAt(networkAddress, map[string]knownvalue.Check{"vpc_id": exactly("vpc-1")})},
		resource.TestStep{Config: networkWith("10.9.0.0/16", ""), ConfigPlanChecks: plansAt(networkAddress, plancheck.ResourceActionReplace),
			ConfigStateChecks: hasAt(networkAddress, map[string]knownvalue.Check{"id": exactly(emulator.SeedVBR + ":10.9.0.0/16"), "vpc_id": knownvalue.Null()})},
		resource.TestStep{
			PreConfig:        func() { w.Alibaba.RemoveNetwork(emulator.SeedVBR, "10.9.0.0/16") },
			Config:           networkWith("10.9.0.0/16", ""),
			ConfigPlanChecks: plansAt(networkAddress, plancheck.ResourceActionCreate),
		},
	)
}

// Another spelling of an IPv6 prefix is no change.
func TestAccNetworkSpelling(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	config := func(prefix string) string {
		return fmt.Sprintf("resource \"bgp_network\" \"test\" {\n  region = %q\n  router_id = %q\n  dst_cidr_block = %q\n}\n", emulator.SeedIPv6Region, emulator.SeedIPv6VBR, prefix)
	}
	w.runs(
		resource.TestStep{Config: config("2001:DB8:0:0::/48"), ConfigPlanChecks: plansAt(networkAddress, plancheck.ResourceActionCreate),
			ConfigStateChecks: hasAt(networkAddress, map[string]knownvalue.Check{"dst_cidr_block": exactly("2001:DB8:0:0::/48"), "id": exactly(emulator.SeedIPv6VBR + ":2001:db8::/48")})},
		resource.TestStep{Config: config("2001:db8::/48"), ConfigPlanChecks: plansAt(networkAddress, plancheck.ResourceActionNoop)},
	)
}

func TestAccNetworkIdentity(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: w.factories(),
		Steps: []resource.TestStep{
			{
				Config: networkWith("10.8.0.0/16", ""),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentityValueMatchesState(networkAddress, tfjsonpath.New("router_id")),
					statecheck.ExpectIdentityValueMatchesState(networkAddress, tfjsonpath.New("dst_cidr_block")),
					statecheck.ExpectIdentityValueMatchesState(networkAddress, tfjsonpath.New("region")),
				},
			},
			{ResourceName: networkAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

func TestAccNetworkBadInput(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	var steps []resource.TestStep
	for prefix, says := range map[string]string{
		"10.8.0.1/16": `write "10.8.0.0/16"`,
		"10.8.0.0":    `is an address without a length`,
		"":            `the text is empty: give a prefix such as 10.0.0.0/8.`,
		"x":           `is not an IPv4 or IPv6 prefix`,
	} {
		steps = append(steps, resource.TestStep{Config: networkWith(prefix, ""), PlanOnly: true, ExpectError: message(regexp.QuoteMeta(says))})
	}
	w.runs(steps...)
	if n := w.Journal.Count("*"); n != 0 {
		t.Errorf("%d requests were made for configurations that cannot be right", n)
	}
}

// A network that is there is another's: it is adopted by import only.
func TestAccNetworkAlreadyThere(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.Alibaba.PutNetwork(emulated.Network{RouterID: emulator.SeedVBR, CIDR: "10.8.0.0/16"})
	w.run(
		resource.TestStep{
			Config:      networkWith("10.8.0.0/16", ""),
			ExpectError: regexp.MustCompile(`(?s)dst_cidr_block = "10\.8\.0\.0/16".*InvalidParams\.AlreadyExists.*to = bgp_network\.<name>\s+id = "cn-shanghai/` + regexp.QuoteMeta(networkID)),
		},
		resource.TestStep{
			Config:           fmt.Sprintf("import {\n  to = bgp_network.test\n  id = %q\n}\n", networkID) + networkWith("10.8.0.0/16", ""),
			ConfigPlanChecks: plansAt(networkAddress, plancheck.ResourceActionNoop),
		},
	)
}

func TestAccNetworkOldAnswers(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{OldAnswers: true}})
	w.runs(resource.TestStep{
		Config:            networkWith("10.8.0.0/16", ""),
		ConfigPlanChecks:  plansAt(networkAddress, plancheck.ResourceActionCreate),
		ConfigStateChecks: hasAt(networkAddress, map[string]knownvalue.Check{"status": exactly(""), "router_id": exactly(emulator.SeedVBR)}),
	}, resource.TestStep{
		Config: networkWith("10.8.0.0/16", "") + "data \"bgp_networks\" \"test\" {\n  router_id = bgp_network.test.router_id\n}\n",
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue("data.bgp_networks.test", tfjsonpath.New("networks"), knownvalue.ListExact([]knownvalue.Check{
			knownvalue.ObjectPartial(map[string]knownvalue.Check{"id": exactly(emulator.SeedVBR + ":10.8.0.0/16"), "router_id": exactly(emulator.SeedVBR)}),
		}))},
	}, resource.TestStep{
		Config:      networkWith("10.8.0.0/16", "") + "data \"bgp_networks\" \"test\" {}\n",
		ExpectError: regexp.MustCompile(`(?s)does\s+not\s+say\s+which\s+router.*Set\s+router_id`),
	})
}

func TestAccNetworksDataSource(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	for i := range 120 {
		w.Alibaba.PutNetwork(emulated.Network{RouterID: emulator.SeedVBR, CIDR: fmt.Sprintf("10.8.%d.0/24", i)})
	}
	w.Alibaba.PutNetwork(emulated.Network{RouterID: emulator.SeedMultiCircuitVBR, CIDR: "10.8.0.0/16", VPCID: "vpc-1"})
	const data = "data.bgp_networks.test"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: w.factories(),
		Steps: []resource.TestStep{
			{
				Config:            "data \"bgp_networks\" \"test\" {}",
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(data, tfjsonpath.New("networks"), knownvalue.ListSizeExact(121))},
			},
			{
				Config: "data \"bgp_networks\" \"test\" {\n  router_id = \"" + emulator.SeedMultiCircuitVBR + "\"\n}\n",
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(data, tfjsonpath.New("networks"), knownvalue.ListExact([]knownvalue.Check{
					knownvalue.ObjectExact(map[string]knownvalue.Check{
						"id": exactly(emulator.SeedMultiCircuitVBR + ":10.8.0.0/16"), "region": exactly(emulator.SeedRegion), "router_id": exactly(emulator.SeedMultiCircuitVBR),
						"dst_cidr_block": exactly("10.8.0.0/16"), "vpc_id": exactly("vpc-1"), "status": exactly("Available"),
					}),
				}))},
			},
		},
	})
}
