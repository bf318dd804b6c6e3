package provider

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
)

// settings returns the arguments of a schema that hold a value.
func settings(t *testing.T, prefix clouds.Setting, attributes map[string]schema.Attribute) map[clouds.Setting]schema.Attribute {
	t.Helper()
	found := map[clouds.Setting]schema.Attribute{}
	for name, attribute := range attributes {
		setting := prefix + clouds.Setting(name)
		if _, dynamic := attribute.(schema.DynamicAttribute); dynamic { // which describes what it takes
			for _, known := range clouds.Settings() {
				if strings.HasPrefix(string(known), string(setting)+".") {
					found[known] = attribute
				}
			}
			continue
		}
		nested, ok := attribute.(schema.SingleNestedAttribute)
		if !ok {
			found[setting] = attribute
			continue
		}
		for setting, attribute := range settings(t, setting+".", nested.Attributes) {
			found[setting] = attribute
		}
	}
	return found
}

func TestSchemaHasTheArgumentsOfTheTable(t *testing.T) {
	found := settings(t, "", blockSchema().Attributes)
	var inSchema []clouds.Setting
	for setting := range found {
		inSchema = append(inSchema, setting)
	}
	inTable := clouds.Settings()
	slices.Sort(inSchema)
	slices.Sort(inTable)
	if diff := cmp.Diff(inTable, inSchema); diff != "" {
		t.Errorf("arguments (-table +schema):\n%s", diff)
	}

	for setting, attribute := range found {
		t.Run(string(setting), func(t *testing.T) {
			if !attribute.IsOptional() {
				t.Error("is not optional: the other cloud would need it")
			}
			if got, want := attribute.IsSensitive(), setting.Secret(); got != want {
				t.Errorf("sensitive is %t, want %t", got, want)
			}
			description := attribute.GetMarkdownDescription()
			if !strings.HasSuffix(description, ".") {
				t.Errorf("the description is no sentence: %s", description)
			}
			last := 0
			for _, variable := range setting.Variables() {
				at := strings.Index(description, "`"+variable+"`")
				if at < last {
					t.Errorf("the description does not name %s, or not in its order: %s", variable, description)
				}
				last = at
			}
			// Only this attribute's own check may refuse its values.
			var checks []any
			switch attribute := attribute.(type) {
			case schema.StringAttribute:
				for _, v := range attribute.Validators {
					checks = append(checks, v)
				}
			case schema.NumberAttribute:
				for _, v := range attribute.Validators {
					checks = append(checks, v)
				}
			case schema.DynamicAttribute:
				if want := []validator.Dynamic{checked{clouds.AssumeRole}}; !cmp.Equal(want, attribute.Validators, cmp.AllowUnexported(checked{})) {
					t.Errorf("is checked by %v, want %v", attribute.Validators, want)
				}
				if !strings.Contains(description, "`"+string(setting[len(clouds.AssumeRole)+1:])+"`") {
					t.Errorf("the description does not name it: %s", description)
				}
				return
			case schema.BoolAttribute:
				return
			default:
				t.Fatalf("is a %T", attribute)
			}
			if len(checks) != 1 || checks[0] != (checked{setting}) {
				t.Errorf("is checked by %v, want its own check", checks)
			}
		})
	}
}

func TestSecretsAreSensitive(t *testing.T) {
	for setting, attribute := range settings(t, "", blockSchema().Attributes) {
		name := string(setting[strings.LastIndexByte(string(setting), '.')+1:])
		secret := strings.HasSuffix(name, "secret") || strings.HasSuffix(name, "secret_key") || strings.HasSuffix(name, "token") ||
			strings.HasSuffix(name, "password") || name == "client_certificate"
		if secret != attribute.IsSensitive() {
			t.Errorf("%s is sensitive: %t, want %t", setting, attribute.IsSensitive(), secret)
		}
	}
}

func TestProviderSchema(t *testing.T) {
	resp, err := newServer(t).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, diagnostic := range resp.Diagnostics {
		t.Errorf("%s: %s: %s", diagnostic.Severity, diagnostic.Summary, diagnostic.Detail)
	}
	if err := blockSchema().ValidateImplementation(t.Context()); err.HasError() {
		t.Error(err)
	}
	if _, ok := resp.ResourceSchemas["bgp_peer"]; !ok {
		t.Error("there is no resource bgp_peer")
	}
	if _, ok := resp.ListResourceSchemas["bgp_peer"]; !ok {
		t.Error("there is no list resource bgp_peer")
	}
	for _, name := range []string{"bgp_peers", "bgp_peer_status"} {
		if _, ok := resp.DataSourceSchemas[name]; !ok {
			t.Errorf("there is no data source %s", name)
		}
	}
	identities, err := newServer(t).GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, diagnostic := range identities.Diagnostics {
		t.Errorf("%s: %s: %s", diagnostic.Severity, diagnostic.Summary, diagnostic.Detail)
	}
	if _, ok := identities.IdentitySchemas["bgp_peer"]; !ok {
		t.Error("bgp_peer has no identity")
	}
}
