package regional

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
)

// notCreated adds to the error of a failed create how to import the object that is in
// the way or may have been made.
func (k *Kind) notCreated(err error, region string) error {
	var exists *alibabacloud.ExistsError
	var uncertain *alibabacloud.UncertainCreateError
	switch {
	case errors.As(err, &exists) && exists.ID != "" && exists.Elsewhere == "" && !exists.MadeHere && exists.Status != alibabacloud.StatusDeleting:
		return diagnostics.WithAdvice(err, fmt.Sprintf("To manage the existing %s, import it:\n\n%s\n\n"+
			"If the state has it already, under another name or key, use a moved block instead. "+
			"If this apply deletes it, apply again, without create_before_destroy.", k.short(), k.importBlock(region, exists.ID)))
	case !errors.As(err, &uncertain):
		return err
	case len(uncertain.Candidates) == 1:
		return diagnostics.WithAdvice(err, "It is not in the state, because it may be somebody else's. If it is yours, import it:\n\n"+
			k.importBlock(region, uncertain.Candidates[0]))
	}
	return diagnostics.WithAdvice(err, fmt.Sprintf("Before the next apply, look for the %s %s. If it is there, import it:\n\n%s",
		k.short(), k.Place, k.importBlock(region, cmp.Or(uncertain.ID, "<"+k.short()+" id>"))))
}

func (k *Kind) importBlock(region, id string) string {
	return fmt.Sprintf("  import {\n    to = %s.<name>\n    id = %q\n  }", k.Type, region+"/"+id)
}

// notSettled adds to the error of a wait after a create what becomes of the object, which
// is in the state.
func (k *Kind) notSettled(err error) error {
	if !errors.Is(err, alibabacloud.ErrNotFound) {
		return diagnostics.WithAdvice(err, fmt.Sprintf("The %s is kept in the state, marked as tainted, so that it is not lost: the next apply replaces it. "+
			"If it is as you want it, or becomes so, run terraform untaint on this resource instead.", k.short()))
	}
	became := "made, and then deleted by something else"
	if wait := (*alibabacloud.WaitError)(nil); errors.As(err, &wait) && !wait.Seen {
		became = "made, and the service has not shown it since"
	}
	return diagnostics.Advised(err, fmt.Sprintf("The %s was %s. The state keeps it, marked as tainted, until the next plan reads it: "+
		"if it is gone, the plan creates it again.", k.short(), became))
}

// notAsPlanned is the error of a wait that ended while the service showed another value
// of an argument than planned.
func (k *Kind) notAsPlanned(err error, argument string) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return diagnostics.Advised(fmt.Errorf("the service shows another %s than planned: %w", argument, err),
		fmt.Sprintf("The service accepted %s and did not show it in time. Allow more time in timeouts; "+
			"if it stays so, look whether something else changes the %s too.", argument, k.short()))
}
