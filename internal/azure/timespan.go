package azure

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// timeSpan is a .NET TimeSpan in its constant format, in which the service
// writes a session's connectedDuration: [-][d.]hh:mm:ss[.fffffff].
var timeSpan = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(-?)(?:(\d{1,8})\.)?(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$`)
})

// ParseTimeSpan parses a duration such as "07:13:51.0109601", "9.01:04:53" or
// "-00:00:01.5". The fraction is of a second, to 100 ns. Space around the text
// does not count. A span that is longer than a time.Duration can hold (292
// years) is an error.
func ParseTimeSpan(text string) (time.Duration, error) {
	parts := timeSpan().FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return 0, fmt.Errorf("%q is not a duration of the form [-][d.]hh:mm:ss[.fffffff]", text)
	}
	days, hours, minutes, seconds := number(parts[2]), number(parts[3]), number(parts[4]), number(parts[5])
	if hours > 23 || minutes > 59 || seconds > 59 {
		return 0, fmt.Errorf("%q is not a duration: an hour is at most 23, a minute and a second are at most 59", text)
	}
	// In ticks of 100 ns; with the days bounded first, int64 holds them all.
	ticks := (((days*24+hours)*60+minutes)*60+seconds)*1e7 + number((parts[6] + "0000000")[:7])
	const limit = math.MaxInt64 / 100
	if days > limit/(24*60*60*10_000_000) || ticks > limit {
		return 0, fmt.Errorf("%q is a longer duration than can be held", text)
	}
	span := time.Duration(ticks) * 100
	if parts[1] == "-" {
		span = -span
	}
	return span, nil
}

// number reads digits that the pattern has bounded; none are 0.
func number(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}
