package alibabacloud

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// listings lets the reads of one region share their calls. A read that comes
// alone is a call for its id. When another comes while that is under way, one
// listing of the region is made, and serves all who come while it lasts; as long
// as it is young and nothing was written through this client since it began, it
// serves those who come later too.
//
// A listing costs a call per page, so it is only finished when enough readers
// want it; and that a peer is missing from it proves nothing, for pages shift
// while they are read: then the reader asks for its id.
type listings struct {
	mu      sync.Mutex
	events  int // counts begun listings and ended writes
	written int // events at the end of the last write
	writing int // writes under way

	youngest *listing        // the last that was begun
	pages    int             // how many the last one found; 0 is unknown
	failed   *Error          // of the last try of a listing; nil if it succeeded
	byID     int             // reads by id under way
	watching int             // waits under way
	asked    map[string]bool // ids that were read by id, lately, since the last whole listing
	askedAt  time.Time       // of the first of them
}

// listing is one listing of a region, under way or done.
type listing struct {
	done   chan struct{} // closed when the fields below it will not change any more
	cancel context.CancelFunc
	event  int       // listings.events when it was asked for; 0 until then
	at     time.Time // when it was asked for
	peers  map[string]BGPPeer
	whole  bool // all pages were read
	err    error

	readers int  // who wait for it
	plain   bool // one of them is no look of a wait
}

const (
	// pagesPerReader is how many pages may be read for each plain reader.
	pagesPerReader = 3
	// pagesAtOnce bounds the pages that are read side by side.
	pagesAtOnce = 8
	// neverWorthwhile stands for the pages of a region that cannot be listed.
	neverWorthwhile = 1 << 30
)

// beginWrite notes that a write begins, and end that it has ended.
func (s *listings) beginWrite() (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.writing--
		s.events++
		s.written = s.events
	}
}

// beginWatch notes that a wait begins, and end that it has ended; begun is a point
// in the order of events that later listings come after.
func (s *listings) beginWatch() (begun int, end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watching++
	return s.events, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.watching--
	}
}

// current reports whether a listing shows the region as it is now, but for
// changes by others since it was asked for, which must not be before oldest. The
// caller holds mu.
func (s *listings) current(l *listing, oldest time.Time) bool {
	return s.writing == 0 && (l.event == 0 || l.event > s.written && !l.at.Before(oldest))
}

// read reads a peer from a listing that is good enough, or by its id, and tells
// when the service was asked. good is called with listings.mu held.
func (c *Client) read(ctx context.Context, region, id string, plain bool, good func(*listing) bool) (peer BGPPeer, asked time.Time, err error) {
	shared := &c.region(region).peers
	l := c.join(ctx, region, id, plain, good)
	if l != nil {
		select {
		case <-l.done:
		case <-ctx.Done():
		}
		shared.leave(l)
		if err := ctx.Err(); err != nil {
			return BGPPeer{}, time.Time{}, interrupted(ctx, shared.lastFailure())
		}
		if peer, found := shared.row(l, id, good); found {
			return peer, l.at, nil
		}
	}
	defer shared.beginByID(id, c.pace.Freshness)()
	peer, err = c.describeByID(ctx, region, id, func() { asked = time.Now() })
	return peer, asked, err
}

// beginByID notes that a read by id begins, and end that it has ended.
func (s *listings) beginByID(id string, lately time.Duration) (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID++
	if s.asked == nil || time.Since(s.askedAt) > lately {
		s.asked, s.askedAt = map[string]bool{}, time.Now()
	}
	s.asked[id] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.byID--
	}
}

// worthwhile reports whether so many pages are worth a listing for so many
// readers. Behind plain reads there usually are more to come, for there are more
// peers than are read at a time. Of the waits, some will look again soon.
func (s *listings) worthwhile(pages, readers int, plain bool) bool {
	if plain {
		return pages <= pagesPerReader*(len(s.asked)+readers)
	}
	return pages <= readers+s.watching/4
}

// row gives a peer from a listing that is done and good enough.
func (s *listings) row(l *listing, id string, good func(*listing) bool) (BGPPeer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	peer, found := l.peers[id]
	return peer, found && l.err == nil && peer.Status != PeerDeleted && good(l)
}

func (s *listings) lastFailure() *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// join gives the listing that a reader should wait for, begun now if need be; or
// nil if the reader should ask for its id.
func (c *Client) join(ctx context.Context, region, id string, plain bool, good func(*listing) bool) *listing {
	s := &c.region(region).peers
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.youngest; l != nil && good(l) {
		select {
		case <-l.done:
			if _, found := l.peers[id]; l.err == nil && (found || l.whole) {
				l.readers++
				return l
			}
		default:
			l.readers++
			l.plain = l.plain || plain
			return l
		}
	}
	if s.byID == 0 || !good(&listing{}) || !s.worthwhile(s.pages, 1, plain) {
		return nil
	}
	// The listing is everybody's: it ends with the last of its readers, not with
	// the first.
	all, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l := &listing{done: make(chan struct{}), cancel: cancel, readers: 1, plain: plain}
	before := s.youngest
	s.youngest = l
	go c.fill(all, region, l, before)
	return l
}

// leave notes that a reader no longer waits.
func (s *listings) leave(l *listing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.readers--; l.readers == 0 {
		l.cancel()
	}
}

// fill makes the listing, after the one before it: so there is never more than
// one under way and one that gathers readers.
func (c *Client) fill(ctx context.Context, region string, l, before *listing) {
	s := &c.region(region).peers
	defer close(l.done)
	if before != nil {
		select {
		case <-before.done:
		case <-ctx.Done():
		}
	}
	// No listing is better than one that fails again and again: then the readers ask
	// by id, and what goes wrong there is theirs.
	throttled := func(failed *Error) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.failed = failed
		return failed.Kind == KindThrottled
	}
	filter := BGPPeerFilter{Region: region}
	first, err := c.describe(ctx, filter, 1, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.events++
		l.event, l.at = s.events, time.Now()
	}, throttled)
	rows, pages := first.Peers, first.pages()

	s.mu.Lock()
	switch {
	case err == nil:
		s.pages, s.failed = pages, nil
	case ctx.Err() == nil && !s.failed.temporary():
		s.pages = neverWorthwhile
	}
	whole := s.worthwhile(pages, l.readers, l.plain)
	s.mu.Unlock()
	if err == nil && whole {
		var others []BGPPeer
		if others, err = c.otherPages(ctx, filter, first, throttled); errors.Is(err, errShifted) {
			err = nil // a peer that was missed is asked for by id
		}
		rows = append(rows, others...)
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	l.err, l.whole = err, err == nil && whole
	l.peers = make(map[string]BGPPeer, len(rows))
	for _, p := range rows {
		l.peers[p.ID] = p
	}
	if l.whole {
		s.asked = nil
	}
}

// pages is how many pages there are if all are like this one, the first.
func (p peerPage) pages() int {
	const fewest, most = 10, 10_000 // the API's default for a page; beyond any account
	rows := max(len(p.Peers), fewest)
	return int(max(1, min((p.Total+int64(rows)-1)/int64(rows), most)))
}

var errShifted = errors.New("the pages shifted while they were read")

// otherPages reads all pages but the first, side by side. If they and the first
// do not have as many peers as they say, the error is errShifted, and they are
// given nevertheless.
func (c *Client) otherPages(ctx context.Context, filter BGPPeerFilter, first peerPage, again func(*Error) bool) ([]BGPPeer, error) {
	pages := make([]peerPage, first.pages()-1)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(pagesAtOnce)
	for i := range pages {
		group.Go(func() (err error) {
			pages[i], err = c.describe(ctx, filter, i+2, func() {}, again)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var rows []BGPPeer
	total := first.Total
	for _, page := range pages {
		rows = append(rows, page.Peers...)
		total = max(total, page.Total)
	}
	if int64(len(first.Peers)+len(rows)) < total {
		return rows, errShifted
	}
	return rows, nil
}

// list reads all pages, again if they shift meanwhile: until they have as many
// peers as they say, or twice the same ones. An account that is never so calm is
// an error rather than a list with holes.
func (c *Client) list(ctx context.Context, filter BGPPeerFilter) ([]BGPPeer, error) {
	var before []BGPPeer
	for range 5 {
		first, err := c.describe(ctx, filter, 1, func() {}, (*Error).temporary)
		if err != nil {
			return nil, err
		}
		others, err := c.otherPages(ctx, filter, first, (*Error).temporary)
		if err != nil && !errors.Is(err, errShifted) {
			return nil, err
		}
		peers := ordered(append(first.Peers, others...))
		if err == nil || slices.EqualFunc(peers, before, func(a, b BGPPeer) bool { return a.ID == b.ID }) {
			return peers, nil
		}
		before = peers
	}
	return nil, &Error{
		Action: actionDescribe, Region: filter.Region, Kind: KindPassing, HTTPStatus: http.StatusOK,
		Message: errShifted.Error() + ", each time anew", Err: errShifted,
	}
}

// describeAllOnce reads all pages, each in one try and out of turn.
func (c *Client) describeAllOnce(ctx context.Context, filter BGPPeerFilter) ([]BGPPeer, *Error) {
	var peers []BGPPeer
	for page, pages := 1, 1; page <= pages; page++ {
		got, failed := c.describeOnce(ctx, filter, page)
		if failed != nil {
			return nil, failed
		}
		if page == 1 {
			pages = got.pages()
		}
		peers = append(peers, got.Peers...)
	}
	return ordered(peers), nil
}

// ordered sorts by id and drops the Deleted and what stood on two pages.
func ordered(peers []BGPPeer) []BGPPeer {
	peers = slices.DeleteFunc(peers, func(p BGPPeer) bool { return p.Status == PeerDeleted })
	slices.SortFunc(peers, func(a, b BGPPeer) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(peers, func(a, b BGPPeer) bool { return a.ID == b.ID })
}
