// Package diagnostics makes Terraform diagnostics out of the clouds' errors: what
// failed on which object, what the service said, and what to do next.
package diagnostics

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

// FromError makes the diagnostic of a failed operation. The summary says what
// failed and the subject on which object ("BGP peer bgp-…"; it may be empty). If
// the cause lies in one of the given arguments of the object, the diagnostic
// stands on that argument.
func FromError(summary, subject string, err error, arguments ...string) diag.Diagnostic {
	text := err.Error()
	if subject != "" {
		text = subject + ": " + text
	}
	paragraphs := []string{sentence(text)}

	advice := alibabacloud.Explain(err)
	var advisor interface{ Advice() string }
	if errors.As(err, &advisor) {
		advice.Text = advisor.Advice()
	}
	paragraphs = append(paragraphs, advice.Text, stateAdvice(err))
	paragraphs = slices.DeleteFunc(paragraphs, func(p string) bool { return p == "" })
	detail := strings.Join(paragraphs, "\n\n")

	atFault := []string{advice.Argument}
	var accuser interface{ Arguments() []string }
	if errors.As(err, &accuser) {
		atFault = accuser.Arguments()
	}
	for _, argument := range atFault {
		if slices.Contains(arguments, argument) {
			return diag.NewAttributeErrorDiagnostic(path.Root(argument), summary, detail)
		}
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

// AtAttribute makes the diagnostic of an error that one attribute of the
// configuration can mend.
func AtAttribute(attribute path.Path, summary string, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(attribute, summary, sentence(err.Error()))
}

// TaintedError is what failed after a create has put its peer into the state.
type TaintedError struct{ Err error }

// Error is what failed.
func (e *TaintedError) Error() string { return e.Err.Error() }

// Unwrap gives what failed.
func (e *TaintedError) Unwrap() error { return e.Err }

// stateAdvice says what a failed create has left in the state, or how to take the
// peer into it that was met or may have been made; "" for other errors.
func stateAdvice(err error) string {
	region := "<region>"
	var call *alibabacloud.Error
	if errors.As(err, &call) {
		region = call.Region
	}
	var exists *alibabacloud.PeerExistsError
	if errors.As(err, &exists) && exists.Peer.ID != "" && exists.Peer.Status != alibabacloud.PeerDeleting {
		return "To manage the peer that is there, import it:\n\n" +
			importBlock(region+"/"+exists.Peer.ID) +
			"\n\nIf the state has it already, under another name or key, use a moved block instead. " +
			"If this apply deletes it, apply again, without create_before_destroy."
	}
	var tainted *TaintedError
	var uncertain *alibabacloud.UncertainCreateError
	lost := errors.As(err, &uncertain)
	switch {
	case errors.As(err, &tainted), lost && uncertain.Peer.ID != "":
		return "The peer is kept in the state, marked as tainted, so that it is not lost: the next apply replaces it. " +
			"If it is as you want it, or becomes so, run terraform untaint on this resource instead."
	case !lost:
		return ""
	}
	return "Before the next apply, look for the peer in its BGP group (data source bgp_peers, or the console). If it is there, import it:\n\n" +
		importBlock(region+"/<peer id>")
}

func importBlock(id string) string {
	return fmt.Sprintf("  import {\n    to = bgp_peer.<name>\n    id = %q\n  }", id)
}

// sentence gives an error's text a capital letter and a full stop.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	// An action or an id keeps its spelling.
	if word, _, _ := strings.Cut(text, " "); word == strings.ToLower(word) && !strings.ContainsAny(word, "-_.") {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
