package provider

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
)

// newServer returns the provider as Terraform speaks to it.
func newServer(t *testing.T, options ...Option) tfprotov6.ProviderServer {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(New("test", options...)())()
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// unknown stands for a value that is known only after apply.
type unknown struct{}

// object is an object of a provider block. What is not in it is null.
type object map[string]any

// newBlock returns a provider block as a raw value.
func newBlock(t *testing.T, arguments object) tftypes.Value {
	t.Helper()
	var resp provider.SchemaResponse
	New("test")().Schema(t.Context(), provider.SchemaRequest{}, &resp)
	return newValue(t, resp.Schema.Type().TerraformType(t.Context()), arguments)
}

func newValue(t *testing.T, kind tftypes.Type, value any) tftypes.Value {
	t.Helper()
	if kind.Is(tftypes.DynamicPseudoType) {
		return dynamicValue(t, value)
	}
	switch value := value.(type) {
	case unknown:
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	case object:
		objectType, ok := kind.(tftypes.Object)
		if !ok {
			t.Fatalf("%s is no object", kind)
		}
		for name := range value {
			if _, ok := objectType.AttributeTypes[name]; !ok {
				t.Fatalf("the provider block has no argument %q here", name)
			}
		}
		attributes := map[string]tftypes.Value{}
		for name, kind := range objectType.AttributeTypes {
			attributes[name] = newValue(t, kind, value[name])
		}
		return tftypes.NewValue(kind, attributes)
	default:
		return tftypes.NewValue(kind, value)
	}
}

// items are a list in a provider block.
type items []any

// dynamicValue is a value of the type that it looks like.
func dynamicValue(t *testing.T, value any) tftypes.Value {
	t.Helper()
	switch value := value.(type) {
	case unknown:
		return tftypes.NewValue(tftypes.DynamicPseudoType, tftypes.UnknownValue)
	case object:
		types, values := map[string]tftypes.Type{}, map[string]tftypes.Value{}
		for name, value := range value {
			values[name] = dynamicValue(t, value)
			types[name] = values[name].Type()
		}
		return tftypes.NewValue(tftypes.Object{AttributeTypes: types}, values)
	case items:
		var types []tftypes.Type
		var values []tftypes.Value
		for _, value := range value {
			values = append(values, dynamicValue(t, value))
			types = append(types, values[len(values)-1].Type())
		}
		return tftypes.NewValue(tftypes.Tuple{ElementTypes: types}, values)
	case string:
		return tftypes.NewValue(tftypes.String, value)
	case int:
		return tftypes.NewValue(tftypes.Number, value)
	case nil:
		return tftypes.NewValue(tftypes.DynamicPseudoType, nil)
	default:
		t.Fatalf("%T is not foreseen", value)
		return tftypes.Value{}
	}
}

// environment makes these variables all that the provider reads: what a developer
// has set must not decide a test, nor be used by one.
func environment(variables map[string]string) Option {
	return WithGetenv(func(name string) string { return variables[name] })
}

// validate asks the provider what it says of a provider block.
func validate(t *testing.T, arguments object, options ...Option) []*tfprotov6.Diagnostic {
	t.Helper()
	raw := newBlock(t, arguments)
	config, err := tfprotov6.NewDynamicValue(raw.Type(), raw)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := newServer(t, options...).ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// configure configures a provider as Terraform does, and returns what its objects
// get from it.
func configure(t *testing.T, p provider.Provider, arguments object) *clouds.Clouds {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	var schema provider.SchemaResponse
	p.Schema(ctx, provider.SchemaRequest{}, &schema)
	req := provider.ConfigureRequest{TerraformVersion: "1.11.4"}
	req.Config.Raw = newBlock(t, arguments)
	req.Config.Schema = schema.Schema
	var resp provider.ConfigureResponse
	p.Configure(ctx, req, &resp)
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	c, ok := resp.ResourceData.(*clouds.Clouds)
	if !ok {
		t.Fatalf("resources get a %T", resp.ResourceData)
	}
	if resp.DataSourceData != resp.ResourceData || resp.ListResourceData != resp.ResourceData {
		t.Error("data sources or list resources get something else than resources")
	}
	return c
}
