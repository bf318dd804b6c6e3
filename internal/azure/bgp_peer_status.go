package azure

import (
	"context"
	"encoding/json"
	"net/netip"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
)

// StateConnected is the State of a BGP session that is up. The REST reference also
// lists Unknown, Stopped, Idle and Connecting. Any other value of the service is kept
// as it came.
const StateConnected = "Connected"

// BGPPeerStatus is one BGP session of a gateway, between one of the gateway's addresses
// and one neighbor (BgpPeerStatus of the REST reference). A field is nil if the service
// left it out or sent something unreadable.
//
// A gateway also lists itself and its sibling instance. An active-active gateway may
// list a neighbor once per instance. LocalAddress and Neighbor together identify a row.
type BGPPeerStatus struct {
	LocalAddress *string // the gateway's own address
	Neighbor     *string // the other end's address
	ASN          *int64  // the other end's, 0 to 4294967295
	State        *string
	// ConnectedDuration is for how long the session has been up, as the service writes
	// it; see [ParseTimeSpan]. It is nil if the session is not up.
	ConnectedDuration *string
	RoutesReceived    *int64 // routes learned from the neighbor
	MessagesSent      *int64
	MessagesReceived  *int64
}

// BGPPeerStatus reads the BGP sessions of a gateway, in the service's order: those with
// peer or, if peer is the zero Addr, all. An empty list is a valid answer. It starts a
// long-running operation and waits for its end. Reads of the same gateway and peer that
// come together share one operation. Errors are [*Error]s.
//
// API: VirtualNetworkGateways getBgpPeerStatus of Microsoft.Network, 2025-01-01.
func (c *Client) BGPPeerStatus(ctx context.Context, gateway *arm.ResourceID, peer netip.Addr) ([]BGPPeerStatus, error) {
	return read(ctx, c, gatewayOperation(gateway, "getBgpPeerStatus", peer, "list of peers"), decodePeerStatus)
}

// decodePeerStatus reads one BgpPeerStatus. It is lenient: a number may come as a
// string, and an unreadable value counts as absent.
func decodePeerStatus(_ string, from *json.Decoder) (BGPPeerStatus, error) {
	var row struct {
		LocalAddress      text    `json:"localAddress"`
		Neighbor          text    `json:"neighbor"`
		ASN               integer `json:"asn"`
		State             text    `json:"state"`
		ConnectedDuration text    `json:"connectedDuration"`
		RoutesReceived    integer `json:"routesReceived"`
		MessagesSent      integer `json:"messagesSent"`
		MessagesReceived  integer `json:"messagesReceived"`
	}
	err := from.Decode(&row)
	return BGPPeerStatus{
		LocalAddress:      row.LocalAddress.value,
		Neighbor:          row.Neighbor.value,
		ASN:               row.ASN.value,
		State:             row.State.value,
		ConnectedDuration: filled(row.ConnectedDuration),
		RoutesReceived:    row.RoutesReceived.value,
		MessagesSent:      row.MessagesSent.value,
		MessagesReceived:  row.MessagesReceived.value,
	}, err
}
