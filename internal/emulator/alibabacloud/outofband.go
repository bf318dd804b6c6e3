package alibabacloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// State is everything that a service holds, in a form for JSON, so that a later run
// can continue. Client tokens and nonces are not part of it.
type State struct {
	VBRs     []VBR     `json:"vbrs"`
	VPCs     []VPC     `json:"vpcs"`
	Groups   []Group   `json:"groups"`
	Peers    []Peer    `json:"peers"`
	Networks []Network `json:"networks"`
}

// State returns what the service holds, except what the API shows to nobody:
// what belongs to a VBR or a group that was removed out of band.
func (s *Service) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleAll(s.now())
	state := State{
		VBRs:     values(s.store.vbrs.order),
		VPCs:     values(s.store.vpcs.order),
		Groups:   values(s.store.groups.order),
		Peers:    values(s.store.peers.order),
		Networks: values(s.store.networks.order),
	}
	state.Groups = slices.DeleteFunc(state.Groups, func(g Group) bool { return s.store.vbrs.byID[g.RouterID] == nil })
	state.Peers = slices.DeleteFunc(state.Peers, func(p Peer) bool { return s.vbrOf(&p) == nil })
	state.Networks = slices.DeleteFunc(state.Networks, func(n Network) bool { return s.store.vbrs.byID[n.RouterID] == nil })
	return state
}

// SetState replaces what the service holds by what State returned, each object
// checked as when it is put. The error names those that are wrong; the service
// is then as it was.
func (s *Service) SetState(state State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	loaded := newStore()
	err := errors.Join(
		load(&loaded, "VBR", state.VBRs, s.putVBR),
		load(&loaded, "VPC", state.VPCs, s.putVPC),
		load(&loaded, "group", state.Groups, s.putGroup),
		load(&loaded, "peer", state.Peers, s.putPeer),
		load(&loaded, "network", state.Networks, s.putNetwork),
	)
	if err == nil {
		s.store = loaded
	}
	return err
}

func load[T any](st *store, what string, rows []T, put func(*store, T) error) error {
	var failures []error
	for i, row := range rows {
		if err := put(st, row); err != nil {
			failures = append(failures, fmt.Errorf("%s %d of the state: %w", what, i+1, err))
		}
	}
	return errors.Join(failures...)
}

// ControlHandler serves out-of-band changes, all bodies being JSON
// in the shapes of VBR, VPC, Group, Peer and Network:
//
//	GET    /peers        all of them: [{…},…]
//	GET    /peers/{id}   one
//	PUT    /peers/{id}   adds it or replaces it
//	PATCH  /peers/{id}   changes the members in the body
//	DELETE /peers/{id}   makes it vanish
//
// and the same of /groups, /vbrs and /vpcs. Networks have no id:
//
//	GET    /networks     all of them: [{…},…]
//	PUT    /networks     adds the one in the body, or replaces the one of the same VBR and prefix
//	DELETE /networks     makes the one of ?router_id= and ?cidr= vanish
//
// GET /state is everything.
func (s *Service) ControlHandler() http.Handler {
	mux := http.NewServeMux()
	serveTable(mux, s, "peers",
		func(st *store) *table[Peer] { return &st.peers },
		func(id string, p Peer) error { p.ID = id; return s.putPeer(&s.store, p) })
	serveTable(mux, s, "groups",
		func(st *store) *table[Group] { return &st.groups },
		func(id string, g Group) error { g.ID = id; return s.putGroup(&s.store, g) })
	serveTable(mux, s, "vbrs",
		func(st *store) *table[VBR] { return &st.vbrs },
		func(id string, v VBR) error { v.ID = id; return s.putVBR(&s.store, v) })
	serveTable(mux, s, "vpcs",
		func(st *store) *table[VPC] { return &st.vpcs },
		func(id string, v VPC) error { v.ID = id; return s.putVPC(&s.store, v) })
	mux.HandleFunc("GET /networks", func(w http.ResponseWriter, _ *http.Request) {
		control.WriteJSON(w, http.StatusOK, s.Networks())
	})
	mux.HandleFunc("PUT /networks", func(w http.ResponseWriter, r *http.Request) {
		var n Network
		err := control.ReadJSON(r, &n)
		if err == nil {
			s.mu.Lock()
			s.settleAll(s.now())
			err = s.putNetwork(&s.store, n)
			s.mu.Unlock()
		}
		if err != nil {
			control.WriteError(w, http.StatusBadRequest, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("DELETE /networks", func(w http.ResponseWriter, r *http.Request) {
		router, cidr := r.URL.Query().Get("router_id"), r.URL.Query().Get("cidr")
		if !s.RemoveNetwork(router, cidr) {
			control.WriteError(w, http.StatusNotFound, fmt.Errorf("%q has no network %q", router, cidr))
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		control.WriteJSON(w, http.StatusOK, s.State())
	})
	return control.JSONErrors(mux)
}

// serveTable serves one table of the store.
func serveTable[T any](mux *http.ServeMux, s *Service, name string, of func(*store) *table[T], put func(id string, row T) error) {
	mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		s.settleAll(s.now())
		rows := values(of(&s.store).order)
		s.mu.Unlock()
		control.WriteJSON(w, http.StatusOK, rows)
	})
	one := func(method string, serve func(r *http.Request, t *table[T], id string) (row *T, status int, err error)) {
		mux.HandleFunc(method+" /"+name+"/{id}", func(w http.ResponseWriter, r *http.Request) {
			id := r.PathValue("id")
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)) // before the lock
			if err != nil {
				control.WriteError(w, http.StatusBadRequest, err)
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			s.mu.Lock()
			s.settleAll(s.now())
			row, status, err := serve(r, of(&s.store), id)
			var answer T
			if row != nil {
				answer = *row
			}
			s.mu.Unlock()
			switch {
			case err != nil:
				control.WriteError(w, status, err)
			case row == nil:
				w.WriteHeader(status)
			default:
				control.WriteJSON(w, status, answer)
			}
		})
	}
	missing := func(id string) error { return fmt.Errorf("there is no %q among the %s", id, name) }
	one("GET", func(_ *http.Request, t *table[T], id string) (*T, int, error) {
		if t.byID[id] == nil {
			return nil, http.StatusNotFound, missing(id)
		}
		return t.byID[id], http.StatusOK, nil
	})
	one("PUT", func(r *http.Request, t *table[T], id string) (*T, int, error) {
		var row T
		if err := control.ReadJSON(r, &row); err != nil {
			return nil, http.StatusBadRequest, err
		}
		if err := put(id, row); err != nil {
			return nil, http.StatusBadRequest, err
		}
		return t.byID[id], http.StatusOK, nil
	})
	one("PATCH", func(r *http.Request, t *table[T], id string) (*T, int, error) {
		if t.byID[id] == nil {
			return nil, http.StatusNotFound, missing(id)
		}
		row, err := deepCopy(*t.byID[id]) // the body is decoded over it
		if err != nil {
			return nil, http.StatusInternalServerError, err
		}
		if err := control.ReadJSON(r, &row); err != nil {
			return nil, http.StatusBadRequest, err
		}
		if err := put(id, row); err != nil {
			return nil, http.StatusBadRequest, err
		}
		return t.byID[id], http.StatusOK, nil
	})
	one("DELETE", func(_ *http.Request, t *table[T], id string) (*T, int, error) {
		if !t.remove(id) {
			return nil, http.StatusNotFound, missing(id)
		}
		return nil, http.StatusNoContent, nil
	})
}

func deepCopy[T any](row T) (T, error) {
	var fresh T
	text, err := json.Marshal(row)
	if err == nil {
		err = json.Unmarshal(text, &fresh)
	}
	return fresh, err
}

// restampGroup does for a group's status what restamp does for a peer's.
func restampGroup(before, g *Group, now time.Time) {
	if g.Status != before.Status && g.StatusSince.Equal(before.StatusSince) {
		g.StatusSince = now
	}
}

// restamp makes a status or a session that changed between before and p begin
// now, unless its beginning changed too.
func restamp(before, p *Peer, now time.Time) {
	if p.Status != before.Status && p.StatusSince.Equal(before.StatusSince) {
		p.StatusSince = now
	}
	switch {
	case !p.SessionSince.Equal(before.SessionSince):
	case p.Session != before.Session:
		p.SessionSince = now
	case p.Status != before.Status && before.Status != Available:
		p.pauseSession(before.StatusSince)
	}
}
