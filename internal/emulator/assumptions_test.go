package emulator_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestAssumptions: every row of ASSUMPTIONS.md is whole, and they are in order.
// That the tests of conformance/ name these rows and no others is checked there.
func TestAssumptions(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("ASSUMPTIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	form := regexp.MustCompile(`^\| ((?:AZ|ALI|EMU|LIVE)-\d{3}) \| .+ \| .+ \| (?:no|yes, \d{4}-\d{2}-\d{2}) \|$`)
	last, inRows := "", false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "| id |"):
			inRows = true
			continue
		case !strings.HasPrefix(line, "|"):
			inRows = false
			continue
		case !inRows || strings.HasPrefix(line, "|---"):
			continue
		}
		match := form.FindStringSubmatch(line)
		if match == nil {
			t.Errorf("a row that is not whole: %s", line)
			continue
		}
		id := match[1]
		if prefix, _, _ := strings.Cut(id, "-"); rows[id] || strings.HasPrefix(last, prefix+"-") && id < last {
			t.Errorf("%s is there twice, or not in order", id)
		}
		rows[id], last = true, id
	}
}
