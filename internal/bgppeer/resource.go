// Package bgppeer is BGP peers on Alibaba Cloud: the resource and the list resource
// bgp_peer, and the data source bgp_peers.
package bgppeer

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
	Type:      "bgp_peer",
	Noun:      "BGP peer",
	Arguments: []string{"region", "bgp_group_id", "peer_ip_address", "ip_version", "enable_bfd", "bfd_multi_hop"},
	CheckID:   checkID,
	Example:   "bgp-m5eoyp2mwegk8ce9v1234",
	Place:     "in its BGP group (data source bgp_peers, or the console)",
	Moved:     "alicloud_vpc_bgp_peer",
}

// Resource is bgp_peer.
type Resource struct {
	regional.Resource[model, *model]
}

// NewResource returns bgp_peer, to be configured by the framework.
func NewResource() resource.Resource { return &Resource{regional.Resource[model, *model]{Kind: &kind}} }

// checkID checks the id of a peer.
func checkID(id string) error {
	switch {
	case strings.Contains(id, "/"):
		return errors.New("it has more than one slash")
	case strings.HasPrefix(id, "bgpg-"):
		return errors.New("bgpg-… is the id of a BGP group; the id of a peer starts with bgp-")
	case !strings.HasPrefix(strings.ToLower(id), "bgp-") || len(id) == len("bgp-"):
		return errors.New("the id of a peer starts with bgp-")
	}
	return nil
}

// Parent is the group.
func (m *model) Parent() string { return "BGP group " + m.BGPGroupID.ValueString() }

// Create makes the peer.
func (m *model) Create(ctx context.Context, client *alibabacloud.Client) (id string, err error) {
	return client.CreateBGPPeer(ctx, m.createInput())
}

// Read reads the peer.
func (m *model) Read(ctx context.Context, client *alibabacloud.Client) (diag.Diagnostics, error) {
	peer, err := client.BGPPeer(ctx, m.Region.ValueString(), m.ID.ValueString())
	if err != nil {
		return nil, err
	}
	return m.fill(&peer), nil
}

// Modify sends all arguments that can be changed, in one call.
func (m *model) Modify(ctx context.Context, client *alibabacloud.Client, state *model) error {
	if m.Difference(state) == "" {
		return nil
	}
	return client.ModifyBGPPeer(ctx, m.modifyInput())
}

// Wait waits until the peer is Available and, with wait_for_established, its session
// Established.
func (m *model) Wait(ctx context.Context, client *alibabacloud.Client, done func(*model, bool) bool) error {
	goal, established := string(alibabacloud.StatusAvailable), m.WaitForEstablished.ValueBool()
	if established {
		goal = string(alibabacloud.SessionEstablished)
	}
	peer, err := client.WaitBGPPeer(ctx, m.Region.ValueString(), m.ID.ValueString(), goal, func(p alibabacloud.BGPPeer) bool {
		seen := *m
		seen.fill(&p)
		return done(&seen, p.Status == alibabacloud.StatusAvailable && (!established || p.SessionState == alibabacloud.SessionEstablished))
	})
	if errors.Is(err, context.DeadlineExceeded) && established && peer.Status == alibabacloud.StatusAvailable {
		err = notEstablished(err, peer.SessionState)
	}
	return err
}

// NotReady puts back the state's wait_for_established. So the next plan shows that the
// wait of this update is still to be done.
func (m *model) NotReady(prior *model) { m.WaitForEstablished = prior.WaitForEstablished }

// Delete deletes the peer, and waits until it is gone.
func (m *model) Delete(ctx context.Context, client *alibabacloud.Client) error {
	if err := client.DeleteBGPPeer(ctx, m.Region.ValueString(), m.ID.ValueString()); err != nil {
		return err
	}
	return client.WaitBGPPeerGone(ctx, m.Region.ValueString(), m.ID.ValueString())
}
