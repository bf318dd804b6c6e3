// Package command is what commands that run an emulator have in common: exec,
// serve, their flags and environment files.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
)

// The exit statuses that are not a child's.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
	// exitNotFound and exitNotExecutable are the shell's for a command that
	// cannot be started.
	exitNotExecutable = 126
	exitNotFound      = 127
)

// Program is a command that runs an emulator, with exec and serve.
type Program struct {
	Name string
	// About says what it runs: the first paragraph of its usage.
	About string
	// Version is the one that the linker set; "" is the one that Go stamped.
	Version string
	// Flags adds flags to those of exec and serve. What it returns completes
	// the emulator's configuration once they are parsed. Nil adds none.
	Flags func(*flag.FlagSet) func(*emulator.Config) error
	// Started is called once both clouds answer. It may tell the user more,
	// and returns variables to set beside the emulator's own. Nil has none.
	Started func(e *emulator.Emulator, stderr io.Writer) map[string]string
}

const usage = `
Usage:
  bgp-emulator exec [flags] -- COMMAND [ARGUMENT…]   run a command against both clouds
  bgp-emulator serve [flags]                         run both clouds until stopped
  bgp-emulator --version                             print the version
  bgp-emulator COMMAND --help                        explain a command and its flags

Try:
  bgp-emulator exec -- terraform apply
`

func (p Program) usage() string { return p.About + "\n" + p.named(usage) }

// named puts the program's name into a text about bgp-emulator.
func (p Program) named(text string) string { return strings.ReplaceAll(text, "bgp-emulator", p.Name) }

// streams are the standard streams of a run of a program.
type streams struct {
	program  Program
	in       io.Reader
	out, err io.Writer
}

// printf, note and fail write what the user is to read; there is nobody to tell
// where that fails.
func (s streams) printf(format string, args ...any) { _, _ = fmt.Fprintf(s.out, format, args...) }

func (s streams) note(format string, args ...any) {
	_, _ = fmt.Fprintf(s.err, s.program.Name+": "+format+"\n", args...)
}

func (s streams) fail(err error) int {
	s.note("%v", err)
	return exitFailure
}

// Run is the whole command: arguments without the program's name, environment
// as KEY=VALUE, standard streams, exit status. The end of ctx stops it as an
// interrupt does.
func (p Program) Run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	std := streams{program: p, in: stdin, out: stdout, err: stderr}
	if len(args) == 0 {
		_, _ = io.WriteString(stderr, p.usage())
		return exitUsage
	}
	if args[0] == "help" && len(args) == 2 {
		args = []string{args[1], "--help"}
	}
	switch args[0] {
	case "exec":
		return runExec(ctx, args[1:], env, std)
	case "serve":
		return runServe(ctx, args[1:], std)
	case "version", "--version", "-version":
		std.printf("%s %s (%s, %s/%s)\n", p.Name, p.buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return exitOK
	case "help", "--help", "-help", "-h":
		std.printf("%s", p.usage())
		return exitOK
	default:
		std.note("there is no command %q\n\n%s", args[0], strings.TrimSuffix(p.usage(), "\n"))
		return exitUsage
	}
}

// buildVersion is the linker's version, or the one that Go stamped.
func (p Program) buildVersion() string {
	if p.Version != "" {
		return p.Version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// parse parses flags. done tells that there is nothing more to do, and with
// which status to end.
func parse(flags *flag.FlagSet, args []string, help string, std streams) (status int, done bool) {
	flags.SetOutput(io.Discard) // parse writes the message itself
	err := flags.Parse(args)
	if err == nil {
		return exitOK, false
	}
	var text strings.Builder
	flags.SetOutput(&text)
	flags.PrintDefaults()
	if errors.Is(err, flag.ErrHelp) {
		std.printf("%s\nFlags:\n%s", std.program.named(help), text.String())
		return exitOK, true
	}
	std.note("%v\nSee: %s %s --help", err, std.program.Name, flags.Name())
	return exitUsage, true
}

// sortedKeys returns a map's keys in order.
func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
