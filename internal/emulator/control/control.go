// Package control is what both emulated clouds share: a journal of the
// requests they got, faults that can be asked for, a hand-moved clock, and an
// in-memory transport for tests.
//
// A service understands a request, describes it as an [Exchange], and hands
// it to its [Gate]. The gate applies the faults that were asked for and writes
// the request into the journal before the client sees its answer.
package control

import (
	"bytes"
	"net/http"
	"strconv"
	"time"
)

// Masked stands in the journal where a secret was.
const Masked = "***"

// Exchange is one request as a service has understood it.
type Exchange struct {
	// Action names what is asked for: "CreateBgpPeer", "getBgpPeerStatus",
	// "poll", "token", and so on. It is what faults and counts go by.
	Action string
	// Params are the request's parameters that the service knows, secrets
	// replaced by Masked. The gate cuts long values.
	Params map[string]string
	// RequestID is the id that the answer will carry.
	RequestID string
	// Answer carries the request out and writes the service's answer. It may
	// be called never (a fault came first) or once.
	Answer func(w http.ResponseWriter, r *http.Request) Outcome
	// Fail writes the vendor's error envelope for a fault of KindError or
	// KindThrottle and returns the code it wrote. It chooses the status, code
	// and message where the fault names none.
	Fail func(w http.ResponseWriter, f Fault) (code string)
}

// Outcome is what the journal learns from a service's own answer.
type Outcome struct {
	Code  string // the vendor's error code, "" on success
	Acted bool   // the service carried the action out
}

// Gate stands before a service: every request passes it.
type Gate struct {
	Cloud   string // as in Entry.Cloud
	Now     func() time.Time
	Journal *Journal
	Faults  *Faults
}

// Serve answers one request: the faults that are due are applied around
// x.Answer, the journal gets its entry, then the answer is sent. It panics
// with http.ErrAbortHandler, as net/http wants it, to drop the connection.
func (g *Gate) Serve(w http.ResponseWriter, r *http.Request, x Exchange) {
	entry := Entry{
		Time: g.Now(), Cloud: g.Cloud, Action: x.Action,
		Method: clip(r.Method, maxValue), Path: clip(r.URL.Path, maxPath), Params: x.Params, RequestID: x.RequestID,
	}
	for name, value := range x.Params {
		x.Params[name] = clip(value, maxValue)
	}
	due := g.Faults.due(g.Cloud, x.Action, x.Params)
	entry.Fault = due.names()

	answer := newAnswer()
	act := func() {
		outcome := x.Answer(answer, r)
		entry.Code, entry.Acted = outcome.Code, outcome.Acted
	}
	finish := func() {
		entry.Status = answer.status
		g.Journal.add(entry)
	}
	drop := func() {
		entry.Status, entry.Code = 0, ""
		g.Journal.add(entry)
		panic(http.ErrAbortHandler)
	}

	if !wait(r, due.before) {
		drop()
	}
	switch f := due.fault; f.Kind {
	case "":
		act()
	case KindDropBefore:
		drop()
	case KindDropAfter:
		act()
		wait(r, due.after)
		drop()
	case KindDropDuring:
		act()
		if !wait(r, due.after) {
			drop()
		}
		body := answer.body.Bytes()
		answer.header.Set("Content-Length", strconv.Itoa(len(body)+1))
		answer.body.Truncate(len(body) / 2)
		finish()
		answer.send(w)
		_ = http.NewResponseController(w).Flush() // a writer that cannot flush still aborts
		panic(http.ErrAbortHandler)
	case KindTruncate:
		act()
		answer.body.Truncate(answer.body.Len() / 2)
	default:
		if f.AfterActing {
			act()
			answer = newAnswer()
		}
		entry.Code = g.spoil(answer, x, f)
	}
	if !wait(r, due.after) {
		drop()
	}
	finish()
	answer.send(w)
}

// spoil writes what a fault sends in place of the service's answer.
func (g *Gate) spoil(answer *answer, x Exchange, f Fault) (code string) {
	switch f.Kind {
	case KindHTML:
		answer.header.Set("Content-Type", "text/html; charset=utf-8")
		answer.status = or(f.Status, http.StatusBadGateway)
		title := strconv.Itoa(answer.status) + " " + http.StatusText(answer.status)
		answer.body.WriteString("<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" +
			title + "</h1></center>\r\n</body>\r\n</html>\r\n")
		return ""
	case KindEmpty:
		answer.status = or(f.Status, http.StatusOK)
		return ""
	default:
		return x.Fail(answer, f)
	}
}

// wait waits for d and reports whether the client was still there.
func wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// What the journal keeps at most, in bytes.
const (
	maxPath  = 1024
	maxValue = 256 // of a parameter
)

// clip keeps what a client sends from filling the journal.
func clip(s string, limit int) string { return s[:min(len(s), limit)] }

// or returns value, or fallback where value is 0.
func or(value, fallback int) int {
	if value == 0 {
		return fallback
	}
	return value
}

// answer holds a service's answer back until it may be sent.
type answer struct {
	header http.Header
	status int
	wrote  bool
	body   bytes.Buffer
}

func newAnswer() *answer {
	return &answer{header: http.Header{}, status: http.StatusOK}
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if !a.wrote {
		a.status, a.wrote = status, true
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.wrote = true
	return a.body.Write(p)
}

func (a *answer) send(w http.ResponseWriter) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	if header.Get("Content-Length") == "" {
		header.Set("Content-Length", strconv.Itoa(a.body.Len()))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // the client may have gone
}
