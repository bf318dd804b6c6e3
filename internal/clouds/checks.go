package clouds

import (
	"errors"
	"strconv"
	"strings"
	"unicode"
)

// Checks of values that are of no one layer. What a layer uses, it checks itself.

// checkNoSpace accepts what no id, key or token is without: a text of one piece. A
// line break at the end is what comes along from a file, and of a key it would make
// a request that cannot be sent.
func checkNoSpace(text string) error {
	if strings.ContainsFunc(text, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }) {
		return errors.New("must not contain white space, a line break at the end included")
	}
	return nil
}

func checkFlag(text string) error {
	if _, err := strconv.ParseBool(text); err != nil {
		return errors.New("must be true or false")
	}
	return nil
}

// whole is a check of a whole number.
func whole(check func(int) error) func(string) error {
	return func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil && !errors.Is(err, strconv.ErrRange) { // out of range, n is the nearest int
			return errors.New("must be a whole number")
		}
		return check(n)
	}
}

// hostToURL turns a bare host or host:port into a URL, and leaves a URL alone.
func hostToURL(text string) string {
	if strings.Contains(text, "://") {
		return text
	}
	return "https://" + text
}
