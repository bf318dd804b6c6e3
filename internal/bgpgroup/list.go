package bgpgroup

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
)

// NewListResource returns the list resource bgp_group, which lists groups by id.
func NewListResource() list.ListResource {
	return &regional.ListResource[alibabacloud.BGPGroup, model, *model]{
		Resource: regional.Resource[model, *model]{Kind: &kind},
		Filters:  map[string]string{"router_id": "Only the groups of this virtual border router, `vbr-…`."},
		Get: func(ctx context.Context, client *alibabacloud.Client, region string, filters map[string]string) ([]alibabacloud.BGPGroup, error) {
			return client.BGPGroups(ctx, alibabacloud.BGPGroupFilter{Region: region, RouterID: filters["router_id"]})
		},
		Name: displayName,
		Fill: func(m *model, group *alibabacloud.BGPGroup) diag.Diagnostics {
			m.fill(group)
			return nil
		},
	}
}

// displayName tells groups apart at a glance. It has the group's name, or else its
// router, and the neighbors' ASN.
func displayName(group *alibabacloud.BGPGroup) string {
	about := cmp.Or(group.Name, group.RouterID)
	if group.PeerASN != nil {
		about = fmt.Sprintf("%s AS%d", about, *group.PeerASN)
	}
	return about + " (" + group.ID + ")"
}
