package provider

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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

const groupAddress = "bgp_group.test"

// groupWith is a bgp_group on the VBR that has several circuits, with these arguments.
func groupWith(arguments string) string {
	return fmt.Sprintf("resource \"bgp_group\" \"test\" {\n  router_id = %q\n%s\n}\n", emulator.SeedMultiCircuitVBR, arguments)
}

// hasAt checks attributes of a resource's state.
func hasAt(address string, attributes map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, want := range attributes {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want))
	}
	return checks
}

// plansAt checks what the plan does with a resource.
func plansAt(address string, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)},
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// madeGroups are the groups at the service beside the seeded ones.
func (w *acceptance) madeGroups() []emulated.Group {
	return slices.DeleteFunc(w.Alibaba.Groups(), func(g emulated.Group) bool { return strings.Contains(g.ID, "seed") || g.Status == emulated.Deleted })
}

// onlyGroup is the one group at the service beside the seeded ones.
func (w *acceptance) onlyGroup() emulated.Group {
	w.t.Helper()
	groups := w.madeGroups()
	if len(groups) != 1 {
		w.t.Fatalf("there are %d groups at the service, not one: %+v", len(groups), groups)
	}
	return groups[0]
}

// modifiedGroup checks that the one group was modified once, with exactly these
// parameters beside the region, the token and the id.
func (w *acceptance) modifiedGroup(want map[string]string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		calls := w.requestsOf("ModifyBgpGroupAttribute")
		if len(calls) != 1 {
			return fmt.Errorf("the group was modified %d times, not once", len(calls))
		}
		got := maps.Clone(calls[0].Params)
		for _, name := range []string{"RegionId", "ClientToken", "BgpGroupId"} {
			delete(got, name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("the modification (-want +got):\n%s", diff)
		}
		return nil
	}
}

// runs runs the steps, after which no group and no network may be left beside the seeded ones.
func (w *acceptance) runs(steps ...resource.TestStep) {
	w.t.Helper()
	w.run(steps...)
	if left := w.madeGroups(); len(left) != 0 {
		w.t.Errorf("groups were left: %+v", left)
	}
	if left := w.Alibaba.Networks(); len(left) != 0 {
		w.t.Errorf("networks were left: %+v", left)
	}
}

func TestAccGroupLifeCycle(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	const first = "peer_asn = 65010\nname = \"data-center\"\ndescription = \"first\"\n"
	step := func(config string, sent map[string]string, action plancheck.ResourceActionType, state map[string]knownvalue.Check) resource.TestStep {
		s := resource.TestStep{PreConfig: w.forget, Config: groupWith(config), ConfigPlanChecks: plansAt(groupAddress, action), ConfigStateChecks: hasAt(groupAddress, state)}
		if sent != nil {
			s.Check = w.modifiedGroup(sent)
		} else {
			s.Check = w.madeNone("ModifyBgpGroupAttribute")
		}
		return s
	}
	const update, noop = plancheck.ResourceActionUpdate, plancheck.ResourceActionNoop
	w.runs(
		step(first, nil, plancheck.ResourceActionCreate, map[string]knownvalue.Check{
			"region": exactly(emulator.SeedRegion), "router_id": exactly(emulator.SeedMultiCircuitVBR), "peer_asn": number(65010), "local_asn": number(45104),
			"is_fake_asn": knownvalue.Bool(false), "ip_version": exactly("IPv4"), "name": exactly("data-center"), "description": exactly("first"),
			"route_limit": number(110), "has_auth_key": knownvalue.Bool(false), "auth_key_wo": knownvalue.Null(), "auth_key_wo_version": knownvalue.Null(),
			"status": exactly("Available"), "hold_time": number(30), "keepalive_time": number(10),
		}),
		step(first+`ip_version = "ipv4"`, nil, noop, nil),
		step(strings.Replace(first, "65010", "4200000001", 1), map[string]string{"PeerAsn": "4200000001"}, update, map[string]knownvalue.Check{"peer_asn": number(4200000001)}),
		step(first+"local_asn = 64512", map[string]string{"PeerAsn": "65010", "LocalAsn": "64512"}, update, map[string]knownvalue.Check{"local_asn": number(64512)}),
		step(first, nil, noop, map[string]knownvalue.Check{"local_asn": number(64512)}), // left out, it stays
		step(first+"is_fake_asn = true", map[string]string{"IsFakeAsn": "true"}, update, map[string]knownvalue.Check{"is_fake_asn": knownvalue.Bool(true)}),
		step(first, map[string]string{"IsFakeAsn": "false"}, update, map[string]knownvalue.Check{"is_fake_asn": knownvalue.Bool(false)}),
		step(first+"route_limit = 50", map[string]string{"RouteQuota": "50"}, update, map[string]knownvalue.Check{"route_limit": number(50)}),
		step("peer_asn = 65010\nname = \"other\"\n", map[string]string{"Name": "other", "Description": ""}, update,
			map[string]knownvalue.Check{"name": exactly("other"), "description": knownvalue.Null(), "route_limit": number(50)}),
		step("peer_asn = 65010\ntimeouts = { update = \"3m\" }", map[string]string{"Name": ""}, update, map[string]knownvalue.Check{"name": knownvalue.Null()}),
		step("peer_asn = 65010\ntimeouts = { update = \"4m\" }", nil, update, nil),
		resource.TestStep{ResourceName: groupAddress, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"}},
	)
}

func TestAccGroupReplaced(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.runs(
		resource.TestStep{Config: groupWith("peer_asn = 65010")},
		resource.TestStep{
			Config:           strings.Replace(groupWith("peer_asn = 65010"), emulator.SeedMultiCircuitVBR, emulator.SeedVBR, 1),
			ConfigPlanChecks: plansAt(groupAddress, plancheck.ResourceActionReplace),
		},
		resource.TestStep{
			Config:            fmt.Sprintf("resource \"bgp_group\" \"test\" {\n  region = %q\n  router_id = %q\n  peer_asn = 65010\n  ip_version = \"IPV6\"\n}\n", emulator.SeedIPv6Region, emulator.SeedIPv6VBR),
			ConfigPlanChecks:  plansAt(groupAddress, plancheck.ResourceActionReplace),
			ConfigStateChecks: hasAt(groupAddress, map[string]knownvalue.Check{"region": exactly(emulator.SeedIPv6Region), "ip_version": exactly("IPV6")}),
		},
	)
}

func TestAccGroupImport(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	inRegion := func(state *terraform.State) (string, error) {
		group := state.RootModule().Resources[groupAddress]
		if group == nil {
			return "", errors.New("no group in the state")
		}
		return group.Primary.Attributes["region"] + "/" + group.Primary.ID, nil
	}
	byID := func(id string) resource.ImportStateIdFunc {
		return func(*terraform.State) (string, error) { return id, nil }
	}
	w.runs(
		resource.TestStep{Config: groupWith("peer_asn = 65010\nname = \"data-center\"\nlocal_asn = 64512\nroute_limit = 20")},
		resource.TestStep{ResourceName: groupAddress, ImportState: true, ImportStateVerify: true},
		resource.TestStep{ResourceName: groupAddress, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: inRegion},
		resource.TestStep{ResourceName: groupAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateIdFunc: inRegion},
		resource.TestStep{ResourceName: groupAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID, GenerateConfig: true},
		resource.TestStep{ResourceName: groupAddress, ImportState: true, ImportStateIdFunc: byID("bgpg-doesnotexist"), ExpectError: message(`(?s)no BGP (group bgpg-doesnotexist|network \S+:10.9.0.0/16) in cn-shanghai\. Check its id`)},
		resource.TestStep{ResourceName: groupAddress, ImportState: true, ImportStateIdFunc: byID("bgp-1"), ExpectError: message(`id of a BGP peer`)},
	)
}

func TestAccGroupIdentity(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: w.factories(),
		Steps: []resource.TestStep{
			{
				Config: groupWith("peer_asn = 65010"),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentityValueMatchesState(groupAddress, tfjsonpath.New("id")),
					statecheck.ExpectIdentityValueMatchesState(groupAddress, tfjsonpath.New("region")),
				},
			},
			{ResourceName: groupAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

func TestAccGroupDrift(t *testing.T) {
	t.Parallel()
	const config = "peer_asn = 65010\nname = \"data-center\"\ndescription = \"first\"\nlocal_asn = 64512\nroute_limit = 50\nis_fake_asn = true"
	for name, test := range map[string]struct {
		drift func(*emulated.Group)
		sent  map[string]string
	}{
		"peer ASN":    {func(g *emulated.Group) { g.PeerASN = 65099 }, map[string]string{"PeerAsn": "65010"}},
		"local ASN":   {func(g *emulated.Group) { g.LocalASN = 64999 }, map[string]string{"LocalAsn": "64512"}},
		"fake ASN":    {func(g *emulated.Group) { g.IsFakeASN = false }, map[string]string{"IsFakeAsn": "true"}},
		"name":        {func(g *emulated.Group) { g.Name = "" }, map[string]string{"Name": "data-center"}},
		"description": {func(g *emulated.Group) { g.Description = "other" }, map[string]string{"Description": "first"}},
		"route limit": {func(g *emulated.Group) { g.RouteQuota = 51 }, map[string]string{"RouteQuota": "50"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAcceptance(t, emulator.Config{})
			w.runs(
				resource.TestStep{Config: groupWith(config)},
				resource.TestStep{
					PreConfig: func() {
						w.Alibaba.UpdateGroup(w.onlyGroup().ID, test.drift)
						w.forget()
					},
					Config:           groupWith(config),
					ConfigPlanChecks: plansAt(groupAddress, plancheck.ResourceActionUpdate),
					Check:            w.modifiedGroup(test.sent),
				},
			)
		})
	}
}

// Timers and the like move on their own: the state follows, and there is nothing to do.
func TestAccGroupDriftOfWhatIsRead(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.runs(
		resource.TestStep{Config: groupWith("peer_asn = 65010")},
		resource.TestStep{
			PreConfig: func() {
				w.Alibaba.UpdateGroup(w.onlyGroup().ID, func(g *emulated.Group) { g.Hold, g.Keepalive, g.LocalASN, g.RouteQuota = 90, 30, 64999, 20 })
			},
			Config:            groupWith("peer_asn = 65010"),
			ConfigPlanChecks:  plansAt(groupAddress, plancheck.ResourceActionNoop),
			ConfigStateChecks: hasAt(groupAddress, map[string]knownvalue.Check{"hold_time": number(90), "keepalive_time": number(30), "local_asn": number(64999)}),
		},
	)
}

func TestAccGroupDisappears(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	w.runs(
		resource.TestStep{Config: groupWith("peer_asn = 65010")},
		resource.TestStep{
			PreConfig: func() {
				if !w.Alibaba.RemoveGroup(w.onlyGroup().ID) {
					t.Error("there was no group to take away")
				}
			},
			Config:           groupWith("peer_asn = 65010"),
			ConfigPlanChecks: plansAt(groupAddress, plancheck.ResourceActionCreate),
		},
	)
}

func TestAccGroupOldAnswers(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{OldAnswers: true}})
	w.runs(
		resource.TestStep{
			Config:           groupWith("peer_asn = 65010"),
			ConfigPlanChecks: plansAt(groupAddress, plancheck.ResourceActionCreate),
			ConfigStateChecks: hasAt(groupAddress, map[string]knownvalue.Check{
				"ip_version": exactly("IPv4"), "router_id": exactly(emulator.SeedMultiCircuitVBR), "hold_time": number(30),
			}),
		},
	)
}

func TestAccGroupBadInput(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	sendsKeys := w.directory(nil).knows(11, 11)
	var steps []resource.TestStep
	for arguments, says := range map[string]string{
		`peer_asn = 45104`:                                              `45104 is Alibaba Cloud's own ASN`,
		`peer_asn = 1.10`:                                               `peer_asn must be a whole number, 1 to 4294967295, and is 1.1. A four-byte ASN in asdot notation`,
		`peer_asn = 1e400`:                                              `peer_asn must be a whole number, 1 to 4294967295, and is 1e+400.`,
		`peer_asn = 0`:                                                  `must be 1 to 4294967295, and is 0`,
		`peer_asn = 4294967296`:                                         `must be 1 to 4294967295`,
		"peer_asn = 65010\nlocal_asn = 65025":                           `without 65025, which is reserved`,
		"peer_asn = 65010\nlocal_asn = 65535":                           `must be 45104`,
		"peer_asn = 65010\nname = \"9\"":                                `must have 2 to 128 characters`,
		"peer_asn = 65010\nname = \"\"":                                 `leave the argument out (null)`,
		"peer_asn = 65010\ndescription = \"x\"":                         `must have 2 to 256 characters`,
		"peer_asn = 65010\ndescription = \"http://\"":                   `not with http:// or https://`,
		"peer_asn = 65010\nroute_limit = 0":                             `must be 1 to 2147483647`,
		"peer_asn = 65010\nip_version = \"5\"":                          `must be IPv4 or IPv6`,
		"peer_asn = 65010\nregion = \"\"":                               `leave the argument out (null)`,
		"peer_asn = 65010\nauth_key_wo = \"k\"":                         `Set auth_key_wo_version = 1 beside it`,
		"peer_asn = 65010\nauth_key_wo_version = 1":                     `The version has no MD5 key`,
		"peer_asn = 65010\nauth_key_wo_version = 1\nauth_key_wo = \"\"": `auth_key_wo is empty`,
		"peer_asn = 65010\nauth_key_wo_version = 1\nauth_key_wo = \"" + strings.Repeat("x", 81) + "\"": `auth_key_wo has 81 bytes: TCP MD5 takes at most 80`,
		"peer_asn = 65010\nauth_key_wo_version = 1\nauth_key_wo = \"SECRETSECRET\\n\"":                 `take it off with trimspace()`,
	} {
		if strings.Contains(arguments, "auth_key_wo") && !sendsKeys {
			says = "This version cannot send an MD5 key"
		}
		steps = append(steps, resource.TestStep{Config: groupWith(arguments), PlanOnly: true, ExpectError: message(regexp.QuoteMeta(says))})
	}
	w.runs(steps...)
	if n := w.Journal.Count("*"); n != 0 {
		t.Errorf("%d requests were made for configurations that cannot be right", n)
	}
}

// What the service refuses stands on the argument, with what to do.
func TestAccGroupRefused(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{Quotas: emulated.Quotas{GroupsPerVBR: 1}}})
	w.runs(
		resource.TestStep{
			Config:      "resource \"bgp_group\" \"test\" {\n  router_id = \"vbr-nowhere\"\n  peer_asn = 65010\n}\n",
			ExpectError: regexp.MustCompile(`(?s)router_id = "vbr-nowhere".*Virtual border router vbr-nowhere: CreateBgpGroup`),
		},
		resource.TestStep{Config: groupWith("peer_asn = 65010"), ExpectError: message("has as many BGP groups as it may have")},
		resource.TestStep{Config: groupWith("peer_asn = 65010\nroute_limit = 111"), ExpectError: message("Lower the limit")},
		resource.TestStep{
			Config:      "resource \"bgp_group\" \"test\" {\n  region = \"cn-nowhere\"\n  router_id = \"vbr-1\"\n  peer_asn = 65010\n}\n",
			ExpectError: regexp.MustCompile(`(?s)region = "cn-nowhere".*InvalidRegionId\.NotFound`),
		},
	)
}

func TestAccGroupsDataSource(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	for i := range 120 {
		w.Alibaba.AddGroup(emulated.Group{ID: fmt.Sprintf("bgpg-%03d", i), RouterID: emulator.SeedMultiCircuitVBR, PeerASN: 65000, AuthKey: "SECRET"})
	}
	const data = "data.bgp_groups.test"
	count := func(arguments string, want int, checks ...statecheck.StateCheck) resource.TestStep {
		return resource.TestStep{
			Config: "data \"bgp_groups\" \"test\" {\n" + arguments + "\n}\n",
			ConfigStateChecks: append(checks,
				statecheck.ExpectKnownValue(data, tfjsonpath.New("groups"), knownvalue.ListSizeExact(want)),
				statecheck.ExpectKnownValue(data, tfjsonpath.New("region"), exactly(emulator.SeedRegion))),
		}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: w.factories(),
		Steps: []resource.TestStep{
			count("", 123, statecheck.ExpectKnownValue(data, tfjsonpath.New("groups").AtSliceIndex(0), knownvalue.ObjectExact(map[string]knownvalue.Check{
				"id": exactly("bgpg-000"), "region": exactly(emulator.SeedRegion), "router_id": exactly(emulator.SeedMultiCircuitVBR), "name": knownvalue.Null(),
				"description": knownvalue.Null(), "ip_version": exactly("IPv4"), "status": exactly("Available"), "peer_asn": number(65000), "local_asn": number(45104),
				"is_fake_asn": knownvalue.Bool(false), "has_auth_key": knownvalue.Bool(true), "hold_time": number(30), "keepalive_time": number(10), "route_limit": number(110),
			}))),
			count(`router_id = "`+emulator.SeedVBR+`"`, 1),
			count(`bgp_group_id = "bgpg-007"`, 1),
			count(`bgp_group_id = "bgpg-nowhere"`, 0),
			count(`is_default = true`, 0),
			{Config: "data \"bgp_groups\" \"test\" {\n  region = \"cn-nowhere\"\n}\n", ExpectError: message(`InvalidRegionId\.NotFound`)},
		},
	})
}
