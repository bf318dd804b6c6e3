package azure

import (
	"bytes"
	"context"
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"

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
// the same gateway and peer at the same time share one. Errors are [*Error]s.
//
// API: VirtualNetworkGateways getBgpPeerStatus of Microsoft.Network, 2025-01-01.
func (c *Client) BGPPeerStatus(ctx context.Context, gateway *arm.ResourceID, peer netip.Addr) ([]BGPPeerStatus, error) {
	const action = "getBgpPeerStatus"
	query := map[string]string{}
	key := flightKey{gateway: strings.ToLower(gateway.String())}
	if peer.IsValid() {
		key.peer = peer.String()
		query["peer"] = key.peer
	}
	describe := func(err error) error {
		e := *newError(nil, err) // shared with others who wait
		e.Action, e.Gateway, e.Peer, e.Identity = action, gateway.String(), key.peer, c.identity
		return &e
	}

	if err := ctx.Err(); err != nil {
		return nil, describe((&progress{phase: PhaseStart}).ended(err))
	}
	rows, err := c.reads.do(ctx, key, func(ctx context.Context) ([]BGPPeerStatus, error) {
		log := c.logger.With("action", action, "gateway", gateway.String(), "peer", key.peer)
		log.DebugContext(ctx, "starting an operation of Azure")
		values, err := c.run(ctx, gateway, action, query)
		if err != nil {
			log.DebugContext(ctx, "the operation of Azure failed", "error", err.Error())
			return nil, err
		}
		log.DebugContext(ctx, "the operation of Azure ended", "rows", len(values))
		rows := make([]BGPPeerStatus, len(values))
		for i, value := range values {
			rows[i] = newBGPPeerStatus(value)
		}
		return rows, nil
	})
	if err != nil {
		return nil, describe(err)
	}
	return rows, nil
}

// newBGPPeerStatus is lenient: a number may come as a string, and what cannot
// be read is as good as absent.
func newBGPPeerStatus(row json.RawMessage) BGPPeerStatus {
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(row, &fields) // a row that is no object has no fields
	return BGPPeerStatus{
		LocalAddress:      text(fields["localAddress"]),
		Neighbor:          text(fields["neighbor"]),
		ASN:               integer(fields["asn"]),
		State:             text(fields["state"]),
		ConnectedDuration: text(fields["connectedDuration"]),
		RoutesReceived:    integer(fields["routesReceived"]),
		MessagesSent:      integer(fields["messagesSent"]),
		MessagesReceived:  integer(fields["messagesReceived"]),
	}
}

func text(raw json.RawMessage) *string {
	var s *string
	if json.Unmarshal(raw, &s) != nil {
		return nil
	}
	return s
}

func integer(raw json.RawMessage) *int64 {
	digits := strings.TrimSpace(string(bytes.Trim(raw, `"`)))
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return nil
	}
	return &n
}
