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
		MarkdownDescription: "A BGP peer on Alibaba Cloud: one BGP neighbor of a virtual border router (VBR), in a BGP group " +
			"(`CreateBgpPeer` of the VPC API). ASNs, timers and the route limit belong to the group and are read-only here. " +
			"The group's MD5 key is never read into the state.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The peer's id, `bgp-…`, from the service (`BgpPeerId`).",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"region": kind.Region("the BGP group"),
			"bgp_group_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The id of the BGP group that the peer joins, `bgpg-…`. A change replaces the peer.",
				Validators:          []validator.String{validators.Required(validators.ID())},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"peer_ip_address": schema.StringAttribute{
				CustomType: iptext.AddressType{},
				Optional:   true,
				Computed:   true,
				MarkdownDescription: "The neighbor's IP address, of the family in `ip_version`. Changed in place. " +
					"It can be left out only if the VBR has exactly one circuit: the service then fills it in. " +
					"Two spellings of one IPv6 address are the same value. If you remove it later, the address stays as it is.",
				Validators:    []validator.String{validators.Address()},
				PlanModifiers: []planmodifier.String{iptext.AddressType{}.KeepSpelling(), stringplanmodifier.UseNonNullStateForUnknown()},
			},
			"ip_version": schema.StringAttribute{
				CustomType: iptext.VersionType{},
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(iptext.IPv4),
				MarkdownDescription: "The IP version of the session, `IPv4` (default) or `IPv6`, in any letter case. " +
					"IPv6 needs a VBR and a region with IPv6 enabled. A change replaces the peer.",
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
				CustomType: validators.WholeNumber{Range: "1 to 255"},
				Optional:   true,
				MarkdownDescription: "The BFD hop count, 1–255: the most network devices that a packet may cross between source and destination. " +
					"Required with `enable_bfd = true`, not allowed without it. Changed in place.",
				Validators: []validator.Int64{int64validator.Between(1, 255)},
			},
			"wait_for_established": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether create and update wait until the BGP session is `Established`, and fail if it is not in time (`timeouts`). " +
					"Default `false`: they end when the peer is `Available`, in any state of the session, because the other router may come up later.",
			},
			"status": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The peer's life-cycle status at the last read: `Pending`, `Available`, `Modifying` or `Deleting`.",
			},
			"bgp_status": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "The state of the BGP session at the last read: `Idle`, `Connect`, `Active`, `Established` or `Down`. " +
					"Empty while the service reports none.",
			},
			"name": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The peer's name. The service sets it; it cannot be changed.",
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
				CustomType:          validators.WholeNumber{},
				Computed:            true,
				MarkdownDescription: "The neighbor's autonomous system number (ASN), from the BGP group.",
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseNonNullStateForUnknown()},
			},
			"local_asn": schema.Int64Attribute{
				CustomType:          validators.WholeNumber{},
				Computed:            true,
				MarkdownDescription: "The ASN on the Alibaba Cloud side, from the BGP group.",
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseNonNullStateForUnknown()},
			},
			"is_fake_asn": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the group shows a fake ASN to the neighbor.",
				PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseNonNullStateForUnknown()},
			},
			"hold_time": schema.Int64Attribute{
				CustomType:          validators.WholeNumber{},
				Computed:            true,
				MarkdownDescription: "The hold time in seconds: how long the session survives without a keepalive.",
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseNonNullStateForUnknown()},
			},
			"keepalive_time": schema.Int64Attribute{
				CustomType:          validators.WholeNumber{},
				Computed:            true,
				MarkdownDescription: "The interval between keepalives in seconds.",
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseNonNullStateForUnknown()},
			},
			"route_limit": schema.Int64Attribute{
				CustomType:          validators.WholeNumber{},
				Computed:            true,
				MarkdownDescription: "The most routes that the peer may have, from the BGP group.",
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
