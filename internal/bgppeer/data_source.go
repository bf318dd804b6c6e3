package bgppeer

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/rows"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

// NewDataSource returns bgp_peers, the BGP peers of one region.
func NewDataSource() datasource.DataSource {
	return &regional.DataSource[row, dataModel, *dataModel]{
		Type:  "bgp_peers",
		Nouns: "BGP peers",
		Description: "The BGP peers of one region on Alibaba Cloud, from all pages of the listing (`DescribeBgpPeers` of the VPC API). " +
			"Without a filter, these are all peers of the region. Several filters must all match. The MD5 key, which the service also sends, is dropped.",
		Filters: map[string]schema.Attribute{
			"bgp_peer_id":  regional.DataFilter(validators.ID(), "Only the peer with this id, `bgp-…`. A peer that does not exist gives an empty list."),
			"bgp_group_id": regional.DataFilter(validators.ID(), "Only the peers of this BGP group, `bgpg-…`."),
			"router_id":    regional.DataFilter(validators.ID(), "Only the peers of this virtual border router, `vbr-…`."),
			"is_default":   schema.BoolAttribute{Optional: true, MarkdownDescription: "Only the peers of default (`true`) or other (`false`) BGP groups. The service does the filtering."},
		},
		List:    "peers",
		ListOf:  "The peers, ordered by id.",
		Columns: columns,
		Get: func(ctx context.Context, client *alibabacloud.Client, config *dataModel) ([]row, error) {
			return client.BGPPeers(ctx, alibabacloud.BGPPeerFilter{
				Region:    config.Region.ValueString(),
				ID:        config.BGPPeerID.ValueString(),
				GroupID:   config.BGPGroupID.ValueString(),
				RouterID:  config.RouterID.ValueString(),
				IsDefault: config.IsDefault.ValueBoolPointer(),
			})
		},
	}
}

// dataModel is the configuration and the result of bgp_peers.
type dataModel struct {
	regional.InRegion
	BGPPeerID  types.String `tfsdk:"bgp_peer_id"`
	BGPGroupID types.String `tfsdk:"bgp_group_id"`
	RouterID   types.String `tfsdk:"router_id"`
	IsDefault  types.Bool   `tfsdk:"is_default"`
	Peers      types.List   `tfsdk:"peers"`
}

// row is one peer of the result.
type row = alibabacloud.BGPPeer

// columns are what a row of bgp_peers has. A name, a description and a session state
// can be empty; what names something is null where the service leaves it out.
var columns = rows.Columns[row]{
	rows.String("id", "The peer's id, `bgp-…`.", func(p *row) *string { return &p.ID }),
	rows.String("region", "The peer's region.", func(p *row) *string { return &p.RegionID }),
	rows.String("bgp_group_id", "The id of the peer's BGP group, `bgpg-…`.", func(p *row) *string { return rows.OrNull(p.GroupID) }),
	rows.String("router_id", "The id of the virtual border router, `vbr-…`.", func(p *row) *string { return rows.OrNull(p.RouterID) }),
	rows.String("name", "The peer's name. May be empty.", func(p *row) *string { return &p.Name }),
	rows.String("description", "The description of the BGP group. May be empty.", func(p *row) *string { return &p.Description }),
	rows.String("peer_ip_address", "The neighbor's IP address.", func(p *row) *string { return rows.OrNull(p.PeerIPAddress) }),
	rows.String("ip_version", "`IPv4` or `IPv6`.", func(p *row) *string { return rows.OrNull(p.IPVersion) }),
	rows.String("status", "The life-cycle status: `Pending`, `Available`, `Modifying` or `Deleting`. `Deleted` peers are left out.",
		func(p *row) *string { return rows.OrNull(p.Status) }),
	rows.String("bgp_status", "The BGP session state: `Idle`, `Connect`, `Active`, `Established` or `Down`. Empty while the service reports none.",
		func(p *row) *string { return new(string(p.SessionState)) }),
	rows.Int64("peer_asn", "The neighbor's autonomous system number (ASN).", func(p *row) *int64 { return p.PeerASN }),
	rows.Int64("local_asn", "The ASN on the Alibaba Cloud side.", func(p *row) *int64 { return p.LocalASN }),
	rows.Bool("is_fake_asn", "Whether the group shows a fake ASN to the neighbor.", func(p *row) *bool { return p.IsFakeASN }),
	rows.Bool("enable_bfd", "Whether Bidirectional Forwarding Detection (BFD) watches the session.", func(p *row) *bool { return p.EnableBFD }),
	rows.Int64("bfd_multi_hop", "The BFD hop count: the most network devices that a packet may cross. Null if BFD is off.", bfdMultiHop),
	rows.Int64("hold_time", "The hold time in seconds: how long the session survives without a keepalive.", func(p *row) *int64 { return p.HoldTime }),
	rows.Int64("keepalive_time", "The interval between keepalives in seconds.", func(p *row) *int64 { return p.KeepaliveTime }),
	rows.Int64("route_limit", "The most routes that the peer may have.", func(p *row) *int64 { return p.RouteLimit }),
	rows.Int64("advertised_route_count", "The number of routes advertised to the neighbor.", func(p *row) *int64 { return p.AdvertisedRouteCount }),
	rows.Int64("received_route_count", "The number of routes received from the neighbor.", func(p *row) *int64 { return p.ReceivedRouteCount }),
	rows.String("modified_at", "When the peer was last modified, as the service writes it, such as `2022-05-20T07:29:08Z`.",
		func(p *row) *string { return rows.OrNull(p.ModifiedAt) }),
}

// bfdMultiHop is null while BFD is off, whatever the service keeps: bgp_peer has it
// so, and refuses the 0 that the service may send.
func bfdMultiHop(p *row) *int64 {
	if p.EnableBFD == nil || !*p.EnableBFD {
		return nil
	}
	return p.BFDMultiHop
}
