package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"syscall"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
)

const serveHelp = `bgp-emulator serve [flags]

Runs both clouds on loopback until it is interrupted or terminated, or its
terminal is closed. When they are ready it prints the variables that the
provider reads, and those of the vendors' own SDKs, as KEY=VALUE lines, with a VALUE in single quotes where a shell
needs them, as for a space:

  bgp-emulator serve --env-file emulator.env &
  …
  set -a; . ./emulator.env; set +a; terraform apply

The credentials in them are made up and open this emulator only. An environment
file is written whole or not at all, for its owner only, and is removed when
serve stops. One that an emulator left behind is replaced; any other file is
refused, and left as it is.

` + controlHelp

func runServe(ctx context.Context, args []string, std streams) int {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	configure := configFlags(flags, std)
	envFile := flags.String("env-file", "", "also write the variables to this `file`")
	if status, done := parse(flags, args, serveHelp, std); done {
		return status
	}
	if flags.NArg() > 0 {
		std.note("serve takes no argument %q", flags.Arg(0))
		return exitUsage
	}
	config, err := configure()
	if err != nil {
		return std.fail(err)
	}

	stops := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		stops = append(stops, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(ctx, stops...)
	defer stop()
	if err := serve(ctx, config, *envFile, std); err != nil {
		return std.fail(err)
	}
	return exitOK
}

// started returns the variables of an emulator that has started, the program's
// included.
func (s streams) started(e *emulator.Emulator) map[string]string {
	env := e.Env()
	maps.Copy(env, e.VendorEnv())
	if s.program.Started != nil {
		maps.Copy(env, s.program.Started(e, s.err))
	}
	return env
}

func serve(ctx context.Context, config emulator.Config, envFile string, std streams) (err error) {
	if envFile != "" {
		if err := clearEnvFile(envFile); err != nil {
			return fmt.Errorf("the environment file: %w", err)
		}
	}
	e, err := emulator.Start(context.WithoutCancel(ctx), config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }() //nolint:contextcheck // Close takes the time it needs

	lines := envLines(std.started(e))
	if envFile != "" {
		if err := emulator.WriteFile(envFile, []byte(lines)); err != nil {
			return fmt.Errorf("writing the environment file: %w", err)
		}
		defer func() { err = errors.Join(err, removeEnvFile(envFile, lines)) }()
	}
	std.printf("%s", lines)
	std.note("both clouds are ready; an interrupt (Ctrl-C) stops them")
	<-ctx.Done()
	return nil
}
