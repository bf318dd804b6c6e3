// Package diagnostics makes Terraform diagnostics out of errors: what failed on which
// object, what the service said, and what to do next. It knows no cloud: errors say
// by their methods what they know.
package diagnostics

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// FromError makes the diagnostic of a failed operation. The summary says what
// failed and the subject on which object ("BGP peer bgp-…"; it may be empty).
//
// An error that knows what to do has a method Advice, whose sentences follow the
// error's text. One that knows what may be at fault has a method Arguments, the
// names of arguments, best first: the diagnostic stands on the first of them that
// is one of the object's.
func FromError(summary, subject string, err error, arguments ...string) diag.Diagnostic {
	detail := err.Error()
	if subject != "" {
		detail = subject + ": " + detail
	}
	detail = sentence(detail)
	if advice := adviceOf(err); advice != "" {
		detail += "\n\n" + advice
	}
	var accuser interface{ Arguments() []string }
	if errors.As(err, &accuser) {
		for _, candidate := range accuser.Arguments() {
			if slices.Contains(arguments, candidate) {
				return diag.NewAttributeErrorDiagnostic(path.Root(candidate), summary, detail)
			}
		}
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

// AtAttribute makes the diagnostic of an error that one attribute of the
// configuration can fix.
func AtAttribute(attribute path.Path, summary string, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(attribute, summary, sentence(err.Error()))
}

// WithAdvice is err with a paragraph after the advice that it has itself.
func WithAdvice(err error, advice string) error { return &advised{error: err, more: advice} }

type advised struct {
	error
	more string
}

// Advice is the error's own and the added one.
func (e *advised) Advice() string {
	if own := adviceOf(e.error); own != "" {
		return own + "\n\n" + e.more
	}
	return e.more
}

// Unwrap gives the error itself.
func (e *advised) Unwrap() error { return e.error }

func adviceOf(err error) string {
	var advisor interface{ Advice() string }
	if errors.As(err, &advisor) {
		return advisor.Advice()
	}
	return ""
}

// sentence gives an error's text a capital letter and a full stop.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	// An action, an id or an argument keeps its spelling.
	if word, _, _ := strings.Cut(text, " "); word == strings.ToLower(word) && !strings.ContainsAny(word, "-_.:") {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
