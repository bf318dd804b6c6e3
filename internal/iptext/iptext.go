// Package iptext is IP addresses, prefixes and versions as texts of Terraform: which
// spellings mean the same, and what is wrong with a text that is none.
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

// Types of attributes, and their values. Any text is a value: it is the attribute's
// validator that refuses one in a configuration, while what a service sends must not
// fail.
type (
	// AddressType is that of IPv4 and IPv6 addresses.
	AddressType = Type[address]
	// Address is an IPv4 or IPv6 address.
	Address = Value[address]

	// PrefixType is that of IPv4 and IPv6 prefixes.
	PrefixType = Type[prefix]
	// Prefix is an address, a slash and a length.
	Prefix = Value[prefix]

	// VersionType is that of IP versions.
	VersionType = Type[version]
	// Version is IPv4 or IPv6, in any letter case.
	Version = Value[version]
)

// kind says which texts mean the same.
type kind interface {
	// canonical is the spelling that all texts of one meaning share; a text without
	// a meaning is its own.
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

// VersionOf is the IP version of an address; IPv4 for what is no address.
func VersionOf(address string) string {
	if addr, err := netip.ParseAddr(address); err == nil && addr.Is6() {
		return IPv6
	}
	return IPv4
}

// Type is a string whose spelling carries no meaning.
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

// NewAddress is the known address text.
func NewAddress(text string) Address { return Address{basetypes.NewStringValue(text)} }

// NewPrefix is the known prefix text.
func NewPrefix(text string) Prefix { return Prefix{basetypes.NewStringValue(text)} }

// NewVersion is the known IP version text.
func NewVersion(text string) Version { return Version{basetypes.NewStringValue(text)} }

// Type returns the value's type.
func (v Value[K]) Type(context.Context) attr.Type { return Type[K]{} }

// Equal reports whether o is written the same.
func (v Value[K]) Equal(o attr.Value) bool {
	other, ok := o.(Value[K])
	return ok && v.StringValue.Equal(other.StringValue)
}

// Same reports whether both mean the same, however they are written.
func (v Value[K]) Same(o Value[K]) bool {
	return v.Equal(o) || !v.IsNull() && !v.IsUnknown() && !o.IsNull() && !o.IsUnknown() && v.Canonical() == o.Canonical()
}

// StringSemanticEquals is Same for the framework.
func (v Value[K]) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(Value[K])
	return ok && v.Same(other), nil
}

// Canonical is the one spelling of all texts that mean the same.
func (v Value[K]) Canonical() string {
	var k K
	return k.canonical(v.ValueString())
}

// KeepSpelling is a plan modifier for attributes of this type: it keeps the prior
// value where the new one is only another spelling of it, which Terraform takes as
// no change.
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
