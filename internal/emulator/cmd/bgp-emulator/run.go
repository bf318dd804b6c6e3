package main

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
)

// version is set by the linker for releases.
var version = ""

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

const usage = `bgp-emulator runs an emulated Alibaba Cloud (BGP peers of virtual border
routers) and an emulated Azure (BGP sessions of virtual network gateways) on
loopback, so that the bgp provider can be tried without an account.

Usage:
  bgp-emulator exec [flags] -- COMMAND [ARGUMENT…]   run a command against both clouds
  bgp-emulator serve [flags]                         run both clouds until stopped
  bgp-emulator --version                             print the version
  bgp-emulator COMMAND --help                        explain a command and its flags

Try:
  bgp-emulator exec -- terraform apply
`

// streams are the standard streams of a run.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// printf and fail write what the user is to read; there is nobody to tell
// where that fails.
func (s streams) printf(format string, args ...any) { _, _ = fmt.Fprintf(s.out, format, args...) }

func (s streams) fail(err error) int {
	_, _ = fmt.Fprintf(s.err, "bgp-emulator: %v\n", err)
	return exitFailure
}

// run is the whole command: arguments without the program's name, environment
// as KEY=VALUE, standard streams, exit status. The end of ctx stops it as an
// interrupt does.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	std := streams{in: stdin, out: stdout, err: stderr}
	if len(args) == 0 {
		_, _ = io.WriteString(stderr, usage)
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
		std.printf("bgp-emulator %s (%s, %s/%s)\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return exitOK
	case "help", "--help", "-help", "-h":
		std.printf("%s", usage)
		return exitOK
	default:
		_, _ = fmt.Fprintf(stderr, "bgp-emulator: there is no command %q\n\n%s", args[0], usage)
		return exitUsage
	}
}

// buildVersion is the linker's version, or the one that Go stamped.
func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// parse parses flags. done tells that there is nothing more to do, and with
// which status to end.
func parse(flags *flag.FlagSet, args []string, help string, std streams) (status int, done bool) {
	flags.SetOutput(io.Discard) // parse says it all itself
	err := flags.Parse(args)
	if err == nil {
		return exitOK, false
	}
	var text strings.Builder
	flags.SetOutput(&text)
	flags.PrintDefaults()
	if errors.Is(err, flag.ErrHelp) {
		std.printf("%s\nFlags:\n%s", help, text.String())
		return exitOK, true
	}
	_, _ = fmt.Fprintf(std.err, "bgp-emulator: %v\nSee: bgp-emulator %s --help\n", err, flags.Name())
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
