// Package alibabacloud is the client of Alibaba Cloud's BGP groups, peers and
// networks: product Vpc, API version 2016-04-28. Plain values go in and come out; it
// knows no Terraform.
//
// Where things are:
//
//   - bgp_peers.go, bgp_groups.go, bgp_networks.go: the operations of the API;
//   - kind.go: what differs between the kinds of objects; the rest is generic;
//   - paging.go, sharing.go, wait.go: lists, reads that share them, waits;
//   - write.go, create.go, obstacle.go: changes and deletes, creates whose answer may
//     be lost, writes that wait for something in their way;
//   - call.go, signature.go: how one call is sent and signed;
//   - decode.go, errors.go, codes.go: what an answer means;
//   - retry.go, rate.go: when a call is repeated, and how fast calls are made;
//   - changes.go: what Clients know of each other's changes;
//   - credentials.go, credentials_profile.go, credentials_errors.go: where keys come
//     from, and how their failures are explained.
package alibabacloud

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// Config says how a Client reaches the service.
type Config struct {
	// Endpoint is the URL that every region's calls go to, "https://host[:port]";
	// "" is each region's public endpoint. Plain http is for loopback only.
	Endpoint string
	// Credentials sign the calls.
	Credentials Credentials
	// Transport sends the calls; nil is http.DefaultTransport. Like that one, it must
	// tell net/http/httptrace when it has a connection and when a request was written.
	// From that the Client knows whether a failed request was sent.
	Transport http.RoundTripper
	// UserAgent is sent with every call.
	UserAgent string
	// Pace is how fast the client repeats and polls; zero fields mean defaults.
	Pace Pace
	// Shared holds what Clients of one process know of each other's changes; nil
	// shares nothing.
	Shared *Shared
	// Logger gets one debug line per call, never with a secret; nil logs nothing.
	Logger *slog.Logger
}

// Pace is how fast a Client repeats and polls. Zero fields mean the defaults.
type Pace struct {
	// Attempt is how long one call may take before it counts as lost (30 s).
	Attempt time.Duration
	// BackoffMin and BackoffMax are the longest pauses before the second try of a call
	// and before any (0.5 s, 8 s). A pause is at least half as long, and as long as the
	// service asks for in x-acs-retry-after.
	BackoffMin, BackoffMax time.Duration
	// Patience is how long a call is repeated that cannot reach the service at all
	// (15 s): the connection is refused, the host name is unknown, or the source of
	// credentials is out of reach. After that, other operations fail at once too,
	// until one gets through.
	Patience time.Duration
	// PollMin and PollMax bound the interval between two reads of a wait (0.25 s,
	// 15 s).
	PollMin, PollMax time.Duration
	// Freshness is how old a listing may be to answer a read (10 s).
	Freshness time.Duration
	// Yield is how long a write that something is in the way of waits for a delete or
	// a change of that to begin (10 s). Once it has begun, the write waits for it as
	// long as the context lasts. Of several that wait in vain, one gives up at a time,
	// so that what the others wait for may begin in its place.
	Yield time.Duration
	// Grace is how long a create, after its context has ended, looks for what it may
	// have created (5 s; at most 0.8 s more once the context is cancelled).
	Grace time.Duration
}

func (p Pace) withDefaults() Pace {
	limits := wire.Limits{Attempt: p.Attempt, Patience: p.Patience}.WithDefaults()
	return Pace{
		Attempt:    limits.Attempt,
		BackoffMin: cmp.Or(p.BackoffMin, 500*time.Millisecond),
		BackoffMax: cmp.Or(p.BackoffMax, 8*time.Second),
		Patience:   limits.Patience,
		PollMin:    cmp.Or(p.PollMin, 250*time.Millisecond),
		PollMax:    cmp.Or(p.PollMax, 15*time.Second),
		Freshness:  cmp.Or(p.Freshness, 10*time.Second),
		Yield:      cmp.Or(p.Yield, 10*time.Second),
		Grace:      cmp.Or(p.Grace, 5*time.Second),
	}
}

// Client calls the VPC API. It is safe for concurrent use. Use one for all
// operations: they share listings and, per region, one rate.
type Client struct {
	credentials Credentials
	transport   http.RoundTripper
	userAgent   string
	pace        Pace
	log         *slog.Logger
	shared      *Shared
	ways        *wire.Circuits // by endpoint

	protocol, host string // of Config.Endpoint; host "" means each region's own

	mu      sync.Mutex
	regions map[string]*region
}

// region is what the operations of one region share.
type region struct {
	rate    *limiter
	changes *changes
	waits   waits
	peers   *listings[BGPPeer]
	groups  *listings[BGPGroup]

	mu       sync.Mutex
	networks map[string]*listings[BGPNetwork] // by router
}

// NewClient makes a Client. It makes no call and reads no file.
func NewClient(cfg Config) (*Client, error) {
	c := &Client{
		credentials: cfg.Credentials,
		transport:   cfg.Transport,
		userAgent:   cfg.UserAgent,
		pace:        cfg.Pace.withDefaults(),
		log:         cfg.Logger,
		protocol:    "https",
		shared:      cfg.Shared,
		regions:     map[string]*region{},
	}
	c.ways = wire.NewCircuits(c.pace.Patience)
	if c.transport == nil {
		c.transport = http.DefaultTransport
	}
	if c.shared == nil {
		c.shared = &Shared{}
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if cfg.Endpoint != "" {
		var err error
		if c.protocol, c.host, err = splitEndpoint(cfg.Endpoint); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// CheckEndpoint checks the URL of an endpoint. Its errors do not show it.
func CheckEndpoint(endpoint string) error {
	_, _, err := splitEndpoint(endpoint)
	return err
}

// splitEndpoint takes an endpoint's URL apart. Its errors do not show the URL, which
// could contain a password.
func splitEndpoint(endpoint string) (protocol, host string, err error) {
	if meant := wire.LacksScheme(endpoint); meant != "" {
		return "", "", fmt.Errorf("the endpoint must be a URL, and %q has no scheme. Write %s", endpoint, meant)
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", "", errors.New("the endpoint is not a URL")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return "", "", errors.New("the endpoint must be a URL with a host, such as https://vpc.cn-shanghai.aliyuncs.com")
	case u.User != nil, u.RawQuery != "", u.ForceQuery, u.Fragment != "", u.Path != "" && u.Path != "/":
		return "", "", errors.New("the endpoint must be a URL of scheme, host and port only")
	case u.Scheme == "http" && !wire.Loopback(u.Hostname()):
		return "", "", fmt.Errorf("the endpoint %s://%s is plain http, which is for loopback addresses only", u.Scheme, u.Host)
	}
	return u.Scheme, u.Host, nil
}

// centralRegions are served by the central endpoint; every other region has
// its own. Source: the endpoint map of the vendor's VPC SDK.
var centralRegions = map[string]bool{
	"cn-hangzhou":           true,
	"cn-shanghai-finance-1": true,
	"cn-shenzhen-finance-1": true,
	"cn-north-2-gov-1":      true,
}

// regionID is the form of a region's id; it becomes part of a host name.
var regionID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (c *Client) endpoint(region string) string {
	switch {
	case c.host != "":
		return c.host
	case centralRegions[region]:
		return "vpc.aliyuncs.com"
	}
	return regionHost(region)
}

func regionHost(region string) string { return "vpc." + region + ".aliyuncs.com" }

// region returns what the operations of the region share.
func (c *Client) region(id string) *region {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.regions[id]
	if r == nil {
		r = &region{rate: newLimiter(), changes: c.shared.of(c.protocol+"://"+c.host, id), networks: map[string]*listings[BGPNetwork]{}}
		r.peers = &listings[BGPPeer]{client: c, kind: peers, every: query{region: id}, changes: r.changes}
		r.groups = &listings[BGPGroup]{client: c, kind: groups, every: query{region: id}, changes: r.changes}
		c.regions[id] = r
	}
	return r
}
