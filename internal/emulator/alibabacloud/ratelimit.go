package alibabacloud

import (
	"math"
	"time"
)

// RateLimit throttles calls: at most PerSecond of them on average, with up to
// Burst at once (ALI-018). The service's clock measures it.
type RateLimit struct {
	PerSecond float64 // 0 is no limit
	Burst     int     // default 1
}

// bucket is a token bucket.
type bucket struct {
	limit  RateLimit
	tokens float64
	filled time.Time
}

func newBucket(limit RateLimit, now time.Time) bucket {
	limit.Burst = max(limit.Burst, 1)
	return bucket{limit: limit, tokens: float64(limit.Burst), filled: now}
}

// take lets a call pass or tells it, in the error, when to come back.
func (b *bucket) take(now time.Time) *apiError {
	if b.limit.PerSecond <= 0 {
		return nil
	}
	if passed := now.Sub(b.filled); passed > 0 {
		b.tokens = min(b.tokens+passed.Seconds()*b.limit.PerSecond, float64(b.limit.Burst))
		b.filled = now
	}
	if b.tokens >= 1 {
		b.tokens--
		return nil
	}
	missing := (1 - b.tokens) / b.limit.PerSecond
	throttled := *errThrottled
	throttled.RetryAfter = time.Duration(math.Ceil(missing*1000)) * time.Millisecond
	return &throttled
}
