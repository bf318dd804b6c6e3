package bgppeerstatus

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
)

// model is the data source's configuration and result.
type model struct {
	ID                        types.String   `tfsdk:"id"`
	VirtualNetworkGatewayID   types.String   `tfsdk:"virtual_network_gateway_id"`
	ResourceGroupName         types.String   `tfsdk:"resource_group_name"`
	VirtualNetworkGatewayName types.String   `tfsdk:"virtual_network_gateway_name"`
	SubscriptionID            types.String   `tfsdk:"subscription_id"`
	Peer                      types.String   `tfsdk:"peer"`
	WaitForConnected          types.Bool     `tfsdk:"wait_for_connected"`
	Peers                     []peerModel    `tfsdk:"peers"`
	Timeouts                  timeouts.Value `tfsdk:"timeouts"`
}

// peerModel is one session of the result.
type peerModel struct {
	Neighbor          types.String `tfsdk:"neighbor"`
	LocalAddress      types.String `tfsdk:"local_address"`
	ASN               types.Int64  `tfsdk:"asn"`
	State             types.String `tfsdk:"state"`
	ConnectedDuration types.String `tfsdk:"connected_duration"`
	ConnectedSeconds  types.Int64  `tfsdk:"connected_seconds"`
	RoutesReceived    types.Int64  `tfsdk:"routes_received"`
	MessagesSent      types.Int64  `tfsdk:"messages_sent"`
	MessagesReceived  types.Int64  `tfsdk:"messages_received"`
}

// gateway is the gateway that a valid configuration means.
func (m *model) gateway(c *clouds.Clouds) (*arm.ResourceID, diag.Diagnostics) {
	var diags diag.Diagnostics
	if !m.VirtualNetworkGatewayID.IsNull() {
		id, err := azure.ParseGatewayID(m.VirtualNetworkGatewayID.ValueString())
		if err != nil {
			diags.AddAttributeError(gatewayIDPath, summaryGatewayID, err.Error())
		}
		return id, diags
	}
	subscription := m.SubscriptionID.ValueString()
	if m.SubscriptionID.IsNull() {
		var err error
		if subscription, err = c.KnownSubscriptionID(); err != nil {
			diags.Append(diagnostics.AtAttribute(subscriptionPath, "No subscription for the gateway", err))
			return nil, diags
		}
	}
	id, err := azure.NewGatewayID(subscription, m.ResourceGroupName.ValueString(), m.VirtualNetworkGatewayName.ValueString())
	if err != nil {
		diags.AddError("Not the name of a virtual network gateway", err.Error())
	}
	return id, diags
}

// named are the arguments by which a valid configuration names the gateway.
func (m *model) named() []string {
	switch {
	case !m.VirtualNetworkGatewayID.IsNull():
		return []string{"virtual_network_gateway_id"}
	case m.SubscriptionID.IsNull():
		return []string{"resource_group_name", "virtual_network_gateway_name"}
	}
	return []string{"resource_group_name", "virtual_network_gateway_name", "subscription_id"}
}

// fill is the lenient conversion of the service's rows.
func (m *model) fill(ctx context.Context, gateway *arm.ResourceID, rows []azure.BGPPeerStatus) {
	slices.SortStableFunc(rows, byAddresses)
	m.ID = types.StringValue(gateway.String())
	m.Peers = make([]peerModel, len(rows))
	for i := range rows {
		m.Peers[i] = newPeerModel(ctx, &rows[i])
	}
}

func newPeerModel(ctx context.Context, row *azure.BGPPeerStatus) peerModel {
	return peerModel{
		Neighbor:          types.StringPointerValue(row.Neighbor),
		LocalAddress:      types.StringPointerValue(row.LocalAddress),
		ASN:               types.Int64PointerValue(row.ASN),
		State:             types.StringPointerValue(row.State),
		ConnectedDuration: types.StringPointerValue(row.ConnectedDuration),
		ConnectedSeconds:  connectedSeconds(ctx, row),
		RoutesReceived:    types.Int64PointerValue(row.RoutesReceived),
		MessagesSent:      types.Int64PointerValue(row.MessagesSent),
		MessagesReceived:  types.Int64PointerValue(row.MessagesReceived),
	}
}

// connectedSeconds is null where the service sends no duration or a blank one,
// which it does for sessions that are not up.
func connectedSeconds(ctx context.Context, row *azure.BGPPeerStatus) types.Int64 {
	if row.ConnectedDuration == nil || strings.TrimSpace(*row.ConnectedDuration) == "" {
		return types.Int64Null()
	}
	span, err := azure.ParseTimeSpan(*row.ConnectedDuration)
	if err != nil {
		tflog.Warn(ctx, "A session's connectedDuration cannot be read: connected_seconds is null", map[string]any{
			"session": row.String(), "error": err.Error(),
		})
		return types.Int64Null()
	}
	return types.Int64Value(int64(span / time.Second))
}

// byAddresses orders rows by neighbor, then local address.
func byAddresses(a, b azure.BGPPeerStatus) int {
	return cmp.Or(byAddress(a.Neighbor, b.Neighbor), byAddress(a.LocalAddress, b.LocalAddress))
}

// byAddress orders IP addresses by number, IPv4 before IPv6, after them what is
// no address, as text, and last what is absent.
func byAddress(a, b *string) int {
	rank := func(s *string) (int, netip.Addr, string) {
		if s == nil {
			return 2, netip.Addr{}, ""
		}
		if addr, err := netip.ParseAddr(*s); err == nil {
			return 0, addr, ""
		}
		return 1, netip.Addr{}, *s
	}
	aRank, aAddr, aText := rank(a)
	bRank, bAddr, bText := rank(b)
	return cmp.Or(cmp.Compare(aRank, bRank), aAddr.Compare(bAddr), cmp.Compare(aText, bText))
}
