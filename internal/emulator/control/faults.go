package control

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// AnyAction as a fault's action stands for every action.
const AnyAction = "*"

// FaultKind says what goes wrong.
type FaultKind string

// The kinds of faults. "Acting" is the service carrying the request out.
const (
	KindError      FaultKind = "error"       // the vendor's error envelope with Status, Code and Message
	KindThrottle   FaultKind = "throttle"    // the vendor's throttling error, with RetryAfter in its header if set
	KindHTML       FaultKind = "html"        // an HTML page as a gateway sends it, status 502 if none is set
	KindEmpty      FaultKind = "empty"       // no body, status 200 if none is set
	KindTruncate   FaultKind = "truncate"    // acts, then a whole HTTP answer with the first half of the body
	KindDropBefore FaultKind = "drop-before" // the connection ends before acting
	KindDropDuring FaultKind = "drop-during" // acts; the connection ends in the middle of the answer's body
	KindDropAfter  FaultKind = "drop-after"  // acts; the connection ends before the answer
	KindDelay      FaultKind = "delay"       // waits for Delay; ends with the client's going
)

var faultKinds = []FaultKind{
	KindError, KindThrottle, KindHTML, KindEmpty, KindTruncate, KindDropBefore, KindDropDuring, KindDropAfter, KindDelay,
}

// Fault is one thing that goes wrong with the requests it matches.
//
// Of the faults that are due for a request every delay applies, and the first
// other one in the order they were added. A fault counts only requests that
// reach it: of two errors that match the same action, each once, the first
// request gets the first and the second request the second.
type Fault struct {
	// Cloud limits the fault to "alibabacloud" or "azure"; "" is both.
	Cloud string
	// Action is the action it applies to, AnyAction for every one.
	Action string
	Kind   FaultKind
	// Status, Code and Message are what is answered; zero values leave the
	// choice to the kind and the vendor.
	Status        int
	Code, Message string
	// RetryAfter goes into the vendor's own header, if it is more than 0.
	RetryAfter time.Duration
	// Delay is how long KindDelay waits, on a real timer.
	Delay time.Duration
	// AfterActing lets the service act first. The kinds that say so above do
	// that anyway; drop-before never does.
	AfterActing bool
	// Skip lets that many matching requests pass first. Then the fault
	// applies Times times; 0 is until it is removed.
	Skip, Times int
	// Match limits the fault to requests that have these parameters with
	// these values, as the journal shows them.
	Match map[string]string
}

// Validate says what is wrong with a fault, if anything.
func (f Fault) Validate() error {
	if f.Action == "" {
		return errors.New("a fault needs an action, \"*\" for every one")
	}
	if !slices.Contains(faultKinds, f.Kind) {
		return fmt.Errorf("%q is not a kind of fault; there are %v", f.Kind, faultKinds)
	}
	if f.Kind == KindDelay && f.Delay <= 0 {
		return errors.New("a fault of kind \"delay\" needs a delay")
	}
	if f.Skip < 0 || f.Times < 0 || f.RetryAfter < 0 {
		return errors.New("skip, times and retry_after of a fault cannot be negative")
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return fmt.Errorf("a fault cannot answer with status %d", f.Status)
	}
	return nil
}

func (f Fault) matches(cloud, action string, params map[string]string) bool {
	if f.Cloud != "" && f.Cloud != cloud || f.Action != AnyAction && f.Action != action {
		return false
	}
	for name, want := range f.Match {
		if got, ok := params[name]; !ok || got != want {
			return false
		}
	}
	return true
}

// FaultState is a fault that was asked for and what became of it.
type FaultState struct {
	ID      int // as Add returned it
	Fault   Fault
	Matched int // requests that reached it
	Applied int // requests it was applied to
}

func (s *FaultState) spent() bool { return s.Fault.Times > 0 && s.Applied >= s.Fault.Times }

// Faults are the faults asked for. The zero value has none and is ready; it
// is safe for concurrent use.
type Faults struct {
	mu     sync.Mutex
	lastID int
	states []*FaultState
}

// Add asks for a fault and returns its id. It panics where Validate finds a
// fault wanting, since that is a mistake in the test that asks for it.
func (fs *Faults) Add(f Fault) (id int) {
	if err := f.Validate(); err != nil {
		panic("control: " + err.Error())
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.lastID++
	fs.states = append(fs.states, &FaultState{ID: fs.lastID, Fault: f})
	return fs.lastID
}

// Remove ends one fault and reports whether there was one with this id.
func (fs *Faults) Remove(id int) bool {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, s := range fs.states {
		if s.ID == id {
			fs.states = append(fs.states[:i:i], fs.states[i+1:]...)
			return true
		}
	}
	return false
}

// Clear ends all faults.
func (fs *Faults) Clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.states = nil
}

// List returns all faults, also those that have been applied as often as they
// were asked for, in the order they were added.
func (fs *Faults) List() []FaultState {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	list := make([]FaultState, len(fs.states))
	for i, s := range fs.states {
		list[i] = *s
	}
	return list
}

// due are the faults that apply to one request.
type due struct {
	before, after time.Duration // the sums of the delays before and after acting
	delayed       bool
	fault         Fault // the other one; its Kind is "" where there is none
}

func (d due) names() string {
	var names []string
	if d.delayed {
		names = append(names, string(KindDelay))
	}
	if d.fault.Kind != "" {
		names = append(names, string(d.fault.Kind))
	}
	return strings.Join(names, "+")
}

// due takes the faults that apply to a request, and counts them.
func (fs *Faults) due(cloud, action string, params map[string]string) due {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var d due
	for _, s := range fs.states {
		f := s.Fault
		taken := f.Kind != KindDelay && d.fault.Kind != ""
		if taken || s.spent() || !f.matches(cloud, action, params) {
			continue
		}
		s.Matched++
		if s.Matched <= f.Skip {
			continue
		}
		s.Applied++
		switch {
		case f.Kind != KindDelay:
			d.fault = f
		case f.AfterActing:
			d.after, d.delayed = d.after+f.Delay, true
		default:
			d.before, d.delayed = d.before+f.Delay, true
		}
	}
	return d
}
