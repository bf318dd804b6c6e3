package conformance

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every row of ASSUMPTIONS.md is named in the test files of this module, which
// drive the emulator with the vendors' libraries, or, about live BGP, in those of
// its module; and these name no other. Only the
// names are looked for: that a test which names a row proves all of it is for
// its reader to judge.
func TestEveryAssumptionIsNamedByATest(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../ASSUMPTIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	named := namedByTests(t)
	rows := regexp.MustCompile(`(?m)^\| ((?:AZ|ALI|EMU|LIVE)-\d{3}) \| ([^|]*)`).FindAllStringSubmatch(string(text), -1)
	if len(rows) == 0 {
		t.Fatal("there are no rows")
	}
	for _, row := range rows {
		id, behaviour := row[1], row[2]
		if named[id] == "" {
			t.Errorf("no test names %s: %s", id, behaviour)
		}
		delete(named, id)
	}
	for id, file := range named {
		t.Errorf("%s names %s, which is not there", file, id)
	}
}

// namedByTests finds the ids that the tests of both modules name, and a file that
// does.
func namedByTests(t *testing.T) map[string]string {
	t.Helper()
	id := regexp.MustCompile(`\b(?:AZ|ALI|EMU|LIVE)-\d{3}\b`)
	named := map[string]string{}
	files := os.DirFS("..")
	for _, module := range []string{"conformance", "live"} {
		err := fs.WalkDir(files, module, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
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
	}
	return named
}
