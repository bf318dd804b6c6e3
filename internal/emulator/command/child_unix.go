//go:build unix && !aix && !solaris

package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"unsafe"
)

// runChild runs a command to its end and returns its exit status, 128+N if
// signal N ended it.
//
// The command gets a process group of its own, so that a signal reaches it
// once: one sent to us we pass on, and one from the terminal goes to the
// foreground group alone. Where we are in the terminal's foreground, the
// command's group takes our place there, and we keep shells able to stop and
// continue the two as one job. A signal passed on goes to the command alone, so
// that Terraform can end its plugins itself; where it ends the command, what is
// left of the group, such as what a shell was running, gets an interrupt.
func runChild(ctx context.Context, cmd *exec.Cmd) (status int, err error) {
	signals := make(chan os.Signal, 8)
	for _, number := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(number) { // a shell's background jobs ignore interrupts
			signal.Notify(signals, number)
		}
	}
	defer signal.Stop(signals)

	terminal := foregroundTerminal()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if terminal != nil {
		defer terminal.close()
		cmd.SysProcAttr.Foreground, cmd.SysProcAttr.Ctty = true, int(terminal.Fd())
	}
	if err := cmd.Start(); err != nil {
		return exitNotExecutable, err
	}
	if terminal != nil {
		// Taking the terminal back is done from its background. The child
		// must not inherit this, so it comes after the start.
		signal.Ignore(syscall.SIGTTOU)
		defer signal.Reset(syscall.SIGTTOU)
		defer func() { _ = terminal.give(syscall.Getpgrp()) }() // a terminal that has gone needs nothing
	}
	pid := cmd.Process.Pid
	changes := make(chan change)
	go func() { waitForChanges(pid, changes) }()

	passedOn := map[int]bool{} // statuses of a command that such a signal ended
	passOn := func(number syscall.Signal) {
		passedOn[128+int(number)] = true
		_ = syscall.Kill(pid, number) // not yet waited for, so the id is still its own
	}
	done := ctx.Done()
	for {
		select {
		case received := <-signals:
			if number, ok := received.(syscall.Signal); ok {
				passOn(number)
			}
		case <-done:
			done = nil
			passOn(syscall.SIGINT)
		case change := <-changes:
			if change.err == nil && change.status.Stopped() {
				suspend(terminal, pid)
				continue
			}
			status = change.status.ExitStatus()
			if change.status.Signaled() {
				status = 128 + int(change.status.Signal())
			}
			if change.err == nil && passedOn[status] { // also of a shell that traps the signal
				_ = syscall.Kill(-pid, syscall.SIGINT) // there may be nobody left
			}
			// Reports that the process is gone, as we know; it is called for
			// the copying of streams that are not files.
			_ = cmd.Wait()
			if change.err != nil {
				return exitFailure, fmt.Errorf("waiting for %s: %w", cmd.Path, change.err)
			}
			return status, nil
		}
	}
}

// change is a child's stop or end.
type change struct {
	status syscall.WaitStatus
	err    error
}

// waitForChanges reports each stop of a child, and its end.
func waitForChanges(pid int, changes chan<- change) {
	for {
		var c change
		_, c.err = syscall.Wait4(pid, &c.status, syscall.WUNTRACED, nil)
		if errors.Is(c.err, syscall.EINTR) {
			continue
		}
		changes <- c
		if c.err != nil || !c.status.Stopped() {
			return
		}
	}
}

// suspend stops us too, after the child was stopped, as a shell expects of a
// job; once continued, we continue the child where it was.
func suspend(terminal *terminal, pid int) {
	if terminal == nil {
		return // whoever stopped the child will continue it
	}
	_ = terminal.give(syscall.Getpgrp())
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	_ = syscall.Kill(0, syscall.SIGSTOP)
	<-continued
	if terminal.foreground() == syscall.Getpgrp() { // fg, not bg
		_ = terminal.give(pid)
	}
	_ = syscall.Kill(-pid, syscall.SIGCONT)
}

// terminal is the terminal whose foreground we were started in.
type terminal struct{ *os.File }

// foregroundTerminal returns our terminal, if there is one and we are in its
// foreground.
func foregroundTerminal() *terminal {
	file, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil
	}
	t := &terminal{file}
	if t.foreground() != syscall.Getpgrp() {
		t.close()
		return nil
	}
	return t
}

func (t *terminal) close() { _ = t.Close() } // nothing was written to it

// foreground returns the foreground process group, -1 if there is no terminal.
func (t *terminal) foreground() int {
	var group int32
	if t.control(syscall.TIOCGPGRP, &group) != nil {
		return -1
	}
	return int(group)
}

// give makes a process group the foreground's.
func (t *terminal) give(group int) error {
	id := int32(group) //nolint:gosec // process ids are 32 bits wide
	return t.control(syscall.TIOCSPGRP, &id)
}

func (t *terminal) control(request uintptr, value *int32) error {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, t.Fd(), request, uintptr(unsafe.Pointer(value))) //nolint:gosec // what the call takes
	if errno != 0 {
		return errno
	}
	return nil
}
