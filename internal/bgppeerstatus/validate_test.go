package bgppeerstatus

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const (
	id           = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworkGateways/vgw-hub"
	subscription = "22222222-2222-4222-8222-222222222222"
)

// unknown is a value that is known only after apply.
type unknown struct{}

// arguments are a configuration; what is not in it is null.
type arguments map[string]any

func TestValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		arguments arguments
		want      []string // attribute: summary
	}{
		{"by id", arguments{"virtual_network_gateway_id": id}, nil},
		{"by id in capitals", arguments{"virtual_network_gateway_id": strings.ToUpper(id)}, nil},
		{"by names", arguments{"resource_group_name": "rg", "virtual_network_gateway_name": "vgw"}, nil},
		{"by names and subscription", arguments{"resource_group_name": "rg", "virtual_network_gateway_name": "vgw", "subscription_id": subscription}, nil},
		{"everything", arguments{"virtual_network_gateway_id": id, "peer": "10.1.0.254", "wait_for_connected": true, "timeouts": arguments{"read": "10m"}}, nil},
		{"IPv6 peer in capitals", arguments{"virtual_network_gateway_id": id, "peer": "FD00:0:0::1"}, nil},
		{"not waiting without a peer", arguments{"virtual_network_gateway_id": id, "wait_for_connected": false}, nil},

		{"nothing", arguments{}, []string{"virtual_network_gateway_id: No gateway is named"}},
		{"a subscription alone", arguments{"subscription_id": subscription}, []string{"virtual_network_gateway_id: No gateway is named"}},
		{"a group alone", arguments{"resource_group_name": "rg"}, []string{"virtual_network_gateway_name: The gateway's name is missing"}},
		{"a name alone", arguments{"virtual_network_gateway_name": "vgw"}, []string{"resource_group_name: The gateway's resource group is missing"}},
		{"twice", arguments{"virtual_network_gateway_id": id, "resource_group_name": "rg", "virtual_network_gateway_name": "vgw"},
			[]string{"resource_group_name: The gateway is named twice", "virtual_network_gateway_name: The gateway is named twice"}},
		{"id and subscription", arguments{"virtual_network_gateway_id": id, "subscription_id": subscription}, []string{"subscription_id: The gateway is named twice"}},
		{"another resource's id", arguments{"virtual_network_gateway_id": strings.Replace(id, "virtualNetworkGateways", "virtualNetworks", 1)},
			[]string{"virtual_network_gateway_id: Not the id of a virtual network gateway"}},
		{"an empty id", arguments{"virtual_network_gateway_id": ""}, []string{"virtual_network_gateway_id: Not the id of a virtual network gateway"}},
		{"empty names", arguments{"resource_group_name": "", "virtual_network_gateway_name": ""},
			[]string{"resource_group_name: Not a resource group's name", "virtual_network_gateway_name: Not a virtual network gateway's name"}},
		{"a path for a name", arguments{"resource_group_name": "rg/x", "virtual_network_gateway_name": "vgw?x"},
			[]string{"resource_group_name: Not a resource group's name", "virtual_network_gateway_name: Not a virtual network gateway's name"}},
		{"a subscription's name", arguments{"resource_group_name": "rg", "virtual_network_gateway_name": "vgw", "subscription_id": "Production"},
			[]string{"subscription_id: Not a subscription id"}},
		{"a peer that is a name", arguments{"virtual_network_gateway_id": id, "peer": "router.example.com"}, []string{"peer: Not an IP address"}},
		{"a peer that is a prefix", arguments{"virtual_network_gateway_id": id, "peer": "10.0.0.0/24"}, []string{"peer: Not an IP address"}},
		{"a peer with leading zeros", arguments{"virtual_network_gateway_id": id, "peer": "10.1.0.054"}, []string{"peer: Not an IP address"}},
		{"a peer with a zone", arguments{"virtual_network_gateway_id": id, "peer": "fe80::1%eth0"}, []string{"peer: Not an IP address"}},
		{"an empty peer", arguments{"virtual_network_gateway_id": id, "peer": ""}, []string{"peer: Not an IP address"}},
		{"waiting for nobody", arguments{"virtual_network_gateway_id": id, "wait_for_connected": true}, []string{"wait_for_connected: No peer to wait for"}},
		{"a timeout that is none", arguments{"virtual_network_gateway_id": id, "timeouts": arguments{"read": "soon"}}, []string{"timeouts.read: Not a timeout"}},
		{"a timeout of no time", arguments{"virtual_network_gateway_id": id, "timeouts": arguments{"read": "0s"}}, []string{"timeouts.read: Not a timeout"}},

		{"an unknown id", arguments{"virtual_network_gateway_id": unknown{}}, nil},
		{"an unknown id, perhaps null", arguments{"virtual_network_gateway_id": unknown{}, "resource_group_name": "rg", "virtual_network_gateway_name": "vgw"}, nil},
		{"unknown names", arguments{"resource_group_name": unknown{}, "virtual_network_gateway_name": unknown{}, "subscription_id": unknown{}}, nil},
		{"unknown names, perhaps null", arguments{"virtual_network_gateway_id": id, "resource_group_name": unknown{}, "virtual_network_gateway_name": unknown{}}, nil},
		{"an unknown name without its group", arguments{"virtual_network_gateway_name": unknown{}}, []string{"resource_group_name: The gateway's resource group is missing"}},
		{"an unknown peer", arguments{"virtual_network_gateway_id": id, "peer": unknown{}, "wait_for_connected": true}, nil},
		{"an unknown wait", arguments{"virtual_network_gateway_id": id, "wait_for_connected": unknown{}}, nil},
	}
	server, kind := newServer(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			config, err := tfprotov6.NewDynamicValue(kind, newValue(t, kind, tt.arguments))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "bgp_peer_status", Config: &config})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range resp.Diagnostics {
				got = append(got, attributeText(d.Attribute)+": "+d.Summary)
				if d.Detail == "" {
					t.Errorf("%s: no detail", d.Summary)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}

func attributeText(at *tftypes.AttributePath) string {
	var names []string
	for _, step := range at.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			names = append(names, string(name))
		}
	}
	return strings.Join(names, ".")
}

// newServer serves the data source alone, and returns the type of its
// configuration.
func newServer(t *testing.T) (tfprotov6.ProviderServer, tftypes.Type) {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(onlyProvider{})()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.Diagnostics) > 0 {
		t.Fatal(err, schemas.Diagnostics)
	}
	return server, schemas.DataSourceSchemas["bgp_peer_status"].ValueType()
}

func newValue(t *testing.T, kind tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch value := value.(type) {
	case unknown:
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	case arguments:
		object, ok := kind.(tftypes.Object)
		if !ok {
			t.Fatalf("%s is no object", kind)
		}
		attributes := map[string]tftypes.Value{}
		for name, kind := range object.AttributeTypes {
			attributes[name] = newValue(t, kind, value[name])
		}
		return tftypes.NewValue(kind, attributes)
	default:
		return tftypes.NewValue(kind, value)
	}
}

// onlyProvider is a provider of this one data source.
type onlyProvider struct{}

func (onlyProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "bgp"
}

func (onlyProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{}
}

func (onlyProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (onlyProvider) Resources(context.Context) []func() resource.Resource { return nil }

func (onlyProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{NewDataSource}
}
