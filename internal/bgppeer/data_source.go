package bgppeer

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// DataSource is bgp_peers: the BGP peers of one region.
type DataSource struct {
	clouds *clouds.Clouds
}

// NewDataSource returns bgp_peers, to be configured by the framework.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// dataModel is the configuration and the result of bgp_peers.
type dataModel struct {
	Region     types.String `tfsdk:"region"`
	BGPPeerID  types.String `tfsdk:"bgp_peer_id"`
	BGPGroupID types.String `tfsdk:"bgp_group_id"`
	RouterID   types.String `tfsdk:"router_id"`
	IsDefault  types.Bool   `tfsdk:"is_default"`
	Peers      []peerModel  `tfsdk:"peers"`
}

// peerModel is one peer of the result.
type peerModel struct {
	ID                   types.String `tfsdk:"id"`
	Region               types.String `tfsdk:"region"`
	BGPGroupID           types.String `tfsdk:"bgp_group_id"`
	RouterID             types.String `tfsdk:"router_id"`
	Name                 types.String `tfsdk:"name"`
	Description          types.String `tfsdk:"description"`
	PeerIPAddress        types.String `tfsdk:"peer_ip_address"`
	IPVersion            types.String `tfsdk:"ip_version"`
	Status               types.String `tfsdk:"status"`
	BGPStatus            types.String `tfsdk:"bgp_status"`
	PeerASN              types.Int64  `tfsdk:"peer_asn"`
	LocalASN             types.Int64  `tfsdk:"local_asn"`
	IsFakeASN            types.Bool   `tfsdk:"is_fake_asn"`
	EnableBFD            types.Bool   `tfsdk:"enable_bfd"`
	BFDMultiHop          types.Int64  `tfsdk:"bfd_multi_hop"`
	HoldTime             types.Int64  `tfsdk:"hold_time"`
	KeepaliveTime        types.Int64  `tfsdk:"keepalive_time"`
	RouteLimit           types.Int64  `tfsdk:"route_limit"`
	AdvertisedRouteCount types.Int64  `tfsdk:"advertised_route_count"`
	ReceivedRouteCount   types.Int64  `tfsdk:"received_route_count"`
	ModifiedAt           types.String `tfsdk:"modified_at"`
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_peers"
}

// Configure takes what the provider block made.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.clouds = clouds.FromProvider(req.ProviderData, &resp.Diagnostics)
}

// Schema describes bgp_peers to Terraform.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	number := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
	}
	filter := func(check validator.String, description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{check}}
	}

	region := filter(validators.Region(), "The region to read, such as `cn-shanghai`. Default: the provider's region.")
	region.Computed = true

	resp.Schema = schema.Schema{
		MarkdownDescription: "The BGP peers of one region on Alibaba Cloud, of every page that the service has (`DescribeBgpPeers` of the VPC API). " +
			"Without a filter all peers of the region; several filters must all hold. The MD5 key, which the service sends along, is dropped.\n\n" +
			"Every plan and apply reads anew. A read, retries included, ends after 5 minutes at the latest.",
		Attributes: map[string]schema.Attribute{
			"region":       region,
			"bgp_peer_id":  filter(validators.ID(), "Only the peer with this id, `bgp-…`. A peer that does not exist gives an empty list."),
			"bgp_group_id": filter(validators.ID(), "Only the peers of this BGP group, `bgpg-…`."),
			"router_id":    filter(validators.ID(), "Only the peers of this virtual border router, `vbr-…`."),
			"is_default":   schema.BoolAttribute{Optional: true, MarkdownDescription: "Only the peers of default (`true`) or of other (`false`) BGP groups; passed to the service as it is."},
			"peers": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The peers, ordered by id. What the service leaves out is null, or empty in `name`, `description` and `bgp_status`.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":                     text("The peer's id, `bgp-…`."),
					"region":                 text("The peer's region."),
					"bgp_group_id":           text("The id of the peer's BGP group, `bgpg-…`."),
					"router_id":              text("The id of the virtual border router, `vbr-…`."),
					"name":                   text("The peer's name."),
					"description":            text("The description of the BGP group."),
					"peer_ip_address":        text("The neighbor's IP address; null where the service gives none."),
					"ip_version":             text("`IPv4` or `IPv6`."),
					"status":                 text("The life-cycle status: `Pending`, `Available`, `Modifying` or `Deleting`. A peer that is `Deleted` is left out."),
					"bgp_status":             text("The BGP session state: `Idle`, `Connect`, `Active`, `Established` or `Down`; empty while there is none to tell."),
					"peer_asn":               number("The neighbor's autonomous system number (ASN)."),
					"local_asn":              number("The ASN on the Alibaba Cloud side."),
					"is_fake_asn":            flag("Whether a fake ASN is presented to the neighbor."),
					"enable_bfd":             flag("Whether Bidirectional Forwarding Detection (BFD) watches the session."),
					"bfd_multi_hop":          number("The BFD hop count: the most network devices that a packet may cross. What it holds while BFD is off is not documented."),
					"hold_time":              number("The hold time in seconds: how long the session survives without a keepalive."),
					"keepalive_time":         number("The interval between keepalives in seconds."),
					"route_limit":            number("The most routes that the peer may have."),
					"advertised_route_count": number("How many routes are advertised to the neighbor."),
					"received_route_count":   number("How many routes were received from the neighbor."),
					"modified_at":            text("When the peer was last modified, as the service writes it, such as `2022-05-20T07:29:08Z`."),
				}},
			},
		},
	}
}

// Read lists the peers that pass the filters.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()

	if config.Region.ValueString() == "" {
		region, err := d.clouds.KnownRegion()
		if err != nil {
			resp.Diagnostics.Append(diagnostics.AtAttribute(path.Root("region"), "No region to read BGP peers in", err))
			return
		}
		config.Region = types.StringValue(region)
	}
	client, err := d.clouds.AlibabaCloud(ctx)
	var peers []alibabacloud.BGPPeer
	if err == nil {
		peers, err = client.BGPPeers(ctx, alibabacloud.BGPPeerFilter{
			Region:    config.Region.ValueString(),
			ID:        config.BGPPeerID.ValueString(),
			GroupID:   config.BGPGroupID.ValueString(),
			RouterID:  config.RouterID.ValueString(),
			IsDefault: config.IsDefault.ValueBoolPointer(),
		})
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Cannot read the BGP peers", "", err))
		return
	}

	config.Peers = make([]peerModel, len(peers))
	for i := range peers {
		config.Peers[i] = newPeerModel(config.Region, &peers[i])
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}

// newPeerModel is the lenient conversion of one row of the service's answer, which
// is about this region. A name, a description and a session state can be empty; an
// id, an address, or what else names something, cannot.
func newPeerModel(region types.String, p *alibabacloud.BGPPeer) peerModel {
	return peerModel{
		ID:                   types.StringValue(p.ID),
		Region:               region,
		BGPGroupID:           nonEmpty(p.GroupID),
		RouterID:             nonEmpty(p.RouterID),
		Name:                 types.StringValue(p.Name),
		Description:          types.StringValue(p.Description),
		PeerIPAddress:        nonEmpty(p.PeerIPAddress),
		IPVersion:            nonEmpty(p.IPVersion),
		Status:               nonEmpty(string(p.Status)),
		BGPStatus:            types.StringValue(string(p.SessionState)),
		PeerASN:              types.Int64PointerValue(p.PeerASN),
		LocalASN:             types.Int64PointerValue(p.LocalASN),
		IsFakeASN:            types.BoolPointerValue(p.IsFakeASN),
		EnableBFD:            types.BoolPointerValue(p.EnableBFD),
		BFDMultiHop:          types.Int64PointerValue(p.BFDMultiHop),
		HoldTime:             types.Int64PointerValue(p.HoldTime),
		KeepaliveTime:        types.Int64PointerValue(p.KeepaliveTime),
		RouteLimit:           types.Int64PointerValue(p.RouteLimit),
		AdvertisedRouteCount: types.Int64PointerValue(p.AdvertisedRouteCount),
		ReceivedRouteCount:   types.Int64PointerValue(p.ReceivedRouteCount),
		ModifiedAt:           nonEmpty(p.ModifiedAt),
	}
}

// nonEmpty is null where the text is empty.
func nonEmpty(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
