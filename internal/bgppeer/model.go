package bgppeer

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

// model is a bgp_peer in configuration, plan and state.
type model struct {
	regional.Base
	BGPGroupID         types.String   `tfsdk:"bgp_group_id"`
	PeerIPAddress      iptext.Address `tfsdk:"peer_ip_address"`
	IPVersion          iptext.Version `tfsdk:"ip_version"`
	EnableBFD          types.Bool     `tfsdk:"enable_bfd"`
	BFDMultiHop        types.Int64    `tfsdk:"bfd_multi_hop"`
	WaitForEstablished types.Bool     `tfsdk:"wait_for_established"`
	BGPStatus          types.String   `tfsdk:"bgp_status"`
	Name               types.String   `tfsdk:"name"`
	Description        types.String   `tfsdk:"description"`
	RouterID           types.String   `tfsdk:"router_id"`
	PeerASN            types.Int64    `tfsdk:"peer_asn"`
	LocalASN           types.Int64    `tfsdk:"local_asn"`
	IsFakeASN          types.Bool     `tfsdk:"is_fake_asn"`
	HoldTime           types.Int64    `tfsdk:"hold_time"`
	KeepaliveTime      types.Int64    `tfsdk:"keepalive_time"`
	RouteLimit         types.Int64    `tfsdk:"route_limit"`
}

// createInput is the strict conversion of a plan to the create call.
func (m *model) createInput() alibabacloud.CreateBGPPeerInput {
	return alibabacloud.CreateBGPPeerInput{
		Region:        m.Region.ValueString(),
		GroupID:       m.BGPGroupID.ValueString(),
		PeerIPAddress: m.PeerIPAddress.ValueString(),
		IPVersion:     m.IPVersion.Canonical(),
		EnableBFD:     m.EnableBFD.ValueBool(),
		BFDMultiHop:   m.BFDMultiHop.ValueInt64(),
	}
}

// modifyInput is the strict conversion of a plan to the modify call. It always has all
// arguments, since the service takes a missing EnableBfd for false.
func (m *model) modifyInput() alibabacloud.ModifyBGPPeerInput {
	return alibabacloud.ModifyBGPPeerInput{
		Region:        m.Region.ValueString(),
		ID:            m.ID.ValueString(),
		PeerIPAddress: m.PeerIPAddress.ValueString(),
		EnableBFD:     m.EnableBFD.ValueBool(),
		BFDMultiHop:   m.BFDMultiHop.ValueInt64(),
	}
}

// Difference names the first argument, of those that ModifyBgpPeerAttribute can change,
// in which o differs from m, a plan; "" if there is none.
func (m *model) Difference(o *model) string {
	switch {
	case !m.PeerIPAddress.IsUnknown() && !m.PeerIPAddress.Same(o.PeerIPAddress):
		return "peer_ip_address"
	case m.EnableBFD.ValueBool() != o.EnableBFD.ValueBool():
		return "enable_bfd"
	case !m.BFDMultiHop.Equal(o.BFDMultiHop):
		return "bfd_multi_hop"
	}
	return ""
}

// Sent names what a write sends: all three, or nothing if an update does not change any.
func (m *model) Sent(prior *model) []string {
	if prior != nil && m.Difference(prior) == "" {
		return nil
	}
	return []string{"peer_ip_address", "enable_bfd", "bfd_multi_hop"}
}

// fill is the lenient conversion of the service's answer. An argument that the answer
// lacks stays as it was, or gets its default if it had no value: the older form of the
// answer has no IP version and no BFD. What only Terraform knows (region, wait,
// timeouts) stays. The diagnostics are warnings.
func (m *model) fill(p *alibabacloud.BGPPeer) (diags diag.Diagnostics) {
	m.ID = types.StringValue(p.ID)
	if p.GroupID != "" {
		m.BGPGroupID = types.StringValue(p.GroupID)
	}
	switch err := iptext.CheckAddress(p.PeerIPAddress); {
	case p.PeerIPAddress != "" && err == nil:
		m.PeerIPAddress = iptext.NewAddress(p.PeerIPAddress)
	case p.PeerIPAddress != "":
		diags.AddAttributeWarning(path.Root("peer_ip_address"), "The service shows no IP address",
			fmt.Sprintf("%s: the service shows %q as its address, which cannot be compared. The state keeps what it had.", "BGP peer "+m.ID.ValueString(), p.PeerIPAddress))
		fallthrough
	default:
		if m.PeerIPAddress.IsUnknown() {
			m.PeerIPAddress = iptext.Address{}
		}
	}
	switch {
	case p.IPVersion != "":
		m.IPVersion = iptext.NewVersion(p.IPVersion)
	case m.IPVersion.ValueString() == "":
		// The address has the version.
		m.IPVersion = iptext.NewVersion(iptext.VersionOf(p.PeerIPAddress))
	}
	if p.EnableBFD != nil || m.EnableBFD.IsNull() {
		m.EnableBFD = types.BoolValue(p.EnableBFD != nil && *p.EnableBFD)
	}
	switch {
	case !m.EnableBFD.ValueBool():
		// The service may keep a hop count while BFD is off; it means nothing then.
		m.BFDMultiHop = types.Int64Null()
	case p.BFDMultiHop != nil:
		m.BFDMultiHop = types.Int64Value(*p.BFDMultiHop)
	}
	if m.WaitForEstablished.IsNull() {
		// After an import or a move: the default, so that the plan shows no difference.
		m.WaitForEstablished = types.BoolValue(false)
	}
	m.Status = types.StringValue(string(p.Status))
	m.BGPStatus = types.StringValue(string(p.SessionState))
	m.Name = types.StringValue(p.Name)
	m.Description = types.StringValue(p.Description)
	m.RouterID = types.StringValue(p.RouterID)
	m.PeerASN = types.Int64PointerValue(p.PeerASN)
	m.LocalASN = types.Int64PointerValue(p.LocalASN)
	m.IsFakeASN = types.BoolPointerValue(p.IsFakeASN)
	m.HoldTime = types.Int64PointerValue(p.HoldTime)
	m.KeepaliveTime = types.Int64PointerValue(p.KeepaliveTime)
	m.RouteLimit = types.Int64PointerValue(p.RouteLimit)
	return diags
}
