package alibabacloud

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The troubleshooting guide says of every code what the provider says.
func TestGuideHasEveryCode(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/troubleshooting.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range codes {
		name := strings.TrimSuffix(c.name, "*")
		found := false
		for row := range strings.Lines(string(guide)) {
			found = found || strings.HasPrefix(row, "| `") && strings.Contains(row, "`"+name) && strings.Contains(row, c.advice) &&
				(c.arguments == nil || c.temporary() || slices.ContainsFunc(c.arguments, func(a string) bool { return strings.Contains(row, "`"+a+"`") }))
		}
		if !found {
			t.Errorf("no row has %s with one of its arguments %q and its advice: %s", c.name, c.arguments, c.advice)
		}
	}
}

func (c *code) temporary() bool { return (&Error{Kind: c.kind}).temporary() }
