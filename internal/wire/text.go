package wire

import (
	"errors"
	"io"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// Text is an error's text on one line, without what could be secret in it. The
// URL that net/http puts before the cause is left out.
func Text(err error) string {
	var failure *Failure
	var request *url.Error
	switch {
	case errors.As(err, &failure): // has left it out
		return Redact(err.Error())
	case errors.As(err, &request):
		err = request.Err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the connection was dropped"
	}
	return Redact(err.Error())
}

var secrets = []struct {
	pattern     *regexp.Regexp
	replacement string
}{
	{regexp.MustCompile(`(?i)(https?://[^\s"'<>?]+)\?[^\s"'<>]*`), "$1?…"},
	{regexp.MustCompile(`//[^/\s"@]*@`), "//***@"},
	{regexp.MustCompile(`(?i)\b(bearer)\s+[A-Za-z0-9._~+/=-]{8,}`), "$1 …"},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`), "…"},
}

// Redact is a text on one line, without the query and the user of any URL and
// without anything that looks like a token.
func Redact(text string) string {
	for _, s := range secrets {
		text = s.pattern.ReplaceAllString(text, s.replacement)
	}
	return OneLine(text)
}

// Hide takes secrets out of a text that somebody else wrote, who may have repeated
// what was sent, in a query or a form too. Empty ones are none.
func Hide(text string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			text = strings.NewReplacer(secret, "***", url.QueryEscape(secret), "***").Replace(text)
		}
	}
	return text
}

// OneLine takes line breaks, and what else a terminal would act on, out of a text.
func OneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}
