package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
)

// provider is a provider's binary, in a directory of its own.
type provider struct {
	directory string
	source    string // its address on a registry; "" is this provider's
}

const ownSource = "terraform-provider-bgp/bgp"

// address is the provider's on a registry, without the registry's host.
func (p provider) address() string { return cmp.Or(p.source, ownSource) }

// path is the binary's; its name is what the CLI looks for.
func (p provider) path() string {
	return filepath.Join(p.directory, "terraform-provider-"+path.Base(p.address()))
}

// providers are what is measured, and what it is compared with.
type providers struct {
	bgp   provider // as released
	empty provider // of the same framework, with nothing in it
	idle  provider // the same resource, making no call
}

// buildProviders builds all three the way they are released.
func buildProviders(ctx context.Context, directory string) (providers, error) {
	made := providers{
		bgp:   provider{directory: filepath.Join(directory, "bgp")},
		empty: provider{directory: filepath.Join(directory, "empty")},
		idle:  provider{directory: filepath.Join(directory, "idle")},
	}
	for source, p := range map[string]provider{
		module: made.bgp,
		module + "/internal/tools/bench/emptyprovider": made.empty,
		module + "/internal/tools/bench/idleprovider":  made.idle,
	} {
		if err := p.build(ctx, "", source); err != nil {
			return providers{}, err
		}
	}
	return made, nil
}

const module = "github.com/terraform-provider-bgp/terraform-provider-bgp"

// build builds the provider from a package, in a directory or, if that is "", here.
func (p provider) build(ctx context.Context, directory, source string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "grpcnotrace", "-ldflags", "-s -w", "-o", p.path(), source) //nolint:gosec // A package of this repository.
	cmd.Dir = directory
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", source, err, output)
	}
	return nil
}

// megabytes is the size of the provider's binary, in MB of 10⁶ bytes.
func (p provider) megabytes() (float64, error) {
	info, err := os.Stat(p.path())
	if err != nil {
		return 0, err
	}
	return float64(info.Size()) / 1e6, nil
}
