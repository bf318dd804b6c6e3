package emulator_test

import (
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAssumptions: every row of ASSUMPTIONS.md is whole, and code and tests
// name no row that is not there.
func TestAssumptions(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("ASSUMPTIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	form := regexp.MustCompile(`^\| ((?:AZ|ALI|EMU)-\d{3}) \| .+ \| .+ \| (?:no|yes, \d{4}-\d{2}-\d{2}) \|$`)
	last := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| id |") {
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

	named := map[string]string{}
	id := regexp.MustCompile(`\b(?:AZ|ALI|EMU)-\d{3}\b`)
	files := os.DirFS(".")
	err = fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		source, err := fs.ReadFile(files, path)
		for _, found := range id.FindAllString(string(source), -1) {
			named[found] = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var unknown []string
	for _, found := range slices.Sorted(maps.Keys(named)) {
		if !rows[found] {
			unknown = append(unknown, named[found]+" names "+found)
		}
	}
	if diff := cmp.Diff([]string(nil), unknown); diff != "" {
		t.Error(diff)
	}
}
