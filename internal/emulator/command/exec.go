package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
)

const execHelp = `bgp-emulator exec [flags] -- COMMAND [ARGUMENT…]

Runs both clouds on loopback, COMMAND with the variables that the provider and
the vendors' own SDKs and command lines read set to them, and ends with
COMMAND's exit status (128+N if signal N ended it). An interrupt or a termination reaches COMMAND once; the clouds stop after it.
Where it ends COMMAND, what COMMAND was running gets an interrupt.

So that a try-out reaches no real account, all other variables of Alibaba Cloud
and Azure credentials are taken out of COMMAND's environment: ALICLOUD_…,
ALIBABA_CLOUD_…, ARM_…, AZURE_… and those of managed identities and pipelines.

Where a terraform-provider-bgp binary is found (--provider-dir), COMMAND also
gets a Terraform/OpenTofu CLI configuration, through TF_CLI_CONFIG_FILE, that
overrides the provider with it: terraform init need not find it in a registry.
The settings of your own CLI configuration file are kept in it, a dev_overrides
block included; files of ~/.terraform.d are not read then, and a configuration
in JSON cannot be kept: exec says so and uses its own alone.

` + controlHelp

// runExec is the exec command.
func runExec(ctx context.Context, args, env []string, std streams) int {
	flags := flag.NewFlagSet("exec", flag.ContinueOnError)
	configure := configFlags(flags, std)
	providerDir := flags.String("provider-dir", "", "the `directory` that holds the terraform-provider-bgp binary (default the one of this command, if it is there)")
	if status, done := parse(flags, args, execHelp, std); done {
		return status
	}
	if flags.NArg() == 0 {
		std.note("exec needs a command: %s exec [flags] -- COMMAND", std.program.Name)
		return exitUsage
	}
	config, err := configure()
	if err != nil {
		return std.fail(err)
	}
	directory, err := findProvider(*providerDir)
	if err != nil {
		return std.fail(err)
	}
	status, err := execute(ctx, config, directory, flags.Args(), env, std)
	if err != nil {
		std.note("%v", err)
	}
	return status
}

// execute runs a command against both clouds and returns its exit status.
func execute(ctx context.Context, config emulator.Config, providerDir string, command, env []string, std streams) (status int, err error) {
	e, err := emulator.Start(context.WithoutCancel(ctx), config)
	if err != nil {
		return exitFailure, err
	}
	defer func() { //nolint:contextcheck // Close takes the time it needs
		if closeErr := e.Close(); closeErr != nil {
			err = errors.Join(err, closeErr)
			if status == exitOK {
				status = exitFailure
			}
		}
	}()
	environment := newEnvironment(env)
	environment.removeCredentials()
	for key, value := range std.started(e) {
		environment[key] = value
	}
	if providerDir != "" {
		file := filepath.Join(e.Directory(), "terraform.rc")
		text, warning := cliConfig(providerDir, command[0], environment)
		if warning != "" {
			std.note("%s", warning)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return exitFailure, err
		}
		environment["TF_CLI_CONFIG_FILE"] = file
		delete(environment, "TERRAFORM_CONFIG") // the older name
	}
	path, err := lookPath(command[0], environment["PATH"])
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, exec.ErrNotFound) {
			return exitNotFound, err
		}
		return exitNotExecutable, err
	}
	cmd := exec.Command(path, command[1:]...) //nolint:gosec,noctx // the user's own command; its end is waited for, not forced
	cmd.Args[0] = command[0]
	cmd.Env = environment.list()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = std.in, std.out, std.err
	return runChild(ctx, cmd)
}

// lookPath finds a command as the child's own shell would, in its PATH.
func lookPath(name, path string) (string, error) {
	if strings.ContainsRune(name, os.PathSeparator) || runtime.GOOS == "windows" {
		return exec.LookPath(name)
	}
	var unusable error // found, but not to be run
	for _, directory := range filepath.SplitList(path) {
		if directory == "" {
			continue // an empty entry would be the current directory
		}
		found, err := exec.LookPath(filepath.Join(directory, name))
		if err == nil || errors.Is(err, exec.ErrDot) {
			return found, nil
		}
		if errors.Is(err, fs.ErrPermission) {
			unusable = err
		}
	}
	if unusable != nil {
		return "", unusable
	}
	return "", &exec.Error{Name: name, Err: exec.ErrNotFound}
}

// environment are variables by name.
type environment map[string]string

func newEnvironment(list []string) environment {
	env := environment{}
	for _, entry := range list {
		if key, value, ok := strings.Cut(entry, "="); ok {
			env[key] = value
		}
	}
	return env
}

func (env environment) list() []string {
	list := make([]string, 0, len(env))
	for _, key := range sortedKeys(env) {
		list = append(list, key+"="+env[key])
	}
	return list
}

// credentialPrefixes and credentialNames are the variables that the provider,
// or a library beneath it, would take credentials or endpoints from.
var (
	credentialPrefixes = []string{"ALICLOUD_", "ALIBABA_CLOUD_", "ALIBABACLOUD_", "ARM_", "AZURE_", "ACTIONS_ID_TOKEN_REQUEST_"}
	credentialNames    = []string{
		"VPC_ENDPOINT", "BGP_CA_CERTIFICATE_FILE", "BGP_EMULATOR_CONTROL",
		"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT", "IMDS_ENDPOINT", "MSI_ENDPOINT", "MSI_SECRET",
		"SYSTEM_ACCESSTOKEN", "SYSTEM_OIDCREQUESTURI",
	}
)

func (env environment) removeCredentials() {
	for key := range env {
		upper := strings.ToUpper(key)
		if slices.Contains(credentialNames, upper) ||
			slices.ContainsFunc(credentialPrefixes, func(prefix string) bool { return strings.HasPrefix(upper, prefix) }) {
			delete(env, key)
		}
	}
}

// providerName is what the provider's binary is called.
func providerName() string {
	if runtime.GOOS == "windows" {
		return "terraform-provider-bgp.exe"
	}
	return "terraform-provider-bgp"
}

// findProvider returns the directory of the provider's binary: the asked one,
// in which it must be, or the emulator's own, or "".
func findProvider(asked string) (string, error) {
	if asked != "" {
		directory, err := filepath.Abs(asked)
		if err != nil {
			return "", err
		}
		if !isFile(filepath.Join(directory, providerName())) {
			return "", fmt.Errorf("there is no %s in %s (--provider-dir)", providerName(), directory)
		}
		return directory, nil
	}
	executable, err := os.Executable()
	if err != nil {
		return "", nil //nolint:nilerr // then it is not beside us either
	}
	if executable, err = filepath.EvalSymlinks(executable); err != nil {
		return "", nil //nolint:nilerr // as above
	}
	directory := filepath.Dir(executable)
	if !isFile(filepath.Join(directory, providerName())) {
		return "", nil
	}
	return directory, nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
