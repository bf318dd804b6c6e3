package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
)

// overridden are the addresses that Terraform and OpenTofu give the provider.
var overridden = []string{
	"registry.terraform.io/terraform-provider-bgp/bgp",
	"registry.opentofu.org/terraform-provider-bgp/bgp",
}

var (
	installationBlock = regexp.MustCompile(`(?m)^[ \t]*provider_installation[ \t]*\{`)
	overridesBlock    = regexp.MustCompile(`(?m)^[ \t]*dev_overrides[ \t]*\{`)
	// An override of this provider by the user; of two, OpenTofu takes the last.
	ownOverride = regexp.MustCompile(`(?m)^[ \t]*"(?:[^"/]+/)?terraform-provider-bgp/bgp"[ \t]*=.*\n?`)
)

// cliConfig returns a CLI configuration that overrides the provider with the
// one in this directory, and otherwise is the user's own, for the CLI that this
// command is. It warns where it has to leave that out.
func cliConfig(directory, command string, env environment) (text, warning string) {
	var entries strings.Builder
	for _, address := range overridden {
		fmt.Fprintf(&entries, "    %q = %s\n", address, strconv.Quote(filepath.ToSlash(directory)))
	}
	overrides := "\n  dev_overrides {\n" + entries.String() + "  }\n"
	own := "provider_installation {" + overrides + "  direct {}\n}\n"

	file := userCLIConfig(command, env)
	if file == "" {
		return own, ""
	}
	data, err := os.ReadFile(file) //nolint:gosec // the file that the CLI itself would read
	if errors.Is(err, fs.ErrNotExist) {
		return own, ""
	}
	if err != nil {
		return own, fmt.Sprintf("your CLI configuration is left out: %v", err)
	}
	user := ownOverride.ReplaceAllString(string(data), "")
	if strings.HasPrefix(strings.TrimSpace(user), "{") {
		return own, fmt.Sprintf("your CLI configuration %s is left out, since it is JSON", file)
	}
	if at := overridesBlock.FindStringIndex(user); at != nil {
		return user[:at[1]] + "\n" + entries.String() + user[at[1]:], ""
	}
	if at := installationBlock.FindStringIndex(user); at != nil {
		return user[:at[1]] + overrides + user[at[1]:], ""
	}
	return own + "\n" + user, ""
}

// userCLIConfig returns the CLI configuration file that Terraform or OpenTofu
// would read, or "".
func userCLIConfig(command string, env environment) string {
	for _, name := range []string{"TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"} {
		if file := env[name]; file != "" {
			return file
		}
	}
	directory, prefix, suffix := env["HOME"], ".", "rc"
	if runtime.GOOS == "windows" {
		directory, prefix, suffix = env["APPDATA"], "", ".rc"
	}
	names := []string{"terraform"}
	tofu := strings.HasPrefix(filepath.Base(command), "tofu")
	if tofu {
		names = []string{"tofu", "terraform"} // OpenTofu reads Terraform's where it has none of its own
	}
	for _, name := range names {
		if file := filepath.Join(directory, prefix+name+suffix); isFile(file) {
			return file
		}
	}
	if xdg := env["XDG_CONFIG_HOME"]; tofu && xdg != "" && runtime.GOOS != "windows" {
		if file := filepath.Join(xdg, "opentofu", "tofurc"); isFile(file) {
			return file
		}
	}
	return ""
}
