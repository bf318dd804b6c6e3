// Package alibabacloud emulates the BGP part of Alibaba Cloud's VPC API,
// version 2016-04-28, as an http.Handler: BGP groups, peers and networks of
// virtual border routers (VBRs).
//
// What it does comes from the vendor's documents; what they leave open is an
// assumption with an id, ALI-001 and so on, explained in ASSUMPTIONS.md beside
// the emulator.
//
// A request passes through the files in this order: request.go (what is asked
// for), the faults and the journal of package control, signature_v1.go or
// signature_v3.go and identities.go (who asks), actions.go (which operation,
// which parameters), then the operation itself in bgp_peers.go, bgp_groups.go,
// bgp_networks.go or regions.go, and response.go (JSON or XML).
package alibabacloud

import (
	"net/http"
	"sync"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Cloud is the name of this service in the journal and in faults.
const Cloud = "alibabacloud"

// Version is the API's version, the only one served.
const Version = "2016-04-28"

// DefaultAccessKeyID and DefaultAccessKeySecret are the credentials accepted
// where Config names no identity.
const (
	DefaultAccessKeyID     = "LTAIemulatoremulator"
	DefaultAccessKeySecret = "emulator"
)

// Config is what a Service is made of. Every zero value is a sensible one.
type Config struct {
	// Now is the clock of life cycles and rate limits; default time.Now.
	Now func() time.Time
	// SigningTime is the clock that timestamps of requests are compared with;
	// default time.Now, since clients sign with theirs.
	SigningTime func() time.Time
	// Journal gets every request; default one of its own.
	Journal *control.Journal
	// Faults are looked up for every request; default none.
	Faults *control.Faults
	// Identities are accepted; default DefaultAccessKeyID.
	Identities []Identity
	// Regions exist; default a handful, of which us-east-1 has no IPv6.
	Regions []Region
	// Delays of the life cycles; default none, so that everything is ready at
	// once.
	Delays Delays
	// Quotas of every VBR that sets none of its own.
	Quotas Quotas
	// RateLimit throttles all calls together; default no limit.
	RateLimit RateLimit
	// OldAnswers gives the answers of the API's older generation: numbers
	// unquoted, later fields missing.
	OldAnswers bool
	// LingerDeleted is how long a deleted peer, group or network stays listed as
	// Deleted: 0, it vanishes; negative, forever (ALI-033).
	LingerDeleted time.Duration
	// Sessions knows how peers' sessions stand, and which routes they carry,
	// where the service does not simulate that; nil is nobody.
	Sessions bgp.Sessions
	// LoopbackPeers accepts peers with a loopback address: routers of the
	// user's own, which real speakers reach there.
	LoopbackPeers bool
}

// Service is the emulated API. It is safe for concurrent use.
type Service struct {
	gate          *control.Gate
	now           func() time.Time
	signingTime   func() time.Time
	identities    map[string]Identity
	regions       []Region
	delays        Delays
	statusStages  statusStages
	sessionStages []stage[SessionState]
	quotas        Quotas
	oldAnswers    bool
	lingerDeleted time.Duration
	sessions      bgp.Sessions // nil where nobody else knows
	loopbackPeers bool

	mu     sync.Mutex // guards all below
	store  store
	nonces recent[struct{}]
	tokens recent[tokenUse]
	bucket bucket
}

// New makes a service without any VBR, group or peer.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.SigningTime == nil {
		cfg.SigningTime = time.Now
	}
	if cfg.Journal == nil {
		cfg.Journal = control.NewJournal(0)
	}
	if cfg.Faults == nil {
		cfg.Faults = &control.Faults{}
	}
	if cfg.Identities == nil {
		cfg.Identities = []Identity{{AccessKeyID: DefaultAccessKeyID, AccessKeySecret: DefaultAccessKeySecret}}
	}
	if cfg.Regions == nil {
		cfg.Regions = defaultRegions()
	}
	s := &Service{
		gate:          &control.Gate{Cloud: Cloud, Now: cfg.Now, Journal: cfg.Journal, Faults: cfg.Faults},
		now:           cfg.Now,
		signingTime:   cfg.SigningTime,
		identities:    map[string]Identity{},
		regions:       cfg.Regions,
		delays:        cfg.Delays,
		statusStages:  cfg.Delays.statusStages(),
		sessionStages: cfg.Delays.sessionStages(),
		quotas:        cfg.Quotas.orDefaults(Quotas{PeersPerVBR: 8, RoutesPerPeer: 110}),
		oldAnswers:    cfg.OldAnswers,
		lingerDeleted: cfg.LingerDeleted,
		sessions:      cfg.Sessions,
		loopbackPeers: cfg.LoopbackPeers,
		store:         newStore(),
		nonces:        newRecent[struct{}](rememberedNonces),
		tokens:        newRecent[tokenUse](rememberedTokens),
		bucket:        newBucket(cfg.RateLimit, cfg.Now()),
	}
	for _, identity := range cfg.Identities {
		s.identities[identity.AccessKeyID] = identity
	}
	return s
}

// ServeHTTP answers one call of the API.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, malformed := parseRequest(r)
	s.gate.Serve(w, r, control.Exchange{
		Action:    c.journalAction(),
		Params:    c.journalParams(),
		RequestID: c.requestID,
		Answer: func(w http.ResponseWriter, _ *http.Request) control.Outcome {
			if malformed != nil {
				c.writeError(w, malformed)
				return control.Outcome{Code: malformed.Code}
			}
			answer, failure := s.answer(c)
			if failure != nil {
				c.writeError(w, failure)
				return control.Outcome{Code: failure.Code}
			}
			c.writeAnswer(w, answer)
			return control.Outcome{Acted: true}
		},
		Fail: func(w http.ResponseWriter, f control.Fault) string {
			failure := faultError(f)
			c.writeError(w, failure)
			return failure.Code
		},
	})
}

// answer carries a well-formed call out. The order of the checks is ALI-010.
func (s *Service) answer(c *call) (object, *apiError) {
	operation, failure := c.operation()
	if failure != nil {
		return nil, failure
	}
	identity, failure := s.authenticate(c)
	if failure != nil {
		return nil, failure
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.now = s.now()
	if failure := s.useNonce(c); failure != nil {
		return nil, failure
	}
	if failure := s.bucket.take(c.now); failure != nil {
		return nil, failure
	}
	if identity.denies(c.action) {
		return nil, errForbiddenRAM
	}
	if failure := operation.check(c); failure != nil {
		return nil, failure
	}
	if failure := s.checkRegion(c, operation); failure != nil {
		return nil, failure
	}
	return s.once(c, operation)
}
