package validators

import (
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestWholeNumber(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		written any
		want    types.Int64
		says    string // "" where the number is taken
	}{
		"null":                 {nil, types.Int64Null(), ""},
		"unknown":              {tftypes.UnknownValue, types.Int64Unknown(), ""},
		"zero":                 {"0", types.Int64Value(0), ""},
		"a whole number":       {"65010", types.Int64Value(65010), ""},
		"a whole fraction":     {"65010.00", types.Int64Value(65010), ""},
		"less than zero":       {"-1", types.Int64Value(-1), ""},
		"the greatest":         {"9223372036854775807", types.Int64Value(1<<63 - 1), ""},
		"the least":            {"-9223372036854775808", types.Int64Value(-1 << 63), ""},
		"a fraction":           {"1.10", types.Int64Unknown(), "Not a whole number: peer_asn must be a whole number, 1 to 4, and is 1.1. A four-byte ASN in asdot notation, HIGH.LOW, is HIGH × 65536 + LOW."},
		"less than zero, less": {"-0.5", types.Int64Unknown(), "Not a whole number: peer_asn must be a whole number, 1 to 4, and is -0.5. A four-byte ASN in asdot notation, HIGH.LOW, is HIGH × 65536 + LOW."},
		"too great by one":     {"9223372036854775808", types.Int64Unknown(), "Number out of range: peer_asn must be a whole number, 1 to 4, and is 9223372036854775808."},
		"too small by one":     {"-9223372036854775809", types.Int64Unknown(), "Number out of range: peer_asn must be a whole number, 1 to 4, and is -9223372036854775809."},
		"huge":                 {"1e400", types.Int64Unknown(), "Number out of range: peer_asn must be a whole number, 1 to 4, and is 1e+400."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if text, ok := test.written.(string); ok {
				number, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven) // as Terraform does
				if err != nil {
					t.Fatal(err)
				}
				test.written = number
			}
			raw := tftypes.NewValue(tftypes.Number, test.written)
			got, err := ASN("1 to 4").ValueFromTerraform(t.Context(), raw)
			if err != nil || !test.want.Equal(got) {
				t.Errorf("the value is %v (%v), want %s", got, err, test.want)
			}
			var said string
			for _, d := range ASN("1 to 4").Validate(t.Context(), raw, path.Root("peer_asn")) {
				said += d.Summary() + ": " + d.Detail()
			}
			if said != test.says {
				t.Errorf("it said %q, want %q", said, test.says)
			}
			if diags := (WholeNumber{}).Validate(t.Context(), raw, path.Root("hold_time")); diags.HasError() {
				t.Errorf("a read-only attribute: %v", diags)
			}
		})
	}
}

func TestWholeNumberIsAnInt64(t *testing.T) {
	t.Parallel()
	if number := ASN("1 to 4"); !number.Equal(ASN("5 to 6")) || !number.Equal(basetypes.Int64Type{}) || number.Equal(basetypes.NumberType{}) {
		t.Error("it must equal a whole number of any range, and nothing else")
	}
	if _, err := (WholeNumber{}).ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.Bool, true)); err == nil {
		t.Error("a flag was taken for a number")
	}
}
