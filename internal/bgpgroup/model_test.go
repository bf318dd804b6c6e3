package bgpgroup

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

// held is a group as a state has it.
func held() model {
	return model{
		Base:     regional.Base{ID: types.StringValue("bgpg-1"), Region: types.StringValue("cn-shanghai")},
		RouterID: types.StringValue("vbr-1"), PeerASN: types.Int64Value(65010), LocalASN: types.Int64Value(45104), RouteLimit: types.Int64Value(110),
		IsFakeASN: types.BoolValue(false), IPVersion: iptext.NewVersion("IPv4"), Name: types.StringValue("name"), HasAuthKey: types.BoolValue(true),
	}
}

func TestModifyInput(t *testing.T) {
	t.Parallel()
	versioned := func(m *model) { m.AuthKeyWOVersion = types.Int64Value(1) }
	for name, test := range map[string]struct {
		state, plan func(*model)
		want        alibabacloud.ModifyBGPGroupInput // beside region and id
		same        bool
	}{
		"nothing":                  {same: true},
		"what is not known stays":  {plan: func(m *model) { m.LocalASN, m.RouteLimit = types.Int64Unknown(), types.Int64Unknown() }, same: true},
		"the peers' ASN":           {plan: func(m *model) { m.PeerASN = types.Int64Value(1) }, want: alibabacloud.ModifyBGPGroupInput{PeerASN: 1}},
		"a name that goes":         {plan: func(m *model) { m.Name = types.StringNull() }, want: alibabacloud.ModifyBGPGroupInput{Name: new("")}},
		"a description that comes": {plan: func(m *model) { m.Description = types.StringValue("d") }, want: alibabacloud.ModifyBGPGroupInput{Description: new("d")}},
		"numbers and flags": {plan: func(m *model) {
			m.LocalASN, m.RouteLimit, m.IsFakeASN = types.Int64Value(64512), types.Int64Value(20), types.BoolValue(true)
		}, want: alibabacloud.ModifyBGPGroupInput{LocalASN: new(int64(64512)), RouteLimit: new(int64(20)), IsFakeASN: new(true)}},
		"a key of the first version":      {plan: func(m *model) { versioned(m); m.authKey = "k" }, want: alibabacloud.ModifyBGPGroupInput{AuthKey: "k"}},
		"a key of the same version":       {state: versioned, plan: func(m *model) { versioned(m); m.authKey = "k" }, same: true},
		"a key that is managed no more":   {state: versioned, want: alibabacloud.ModifyBGPGroupInput{ClearAuthKey: true}},
		"a key that was never managed":    {plan: func(m *model) { m.Name = types.StringValue("other") }, want: alibabacloud.ModifyBGPGroupInput{Name: new("other")}},
		"a key of a version to be sent":   {state: versioned, plan: func(m *model) { m.AuthKeyWOVersion, m.authKey = types.Int64Value(2), "k" }, want: alibabacloud.ModifyBGPGroupInput{AuthKey: "k"}},
		"a key with a version of nothing": {plan: func(m *model) { m.authKey = "k" }, same: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, plan := held(), held()
			if test.state != nil {
				test.state(&state)
			}
			if test.plan != nil {
				test.plan(&plan)
			}
			got, changed := plan.modifyInput(&state)
			test.want.Region, test.want.ID = "cn-shanghai", "bgpg-1"
			if diff := cmp.Diff(test.want, got); diff != "" && !test.same || changed == test.same {
				t.Errorf("changed is %v (-want +got):\n%s", changed, diff)
			}
		})
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prior func(*model)
		group alibabacloud.BGPGroup
		want  func(*model)
	}{
		"everything": {
			group: alibabacloud.BGPGroup{
				ID: "bgpg-1", RouterID: "vbr-1", Name: "n", Description: "d", IPVersion: "IPv6", Status: alibabacloud.StatusAvailable, PeerASN: new(int64(1)),
				LocalASN: new(int64(2)), RouteLimit: new(int64(3)), HoldTime: new(int64(4)), KeepaliveTime: new(int64(5)), IsFakeASN: new(true), HasAuthKey: new(false),
			},
			want: func(m *model) {
				m.Name, m.Description, m.IPVersion = types.StringValue("n"), types.StringValue("d"), iptext.NewVersion("IPv6")
				m.PeerASN, m.LocalASN, m.RouteLimit, m.HoldTime, m.KeepaliveTime = types.Int64Value(1), types.Int64Value(2), types.Int64Value(3), types.Int64Value(4), types.Int64Value(5)
				m.IsFakeASN, m.HasAuthKey, m.Status = types.BoolValue(true), types.BoolValue(false), types.StringValue("Available")
			},
		},
		"arguments that are left out are kept": {
			group: alibabacloud.BGPGroup{ID: "bgpg-1"},
			want:  func(m *model) { m.Name, m.Status = types.StringNull(), types.StringValue("") },
		},
		"what was not known and is not said is null": {
			prior: func(m *model) { m.HasAuthKey, m.IsFakeASN = types.BoolUnknown(), types.BoolNull() },
			group: alibabacloud.BGPGroup{ID: "bgpg-1", Name: "name"},
			want: func(m *model) {
				m.HasAuthKey, m.IsFakeASN, m.Status = types.BoolNull(), types.BoolValue(false), types.StringValue("")
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, got := held(), held()
			test.want(&want)
			if test.prior != nil {
				test.prior(&got)
			}
			got.fill(&test.group)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(model{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A managed key that the service had and has no more loses its version in the state;
// nothing else does that.
func TestNoticeLostKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		had, has *bool
		lost     bool
	}{
		"removed":               {new(true), new(false), true},
		"still there":           {new(true), new(true), false},
		"never shown":           {new(false), new(false), false},
		"not said any more":     {new(true), nil, false},
		"not known before":      {nil, new(false), false},
		"set by somebody since": {new(false), new(true), false},
	} {
		m := model{HasAuthKey: types.BoolPointerValue(test.had), AuthKeyWOVersion: types.Int64Value(1)}
		m.noticeLostKey(&alibabacloud.BGPGroup{HasAuthKey: test.has})
		if m.AuthKeyWOVersion.IsNull() != test.lost {
			t.Errorf("%s: the version is %s", name, m.AuthKeyWOVersion)
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for key, says := range map[string]string{
		"YourPassword+12345678": "", strings.Repeat("k", 79): "", strings.Repeat("k", 80): "OpenBGPD takes 79", strings.Repeat("k", 81): "at most 80",
		"two words": "FRR", `quo"ted`: "BIRD", "hash#ed": "OpenBGPD", "1234567": "OpenBGPD", "": "is empty", "line\n": "trimspace()", "schlüssel": "not ASCII",
	} {
		var resp validator.StringResponse
		isKey().ValidateString(t.Context(), validator.StringRequest{Path: keyPath, ConfigValue: types.StringValue(key)}, &resp)
		said := ""
		for _, d := range resp.Diagnostics {
			said += d.Summary() + " " + d.Detail()
		}
		if (said == "") != (says == "") || !strings.Contains(said, says) || key != "" && strings.Contains(said, key) {
			t.Errorf("of %q it said %q, want %q", key, said, says)
		}
	}
}

func TestDisplayName(t *testing.T) {
	t.Parallel()
	for want, group := range map[string]alibabacloud.BGPGroup{
		"azure AS65515 (bgpg-1)": {ID: "bgpg-1", Name: "azure", RouterID: "vbr-1", PeerASN: new(int64(65515))},
		"vbr-1 AS65515 (bgpg-1)": {ID: "bgpg-1", RouterID: "vbr-1", PeerASN: new(int64(65515))},
		"vbr-1 (bgpg-1)":         {ID: "bgpg-1", RouterID: "vbr-1"},
	} {
		if got := displayName(&group); got != want {
			t.Errorf("the name is %q, want %q", got, want)
		}
	}
}
