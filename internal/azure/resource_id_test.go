package azure_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

func TestParseGatewayID(t *testing.T) {
	t.Parallel()
	const id = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg-Network/providers/Microsoft.Network/virtualNetworkGateways/vgw-Hub"
	for _, text := range []string{
		id,
		strings.NewReplacer("subscriptions", "SUBSCRIPTIONS", "resourceGroups", "resourcegroups", "providers", "Providers", "Microsoft.Network/virtualNetworkGateways", "microsoft.network/VIRTUALNETWORKGATEWAYS").Replace(id),
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := azure.ParseGatewayID(text)
			if err != nil || got.String() != id {
				t.Errorf("got %v, %v, want %s: fixed parts as documented, names as they were", got, err, id)
			}
		})
	}

	const group = "/subscriptions/s/resourceGroups/rg"
	for name, text := range map[string]string{
		"empty":                 "",
		"a name":                "vgw-hub",
		"without its slash":     id[1:],
		"a resource group":      group,
		"another type":          group + "/providers/Microsoft.Network/virtualNetworks/vnet",
		"another provider":      group + "/providers/Microsoft.Other/virtualNetworkGateways/vgw",
		"a vpnGateway":          group + "/providers/Microsoft.Network/vpnGateways/vgw",
		"a child":               id + "/natRules/rule",
		"an action":             id + "/getBgpPeerStatus",
		"an extension":          id + "/providers/Microsoft.Insights/diagnosticSettings/x",
		"as an extension":       group + "/providers/Microsoft.Other/things/x/providers/Microsoft.Network/virtualNetworkGateways/vgw",
		"without name":          group + "/providers/Microsoft.Network/virtualNetworkGateways",
		"without group":         "/subscriptions/s/providers/Microsoft.Network/virtualNetworkGateways/vgw",
		"with a trailing slash": id + "/",
		"with doubled slashes":  strings.Replace(id, "/rg", "//rg", 1),
		"with spaces":           " " + id,
		"with a query":          id + "?api-version=2020-01-01",
		"with a fragment":       id + "#x",
		"with escapes":          strings.Replace(id, "vgw", "%2e%2e", 1),
		"a URL":                 "https://management.azure.com" + id,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := azure.ParseGatewayID(text); err == nil {
				t.Errorf("%q is taken for %s", text, got)
			}
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		check     func(string) error
		good, bad []string
	}{
		"subscription": {
			azure.CheckSubscriptionID,
			[]string{"22222222-2222-4222-8222-222222222222", "ABCDEFab-0000-0000-0000-000000000000"},
			[]string{"", "my subscription", "22222222222242228222222222222222", "/subscriptions/22222222-2222-4222-8222-222222222222", "{22222222-2222-4222-8222-222222222222}"},
		},
		"resource group": {
			azure.CheckResourceGroupName,
			[]string{"rg", "RG_1-(x).y", "gruppe-ä", strings.Repeat("a", 90), "1"},
			[]string{"", "rg.", "a/b", "a b", "a?b", "rg#", strings.Repeat("a", 91)},
		},
		"gateway": {
			azure.CheckGatewayName,
			[]string{"v", "vgw-hub", "VGW_1.x_", "1", strings.Repeat("a", 80)},
			[]string{"", "-vgw", "vgw-", "vgw.", "_vgw", "v/w", "v w", "vgw(1)", "gä", strings.Repeat("a", 81)},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range tt.good {
				if err := tt.check(text); err != nil {
					t.Errorf("%q: %v", text, err)
				}
			}
			for _, text := range tt.bad {
				if tt.check(text) == nil {
					t.Errorf("%q passes", text)
				}
			}
		})
	}
}
