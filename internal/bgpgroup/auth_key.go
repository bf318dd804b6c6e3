package bgpgroup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
)

// The MD5 key is write-only: it is only in the configuration, never in a plan, a state
// or a message. Messages about it point at its version, because the CLI shows the line
// of the argument at fault, and the values of its variables.
//
// The key is managed while it has a version. A new version sends it again; removing the
// version clears it. A group that never had a version keeps its key, whoever set it.

var (
	keyPath     = path.Root("auth_key_wo")
	versionPath = path.Root("auth_key_wo_version")
	hasKeyPath  = path.Root("has_auth_key")
)

// checkKeyPair refuses a key without a version, and a version without a key.
func checkKeyPair(key types.String, version types.Int64) (diags diag.Diagnostics) {
	if key.IsUnknown() || version.IsUnknown() {
		return nil
	}
	switch {
	case !key.IsNull() && version.IsNull():
		diags.AddAttributeError(versionPath, "The MD5 key has no version",
			"auth_key_wo is in no state, so that a change of it cannot be seen: it is sent when auth_key_wo_version changes. "+
				"Set auth_key_wo_version = 1 beside it, and another number with each new key.")
	case key.IsNull() && !version.IsNull():
		diags.AddAttributeError(keyPath, "The version has no MD5 key",
			"auth_key_wo_version is the version of auth_key_wo, which is missing or null. Set the key beside it. "+
				"To clear the group's key, remove both.")
	}
	return diags
}

// FromConfig takes the key, which is only in the configuration.
func (m *model) FromConfig(ctx context.Context, config tfsdk.Config) diag.Diagnostics {
	var key types.String
	var version types.Int64 // that of the plan may be the state's (ignore_changes)
	diags := config.GetAttribute(ctx, keyPath, &key)
	diags.Append(config.GetAttribute(ctx, versionPath, &version)...)
	diags.Append(checkKeyPair(key, version)...)
	m.authKey = key.ValueString()
	return diags
}

// noticeLostKey removes the version of a managed key that the service no longer has, so
// that the next plan shows that and sends the key again.
func (m *model) noticeLostKey(g *alibabacloud.BGPGroup) {
	if m.HasAuthKey.ValueBool() && g.HasAuthKey != nil && !*g.HasAuthKey {
		m.AuthKeyWOVersion = types.Int64Null()
	}
}

// isKey checks an MD5 key. Its messages never show the key.
func isKey() validator.String { return keyValidator{} }

type keyValidator struct{}

// Description says what a key must be.
func (keyValidator) Description(context.Context) string { return "an MD5 key of at most 80 bytes" }

// MarkdownDescription is the same.
func (v keyValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString refuses an invalid key, and warns of a key that some routers do not
// accept.
func (keyValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	key := req.ConfigValue.ValueString()
	if err := checkKey(key); err != nil {
		resp.Diagnostics.Append(diagnostics.AtAttribute(versionPath, "Not an MD5 key", err))
		return
	}
	if troubles := keyTroubles(key); len(troubles) > 0 {
		resp.Diagnostics.AddAttributeWarning(versionPath, "Some routers cannot take this MD5 key",
			strings.Join(troubles, " ")+" If the neighbor is one of these, choose another key: one that works with every router has at most 79 "+
				"letters, digits and signs of ASCII, without space, double quote and #, and not digits alone.")
	}
}

// longestKey is the longest key, in bytes, that implementations of TCP MD5 (RFC 2385)
// accept at the other end.
const longestKey = 80

func checkKey(key string) error {
	switch {
	case key == "":
		return errors.New("auth_key_wo is empty: give a key, or leave it out (null), its version too")
	case len(key) > longestKey:
		return fmt.Errorf("auth_key_wo has %d bytes: TCP MD5 takes at most %d", len(key), longestKey)
	case strings.ContainsFunc(key, unicode.IsControl):
		return errors.New("auth_key_wo contains a line break or another control character, such as comes along from a file: take it off with trimspace()")
	}
	return nil
}

// keyTroubles says which routers do not accept a key, as tried with FRR 8.4, BIRD 2.0
// and OpenBGPD 7.7.
func keyTroubles(key string) (troubles []string) {
	for _, trouble := range []struct {
		is   bool
		says string
	}{
		{len(key) == longestKey, "It has 80 bytes: OpenBGPD takes 79 at most, or 80 in hexadecimal."},
		{strings.Contains(key, " "), "It has a space: FRR cannot take one."},
		{strings.Contains(key, `"`), "It has a double quote: BIRD cannot take one."},
		{strings.Contains(key, "#"), "It has a #: OpenBGPD needs such a key in quotes."},
		{strings.Trim(key, "0123456789") == "", "It has digits only: OpenBGPD needs such a key in quotes."},
		{strings.ContainsFunc(key, func(r rune) bool { return r > unicode.MaxASCII }), "It has characters that are not ASCII: routers do not agree on their bytes."},
	} {
		if trouble.is {
			troubles = append(troubles, trouble.says)
		}
	}
	return troubles
}
