// Package validators checks the arguments that resources and data sources have in
// common.
package validators

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
)

// Checked is a validator that runs check over a known value. Its error becomes the
// message under the summary; want says what the value must be.
func Checked(summary, want string, check func(string) error) validator.String {
	return checked{summary, want, check}
}

// Region takes the id of a region of Alibaba Cloud.
func Region() validator.String {
	return Checked("Not a region id", "a region id", alibabacloud.CheckRegion)
}

// ID takes any id. An empty one is refused, because the service would take it for
// none: a filter that is empty by mistake would find everything.
func ID() validator.String {
	return Checked("Not an id", "an id", func(text string) error {
		switch {
		case text == "":
			return errors.New("the id is empty. Give one, or leave the argument out (null)")
		case strings.ContainsFunc(text, unicode.IsSpace):
			return fmt.Errorf("%q contains white space", text)
		}
		return nil
	})
}

// Timeout takes a duration greater than zero: with less, every operation would end
// before it began.
func Timeout() validator.String {
	return Checked("Not a timeout", "a duration", func(text string) error {
		switch duration, err := time.ParseDuration(text); {
		case err != nil:
			return fmt.Errorf("%q is not a duration: give a number and its unit, such as \"30s\" or \"10m\"", text)
		case duration <= 0:
			return fmt.Errorf("%q must be greater than zero: give a duration such as \"30s\" or \"10m\", or leave the timeout out", text)
		}
		return nil
	})
}

type checked struct {
	summary, want string
	check         func(string) error
}

// Description says what the argument must be.
func (v checked) Description(context.Context) string { return v.want }

// MarkdownDescription is the same.
func (v checked) MarkdownDescription(context.Context) string { return v.want }

// ValidateString checks a known value.
func (v checked) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		err = fmt.Errorf("%s: %w", req.Path, err)
		resp.Diagnostics.Append(diagnostics.AtAttribute(req.Path, v.summary, err))
	}
}
