package bgpnetwork

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/iptext"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/regional"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/validators"
)

// Schema describes bgp_network to Terraform.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A BGP network on Alibaba Cloud: a prefix that a virtual border router (VBR) advertises to its BGP peers (`AddBgpNetwork` of the VPC API). " +
			"It cannot be changed: another value of any argument but `timeouts` replaces it.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`<router_id>:<dst_cidr_block>`. The service has no id for a network.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"region": kind.Region("the virtual border router"),
			"router_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The id of the virtual border router that advertises the prefix, `vbr-…`.",
				Validators:          []validator.String{validators.Required(validators.ID())},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"dst_cidr_block": schema.StringAttribute{
				CustomType:          iptext.PrefixType{},
				Required:            true,
				MarkdownDescription: "The prefix, without host bits: `10.0.0.0/8`. Two spellings of one IPv6 prefix are the same value.",
				Validators: []validator.String{
					validators.Required(validators.Checked("Not a prefix to advertise", "a prefix such as 10.0.0.0/8", iptext.CheckUnicastPrefix)),
				},
				PlanModifiers: []planmodifier.String{iptext.PrefixType{}.KeepSpelling(), stringplanmodifier.RequiresReplace()},
			},
			"vpc_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The id of the VPC that the prefix leads to, `vpc-…`.",
				Validators:          []validator.String{validators.ID()},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"status": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The network's life-cycle status at the last read: `Pending`, `Available` or `Deleting`. Empty while the service reports none.",
			},
			"timeouts": kind.Timeouts(ctx, "the wait for `Available`"),
		},
	}
}

// IdentitySchema describes what identifies a network permanently (Terraform 1.12 and later).
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"region": regional.IdentityRegion(),
			"router_id": identityschema.StringAttribute{
				RequiredForImport: true,
				Description:       "The id of the virtual border router, vbr-….",
			},
			"dst_cidr_block": identityschema.StringAttribute{
				CustomType:        iptext.PrefixType{},
				RequiredForImport: true,
				Description:       "The prefix.",
			},
		},
	}
}

// MoveState takes over an alicloud_vpc_bgp_network by a moved block.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return r.MoveFrom(map[string]schema.Attribute{
		"id":             schema.StringAttribute{Computed: true},
		"router_id":      schema.StringAttribute{Required: true},
		"dst_cidr_block": schema.StringAttribute{CustomType: iptext.PrefixType{}, Required: true},
		"vpc_id":         schema.StringAttribute{Optional: true},
	}, func(ctx context.Context, source *tfsdk.State, to *model) diag.Diagnostics {
		var from struct {
			ID           types.String  `tfsdk:"id"`
			RouterID     types.String  `tfsdk:"router_id"`
			DstCIDRBlock iptext.Prefix `tfsdk:"dst_cidr_block"`
			VPCID        types.String  `tfsdk:"vpc_id"`
		}
		diags := source.Get(ctx, &from)
		to.RouterID, to.DstCIDRBlock, to.VPCID = from.RouterID, from.DstCIDRBlock, regional.NullIfEmpty(from.VPCID.ValueString())
		return diags
	})
}
