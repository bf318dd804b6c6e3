package bgppeer

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

// NewListResource returns the list resource bgp_peer, which lists peers by id.
func NewListResource() list.ListResource {
	return &regional.ListResource[alibabacloud.BGPPeer, model, *model]{
		Resource: regional.Resource[model, *model]{Kind: &kind},
		Filters: map[string]string{
			"bgp_group_id": "Only the peers of this BGP group, `bgpg-…`.",
			"router_id":    "Only the peers of this virtual border router, `vbr-…`.",
		},
		Get: func(ctx context.Context, client *alibabacloud.Client, region string, filters map[string]string) ([]alibabacloud.BGPPeer, error) {
			return client.BGPPeers(ctx, alibabacloud.BGPPeerFilter{Region: region, GroupID: filters["bgp_group_id"], RouterID: filters["router_id"]})
		},
		Name: displayName,
		Fill: (*model).fill,
	}
}

// displayName tells peers apart at a glance, by address and session state. A peer's
// name does not: all peers of a group have the group's name.
func displayName(peer *alibabacloud.BGPPeer) string {
	about := strings.TrimSpace(peer.PeerIPAddress + " " + string(peer.SessionState))
	if about == "" {
		return peer.ID
	}
	return about + " (" + peer.ID + ")"
}
