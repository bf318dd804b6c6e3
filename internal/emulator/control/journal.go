package control

import (
	"sync"
	"time"
)

// Entry is one request in the journal, its secrets masked.
type Entry struct {
	Seq    int       `json:"seq"`    // 1 for the first request since the start or the last reset
	Time   time.Time `json:"time"`   // by the service's clock, at the request's arrival
	Cloud  string    `json:"cloud"`  // "alibabacloud" or "azure"
	Action string    `json:"action"` // as in Exchange.Action
	Method string    `json:"method"`
	Path   string    `json:"path"`

	Params    map[string]string `json:"params,omitempty"`
	Status    int               `json:"status"`         // HTTP status answered; 0: the connection was dropped
	Code      string            `json:"code,omitempty"` // the vendor's error code answered
	RequestID string            `json:"request_id,omitempty"`
	Fault     string            `json:"fault,omitempty"` // the kinds of the faults applied, joined by "+"
	Acted     bool              `json:"acted"`           // the service carried the action out
}

// DefaultJournalCapacity is how many entries a journal keeps when it is not
// told otherwise.
const DefaultJournalCapacity = 4096

// Journal keeps the last requests that the services got, and counts all of
// them. It is safe for concurrent use.
type Journal struct {
	mu     sync.Mutex
	ring   []Entry // grows to capacity, then its oldest entry is overwritten
	next   int     // where the next entry goes once the ring is full
	limit  int
	total  int
	counts map[string]int
}

// NewJournal makes a journal of the last capacity entries
// (DefaultJournalCapacity where capacity is 0 or less).
func NewJournal(capacity int) *Journal {
	if capacity <= 0 {
		capacity = DefaultJournalCapacity
	}
	j := &Journal{limit: capacity}
	j.Reset()
	return j
}

func (j *Journal) add(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.total++
	e.Seq = j.total
	j.counts[e.Action]++
	if len(j.ring) < j.limit {
		j.ring = append(j.ring, e)
		return
	}
	j.ring[j.next] = e
	j.next = (j.next + 1) % j.limit
}

// Entries returns the entries still kept, oldest first. Their Params are
// shared and must not be changed.
func (j *Journal) Entries() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	entries := make([]Entry, 0, len(j.ring))
	entries = append(entries, j.ring[j.next:]...)
	return append(entries, j.ring[:j.next]...)
}

// Count returns how many requests asked for an action, "*" for all, since the
// start or the last reset, whether their entries are still kept or not.
func (j *Journal) Count(action string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	if action == AnyAction {
		return j.total
	}
	return j.counts[action]
}

// Counts returns the number of requests of each action since the start or the
// last reset.
func (j *Journal) Counts() map[string]int {
	j.mu.Lock()
	defer j.mu.Unlock()
	counts := make(map[string]int, len(j.counts))
	for action, n := range j.counts {
		counts[action] = n
	}
	return counts
}

// Reset forgets all entries and counts.
func (j *Journal) Reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ring, j.next, j.total = nil, 0, 0
	j.counts = map[string]int{}
}
