package azure

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Gateways and Route Servers have a JSON form, for state files and the control
// path. Its names are the fields' in snake case, durations are strings such as
// "250ms", and what is zero is left out.

// strictly decodes JSON whose members are all known.
func strictly(data []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(v)
}

type operationJSON struct {
	Style      Style            `json:"style,omitempty"`
	Ending     Ending           `json:"ending,omitempty"`
	Delay      control.Duration `json:"delay,omitempty"`
	RetryAfter control.Duration `json:"retry_after,omitempty"`
	Error      *CloudError      `json:"error,omitempty"`
}

// MarshalJSON writes the JSON form.
func (operation Operation) MarshalJSON() ([]byte, error) {
	return json.Marshal(operationJSON{
		Style: operation.Style, Ending: operation.Ending, Delay: control.Duration(operation.Delay),
		RetryAfter: control.Duration(operation.RetryAfter), Error: operation.Error,
	})
}

// UnmarshalJSON reads the JSON form.
func (operation *Operation) UnmarshalJSON(data []byte) error {
	var form operationJSON
	if err := strictly(data, &form); err != nil {
		return err
	}
	*operation = Operation{
		Style: form.Style, Ending: form.Ending, Delay: time.Duration(form.Delay),
		RetryAfter: time.Duration(form.RetryAfter), Error: form.Error,
	}
	return nil
}

type rowJSON struct {
	LocalAddress    string           `json:"local_address,omitempty"`
	Neighbor        string           `json:"neighbor,omitempty"`
	ASN             int64            `json:"asn,omitempty"`
	Life            []Stage          `json:"life,omitempty"`
	Since           time.Time        `json:"since,omitzero"`
	Learned         []Route          `json:"learned,omitempty"`
	Routes          int64            `json:"routes,omitempty"`
	Advertised      []Route          `json:"advertised,omitempty"`
	MessageInterval control.Duration `json:"message_interval,omitempty"`
	JSON            json.RawMessage  `json:"json,omitempty"`
}

type stageJSON struct {
	State string           `json:"state"`
	For   control.Duration `json:"for,omitempty"`
}

// MarshalJSON writes the JSON form.
func (row Row) MarshalJSON() ([]byte, error) {
	return json.Marshal(rowJSON{
		LocalAddress: row.LocalAddress, Neighbor: row.Neighbor, ASN: row.ASN, Life: row.Life, Since: row.Since,
		Learned: row.Learned, Routes: row.Routes, Advertised: row.Advertised, MessageInterval: control.Duration(row.MessageInterval), JSON: row.JSON,
	})
}

// UnmarshalJSON reads the JSON form.
func (row *Row) UnmarshalJSON(data []byte) error {
	var form rowJSON
	if err := strictly(data, &form); err != nil {
		return err
	}
	*row = Row{
		LocalAddress: form.LocalAddress, Neighbor: form.Neighbor, ASN: form.ASN, Life: form.Life, Since: form.Since,
		Learned: form.Learned, Routes: form.Routes, Advertised: form.Advertised, MessageInterval: time.Duration(form.MessageInterval), JSON: form.JSON,
	}
	return nil
}

// MarshalJSON writes the JSON form.
func (stage Stage) MarshalJSON() ([]byte, error) {
	return json.Marshal(stageJSON{State: stage.State, For: control.Duration(stage.For)})
}

// UnmarshalJSON reads the JSON form.
func (stage *Stage) UnmarshalJSON(data []byte) error {
	var form stageJSON
	if err := strictly(data, &form); err != nil {
		return err
	}
	*stage = Stage{State: form.State, For: time.Duration(form.For)}
	return nil
}
