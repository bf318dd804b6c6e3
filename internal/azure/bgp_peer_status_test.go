package azure_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

func TestRows(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		json string
		want azure.BGPPeerStatus
	}{
		"as recorded": {
			`{"localAddress":"10.0.0.254","neighbor":"10.1.0.254","asn":1337,"state":"Connecting","routesReceived":0,"messagesSent":0,"messagesReceived":0}`,
			azure.BGPPeerStatus{
				LocalAddress: ptr("10.0.0.254"), Neighbor: ptr("10.1.0.254"), ASN: ptr(int64(1337)), State: ptr("Connecting"),
				RoutesReceived: ptr(int64(0)), MessagesSent: ptr(int64(0)), MessagesReceived: ptr(int64(0)),
			},
		},
		"connected, the highest ASN": {
			`{"localAddress":"fd00::1","neighbor":"fd00::2","asn":4294967295,"state":"Connected","connectedDuration":"9.01:04:53.5768637","routesReceived":9007199254740993,"messagesSent":500,"messagesReceived":507}`,
			azure.BGPPeerStatus{
				LocalAddress: ptr("fd00::1"), Neighbor: ptr("fd00::2"), ASN: ptr(int64(4294967295)), State: ptr("Connected"), ConnectedDuration: ptr("9.01:04:53.5768637"),
				RoutesReceived: ptr(int64(9007199254740993)), MessagesSent: ptr(int64(500)), MessagesReceived: ptr(int64(507)),
			},
		},
		"nothing":            {`{}`, azure.BGPPeerStatus{}},
		"nulls":              {`{"localAddress":null,"neighbor":null,"asn":null,"state":null,"connectedDuration":null,"routesReceived":null,"messagesSent":null,"messagesReceived":null}`, azure.BGPPeerStatus{}},
		"not an object":      {`"row"`, azure.BGPPeerStatus{}},
		"a state of its own": {`{"state":"Established"}`, azure.BGPPeerStatus{State: ptr("Established")}},
		"an empty duration":  {`{"connectedDuration":""}`, azure.BGPPeerStatus{}},
		"a blank duration":   {`{"connectedDuration":" "}`, azure.BGPPeerStatus{}},
		"numbers as strings": {
			`{"asn":"4200000001","routesReceived":" 6 ","messagesSent":"0","messagesReceived":"x"}`,
			azure.BGPPeerStatus{ASN: ptr(int64(4200000001)), RoutesReceived: ptr(int64(6)), MessagesSent: ptr(int64(0))},
		},
		"other types": {`{"asn":1.5,"state":7,"neighbor":{},"messagesSent":[1]}`, azure.BGPPeerStatus{}},
		"more fields": {`{"state":"Idle","holdTime":180}`, azure.BGPPeerStatus{State: ptr("Idle")}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(func(c *emulated.Config) {
					c.Gateways[0].Rows = []emulated.Row{{JSON: json.RawMessage(tt.json)}}
				})
				rows, err := newClient(t, w.transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff([]azure.BGPPeerStatus{tt.want}, rows); diff != "" {
					t.Errorf("rows (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func ptr[T any](v T) *T { return &v }
