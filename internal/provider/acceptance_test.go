package provider

import (
	"errors"
	goflag "flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// The acceptance tests, TestAcc…, drive the provider with the real CLI against the
// emulator, all in this process but for the CLI. They need no TF_ACC.

// TestMain finds the CLI that the acceptance tests run. Where that CLI starts this
// binary as its provider, it is one: see acceptance.cli.
func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) != "" {
		serve()
		return
	}
	if err := errors.Join(findCLI(), hurry()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// hurry makes the tests quick. Most of their time goes into hundreds of starts of the
// CLI, and a third of such a start into collecting garbage of a process that is about
// to end. Many tests wait more than they work, so more than usual run side by side.
func hurry() error {
	debug.SetGCPercent(400)
	return errors.Join(
		os.Setenv("GOGC", "off"), // for the processes that are started
		goflag.Set("test.parallel", strconv.Itoa(4*runtime.GOMAXPROCS(0))), // -parallel still overrides it
	)
}

// findCLI points the test library at the CLI on PATH, terraform or else tofu,
// unless the caller has chosen one. Left alone, the library would download one.
func findCLI() error {
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	for _, name := range []string{"terraform", "tofu"} {
		if cli == "" {
			cli, _ = exec.LookPath(name)
		}
	}
	settings := map[string]string{
		"TF_ACC_TERRAFORM_PATH": cli,
		"TF_CLI_CONFIG_FILE":    os.DevNull, // A developer's settings must not decide a test.
		"CHECKPOINT_DISABLE":    "1",        // No look for newer versions of the CLI.
	}
	if strings.Contains(filepath.Base(cli), "tofu") {
		// OpenTofu resolves an address without a host to a registry of its own.
		settings["TF_ACC_PROVIDER_HOST"] = "registry.opentofu.org"
		settings["TF_ACC_PROVIDER_NAMESPACE"] = "hashicorp"
	}
	for name, value := range settings {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// acceptance is an emulator with both clouds, and a provider that has their endpoints
// and credentials in its environment. Without an emulator it is the real one: see
// live_test.go.
type acceptance struct {
	*emulator.Emulator
	t         *testing.T
	variables map[string]string // The provider's environment, which no variable of this process is part of.
}

// newAcceptance starts the emulator for a test. Emulators do not touch each other, so tests that
// have their own can run side by side. Azure answers at once unless the
// configuration says how its operations go.
func newAcceptance(t *testing.T, config emulator.Config) *acceptance {
	t.Helper()
	if os.Getenv("TF_ACC_TERRAFORM_PATH") == "" {
		t.Skip("neither terraform nor tofu is on PATH")
	}
	if config.Azure.Style == "" {
		config.Azure.Style = azure.StyleImmediate
	}
	e, err := emulator.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return &acceptance{Emulator: e, t: t, variables: e.Env()}
}

// brisk is a pace at which tests need not wait.
var brisk = alibabacloud.Pace{
	BackoffMin: time.Millisecond, BackoffMax: 20 * time.Millisecond,
	PollMin: time.Millisecond, PollMax: 20 * time.Millisecond, Yield: 3 * time.Second,
}

// run runs the steps with the CLI. In the end no peer may be left.
func (w *acceptance) run(steps ...resource.TestStep) {
	w.t.Helper()
	resource.UnitTest(w.t, resource.TestCase{
		ProtoV6ProviderFactories: w.factories(),
		Steps:                    steps,
		CheckDestroy: func(*terraform.State) error {
			if w.live() {
				return nil // Delete has waited until the service no longer lists the peer.
			}
			for _, peer := range w.Alibaba.Peers() {
				if peer.Status != emulated.Deleted {
					return fmt.Errorf("the peer %s was left, as %s", peer.ID, peer.Status)
				}
			}
			return nil
		},
	})
}

// factories makes the provider in this process.
func (w *acceptance) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	if w.live() {
		return map[string]func() (tfprotov6.ProviderServer, error){"bgp": providerserver.NewProtocol6WithError(New("test")())}
	}
	p := New("test", WithPace(brisk), WithGetenv(func(name string) string { return w.variables[name] }))
	return map[string]func() (tfprotov6.ProviderServer, error){"bgp": providerserver.NewProtocol6WithError(p())}
}

// live reports whether the test uses real accounts. There is no journal then, and
// what is checked of it is not.
func (w *acceptance) live() bool { return w.Emulator == nil }

// forget empties the journal; for PreConfig.
func (w *acceptance) forget() {
	if !w.live() {
		w.Journal.Reset()
	}
}

// made checks that exactly these requests were made since the last forget, by
// action. Requests for tokens and discovery are left out unless they are asked for.
func (w *acceptance) made(want map[string]int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		got := w.Journal.Counts()
		maps.DeleteFunc(got, func(action string, _ int) bool {
			_, asked := want[action]
			return !asked && (action == "token" || action == "discovery")
		})
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("requests (-want +got):\n%s", diff)
		}
		return nil
	}
}

// madeNone checks that no request was made for any of the actions.
func (w *acceptance) madeNone(actions ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for _, action := range actions {
			if w.live() {
				break
			}
			if n := w.Journal.Count(action); n > 0 {
				return fmt.Errorf("%d requests were made for %s", n, action)
			}
		}
		return nil
	}
}

// requestsOf returns the requests made for an action.
func (w *acceptance) requestsOf(action string) []control.Entry {
	var found []control.Entry
	for _, entry := range w.Journal.Entries() {
		if entry.Action == action {
			found = append(found, entry)
		}
	}
	return found
}
