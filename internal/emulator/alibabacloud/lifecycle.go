package alibabacloud

import (
	"encoding/json"
	"errors"
	"time"
)

// Status is the status of a peer, a group or a network.
type Status string

// The documented statuses.
const (
	Pending   Status = "Pending"
	Available Status = "Available"
	Modifying Status = "Modifying"
	Deleting  Status = "Deleting"
	Deleted   Status = "Deleted"
)

// UnmarshalJSON refuses an empty status. One that is left out is Available.
func (s *Status) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, (*string)(s)); err != nil {
		return err
	}
	if *s == "" {
		return errors.New("a status is empty: leave it out for Available")
	}
	return nil
}

// SessionState is the state of a peer's BGP session, BgpStatus in answers.
type SessionState string

// The documented states of a session.
const (
	SessionIdle        SessionState = "Idle"
	SessionConnect     SessionState = "Connect"
	SessionActive      SessionState = "Active"
	SessionEstablished SessionState = "Established"
	SessionDown        SessionState = "Down"
)

// Delays say how long the stages of life cycles last. 0 skips a stage,
// negative is forever.
type Delays struct {
	PeerAvailable time.Duration // of a new peer, Pending until Available
	PeerModified  time.Duration // of a changed peer, Modifying until Available
	PeerDeleted   time.Duration // Deleting until Deleted

	GroupAvailable time.Duration // as of peers
	GroupModified  time.Duration
	GroupDeleted   time.Duration

	NetworkAvailable time.Duration // as of peers
	NetworkDeleted   time.Duration

	SessionConnect     time.Duration // of an Available peer's session, Idle until Connect
	SessionEstablished time.Duration // Connect until Established

	// TokenProcessing is how long the first call with a ClientToken counts as
	// still running for those that repeat it (ALI-051).
	TokenProcessing time.Duration
}

// stage is one step of a life cycle: after a delay, one state becomes the next.
type stage[S ~string] struct {
	in    S
	after time.Duration
	then  S
}

// statusStages are the life cycles of everything that has a status.
type statusStages struct{ peer, group, network []stage[Status] }

// statusStages declares the life cycles; the documents name the statuses, not
// the ways between them (ALI-030).
func (d Delays) statusStages() statusStages {
	return statusStages{
		peer: []stage[Status]{
			{Pending, d.PeerAvailable, Available},
			{Modifying, d.PeerModified, Available},
			{Deleting, d.PeerDeleted, Deleted},
		},
		group: []stage[Status]{
			{Pending, d.GroupAvailable, Available},
			{Modifying, d.GroupModified, Available},
			{Deleting, d.GroupDeleted, Deleted},
		},
		network: []stage[Status]{
			{Pending, d.NetworkAvailable, Available},
			{Deleting, d.NetworkDeleted, Deleted},
		},
	}
}

// sessionStages declares how the session of an Available peer comes up
// (ALI-031). What is not in Idle or Connect stays as it is.
func (d Delays) sessionStages() []stage[SessionState] {
	return []stage[SessionState]{
		{SessionIdle, d.SessionConnect, SessionConnect},
		{SessionConnect, d.SessionEstablished, SessionEstablished},
	}
}

// advance moves a state on to where it is by now, and tells since when.
func advance[S ~string](stages []stage[S], state S, since, now time.Time) (S, time.Time) {
	for _, st := range stages { // in the order of the life cycle
		if st.in != state || st.after < 0 || now.Before(since.Add(st.after)) {
			continue
		}
		state, since = st.then, since.Add(st.after)
	}
	return state, since
}

// settle brings a peer to where it is by now.
func (s *Service) settle(p *Peer, now time.Time) {
	if !p.HoldStatus {
		before, since := p.Status, p.StatusSince
		p.Status, p.StatusSince = advance(s.statusStages.peer, p.Status, p.StatusSince, now)
		if p.Status != before && before != Available {
			p.pauseSession(since)
		}
	}
	if p.HoldSession {
		return
	}
	if s.followSession(p) {
		return
	}
	if p.Status == Available {
		p.Session, p.SessionSince = advance(s.sessionStages, p.Session, p.SessionSince, now)
	}
}

// pauseSession takes the time from since to StatusSince, in which the peer was
// not Available, out of the time that a session has been coming up (ALI-031).
func (p *Peer) pauseSession(since time.Time) {
	if p.Session != SessionIdle && p.Session != SessionConnect {
		return
	}
	if p.SessionSince.After(since) {
		since = p.SessionSince
	}
	if pause := p.StatusSince.Sub(since); pause > 0 {
		p.SessionSince = p.SessionSince.Add(pause)
	}
}
