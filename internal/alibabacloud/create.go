package alibabacloud

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// CreateBGPPeerInput is a peer to be made.
type CreateBGPPeerInput struct {
	Region, GroupID string
	PeerIPAddress   string // "" leaves it to the service, where it can tell
	IPVersion       string // "IPv4", "IPv6"; "" is the service's default, IPv4
	EnableBFD       bool
	BFDMultiHop     int64 // 1 to 255; sent with EnableBFD only
}

// CreateBGPPeer makes a peer and returns its id. All tries have one ClientToken,
// for which the service makes one peer only and repeats its first answer. Where
// that does not settle it, the peer is looked for by group and address:
//
//   - *PeerExistsError: refused, because the peer is already there and is not
//     known to be of this call's making.
//   - *UncertainCreateError: an answer was lost and none of the later ones told
//     what became of it. If it has a Peer, that is most likely this call's.
//
// It ends with ctx, but for the last look at what it may have made: within
// Pace.Grace of a deadline, within a second of a cancellation.
func (c *Client) CreateBGPPeer(ctx context.Context, in CreateBGPPeerInput) (id string, err error) {
	params := bfdParams(in.EnableBFD, in.BFDMultiHop)
	params["BgpGroupId"] = in.GroupID
	params["ClientToken"] = uuid.NewString()
	if in.PeerIPAddress != "" {
		params["PeerIpAddress"] = in.PeerIPAddress
	}
	if in.IPVersion != "" {
		params["IpVersion"] = in.IPVersion
	}

	end := c.region(in.Region).creates.begin(&in)
	defer func() { end(id) }()
	started := time.Now()
	lost := false // an answer was, and with it whether the service acted
	err = c.write(ctx, call{actionCreate, in.Region, params}, func(ctx context.Context, answer *answer, failed *Error) *Error {
		if failed != nil {
			lost = lost || failed.lost
			return failed
		}
		if id = decodePeerID(answer.body); id != "" {
			return nil
		}
		lost = true // the peer is made, but the answer does not name it
		looking, cancel := c.grace(ctx)
		defer cancel()
		if found := c.search(looking, &in, started, false, false); found.ours {
			id = found.peer.ID
			return nil
		}
		return c.unusable(actionCreate, in.Region, answer, errNoPeerID)
	})
	if err == nil {
		return id, nil
	}
	var refusal *Error
	exists := errors.As(err, &refusal) && refusal.Kind == KindExists
	if !lost && !exists {
		return "", err
	}
	ended := ctx.Err() != nil
	looking, cancel := c.grace(ctx)
	defer cancel()
	found := c.search(looking, &in, started, exists, lost && ended)
	switch {
	case lost && found.ours:
		return "", &UncertainCreateError{Peer: found.peer, Looked: true, Err: err}
	case exists:
		return "", &PeerExistsError{Peer: cmp.Or(found.peer, found.only), Err: err}
	case found.peer.ID != "":
		return "", &PeerExistsError{Peer: found.peer, Err: err}
	case ended || !found.looked:
		return "", &UncertainCreateError{Looked: found.looked, Err: err}
	}
	return "", err // refused for good, and no try had made the peer
}

var errNoPeerID = errors.New("the answer does not name the peer that it made")

// grace is the time for a last look at what a create has made: also when ctx has
// ended, but then after a cancellation less than the second in which to end.
func (c *Client) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	grace := c.pace.Grace
	if errors.Is(ctx.Err(), context.Canceled) {
		grace = min(grace, 800*time.Millisecond)
	}
	if ctx.Err() != nil {
		ctx = context.WithoutCancel(ctx)
	}
	return context.WithTimeout(ctx, grace)
}

// finding is what stands where a create would put its peer.
type finding struct {
	peer   BGPPeer // zero if nothing does, or it cannot be told
	ours   bool    // the create may have made it
	only   BGPPeer // the group's only peer, if it has just one
	looked bool    // the service could be asked
}

// search looks for a create's peer until it could look once or, if it is to
// insist, until it has found it, or ctx ends. It does not wait for its turn
// among the region's calls: there is little time, and it is the last call.
// refused says that the service has told that the peer is there already.
func (c *Client) search(ctx context.Context, in *CreateBGPPeerInput, started time.Time, refused, insist bool) (found finding) {
	creates := &c.region(in.Region).creates
	for tries := 0; ; tries++ {
		peers, failed := c.describeAllOnce(ctx, BGPPeerFilter{Region: in.Region, GroupID: in.GroupID})
		if failed == nil {
			found = creates.pick(peers, in, c.serviceTime(started), refused)
			if found.peer.ID != "" || !insist {
				return found
			}
		}
		if sleep(ctx, c.pace.backoff(tries, 0)/2) != nil {
			return found
		}
	}
}

// creates is what the creates of a region know of each other, so that none takes
// another's peer for its own.
type creates struct {
	mu       sync.Mutex
	underWay []*CreateBGPPeerInput
	made     map[string]bool // ids of peers that one of them has made, or took for its own
}

// begin notes that a create begins, and end that it has ended; id is the peer that
// it made, "" if none.
func (s *creates) begin(in *CreateBGPPeerInput) (end func(id string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.underWay = append(s.underWay, in)
	return func(id string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.underWay = slices.DeleteFunc(s.underWay, func(other *CreateBGPPeerInput) bool { return other == in })
		if id != "" {
			s.take(id)
		}
	}
}

// take and mayBeAnothers are called with mu held.
func (s *creates) take(id string) {
	if s.made == nil {
		s.made = map[string]bool{}
	}
	s.made[id] = true
}

// mayBeAnothers reports whether a peer is another create's, or may turn out to be.
func (s *creates) mayBeAnothers(p BGPPeer, in *CreateBGPPeerInput) bool {
	return s.made[p.ID] || slices.ContainsFunc(s.underWay, func(other *CreateBGPPeerInput) bool {
		return other != in && other.GroupID == in.GroupID &&
			(other.PeerIPAddress == "" || sameAddress(other.PeerIPAddress, p.PeerIPAddress))
	})
}

// pick chooses from a group's peers the one that stands where the create would
// put its own. Nothing in a peer says who made it. But one that was last changed
// before the create began was there already, and so was one that differs from
// what was asked for, or that another create has made; any other is taken for the
// create's.
func (s *creates) pick(peers []BGPPeer, in *CreateBGPPeerInput, started time.Time, refused bool) finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := finding{looked: true}
	if len(peers) == 1 {
		found.only = peers[0]
	}
	if in.PeerIPAddress == "" {
		// Any peer of the group could be it: only its age can tell.
		fresh := slices.DeleteFunc(slices.Clone(peers), func(p BGPPeer) bool {
			_, dated := modifiedAt(p)
			return !dated || !mayBeOf(p, in, started) || s.mayBeAnothers(p, in)
		})
		if len(fresh) == 1 {
			found.peer, found.ours = fresh[0], true
			s.take(found.peer.ID)
		}
		return found
	}
	for _, p := range peers {
		if !sameAddress(p.PeerIPAddress, in.PeerIPAddress) {
			continue
		}
		// Refused because of a peer that does not tell its age: it is that peer.
		_, dated := modifiedAt(p)
		found.peer = p
		if found.ours = mayBeOf(p, in, started) && (dated || !refused) && !s.mayBeAnothers(p, in); found.ours {
			s.take(p.ID)
			break
		}
	}
	return found
}

// clockSlack is how far a peer's time of change may lie before the create's
// begin: answers have whole seconds, and the clocks are compared through them.
const clockSlack = time.Minute

// mayBeOf reports whether a create that began then may have made the peer.
func mayBeOf(p BGPPeer, in *CreateBGPPeerInput, started time.Time) bool {
	if at, dated := modifiedAt(p); dated && at.Before(started.Add(-clockSlack)) {
		return false
	}
	version := in.IPVersion
	if version == "" {
		version = "IPv4"
	}
	switch {
	case p.Status == PeerDeleting,
		p.IPVersion != "" && !strings.EqualFold(p.IPVersion, version),
		p.EnableBFD != nil && *p.EnableBFD != in.EnableBFD,
		in.EnableBFD && in.BFDMultiHop != 0 && p.BFDMultiHop != nil && *p.BFDMultiHop != in.BFDMultiHop:
		return false
	}
	return true
}

func modifiedAt(p BGPPeer) (at time.Time, known bool) {
	at, err := time.Parse(time.RFC3339, p.ModifiedAt)
	return at, err == nil
}

func sameAddress(a, b string) bool {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	if errX != nil || errY != nil {
		return strings.EqualFold(a, b)
	}
	return x == y
}
