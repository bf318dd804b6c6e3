package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// project is a working directory of the CLI.
type project struct {
	cli       string
	directory string
	variables map[string]string // the CLI's whole environment
}

// project makes a working directory with one file of configuration. The provider's
// variables are all of the environment that reaches it, besides what the CLI needs.
func (b *bench) project(config string, variables map[string]string) (*project, error) {
	directory, err := os.MkdirTemp(b.directory, "project-")
	if err != nil {
		return nil, err
	}
	p := &project{cli: b.cli, directory: directory, variables: map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": directory, "TMPDIR": os.TempDir(),
		"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0",
	}}
	maps.Copy(p.variables, variables)
	return p, os.WriteFile(filepath.Join(directory, "main.tf"), []byte(config), 0o600)
}

// run runs the CLI with a provider, and tells how long that took. The CLI must
// succeed.
func (p *project) run(ctx context.Context, with provider, arguments ...string) (time.Duration, error) {
	settings := filepath.Join(with.directory, "cli.tfrc")
	overrides := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n    %q = %q\n  }\n  direct {}\n}\n",
		"registry.terraform.io/"+with.address(), with.directory, "registry.opentofu.org/"+with.address(), with.directory)
	if err := os.WriteFile(settings, []byte(overrides), 0o600); err != nil {
		return 0, err
	}

	cmd := exec.CommandContext(ctx, p.cli, arguments...) //nolint:gosec // The CLI that the user named.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Dir = p.directory
	cmd.Env = []string{"TF_CLI_CONFIG_FILE=" + settings}
	for name, value := range p.variables {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output

	started := time.Now()
	err := cmd.Run()
	took := time.Since(started)
	if err != nil {
		text := output.String()
		return 0, fmt.Errorf("%s %s: %w\n%s", filepath.Base(p.cli), strings.Join(arguments, " "), err, text[max(0, len(text)-4000):])
	}
	return took, nil
}

// The commands that are measured.
var (
	apply   = []string{"apply", "-auto-approve", "-no-color"}
	destroy = []string{"destroy", "-auto-approve", "-no-color"}
	plan    = []string{"plan", "-no-color", "-detailed-exitcode"} // fails where there is a change
	refresh = []string{"plan", "-refresh-only", "-no-color"}
	schema  = []string{"providers", "schema", "-json"}
)

// atOnce is a command with the number of objects that the CLI works on at a time.
func atOnce(command []string, n int) []string {
	return append(command[:len(command):len(command)], fmt.Sprintf("-parallelism=%d", n))
}

// usual is the number of objects that the CLI works on at a time by default.
const usual = 10
