package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

// stateVersion is the version of the state file's form. A file of another
// version is refused, and left as it is.
const stateVersion = 1

// state is what a state file holds: the objects of both clouds, not the
// journal, faults, tokens and operations.
type state struct {
	Version int        `json:"version"`
	Azure   azureState `json:"azure"`
}

type azureState struct {
	Gateways []azure.Gateway `json:"gateways"`
}

// readState reads a state file; found is false if there is none.
func readState(path string) (s state, found bool, err error) {
	data, err := os.ReadFile(path) //nolint:gosec // the user's own file
	if errors.Is(err, fs.ErrNotExist) {
		return state{}, false, nil
	}
	if err != nil {
		return state{}, false, fmt.Errorf("reading the state: %w", err)
	}
	var version struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return state{}, false, fmt.Errorf("%s is not a state file of the emulator, and is left as it is: %w", path, err)
	}
	if version.Version != stateVersion {
		return state{}, false, fmt.Errorf("%s is a state file of version %d, and is left as it is: this emulator knows version %d",
			path, version.Version, stateVersion)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return state{}, false, fmt.Errorf("%s is damaged, and is left as it is: %w", path, err)
	}
	return s, true, nil
}

// saveState writes the state file if anything has changed since it was read
// or written last.
func (e *Emulator) saveState() error {
	data, err := json.MarshalIndent(e.snapshot(), "", "  ")
	if err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	data = append(data, '\n')
	e.stateMu.Lock()
	defer e.stateMu.Unlock()
	if bytes.Equal(data, e.saved) {
		return nil
	}
	if err := WriteFile(e.config.StateFile, data); err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	e.saved = data
	return nil
}

// snapshot is the world as it is now.
func (e *Emulator) snapshot() state {
	return state{Version: stateVersion, Azure: azureState{Gateways: e.Azure.Gateways()}}
}

// restore puts a world in place of the one that is there.
func (e *Emulator) restore(s state) {
	for _, gateway := range e.Azure.Gateways() {
		e.Azure.RemoveGateway(gateway.ID())
	}
	for _, gateway := range s.Azure.Gateways {
		e.Azure.AddGateway(gateway)
	}
}
