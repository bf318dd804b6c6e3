// Package validators checks the arguments that resources and data sources have in
// common.
package validators

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
)

// Checked is a validator that runs check on a known value. The error of check becomes
// the message below the summary; want says what the value must be. An empty text is
// refused, since a service may take it as a missing argument: an empty filter would
// find everything.
func Checked(summary, want string, check func(string) error) validator.String {
	return checked{summary, want, true, check}
}

// Required makes Checked's validator one for an argument that cannot be left out.
func Required(v validator.String) validator.String {
	if c, ok := v.(checked); ok {
		c.optional = false
		return c
	}
	return v
}

// Region accepts the id of a region of Alibaba Cloud.
func Region() validator.String {
	return Checked("Not a region id", "a region id", alibabacloud.CheckRegion)
}

// ID accepts any id without white space.
func ID() validator.String {
	return Checked("Not an id", "an id", func(text string) error {
		if strings.ContainsFunc(text, unicode.IsSpace) {
			return fmt.Errorf("%q contains white space", text)
		}
		return nil
	})
}

// Address accepts an IPv4 or IPv6 address.
func Address() validator.String {
	return Checked("Not an IP address", "an IPv4 or IPv6 address", iptext.CheckAddress)
}

// IPVersion accepts IPv4 and IPv6, in any letter case.
func IPVersion() validator.String {
	return Checked("Not an IP version", "IPv4 or IPv6", iptext.CheckVersion)
}

// Timeout accepts a duration greater than zero.
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
	optional      bool
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
	text, err := req.ConfigValue.ValueString(), error(nil)
	switch {
	case text != "":
		err = v.check(text)
	case v.optional:
		err = fmt.Errorf("the text is empty: give %s, or leave the argument out (null)", v.want)
	default:
		err = fmt.Errorf("the text is empty: give %s", v.want)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", req.Path, err)
		resp.Diagnostics.Append(diagnostics.AtAttribute(req.Path, v.summary, err))
	}
}

// CheckedInt64 is Checked for numbers.
func CheckedInt64(summary, want string, check func(int64) error) validator.Int64 {
	return checkedInt64{summary, want, check}
}

type checkedInt64 struct {
	summary, want string
	check         func(int64) error
}

// Description says what the argument must be.
func (v checkedInt64) Description(context.Context) string { return v.want }

// MarkdownDescription is the same.
func (v checkedInt64) MarkdownDescription(context.Context) string { return v.want }

// ValidateInt64 checks a known value.
func (v checkedInt64) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueInt64()); err != nil {
		resp.Diagnostics.Append(diagnostics.AtAttribute(req.Path, v.summary, fmt.Errorf("%s: %w", req.Path, err)))
	}
}
