package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// The CLI with the provider as a process of its own, as users run it: for signals,
// logs, and the commands that the test library does not have.

// serveVariable, if set, makes this test binary serve the provider.
const serveVariable = "BGP_TEST_SERVE_PROVIDER"

func serve() {
	if err := Serve(New("test")(), false); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// directory is a working directory of the CLI.
type directory struct {
	*acceptance
	path string
	env  []string
}

// directory makes a working directory with these files, by name, and points the
// CLI at this test binary as its provider.
func (w *acceptance) directory(files map[string]string) *directory {
	w.t.Helper()
	d := &directory{acceptance: w, path: w.t.TempDir()}
	for name, content := range files {
		d.write(name, content)
	}

	self, err := os.Executable()
	if err != nil {
		w.t.Fatal(err)
	}
	plugins := w.t.TempDir()
	if err := os.Symlink(self, filepath.Join(plugins, "terraform-provider-bgp")); err != nil {
		w.t.Fatal(err)
	}
	settings := filepath.Join(plugins, "cli.tfrc")
	overrides := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n    %q = %q\n  }\n  direct {}\n}\n",
		"registry.terraform.io/terraform-provider-bgp/bgp", plugins, "registry.opentofu.org/terraform-provider-bgp/bgp", plugins)
	if err := os.WriteFile(settings, []byte(overrides), 0o600); err != nil {
		w.t.Fatal(err)
	}

	variables := map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": plugins, "TMPDIR": os.TempDir(), serveVariable: "1", "TF_CLI_CONFIG_FILE": settings,
		"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "NO_COLOR": "1",
		"GOGC":   os.Getenv("GOGC"),   // see hurry
		"GORACE": "atexit_sleep_ms=0", // else each provider with the race detector ends a second late
	}
	maps.Copy(variables, w.variables)
	for name, value := range variables {
		d.env = append(d.env, name+"="+value)
	}
	return d
}

// inProcess makes the commands use a provider that this process serves, at the pace of
// tests, which takes a fraction of the time of starting several for each command.
func (d *directory) inProcess() *directory {
	d.t.Helper()
	factory := d.factories()["bgp"]
	ctx, cancel := context.WithCancel(context.Background())
	served, closed, failed := make(chan *plugin.ReattachConfig), make(chan struct{}), make(chan error, 1)
	go func() {
		failed <- tf6server.Serve(registryAddress, func() tfprotov6.ProviderServer {
			server, err := factory()
			if err != nil {
				d.t.Error(err)
			}
			return server
		}, tf6server.WithDebug(ctx, served, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithLoggingSink(d.t))
	}()
	d.t.Cleanup(func() {
		cancel()
		<-closed
	})
	var at *plugin.ReattachConfig
	select {
	case at = <-served:
	case err := <-failed:
		d.t.Fatal(err)
	}
	address := map[string]any{"Network": at.Addr.Network(), "String": at.Addr.String()}
	config := map[string]any{"Protocol": at.Protocol, "ProtocolVersion": at.ProtocolVersion, "Pid": at.Pid, "Test": at.Test, "Addr": address}
	reattach, err := json.Marshal(map[string]any{registryAddress: config, strings.Replace(registryAddress, "terraform.io", "opentofu.org", 1): config})
	if err != nil {
		d.t.Fatal(err)
	}
	d.env = append(d.env, "TF_REATTACH_PROVIDERS="+string(reattach))
	return d
}

func (d *directory) write(name, content string) {
	d.t.Helper()
	path := filepath.Join(d.path, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// command is the CLI with these arguments, not yet started; its output goes to the
// buffer.
func (d *directory) command(arguments ...string) (*exec.Cmd, *bytes.Buffer) {
	d.t.Helper()
	cmd := exec.CommandContext(d.t.Context(), os.Getenv("TF_ACC_TERRAFORM_PATH"), arguments...) //nolint:gosec // The CLI that is under test.
	cmd.Dir, cmd.Env = d.path, d.env
	output := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = output, output
	return cmd, output
}

// cli runs the CLI, which must succeed, and returns what it said.
func (d *directory) cli(arguments ...string) string {
	d.t.Helper()
	cmd, output := d.command(arguments...)
	if err := cmd.Run(); err != nil {
		d.t.Fatalf("%s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return output.String()
}

// cliVersion is the CLI's name and version, as in "Terraform v1.11.4".
func (d *directory) cliVersion() string {
	d.t.Helper()
	line, _, _ := strings.Cut(d.cli("version"), "\n")
	return line
}

// knows reports whether the CLI is Terraform or OpenTofu of at least these minor
// versions of 1; never is a version that there is not yet.
func (d *directory) knows(terraform, openTofu int) bool {
	d.t.Helper()
	version := d.cliVersion()
	for name, least := range map[string]int{"Terraform v1.%d": terraform, "OpenTofu v1.%d": openTofu} {
		var minor int
		if _, err := fmt.Sscanf(version, name, &minor); err == nil {
			return minor >= least
		}
	}
	d.t.Fatalf("%q is neither Terraform's nor OpenTofu's version", version)
	return false
}

const never = 1 << 20
