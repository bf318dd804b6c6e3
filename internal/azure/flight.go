package azure

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// flights lets reads of the same thing at the same time share one operation.
type flights struct {
	mu      sync.Mutex
	running map[flightKey]*flight
}

// flightKey is what makes two reads the same: gateways in lower case, since
// ARM ids have no letter case, and the peer in canonical form.
type flightKey struct{ gateway, peer string }

// flight is one operation and those who wait for it.
type flight struct {
	cancel   context.CancelFunc
	waiting  int // guarded by flights.mu
	progress *progress

	done chan struct{} // closed when rows and err are set
	rows []BGPPeerStatus
	err  error
}

// flightLimit ends an operation that outlives every caller's timeout. Being a
// deadline at all, it also keeps azidentity from setting short ones of its own.
const flightLimit = 24 * time.Hour

// joinTime is for how long after it was asked for an operation takes others in.
//
// The service may carry an operation out as soon as it is asked. So one that was
// asked for before a read came may show what was before a change that the read
// depends on. But the reads that Terraform begins together come within moments of
// each other, and not all before the request of the first is out: a second lets them
// share. In that time hardly anything that a read depends on can have changed a
// session: it takes a call to another service, its answer, and BGP's own time.
const joinTime = time.Second

// do joins the flight of key, or starts one with read, and waits for its end
// or for that of ctx. A flight outlives the caller that started it, and ends
// when the last one that waits has left.
func (f *flights) do(ctx context.Context, key flightKey, read func(context.Context) ([]BGPPeerStatus, error)) ([]BGPPeerStatus, error) {
	own := f.join(ctx, key, read)
	defer f.leave(key, own)
	select {
	case <-own.done:
	case <-ctx.Done():
		select {
		case <-own.done: // a result that is there is taken
		default:
			return nil, own.progress.ended(ctx.Err())
		}
	}
	return slices.Clone(own.rows), own.err
}

func (f *flights) join(ctx context.Context, key flightKey, read func(context.Context) ([]BGPPeerStatus, error)) *flight {
	f.mu.Lock()
	defer f.mu.Unlock()
	if own, ok := f.running[key]; ok && own.progress.joinable() {
		own.waiting++
		return own
	}
	own := &flight{waiting: 1, progress: &progress{phase: PhaseStart}, done: make(chan struct{})}
	ctx, own.cancel = context.WithTimeout(context.WithoutCancel(ctx), flightLimit)
	ctx = withProgress(ctx, own.progress)
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

// progress is how far an operation has got, for those whose context ends
// while they wait for it. A nil progress takes no notes.
type progress struct {
	mu    sync.Mutex
	phase Phase
	last  *Error    // the last real failure since the last answer that was none
	asked time.Time // when the start was sent; zero before, and when that came to nothing
}

type progressKey struct{}

func withProgress(ctx context.Context, p *progress) context.Context {
	return context.WithValue(ctx, progressKey{}, p)
}

func progressOf(ctx context.Context) *progress {
	p, _ := ctx.Value(progressKey{}).(*progress)
	return p
}

// enter notes that phase begins and returns the one that it comes after.
func (p *progress) enter(phase Phase) (before Phase) {
	if p == nil {
		return ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	before, p.phase = p.phase, phase
	return before
}

// failed notes a failure that will be retried.
func (p *progress) failed(err *Error) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = err
	if p.phase == PhaseStart {
		p.asked = time.Time{}
	}
}

// joinable reports whether the operation may serve a read that comes now.
func (p *progress) joinable() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked.IsZero() || time.Since(p.asked) < joinTime
}

// startPolicy notes when the start of an operation is sent, each time that it is. It
// stands behind the token, which may take its time.
type startPolicy struct{}

// Do is azcore's policy.Policy.
func (startPolicy) Do(req *policy.Request) (*http.Response, error) {
	if p := progressOf(req.Raw().Context()); p != nil && req.Raw().Method == http.MethodPost {
		p.mu.Lock()
		p.asked = time.Now()
		p.mu.Unlock()
	}
	return req.Next()
}

// ended is the error for a caller whose context ended with err.
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

// answered notes that the service answered as it should, and that phase goes on.
func (p *progress) answered(phase Phase) Phase {
	if p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.phase, p.last = phase, nil
	}
	return phase
}
