// Command codetables writes the tables of error codes into the troubleshooting guide,
// from what the client layers say of each code:
//
//	codetables [-check] templates/guides/troubleshooting.md
//
// A table stands between the comments <!-- codes: name --> and <!-- end -->. With
// -check nothing is written, and a guide that is not up to date is an error.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

func main() {
	check := flag.Bool("check", false, "write nothing, and fail where the guide is not up to date")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: codetables [-check] guide.md")
		os.Exit(2)
	}
	if err := update(flag.Arg(0), *check); err != nil {
		fmt.Fprintln(os.Stderr, "codetables:", err)
		os.Exit(1)
	}
}

func update(file string, check bool) error {
	before, err := os.ReadFile(file) //nolint:gosec // The user names the file.
	if err != nil {
		return err
	}
	tables := codeTables(alibabacloud.Meanings())
	reads, credentials := azure.Remedies()
	tables["azure"], tables["azure credentials"] = remedyTable(reads), remedyTable(credentials)
	after, err := fill(string(before), tables)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", file, err)
	case after == string(before):
		return nil
	case check:
		return fmt.Errorf("%s does not say of every code what the provider says: run make generate", file)
	}
	return os.WriteFile(file, []byte(after), 0o644) //nolint:gosec // Documentation is for all to read.
}

const (
	begin   = "<!-- codes: "
	heading = " -->\n"
	finish  = "<!-- end -->"
)

// fill replaces what stands between a guide's comments by the tables that they name.
// Every table must have its place.
func fill(guide string, tables map[string]string) (string, error) {
	var out strings.Builder
	parts := strings.Split(guide, begin)
	out.WriteString(parts[0])
	placed := map[string]bool{}
	for _, part := range parts[1:] {
		name, rest, found := strings.Cut(part, heading)
		_, after, ended := strings.Cut(rest, finish)
		if !found || !ended {
			return "", errors.New("a comment is not closed")
		}
		table, known := tables[name]
		if !known {
			return "", fmt.Errorf("there is no table %q", name)
		}
		placed[name] = true
		out.WriteString(begin + name + heading + "\n" + table + "\n" + finish + after)
	}
	for name := range tables {
		if !placed[name] {
			return "", fmt.Errorf("the table %q has no place", name)
		}
	}
	return out.String(), nil
}

// tableOf is the name of the table that a code belongs to.
func tableOf(m alibabacloud.Meaning) string {
	switch m.Kind {
	case alibabacloud.KindThrottled, alibabacloud.KindPassing, alibabacloud.KindConflict:
		return "waited out"
	case alibabacloud.KindCredentials, alibabacloud.KindPermission, alibabacloud.KindConfiguration:
		return "access"
	case alibabacloud.KindExists:
		return "exists"
	case alibabacloud.KindGone, alibabacloud.KindFinal:
	}
	if strings.HasPrefix(m.Code, "QuotaExceeded") {
		return "quotas"
	}
	return "refused"
}

// codeTables are the Markdown tables of codes by name. Codes of one meaning share a row.
func codeTables(meanings []alibabacloud.Meaning) map[string]string {
	type row struct{ codes, arguments, advice string }
	rows := map[string][]row{}
	for _, m := range meanings {
		name := tableOf(m)
		r := row{codes: written(m), arguments: "`" + strings.Join(m.Arguments, "`, `") + "`", advice: asCode(m.Advice)}
		if len(m.Arguments) == 0 {
			r.arguments = ""
		}
		same := slices.IndexFunc(rows[name], func(other row) bool { return other.arguments == r.arguments && other.advice == r.advice })
		if same < 0 {
			rows[name] = append(rows[name], r)
			continue
		}
		rows[name][same].codes += ", " + r.codes
	}
	written := map[string]string{}
	for name, rows := range rows {
		t := "| code | argument | what it means, and what to do |\n|---|---|---|\n"
		for _, r := range rows {
			t += fmt.Sprintf("| %s | %s | %s |\n", r.codes, r.arguments, r.advice)
		}
		written[name] = t
	}
	return written
}

// remedyTable is the Markdown table of what to do about errors of Azure.
func remedyTable[E error](remedies []azure.Remedy[E]) string {
	inWords := strings.NewReplacer("{identity}", "the identity", "{permission}", "that the message names", "{object}", "gateway")
	t := "| the message says | what it means, and what to do |\n|---|---|\n"
	for _, r := range remedies {
		if r.Message != "" {
			t += fmt.Sprintf("| %s | %s |\n", r.Message, asCode(inWords.Replace(r.Advice)))
		}
	}
	return t
}

// code is what a text that is made for a terminal leaves without backticks: options,
// commands, arguments and variables, with a value if one follows.
var code = regexp.MustCompile(`-parallelism|az login|timeouts = \{[^}]*\}|[A-Za-z.]*[A-Za-z]_[A-Za-z_]+( = true)?`)

func asCode(text string) string { return code.ReplaceAllString(text, "`$0`") }

// written is how a code is written in a table, with what else must be so for it to
// have its meaning.
func written(m alibabacloud.Meaning) string {
	name, isPrefix := strings.CutSuffix(m.Code, "*")
	if isPrefix {
		name += "…"
	}
	name = "`" + name + "`"
	if m.Message != "" {
		name += " “…" + m.Message + "…”"
	}
	for part, object := range map[string]string{"BgpPeer": "peers", "BgpGroup": "groups", "BgpNetwork": "networks"} {
		if m.Action != "" && strings.HasSuffix(m.Action, part) {
			name += " (" + object + ")"
		}
	}
	return name
}
