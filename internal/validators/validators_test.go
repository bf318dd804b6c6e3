package validators

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		check validator.String
		value types.String
		says  string // "" where the value is taken
	}{
		"a region":              {Region(), types.StringValue("cn-shanghai"), ""},
		"a region in capitals":  {Region(), types.StringValue("CN-SHANGHAI"), `timeouts.create: "CN-SHANGHAI" is not a region id`},
		"a region with a space": {Region(), types.StringValue(" cn-shanghai"), "is not a region id"},
		"an empty region":       {Region(), types.StringValue(""), "the text is empty: give a region id, or leave the argument out (null)"},

		"an id":                             {ID(), types.StringValue("bgpg-1"), ""},
		"an empty id":                       {ID(), types.StringValue(""), "give an id, or leave the argument out (null)"},
		"an empty id where one is required": {Required(ID()), types.StringValue(""), "the text is empty: give an id."},
		"an id with a break":                {ID(), types.StringValue("bgpg-1\n"), "white space"},

		"some time":             {Timeout(), types.StringValue("30s"), ""},
		"no time":               {Timeout(), types.StringValue("0s"), "must be greater than zero"},
		"no time in other ways": {Timeout(), types.StringValue("0"), "must be greater than zero"},
		"less than no time":     {Timeout(), types.StringValue("-1h"), "must be greater than zero"},
		"no unit":               {Timeout(), types.StringValue("300"), "its unit"},
		"not a time":            {Timeout(), types.StringValue("soon"), "is not a duration"},

		"no timeout":          {Timeout(), types.StringValue(""), "give a duration, or leave the argument out (null)"},
		"an address":          {Address(), types.StringValue("10.3.1.1"), ""},
		"a prefix":            {Address(), types.StringValue("10.3.1.1/30"), "is a prefix: write the address alone"},
		"an empty address":    {Address(), types.StringValue(""), "leave the argument out (null)"},
		"an IP version":       {IPVersion(), types.StringValue("IPV4"), ""},
		"an empty IP version": {IPVersion(), types.StringValue(""), "leave the argument out (null)"},

		"null":            {ID(), types.StringNull(), ""},
		"known only then": {ID(), types.StringUnknown(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := path.Root("timeouts").AtName("create")
			var resp validator.StringResponse
			test.check.ValidateString(t.Context(), validator.StringRequest{Path: at, ConfigValue: test.value}, &resp)
			if test.says == "" {
				if resp.Diagnostics.HasError() {
					t.Fatalf("refused: %v", resp.Diagnostics)
				}
				return
			}
			if resp.Diagnostics.ErrorsCount() != 1 || !strings.Contains(resp.Diagnostics[0].Detail(), test.says) {
				t.Fatalf("no error that says %q: %v", test.says, resp.Diagnostics)
			}
		})
	}
}
