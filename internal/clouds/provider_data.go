package clouds

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// FromProvider returns the Clouds in what the framework hands to the Configure
// method of a resource, data source or list resource; nil before the provider
// itself is configured, which is how the framework validates. Anything else than
// a Clouds is a fault of this provider.
func FromProvider(data any, diags *diag.Diagnostics) *Clouds {
	if data == nil {
		return nil
	}
	c, ok := data.(*Clouds)
	if !ok {
		diags.AddError("Unexpected provider data",
			fmt.Sprintf("Expected *clouds.Clouds, got %T. This is a fault of the provider: please report it.", data))
	}
	return c
}
