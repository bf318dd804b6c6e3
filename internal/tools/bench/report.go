package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// table is a Markdown table.
type table struct{ strings.Builder }

func newTable(columns ...string) *table {
	t := &table{}
	t.row(columns...)
	t.row(slices.Repeat([]string{"---"}, len(columns))...)
	return t
}

func (t *table) row(cells ...string) {
	_, _ = t.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// samples are the times of one thing that was measured several times.
type samples []time.Duration

func (s samples) median() time.Duration {
	sorted := slices.Sorted(slices.Values(s))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// spread is the shortest and the longest.
func (s samples) spread() string {
	return fmt.Sprintf("%.2f–%s", slices.Min(s).Seconds(), seconds(slices.Max(s)))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func ratio(a, b float64) string { return fmt.Sprintf("%.2f", a/b) }

// actions says how many calls of each action there were: "10 Create, 2 Describe" of
// BGP peers on Alibaba Cloud.
func actions(calls map[string]int) string {
	short := strings.NewReplacer("BgpPeers", "", "BgpPeerStatus", "BgpPeerStatus", "BgpPeer", "")
	var parts []string
	for _, action := range slices.Sorted(maps.Keys(calls)) {
		parts = append(parts, fmt.Sprintf("%d %s", calls[action], short.Replace(action)))
	}
	return strings.Join(parts, ", ")
}

// runs is the middle of a sentence on how often something was measured.
func runs(n int) string {
	if n == 1 {
		return "of one run"
	}
	return fmt.Sprintf("medians of %d runs", n)
}

// whole is a duration of whole seconds.
func whole(d time.Duration) string { return fmt.Sprintf("%.0f s", d.Seconds()) }

// rounds is how often the CLI has to begin again for so many objects, a few at a time.
func rounds(objects, atOnce int) int { return (objects + atOnce - 1) / atOnce }

// machine says where and when it was measured, and how busy the machine was.
func machine(ctx context.Context, cli string) (string, error) {
	output, err := exec.CommandContext(ctx, cli, "version", "-json").Output()
	if err != nil {
		return "", fmt.Errorf("%s version: %w", cli, err)
	}
	var version struct {
		Terraform string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &version); err != nil {
		return "", fmt.Errorf("%s version: %w", cli, err)
	}
	name := "Terraform"
	if strings.Contains(cli, "tofu") {
		name = "OpenTofu"
	}
	processor := ""
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		_, rest, _ := strings.Cut(string(info), "model name\t: ")
		model, _, _ := strings.Cut(rest, "\n")
		processor = " (" + model + ")"
	}
	load := "The load of the machine before is not known."
	if average, err := os.ReadFile("/proc/loadavg"); err == nil {
		minute, _, _ := strings.Cut(string(average), " ")
		load = "The load average was " + minute + " in the minute before."
	}
	return fmt.Sprintf("Measured on %s with %s %s, %s, %s/%s, %d processors%s, which the CLI, the provider and the emulator share. %s\n",
		time.Now().UTC().Format(time.DateOnly), name, version.Terraform, runtime.Version(), runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), processor, load), nil
}
