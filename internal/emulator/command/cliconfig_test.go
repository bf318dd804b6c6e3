//go:build unix

package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const entries = `    "registry.terraform.io/terraform-provider-bgp/bgp" = "/opt/bgp"
    "registry.opentofu.org/terraform-provider-bgp/bgp" = "/opt/bgp"
`

func TestCLIConfig(t *testing.T) {
	t.Parallel()
	const own = "provider_installation {\n  dev_overrides {\n" + entries + "  }\n  direct {}\n}\n"
	for name, test := range map[string]struct{ user, want, warning string }{
		"nothing to keep": {"plugin_cache_dir = \"/cache\"\n", own + "\nplugin_cache_dir = \"/cache\"\n", ""},
		"an installation": {
			"provider_installation {\n  network_mirror { url = \"https://mirror.test/\" }\n}\n",
			"provider_installation {\n  dev_overrides {\n" + entries + "  }\n\n  network_mirror { url = \"https://mirror.test/\" }\n}\n", "",
		},
		"overrides": {
			"provider_installation {\n  dev_overrides {\n    \"example/x\" = \"/x\"\n  }\n  direct {}\n}\n",
			"provider_installation {\n  dev_overrides {\n" + entries + "\n    \"example/x\" = \"/x\"\n  }\n  direct {}\n}\n", "",
		},
		"an override of this provider": {
			"provider_installation {\n  dev_overrides {\n    \"terraform-provider-bgp/bgp\" = \"/old\"\n" + entries + "    \"example/x\" = \"/x\"\n  }\n  direct {}\n}\n",
			"provider_installation {\n  dev_overrides {\n" + entries + "\n    \"example/x\" = \"/x\"\n  }\n  direct {}\n}\n", "",
		},
		"a block in a comment": {
			"/*\nprovider_installation {\n  dev_overrides {\n  }\n}\n*/\nplugin_cache_dir = \"/*\"\n",
			own + "\n/*\nprovider_installation {\n  dev_overrides {\n  }\n}\n*/\nplugin_cache_dir = \"/*\"\n", "",
		},
		"a block behind a comment": {
			"/* mine */ provider_installation { # direct {}\n  direct {}\n}\n",
			"/* mine */ provider_installation {\n  dev_overrides {\n" + entries + "  }\n # direct {}\n  direct {}\n}\n", "",
		},
		"overrides behind comments": {
			"provider_installation {\n  // dev_overrides {\n  /* dev_overrides {\n  } */\n  dev_overrides {\n    \"a\" = \"\\\"/*\"\n  }\n}\n",
			"provider_installation {\n  // dev_overrides {\n  /* dev_overrides {\n  } */\n  dev_overrides {\n" + entries + "\n    \"a\" = \"\\\"/*\"\n  }\n}\n", "",
		},
		"a comment that does not end": {"/* provider_installation {\n", own + "\n/* provider_installation {\n", ""},
		"a comment":                   {"# provider_installation {\n", own + "\n# provider_installation {\n", ""},
		"JSON":                        {`{"plugin_cache_dir":"/cache"}`, own, "since it is JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "terraform.rc")
			if err := os.WriteFile(file, []byte(test.user), 0o600); err != nil {
				t.Fatal(err)
			}
			got, warning := cliConfig("/opt/bgp", "terraform", environment{"TF_CLI_CONFIG_FILE": file})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if (test.warning == "") != (warning == "") || !strings.Contains(warning, test.warning) {
				t.Errorf("warning: %q", warning)
			}
		})
	}
	if got, warning := cliConfig("/opt/bgp", "terraform", environment{"TF_CLI_CONFIG_FILE": "/no/such/file"}); got != own || warning != "" {
		t.Errorf("no file: %q, %q", got, warning)
	}
	if got, warning := cliConfig("/opt/bgp", "terraform", environment{"TF_CLI_CONFIG_FILE": t.TempDir()}); got != own || warning == "" {
		t.Errorf("a directory: %q, %q", got, warning)
	}
}

func TestUserCLIConfig(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	for _, name := range []string{".terraformrc", ".tofurc"} {
		if err := os.WriteFile(filepath.Join(home, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	legacy, xdg := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(xdg, "opentofu"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{filepath.Join(legacy, ".terraformrc"), filepath.Join(xdg, "opentofu", "tofurc")} {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		command string
		env     environment
		want    string
	}{
		"variable":       {"terraform", environment{"HOME": home, "TF_CLI_CONFIG_FILE": "/a", "TERRAFORM_CONFIG": "/b"}, "/a"},
		"older variable": {"terraform", environment{"HOME": home, "TERRAFORM_CONFIG": "/b"}, "/b"},
		"terraform":      {"terraform", environment{"HOME": home}, filepath.Join(home, ".terraformrc")},
		"tofu":           {"/usr/bin/tofu", environment{"HOME": home}, filepath.Join(home, ".tofurc")},
		"tofu, legacy":   {"tofu", environment{"HOME": legacy, "XDG_CONFIG_HOME": xdg}, filepath.Join(legacy, ".terraformrc")},
		"tofu, XDG":      {"tofu", environment{"HOME": t.TempDir(), "XDG_CONFIG_HOME": xdg}, filepath.Join(xdg, "opentofu", "tofurc")},
		"terraform, XDG": {"terraform", environment{"HOME": t.TempDir(), "XDG_CONFIG_HOME": xdg}, ""},
		"none":           {"terraform", environment{"HOME": t.TempDir()}, ""},
	} {
		if got := userCLIConfig(test.command, test.env); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestFindProvider(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, providerName()), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := findProvider(directory); err != nil || got != directory {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := findProvider(""); err != nil || got != "" { // beside the test's binary there is none
		t.Errorf("%q, %v", got, err)
	}
}

// TestExecOverridesTheProvider looks at what the command gets.
func TestExecOverridesTheProvider(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, providerName()), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TERRAFORM_CONFIG=/no/such/file"}
	status, stdout, stderr := invoke(t, env, "exec", "--provider-dir", directory, "--", "sh", "-c", `cat "$TF_CLI_CONFIG_FILE"; echo "$TERRAFORM_CONFIG"`)
	want := "provider_installation {\n  dev_overrides {\n" + strings.ReplaceAll(entries, "/opt/bgp", directory) + "  }\n  direct {}\n}\n\n"
	if status != 0 || stderr != "" {
		t.Errorf("status %d: %s", status, stderr)
	}
	if diff := cmp.Diff(want, stdout); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
