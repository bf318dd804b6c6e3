package azure

import (
	"fmt"
	"time"
)

// FormatTimeSpan writes a duration as .NET writes a TimeSpan:
// [-][d.]hh:mm:ss[.fffffff], days and fraction only where they are not zero.
func FormatTimeSpan(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	days := ""
	if n := d / (24 * time.Hour); n > 0 {
		days = fmt.Sprintf("%d.", n)
	}
	text := fmt.Sprintf("%s%s%02d:%02d:%02d", sign, days, d/time.Hour%24, d/time.Minute%60, d/time.Second%60)
	if ticks := d % time.Second / 100; ticks > 0 { // a tick is 100 ns
		text += fmt.Sprintf(".%07d", ticks)
	}
	return text
}
