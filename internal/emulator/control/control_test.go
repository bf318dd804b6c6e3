package control_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

const fullAnswer = `{"BgpPeerId":"bgp-1"}`

// service is a minimal cloud: it counts how often it acted.
type service struct {
	gate  *control.Gate
	mu    sync.Mutex
	acted int
}

func newService() *service {
	clock := control.NewClock(time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC))
	return &service{gate: &control.Gate{
		Cloud: "alibabacloud", Now: clock.Now,
		Journal: control.NewJournal(0), Faults: &control.Faults{},
	}}
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	params := map[string]string{}
	for name, values := range r.URL.Query() {
		params[name] = values[0]
	}
	s.gate.Serve(w, r, control.Exchange{
		Action: strings.TrimPrefix(r.URL.Path, "/"), Params: params, RequestID: "request-1",
		Answer: func(w http.ResponseWriter, _ *http.Request) control.Outcome {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.acted++
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, fullAnswer)
			return control.Outcome{Acted: true}
		},
		Fail: func(w http.ResponseWriter, f control.Fault) string {
			w.Header().Set("X-Retry-After", f.RetryAfter.String())
			w.WriteHeader(f.Status)
			_, _ = io.WriteString(w, "vendor says "+f.Code)
			return f.Code
		},
	})
}

// got is what a client saw of one call.
type got struct {
	Status  int
	Body    string
	CallErr error
	BodyErr error
}

func call(ctx context.Context, t *testing.T, transport http.RoundTripper, url string) got {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader("x=1"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(req)
	if err != nil {
		return got{CallErr: err}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return got{Status: response.StatusCode, Body: string(body), BodyErr: err}
}

func TestFaultKinds(t *testing.T) {
	ok := got{Status: 200, Body: fullAnswer}
	tests := map[string]struct {
		fault     control.Fault
		want      got
		wantActed int
		wantEntry control.Entry
	}{
		"none": {
			fault: control.Fault{Action: "Other", Kind: control.KindError, Status: 500},
			want:  ok, wantActed: 1,
			wantEntry: control.Entry{Status: 200, Acted: true},
		},
		"error": {
			fault:     control.Fault{Action: "Create", Kind: control.KindError, Status: 503, Code: "ServiceUnavailable"},
			want:      got{Status: 503, Body: "vendor says ServiceUnavailable"},
			wantEntry: control.Entry{Status: 503, Code: "ServiceUnavailable", Fault: "error"},
		},
		"error after acting": {
			fault: control.Fault{Action: "Create", Kind: control.KindError, Status: 500, Code: "InternalError", AfterActing: true},
			want:  got{Status: 500, Body: "vendor says InternalError"}, wantActed: 1,
			wantEntry: control.Entry{Status: 500, Code: "InternalError", Fault: "error", Acted: true},
		},
		"throttle": {
			fault:     control.Fault{Action: "*", Kind: control.KindThrottle, Status: 400, Code: "Throttling", RetryAfter: time.Second},
			want:      got{Status: 400, Body: "vendor says Throttling"},
			wantEntry: control.Entry{Status: 400, Code: "Throttling", Fault: "throttle"},
		},
		"html": {
			fault: control.Fault{Action: "Create", Kind: control.KindHTML},
			want: got{Status: 502, Body: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
				"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"},
			wantEntry: control.Entry{Status: 502, Fault: "html"},
		},
		"empty": {
			fault:     control.Fault{Action: "Create", Kind: control.KindEmpty},
			want:      got{Status: 200},
			wantEntry: control.Entry{Status: 200, Fault: "empty"},
		},
		"empty after acting": {
			fault: control.Fault{Action: "Create", Kind: control.KindEmpty, AfterActing: true},
			want:  got{Status: 200}, wantActed: 1,
			wantEntry: control.Entry{Status: 200, Fault: "empty", Acted: true},
		},
		"truncate": {
			fault: control.Fault{Action: "Create", Kind: control.KindTruncate},
			want:  got{Status: 200, Body: fullAnswer[:len(fullAnswer)/2]}, wantActed: 1,
			wantEntry: control.Entry{Status: 200, Fault: "truncate", Acted: true},
		},
		"drop before": {
			fault:     control.Fault{Action: "Create", Kind: control.KindDropBefore},
			want:      got{CallErr: io.ErrUnexpectedEOF},
			wantEntry: control.Entry{Fault: "drop-before"},
		},
		"drop during": {
			fault: control.Fault{Action: "Create", Kind: control.KindDropDuring},
			want:  got{Status: 200, Body: fullAnswer[:len(fullAnswer)/2], BodyErr: io.ErrUnexpectedEOF}, wantActed: 1,
			wantEntry: control.Entry{Status: 200, Fault: "drop-during", Acted: true},
		},
		"drop after": {
			fault: control.Fault{Action: "Create", Kind: control.KindDropAfter},
			want:  got{CallErr: io.ErrUnexpectedEOF}, wantActed: 1,
			wantEntry: control.Entry{Fault: "drop-after", Acted: true},
		},
		"delay": {
			fault: control.Fault{Action: "Create", Kind: control.KindDelay, Delay: time.Minute},
			want:  ok, wantActed: 1,
			wantEntry: control.Entry{Status: 200, Fault: "delay", Acted: true},
		},
		"parameters match": {
			fault:     control.Fault{Action: "Create", Kind: control.KindDropBefore, Match: map[string]string{"RegionId": "cn-shanghai"}},
			want:      got{CallErr: io.ErrUnexpectedEOF},
			wantEntry: control.Entry{Fault: "drop-before"},
		},
		"parameters don't match": {
			fault: control.Fault{Action: "Create", Kind: control.KindDropBefore, Match: map[string]string{"RegionId": "cn-beijing"}},
			want:  ok, wantActed: 1,
			wantEntry: control.Entry{Status: 200, Acted: true},
		},
		"other cloud": {
			fault: control.Fault{Cloud: "azure", Action: "*", Kind: control.KindDropBefore},
			want:  ok, wantActed: 1,
			wantEntry: control.Entry{Status: 200, Acted: true},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService()
				s.gate.Faults.Add(test.fault)
				answer := call(t.Context(), t, control.RoundTripper(s), "http://vpc/Create?RegionId=cn-shanghai")
				if diff := cmp.Diff(test.want, answer, cmpopts.EquateErrors()); diff != "" {
					t.Errorf("client saw (-want +got):\n%s", diff)
				}
				if s.acted != test.wantActed {
					t.Errorf("service acted %d times, want %d", s.acted, test.wantActed)
				}
				want := test.wantEntry
				want.Seq, want.Time, want.Cloud, want.Action = 1, s.gate.Now(), "alibabacloud", "Create"
				want.Method, want.Path, want.RequestID = http.MethodPost, "/Create", "request-1"
				want.Params = map[string]string{"RegionId": "cn-shanghai"}
				if diff := cmp.Diff([]control.Entry{want}, s.gate.Journal.Entries()); diff != "" {
					t.Errorf("journal (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// The same faults look the same to a client on a real connection.
func TestFaultsOnTheWire(t *testing.T) {
	s := newService()
	server := httptest.NewServer(s)
	defer server.Close()
	for _, kind := range []control.FaultKind{control.KindDropBefore, control.KindDropDuring, control.KindDropAfter, control.KindTruncate} {
		s.gate.Faults.Add(control.Fault{Action: string(kind), Kind: kind})
	}
	for kind, wantBroken := range map[control.FaultKind]bool{
		control.KindDropBefore: true, control.KindDropDuring: true, control.KindDropAfter: true, control.KindTruncate: false,
	} {
		answer := call(t.Context(), t, server.Client().Transport, server.URL+"/"+string(kind))
		if broken := answer.CallErr != nil || answer.BodyErr != nil; broken != wantBroken {
			t.Errorf("%s: %+v, want a broken connection: %t", kind, answer, wantBroken)
		}
	}
}

func TestFaultsSkipTimesAndOrder(t *testing.T) {
	s := newService()
	s.gate.Faults.Add(control.Fault{Action: "Create", Kind: control.KindError, Status: 500, Code: "first", Skip: 1, Times: 2})
	s.gate.Faults.Add(control.Fault{Action: "*", Kind: control.KindError, Status: 503, Code: "second", Times: 1})
	transport := control.RoundTripper(s)
	var statuses []int
	for range 5 {
		statuses = append(statuses, call(t.Context(), t, transport, "http://vpc/Create").Status)
	}
	// The first request passes the first fault, so the second takes it.
	if diff := cmp.Diff([]int{503, 500, 500, 200, 200}, statuses); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	for _, state := range s.gate.Faults.List() {
		if state.Applied != state.Fault.Times {
			t.Errorf("fault %d was applied %d times, want %d", state.ID, state.Applied, state.Fault.Times)
		}
	}
}

func TestFaultsRemoveAndClear(t *testing.T) {
	s := newService()
	id := s.gate.Faults.Add(control.Fault{Action: "*", Kind: control.KindHTML})
	if !s.gate.Faults.Remove(id) || s.gate.Faults.Remove(id) {
		t.Error("a fault is removed once")
	}
	s.gate.Faults.Add(control.Fault{Action: "*", Kind: control.KindHTML})
	s.gate.Faults.Clear()
	if answer := call(t.Context(), t, control.RoundTripper(s), "http://vpc/Create"); answer.Status != 200 {
		t.Errorf("after Clear a client sees %+v", answer)
	}
}

func TestDelayCombinesWithAnotherFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.gate.Faults.Add(control.Fault{Action: "*", Kind: control.KindDelay, Delay: time.Minute})
		s.gate.Faults.Add(control.Fault{Action: "Create", Kind: control.KindThrottle, Status: 400, Code: "Throttling", Times: 1})
		call(t.Context(), t, control.RoundTripper(s), "http://vpc/Create")
		if entry := s.gate.Journal.Entries()[0]; entry.Fault != "delay+throttle" || entry.Status != 400 {
			t.Errorf("entry %+v", entry)
		}
	})
}

// A delay after acting comes before the connection ends too. The clock is that
// of synctest, so what is compared is exact.
func TestDelayAfterActingBeforeDrop(t *testing.T) {
	for _, kind := range []control.FaultKind{control.KindDropDuring, control.KindDropAfter} {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService()
				s.gate.Faults.Add(control.Fault{Action: "*", Kind: control.KindDelay, Delay: time.Minute, AfterActing: true})
				s.gate.Faults.Add(control.Fault{Action: "*", Kind: kind})
				start := time.Now()
				answer := call(t.Context(), t, control.RoundTripper(s), "http://vpc/Create")
				if answer.CallErr == nil && answer.BodyErr == nil || s.acted != 1 {
					t.Errorf("client saw %+v, the service acted %d times", answer, s.acted)
				}
				if waited := time.Since(start); waited != time.Minute {
					t.Errorf("the connection ended after %v", waited)
				}
			})
		})
	}
}

func TestDelayEndsWithTheClient(t *testing.T) {
	tests := map[string]struct {
		afterActing bool
		wantActed   int
	}{
		"before acting": {false, 0},
		"after acting":  {true, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService()
				s.gate.Faults.Add(control.Fault{
					Action: "*", Kind: control.KindDelay, Delay: time.Hour, AfterActing: test.afterActing,
				})
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				answer := call(ctx, t, control.RoundTripper(s), "http://vpc/Create")
				if !errors.Is(answer.CallErr, context.DeadlineExceeded) {
					t.Errorf("client saw %+v", answer)
				}
				synctest.Wait()
				if s.acted != test.wantActed {
					t.Errorf("service acted %d times, want %d", s.acted, test.wantActed)
				}
				if entry := s.gate.Journal.Entries()[0]; entry.Status != 0 || entry.Acted != test.afterActing {
					t.Errorf("entry %+v", entry)
				}
			})
		})
	}
}

func TestFaultValidate(t *testing.T) {
	for name, fault := range map[string]control.Fault{
		"no action":       {Kind: control.KindHTML},
		"no kind":         {Action: "*"},
		"unknown kind":    {Action: "*", Kind: "explode"},
		"delay of 0":      {Action: "*", Kind: control.KindDelay},
		"negative skip":   {Action: "*", Kind: control.KindHTML, Skip: -1},
		"negative times":  {Action: "*", Kind: control.KindHTML, Times: -1},
		"status too high": {Action: "*", Kind: control.KindHTML, Status: 1000},
	} {
		if fault.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := (control.Fault{Action: "*", Kind: control.KindDelay, Delay: 1}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestJournalKeepsTheLastAndCountsAll(t *testing.T) {
	s := newService()
	s.gate.Journal = control.NewJournal(3)
	transport := control.RoundTripper(s)
	for _, action := range []string{"A", "B", "A", "C", "A"} {
		call(t.Context(), t, transport, "http://vpc/"+action)
	}
	var seen []string
	last := 0
	for _, e := range s.gate.Journal.Entries() {
		seen, last = append(seen, e.Action), e.Seq
	}
	if diff := cmp.Diff([]string{"A", "C", "A"}, seen); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if last != 5 {
		t.Errorf("the last entry has number %d, want 5", last)
	}
	if diff := cmp.Diff(map[string]int{"A": 3, "B": 1, "C": 1}, s.gate.Journal.Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if a, all := s.gate.Journal.Count("A"), s.gate.Journal.Count(control.AnyAction); a != 3 || all != 5 {
		t.Errorf("counted %d and %d, want 3 and 5", a, all)
	}
	s.gate.Journal.Reset()
	call(t.Context(), t, transport, "http://vpc/A")
	if entries := s.gate.Journal.Entries(); len(entries) != 1 || entries[0].Seq != 1 {
		t.Errorf("after Reset: %+v", entries)
	}
}

func TestJournalKeepsNoEndlessPath(t *testing.T) {
	s := newService()
	call(t.Context(), t, control.RoundTripper(s), "http://vpc/"+strings.Repeat("x", 10_000))
	if path := s.gate.Journal.Entries()[0].Path; len(path) != 1024 {
		t.Errorf("the journal keeps %d bytes of the path", len(path))
	}
}

func TestJournalKeepsNoEndlessValue(t *testing.T) {
	s := newService()
	call(t.Context(), t, control.RoundTripper(s), "http://vpc/Create?Name="+strings.Repeat("x", 10_000))
	if name := s.gate.Journal.Entries()[0].Params["Name"]; len(name) != 256 {
		t.Errorf("the journal keeps %d bytes of the value", len(name))
	}
}

func TestConcurrentUse(t *testing.T) {
	s := newService()
	s.gate.Journal = control.NewJournal(7)
	s.gate.Faults.Add(control.Fault{Action: "*", Kind: control.KindHTML, Times: 20})
	transport := control.RoundTripper(s)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for range 10 {
				call(t.Context(), t, transport, "http://vpc/Create")
				s.gate.Journal.Entries()
				s.gate.Faults.List()
			}
		})
	}
	wg.Wait()
	if count := s.gate.Journal.Count("Create"); count != 100 {
		t.Errorf("%d requests counted, want 100", count)
	}
	if s.acted != 80 {
		t.Errorf("service acted %d times, want 80", s.acted)
	}
}

func TestClock(t *testing.T) {
	start := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	clock := control.NewClock(start)
	clock.Advance(90 * time.Second)
	if want := start.Add(90 * time.Second); !clock.Now().Equal(want) {
		t.Errorf("clock stands at %s, want %s", clock.Now(), want)
	}
}
