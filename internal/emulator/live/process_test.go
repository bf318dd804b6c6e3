//go:build unix

package live_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/live"
)

// roleVariable makes the test's binary play another part: emulators and
// routers are processes of their own, with the race detector in them.
const roleVariable = "BGP_LIVE_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "emulator":
		os.Exit(live.Program("test").Run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	case "gobgp":
		if err := runGoBGP(context.Background(), os.Stdin, os.Stdout); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "speakers":
		n, err := strconv.Atoi(os.Args[1])
		if err == nil {
			err = runSpeakers(n, os.Stdout)
		}
		if err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

// ownRole is a command that runs this binary in a role.
func ownRole(role string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...) //nolint:gosec,noctx // this binary; stopped when the test ends
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	return cmd
}

// process is a running command, its output kept line by line.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}

	mu    sync.Mutex
	lines []string
}

// run starts a command that ends with the test, if not before.
func run(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	output, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = writer, writer
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting %s: %v", cmd.Path, err)
	}
	_ = writer.Close() // the child has it
	p := &process{cmd: cmd, done: make(chan struct{})}
	var reading sync.WaitGroup
	reading.Go(func() {
		for lines := bufio.NewScanner(output); lines.Scan(); {
			p.mu.Lock()
			p.lines = append(p.lines, lines.Text())
			p.mu.Unlock()
		}
	})
	go func() {
		_ = cmd.Wait()
		reading.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s:\n%s", cmd.Path, p.output())
		}
	})
	return p
}

// kill ends the process as a power failure would.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // an error says that it has ended
	<-p.done
}

// stop halts the process, its connections staying as they are.
func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n") + "\n"
}

func (p *process) lastLine() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.lines) == 0 {
		return ""
	}
	return p.lines[len(p.lines)-1]
}

// emulatorProcess is a running bgp-emulator-live.
type emulatorProcess struct {
	*process
	env     []string // for the CLI
	control string   // the URL of the control path
}

func startEmulator(t *testing.T, args ...string) *emulatorProcess {
	t.Helper()
	envFile := filepath.Join(t.TempDir(), "emulator.env")
	w := &emulatorProcess{process: run(t, ownRole("emulator", append([]string{"serve", "--control", "--env-file", envFile}, args...)...))}
	eventually(t, "the emulator is ready", func() bool { return strings.Contains(w.output(), "both clouds are ready") })
	text, err := os.ReadFile(envFile) //nolint:gosec // of the emulator that was just started
	if err != nil {
		t.Fatal(err)
	}
	w.env = append(os.Environ(), strings.Split(strings.TrimSpace(string(text)), "\n")...)
	w.env = append(w.env, "TF_CLI_CONFIG_FILE="+cliConfig(t), "CHECKPOINT_DISABLE=1")
	for _, entry := range w.env {
		if url, ok := strings.CutPrefix(entry, "BGP_EMULATOR_CONTROL="); ok {
			w.control = url
		}
	}
	return w
}

// change sends JSON to the control path, and returns its answer.
func (w *emulatorProcess) change(t *testing.T, method, path, body string) map[string]any {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, w.control+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }() // it was read
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: %s, %s, %v", method, path, answer.Status, text, err)
	}
	var object map[string]any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &object); err != nil {
			t.Fatalf("%s %s: %s: %v", method, path, text, err)
		}
	}
	return object
}

// provider builds the provider once, and returns its directory.
var provider = sync.OnceValues(func() (string, error) {
	directory, err := os.MkdirTemp("", "bgp-live-provider-")
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-o", directory+"/", ".") //nolint:gosec // a directory of this test
	cmd.Dir = filepath.Join("..", "..", "..")
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return directory, nil
})

// cliConfig makes a CLI configuration that uses the built provider.
func cliConfig(t *testing.T) string {
	t.Helper()
	directory, err := provider()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "terraform.rc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"registry.terraform.io/terraform-provider-bgp/bgp\" = %q\n"+
		"    \"registry.opentofu.org/terraform-provider-bgp/bgp\" = %q\n  }\n  direct {}\n}\n", directory, directory)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// workspace is a directory with a configuration that the CLI is run in.
type workspace struct {
	emulator  *emulatorProcess
	directory string
}

func (w *emulatorProcess) workspace(t *testing.T, configuration string) *workspace {
	t.Helper()
	ws := &workspace{emulator: w, directory: t.TempDir()}
	ws.write(t, "main.tf", configuration)
	return ws
}

func (ws *workspace) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(ws.directory, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// terraform runs the CLI and returns its output.
func (ws *workspace) terraform(t *testing.T, args ...string) string {
	t.Helper()
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	for _, name := range []string{"terraform", "tofu"} {
		if cli == "" {
			cli, _ = exec.LookPath(name)
		}
	}
	if cli == "" {
		t.Fatal("there is no terraform and no tofu on PATH, and TF_ACC_TERRAFORM_PATH names none")
	}
	cmd := exec.CommandContext(t.Context(), cli, args...) //nolint:gosec // the user's own CLI
	cmd.Dir, cmd.Env = ws.directory, ws.emulator.env
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return string(output)
}

func (ws *workspace) apply(t *testing.T, args ...string) {
	t.Helper()
	ws.terraform(t, slices.Concat([]string{"apply", "-auto-approve", "-input=false", "-no-color"}, args)...)
}

// output reads an output.
func (ws *workspace) output(t *testing.T, name string, into any) {
	t.Helper()
	cmdOutput := ws.terraform(t, "output", "-json", name)
	if err := json.Unmarshal([]byte(cmdOutput), into); err != nil {
		t.Fatalf("output %s: %v\n%s", name, err, cmdOutput)
	}
}
