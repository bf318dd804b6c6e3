package azure

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// flights lets reads of the same thing at the same time share one operation.
type flights struct {
	mu      sync.Mutex
	running map[flightKey]*flight
}

// flightKey identifies a read: reads with equal keys are the same. ARM ids do not
// differ by letter case, so id is in lower case; peer is in canonical form.
type flightKey struct{ id, action, peer string }

// flight is one operation and the callers that wait for it.
type flight struct {
	cancel   context.CancelFunc
	waiting  int // guarded by flights.mu
	progress *progress

	done chan struct{} // closed when rows and err are set
	rows any
	err  error
}

// flightLimit ends an operation that outlives every caller's timeout. It is also a
// deadline, which keeps azidentity from setting short ones of its own.
const flightLimit = 24 * time.Hour

// A read may join a flight only until the start of its operation is sent. The service
// may carry the operation out at once, so a later read could be shown what was before
// a change that it depends on.
//
// Reads that Terraform begins together come within moments of each other. So the start
// is delayed until no read has come for gatherQuiet, but no longer than gatherLimit.
// The time to get a token counts.
const (
	gatherQuiet = 25 * time.Millisecond
	gatherLimit = 250 * time.Millisecond
)

// do joins the flight of key, or starts one with read, and waits until the flight or
// ctx ends. The result is shared with other callers. A flight outlives the caller that
// started it; it ends when the last caller that waits has left.
func (f *flights) do(ctx context.Context, key flightKey, read func(context.Context) (any, error)) (any, error) {
	own := f.join(ctx, key, read)
	defer f.leave(key, own)
	for {
		until, changed := own.progress.pausing()
		end, limited := ctx.Deadline()
		select {
		case <-own.done: // a result that exists counts, even if ctx has ended
			return own.rows, own.err
		default:
		}
		switch {
		case ctx.Err() != nil:
			return nil, own.progress.ended(ctx.Err())
		case limited && until.After(end):
			return nil, own.progress.ended(&wire.TooLongError{Pause: time.Until(until)})
		}
		select {
		case <-own.done:
		case <-changed:
		case <-ctx.Done():
		}
	}
}

func (f *flights) join(ctx context.Context, key flightKey, read func(context.Context) (any, error)) *flight {
	f.mu.Lock()
	defer f.mu.Unlock()
	if own, ok := f.running[key]; ok && own.progress.join() {
		own.waiting++
		return own
	}
	own := &flight{waiting: 1, progress: newProgress(), done: make(chan struct{})}
	ctx, own.cancel = context.WithTimeout(context.WithoutCancel(ctx), flightLimit)
	ctx = context.WithValue(ctx, progressKey{}, own.progress)
	if f.running == nil {
		f.running = map[flightKey]*flight{}
	}
	f.running[key] = own
	go func() {
		own.rows, own.err = read(ctx)
		f.mu.Lock()
		f.forget(key, own)
		f.mu.Unlock()
		close(own.done)
		own.cancel()
	}()
	return own
}

func (f *flights) leave(key flightKey, own *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	own.waiting--
	if own.waiting == 0 {
		f.forget(key, own)
		own.cancel()
	}
}

// forget keeps later reads from joining own. The caller holds the lock.
func (f *flights) forget(key flightKey, own *flight) {
	if f.running[key] == own {
		delete(f.running, key)
	}
}

// progress is how far an operation has got, for the callers that wait for it or want to
// join.
type progress struct {
	mu            sync.Mutex
	phase         Phase
	last          *Error    // the last failure since the last good answer
	sent          bool      // the start was sent, and has not failed
	began, joined time.Time // when the first and the latest caller came

	until   time.Time     // when the latest pause between two requests ends
	changed chan struct{} // closed when another pause begins
}

func newProgress() *progress {
	now := time.Now()
	return &progress{phase: PhaseStart, began: now, joined: now, changed: make(chan struct{})}
}

type progressKey struct{}

// progressOf returns the progress of the operation that a request belongs to. A token may
// be asked for without one.
func progressOf(ctx context.Context) *progress {
	if p, ok := ctx.Value(progressKey{}).(*progress); ok {
		return p
	}
	return newProgress()
}

// enter records that phase begins.
func (p *progress) enter(phase Phase) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.phase = phase
}

// failed records a failure that will be retried.
func (p *progress) failed(err *Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = err
	if p.phase == PhaseStart {
		p.sent = false
	}
}

// pause pauses the operation. Callers without the time for that leave at once, and the
// last to leave ends it.
func (p *progress) pause(ctx context.Context, d time.Duration) error {
	p.mu.Lock()
	p.until = time.Now().Add(d)
	close(p.changed)
	p.changed = make(chan struct{})
	p.mu.Unlock()
	return wire.Sleep(ctx, d)
}

// pausing returns when the latest pause ends, and a channel that is closed when another
// begins.
func (p *progress) pausing() (until time.Time, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until, p.changed
}

// join reports whether a read that comes now may share the operation, and records that
// it came.
func (p *progress) join() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sent {
		return false
	}
	p.joined = time.Now()
	return true
}

// gather returns when the start is to be sent, which is once no read has come for a
// moment. From then on none can join.
func (p *progress) gather(ctx context.Context) error {
	for {
		p.mu.Lock()
		due := p.joined.Add(gatherQuiet)
		if latest := p.began.Add(gatherLimit); due.After(latest) {
			due = latest
		}
		wait := time.Until(due)
		p.sent = wait <= 0
		p.mu.Unlock()
		if wait <= 0 {
			return nil
		}
		if err := wire.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// startPolicy records what a request is for, and gathers reads each time before the
// start of an operation is sent. It comes after the policy that gets the token, which may
// take long.
type startPolicy struct{}

// Do is azcore's policy.Policy.
func (startPolicy) Do(req *policy.Request) (*http.Response, error) {
	ctx := req.Raw().Context()
	p := progressOf(ctx)
	if req.Raw().Method != http.MethodPost {
		p.enter(PhasePoll)
		return req.Next()
	}
	p.enter(PhaseStart)
	if err := p.gather(ctx); err != nil {
		return nil, err
	}
	return req.Next()
}

// ended returns the error for a caller whose context ended with err.
func (p *progress) ended(err error) *Error {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := &Error{}
	if p.last != nil {
		*e = *p.last
	}
	e.Phase, e.Ended = p.phase, err
	return e
}

// answered records a good answer of the service, and that phase begins or goes on.
func (p *progress) answered(phase Phase) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.phase, p.last = phase, nil
}
