package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

// buildRevision builds the provider of a revision of this repository. Both its source
// and the binary are in the bench's own directory, which is removed in the end.
func (b *bench) buildRevision(ctx context.Context, revision string) (provider, error) {
	source := filepath.Join(b.directory, "revision")
	if err := os.Mkdir(source, 0o700); err != nil {
		return provider{}, err
	}
	archive := filepath.Join(b.directory, "revision.tar")
	for _, command := range [][]string{
		{"git", "archive", "--output", archive, revision + "^{tree}"},
		{"tar", "-x", "-f", archive, "-C", source},
	} {
		if output, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput(); err != nil { //nolint:gosec // The revision that the user named.
			return provider{}, fmt.Errorf("%s: %w\n%s", strings.Join(command[:2], " "), err, output)
		}
	}
	made := provider{directory: filepath.Join(b.directory, "providers", "revision")}
	return made, made.build(ctx, source, ".")
}

// scenario is something that both revisions do, each in a setup of its own.
type scenario struct {
	section  string
	name     string
	open     func(ctx context.Context, of provider) (*setup, error)
	commands [][]string // run one after the other, in each round
	rounds   int
	usage    bool // whether the provider's memory and CPU time are measured as well, for commands that change nothing
}

// scenarios are what is compared: what the sections measure, at the first of the latencies.
func (b *bench) scenarios() []scenario {
	latency := b.latencies[0]
	applied := func(peers int) func(context.Context, provider) (*setup, error) {
		return func(ctx context.Context, of provider) (*setup, error) { return b.appliedSetup(ctx, of, peers, latency) }
	}
	all := []scenario{{
		section: "start", name: "`providers schema`", commands: [][]string{schema}, rounds: b.starts, usage: true,
		open: func(ctx context.Context, _ provider) (*setup, error) { return b.peerSetup(ctx, 0, emulator.Config{}) },
	}}
	for _, peers := range b.refreshed {
		all = append(all, scenario{section: "refresh", name: "refresh of " + strconv.Itoa(peers), open: applied(peers), commands: [][]string{refresh}, rounds: b.times})
	}
	for _, peers := range b.planned {
		all = append(all, scenario{section: "plan", name: "plan of " + strconv.Itoa(peers), open: applied(peers), commands: [][]string{plan}, rounds: b.plansOf(peers), usage: true})
	}
	for _, peers := range b.lifecycle {
		all = append(all, scenario{
			section: "lifecycle", name: strconv.Itoa(peers) + " peers", commands: [][]string{apply, destroy}, rounds: 1 + b.times/peers,
			open: func(ctx context.Context, _ provider) (*setup, error) {
				return b.lifecycleSetup(ctx, peers, latency, delay)
			},
		})
	}
	for _, parallel := range []int{usual, 5 * usual} {
		all = append(all, scenario{
			section: "throttle", name: fmt.Sprintf("%d throttled peers, %d at a time", b.throttled, parallel), commands: [][]string{atOnce(apply, parallel)}, rounds: 1,
			open: func(ctx context.Context, _ provider) (*setup, error) { return b.throttledSetup(ctx, latency) },
		})
	}
	return append(all, scenario{
		section: "status", name: "sessions", commands: [][]string{plan}, rounds: b.times,
		open: func(ctx context.Context, _ provider) (*setup, error) {
			return b.statusSetup(ctx, 1, latency, azure.Config{OperationDelay: operationDelay})
		},
	})
}

// comparison is what one command of a scenario cost each revision: the given one, and
// that of this tree.
type comparison struct {
	times [2]samples
	calls [2]int
	usage [2]usage
}

// compare measures the chosen sections' scenarios with the provider of a revision and
// with this tree's. Rounds take turns, so that what else the machine does falls on both.
func (b *bench) compare(ctx context.Context, revision string, chosen []string) (string, error) {
	old, err := b.buildRevision(ctx, revision)
	if err != nil {
		return "", err
	}
	both := [2]provider{old, b.providers.bgp}
	var sizes [2]float64
	for i, p := range both {
		if sizes[i], err = p.megabytes(); err != nil {
			return "", err
		}
	}
	t := newTable("", "rounds", "calls before", "now", "ratio", "time before", "now", "ratio", "peak memory before", "now", "ratio", "CPU time before", "now", "ratio")
	for _, s := range b.scenarios() {
		if !slices.Contains(chosen, s.section) {
			continue
		}
		b.log("comparing: %s, %d rounds", s.name, s.rounds)
		results, err := b.compareScenario(ctx, s, both)
		if err != nil {
			return "", fmt.Errorf("%s: %w", s.name, err)
		}
		for i, c := range results {
			name := s.name
			if len(results) > 1 {
				name = s.commands[i][0] + " of " + name
			}
			t.row(slices.Concat([]string{name, strconv.Itoa(s.rounds)}, c.cells())...)
		}
	}
	return fmt.Sprintf(`### This tree beside %s

%d ms a call. Times are medians, calls are those of the round that made the most, memory and CPU time are the provider's in one more run, and every
ratio is this tree's to that of %s. The binary has %.1f MB, before %.1f MB: %s.

%s`, revision, b.latencies[0].Milliseconds(), revision, sizes[1], sizes[0], ratio(sizes[1], sizes[0]), t), nil
}

func (b *bench) compareScenario(ctx context.Context, s scenario, both [2]provider) (_ []comparison, err error) {
	var setups [2]*setup
	for i, of := range both {
		if setups[i], err = s.open(ctx, of); err != nil {
			return nil, err
		}
		defer end(setups[i], &err)
	}
	results := make([]comparison, len(s.commands))
	for range s.rounds {
		for i, of := range both {
			for n, command := range s.commands {
				o, err := setups[i].measure(ctx, of, command)
				if err != nil {
					return nil, err
				}
				results[n].times[i] = append(results[n].times[i], o.took)
				results[n].calls[i] = max(results[n].calls[i], o.total())
			}
		}
	}
	for i, of := range both {
		for n, command := range s.commands {
			if !s.usage {
				continue
			}
			if results[n].usage[i], err = b.usage(ctx, setups[i].project, of, command); err != nil {
				return nil, err
			}
		}
	}
	return results, nil
}

// cells are the columns of one row, empty where nothing was measured.
func (c comparison) cells() []string {
	cells := []string{"", "", ""}
	if c.calls[0] > 0 {
		cells = []string{strconv.Itoa(c.calls[0]), strconv.Itoa(c.calls[1]), ratio(float64(c.calls[1]), float64(c.calls[0]))}
	}
	before, now := c.times[0].median(), c.times[1].median()
	cells = append(cells, seconds(before), seconds(now), ratio(now.Seconds(), before.Seconds()))
	if c.usage[0].Memory == 0 {
		return append(cells, "", "", "", "", "", "")
	}
	memory := [2]float64{c.usage[0].megabytes(), c.usage[1].megabytes()}
	cpu := [2]time.Duration{c.usage[0].CPU, c.usage[1].CPU}
	return append(cells, fmt.Sprintf("%.1f MB", memory[0]), fmt.Sprintf("%.1f MB", memory[1]), ratio(memory[1], memory[0]),
		seconds(cpu[0]), seconds(cpu[1]), ratio(cpu[1].Seconds(), cpu[0].Seconds()))
}
