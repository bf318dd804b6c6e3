package live

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"time"

	packet "github.com/osrg/gobgp/v4/pkg/packet/bgp"
)

// observer is what gobgp logs to. It keeps since when each neighbor is in its
// state, and says in the user's words why a session is not up: gobgp tells it
// nowhere else. It reads the messages of the version that go.mod pins.
type observer struct {
	say func(n neighbor, text string)

	mu        sync.Mutex // guards all below
	neighbors map[netip.Addr]*observedNeighbor
}

// observedNeighbor is what an observer knows of a neighbor's session.
type observedNeighbor struct {
	neighbor
	since time.Time       // of its state
	said  map[string]bool // since it was up last
}

func newObserver(say func(neighbor, string)) *observer {
	return &observer{say: say, neighbors: map[netip.Addr]*observedNeighbor{}}
}

// begin makes it know a new session, in place of an older one with the neighbor.
func (o *observer) begin(n neighbor) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.neighbors[n.at.Addr()] = &observedNeighbor{neighbor: n, since: time.Now(), said: map[string]bool{}}
}

func (o *observer) stateSince(address netip.Addr) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	if n := o.neighbors[address]; n != nil {
		return n.since
	}
	return time.Time{}
}

// observed is a record of gobgp's log, which is about one neighbor.
type observed struct {
	message string
	at      time.Time
	with    map[string]string
}

func (o *observer) observe(r observed) {
	address, err := netip.ParseAddr(r.with["Key"])
	if err != nil {
		return // not about a neighbor
	}
	if text, n := o.read(address, r); text != "" {
		o.say(n, text)
	}
}

// read takes note of a record and returns what is to be said of it, and of whom.
func (o *observer) read(address netip.Addr, r observed) (text string, _ neighbor) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := o.neighbors[address]
	if n == nil { // nobody that is configured
		n = &observedNeighbor{neighbor: neighbor{at: netip.AddrPortFrom(address, 0)}, said: map[string]bool{}}
		o.neighbors[address] = n
	}
	if r.message == "state changed" && r.with["old"] != r.with["new"] {
		n.since = r.at
	}
	text, again := r.text(n.key != "")
	if n.said[text] && !again {
		return "", n.neighbor
	}
	if again {
		clear(n.said) // what went wrong before may be reported again
	}
	n.said[text] = true
	return text, n.neighbor
}

// observedMessages are the messages of gobgp that text and observe read.
var observedMessages = map[string]bool{
	"Peer Up": true, "Peer Down": true, "state changed": true, "failed to connect": true,
	"sent notification": true, "received notification": true,
	"Can't find configuration for a new passive connection": true, "Mismatched local address": true,
}

// text is what a record means to the user, "" where it means nothing. What goes
// wrong with every try is told once; again marks what is always told.
func (r observed) text(keyed bool) (text string, again bool) {
	switch r.message {
	case "Peer Up":
		return "Established", true
	case "Peer Down":
		return "down: " + reasonText(r.with["Reason"]), true
	case "failed to connect":
		return dialText(r.with["Error"], keyed), false
	case "sent notification":
		return notificationText("this side refused a message: ", r.with), false
	case "received notification":
		return notificationText("it refused a message: ", r.with), false
	case "state changed":
		if r.with["old"] != packet.BGP_FSM_ESTABLISHED.String() && r.with["new"] == packet.BGP_FSM_IDLE.String() {
			return "not up: " + reasonText(r.with["reason"]), false
		}
	case "Can't find configuration for a new passive connection":
		return "it dials, but no session is configured with its address", false
	case "Mismatched local address":
		return "it dials, but not the address that its session is configured with", false
	}
	return "", false
}

// dialText says why dialing failed. Nothing on loopback leaves a connection
// without an answer but a kernel that drops segments for their MD5 signature,
// or for the lack of one: it drops even what says that nobody listens.
func dialText(failure string, keyed bool) string {
	switch {
	case strings.Contains(failure, "connection refused"):
		return "connection refused: no router listens there"
	case strings.Contains(failure, "i/o timeout") && keyed:
		return "no answer: no router listens there, its MD5 key differs, or it has none"
	case strings.Contains(failure, "i/o timeout"):
		return "no answer: it has an MD5 key, and this side has none"
	}
	return "cannot connect: " + failure
}

// notificationText says what a NOTIFICATION, sent or received, is about. One
// that ends a session in order is reported as the end of the session.
func notificationText(what string, with map[string]string) string {
	var code, subcode uint8
	if _, err := fmt.Sscan(with["Code"]+" "+with["Subcode"], &code, &subcode); err != nil || code == packet.BGP_ERROR_CEASE {
		return ""
	}
	text := what + packet.NewNotificationErrorCode(code, subcode).String()
	switch {
	case code == packet.BGP_ERROR_OPEN_MESSAGE_ERROR && subcode == packet.BGP_ERROR_SUB_BAD_PEER_AS:
		text += ": the ASN is another than the one configured for it"
	case code == packet.BGP_ERROR_FSM_ERROR:
		text += ": the answer to OPEN was something else, most likely a refusal of this side's ASN"
	}
	return text
}

// reasonText puts gobgp's reason for a change of state in words.
func reasonText(reason string) string {
	switch reason {
	case "read-failed":
		return "the connection ended"
	case "hold-timer-expired":
		return "the hold time passed without a message"
	case "bad-peer-as":
		return "its ASN is another than the one configured for it"
	case "deconfigured", "dying", "unknown": // gobgp 4.8.0 has no text for the first
		return "the session was removed or changed on this side"
	}
	return strings.ReplaceAll(reason, "-", " ")
}

// handler passes gobgp's log records to an observer.
type handler struct {
	observer *observer
	with     []slog.Attr
}

func (h handler) Enabled(context.Context, slog.Level) bool { return true }

func (h handler) Handle(_ context.Context, record slog.Record) error {
	if !observedMessages[record.Message] {
		return nil
	}
	r := observed{message: record.Message, at: record.Time, with: map[string]string{}}
	keep := func(a slog.Attr) bool { r.with[a.Key] = a.Value.String(); return true }
	for _, a := range h.with {
		keep(a)
	}
	record.Attrs(keep)
	h.observer.observe(r)
	return nil
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.observer, append(h.with[:len(h.with):len(h.with)], attrs...)}
}

func (h handler) WithGroup(string) slog.Handler { return h }
