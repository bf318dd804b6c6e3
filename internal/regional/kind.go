// Package regional is what the resources of Alibaba Cloud have in common. Each is an
// object of one region, which a moved state may not name; its id goes into the state
// before anything else can fail; only the service's word removes it from the state;
// and a write ends when the service shows what was planned.
//
// What differs is each object's own: its schema, its [Model], and its [Kind].
package regional

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/stateadvice"
)

// Kind is what messages and imports must know of one kind of object.
type Kind struct {
	Type      string   // "bgp_peer"
	Noun      string   // "BGP peer"
	Arguments []string // those that an error of the service can be about
	// CheckID says what is wrong with an id without a region, such as "the id of a
	// peer starts with bgp-".
	CheckID func(id string) error
	Example string // an id
	// Place is where to look for one that may have been made, "in its BGP group (data
	// source bgp_peers, or the console)".
	Place string
	Moved string // the type of alicloud that one can be moved from
}

// short is the noun in a sentence that is about nothing else: "peer".
func (k *Kind) short() string { return strings.TrimPrefix(k.Noun, "BGP ") }

func (k *Kind) object() stateadvice.Object {
	return stateadvice.Object{Type: k.Type, Noun: k.short()}
}

// withStateAdvice adds to a failed create's error how to take the object into the
// state that was met or may have been made.
func (k *Kind) withStateAdvice(err error, region string) error {
	var exists *alibabacloud.ExistsError
	var uncertain *alibabacloud.UncertainCreateError
	switch {
	case errors.As(err, &exists) && exists.ID != "" && exists.Elsewhere == "" && exists.Status != alibabacloud.StatusDeleting:
		return diagnostics.WithAdvice(err, k.object().Exists(region+"/"+exists.ID))
	case !errors.As(err, &uncertain):
		return err
	case len(uncertain.Candidates) == 1:
		return diagnostics.WithAdvice(err, k.object().MayBe(region+"/"+uncertain.Candidates[0]))
	}
	return diagnostics.WithAdvice(err, k.object().MayExist(k.Place, region+"/"+cmp.Or(uncertain.ID, "<"+k.short()+" id>")))
}

// Base is what every model has. A model embeds it.
type Base struct {
	ID       types.String   `tfsdk:"id"`
	Region   types.String   `tfsdk:"region"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// Common gives the Base of a model.
func (b *Base) Common() *Base { return b }

// FromConfig takes nothing from the configuration that the plan does not have.
func (b *Base) FromConfig(context.Context, tfsdk.Config) diag.Diagnostics { return nil }

// Model is an object in configuration, plan and state: M is the struct, which embeds
// [Base], and the methods are its pointer's.
type Model[M any] interface {
	*M
	Common() *Base
	// FromConfig takes what is write-only, for Create and Modify.
	FromConfig(context.Context, tfsdk.Config) diag.Diagnostics
	// Identity is what identifies the object permanently, as the identity schema has it.
	Identity() any
	// Parent names what the object is made in, for messages: "BGP group bgpg-…".
	Parent() string
	// SameArguments reports whether a plan's arguments, region and timeouts aside, mean
	// the same as those of the state.
	SameArguments(state *M) bool
	// AddToPlan adds to a plan what only the model knows, or says why the plan cannot be
	// applied. The model is the plan; state is nil for a create.
	AddToPlan(ctx context.Context, state *M, plan *tfsdk.Plan) diag.Diagnostics
	// Difference names the first argument in which the service would see other differ
	// from the model, a plan; "" if in none.
	Difference(other *M) string
	// ForgetUnknown turns what is still unknown into null, for a state that is written
	// before the service has said it.
	ForgetUnknown()

	// Create makes the object, and gives its id.
	Create(context.Context, *alibabacloud.Client) (id string, err error)
	// Read reads the object and fills the model with it; the error is
	// [alibabacloud.ErrNotFound] where the service says that there is none.
	Read(context.Context, *alibabacloud.Client) (diag.Diagnostics, error)
	// Modify makes the object of the state what the model, a plan, says, if the
	// service would see a difference.
	Modify(ctx context.Context, client *alibabacloud.Client, state *M) error
	// Wait shows the model, a plan, filled with what the service says, until it is
	// done; ready is whether the object is in the status that it is to have.
	Wait(ctx context.Context, client *alibabacloud.Client, seen func(filled *M, ready bool) (done bool)) error
	// Delete deletes the object, and waits until it is gone.
	Delete(context.Context, *alibabacloud.Client) error
}

// Known is the planned value, or the one that was read where the plan had none.
func Known[T interface{ IsUnknown() bool }](planned, read T) T {
	if planned.IsUnknown() {
		return read
	}
	return planned
}

// NullIfUnknown turns the values that are unknown into null.
func NullIfUnknown(values ...any) {
	for _, value := range values {
		switch v := value.(type) {
		case *types.String:
			if v.IsUnknown() {
				*v = types.StringNull()
			}
		case *types.Int64:
			if v.IsUnknown() {
				*v = types.Int64Null()
			}
		case *types.Bool:
			if v.IsUnknown() {
				*v = types.BoolNull()
			}
		}
	}
}

// NullIfEmpty is null for an empty text.
func NullIfEmpty[S ~string](text S) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(string(text))
}

// vanished is an object that was made, and was gone before it was ready.
type vanished struct {
	noun string // "peer"
	error
}

// Unwrap gives what ended the wait.
func (e *vanished) Unwrap() error { return e.error }

// Advice says what becomes of it.
func (e *vanished) Advice() string {
	return "The " + e.noun + " was made, and then deleted by something else. The state keeps it, marked as tainted, until the next plan reads it: " +
		"if it is gone, the plan creates it again."
}

// notAsPlanned is an object that is there, and that the service did not show in time
// as it was to become.
type notAsPlanned struct {
	argument string // the first one that differs
	noun     string // "peer"
	error
}

// Error names what differs.
func (e *notAsPlanned) Error() string {
	return "the service shows another " + e.argument + " than planned: " + e.error.Error()
}

// Unwrap gives what ended the wait.
func (e *notAsPlanned) Unwrap() error { return e.error }

// Advice says what may be the reason.
func (e *notAsPlanned) Advice() string {
	return "The service accepted " + e.argument + " and did not show it in time. Allow more time in timeouts; " +
		"if it stays so, look whether something else changes the " + e.noun + " too."
}
