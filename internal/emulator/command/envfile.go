package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
)

// envLines returns variables as KEY=VALUE lines, in order, that a shell reads.
func envLines(env environment) string {
	var lines strings.Builder
	for _, key := range sortedKeys(env) {
		fmt.Fprintf(&lines, "%s=%s\n", key, quoted(filepath.ToSlash(env[key])))
	}
	return lines.String()
}

// plain is a value that means itself to a shell, which expands ~ only where a
// path begins.
var plain = regexp.MustCompile(`^(?:[\w./:@%+=,\[\]-]|[\w/]~)*$`)

// quoted quotes a value where a shell needs it, and only there: not every
// reader of such lines takes quotes off.
func quoted(value string) string {
	if plain.MatchString(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// ownEnvFile is how a file of envLines begins, or one of an earlier version; an
// empty file is anybody's.
var ownEnvFile = regexp.MustCompile(`^(?:$|ALIBABA_CLOUD_ACCESS_KEY_ID=` + emulator.SeedAccessKeyID + `\n|` +
	`ALIBABA_CLOUD_ENDPOINT_VPC=http://.*\nALICLOUD_ACCESS_KEY=` + emulator.SeedAccessKeyID + `\n)`)

// clearEnvFile removes what an emulator that was killed left behind, so that
// the file is there only when the clouds are. Anything else there is kept.
func clearEnvFile(file string) error {
	info, err := os.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	own := false
	if info.Mode().IsRegular() {
		data, err := os.ReadFile(file) //nolint:gosec // the user's own choice
		if err != nil {
			return err
		}
		own = ownEnvFile.Match(data)
	}
	if !own {
		return fmt.Errorf("%s is not an environment file of the emulator, and is left as it is: name another with --env-file", file)
	}
	return removeIfThere(file)
}

// removeEnvFile removes a file that still is as we wrote it.
func removeEnvFile(file, lines string) error {
	data, err := os.ReadFile(file) //nolint:gosec // as above
	if errors.Is(err, fs.ErrNotExist) || err == nil && string(data) != lines {
		return nil
	}
	if err != nil {
		return err
	}
	return removeIfThere(file)
}

// removeIfThere removes a file; that somebody else did is as good.
func removeIfThere(file string) error {
	if err := os.Remove(filepath.Clean(file)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
