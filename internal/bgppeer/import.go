package bgppeer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
)

// ImportState takes "bgp-…" (in the provider's region), "region/bgp-…", or the
// identity; the read that follows fills in the rest.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var who identity
	at := path.Empty()
	// A Terraform that knows no identities sends none along with an empty id.
	if req.ID != "" || req.Identity == nil || req.Identity.Raw.IsNull() {
		region, id, err := parseImportID(req.ID)
		if err != nil {
			resp.Diagnostics.AddError("The import id is not one of a BGP peer", err.Error())
			return
		}
		who.ID = types.StringValue(id)
		if region != "" {
			who.Region = types.StringValue(region)
		}
	} else {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &who)...)
		if resp.Diagnostics.HasError() {
			return
		}
		at = path.Root("id")
		if _, _, err := parseImportID(who.ID.ValueString()); err != nil || strings.Contains(who.ID.ValueString(), "/") {
			resp.Diagnostics.AddAttributeError(at, "The identity is not one of a BGP peer",
				fmt.Sprintf("id is %q: give the peer's id alone, like \"bgp-m5eoyp2mwegk8ce9v1234\", and the region in its own attribute.", who.ID.ValueString()))
			return
		}
	}

	if region := who.Region.ValueString(); region != "" {
		if err := alibabacloud.CheckRegion(region); err != nil {
			resp.Diagnostics.Append(diagnostics.AtAttribute(path.Root("region"), "The identity is not one of a BGP peer", err))
			return
		}
	} else {
		region, err := r.clouds.KnownRegion()
		if err != nil {
			resp.Diagnostics.AddAttributeError(at, "No region for the BGP peer", err.Error()+
				"\n\nOr import it as <region>/"+who.ID.ValueString()+".")
			return
		}
		who.Region = types.StringValue(region)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), who.ID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("region"), who.Region)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, who)...)
}

// parseImportID splits an import id into region and peer id; region is empty
// where the id stands alone.
func parseImportID(s string) (region, id string, err error) {
	id = s
	before, after, both := strings.Cut(s, "/")
	if both {
		region, id = before, after
	}
	switch {
	case s == "":
		return "", "", importIDError(s, "it is empty")
	case strings.ContainsAny(s, " \t\r\n"):
		return "", "", importIDError(s, "it contains white space")
	case both && alibabacloud.CheckRegion(region) != nil:
		return "", "", importIDError(s, "what is before the slash is no region")
	case strings.Contains(id, "/"):
		return "", "", importIDError(s, "it has more than one slash")
	case strings.HasPrefix(id, "bgpg-"):
		return "", "", importIDError(s, "bgpg-… is the id of a BGP group; the id of a peer starts with bgp-")
	case !strings.HasPrefix(strings.ToLower(id), "bgp-") || len(id) == len("bgp-"):
		return "", "", importIDError(s, "the id of a peer starts with bgp-")
	}
	return region, id, nil
}

func importIDError(s, why string) error {
	return errors.New(fmt.Sprintf("%q: %s.\n\n", s, why) +
		"Give the peer's id (\"bgp-m5eoyp2mwegk8ce9v1234\", looked for in the provider's region), " +
		"or region and id (\"cn-shanghai/bgp-m5eoyp2mwegk8ce9v1234\").")
}
