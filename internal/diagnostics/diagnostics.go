// Package diagnostics makes Terraform diagnostics of errors: what failed on which
// object, what the service said, and what to do next. It knows no cloud: an error has
// methods for what it knows.
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
// An error that knows what to do has a method Advice, whose sentences follow the error's
// text. An error that knows what may be at fault has a method Arguments, with the names
// of arguments, most likely first. The diagnostic points at the first of them that the
// object has.
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

// WithAdvice returns err with a paragraph added to its own advice, if it has any.
func WithAdvice(err error, advice string) error {
	if own := adviceOf(err); own != "" {
		advice = own + "\n\n" + advice
	}
	return Advised(err, advice)
}

// Advised returns err with this advice in place of its own.
func Advised(err error, advice string) error { return &advised{err, advice} }

type advised struct {
	error
	advice string
}

// Advice says what to do.
func (e *advised) Advice() string { return e.advice }

// Unwrap returns the error itself.
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
