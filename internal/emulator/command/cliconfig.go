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

// These are looked for where strings and comments are blank, except ownOverride.
var (
	installationBlock = regexp.MustCompile(`\bprovider_installation[ \t]*\{`)
	overridesBlock    = regexp.MustCompile(`\bdev_overrides[ \t]*\{`)
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
	code := blank(user)
	if at := overridesBlock.FindStringIndex(code); at != nil {
		return user[:at[1]] + "\n" + entries.String() + user[at[1]:], ""
	}
	if at := installationBlock.FindStringIndex(code); at != nil {
		return user[:at[1]] + overrides + user[at[1]:], ""
	}
	return own + "\n" + user, ""
}

// blank returns a configuration with its strings and comments replaced by
// spaces, so that everything else stays where it is.
func blank(text string) string {
	code := []byte(text)
	for i := 0; i < len(code); {
		end := len(text)
		switch rest := text[i:]; {
		case rest[0] == '"':
			end = i + 1
			for end < len(text) && text[end] != '"' && text[end] != '\n' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end+1, len(text))
		case strings.HasPrefix(rest, "/*"):
			if length := strings.Index(rest[2:], "*/"); length >= 0 {
				end = i + 2 + length + 2
			}
		case rest[0] == '#', strings.HasPrefix(rest, "//"):
			if length := strings.IndexByte(rest, '\n'); length >= 0 {
				end = i + length
			}
		default:
			i++
			continue
		}
		for ; i < end; i++ {
			if code[i] != '\n' {
				code[i] = ' '
			}
		}
	}
	return string(code)
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
