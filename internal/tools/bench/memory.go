package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// The CLI starts providers as it pleases, so their memory is measured from within:
// this program stands in for the provider, starts the real one, and writes down how
// much memory that took at most.

const (
	watchVariable  = "BGP_BENCH_WATCH"  // path of the provider that this program stands in for
	resultVariable = "BGP_BENCH_RESULT" // directory for a file of each provider process, with its bytes
)

// watchMemory is this program in place of a provider. It returns the exit status.
func watchMemory(path string) int {
	cmd := exec.Command(path, os.Args[1:]...) //nolint:gosec,noctx // The provider that was just built; its end is the CLI's to ask for.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	file := filepath.Join(os.Getenv(resultVariable), strconv.Itoa(cmd.ProcessState.Pid()))
	if err := os.WriteFile(file, strconv.AppendInt(nil, peakMemory(cmd.ProcessState), 10), 0o600); err != nil { //nolint:gosec // The directory is our own.
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return cmd.ProcessState.ExitCode()
}

// peak runs the CLI with a provider and tells how much memory the largest of its
// provider processes had at most, in MB of 10⁶ bytes.
func (b *bench) peak(ctx context.Context, p *project, of provider, command []string) (megabytes float64, err error) {
	directory, err := os.MkdirTemp(b.directory, "watched-")
	if err != nil {
		return 0, err
	}
	results := filepath.Join(directory, "results")
	if err := os.Mkdir(results, 0o700); err != nil {
		return 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	watched := provider{directory: directory, source: of.source}
	if err := os.Symlink(self, watched.path()); err != nil {
		return 0, err
	}
	p.variables[watchVariable], p.variables[resultVariable] = of.path(), results
	_, err = p.run(ctx, watched, command...)
	delete(p.variables, watchVariable)
	delete(p.variables, resultVariable)
	if err != nil {
		return 0, err
	}
	var most int64
	err = fs.WalkDir(os.DirFS(results), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(results, name)) //nolint:gosec // The directory is our own.
		if err != nil {
			return err
		}
		bytes, err := strconv.ParseInt(string(text), 10, 64)
		most = max(most, bytes)
		return err
	})
	if err == nil && most == 0 {
		err = errors.New("no provider process told how much memory it took")
	}
	return float64(most) / 1e6, err
}
