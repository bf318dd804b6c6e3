package azure_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

// seenSpans are durations that real gateways sent.
var seenSpans = map[string]time.Duration{
	"9.01:04:53.5768637": 9*24*time.Hour + 1*time.Hour + 4*time.Minute + 53*time.Second + 576863700,
	"3.03:14:13.1796961": 3*24*time.Hour + 3*time.Hour + 14*time.Minute + 13*time.Second + 179696100,
	"07:13:51.0109601":   7*time.Hour + 13*time.Minute + 51*time.Second + 10960100,
	"00:57:19.9003584":   57*time.Minute + 19*time.Second + 900358400,
	"02:07:41":           2*time.Hour + 7*time.Minute + 41*time.Second,
}

func TestParseTimeSpan(t *testing.T) {
	t.Parallel()
	tests := map[string]time.Duration{
		"00:00:00":                 0,
		"-00:00:00":                0,
		"23:59:59.9999999":         24*time.Hour - 100,
		"-00:00:01.5":              -1500 * time.Millisecond,
		"-1.00:00:00":              -24 * time.Hour,
		"00:00:00.1":               100 * time.Millisecond,
		"00:00:00.12":              120 * time.Millisecond,
		"00:00:00.123":             123 * time.Millisecond,
		"00:00:00.1234":            123400 * time.Microsecond,
		"00:00:00.12345":           123450 * time.Microsecond,
		"00:00:00.123456":          123456 * time.Microsecond,
		"00:00:00.1234567":         123456700,
		"00:00:00.0000001":         100,
		"0.00:00:01":               time.Second,
		"007.00:00:00":             7 * 24 * time.Hour,
		"106751.23:47:16.8547758":  math.MaxInt64 / 100 * 100,
		"-106751.23:47:16.8547758": -math.MaxInt64 / 100 * 100,
		" 02:07:41\n":              2*time.Hour + 7*time.Minute + 41*time.Second,
	}
	for text, want := range seenSpans {
		tests[text] = want
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if got, err := azure.ParseTimeSpan(text); err != nil || got != want {
				t.Errorf("got %s, %v, want %s", got, err, want)
			}
		})
	}
}

func TestParseTimeSpanRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "-", "0", "1:2", "02:07", "2:07:41", "02:7:41", "02:07:1", "24:00:00", "00:60:00", "00:00:60",
		"00:00:00.", "00:00:00.12345678", "1:00:00:00", ".00:00:00", "1.", "1.1.00:00:00", "+00:00:01", "--00:00:01", "- 00:00:01",
		"00:00:01x", "x00:00:01", "PT1H", "1h", "٠١:٠٢:٠٣", "00:00:00,5", "1.-2:00:00",
		"106751.23:47:16.8547759", "-106751.23:47:16.8547759", "10675199.02:48:05.4775807", "99999999.00:00:00", "999999999.00:00:00",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if got, err := azure.ParseTimeSpan(text); err == nil {
				t.Errorf("got %s, want an error", got)
			}
		})
	}
}

// FuzzParseTimeSpan checks that what is parsed, written in the same format,
// is the same span.
func FuzzParseTimeSpan(f *testing.F) {
	for text := range seenSpans {
		f.Add(text)
		f.Add("-" + text)
	}
	for _, text := range []string{"", " ", "106751.23:47:16.8547758", "10675199.02:48:05.4775807", "99999999.00:00:00", "106752.00:00:00", "00:00:00.12345678", "24:00:00", "1.2.3:4:5", "-0.00:00:00.0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		span, err := azure.ParseTimeSpan(text)
		if err != nil {
			if span != 0 {
				t.Errorf("%q: %s with the error %v", text, span, err)
			}
			return
		}
		if span%100 != 0 || span < 0 != (strings.HasPrefix(strings.TrimSpace(text), "-") && span != 0) {
			t.Errorf("%q: %d", text, span)
		}
		again, err := azure.ParseTimeSpan(formatTimeSpan(span))
		if err != nil || again != span {
			t.Errorf("%q is %s; written as %q it is %s, %v", text, span, formatTimeSpan(span), again, err)
		}
	})
}

func formatTimeSpan(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	day := 24 * time.Hour
	return fmt.Sprintf("%s%d.%02d:%02d:%02d.%07d", sign, d/day, d%day/time.Hour, d%time.Hour/time.Minute, d%time.Minute/time.Second, d%time.Second/100)
}
