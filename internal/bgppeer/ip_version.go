package bgppeer

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The IP versions as the API documents write them.
const (
	ipv4 = "IPv4"
	ipv6 = "IPv6"
)

// ipVersionType is a string whose letter case carries no meaning: the documents
// write IPv4, the service answers ipv4, and existing configurations have IPV4.
type ipVersionType struct {
	basetypes.StringType
}

// Equal reports whether o is the same type.
func (t ipVersionType) Equal(o attr.Type) bool {
	other, ok := o.(ipVersionType)
	return ok && t.StringType.Equal(other.StringType)
}

// String names the type in the framework's messages.
func (t ipVersionType) String() string { return "bgppeer.ipVersionType" }

// ValueType returns the value that belongs to the type.
func (t ipVersionType) ValueType(context.Context) attr.Value { return ipVersion{} }

// ValueFromString makes an ipVersion of a plain string value.
func (t ipVersionType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return ipVersion{StringValue: in}, nil
}

// ValueFromTerraform makes an ipVersion of Terraform's own value.
func (t ipVersionType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.StringType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	str, ok := value.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("an IP version must be a string, not %T", value)
	}
	return ipVersion{StringValue: str}, nil
}

// ipVersion is a value of ipVersionType.
type ipVersion struct {
	basetypes.StringValue
}

// newIPVersion is the known value s.
func newIPVersion(s string) ipVersion {
	return ipVersion{StringValue: basetypes.NewStringValue(s)}
}

// Type returns the value's type.
func (v ipVersion) Type(context.Context) attr.Type { return ipVersionType{} }

// Equal reports whether o is written the same.
func (v ipVersion) Equal(o attr.Value) bool {
	other, ok := o.(ipVersion)
	return ok && v.StringValue.Equal(other.StringValue)
}

// StringSemanticEquals reports whether both mean the same IP version.
func (v ipVersion) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(ipVersion)
	return ok && v.canonical() == other.canonical(), nil
}

// canonical is the spelling of the API documents.
func (v ipVersion) canonical() string {
	for _, known := range []string{ipv4, ipv6} {
		if strings.EqualFold(v.ValueString(), known) {
			return known
		}
	}
	return v.ValueString()
}
