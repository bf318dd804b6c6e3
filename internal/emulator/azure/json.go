package azure

import (
	"encoding/json"
	"net/netip"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Gateways have a JSON form, for state files and the control path. Its names
// are the fields' in snake case, durations are strings such as "250ms", and
// what is zero is left out.

type gatewayJSON struct {
	SubscriptionID string         `json:"subscription_id"`
	ResourceGroup  string         `json:"resource_group"`
	Name           string         `json:"name"`
	Location       string         `json:"location,omitempty"`
	WithoutBGP     bool           `json:"without_bgp,omitempty"`
	Exclusive      bool           `json:"exclusive,omitempty"`
	ASN            int64          `json:"asn,omitempty"`
	Prefixes       []netip.Prefix `json:"prefixes,omitempty"`
	Rows           []Row          `json:"rows"`
	Operation      *operationJSON `json:"operation,omitempty"`
}

type operationJSON struct {
	Style      Style            `json:"style,omitempty"`
	Ending     Ending           `json:"ending,omitempty"`
	Delay      control.Duration `json:"delay,omitempty"`
	RetryAfter control.Duration `json:"retry_after,omitempty"`
	Error      *CloudError      `json:"error,omitempty"`
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
func (g Gateway) MarshalJSON() ([]byte, error) {
	form := gatewayJSON{
		SubscriptionID: g.SubscriptionID, ResourceGroup: g.ResourceGroup, Name: g.Name,
		Location: g.Location, WithoutBGP: g.WithoutBGP, Exclusive: g.Exclusive,
		ASN: g.ASN, Prefixes: g.Prefixes, Rows: g.Rows,
	}
	if g.Operation != nil {
		form.Operation = &operationJSON{
			Style: g.Operation.Style, Ending: g.Operation.Ending, Delay: control.Duration(g.Operation.Delay),
			RetryAfter: control.Duration(g.Operation.RetryAfter), Error: g.Operation.Error,
		}
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads the JSON form.
func (g *Gateway) UnmarshalJSON(data []byte) error {
	var form gatewayJSON
	if err := json.Unmarshal(data, &form); err != nil {
		return err
	}
	*g = Gateway{
		SubscriptionID: form.SubscriptionID, ResourceGroup: form.ResourceGroup, Name: form.Name,
		Location: form.Location, WithoutBGP: form.WithoutBGP, Exclusive: form.Exclusive,
		ASN: form.ASN, Prefixes: form.Prefixes, Rows: form.Rows,
	}
	if op := form.Operation; op != nil {
		operation := op.operation()
		g.Operation = &operation
	}
	return nil
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
	if err := json.Unmarshal(data, &form); err != nil {
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
	if err := json.Unmarshal(data, &form); err != nil {
		return err
	}
	*stage = Stage{State: form.State, For: time.Duration(form.For)}
	return nil
}
