// Package iptext has IP addresses, prefixes and versions as Terraform's texts: which
// spellings mean the same, and what is wrong with an invalid text.
package iptext

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The IP versions as the APIs' documents write them.
const (
	IPv4 = "IPv4"
	IPv6 = "IPv6"
)

// The types of attributes, and their values. Any text is a value, so that nothing that a
// service sends fails. In a configuration, the attribute's validator refuses invalid
// texts.
type (
	// AddressType is the type of IPv4 and IPv6 addresses.
	AddressType = Type[address]
	// Address is an IPv4 or IPv6 address.
	Address = Value[address]

	// PrefixType is the type of IPv4 and IPv6 prefixes.
	PrefixType = Type[prefix]
	// Prefix is an address, a slash and a length.
	Prefix = Value[prefix]

	// VersionType is the type of IP versions.
	VersionType = Type[version]
	// Version is IPv4 or IPv6, in any letter case.
	Version = Value[version]
)

// kind says which texts mean the same.
type kind interface {
	// canonical returns the one spelling of all texts that mean the same. An invalid
	// text stays as it is.
	canonical(text string) string
}

type address struct{}

func (address) canonical(text string) string {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.String()
	}
	return text
}

type prefix struct{}

func (prefix) canonical(text string) string {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.String()
	}
	return text
}

type version struct{}

func (version) canonical(text string) string {
	for _, known := range []string{IPv4, IPv6} {
		if strings.EqualFold(text, known) {
			return known
		}
	}
	return text
}

// VersionOf returns the IP version of an address; IPv4 for an invalid one.
func VersionOf(address string) string {
	if addr, err := netip.ParseAddr(address); err == nil && addr.Is6() {
		return IPv6
	}
	return IPv4
}

// Type is a string of which different spellings can mean the same.
type Type[K kind] struct {
	basetypes.StringType
}

// Equal reports whether o is the same type.
func (t Type[K]) Equal(o attr.Type) bool {
	_, ok := o.(Type[K])
	return ok
}

// String names the type in the framework's messages.
func (t Type[K]) String() string { return fmt.Sprintf("%T", t) }

// ValueType returns the value that belongs to the type.
func (t Type[K]) ValueType(context.Context) attr.Value { return Value[K]{} }

// ValueFromString makes a value of a plain string value.
func (t Type[K]) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return Value[K]{in}, nil
}

// ValueFromTerraform makes a value of Terraform's own value.
func (t Type[K]) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.StringType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	text, ok := value.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("%s must be a string, not %T", t, value)
	}
	return Value[K]{text}, nil
}

// Value is a value of Type. The zero Value is null.
type Value[K kind] struct {
	basetypes.StringValue
}

// NewAddress returns text as a known address.
func NewAddress(text string) Address { return Address{basetypes.NewStringValue(text)} }

// NewPrefix returns text as a known prefix.
func NewPrefix(text string) Prefix { return Prefix{basetypes.NewStringValue(text)} }

// NewVersion returns text as a known IP version.
func NewVersion(text string) Version { return Version{basetypes.NewStringValue(text)} }

// Type returns the value's type.
func (v Value[K]) Type(context.Context) attr.Type { return Type[K]{} }

// Equal reports whether o has the same spelling.
func (v Value[K]) Equal(o attr.Value) bool {
	other, ok := o.(Value[K])
	return ok && v.StringValue.Equal(other.StringValue)
}

// Same reports whether both mean the same, in any spelling.
func (v Value[K]) Same(o Value[K]) bool {
	return v.Equal(o) || !v.IsNull() && !v.IsUnknown() && !o.IsNull() && !o.IsUnknown() && v.Canonical() == o.Canonical()
}

// StringSemanticEquals is Same for the framework.
func (v Value[K]) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(Value[K])
	return ok && v.Same(other), nil
}

// Canonical returns the one spelling of all texts that mean the same.
func (v Value[K]) Canonical() string {
	var k K
	return k.canonical(v.ValueString())
}

// KeepSpelling is a plan modifier for attributes of this type. If the new value is only
// another spelling of the prior one, it keeps the prior one, so that Terraform plans no
// change.
func (t Type[K]) KeepSpelling() planmodifier.String { return keepSpelling[K]{} }

type keepSpelling[K kind] struct{}

// Description says what the modifier does.
func (keepSpelling[K]) Description(context.Context) string {
	return "Another spelling of the same value is no change."
}

// MarkdownDescription says what the modifier does.
func (m keepSpelling[K]) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyString compares prior and planned value by meaning.
func (keepSpelling[K]) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if (Value[K]{req.StateValue}).Same(Value[K]{req.PlanValue}) {
		resp.PlanValue = req.StateValue
	}
}
