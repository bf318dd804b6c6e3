//go:build unix

package command

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// roleVariable makes the test's binary play another part, so that signals and
// exit statuses are those of real processes.
const roleVariable = "BGP_EMULATOR_TEST_ROLE"

// What the tests were started to ignore, as a script's background job is, and what
// they start with them. It is looked at before a test asks for signals, which ends it.
var (
	interruptsIgnored = signal.Ignored(os.Interrupt)
	hangUpsIgnored    = signal.Ignored(syscall.SIGHUP)
)

// testProgram is the command that the tests run.
var testProgram = Program{Name: "bgp-emulator", About: "bgp-emulator runs both clouds."}

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "":
		os.Exit(m.Run())
	case "emulator":
		if err := os.Setenv(roleVariable, "child"); err != nil {
			panic(err)
		}
		os.Exit(testProgram.Run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	case "child":
		child()
	case "spoiler":
		spoiler()
	}
}

// child says when it is ready, reports every signal, and ends with status 3
// once its input ends; "term" on its arguments lets SIGTERM end it as usual.
func child() {
	signals := make(chan os.Signal, 16)
	if len(os.Args) > 1 && os.Args[1] == "term" {
		signal.Notify(signals, os.Interrupt)
	} else {
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGCONT)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	say := func(text string) { _, _ = fmt.Fprintln(os.Stdout, text) }
	say("ready")
	for {
		select {
		case s := <-signals:
			say(s.String())
		case <-ended:
			select {
			case s := <-signals:
				say(s.String())
			default:
			}
			say("done")
			os.Exit(3)
		}
	}
}

// spoiler makes saving the state fail: it removes the state file's directory,
// its first argument, and then changes the state. It ends with its second.
func spoiler() {
	err := os.RemoveAll(os.Args[1]) //nolint:gosec // the test's own directory
	if err == nil {
		var req *http.Request
		req, err = http.NewRequestWithContext(context.Background(), http.MethodDelete, //nolint:gosec // the emulator's own address
			os.Getenv("BGP_EMULATOR_CONTROL")+"/alibabacloud/groups/"+emulator.SeedIPv6Group, nil)
		if err == nil {
			_, err = http.DefaultClient.Do(req) //nolint:bodyclose,gosec // the process ends; as above
		}
	}
	status, convErr := strconv.Atoi(os.Args[2])
	if err = errors.Join(err, convErr); err != nil {
		panic(err)
	}
	os.Exit(status)
}

// process is an emulator in a process of its own.
type process struct {
	*testing.T
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	lines  *bufio.Scanner
	stderr *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func startProcess(t *testing.T, args ...string) *process {
	t.Helper()
	return startCommand(t, os.Args[0], args...)
}

// startCommand starts a command that becomes an emulator.
func startCommand(t *testing.T, name string, args ...string) *process {
	t.Helper()
	if interruptsIgnored {
		t.Skip("interrupts are ignored here")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	p := &process{T: t, cmd: exec.CommandContext(ctx, name, args...), stderr: &lockedBuffer{}} //nolint:gosec // this test itself, or sh
	p.cmd.Env = append(os.Environ(), roleVariable+"=emulator", "TMPDIR="+t.TempDir())
	p.cmd.Stderr = p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	context.AfterFunc(ctx, func() { _ = p.stdin.Close() }) // ends the command, whatever became of the emulator
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(stdout)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// expect reads one line.
func (p *process) expect(want string) {
	p.Helper()
	if !p.lines.Scan() {
		p.Fatalf("no more output, want %q; stderr: %s", want, p.stderr)
	}
	if got := p.lines.Text(); got != want {
		p.Fatalf("got %q, want %q", got, want)
	}
}

// ends waits for the end and checks the status; nothing more may be written.
func (p *process) ends(want int) {
	p.Helper()
	for p.lines.Scan() {
		p.Errorf("unexpected output: %q", p.lines.Text())
	}
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.Fatal(err)
	}
	if got := p.cmd.ProcessState.ExitCode(); got != want {
		p.Errorf("exit status %d, want %d; stderr: %s", got, want, p.stderr)
	}
}

func (p *process) signal(s os.Signal) {
	p.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.Fatal(err)
	}
}

// invoke runs the command in this process.
func invoke(t *testing.T, env []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = testProgram.Run(t.Context(), args, env, strings.NewReader(""), &out, &errs)
	return status, out.String(), errs.String()
}

// TestFlagsOfLifeCycles: one flag sets the delay of everything that has it, and
// the flags come in any order.
func TestFlagsOfLifeCycles(t *testing.T) {
	t.Parallel()
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	configure := configFlags(flags, streams{program: testProgram, err: io.Discard})
	if err := flags.Parse([]string{"-calls-per-second", "10", "-peer-delay", "3s", "-modify-delay", "4s", "-delete-delay", "5s"}); err != nil {
		t.Fatal(err)
	}
	config, err := configure()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(alibabacloud.Delays{
		PeerAvailable: 3 * time.Second, PeerModified: 4 * time.Second, PeerDeleted: 5 * time.Second,
		GroupAvailable: 3 * time.Second, GroupModified: 4 * time.Second, GroupDeleted: 5 * time.Second,
		NetworkAvailable: 3 * time.Second, NetworkDeleted: 5 * time.Second,
		SessionConnect: time.Second, SessionEstablished: time.Second,
	}, config.AlibabaCloud.Delays); diff != "" {
		t.Errorf("delays (-want +got):\n%s", diff)
	}
	if got, want := config.AlibabaCloud.RateLimit, (alibabacloud.RateLimit{PerSecond: 10, Burst: 10}); got != want {
		t.Errorf("rate limit %+v, want %+v", got, want)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args             []string
		status           int
		wantOut, wantErr string
	}{
		"nothing":           {nil, 2, "", "Usage:"},
		"help":              {[]string{"--help"}, 0, "bgp-emulator exec -- terraform apply", ""},
		"version":           {[]string{"--version"}, 0, "bgp-emulator ", ""},
		"unknown":           {[]string{"start"}, 2, "", `there is no command "start"`},
		"help of help":      {[]string{"help", "help"}, 0, "Usage:", ""},
		"help of nothing":   {[]string{"help", "start"}, 2, "", `there is no command "start"`},
		"help of exec":      {[]string{"help", "exec"}, 0, "-provider-dir directory", ""},
		"help of a delay":   {[]string{"exec", "--help"}, 0, "-peer-delay duration\n    \thow long a new BGP peer, group or network of Alibaba Cloud is Pending (a duration, default 1s)", ""},
		"exec help":         {[]string{"exec", "--help"}, 0, "-provider-dir directory", ""},
		"serve help":        {[]string{"serve", "-h"}, 0, "-env-file file", ""},
		"unknown flag":      {[]string{"serve", "--wide-open"}, 2, "", "-wide-open"},
		"exec alone":        {[]string{"exec"}, 2, "", "exec needs a command"},
		"serve with more":   {[]string{"serve", "x"}, 2, "", `serve takes no argument "x"`},
		"another host":      {[]string{"serve", "--azure-address", "0.0.0.0:443"}, 2, "", "loopback"},
		"control elsewhere": {[]string{"serve", "--control-address", "192.0.2.1:1"}, 2, "", "loopback"},
		"style":             {[]string{"exec", "--style", "x", "--", "true"}, 2, "", "is not a style"},
		"ending":            {[]string{"exec", "--ending", "x", "--", "true"}, 2, "", "is not an ending"},
		"negative delay":    {[]string{"exec", "--operation-delay", "-1s", "--", "true"}, 2, "", "cannot be negative"},
		"negative life":     {[]string{"exec", "--peer-delay", "-1s", "--", "true"}, 2, "", "cannot be negative"},
		"delay, no unit":    {[]string{"exec", "--peer-delay", "3", "--", "true"}, 2, "", "has a unit"},
		"lingering":         {[]string{"exec", "--linger-deleted", "3", "--", "true"}, 2, "", "has a unit"},
		"no calls":          {[]string{"exec", "--calls-per-second", "0", "--", "true"}, 2, "", "a whole number from 1"},
		"no provider":       {[]string{"exec", "--provider-dir", t.TempDir(), "--", "true"}, 1, "", "there is no terraform-provider-bgp"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := invoke(t, nil, test.args...)
			if status != test.status || !strings.Contains(stdout, test.wantOut) || !strings.Contains(stderr, test.wantErr) {
				t.Errorf("status %d\nstdout: %s\nstderr: %s", status, stdout, stderr)
			}
			if (test.status == 0) != (stderr == "") || (test.status == 0) == (stdout == "") {
				t.Errorf("stdout: %q\nstderr: %q", stdout, stderr)
			}
		})
	}
}

func TestExecStatus(t *testing.T) {
	t.Parallel()
	notExecutable := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(notExecutable, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		command []string
		want    int
	}{
		"success":        {[]string{"sh", "-c", "exit 0"}, 0},
		"failure":        {[]string{"sh", "-c", "exit 7"}, 7},
		"killed":         {[]string{"sh", "-c", "kill -KILL $$"}, 137},
		"terminated":     {[]string{"sh", "-c", "kill -TERM $$"}, 143},
		"not found":      {[]string{"no-such-command"}, 127},
		"no such file":   {[]string{"./no/such/file"}, 127},
		"not executable": {[]string{notExecutable}, 126},
		"is a directory": {[]string{t.TempDir()}, 126},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := invoke(t, []string{"PATH=" + os.Getenv("PATH")}, append([]string{"exec", "--"}, test.command...)...)
			if status != test.want {
				t.Errorf("status %d, want %d\n%s%s", status, test.want, stdout, stderr)
			}
		})
	}
}

// TestExecCannotKeepTheState: that is a failure of a command that had none.
func TestExecCannotKeepTheState(t *testing.T) {
	t.Parallel()
	for child, want := range map[string]int{"0": 1, "3": 3} {
		directory := filepath.Join(t.TempDir(), "gone")
		if err := os.Mkdir(directory, 0o700); err != nil {
			t.Fatal(err)
		}
		status, stdout, stderr := invoke(t, []string{"PATH=" + os.Getenv("PATH"), roleVariable + "=spoiler"},
			"exec", "--control", "--state", filepath.Join(directory, "state.json"), "--", os.Args[0], directory, child)
		if status != want || !strings.Contains(stderr, "writing the state") {
			t.Errorf("status %d, want %d\n%s%s", status, want, stdout, stderr)
		}
	}
}

// TestLookPath: an empty entry of PATH is not the current directory, and not
// the emulator's own PATH.
func TestLookPath(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", ":", t.TempDir() + ":", ":" + t.TempDir()} {
		if got, err := lookPath("sh", path); !errors.Is(err, exec.ErrNotFound) {
			t.Errorf("%q: %q, %v", path, got, err)
		}
	}
}

func TestExecEnvironment(t *testing.T) {
	t.Parallel()
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "KEPT=yes", "EMPTY=", "WITH=a=b",
		"ALICLOUD_PROFILE=real", "ALIBABA_CLOUD_ACCESS_KEY_ID=real", "ALIBABA_CLOUD_ECS_METADATA=real", "VPC_ENDPOINT=real",
		"ARM_CLIENT_CERTIFICATE=real", "ARM_USE_MSI=real", "ARM_CLIENT_ID=real", "AZURE_CLIENT_SECRET=real",
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN=real", "IDENTITY_ENDPOINT=real", "SYSTEM_ACCESSTOKEN=real", "BGP_CA_CERTIFICATE_FILE=real",
		"ALIBABACLOUD_ACCESS_KEY_ID=real", "IMDS_ENDPOINT=real", "MSI_ENDPOINT=real", "MSI_SECRET=real", "IDENTITY_HEADER=real",
		"IDENTITY_SERVER_THUMBPRINT=real", "SYSTEM_OIDCREQUESTURI=real", "ACTIONS_ID_TOKEN_REQUEST_URL=real",
	}
	status, stdout, stderr := invoke(t, env, "exec", "--", "sh", "-c", `env; test -f "$BGP_CA_CERTIFICATE_FILE"`)
	if status != 0 || stderr != "" {
		t.Fatalf("status %d: %s", status, stderr)
	}
	got := newEnvironment(strings.Split(strings.TrimSpace(stdout), "\n"))
	for _, key := range []string{"KEPT", "EMPTY", "WITH", "PATH", "HOME"} {
		if want := newEnvironment(env)[key]; got[key] != want {
			t.Errorf("%s is %q, want %q", key, got[key], want)
		}
	}
	if strings.Contains(stdout, "real") {
		t.Errorf("credentials reach the command:\n%s", stdout)
	}
	for _, key := range []string{
		"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ENDPOINT_VPC", "ARM_CLIENT_SECRET", "ARM_RESOURCE_MANAGER_ENDPOINT",
		"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_REGION_ID",
		"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST", "NODE_EXTRA_CA_CERTS",
	} {
		if got[key] == "" {
			t.Errorf("%s is not set", key)
		}
	}
	if got["TF_CLI_CONFIG_FILE"] != "" {
		t.Error("there is a CLI configuration without a provider")
	}
	if _, err := os.Stat(got["BGP_CA_CERTIFICATE_FILE"]); !os.IsNotExist(err) {
		t.Errorf("the CA's file is left behind: %v", err)
	}
}

func TestExecStreams(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	status := testProgram.Run(t.Context(), []string{"exec", "--", "sh", "-c", "cat; echo error >&2"}, []string{"PATH=" + os.Getenv("PATH")},
		strings.NewReader("input"), &stdout, &stderr)
	if status != 0 || stdout.String() != "input" || stderr.String() != "error\n" {
		t.Errorf("status %d, %q, %q", status, &stdout, &stderr)
	}
}

func TestExecEndsWithItsContext(t *testing.T) {
	t.Parallel()
	if interruptsIgnored {
		t.Skip("interrupts are ignored here")
	}
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	statuses := make(chan int, 1)
	go func() {
		statuses <- testProgram.Run(ctx, []string{"exec", "--", "sh", "-c", "echo ready; exec sleep 60"}, []string{"PATH=" + os.Getenv("PATH")},
			strings.NewReader(""), writer, io.Discard)
	}()
	if line, err := bufio.NewReader(reader).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("%q, %v", line, err)
	}
	cancel()
	if status := <-statuses; status != 128+int(syscall.SIGINT) {
		t.Errorf("status %d", status)
	}
}

// TestSignalsReachTheChildOnce: what is sent to the emulator reaches the
// command, each once, and the command's status is the emulator's.
func TestSignalsReachTheChildOnce(t *testing.T) {
	t.Parallel()
	p := startProcess(t, "exec", "--", os.Args[0])
	p.expect("ready")
	p.signal(os.Interrupt)
	p.expect("interrupt")
	p.signal(syscall.SIGTERM)
	p.expect("terminated")
	p.signal(os.Interrupt)
	p.expect("interrupt")
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	p.expect("done")
	p.ends(3)
}

func TestHangUpReachesTheChild(t *testing.T) {
	t.Parallel()
	if hangUpsIgnored {
		t.Skip("hang-ups are ignored here")
	}
	p := startProcess(t, "exec", "--", os.Args[0])
	p.expect("ready")
	p.signal(syscall.SIGHUP)
	p.expect("hangup")
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	p.expect("done")
	p.ends(3)
}

// TestIgnoredSignals: what the emulator was started to ignore, as by nohup or
// as a script's background job, does not reach the command.
func TestIgnoredSignals(t *testing.T) {
	t.Parallel()
	p := startCommand(t, "sh", "-c", `trap "" INT HUP; exec "$0" exec -- "$0"`, os.Args[0])
	p.expect("ready")
	p.signal(os.Interrupt)
	p.signal(syscall.SIGHUP)
	p.signal(syscall.SIGTERM)
	p.expect("terminated")
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	p.expect("done")
	p.ends(3)
}

// TestWhatAShellRunsEndsWithIt: a signal ends the shell, or its trap does, and
// what it runs gets an interrupt, since its clouds go away.
func TestWhatAShellRunsEndsWithIt(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"a shell":          `"$0"; true`,
		"a shell's status": `trap "exit 143" TERM; "$0" <&3 & wait`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startProcess(t, "exec", "--", "sh", "-c", "exec 3<&0; "+script, os.Args[0])
			p.expect("ready")
			p.signal(syscall.SIGTERM)
			p.expect("interrupt")
			if err := p.stdin.Close(); err != nil {
				t.Fatal(err)
			}
			p.expect("done")
			p.ends(128 + int(syscall.SIGTERM))
		})
	}
}

// TestSignalToTheGroup is what timeout(1) and CI runners do: the emulator's
// whole process group gets the signal, and the command still gets it once.
func TestSignalToTheGroup(t *testing.T) {
	t.Parallel()
	p := startProcess(t, "exec", "--", os.Args[0])
	p.expect("ready")
	if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	p.expect("interrupt")
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	p.expect("done")
	p.ends(3)
}

func TestExecControl(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"exec":                               "",
		"exec --control":                     "http://127.0.0.1:",
		"exec --control-address 127.0.0.1:0": "http://127.0.0.1:",
	} {
		status, stdout, stderr := invoke(t, []string{"PATH=" + os.Getenv("PATH"), "BGP_EMULATOR_CONTROL=inherited"},
			append(strings.Fields(args), "--", "sh", "-c", `printf %s "$BGP_EMULATOR_CONTROL"`)...)
		if status != 0 || !strings.HasPrefix(stdout, want) || (stdout == "") != (want == "") {
			t.Errorf("%s: status %d, stdout %q, stderr %q", args, status, stdout, stderr)
		}
	}
}

func TestDeathOfTheChildBySignal(t *testing.T) {
	t.Parallel()
	p := startProcess(t, "exec", "--", os.Args[0], "term")
	p.expect("ready")
	p.signal(syscall.SIGTERM)
	p.ends(128 + int(syscall.SIGTERM))
}

func TestServe(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stop os.Signal
		open []string // the control path
	}{
		"interrupt": {os.Interrupt, []string{"--control"}},
		"terminate": {syscall.SIGTERM, []string{"--control-address", "127.0.0.1:0"}},
		"hang up":   {syscall.SIGHUP, []string{"--control"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if signal.Ignored(test.stop) {
				t.Skip("this signal is ignored here")
			}
			envFile := filepath.Join(t.TempDir(), "emulator.env")
			if err := os.WriteFile(envFile, []byte(leftBehind), 0o600); err != nil {
				t.Fatal(err)
			}
			stateFile := filepath.Join(t.TempDir(), "state.json")
			p := startProcess(t, append([]string{"serve", "--env-file", envFile, "--state", stateFile}, test.open...)...)
			printed := environment{}
			for p.lines.Scan() {
				key, value, _ := strings.Cut(p.lines.Text(), "=")
				if printed[key] = value; key == "NODE_EXTRA_CA_CERTS" { // the last one
					break
				}
			}
			data, err := os.ReadFile(envFile) //nolint:gosec // just made
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(printed, newEnvironment(strings.Split(strings.TrimSpace(string(data)), "\n"))); diff != "" {
				t.Errorf("(-printed +file):\n%s", diff)
			}
			if info, err := os.Stat(envFile); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%v, %v", info.Mode(), err)
			}
			if _, err := os.Stat(printed["BGP_CA_CERTIFICATE_FILE"]); err != nil {
				t.Error(err)
			}
			p.signal(test.stop)
			p.ends(0)
			if !strings.Contains(p.stderr.String(), "both clouds are ready") {
				t.Errorf("stderr: %s", p.stderr)
			}
			for _, file := range []string{envFile, printed["BGP_CA_CERTIFICATE_FILE"]} {
				if _, err := os.Stat(file); !os.IsNotExist(err) {
					t.Errorf("%s is left behind: %v", file, err)
				}
			}
			if _, err := os.Stat(stateFile); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestServeRefusesADamagedState(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	envFile := filepath.Join(t.TempDir(), "emulator.env")
	for _, args := range [][]string{{"serve", "--state", file, "--env-file", envFile}, {"exec", "--state", file, "--", "true"}} {
		status, stdout, stderr := invoke(t, []string{"PATH=" + os.Getenv("PATH")}, args...)
		if status != 1 || stdout != "" || !strings.Contains(stderr, file+" is not a state file") {
			t.Errorf("status %d\n%s%s", status, stdout, stderr)
		}
	}
	if _, err := os.Stat(envFile); !os.IsNotExist(err) {
		t.Errorf("there is an environment file: %v", err)
	}
}

func TestServeUnderNohup(t *testing.T) {
	t.Parallel()
	p := startCommand(t, "sh", "-c", `trap "" HUP; exec "$0" serve --control`, os.Args[0])
	control := ""
	for p.lines.Scan() {
		key, value, _ := strings.Cut(p.lines.Text(), "=")
		if key == "BGP_EMULATOR_CONTROL" {
			control = value
		} else if key == "NODE_EXTRA_CA_CERTS" { // the last one
			break
		}
	}
	p.signal(syscall.SIGHUP)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, control+"/journal", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("it does not answer after a hang-up: %v", err)
	}
	_ = resp.Body.Close()
	p.signal(syscall.SIGTERM)
	p.ends(0)
}

// leftBehind is how an environment file begins, leftEarlier how one of an
// earlier version did.
const (
	leftBehind  = "ALIBABA_CLOUD_ACCESS_KEY_ID=" + emulator.SeedAccessKeyID + "\n"
	leftEarlier = "ALIBABA_CLOUD_ENDPOINT_VPC=http://127.0.0.1:1\nALICLOUD_ACCESS_KEY=" + emulator.SeedAccessKeyID + "\n"
)

// TestEnvFileOfAnEmulatorOnly: a file of the user's own is neither replaced
// nor removed; one that an emulator left behind goes before the start.
func TestEnvFileOfAnEmulatorOnly(t *testing.T) {
	t.Parallel()
	damaged := filepath.Join(t.TempDir(), "state.json") // ends serve right after
	if err := os.WriteFile(damaged, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		content string
		kept    bool
	}{
		"left behind":       {leftBehind + "ARM_CLIENT_ID=x\n", false},
		"by an earlier one": {leftEarlier + "ARM_CLIENT_ID=x\n", false},
		"a real key":        {"ALIBABA_CLOUD_ACCESS_KEY_ID=real\n", true},
		"real credentials":  {"ALICLOUD_ACCESS_KEY=real\n", true},
		"a real endpoint":   {"ALIBABA_CLOUD_ENDPOINT_VPC=http://vpc.test\nALICLOUD_ACCESS_KEY=real\n", true},
		"further down only": {"# mine\n" + leftBehind, true},
		"empty":             {"", false}, // of mktemp
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "emulator.env")
			if err := os.WriteFile(file, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			status, stdout, stderr := invoke(t, nil, "serve", "--state", damaged, "--env-file", file)
			if status != 1 || stdout != "" || strings.Contains(stderr, file+" is not an environment file") != test.kept {
				t.Errorf("status %d\n%s%s", status, stdout, stderr)
			}
			data, err := os.ReadFile(file) //nolint:gosec // just written
			if test.kept && (err != nil || string(data) != test.content) {
				t.Errorf("the file is now %q, %v", data, err)
			}
			if !test.kept && !os.IsNotExist(err) {
				t.Errorf("it is still there: %v", err)
			}
		})
	}
}

func TestEnvFileThatSomebodyReplaced(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "emulator.env")
	for content, kept := range map[string]bool{"as written": false, "another": true} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := removeEnvFile(file, "as written"); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(file); (err == nil) != kept {
			t.Errorf("%s: %v", content, err)
		}
	}
}

// TestEnvLines: a shell reads back every value, and those that need no quotes
// have none.
func TestEnvLines(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"https://127.0.0.1:8443/":   "https://127.0.0.1:8443/",
		"http://[::1]:80":           "http://[::1]:80",
		"/tmp/bgp-emulator-1/a~1":   "/tmp/bgp-emulator-1/a~1",
		"":                          "",
		"/My Files/ca.pem":          "'/My Files/ca.pem'",
		"/it's $HOME & `date`;#\"x": `'/it'\''s $HOME & ` + "`date`" + `;#"x'`,
		"~/ca.pem":                  "'~/ca.pem'",
		"/a:~/b":                    "'/a:~/b'",
	} {
		lines := envLines(environment{"VALUE": value})
		if lines != "VALUE="+want+"\n" {
			t.Errorf("%q: %s", value, lines)
		}
		read, err := exec.CommandContext(t.Context(), "sh", "-c", lines+`printf %s "$VALUE"`).Output() //nolint:gosec // what is tested
		if err != nil || string(read) != value {
			t.Errorf("%q reads back as %q, %v", value, read, err)
		}
	}
}

func TestServeCannotWriteTheEnvironment(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := invoke(t, nil, "serve", "--env-file", filepath.Join(t.TempDir(), "none", "file"))
	if status != 1 || stdout != "" || !strings.Contains(stderr, "environment file") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
}

// TestProgram: another program of this package has its own name, flags and
// variables.
func TestProgram(t *testing.T) {
	t.Parallel()
	var asked string
	program := Program{
		Name: "bgp-emulator-x", About: "bgp-emulator-x runs more.",
		Flags: func(flags *flag.FlagSet) func(*emulator.Config) error {
			more := flags.String("more", "", "more `things`")
			return func(config *emulator.Config) error {
				config.Empty = true
				asked = *more
				if asked == "" {
					return errors.New("--more is missing")
				}
				return nil
			}
		},
		Started: func(e *emulator.Emulator, stderr io.Writer) map[string]string {
			_, _ = fmt.Fprintf(stderr, "%d gateways\n", len(e.Azure.Gateways()))
			return map[string]string{"BGP_MORE": asked}
		},
	}
	run := func(args ...string) (status int, out, errs string) {
		var stdout, stderr strings.Builder
		status = program.Run(t.Context(), args, []string{"PATH=" + os.Getenv("PATH")}, strings.NewReader(""), &stdout, &stderr)
		return status, stdout.String(), stderr.String()
	}
	if status, out, errs := run("exec", "--more", "that", "--", "sh", "-c", "echo $BGP_MORE"); status != 0 || out != "that\n" || errs != "0 gateways\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if status, _, errs := run("serve"); status != exitFailure || errs != "bgp-emulator-x: --more is missing\n" {
		t.Errorf("%d %q", status, errs)
	}
	if _, out, _ := run("exec", "--help"); !strings.Contains(out, "-more things") || !strings.HasPrefix(out, "bgp-emulator-x exec") {
		t.Errorf("help: %s", out)
	}
}
