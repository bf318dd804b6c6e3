package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// pty is a pseudo-terminal with a process in its foreground.
type pty struct {
	*testing.T
	master *os.File
	lines  *bufio.Reader
	cmd    *exec.Cmd
}

func ioctl(file *os.File, request uintptr, value *int32) error {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), request, uintptr(unsafe.Pointer(value))) //nolint:gosec // what the call takes
	if errno != 0 {
		return errno
	}
	return nil
}

// startOnTerminal starts a command as the leader of a new session on a new
// terminal, as a terminal emulator starts a shell.
func startOnTerminal(t *testing.T, role string, name string, args ...string) *pty {
	t.Helper()
	if interruptsIgnored {
		t.Skip("interrupts are ignored here")
	}
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { _ = master.Close() })
	var unlock, number int32
	if err := errors.Join(ioctl(master, syscall.TIOCSPTLCK, &unlock), ioctl(master, syscall.TIOCGPTN, &number)); err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	defer func() { _ = slave.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // this test itself, or sh
	cmd.Env = append(os.Environ(), roleVariable+"="+role, "TMPDIR="+t.TempDir(), "PS1=$ ")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &pty{t, master, bufio.NewReader(master), cmd}
}

func (p *pty) send(text string) {
	p.Helper()
	if _, err := p.master.WriteString(text); err != nil {
		p.Fatal(err)
	}
}

// expect reads up to a line that has this text and returns what stood before.
func (p *pty) expect(want string) (before string) {
	p.Helper()
	for {
		line, err := p.lines.ReadString('\n')
		if strings.Contains(line, want) {
			return before
		}
		before += line
		if err != nil {
			p.Fatalf("no %q in what came: %q, %v", want, before, err)
		}
	}
}

func (p *pty) ends(want int) {
	p.Helper()
	_ = p.cmd.Wait()
	if got := p.cmd.ProcessState.ExitCode(); got != want {
		p.Errorf("exit status %d, want %d", got, want)
	}
}

const (
	controlC = "\x03"
	controlD = "\x04"
	controlZ = "\x1a"
)

// TestInterruptOnATerminal: Ctrl-C goes to the terminal's foreground process
// group, and the command gets it once, also after the emulator was sent one.
func TestInterruptOnATerminal(t *testing.T) {
	t.Parallel()
	p := startOnTerminal(t, "emulator", os.Args[0], "exec", "--", os.Args[0])
	p.expect("ready")
	for range 2 {
		p.send(controlC)
		if before := p.expect("interrupt"); strings.Contains(before, "interrupt") {
			t.Errorf("before the interrupt: %q", before)
		}
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if before := p.expect("terminated"); strings.Contains(before, "interrupt") {
		t.Errorf("before the termination: %q", before)
	}
	p.send(controlD) // the command reads from the terminal
	if before := p.expect("done"); strings.Contains(before, "interrupt") || strings.Contains(before, "terminated") {
		t.Errorf("before the end: %q", before)
	}
	p.ends(3)
}

// TestStopOnATerminal: in a shell with job control, Ctrl-Z stops emulator and
// command as one job, fg continues both, and the shell has its terminal back
// in the end.
func TestStopOnATerminal(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash here")
	}
	p := startOnTerminal(t, "emulator", bash, "--norc", "--noprofile", "-i")
	p.send(`"` + os.Args[0] + `" exec -- "` + os.Args[0] + "\"\n")
	p.expect("ready\r\n")
	p.send(controlZ)
	p.expect("Stopped")
	p.send("jobs; fg\n")
	p.expect("Stopped") // of jobs
	p.expect("exec --") // of fg, which is not yet done
	p.expect("continued")
	p.send(controlC)
	p.expect("interrupt")
	p.send(controlD)
	p.expect("done")
	p.send("echo status=$?\n")
	p.expect("status=3")
	p.send("exit\n")
	p.ends(0)
}
