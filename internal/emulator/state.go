package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

// stateVersion is the version of the state file's form. A file of another
// version is refused, and left as it is.
const stateVersion = 1

// state is what a state file holds: the objects of both clouds, not the
// journal, faults, tokens and operations (EMU-003).
type state struct {
	Version int                `json:"version"`
	Alibaba alibabacloud.State `json:"alibabacloud"`
	Azure   azure.State        `json:"azure"`
}

// loadState puts the world of a state file, if there is one, in place of the
// one that is there. A file that it cannot use is left as it is.
func (e *Emulator) loadState(path string) error {
	data, err := os.ReadFile(path) //nolint:gosec // the user's own file
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the state: %w", err)
	}
	var version struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return fmt.Errorf("%s is not a state file of the emulator, and is left as it is: %w", path, err)
	}
	if version.Version != stateVersion {
		return fmt.Errorf("%s is a state file of version %d, and is left as it is: this emulator knows version %d",
			path, version.Version, stateVersion)
	}
	var kept state
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&kept); err != nil {
		return fmt.Errorf("%s is damaged, and is left as it is: %w", path, err)
	}
	if err := errors.Join(e.Alibaba.SetState(kept.Alibaba), e.Azure.SetState(kept.Azure)); err != nil {
		return fmt.Errorf("%s is damaged, and is left as it is: %w", path, err)
	}
	return nil
}

// saveState writes the state file if anything has changed since it was read
// or written last.
func (e *Emulator) saveState() error {
	e.stateMu.Lock() // before the snapshot, so that no older one is written over a newer one
	defer e.stateMu.Unlock()
	data, err := json.MarshalIndent(state{Version: stateVersion, Alibaba: e.Alibaba.State(), Azure: e.Azure.State()}, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	data = append(data, '\n')
	if bytes.Equal(data, e.saved) {
		return nil
	}
	if err := WriteFile(e.config.StateFile, data); err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	e.saved = data
	return nil
}
