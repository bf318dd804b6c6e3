package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

// The troubleshooting guide says of every code what the provider says.
func TestGuideIsUpToDate(t *testing.T) {
	if err := update("../../../templates/guides/troubleshooting.md", true); err != nil {
		t.Error(err)
	}
}

func TestTables(t *testing.T) {
	got := codeTables([]alibabacloud.Meaning{
		{Code: "Slow*", Kind: alibabacloud.KindThrottled, Advice: "Wait."},
		{Code: "Slower", Kind: alibabacloud.KindThrottled, Advice: "Wait."},
		{Code: "QuotaExceeded.Bgp", Message: "bgp peer count", Arguments: []string{"a", "b"}, Advice: "Delete one."},
		{Code: "Bad", Action: "AddBgpNetwork", Arguments: []string{"a"}, Advice: "Set enable_bfd = true, or fix it."},
		{Code: "Bad", Arguments: []string{"a"}, Advice: "Fix the other."},
	})
	const head = "| code | argument | what it means, and what to do |\n|---|---|---|\n"
	want := map[string]string{
		"waited out": head + "| `Slow…`, `Slower` |  | Wait. |\n",
		"quotas":     head + "| `QuotaExceeded.Bgp` “…bgp peer count…” | `a`, `b` | Delete one. |\n",
		"refused":    head + "| `Bad` (networks) | `a` | Set `enable_bfd = true`, or fix it. |\n| `Bad` | `a` | Fix the other. |\n",
	}
	for name, table := range want {
		if got[name] != table {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got[name], table)
		}
	}
	if len(got) != len(want) {
		t.Errorf("there are %d tables, want %d", len(got), len(want))
	}
}

func TestFill(t *testing.T) {
	tables := map[string]string{"a": "| A |\n"}
	got, err := fill("Before.\n\n<!-- codes: a -->\nold\n<!-- end -->\n\nAfter.\n", tables)
	if want := "Before.\n\n<!-- codes: a -->\n\n| A |\n\n<!-- end -->\n\nAfter.\n"; err != nil || got != want {
		t.Errorf("got %q and the error %v, want %q", got, err, want)
	}
	for guide, want := range map[string]string{
		"No place.":                          `"a" has no place`,
		"<!-- codes: b -->\n<!-- end -->":    `no table "b"`,
		"<!-- codes: a -->\nnever closed":    "not closed",
		"<!-- codes: a --><!-- end -->, odd": "not closed",
	} {
		if _, err := fill(guide, tables); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got the error %v, want one with %q", guide, err, want)
		}
	}
}

// A guide that is due is written, but not with -check.
func TestUpdate(t *testing.T) {
	var guide strings.Builder
	for name := range codeTables(alibabacloud.Meanings()) {
		guide.WriteString(begin + name + heading + finish + "\n")
	}
	for _, name := range []string{"azure", "azure credentials"} {
		guide.WriteString(begin + name + heading + finish + "\n")
	}
	file := filepath.Join(t.TempDir(), "guide.md")
	if err := os.WriteFile(file, []byte(guide.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ check, fails bool }{{true, true}, {false, false}, {true, false}} {
		if err := update(file, step.check); (err != nil) != step.fails {
			t.Errorf("with check %t: the error %v", step.check, err)
		}
	}
}
