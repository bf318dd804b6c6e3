package provider

import (
	"context"
	"log/slog"
	"slices"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// newLogger returns a logger that writes to Terraform's log. The client layers
// know log/slog only. What is logged belongs to the context that it is logged
// with, so the lines carry Terraform's own fields of that operation.
func newLogger() *slog.Logger { return slog.New(logHandler{}) }

// logHandler is a [slog.Handler] over tflog. Terraform decides what is shown
// (TF_LOG, TF_LOG_PROVIDER), and costs little where nothing is.
type logHandler struct {
	attrs []slog.Attr // Those of WithAttrs, their keys with the groups before them.
	group string      // The prefix of the keys to come: "" or "a.b.".
}

// Enabled leaves the decision to Terraform's log.
func (h logHandler) Enabled(context.Context, slog.Level) bool { return true }

// Handle writes one record.
func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	fields := make(map[string]any, len(h.attrs)+record.NumAttrs())
	for _, attr := range h.attrs {
		addField(fields, "", attr)
	}
	record.Attrs(func(attr slog.Attr) bool {
		addField(fields, h.group, attr)
		return true
	})
	switch {
	case record.Level >= slog.LevelError:
		tflog.Error(ctx, record.Message, fields)
	case record.Level >= slog.LevelWarn:
		tflog.Warn(ctx, record.Message, fields)
	case record.Level >= slog.LevelInfo:
		tflog.Info(ctx, record.Message, fields)
	case record.Level >= slog.LevelDebug:
		tflog.Debug(ctx, record.Message, fields)
	default:
		tflog.Trace(ctx, record.Message, fields)
	}
	return nil
}

// WithAttrs returns a handler that adds attrs to every record.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.attrs = slices.Clone(h.attrs)
	for _, attr := range attrs {
		attr.Key = h.group + attr.Key
		h.attrs = append(h.attrs, attr)
	}
	return h
}

// WithGroup returns a handler that puts name and a dot before the keys to come.
func (h logHandler) WithGroup(name string) slog.Handler {
	if name != "" {
		h.group += name + "."
	}
	return h
}

// addField adds an attribute, a group's members each by its path.
func addField(fields map[string]any, prefix string, attr slog.Attr) {
	value := attr.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if attr.Key != "" {
			prefix += attr.Key + "."
		}
		for _, member := range value.Group() {
			addField(fields, prefix, member)
		}
		return
	}
	switch {
	case attr.Key == "":
	case value.Kind() == slog.KindDuration:
		fields[prefix+attr.Key] = value.String() // JSON would make a count of nanoseconds of it
	default:
		fields[prefix+attr.Key] = value.Any()
	}
}
