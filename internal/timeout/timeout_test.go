package timeout

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestPositive(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value   types.String
		refused bool
	}{
		"some time":             {types.StringValue("30s"), false},
		"no time":               {types.StringValue("0s"), true},
		"less than no time":     {types.StringValue("-1h"), true},
		"the library refuses":   {types.StringValue("soon"), false},
		"null":                  {types.StringNull(), false},
		"known only then":       {types.StringUnknown(), false},
		"no time in other ways": {types.StringValue("0"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := validator.ObjectRequest{
				Path:        path.Root("timeouts"),
				ConfigValue: types.ObjectValueMust(map[string]attr.Type{"read": types.StringType}, map[string]attr.Value{"read": test.value}),
			}
			var resp validator.ObjectResponse
			Positive().ValidateObject(t.Context(), req, &resp)
			if got := resp.Diagnostics.HasError(); got != test.refused {
				t.Fatalf("refused is %v: %v", got, resp.Diagnostics)
			}
		})
	}
}
