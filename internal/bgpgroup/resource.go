// Package bgpgroup is BGP groups on Alibaba Cloud: the resource and the list resource
// bgp_group, and the data source bgp_groups.
package bgpgroup

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithMoveState      = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

var kind = regional.Kind{
	Type: "bgp_group",
	Noun: "BGP group",
	Arguments: []string{
		"region", "router_id", "peer_asn", "local_asn", "is_fake_asn", "ip_version", "name", "description", "route_limit", "auth_key_wo_version",
	},
	CheckID: checkID,
	Example: "bgpg-m5eo45n3bmrmhbbrz1234",
	Place:   "on its virtual border router (data source bgp_groups, or the console)",
	Moved:   "alicloud_vpc_bgp_group",
}

// Resource is bgp_group.
type Resource struct {
	regional.Resource[model, *model]
}

// NewResource returns bgp_group, to be configured by the framework.
func NewResource() resource.Resource { return &Resource{regional.Resource[model, *model]{Kind: &kind}} }

// checkID checks the id of a group.
func checkID(id string) error {
	switch {
	case strings.Contains(id, "/"):
		return errors.New("it has more than one slash")
	case strings.HasPrefix(id, "bgp-"):
		return errors.New("bgp-… is the id of a BGP peer; the id of a group starts with bgpg-")
	case !strings.HasPrefix(strings.ToLower(id), "bgpg-") || len(id) == len("bgpg-"):
		return errors.New("the id of a group starts with bgpg-")
	}
	return nil
}

// Parent is the router.
func (m *model) Parent() string { return "Virtual border router " + m.RouterID.ValueString() }

// Create makes the group.
func (m *model) Create(ctx context.Context, client *alibabacloud.Client) (id string, err error) {
	return client.CreateBGPGroup(ctx, m.createInput())
}

// Read reads the group.
func (m *model) Read(ctx context.Context, client *alibabacloud.Client) (diag.Diagnostics, error) {
	group, err := client.BGPGroup(ctx, m.Region.ValueString(), m.ID.ValueString())
	if err != nil {
		return nil, err
	}
	m.noticeLostKey(&group)
	m.fill(&group)
	return nil, nil
}

// Modify sends all changes in one call.
func (m *model) Modify(ctx context.Context, client *alibabacloud.Client, state *model) error {
	in, changed := m.modifyInput(state)
	if !changed {
		return nil
	}
	return client.ModifyBGPGroup(ctx, in)
}

// Wait waits until the group is Available.
func (m *model) Wait(ctx context.Context, client *alibabacloud.Client, done func(*model, bool) bool) error {
	_, err := client.WaitBGPGroup(ctx, m.Region.ValueString(), m.ID.ValueString(), string(alibabacloud.StatusAvailable), func(g alibabacloud.BGPGroup) bool {
		seen := *m
		seen.fill(&g)
		return done(&seen, g.Status == alibabacloud.StatusAvailable)
	})
	return err
}

// NotReady changes nothing.
func (m *model) NotReady(*model) {}

// Delete deletes the group, and waits until it is gone.
func (m *model) Delete(ctx context.Context, client *alibabacloud.Client) error {
	if err := client.DeleteBGPGroup(ctx, m.Region.ValueString(), m.ID.ValueString()); err != nil {
		return err
	}
	return client.WaitBGPGroupGone(ctx, m.Region.ValueString(), m.ID.ValueString())
}
