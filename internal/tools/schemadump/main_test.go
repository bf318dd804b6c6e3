package main

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// schemaServer answers the two calls that dump makes, and panics at any other.
type schemaServer struct {
	tfprotov6.ProviderServer

	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
}

func (s schemaServer) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return s.schemas, nil
}

func (s schemaServer) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return s.identities, nil
}

// attributes returns a schema that has these attributes only.
func attributes(attributes ...*tfprotov6.SchemaAttribute) *tfprotov6.Schema {
	return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: attributes}}
}

func TestDump(t *testing.T) {
	server := schemaServer{
		schemas: &tfprotov6.GetProviderSchemaResponse{
			Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{
				Description:     "Where the peers are.",
				DescriptionKind: tfprotov6.StringKindMarkdown,
			}},
			ResourceSchemas: map[string]*tfprotov6.Schema{
				"bgp_peer": {
					Version: 2,
					Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
						{Name: "id", Type: tftypes.String, Computed: true},
						{Name: "key", Type: tftypes.String, Optional: true, Sensitive: true, WriteOnly: true, Deprecated: true},
					}},
				},
			},
			DataSourceSchemas: map[string]*tfprotov6.Schema{
				"bgp_peers": attributes(&tfprotov6.SchemaAttribute{
					Name:     "peers",
					Computed: true,
					NestedType: &tfprotov6.SchemaObject{
						Nesting:    tfprotov6.SchemaObjectNestingModeList,
						Attributes: []*tfprotov6.SchemaAttribute{{Name: "asns", Type: tftypes.List{ElementType: tftypes.Number}, Computed: true}},
					},
				}),
			},
			ListResourceSchemas: map[string]*tfprotov6.Schema{
				"bgp_peer": attributes(&tfprotov6.SchemaAttribute{Name: "region", Type: tftypes.String, Required: true}),
			},
		},
		identities: &tfprotov6.GetResourceIdentitySchemasResponse{
			IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{
				"bgp_peer": {
					Version: 1,
					IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
						{Name: "id", Type: tftypes.String, Description: "The peer.", RequiredForImport: true},
						{Name: "region", Type: tftypes.String, OptionalForImport: true},
					},
				},
			},
		},
	}

	var got strings.Builder
	if err := dump(t.Context(), server, &got); err != nil {
		t.Fatal(err)
	}
	want := `{
  "format_version": "1.0",
  "provider_schemas": {
    "bgp": {
      "provider": {
        "version": 0,
        "block": {
          "description": "Where the peers are.",
          "description_kind": "markdown"
        }
      },
      "resource_schemas": {
        "bgp_peer": {
          "version": 2,
          "block": {
            "attributes": {
              "id": {
                "type": "string",
                "description_kind": "plain",
                "computed": true
              },
              "key": {
                "type": "string",
                "description_kind": "plain",
                "deprecated": true,
                "optional": true,
                "sensitive": true,
                "write_only": true
              }
            },
            "description_kind": "plain"
          }
        }
      },
      "data_source_schemas": {
        "bgp_peers": {
          "version": 0,
          "block": {
            "attributes": {
              "peers": {
                "nested_type": {
                  "attributes": {
                    "asns": {
                      "type": [
                        "list",
                        "number"
                      ],
                      "description_kind": "plain",
                      "computed": true
                    }
                  },
                  "nesting_mode": "list"
                },
                "description_kind": "plain",
                "computed": true
              }
            },
            "description_kind": "plain"
          }
        }
      },
      "list_resource_schemas": {
        "bgp_peer": {
          "version": 0,
          "block": {
            "attributes": {
              "region": {
                "type": "string",
                "description_kind": "plain",
                "required": true
              }
            },
            "description_kind": "plain"
          }
        }
      },
      "resource_identity_schemas": {
        "bgp_peer": {
          "version": 1,
          "attributes": {
            "id": {
              "type": "string",
              "description": "The peer.",
              "required_for_import": true
            },
            "region": {
              "type": "string",
              "optional_for_import": true
            }
          }
        }
      }
    }
  }
}
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("dump wrote something else (-want +got):\n%s", diff)
	}
}

func TestDumpRefusesWhatItWouldLeaveOut(t *testing.T) {
	empty := attributes()
	tests := map[string]struct {
		schemas tfprotov6.GetProviderSchemaResponse
		want    string
	}{
		"a function": {
			schemas: tfprotov6.GetProviderSchemaResponse{Functions: map[string]*tfprotov6.Function{"asn": {}}},
			want:    "functions",
		},
		"an ephemeral resource": {
			schemas: tfprotov6.GetProviderSchemaResponse{EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"bgp_key": empty}},
			want:    "ephemeral resources",
		},
		"an action": {
			schemas: tfprotov6.GetProviderSchemaResponse{ActionSchemas: map[string]*tfprotov6.ActionSchema{"bgp_reset": {}}},
			want:    "actions",
		},
		"a state store": {
			schemas: tfprotov6.GetProviderSchemaResponse{StateStoreSchemas: map[string]*tfprotov6.Schema{"bgp_state": empty}},
			want:    "state stores",
		},
		"a nested block": {
			schemas: tfprotov6.GetProviderSchemaResponse{ResourceSchemas: map[string]*tfprotov6.Schema{
				"bgp_peer": {Block: &tfprotov6.SchemaBlock{BlockTypes: []*tfprotov6.SchemaNestedBlock{{TypeName: "timeouts"}}}},
			}},
			want: "resource bgp_peer: schemadump does not convert nested blocks yet: timeouts",
		},
		"a nesting that it does not know": {
			schemas: tfprotov6.GetProviderSchemaResponse{DataSourceSchemas: map[string]*tfprotov6.Schema{
				"bgp_peers": attributes(&tfprotov6.SchemaAttribute{Name: "peers", NestedType: &tfprotov6.SchemaObject{}}),
			}},
			want: "data source bgp_peers: peers: unknown nesting mode",
		},
		"an error of the provider": {
			schemas: tfprotov6.GetProviderSchemaResponse{Diagnostics: []*tfprotov6.Diagnostic{
				{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Bad schema", Detail: "id twice"},
			}},
			want: "Bad schema: id twice",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.schemas.Provider = empty
			server := schemaServer{schemas: &test.schemas, identities: &tfprotov6.GetResourceIdentitySchemasResponse{}}

			var got strings.Builder
			err := dump(t.Context(), server, &got)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("dump gave the error %v, want one with %q", err, test.want)
			}
			if got.Len() > 0 {
				t.Errorf("dump wrote %q beside its error", got.String())
			}
		})
	}
}
