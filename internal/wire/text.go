package wire

import (
	"errors"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Text is an error's text on one line, without what could be secret in it, and without
// the URL that net/http puts before the cause.
func Text(err error) string {
	var failure *Failure
	var request *url.Error
	switch {
	case errors.As(err, &failure): // its text has no URL
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

// Hide replaces secrets in a text from somebody else, such as a service that repeats
// what was sent. It finds them in the encoding of a query or a form too. Empty secrets
// are ignored.
func Hide(text string, secrets ...string) string {
	longestFirst := func(a, b string) int { return len(b) - len(a) } // one may be part of another
	for _, secret := range slices.SortedFunc(slices.Values(secrets), longestFirst) {
		if secret != "" {
			query := url.QueryEscape(secret)
			text = strings.NewReplacer(secret, "***", query, "***", strings.ReplaceAll(query, "+", "%20"), "***").Replace(text)
		}
	}
	return text
}

// OneLine replaces line breaks and other control characters with spaces.
func OneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// LacksScheme returns the https URL that is meant by a host, with or without a port,
// that stands where a URL should; "" for any other text, which may hold a secret.
func LacksScheme(text string) string {
	u, err := url.Parse("https://" + text)
	if err != nil || u.Hostname() == "" || u.Host != text {
		return ""
	}
	return u.String()
}
