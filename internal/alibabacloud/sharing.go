package alibabacloud

import (
	"context"
	"errors"
	"sync"
	"time"
)

// listings lets reads of one kind share their calls: those of peers and of groups
// in one region, those of networks of one router. A read that comes alone is a call
// for its id. When another comes while that is under way, one listing of all is
// made, and serves all who come while it lasts. As long as it is young and nothing
// was written since it began, it serves those who come later too. Networks cannot
// be asked for one by one: there each read takes part in a listing.
//
// That an object is missing from a listing proves nothing where it can be asked for
// by its id, for pages shift while they are read: then the reader does that.
type listings[T any] struct {
	client  *Client
	kind    *kind[T]
	every   query // what a listing lists
	changes *changes

	mu       sync.Mutex
	youngest *listing[T] // the last that was begun
	pages    int         // how many the last one found; 0 is unknown
	failed   *Error      // of the last try of a listing; nil if it succeeded
	byID     int         // reads by id under way
	single   int         // plain reads by id since the last whole listing
	watching int         // waits under way
}

// listing is one listing, under way or done.
type listing[T any] struct {
	done    chan struct{} // closed when objects, whole and err will not change any more
	cancel  context.CancelFunc
	event   int       // of changes, when it was asked for; 0 until then
	at      time.Time // when it was asked for
	objects map[string]T
	whole   bool // it has all of them
	err     error

	readers int  // who wait for it
	plain   bool // one of them is no look of a wait
}

const (
	// pagesPerRead is how many pages may be read for each plain read that has come, or
	// else would cost a call of its own: behind them there usually are more to come,
	// for there are more objects than are read at a time.
	pagesPerRead = 3
	// neverWorthwhile stands for the pages of what cannot be listed.
	neverWorthwhile = 1 << 30
)

// look is a read of one object.
type look struct {
	id    string
	plain bool // not a look of a wait
	// fits reports whether a listing that was asked for at an event of changes, and
	// at a time, may serve. One that is yet to be asked for always may.
	fits func(event int, at time.Time) bool
}

// worthwhile reports whether so many pages are worth a listing for so many readers.
// Of the waits, some will look again soon.
func (s *listings[T]) worthwhile(pages, readers int, plain bool) bool {
	switch {
	case s.kind.filter == "":
		return true
	case plain:
		return pages <= pagesPerRead*(s.single+readers)
	}
	return pages <= readers+s.watching/4
}

// serves reports whether a listing may serve a look.
func (l *listing[T]) serves(look *look) bool { return l.event == 0 || look.fits(l.event, l.at) }

// current reads an object as it is now, but for changes by others within
// Pace.Freshness.
func (s *listings[T]) current(ctx context.Context, id string) (T, error) {
	oldest := time.Now().Add(-s.client.pace.Freshness)
	object, _, err := s.read(ctx, &look{id: id, plain: true, fits: func(event int, at time.Time) bool {
		return s.changes.noneSince(event) && !at.Before(oldest)
	}})
	return object, err
}

// read reads an object from a listing that fits, or by its id, and tells when the
// service was asked.
func (s *listings[T]) read(ctx context.Context, look *look) (object T, asked time.Time, err error) {
	l, end := s.join(ctx, look)
	if l != nil {
		select {
		case <-l.done:
		case <-ctx.Done():
		}
		s.leave(l)
		if ctx.Err() != nil {
			return object, time.Time{}, &endedError{ctx.Err(), s.lastFailure()}
		}
		if l.err == nil && l.serves(look) {
			object, found := l.objects[look.id]
			switch {
			case found && !s.kind.isDeleted(object):
				return object, l.at, nil
			case l.whole && s.kind.filter == "":
				return object, l.at, s.kind.gone(s.every.region, look.id)
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

// beginWatch notes that a wait begins, and end that it has ended.
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

// beginByID notes that a read by id begins, and end that it has ended. The caller
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

func (s *listings[T]) lastFailure() *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// join gives the listing that a reader should wait for, begun now if need be. If it
// gives none, the reader should ask for its id, and tell when that has ended.
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
	// The listing is everybody's: it ends with the last of its readers, not with
	// the first.
	all, cancel := context.WithCancel(context.WithoutCancel(ctx)) //nolint:gosec // leave calls it
	l := &listing[T]{done: make(chan struct{}), cancel: cancel, readers: 1, plain: look.plain}
	before := s.youngest
	s.youngest = l
	go s.fill(all, l, before)
	return l, nil
}

// leave notes that a reader no longer waits.
func (s *listings[T]) leave(l *listing[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.readers--; l.readers == 0 {
		l.cancel()
	}
}

// fill makes the listing, after the one before it: so there is never more than
// one under way and one that gathers readers.
func (s *listings[T]) fill(ctx context.Context, l, before *listing[T]) {
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
	first, err := s.kind.page(ctx, s.client, s.every, 1, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		l.event, l.at = s.changes.next(), time.Now()
	}, throttled)
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
		if others, err = s.kind.otherPages(ctx, s.client, s.every, first, throttled); errors.Is(err, errShifted) {
			err, whole = nil, false // what was missed is asked for by id
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
}
