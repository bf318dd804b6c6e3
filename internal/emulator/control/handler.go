package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// maxControlBody bounds what the control path reads of one request.
const maxControlBody = 1 << 20

// Handler serves the control path over HTTP, all bodies being JSON:
//
//	GET    /journal         entries still kept, oldest first; ?action=, ?cloud= and ?after=SEQ narrow them
//	GET    /journal/counts  {"CreateBgpPeer":3,…}, of all requests since the start or the last reset
//	DELETE /journal         forgets entries and counts
//	GET    /faults          faults with their ids and how often they matched and were applied
//	POST   /faults          adds one, answers {"id":N}
//	DELETE /faults          removes all
//	DELETE /faults/{id}     removes one
//	…      /{service}/…     the out-of-band changes of a service, its own handler below its name
//
// A fault is {"cloud","action","kind","status","code","message","retry_after",
// "delay","after_acting","skip","times","match"} with the meanings of [Fault];
// durations are strings such as "250ms". Errors are {"error":"…"} with status
// 400, 404 or 405.
func Handler(journal *Journal, faults *Faults, services map[string]Service) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /journal", func(w http.ResponseWriter, r *http.Request) {
		entries, err := selectEntries(journal.Entries(), services, r)
		if err != nil {
			WriteError(w, http.StatusBadRequest, err)
			return
		}
		WriteJSON(w, http.StatusOK, map[string]any{"entries": entries})
	})
	mux.HandleFunc("GET /journal/counts", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, journal.Counts())
	})
	mux.HandleFunc("DELETE /journal", func(w http.ResponseWriter, _ *http.Request) {
		journal.Reset()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) {
		states := faults.List()
		list := make([]faultStateJSON, len(states))
		for i, s := range states {
			list[i] = faultStateJSON{ID: s.ID, Matched: s.Matched, Applied: s.Applied, faultJSON: toJSON(s.Fault)}
		}
		WriteJSON(w, http.StatusOK, map[string]any{"faults": list})
	})
	mux.HandleFunc("POST /faults", func(w http.ResponseWriter, r *http.Request) {
		var asked faultJSON
		if err := ReadJSON(r, &asked); err != nil {
			WriteError(w, http.StatusBadRequest, err)
			return
		}
		fault := asked.fault()
		if err := fault.Validate(); err != nil {
			WriteError(w, http.StatusBadRequest, err)
			return
		}
		if err := fault.applies(services); err != nil {
			WriteError(w, http.StatusBadRequest, err)
			return
		}
		WriteJSON(w, http.StatusCreated, map[string]int{"id": faults.Add(fault)})
	})
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		faults.Clear()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("DELETE /faults/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.Atoi(r.PathValue("id"))
		if err != nil || !faults.Remove(id) {
			WriteError(w, http.StatusNotFound, fmt.Errorf("there is no fault %q", r.PathValue("id")))
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	for name, service := range services {
		mux.Handle("/"+name+"/", http.StripPrefix("/"+name, service.Control))
	}
	return JSONErrors(mux)
}

// Service is an emulated cloud as the control path knows it.
type Service struct {
	// Control serves the out-of-band changes of the service.
	Control http.Handler
	// Actions are its actions, each with its parameters, by the names that the
	// journal has.
	Actions map[string][]string
}

// exists says what is wrong with the name of a cloud ("" is any) or of an action
// ("" and AnyAction are any), if anything.
func exists(services map[string]Service, cloud, action string) error {
	if _, known := services[cloud]; cloud != "" && !known {
		return fmt.Errorf("there is no cloud %q; there are %v", cloud, slices.Sorted(maps.Keys(services)))
	}
	if action == "" || action == AnyAction {
		return nil
	}
	var there []string
	for name, service := range services {
		if cloud == "" || cloud == name {
			there = slices.AppendSeq(there, maps.Keys(service.Actions))
		}
	}
	if slices.Contains(there, action) {
		return nil
	}
	slices.Sort(there)
	return fmt.Errorf("there is no action %q; there are %v", action, slices.Compact(there))
}

// applies says why a fault can match no request of these services, if so.
func (f Fault) applies(services map[string]Service) error {
	if err := exists(services, f.Cloud, f.Action); err != nil {
		return err
	}
	for param := range f.Match {
		var there []string
		for name, service := range services {
			for action, params := range service.Actions {
				if (f.Cloud == "" || f.Cloud == name) && (f.Action == AnyAction || f.Action == action) {
					there = append(there, params...)
				}
			}
		}
		if !slices.Contains(there, param) {
			slices.Sort(there)
			return fmt.Errorf("%q has no parameter %q to match; there are %v", f.Action, param, slices.Compact(there))
		}
	}
	return nil
}

// JSONErrors serves a control path's mux, whose own answers to unknown paths
// and methods are text.
func JSONErrors(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		answer := newAnswer()
		own.ServeHTTP(answer, r)
		switch allow := answer.header.Get("Allow"); answer.status {
		case http.StatusNotFound:
			WriteError(w, answer.status, fmt.Errorf("there is no path %q", r.URL.Path))
		case http.StatusMethodNotAllowed:
			w.Header().Set("Allow", allow)
			WriteError(w, answer.status, fmt.Errorf("%s is not a method of %q; there are %s", r.Method, r.URL.Path, allow))
		default: // to the path in its clean form
			answer.send(w)
		}
	})
}

func selectEntries(entries []Entry, services map[string]Service, r *http.Request) ([]Entry, error) {
	query := r.URL.Query()
	after := 0
	if text := query.Get("after"); text != "" {
		var err error
		if after, err = strconv.Atoi(text); err != nil {
			return nil, fmt.Errorf("after is not a number: %q", text)
		}
	}
	action, cloud := query.Get("action"), query.Get("cloud")
	if err := exists(services, cloud, action); err != nil { // or a misspelt name would read as "not asked"
		return nil, err
	}
	selected := []Entry{}
	for _, e := range entries {
		if e.Seq > after && (action == "" || e.Action == action) && (cloud == "" || e.Cloud == cloud) {
			selected = append(selected, e)
		}
	}
	return selected, nil
}

// Duration is a duration in JSON, as time.ParseDuration reads it: "1m30s".
type Duration time.Duration

// MarshalText writes a duration as time.Duration prints it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

type faultJSON struct {
	Cloud       string            `json:"cloud,omitempty"`
	Action      string            `json:"action"`
	Kind        FaultKind         `json:"kind"`
	Status      int               `json:"status,omitempty"`
	Code        string            `json:"code,omitempty"`
	Message     string            `json:"message,omitempty"`
	RetryAfter  Duration          `json:"retry_after,omitempty"`
	Delay       Duration          `json:"delay,omitempty"`
	AfterActing bool              `json:"after_acting,omitempty"`
	Skip        int               `json:"skip,omitempty"`
	Times       int               `json:"times,omitempty"`
	Match       map[string]string `json:"match,omitempty"`
}

type faultStateJSON struct {
	ID      int `json:"id"`
	Matched int `json:"matched"`
	Applied int `json:"applied"`
	faultJSON
}

func (f faultJSON) fault() Fault {
	return Fault{
		Cloud: f.Cloud, Action: f.Action, Kind: f.Kind, Status: f.Status, Code: f.Code, Message: f.Message,
		RetryAfter: time.Duration(f.RetryAfter), Delay: time.Duration(f.Delay),
		AfterActing: f.AfterActing, Skip: f.Skip, Times: f.Times, Match: f.Match,
	}
}

func toJSON(f Fault) faultJSON {
	return faultJSON{
		Cloud: f.Cloud, Action: f.Action, Kind: f.Kind, Status: f.Status, Code: f.Code, Message: f.Message,
		RetryAfter: Duration(f.RetryAfter), Delay: Duration(f.Delay),
		AfterActing: f.AfterActing, Skip: f.Skip, Times: f.Times, Match: f.Match,
	}
}

// ReadJSON reads a control request's body into v: one JSON value, no unknown
// fields, at most 1 MiB.
func ReadJSON(r *http.Request, v any) error {
	decoder := json.NewDecoder(io.LimitReader(r.Body, maxControlBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return fmt.Errorf("the body is not as expected: %w", err)
	}
	if decoder.More() {
		return errors.New("the body holds more than one JSON value")
	}
	return nil
}

// WriteJSON answers a control request with v.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may have gone
}

// WriteError answers a control request with {"error":"…"}.
func WriteError(w http.ResponseWriter, status int, err error) {
	WriteJSON(w, status, map[string]string{"error": err.Error()})
}
