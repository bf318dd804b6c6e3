package azure

import (
	"context"
	"encoding/json"
	"net/netip"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
)

// StateConnected is the State of a BGP session that is up. The others that the
// REST reference lists are Unknown, Stopped, Idle and Connecting; what else the
// service may send passes through.
const StateConnected = "Connected"

// BGPPeerStatus is one BGP session of a gateway, BgpPeerStatus of the REST
// reference: how one of the gateway's addresses stands with one neighbor. nil
// is a field that the service left out, or sent as something unreadable.
//
// A gateway lists itself too, and its sibling instance; an active-active
// gateway may list a neighbor once per instance. LocalAddress and Neighbor
// together tell the rows apart.
type BGPPeerStatus struct {
	LocalAddress *string // the gateway's own address
	Neighbor     *string // the other end's address
	ASN          *int64  // the other end's, 0 to 4294967295
	State        *string
	// ConnectedDuration is for how long the session has been up, as the service
	// writes it; see [ParseTimeSpan]. Absent or blank where it is not up.
	ConnectedDuration *string
	RoutesReceived    *int64 // routes learned from the neighbor
	MessagesSent      *int64
	MessagesReceived  *int64
}

// BGPPeerStatus reads the BGP sessions of a gateway, in the service's order:
// those with peer, or all where peer is the zero Addr. No rows are a real
// answer. It starts a long-running operation and waits for its end; reads of
// the same gateway and peer that come together share one. Errors are [*Error]s.
//
// API: VirtualNetworkGateways getBgpPeerStatus of Microsoft.Network, 2025-01-01.
func (c *Client) BGPPeerStatus(ctx context.Context, gateway *arm.ResourceID, peer netip.Addr) ([]BGPPeerStatus, error) {
	return read(ctx, c, gatewayOperation(gateway, "getBgpPeerStatus", peer, "list of peers"), isValue, decodePeerStatus)
}

// decodePeerStatus reads one BgpPeerStatus. It is lenient: a number may come as a
// string, and what cannot be read is as good as absent.
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
		ConnectedDuration: row.ConnectedDuration.value,
		RoutesReceived:    row.RoutesReceived.value,
		MessagesSent:      row.MessagesSent.value,
		MessagesReceived:  row.MessagesReceived.value,
	}, err
}
