package alibabacloud

import (
	"context"
	"errors"
	"sync"
	"time"
)

// listings lets reads of one kind share calls: reads of the peers or the groups of a
// region, or of the networks of a router.
//
// A read that comes alone is a call for its id. If another read comes meanwhile, one
// listing of all objects begins. It serves all reads that come while it lasts and, as
// long as it is young and nothing was written since it began, later ones too. The API
// cannot select one network, so each read of a network takes part in a listing.
//
// An object that is missing from a listing may still exist, since pages shift while
// they are read. If the API can select one by its id, the read then does that.
type listings[T any] struct {
	client  *Client
	kind    *kind[T]
	every   query // what a listing asks for
	changes *changes

	mu       sync.Mutex
	youngest *listing[T] // the last that began
	pages    int         // how many pages the last one found; 0 is unknown
	failed   *Error      // of the last try of a listing; nil if it succeeded
	failedAt time.Time
	byID     int // reads by id under way
	single   int // reads by id since the last whole listing, without those of waits
	watching int // waits under way
}

// listing is one listing, under way or done.
type listing[T any] struct {
	done    chan struct{} // closed when objects, whole and err are final
	cancel  context.CancelFunc
	event   int       // the number of changes.next when it was sent; 0 until then
	at      time.Time // when it was sent
	objects map[string]T
	whole   bool        // all pages were read, and none shifted
	earlier *listing[T] // the one before, if the kind has no filter and it was whole
	err     error

	readers int  // how many reads wait for it
	plain   bool // one of them is not of a wait
}

const (
	// pagesPerRead is how many pages a listing may have for each read, those of waits
	// aside, that it serves or that was made by id before it. More reads usually
	// follow: a refresh reads all objects, but only some at a time.
	pagesPerRead = 3
	// neverWorthwhile is the number of pages where listing is refused.
	neverWorthwhile = 1 << 30
)

// look is one read of one object.
type look struct {
	id    string
	plain bool // not of a wait
	ends  bool // of a wait for the object's end: that a listing lacks it is enough
	// fits reports whether a listing may serve that was sent at this event of changes,
	// and at this time. One that is not sent yet always may.
	fits  func(event int, at time.Time) bool
	after int // only a listing of a later event may
}

// worthwhile reports whether a listing of so many pages costs less than reads by id.
//
// After a read that is not of a wait, more are expected; see pagesPerRead. A wait reads
// one object only, so among waits a page has to serve one reader, or four waits that
// are under way, some of which will read again soon.
func (s *listings[T]) worthwhile(pages, readers int, plain bool) bool {
	switch {
	case s.kind.filter == "":
		return true
	case plain:
		return pages <= pagesPerRead*(s.single+readers)
	}
	return pages <= readers+s.watching/4
}

// serves reports whether a listing may serve a read.
func (l *listing[T]) serves(look *look) bool {
	return l.event == 0 || l.event > look.after && look.fits(l.event, l.at)
}

// showsGone reports whether a whole listing that lacks an object shows that it is gone.
func (l *listing[T]) showsGone(look *look) bool {
	inARow := 1
	if l.earlier != nil && look.fits(l.earlier.event, l.earlier.at) {
		if _, found := l.earlier.objects[look.id]; !found {
			inARow++
		}
	}
	return look.ends || shows(len(l.objects), inARow)
}

// current reads an object as it is now. Changes that others made within Pace.Freshness
// may not show.
func (s *listings[T]) current(ctx context.Context, id string) (T, error) {
	oldest := time.Now().Add(-s.client.pace.Freshness)
	object, _, err := s.read(ctx, &look{id: id, plain: true, fits: func(event int, at time.Time) bool {
		return s.changes.noneSince(event) && !at.Before(oldest)
	}})
	return object, err
}

// read reads an object, from a listing that fits or by its id, and returns when the
// service was asked.
func (s *listings[T]) read(ctx context.Context, look *look) (object T, asked time.Time, err error) {
	began := time.Now()
	l, end := s.join(ctx, look)
	if l != nil {
		select {
		case <-l.done:
		case <-ctx.Done():
		}
		s.leave(l)
		if ctx.Err() != nil {
			return object, time.Time{}, &endedError{ctx.Err(), s.failedSince(began)}
		}
		if l.err == nil && l.serves(look) {
			object, found := l.objects[look.id]
			switch {
			case found && !s.kind.isDeleted(object):
				return object, l.at, nil
			case l.whole && s.kind.filter == "" && l.showsGone(look):
				return object, l.at, s.kind.gone(s.every.region, look.id)
			case l.whole && s.kind.filter == "":
				again := *look
				again.after = l.event
				return s.read(ctx, &again)
			}
		}
	}
	if end == nil {
		s.mu.Lock()
		end = s.beginByID(look)
		s.mu.Unlock()
	}
	defer end()
	one := query{region: s.every.region, id: look.id, params: s.every.params}
	object, err = s.kind.one(ctx, s.client, one, func() { asked = time.Now() })
	return object, asked, err
}

// beginWatch records that a wait begins, and end that it has ended.
func (s *listings[T]) beginWatch() (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watching++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.watching--
	}
}

// beginByID records that a read by id begins, and end that it has ended. The caller
// holds mu.
func (s *listings[T]) beginByID(look *look) (end func()) {
	s.byID++
	if look.plain {
		s.single++
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.byID--
	}
}

// failedSince returns the last failure of a listing that no success has followed; nil if there
// is none since began.
func (s *listings[T]) failedSince(began time.Time) *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failedAt.Before(began) {
		return nil
	}
	return s.failed
}

// join returns the listing that a read should wait for, which begins now if need be. If
// it returns none, the read should ask for its id, and call endByID afterwards.
func (s *listings[T]) join(ctx context.Context, look *look) (joined *listing[T], endByID func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	underWay := look.plain && s.changes.underWay()
	if l := s.youngest; l != nil && !underWay && l.serves(look) {
		select {
		case <-l.done:
			if _, found := l.objects[look.id]; l.err == nil && (found || l.whole) {
				l.readers++
				return l, nil
			}
		default:
			l.readers++
			l.plain = l.plain || look.plain
			return l, nil
		}
	}
	if underWay || s.byID == 0 && s.kind.filter != "" || !s.worthwhile(s.pages, 1, look.plain) {
		return nil, s.beginByID(look)
	}
	// The listing belongs to all its readers: it ends when the last one leaves, not the
	// first.
	all, cancel := context.WithCancel(context.WithoutCancel(ctx)) //nolint:gosec // leave calls it
	l := &listing[T]{done: make(chan struct{}), cancel: cancel, readers: 1, plain: look.plain}
	before := s.youngest
	s.youngest = l
	go s.fill(all, l, before)
	return l, nil
}

// leave records that a read no longer waits for a listing.
func (s *listings[T]) leave(l *listing[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.readers--; l.readers == 0 {
		l.cancel()
	}
}

// fill makes the listing after the one before it has ended. So at most one is under way,
// and one gathers readers.
func (s *listings[T]) fill(ctx context.Context, l, before *listing[T]) {
	defer close(l.done)
	if before != nil {
		select {
		case <-before.done:
		case <-ctx.Done():
		}
	}
	// Only a throttled listing is repeated. After any other failure the readers ask by
	// id, and get the errors of those calls.
	throttled := func(failed *Error) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.failed, s.failedAt = failed, time.Now()
		return failed.Kind == KindThrottled
	}
	get := s.kind.repeating(s.client, s.every, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		l.event, l.at = s.changes.next(), time.Now()
	}, throttled)
	first, err := get(ctx, 1)
	objects, pages := first.objects, first.pages()

	s.mu.Lock()
	var failed *Error
	switch {
	case err == nil:
		s.pages, s.failed = pages, nil
	case ctx.Err() == nil && errors.As(err, &failed) && !failed.temporary():
		s.pages = neverWorthwhile
	}
	whole := s.worthwhile(pages, l.readers, l.plain)
	s.mu.Unlock()
	if err == nil && whole {
		var others []T
		if others, err = s.kind.otherPages(ctx, first, get); errors.Is(err, errShifted) {
			err, whole = nil, false // readers ask by id for what is missing
		}
		objects = append(objects, others...)
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	l.err, l.whole = err, err == nil && whole
	l.objects = make(map[string]T, len(objects))
	for _, o := range objects {
		l.objects[s.kind.id(o)] = o
	}
	if l.whole {
		s.single = 0
	}
	if s.kind.filter == "" && before != nil && before.whole {
		l.earlier = &listing[T]{event: before.event, at: before.at, objects: before.objects}
	}
	if err == nil {
		s.failed = nil
	}
}
