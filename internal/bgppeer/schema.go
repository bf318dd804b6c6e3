package bgppeer

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

// Schema describes bgp_peer to Terraform.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A BGP peer on Alibaba Cloud: one BGP neighbor of a virtual border router (VBR), as a member of a BGP group " +
			"(`CreateBgpPeer` of the VPC API). ASNs, timers, the MD5 key and the route quota belong to the group and are read-only here; " +
			"the MD5 key is never read into state.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The peer's id, `bgp-…`, as the service gave it (`BgpPeerId`).",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"region": kind.Region("the BGP group"),
			"bgp_group_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The id of the BGP group that the peer joins, `bgpg-…`. Another group replaces the peer.",
				Validators:          []validator.String{validators.Required(validators.ID())},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"peer_ip_address": schema.StringAttribute{
				CustomType: iptext.AddressType{},
				Optional:   true,
				Computed:   true,
				MarkdownDescription: "The neighbor's IP address, of the family that `ip_version` names. Changed in place. " +
					"The service fills it in when it is left out, which it accepts only where the VBR has exactly one circuit. " +
					"Two spellings of one IPv6 address are the same value. Left out later, it stays as it is.",
				Validators:    []validator.String{validators.Address()},
				PlanModifiers: []planmodifier.String{iptext.AddressType{}.KeepSpelling(), stringplanmodifier.UseNonNullStateForUnknown()},
			},
			"ip_version": schema.StringAttribute{
				CustomType: iptext.VersionType{},
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(iptext.IPv4),
				MarkdownDescription: "The IP version of the session, `IPv4` (default) or `IPv6`, in any letter case. " +
					"IPv6 needs a VBR and a region with IPv6 enabled. Another version replaces the peer.",
				Validators:    []validator.String{validators.IPVersion()},
				PlanModifiers: []planmodifier.String{iptext.VersionType{}.KeepSpelling(), stringplanmodifier.RequiresReplace()},
			},
			"enable_bfd": schema.BoolAttribute{
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(false),
				MarkdownDescription: "Whether Bidirectional Forwarding Detection (BFD) watches the session. Default `false`. Changed in place.",
			},
			"bfd_multi_hop": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "The BFD hop count, 1–255: the most network devices that a packet may cross between source and destination. " +
					"Required with `enable_bfd = true`, refused without. Changed in place.",
				Validators: []validator.Int64{int64validator.Between(1, 255)},
			},
			"wait_for_established": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether creating and updating end only when the BGP session is `Established`, and fail when `timeouts` runs out before. " +
					"Default `false`: they end when the peer is `Available`, whatever the session does, because the other router may come later. " +
					"The service never sees it.",
			},
			"status": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The peer's life-cycle status at the service when it was last read: `Pending`, `Available`, `Modifying` or `Deleting`.",
			},
			"bgp_status": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "The BGP session state when it was last read: `Idle`, `Connect`, `Active`, `Established` or `Down`; " +
					"empty while the service has none to tell.",
			},
			"name": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The peer's name, which the service sets. It has no call to change it.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseNonNullStateForUnknown()},
			},
			"description": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The description of the BGP group.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseNonNullStateForUnknown()},
			},
			"router_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The id of the virtual border router, `vbr-…`.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseNonNullStateForUnknown()},
			},
			"peer_asn": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "The neighbor's autonomous system number (ASN), from the BGP group.",
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseNonNullStateForUnknown()},
			},
			"local_asn": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "The ASN on the Alibaba Cloud side, from the BGP group.",
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseNonNullStateForUnknown()},
			},
			"is_fake_asn": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the group presents a fake ASN to the neighbor.",
				PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseNonNullStateForUnknown()},
			},
			"hold_time": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "The hold time in seconds, from the BGP group: how long the session survives without a keepalive.",
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseNonNullStateForUnknown()},
			},
			"keepalive_time": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "The interval between keepalives in seconds, from the BGP group.",
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseNonNullStateForUnknown()},
			},
			"route_limit": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "The most routes that the peer may have, from the BGP group's quota.",
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseNonNullStateForUnknown()},
			},
			"timeouts": kind.Timeouts(ctx, "the wait for `Available` (and for `Established`, with `wait_for_established`)"),
		},
	}
}

// IdentitySchema describes what identifies a peer permanently (Terraform 1.12 and later).
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = kind.IdentitySchema("bgp-…")
}
