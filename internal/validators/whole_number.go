package validators

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// WholeNumber is the type of an attribute whose values are [types.Int64]. The
// framework's own type cannot read a configuration that has a fraction or a huge number,
// and says that this is a mistake of the provider. This one reads such a number as an
// unknown value, which no other check looks at, and refuses it itself.
type WholeNumber struct {
	basetypes.Int64Type
	// Range has the numbers that are allowed, for messages: "1 to 255". It is empty if
	// the attribute is read-only, since the framework refuses every number then.
	Range string
	// Hint says more to somebody who wrote a fraction.
	Hint string
}

// ASN is the type of an argument that is an ASN.
func ASN(allowed string) WholeNumber {
	return WholeNumber{Range: allowed, Hint: " A four-byte ASN in asdot notation, HIGH.LOW, is HIGH × 65536 + LOW."}
}

// Equal reports whether o has the same values. The type of the values themselves is the
// framework's.
func (t WholeNumber) Equal(o attr.Type) bool {
	_, same := o.(WholeNumber)
	return same || t.Int64Type.Equal(o)
}

// String names the type in the framework's messages.
func (t WholeNumber) String() string { return fmt.Sprintf("%T", t) }

// ValueFromTerraform makes a value of Terraform's own value.
func (t WholeNumber) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	if notInt64(in) != nil {
		return types.Int64Unknown(), nil
	}
	return t.Int64Type.ValueFromTerraform(ctx, in)
}

// Validate refuses what is no int64. The framework calls it for the attribute alone, and
// not when it reads a whole configuration.
func (t WholeNumber) Validate(_ context.Context, in tftypes.Value, at path.Path) (diags diag.Diagnostics) {
	number := notInt64(in)
	if number == nil || t.Range == "" {
		return nil
	}
	summary, hint := "Not a whole number", t.Hint
	if number.IsInt() {
		summary, hint = "Number out of range", ""
	}
	diags.AddAttributeError(at, summary, fmt.Sprintf("%s must be a whole number, %s, and is %s.%s", at, t.Range, number.Text('g', 20), hint))
	return diags
}

// notInt64 returns a known number that is no int64, or nil.
func notInt64(in tftypes.Value) *big.Float {
	var number *big.Float
	if !in.IsKnown() || in.As(&number) != nil || number == nil {
		return nil
	}
	if _, accuracy := number.Int64(); accuracy == big.Exact {
		return nil
	}
	return number
}
