package provider

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

func TestLoggerWritesToTerraformsLog(t *testing.T) {
	tests := map[string]struct {
		log  func(context.Context, *slog.Logger)
		want map[string]any
	}{
		"each level": {
			log:  func(ctx context.Context, l *slog.Logger) { l.WarnContext(ctx, "look") },
			want: map[string]any{"@level": "warn", "@message": "look"},
		},
		"below debug": {
			log:  func(ctx context.Context, l *slog.Logger) { l.Log(ctx, slog.LevelDebug-4, "look") },
			want: map[string]any{"@level": "trace", "@message": "look"},
		},
		"attributes": {
			log: func(ctx context.Context, l *slog.Logger) {
				l.With("region", "cn-shanghai").DebugContext(ctx, "call", "action", "CreateBgpPeer", "attempt", 2)
			},
			want: map[string]any{"@level": "debug", "@message": "call", "region": "cn-shanghai", "action": "CreateBgpPeer", "attempt": float64(2)},
		},
		"a duration": {
			log:  func(ctx context.Context, l *slog.Logger) { l.InfoContext(ctx, "call", "took", 1500*time.Microsecond) },
			want: map[string]any{"@level": "info", "@message": "call", "took": "1.5ms"},
		},
		"groups": {
			log: func(ctx context.Context, l *slog.Logger) {
				l.With("a", 1).WithGroup("answer").With("b", 2).InfoContext(ctx, "call", slog.Group("body", "bytes", 3), slog.Group("", "c", 4))
			},
			want: map[string]any{
				"@level": "info", "@message": "call", "a": float64(1), "answer.b": float64(2), "answer.body.bytes": float64(3), "answer.c": float64(4),
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			test.log(tflogtest.RootLogger(t.Context(), &log), newLogger())
			lines, err := tflogtest.MultilineJSONDecode(&log)
			if err != nil {
				t.Fatal(err)
			}
			if len(lines) != 1 {
				t.Fatalf("got %d lines, want one: %v", len(lines), lines)
			}
			delete(lines[0], "@module")
			if diff := cmp.Diff(test.want, lines[0]); diff != "" {
				t.Errorf("line (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDerivedLoggersDoNotShareAttributes(t *testing.T) {
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	root := newLogger().With("a", 1)
	first, second := root.With("b", 2), root.With("c", 3)
	first.InfoContext(ctx, "first")
	second.InfoContext(ctx, "second")
	lines, err := tflogtest.MultilineJSONDecode(&log)
	if err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{
		{"@level": "info", "@message": "first", "@module": "provider", "a": float64(1), "b": float64(2)},
		{"@level": "info", "@message": "second", "@module": "provider", "a": float64(1), "c": float64(3)},
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
