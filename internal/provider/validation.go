package provider

import (
	"context"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
)

// ValidateConfig checks what one argument says about another. What one argument
// says by itself is checked by its own validator.
func (p *bgpProvider) ValidateConfig(_ context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	values, err := readValues(req.Config.Raw)
	if err != nil {
		resp.Diagnostics.AddError("Cannot read the provider block", err.Error())
		return
	}
	for _, err := range clouds.New(clouds.Config{Values: values, Getenv: p.getenv}).Validate() {
		resp.Diagnostics.Append(onAttribute(err))
	}
}

// onAttribute makes a diagnostic that stands on the argument at fault.
func onAttribute(err *clouds.SettingError) diag.Diagnostic {
	text := err.Error()
	return diag.NewAttributeErrorDiagnostic(attributePath(err.Setting), "Invalid provider configuration",
		strings.ToUpper(text[:1])+text[1:]+".")
}

// attributePath returns the setting's path as the framework has it.
func attributePath(setting clouds.Setting) path.Path {
	at := path.Empty()
	for _, name := range strings.Split(string(setting), ".") {
		name, index, isItem := strings.Cut(name, "[")
		at = at.AtName(name)
		if n, err := strconv.Atoi(strings.TrimSuffix(index, "]")); isItem && err == nil {
			at = at.AtListIndex(n)
		}
	}
	return at
}

// checked is a validator that runs the check that package clouds has for the
// argument. The same check runs at first use over what comes from a variable.
type checked struct{ setting clouds.Setting }

// Description says what the validator does.
func (v checked) Description(context.Context) string {
	return "the value must be one that " + string(v.setting) + " can have"
}

// MarkdownDescription says what the validator does.
func (v checked) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString checks a text.
func (v checked) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		v.validate(req.ConfigValue.ValueString(), &resp.Diagnostics)
	}
}

// ValidateDynamic checks an object, or a list of objects, each of which has the
// arguments that the table has for the setting.
func (v checked) ValidateDynamic(ctx context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	values := clouds.Values{}
	raw, err := req.ConfigValue.ToTerraformValue(ctx)
	if err != nil || readInto(values, v.setting, raw) != nil {
		return // ValidateConfig cannot read it either, and says so.
	}
	for _, wrong := range values.CheckObjects(v.setting) {
		resp.Diagnostics.Append(onAttribute(wrong))
	}
}

// ValidateNumber checks a number.
func (v checked) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		v.validate(req.ConfigValue.ValueBigFloat().Text('f', -1), &resp.Diagnostics)
	}
}

func (v checked) validate(text string, diags *diag.Diagnostics) {
	if text == "" {
		return // As good as not set.
	}
	if err := v.setting.Check(text); err != nil {
		diags.Append(onAttribute(&clouds.SettingError{Setting: v.setting, Err: err}))
	}
}
