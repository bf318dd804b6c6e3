// Command bench measures the provider with the real CLI against the emulator, and
// prints the results as Markdown, each figure beside
// the least that is possible. It judges nothing: no figure makes it fail.
//
// What it measures is in one file for each section of the results: start.go,
// refresh.go, plan.go, lifecycle.go, alicloud.go, throttle.go, status.go and routes.go; what
// compare.go measures is another revision, beside this tree. The others hold what these have in common: build.go the providers, setup.go the
// emulated clouds, cli.go the CLI, memory.go how much memory a provider takes,
// report.go how results are written down.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	if provider := os.Getenv(watchVariable); provider != "" {
		os.Exit(watch(provider))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// section is one part of the results.
type section struct {
	name    string
	measure func(context.Context, *bench) (markdown string, err error)
}

var sections = []section{
	{"start", measureStart},
	{"refresh", measureRefresh},
	{"plan", measurePlan},
	{"lifecycle", measureLifecycle},
	{"throttle", measureThrottle},
	{"status", measureStatus},
	{"beside", measureBeside},
	{"routes", measureRoutes},
}

// scale is how much is measured.
type scale struct {
	latencies []time.Duration
	lifecycle []int           // peers that are made and destroyed
	refreshed []int           // peers that are refreshed
	planned   []int           // peers that are planned
	plans     int             // plans with each provider of up to 500 peers, and fewer of more
	throttled int             // peers that are made while the service throttles
	polls     []time.Duration // what Azure asks to wait before polls; 0 is nothing
	routes    int             // routes that are read
	putOut    int             // routes that are put out; as a list, Terraform takes minutes for many
	starts    int             // starts of each provider
	times     int             // how often all else is measured that takes little time
}

var (
	full = scale{
		latencies: []time.Duration{20 * time.Millisecond, 100 * time.Millisecond},
		lifecycle: []int{1, 10, 100, 1000},
		refreshed: []int{1, 10, 50, 100, 200, 1000},
		planned:   []int{500, 1000, 5000},
		plans:     10,
		throttled: 500,
		polls:     []time.Duration{0, time.Second, 10 * time.Second},
		routes:    10_000,
		putOut:    1_000,
		starts:    20,
		times:     5,
	}
	quick = scale{
		latencies: []time.Duration{20 * time.Millisecond},
		lifecycle: []int{1, 10},
		refreshed: []int{1, 100},
		planned:   []int{100},
		plans:     1,
		throttled: 50,
		polls:     []time.Duration{0},
		routes:    1_000,
		putOut:    200,
		starts:    10,
		times:     1,
	}
)

// bench is what the sections share.
type bench struct {
	scale

	alicloud, azapi string // binaries to measure beside, "" is none

	cli        string // path of the Terraform or OpenTofu CLI
	directory  string // private and temporary
	providers  providers
	highlights *table // what a user decides by
	progress   io.Writer
}

// highlight adds a row to what a user decides by.
func (b *bench) highlight(what, now, least string) { b.highlights.row(what, now, least) }

// inCalls says how many calls were made in how long.
func inCalls(calls int, took time.Duration) string {
	if calls == 1 {
		return "1 call, " + seconds(took)
	}
	return fmt.Sprintf("%d calls, %s", calls, seconds(took))
}

// log says what is being measured.
func (b *bench) log(format string, args ...any) {
	_, _ = fmt.Fprintf(b.progress, "bench: "+format+"\n", args...)
}

// run is the command. Markdown goes to out, all else to progress.
func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	var names []string
	for _, s := range sections {
		names = append(names, s.name)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(progress)
	cli := flags.String("cli", "terraform", "the Terraform or OpenTofu `CLI`")
	less := flags.Bool("quick", false, "measure little, in less than a minute")
	only := flags.String("only", strings.Join(names, ","), "the `sections` to measure")
	revision := flags.String("compare", "", "a `revision` to build and measure beside this tree, instead of the sections' own measurements")
	update := flags.Bool("update", false, "write the results to "+resultsFile+", and what a user decides by to "+guideFile)
	alicloud := flags.String("alicloud", "", "a `binary` of the alicloud provider to measure beside this one")
	azapi := flags.String("azapi", "", "a `binary` of the azapi provider, likewise")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen := strings.Split(*only, ",")
	for _, name := range chosen {
		if !slices.Contains(names, name) {
			return fmt.Errorf("there is no section %q, but %s", name, strings.Join(names, ", "))
		}
	}
	if *update && (*less || *revision != "" || len(chosen) < len(names)) {
		return errors.New("files are updated with all results only: not with -quick, -only or -compare")
	}

	b := &bench{scale: full, progress: progress, highlights: newTable("", "this provider", "the least calls; the service and the CLI alone"), alicloud: *alicloud, azapi: *azapi}
	if *less {
		b.scale = quick
	}
	if b.cli, err = exec.LookPath(*cli); err != nil {
		return err
	}
	for _, other := range []string{b.alicloud, b.azapi} { // An hour later would be late to find out.
		if _, err := exec.LookPath(other); other != "" && err != nil {
			return err
		}
	}
	if b.directory, err = os.MkdirTemp("", "bgp-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.directory)) }()
	if b.providers, err = buildProviders(ctx, filepath.Join(b.directory, "providers")); err != nil {
		return err
	}

	when, err := machine(ctx, b.cli)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, when); err != nil {
		return err
	}
	var results strings.Builder
	measured := slices.DeleteFunc(slices.Clone(sections), func(s section) bool { return !slices.Contains(chosen, s.name) })
	if *revision != "" {
		measured = []section{{"compare", func(ctx context.Context, b *bench) (string, error) { return b.compare(ctx, *revision, chosen) }}}
	}
	for _, s := range measured {
		markdown, err := s.measure(ctx, b)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if markdown == "" {
			continue // nothing to measure
		}
		results.WriteString("\n" + markdown)
		if _, err := io.WriteString(out, "\n"+markdown); err != nil {
			return err
		}
	}
	if !*update {
		return nil
	}
	if err := os.WriteFile(resultsFile, []byte(resultsHead+when+results.String()), 0o644); err != nil { //nolint:gosec // Documentation is for all to read.
		return err
	}
	return updateGuide(guideFile, when+guideHead+b.highlights.String())
}

// What -update writes, in the repository's root.
const (
	resultsFile = "internal/tools/bench/RESULTS.md"
	guideFile   = "templates/guides/performance.md"
	guideHead   = "Calls take 20 ms. A peer takes 1 s until it is Available or gone; Terraform works on 10 at a time. An operation on a gateway takes 3 s.\n" +
		"The right column adds the shortest time of the service and that of the CLI with a provider that makes no call. The CLI works while the service does,\n" +
		"so a large apply can take less than this sum.\n\n"
	resultsHead = "# Results of `make bench`\n\nWritten by `make bench BENCHARGS=-update`.\n\n"
)

// updateGuide replaces what stands below the guide's heading for results.
func updateGuide(file, results string) error {
	text, err := os.ReadFile(file) //nolint:gosec // The user names the file.
	if err != nil {
		return err
	}
	const heading = "\n## Results\n"
	above, _, found := strings.Cut(string(text), heading)
	if !found {
		return fmt.Errorf("%s has no heading Results", file)
	}
	return os.WriteFile(file, []byte(above+heading+"\n"+results), 0o644) //nolint:gosec // Documentation is for all to read.
}
