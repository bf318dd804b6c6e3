// Package regional is what the resources of Alibaba Cloud have in common:
//
//   - each is an object of one region, which a moved state may lack;
//   - its id goes into the state before anything else can fail;
//   - only an answer of the service removes it from the state, never an error;
//   - a write ends when the service shows what was planned.
//
// An object's own package has its schema, its [Model] and its [Kind].
package regional

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

// Kind is what messages and imports need of one kind of object.
type Kind struct {
	Type      string   // "bgp_peer"
	Noun      string   // "BGP peer"
	Arguments []string // the arguments that an error of the service can be about
	// CheckID says what is wrong with an id without a region, such as "the id of a
	// peer starts with bgp-".
	CheckID func(id string) error
	Example string // an id
	// Place is where to look for an object that may have been made, "in its BGP group
	// (data source bgp_peers, or the console)".
	Place string
	Moved string // the alicloud type that can be moved here
}

// short is the noun without "BGP": "peer".
func (k *Kind) short() string { return strings.TrimPrefix(k.Noun, "BGP ") }

// Base is what every model has. A model embeds it.
type Base struct {
	ID       types.String   `tfsdk:"id"`
	Region   types.String   `tfsdk:"region"`
	Status   types.String   `tfsdk:"status"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// Common returns the Base of a model.
func (b *Base) Common() *Base { return b }

// FromConfig takes nothing from the configuration that the plan does not have.
func (b *Base) FromConfig(context.Context, tfsdk.Config) diag.Diagnostics { return nil }

// Model is an object in configuration, plan and state. M is a struct that embeds [Base];
// the methods belong to its pointer.
type Model[M any] interface {
	*M
	Common() *Base
	// FromConfig takes what is write-only, for Create and Modify.
	FromConfig(context.Context, tfsdk.Config) diag.Diagnostics
	// Identity is what identifies the object permanently, as the identity schema has it.
	Identity() any
	// FromIdentity takes id and region from an identity, and returns the path of the
	// attribute that names the object.
	FromIdentity(context.Context, *tfsdk.ResourceIdentity) (path.Path, diag.Diagnostics)
	// Parent names what the object is made in, for messages: "BGP group bgpg-…".
	Parent() string
	// SameArguments reports whether a plan's arguments, region and timeouts aside, mean
	// the same as those of the state.
	SameArguments(state *M) bool
	// AddToPlan adds to a plan what only the model knows, or says why the plan cannot be
	// applied. The model is the plan; state is nil for a create.
	AddToPlan(ctx context.Context, state *M, plan *tfsdk.Plan) diag.Diagnostics
	// Difference names the first argument in which other differs from the model, a plan;
	// "" if there is none. Arguments that the service never gets do not count.
	Difference(other *M) string
	// Sent names the arguments, of those that Difference compares, that a write of the
	// model, a plan, sends. prior is the state before an update, nil for a create.
	Sent(prior *M) []string

	// Create creates the object and returns its id.
	Create(context.Context, *alibabacloud.Client) (id string, err error)
	// Read reads the object and fills the model with it. The error is
	// [alibabacloud.ErrNotFound] if the service says that the object does not exist.
	Read(context.Context, *alibabacloud.Client) (diag.Diagnostics, error)
	// Modify changes the object to what the model, a plan, says, if the service would
	// see a difference from the state.
	Modify(ctx context.Context, client *alibabacloud.Client, state *M) error
	// Wait reads the object and calls seen with the model, a plan, filled with it, until
	// that is done. ready reports whether the object has its final status.
	Wait(ctx context.Context, client *alibabacloud.Client, seen func(filled *M, ready bool) (done bool)) error
	// NotReady changes what goes into the state when the wait of an update of prior failed.
	NotReady(prior *M)
	// Delete deletes the object, and waits until it is gone.
	Delete(context.Context, *alibabacloud.Client) error
}

// NullIfEmpty returns null for an empty text.
func NullIfEmpty[S ~string](text S) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(string(text))
}
