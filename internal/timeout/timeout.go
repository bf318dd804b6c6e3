// Package timeout checks the timeouts objects of resources and data sources
// beyond what their library does: that there is time at all.
package timeout

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Positive refuses a duration of nothing, or of less, in a timeouts object: every
// operation would end before it began. What is no duration the library refuses.
func Positive() validator.Object { return positive{} }

type positive struct{}

// Description says what is checked.
func (positive) Description(context.Context) string { return "every timeout must be more than 0" }

// MarkdownDescription says what is checked.
func (p positive) MarkdownDescription(ctx context.Context) string { return p.Description(ctx) }

// ValidateObject checks each duration that is known.
func (positive) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	for name, value := range req.ConfigValue.Attributes() {
		text, isText := value.(types.String)
		if !isText {
			continue
		}
		if duration, err := time.ParseDuration(text.ValueString()); err == nil && duration <= 0 {
			resp.Diagnostics.AddAttributeError(req.Path.AtName(name), "A timeout of no time",
				fmt.Sprintf("%s is %q, so that the operation would end before it began. Give it a duration such as \"30s\" or \"10m\", or leave it out.", name, text.ValueString()))
		}
	}
}
