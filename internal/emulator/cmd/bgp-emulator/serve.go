package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
)

const serveHelp = `bgp-emulator serve [flags]

Runs both clouds on loopback until it is interrupted or terminated. When they
are ready it prints the variables that the provider reads, as KEY=VALUE lines:

  bgp-emulator serve --env-file emulator.env &
  …
  set -a; . ./emulator.env; set +a; terraform apply

The credentials in them are made up and open this emulator only. An environment
file is written whole or not at all, for its owner only, and is removed when
serve stops.

` + controlHelp

func runServe(ctx context.Context, args []string, std streams) int {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	world := worldFlags(flags)
	envFile := flags.String("env-file", "", "also write the variables to this `file`")
	if status, done := parse(flags, args, serveHelp, std); done {
		return status
	}
	if flags.NArg() > 0 {
		_, _ = fmt.Fprintf(std.err, "bgp-emulator: serve takes no argument %q\n", flags.Arg(0))
		return exitUsage
	}
	config := world(std)

	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, config, *envFile, std); err != nil {
		return std.fail(err)
	}
	return exitOK
}

func serve(ctx context.Context, config emulator.Config, envFile string, std streams) (err error) {
	e, err := emulator.Start(context.WithoutCancel(ctx), config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }() //nolint:contextcheck // Close takes the time it needs

	env := e.Env()
	var lines strings.Builder
	for _, key := range sortedKeys(env) {
		fmt.Fprintf(&lines, "%s=%s\n", key, env[key])
	}
	if envFile != "" {
		if err := emulator.WriteFile(envFile, []byte(lines.String())); err != nil {
			return fmt.Errorf("writing the environment file: %w", err)
		}
		defer func() { err = errors.Join(err, removeIfThere(envFile)) }()
	}
	std.printf("%s", lines.String())
	_, _ = fmt.Fprintln(std.err, "bgp-emulator: both clouds are ready; an interrupt (Ctrl-C) stops them")
	<-ctx.Done()
	return nil
}

// removeIfThere removes a file; that somebody else did is as good.
func removeIfThere(file string) error {
	if err := os.Remove(filepath.Clean(file)); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
