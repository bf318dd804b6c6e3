package regional

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
)

// importedKey is what an import leaves to the read that follows it, which takes it away.
const importedKey = "imported"

// notThere says where an object was looked for that was to be imported.
func (r *Resource[M, P]) notThere(m P) string {
	id, region := m.Common().ID.ValueString(), m.Common().Region.ValueString()
	return fmt.Sprintf("The service has no %s in %s. Check its id. If it is in another region, import it as <region>/%s, or by an identity with that region.",
		r.subject(m), region, id)
}

// ImportState takes an id (in the provider's region), "region/id", or the identity;
// the read that follows fills in the rest.
func (r *Resource[M, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var imported M
	m := P(&imported)
	at := path.Empty()
	// A Terraform that knows no identities sends none along with an empty id.
	if req.ID != "" || req.Identity == nil || req.Identity.Raw.IsNull() {
		region, id, err := r.Kind.ParseImportID(req.ID)
		if err != nil {
			resp.Diagnostics.AddError("The import id is not one of a "+r.Kind.Noun, err.Error())
			return
		}
		m.Common().ID, m.Common().Region = types.StringValue(id), NullIfEmpty(region)
	} else {
		var diags diag.Diagnostics
		at, diags = r.fromIdentity(ctx, req.Identity, m)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
	}

	base := m.Common()
	if base.Region.IsNull() {
		region, err := r.Clouds.KnownRegion()
		if err != nil {
			resp.Diagnostics.AddAttributeError(at, "No region for the "+r.Kind.Noun, err.Error()+
				"\n\nOr import it as <region>/"+base.ID.ValueString()+".")
			return
		}
		base.Region = types.StringValue(region)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), base.ID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("region"), base.Region)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.Identity())...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, []byte("true"))...)
}

// fromIdentity takes id and region from an identity. at is the path of the attribute
// that names the object.
func (r *Resource[M, P]) fromIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, m P) (at path.Path, diags diag.Diagnostics) {
	summary := "The identity is not one of a " + r.Kind.Noun
	if at, diags = m.FromIdentity(ctx, identity); diags.HasError() {
		return at, diags
	}
	if id := m.Common().ID.ValueString(); r.Kind.CheckID(id) != nil {
		diags.AddAttributeError(at, summary,
			fmt.Sprintf("id is %q: give the %s's id alone, like %q, and the region in its own attribute.", id, r.Kind.short(), r.Kind.Example))
	}
	if region := m.Common().Region.ValueString(); region != "" {
		if err := alibabacloud.CheckRegion(region); err != nil {
			diags.Append(diagnostics.AtAttribute(path.Root("region"), summary, err))
		}
	}
	return at, diags
}

// ParseImportID splits an import id into region and id; region is empty where the id
// stands alone.
func (k *Kind) ParseImportID(text string) (region, id string, err error) {
	id = text
	// A network's id has a slash too, after a colon.
	before, after, both := strings.Cut(text, "/")
	if both = both && !strings.Contains(before, ":"); both {
		region, id = before, after
	}
	switch {
	case text == "":
		err = errors.New("it is empty")
	case strings.ContainsAny(text, " \t\r\n"):
		err = errors.New("it contains white space")
	case both && id == "":
		err = errors.New("nothing is after the slash")
	case both && k.CheckID(region) == nil:
		err = errors.New("the region comes before the slash, and the id after it")
	case both && alibabacloud.CheckRegion(region) != nil:
		err = errors.New("what is before the slash is no region")
	default:
		err = k.CheckID(id)
	}
	if err != nil {
		return "", "", fmt.Errorf("%q: %w.\n\nGive the %s's id (%q, looked for in the provider's region), or region and id (%q)",
			text, err, k.short(), k.Example, "cn-shanghai/"+k.Example)
	}
	return region, id, nil
}

// MoveFrom takes over a resource of the alicloud provider by a moved block. The object
// itself does not change, and the read that follows completes its state. source has the
// attributes that are needed of the old state. convert fills the model from them; the
// timeouts are set here.
func (r *Resource[M, P]) MoveFrom(source map[string]schema.Attribute, convert func(context.Context, *tfsdk.State, P) diag.Diagnostics) []resource.StateMover {
	move := func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		// The host and the namespace are left open: mirrors and forks keep the type, and
		// OpenTofu before 1.11.12 and 1.12.4 sends nothing else.
		provider := req.SourceProviderAddress[strings.LastIndex(req.SourceProviderAddress, "/")+1:]
		if req.SourceTypeName != r.Kind.Moved || provider != "alicloud" || req.SourceState == nil {
			return
		}
		var moved M
		to := P(&moved)
		resp.Diagnostics.Append(req.SourceState.GetAttribute(ctx, path.Root("id"), &to.Common().ID)...)
		resp.Diagnostics.Append(convert(ctx, req.SourceState, to)...)
		if resp.Diagnostics.HasError() {
			return
		}
		if _, _, err := r.Kind.ParseImportID(to.Common().ID.ValueString()); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("id"), "The moved resource is not one "+r.Kind.Noun, err.Error())
			return
		}
		resp.Diagnostics.Append(resp.TargetState.GetAttribute(ctx, path.Root("timeouts"), &to.Common().Timeouts)...)
		resp.Diagnostics.Append(resp.TargetState.Set(ctx, to)...)
	}
	return []resource.StateMover{{SourceSchema: &schema.Schema{Attributes: source}, StateMover: move}}
}
