package bgpgroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

// Schema describes bgp_group to Terraform.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keepNumber := []planmodifier.Int64{int64planmodifier.UseNonNullStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A BGP group on Alibaba Cloud: what the BGP peers of a virtual border router (VBR) have in common, such as ASNs, " +
			"the MD5 key and the route limit (`CreateBgpGroup` of the VPC API).",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The group's id, `bgpg-…`, from the service (`BgpGroupId`).",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"region": kind.Region("the virtual border router"),
			"router_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The id of the virtual border router, `vbr-…`. A change replaces the group.",
				Validators:          []validator.String{validators.Required(validators.ID())},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"peer_asn": schema.Int64Attribute{
				CustomType:          validators.ASN(peerASNs),
				Required:            true,
				MarkdownDescription: "The neighbor's autonomous system number (ASN), 1–4294967295, but not Alibaba Cloud's own, 45104. Changed in place.",
				Validators:          []validator.Int64{validators.CheckedInt64("Not the ASN of a neighbor", "an ASN", checkPeerASN)},
			},
			"local_asn": schema.Int64Attribute{
				CustomType: validators.ASN(localASNs),
				Optional:   true,
				Computed:   true,
				MarkdownDescription: "The ASN on the Alibaba Cloud side: 45104, 64512–65534 except 65025, or 4200000000–4294967294. " +
					"The service's default is 45104. Changed in place. If you remove it later, the ASN stays as it is.",
				Validators:    []validator.Int64{validators.CheckedInt64("Not an ASN of this side", "an ASN", checkLocalASN)},
				PlanModifiers: keepNumber,
			},
			"is_fake_asn": schema.BoolAttribute{
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(false),
				MarkdownDescription: "Whether the group shows a fake ASN to the neighbor. Default `false`. Changed in place.",
			},
			"ip_version": schema.StringAttribute{
				CustomType: iptext.VersionType{},
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(iptext.IPv4),
				MarkdownDescription: "The IP version of the group's peers, `IPv4` (default) or `IPv6`, in any letter case. " +
					"IPv6 needs a VBR and a region with IPv6 enabled. A change replaces the group.",
				Validators:    []validator.String{validators.IPVersion()},
				PlanModifiers: []planmodifier.String{iptext.VersionType{}.KeepSpelling(), stringplanmodifier.RequiresReplace()},
			},
			"name": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The group's name: a letter, then letters, digits, `.`, `_` and `-`; 2–128 characters. Changed in place; removing it clears it. " +
					"The group's peers have the same name.",
				Validators: []validator.String{validators.Checked("Not the name of a BGP group", "a name", checkName)},
			},
			"description": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "A description of 2–256 characters. It begins with a letter, but not with `http://` or `https://`. Changed in place; removing it clears it.",
				Validators:          []validator.String{validators.Checked("Not the description of a BGP group", "a description", checkDescription)},
			},
			"route_limit": schema.Int64Attribute{
				CustomType: validators.WholeNumber{Range: routeLimits},
				Optional:   true,
				Computed:   true,
				MarkdownDescription: "The most routes that a peer of the group may have. The service's default is 110; the VBR's quota is the upper limit. " +
					"Changed in place. If you remove it later, the limit stays as it is.",
				Validators:    []validator.Int64{validators.CheckedInt64("Not a number of routes", "a number", checkRouteLimit)},
				PlanModifiers: keepNumber,
			},
			"auth_key_wo": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				WriteOnly: true,
				MarkdownDescription: "The MD5 key of the group's sessions (TCP MD5, RFC 2385), at most 80 bytes. Write-only: it is in no state, no log and no planned value. " +
					"Needs `auth_key_wo_version`. Use an ephemeral variable or resource for it, since a saved plan file has a copy of the configuration and of ordinary variables. " +
					"Needs Terraform 1.11 or OpenTofu 1.11. With OpenTofu 1.10 the rest of the resource works.",
				Validators: []validator.String{isKey()},
			},
			"auth_key_wo_version": schema.Int64Attribute{
				CustomType: validators.WholeNumber{Range: "-9223372036854775808 to 9223372036854775807"},
				Optional:   true,
				MarkdownDescription: "The version of `auth_key_wo`, any number. The provider manages the key while this is set. Another number sends the key again. " +
					"Removing both arguments clears the group's key. A group that never had a version here, such as an imported one, keeps its key.",
			},
			"has_auth_key": schema.BoolAttribute{
				Computed: true,
				MarkdownDescription: "Whether the service has an MD5 key for the group. If a managed key was removed outside Terraform, " +
					"the next plan adds `auth_key_wo_version` again, and the apply sends the key. Null if the service has never said.",
			},
			"status": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The group's life-cycle status at the last read: `Pending`, `Available`, `Modifying` or `Deleting`.",
			},
			"hold_time": schema.Int64Attribute{
				CustomType:          validators.WholeNumber{},
				Computed:            true,
				MarkdownDescription: "The hold time in seconds: how long a session survives without a keepalive. The service sets it.",
				PlanModifiers:       keepNumber,
			},
			"keepalive_time": schema.Int64Attribute{
				CustomType:          validators.WholeNumber{},
				Computed:            true,
				MarkdownDescription: "The interval between keepalives in seconds. The service sets it.",
				PlanModifiers:       keepNumber,
			},
			"timeouts": kind.Timeouts(ctx, "the wait for `Available`"),
		},
	}
}

// IdentitySchema describes what identifies a group permanently (Terraform 1.12 and later).
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = kind.IdentitySchema("bgpg-…")
}
