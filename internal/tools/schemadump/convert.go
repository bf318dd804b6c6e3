package main

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The types below are the format of `terraform providers schema -json`, as far
// as this provider has such things.

type providerSchema struct {
	Provider                schema                    `json:"provider"`
	ResourceSchemas         map[string]schema         `json:"resource_schemas,omitempty"`
	DataSourceSchemas       map[string]schema         `json:"data_source_schemas,omitempty"`
	ListResourceSchemas     map[string]schema         `json:"list_resource_schemas,omitempty"`
	ResourceIdentitySchemas map[string]identitySchema `json:"resource_identity_schemas,omitempty"`
}

type schema struct {
	Version int64 `json:"version"`
	Block   block `json:"block"`
}

type block struct {
	Attributes      map[string]attribute `json:"attributes,omitempty"`
	Description     string               `json:"description,omitempty"`
	DescriptionKind string               `json:"description_kind"`
	Deprecated      bool                 `json:"deprecated,omitempty"`
}

type attribute struct {
	Type            tftypes.Type `json:"type,omitempty"`
	NestedType      *nestedType  `json:"nested_type,omitempty"`
	Description     string       `json:"description,omitempty"`
	DescriptionKind string       `json:"description_kind"`
	Deprecated      bool         `json:"deprecated,omitempty"`
	Required        bool         `json:"required,omitempty"`
	Optional        bool         `json:"optional,omitempty"`
	Computed        bool         `json:"computed,omitempty"`
	Sensitive       bool         `json:"sensitive,omitempty"`
	WriteOnly       bool         `json:"write_only,omitempty"`
}

type nestedType struct {
	Attributes  map[string]attribute `json:"attributes"`
	NestingMode string               `json:"nesting_mode"`
}

type identitySchema struct {
	Version    int64                        `json:"version"`
	Attributes map[string]identityAttribute `json:"attributes"`
}

type identityAttribute struct {
	Type              tftypes.Type `json:"type"`
	Description       string       `json:"description,omitempty"`
	RequiredForImport bool         `json:"required_for_import,omitempty"`
	OptionalForImport bool         `json:"optional_for_import,omitempty"`
}

// convert translates both answers of the provider server. What it does not know
// is an error, so that nothing goes missing in the documentation unnoticed.
func convert(
	schemas *tfprotov6.GetProviderSchemaResponse,
	identities *tfprotov6.GetResourceIdentitySchemasResponse,
) (providerSchema, error) {
	switch {
	case len(schemas.Functions) > 0:
		return providerSchema{}, errors.New("schemadump does not convert functions yet")
	case len(schemas.EphemeralResourceSchemas) > 0:
		return providerSchema{}, errors.New("schemadump does not convert ephemeral resources yet")
	case len(schemas.ActionSchemas) > 0:
		return providerSchema{}, errors.New("schemadump does not convert actions yet")
	case len(schemas.StateStoreSchemas) > 0:
		return providerSchema{}, errors.New("schemadump does not convert state stores yet")
	}

	var converted providerSchema
	var err error
	if converted.Provider, err = convertSchema(schemas.Provider); err != nil {
		return providerSchema{}, fmt.Errorf("provider: %w", err)
	}
	if converted.ResourceSchemas, err = convertSchemas(schemas.ResourceSchemas); err != nil {
		return providerSchema{}, fmt.Errorf("resource %w", err)
	}
	if converted.DataSourceSchemas, err = convertSchemas(schemas.DataSourceSchemas); err != nil {
		return providerSchema{}, fmt.Errorf("data source %w", err)
	}
	if converted.ListResourceSchemas, err = convertSchemas(schemas.ListResourceSchemas); err != nil {
		return providerSchema{}, fmt.Errorf("list resource %w", err)
	}
	converted.ResourceIdentitySchemas = convertIdentities(identities.IdentitySchemas)
	return converted, nil
}

func convertSchemas(in map[string]*tfprotov6.Schema) (map[string]schema, error) {
	out := make(map[string]schema, len(in))
	for name, s := range in {
		converted, err := convertSchema(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = converted
	}
	return out, nil
}

func convertSchema(in *tfprotov6.Schema) (schema, error) {
	if len(in.Block.BlockTypes) > 0 {
		return schema{}, fmt.Errorf("schemadump does not convert nested blocks yet: %s", in.Block.BlockTypes[0].TypeName)
	}
	attributes, err := convertAttributes(in.Block.Attributes)
	if err != nil {
		return schema{}, err
	}
	return schema{
		Version: in.Version,
		Block: block{
			Attributes:      attributes,
			Description:     in.Block.Description,
			DescriptionKind: descriptionKind(in.Block.DescriptionKind),
			Deprecated:      in.Block.Deprecated,
		},
	}, nil
}

func convertAttributes(in []*tfprotov6.SchemaAttribute) (map[string]attribute, error) {
	out := make(map[string]attribute, len(in))
	for _, a := range in {
		nested, err := convertNestedType(a.NestedType)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
		out[a.Name] = attribute{
			Type:            a.Type,
			NestedType:      nested,
			Description:     a.Description,
			DescriptionKind: descriptionKind(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
	}
	return out, nil
}

func convertNestedType(in *tfprotov6.SchemaObject) (*nestedType, error) {
	if in == nil {
		return nil, nil
	}
	mode, err := nestingMode(in.Nesting)
	if err != nil {
		return nil, err
	}
	attributes, err := convertAttributes(in.Attributes)
	if err != nil {
		return nil, err
	}
	return &nestedType{Attributes: attributes, NestingMode: mode}, nil
}

func nestingMode(mode tfprotov6.SchemaObjectNestingMode) (string, error) {
	switch mode {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return "single", nil
	case tfprotov6.SchemaObjectNestingModeList:
		return "list", nil
	case tfprotov6.SchemaObjectNestingModeSet:
		return "set", nil
	case tfprotov6.SchemaObjectNestingModeMap:
		return "map", nil
	default:
		return "", fmt.Errorf("unknown nesting mode %s", mode)
	}
}

func convertIdentities(in map[string]*tfprotov6.ResourceIdentitySchema) map[string]identitySchema {
	out := make(map[string]identitySchema, len(in))
	for name, s := range in {
		attributes := make(map[string]identityAttribute, len(s.IdentityAttributes))
		for _, a := range s.IdentityAttributes {
			attributes[a.Name] = identityAttribute{
				Type:              a.Type,
				Description:       a.Description,
				RequiredForImport: a.RequiredForImport,
				OptionalForImport: a.OptionalForImport,
			}
		}
		out[name] = identitySchema{Version: s.Version, Attributes: attributes}
	}
	return out
}

func descriptionKind(kind tfprotov6.StringKind) string {
	if kind == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}
