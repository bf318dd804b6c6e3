package bgpgroup

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

// model is a bgp_group in configuration, plan and state.
type model struct {
	regional.Base
	RouterID         types.String   `tfsdk:"router_id"`
	PeerASN          types.Int64    `tfsdk:"peer_asn"`
	LocalASN         types.Int64    `tfsdk:"local_asn"`
	IsFakeASN        types.Bool     `tfsdk:"is_fake_asn"`
	IPVersion        iptext.Version `tfsdk:"ip_version"`
	Name             types.String   `tfsdk:"name"`
	Description      types.String   `tfsdk:"description"`
	RouteLimit       types.Int64    `tfsdk:"route_limit"`
	AuthKeyWO        types.String   `tfsdk:"auth_key_wo"` // in the configuration only
	AuthKeyWOVersion types.Int64    `tfsdk:"auth_key_wo_version"`
	HasAuthKey       types.Bool     `tfsdk:"has_auth_key"`
	HoldTime         types.Int64    `tfsdk:"hold_time"`
	KeepaliveTime    types.Int64    `tfsdk:"keepalive_time"`

	authKey string // the configuration's, for a create or an update that sends it
}

// createInput is the strict conversion of a plan to the create call.
func (m *model) createInput() alibabacloud.CreateBGPGroupInput {
	return alibabacloud.CreateBGPGroupInput{
		Region:      m.Region.ValueString(),
		RouterID:    m.RouterID.ValueString(),
		PeerASN:     m.PeerASN.ValueInt64(),
		LocalASN:    configured(m.LocalASN),
		RouteLimit:  configured(m.RouteLimit),
		IsFakeASN:   m.IsFakeASN.ValueBool(),
		IPVersion:   m.IPVersion.Canonical(),
		Name:        m.Name.ValueString(),
		Description: m.Description.ValueString(),
		AuthKey:     m.authKey,
	}
}

// configured returns nil for an unknown value, which the service chooses.
func configured(value types.Int64) *int64 {
	if value.IsUnknown() {
		return nil
	}
	return value.ValueInt64Pointer()
}

// modifyInput is the strict conversion of what a plan changes to the modify call.
// A key with a new version is sent; one that no longer has a version is cleared. A group
// whose key was never managed keeps it.
func (m *model) modifyInput(state *model) (in alibabacloud.ModifyBGPGroupInput, changed bool) {
	in = alibabacloud.ModifyBGPGroupInput{Region: m.Region.ValueString(), ID: m.ID.ValueString()}
	differs := func(planned, held attr.Value) bool {
		differs := !planned.IsUnknown() && !planned.Equal(held)
		changed = changed || differs
		return differs
	}
	if differs(m.PeerASN, state.PeerASN) {
		in.PeerASN = m.PeerASN.ValueInt64()
	}
	if differs(m.LocalASN, state.LocalASN) {
		in.LocalASN = m.LocalASN.ValueInt64Pointer()
	}
	if differs(m.RouteLimit, state.RouteLimit) {
		in.RouteLimit = m.RouteLimit.ValueInt64Pointer()
	}
	if differs(m.IsFakeASN, state.IsFakeASN) {
		in.IsFakeASN = m.IsFakeASN.ValueBoolPointer()
	}
	if differs(m.Name, state.Name) {
		in.Name = new(m.Name.ValueString())
	}
	if differs(m.Description, state.Description) {
		in.Description = new(m.Description.ValueString())
	}
	if differs(m.AuthKeyWOVersion, state.AuthKeyWOVersion) {
		in.AuthKey, in.ClearAuthKey = m.authKey, m.AuthKeyWOVersion.IsNull()
	}
	return in, changed
}

// changeable is an argument that ModifyBgpGroupAttribute can change, of two models.
type changeable struct {
	name        string
	plan, other attr.Value
}

func (m *model) changeable(o *model) []changeable {
	return []changeable{
		{"peer_asn", m.PeerASN, o.PeerASN},
		{"local_asn", m.LocalASN, o.LocalASN},
		{"is_fake_asn", m.IsFakeASN, o.IsFakeASN},
		{"name", m.Name, o.Name},
		{"description", m.Description, o.Description},
		{"route_limit", m.RouteLimit, o.RouteLimit},
	}
}

// Difference names the first argument in which o differs from m, a plan; "" if there is
// none.
func (m *model) Difference(o *model) string {
	for _, argument := range m.changeable(o) {
		if !argument.plan.IsUnknown() && !argument.plan.Equal(argument.other) {
			return argument.name
		}
	}
	return ""
}

// Sent names what a write sends: what is not as in prior.
func (m *model) Sent(prior *model) (names []string) {
	if prior == nil {
		prior = new(model)
	}
	for _, argument := range m.changeable(prior) {
		if !argument.plan.Equal(argument.other) {
			names = append(names, argument.name)
		}
	}
	return names
}

// fill is the lenient conversion of the service's answer. An argument that the answer
// lacks stays as it was, or gets its default if it had no value: the older form of the
// answer has no router and no IP version. What only Terraform knows (region, the key's
// version, timeouts) stays.
func (m *model) fill(g *alibabacloud.BGPGroup) {
	m.ID = types.StringValue(g.ID)
	if g.RouterID != "" {
		m.RouterID = types.StringValue(g.RouterID)
	}
	switch {
	case g.IPVersion != "":
		m.IPVersion = iptext.NewVersion(g.IPVersion)
	case m.IPVersion.ValueString() == "":
		m.IPVersion = iptext.NewVersion(iptext.IPv4)
	}
	for _, number := range []struct {
		field *types.Int64
		shown *int64
	}{{&m.PeerASN, g.PeerASN}, {&m.LocalASN, g.LocalASN}, {&m.RouteLimit, g.RouteLimit}} {
		if number.shown != nil {
			*number.field = types.Int64Value(*number.shown)
		}
	}
	if g.IsFakeASN != nil || m.IsFakeASN.IsNull() {
		m.IsFakeASN = types.BoolValue(g.IsFakeASN != nil && *g.IsFakeASN)
	}
	if g.HasAuthKey != nil || m.HasAuthKey.IsUnknown() {
		m.HasAuthKey = types.BoolPointerValue(g.HasAuthKey)
	}
	m.Name = regional.NullIfEmpty(g.Name)
	m.Description = regional.NullIfEmpty(g.Description)
	m.Status = types.StringValue(string(g.Status))
	m.HoldTime = types.Int64PointerValue(g.HoldTime)
	m.KeepaliveTime = types.Int64PointerValue(g.KeepaliveTime)
}
