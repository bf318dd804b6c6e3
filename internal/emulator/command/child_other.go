//go:build !unix || aix || solaris

package command

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
)

// runChild runs a command to its end and returns its exit status. The console
// delivers Ctrl-C to every process on it, so we only wait for the command to
// heed it; the end of ctx ends the command at once.
func runChild(ctx context.Context, cmd *exec.Cmd) (status int, err error) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt)
	defer signal.Stop(signals)

	if err := cmd.Start(); err != nil {
		return exitNotExecutable, err
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	err = cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return exitOK, err
}
