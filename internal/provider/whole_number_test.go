package provider

import (
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
)

// A number that an argument cannot have is one mistake of whoever wrote it, and none of
// the provider.
func TestNumbersThatAreNotWhole(t *testing.T) {
	t.Parallel()
	group := object{"router_id": emulator.SeedVBR, "peer_asn": 65010, "auth_key_wo": "hunted-key", "auth_key_wo_version": 1}
	peer := object{"bgp_group_id": emulator.SeedGroup, "enable_bfd": true, "bfd_multi_hop": 1}
	for _, test := range []struct {
		of         string
		config     object
		name, says string
	}{
		{"bgp_group", group, "peer_asn", "must be a whole number, 1 to 4294967295, and is "},
		{"bgp_group", group, "local_asn", "must be a whole number, 45104 "},
		{"bgp_group", group, "route_limit", "must be a whole number, 1 to 2147483647, and is "},
		{"bgp_group", group, "auth_key_wo_version", "must be a whole number, -9223372036854775808 to 9223372036854775807, and is "},
		{"bgp_group", group, "hold_time", "read-only"},
		{"bgp_group", group, "keepalive_time", "read-only"},
		{"bgp_peer", peer, "bfd_multi_hop", "must be a whole number, 1 to 255, and is "},
		{"bgp_peer", peer, "peer_asn", "read-only"},
		{"bgp_peer", peer, "local_asn", "read-only"},
		{"bgp_peer", peer, "route_limit", "read-only"},
		{"bgp_peer", peer, "hold_time", "read-only"},
		{"bgp_peer", peer, "keepalive_time", "read-only"},
	} {
		t.Run(test.of+"/"+test.name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t)
			schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
			if err != nil {
				t.Fatal(err)
			}
			kind := schemas.ResourceSchemas[test.of].ValueType()
			validate := func(number any) []*tfprotov6.Diagnostic {
				arguments := object{test.name: number}
				for name, value := range test.config {
					if name != test.name {
						arguments[name] = value
					}
				}
				config, err := tfprotov6.NewDynamicValue(kind, newValue(t, kind, arguments))
				if err != nil {
					t.Fatal(err)
				}
				resp, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
					TypeName: test.of, Config: &config,
					ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
				})
				if err != nil {
					t.Fatal(err)
				}
				return resp.Diagnostics
			}
			for _, text := range []string{"1.1", "-1.5", "99999999999999999999", "-99999999999999999999", "1e400"} {
				number, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
				if err != nil {
					t.Fatal(err)
				}
				found := validate(number)
				said := allSaid(found)
				if len(found) != 1 || found[0].Attribute.String() != attributeName(test.name) ||
					!strings.Contains(said, test.says) || strings.Contains(said, "report") {
					t.Errorf("%s: %d diagnostics: %s", text, len(found), said)
				}
				if asdot := strings.Contains(said, "asdot"); asdot != (strings.Contains(text, ".") && test.says != "read-only" && strings.HasSuffix(test.name, "_asn")) {
					t.Errorf("%s: asdot notation is in the message: %v", text, asdot)
				}
			}
			if test.says != "read-only" {
				if said := allSaid(validate(unknown{})); said != "" {
					t.Errorf("unknown: %s", said)
				}
			}
		})
	}
}
