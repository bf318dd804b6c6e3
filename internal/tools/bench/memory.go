package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// The CLI starts providers as it pleases, so what they take is measured from within:
// this program stands in for the provider, starts the real one, and writes down how
// much memory that took at most, and how much time of the processors.

const (
	watchVariable  = "BGP_BENCH_WATCH"  // path of the provider that this program stands in for
	resultVariable = "BGP_BENCH_RESULT" // directory for a file of each provider process, with its usage
)

// usage is what a provider took.
type usage struct {
	Memory int64         // the most at a time, in bytes
	CPU    time.Duration // of all processors, of user and system
}

// megabytes is the memory in MB of 10⁶ bytes.
func (u usage) megabytes() float64 { return float64(u.Memory) / 1e6 }

// watch is this program in place of a provider. It returns the exit status.
func watch(path string) int {
	cmd := exec.Command(path, os.Args[1:]...) //nolint:gosec,noctx // The provider that was just built; its end is the CLI's to ask for.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	file := filepath.Join(os.Getenv(resultVariable), strconv.Itoa(cmd.ProcessState.Pid()))
	took, err2 := json.Marshal(usage{peakMemory(cmd.ProcessState), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()})
	if err := errors.Join(err2, os.WriteFile(file, took, 0o600)); err != nil { //nolint:gosec // The directory is our own.
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return cmd.ProcessState.ExitCode()
}

// usage runs the CLI with a provider and tells what its provider processes took: the
// memory of the largest, and the time of all.
func (b *bench) usage(ctx context.Context, p *project, of provider, command []string) (all usage, err error) {
	directory, err := os.MkdirTemp(b.directory, "watched-")
	if err != nil {
		return usage{}, err
	}
	results := filepath.Join(directory, "results")
	if err := os.Mkdir(results, 0o700); err != nil {
		return usage{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return usage{}, err
	}
	watched := provider{directory: directory, source: of.source}
	if err := os.Symlink(self, watched.path()); err != nil {
		return usage{}, err
	}
	p.variables[watchVariable], p.variables[resultVariable] = of.path(), results
	_, err = p.run(ctx, watched, command...)
	delete(p.variables, watchVariable)
	delete(p.variables, resultVariable)
	if err != nil {
		return usage{}, err
	}
	err = fs.WalkDir(os.DirFS(results), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(results, name)) //nolint:gosec // The directory is our own.
		if err != nil {
			return err
		}
		var one usage
		err = json.Unmarshal(text, &one)
		all = usage{max(all.Memory, one.Memory), all.CPU + one.CPU}
		return err
	})
	if err == nil && all.Memory == 0 {
		err = errors.New("no provider process told how much memory it took")
	}
	return all, err
}
