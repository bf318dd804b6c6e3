package bgppeerstatus

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/rows"
)

// session is one row of the result.
type session struct {
	azure.BGPPeerStatus
	connectedSeconds *int64
}

// columns are the columns of a row. What the service leaves out is null.
var columns = rows.Columns[session]{
	rows.String("neighbor", "The IP address of the remote BGP peer.", func(s *session) *string { return s.Neighbor }),
	rows.String("local_address", "The gateway's own IP address in the session.", func(s *session) *string { return s.LocalAddress }),
	rows.Int64("asn", "The autonomous system number (ASN) of the remote BGP peer, 0 to 4294967295.", func(s *session) *int64 { return s.ASN }),
	rows.String("state", "The session state: `Connected`, `Connecting`, `Idle`, `Stopped` or `Unknown`. Other states of the service are passed through.",
		func(s *session) *string { return s.State }),
	rows.String("connected_duration", "How long the session has been up, as the service writes it: `[-][d.]hh:mm:ss[.fffffff]`, "+
		"such as `9.01:04:53.5768637`. Null if it is not up.", func(s *session) *string { return s.ConnectedDuration }),
	rows.Int64("connected_seconds", "`connected_duration` in whole seconds. Null if that is null or unreadable. The log reports an unreadable one.",
		func(s *session) *int64 { return s.connectedSeconds }),
	rows.Int64("routes_received", "The number of routes learned from this peer.", func(s *session) *int64 { return s.RoutesReceived }),
	rows.Int64("messages_sent", "The number of BGP messages sent to this peer.", func(s *session) *int64 { return s.MessagesSent }),
	rows.Int64("messages_received", "The number of BGP messages received from this peer.", func(s *session) *int64 { return s.MessagesReceived }),
}

// newSessions puts the service's rows in order.
func newSessions(ctx context.Context, statuses []azure.BGPPeerStatus) []session {
	slices.SortStableFunc(statuses, byAddresses)
	sessions := make([]session, len(statuses))
	for i, status := range statuses {
		sessions[i] = session{status, connectedSeconds(ctx, &status)}
	}
	return sessions
}

// connectedSeconds is nil for a session that is not up, and for a duration that cannot
// be read.
func connectedSeconds(ctx context.Context, status *azure.BGPPeerStatus) *int64 {
	if status.ConnectedDuration == nil {
		return nil
	}
	span, err := azure.ParseTimeSpan(*status.ConnectedDuration)
	if err != nil {
		tflog.Warn(ctx, "A session's connectedDuration cannot be read: connected_seconds is null", map[string]any{
			"session": status.String(), "error": err.Error(),
		})
		return nil
	}
	return new(int64(span / time.Second))
}

// byAddresses orders rows by neighbor, then local address.
func byAddresses(a, b azure.BGPPeerStatus) int {
	return cmp.Or(
		rows.RankAddress(a.Neighbor).Compare(rows.RankAddress(b.Neighbor)),
		rows.RankAddress(a.LocalAddress).Compare(rows.RankAddress(b.LocalAddress)),
	)
}
