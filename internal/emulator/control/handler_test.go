package control_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// ask calls a control path and returns the status and the JSON answered.
func ask(t *testing.T, h http.Handler, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://control"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := control.RoundTripper(h).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, strings.TrimSpace(string(answer))
}

// testServices have the actions of the tests' service.
var testServices = map[string]control.Service{
	"alibabacloud": {Control: http.NotFoundHandler(), Actions: map[string][]string{"Create": nil, "A": nil, "B": nil}},
	"azure":        {Control: http.NotFoundHandler()},
}

func TestHandlerFaults(t *testing.T) {
	s := newService()
	h := control.Handler(s.gate.Journal, s.gate.Faults, map[string]control.Service{
		"azure": {Control: http.NotFoundHandler(), Actions: map[string][]string{"poll": {"operation"}}},
		"vpc":   {Control: http.NotFoundHandler(), Actions: map[string][]string{"Create": {"RegionId"}, "Delete": nil}},
	})
	steps := []struct {
		name, method, path, body string
		wantStatus               int
		want                     string
	}{
		{"add", "POST", "/faults", `{"action":"Create","kind":"throttle","status":400,"code":"Throttling","retry_after":"1.5s","times":1,"match":{"RegionId":"cn-shanghai"}}`, 201, `{"id":1}`},
		{"add a delay", "POST", "/faults", `{"cloud":"azure","action":"*","kind":"delay","delay":"20ms"}`, 201, `{"id":2}`},
		{"list", "GET", "/faults", "", 200, `{"faults":[` +
			`{"id":1,"matched":0,"applied":0,"action":"Create","kind":"throttle","status":400,"code":"Throttling","retry_after":"1.5s","times":1,"match":{"RegionId":"cn-shanghai"}},` +
			`{"id":2,"matched":0,"applied":0,"cloud":"azure","action":"*","kind":"delay","delay":"20ms"}]}`},
		{"remove", "DELETE", "/faults/1", "", 204, ""},
		{"remove again", "DELETE", "/faults/1", "", 404, `{"error":"there is no fault \"1\""}`},
		{"unknown kind", "POST", "/faults", `{"action":"*","kind":"explode"}`, 400, `{"error":"\"explode\" is not a kind of fault; there are [error throttle html empty truncate drop-before drop-during drop-after delay]"}`},
		{"unknown cloud", "POST", "/faults", `{"cloud":"azur","action":"*","kind":"html"}`, 400, `{"error":"there is no cloud \"azur\"; there are [azure vpc]"}`},
		{"unknown action", "POST", "/faults", `{"action":"Craete","kind":"html"}`, 400, `{"error":"there is no action \"Craete\"; there are [Create Delete poll]"}`},
		{"another cloud's action", "POST", "/faults", `{"cloud":"azure","action":"Create","kind":"html"}`, 400, `{"error":"there is no action \"Create\"; there are [poll]"}`},
		{"unknown parameter", "POST", "/faults", `{"action":"Create","kind":"html","match":{"RegionID":"x"}}`, 400, `{"error":"\"Create\" has no parameter \"RegionID\" to match; there are [RegionId]"}`},
		{"journal of an unknown action", "GET", "/journal?action=Craete", "", 400, `{"error":"there is no action \"Craete\"; there are [Create Delete poll]"}`},
		{"journal of an unknown cloud", "GET", "/journal?cloud=azur", "", 400, `{"error":"there is no cloud \"azur\"; there are [azure vpc]"}`},
		{"unknown field", "POST", "/faults", `{"acton":"*"}`, 400, `{"error":"the body is not as expected: json: unknown field \"acton\""}`},
		{"two values", "POST", "/faults", `{"action":"*","kind":"html"} {}`, 400, `{"error":"the body holds more than one JSON value"}`},
		{"no body", "POST", "/faults", ``, 400, `{"error":"the body is not as expected: EOF"}`},
		{"clear", "DELETE", "/faults", "", 204, ""},
		{"list none", "GET", "/faults", "", 200, `{"faults":[]}`},
		{"unknown path", "GET", "/fault", "", 404, `{"error":"there is no path \"/fault\""}`},
		{"unknown method", "PUT", "/faults", "{}", 405, `{"error":"PUT is not a method of \"/faults\"; there are DELETE, GET, HEAD, POST"}`},
	}
	for _, step := range steps {
		status, answer := ask(t, h, step.method, step.path, step.body)
		if status != step.wantStatus || answer != step.want {
			t.Errorf("%s: %d %s\nwant %d %s", step.name, status, answer, step.wantStatus, step.want)
		}
	}
}

func TestHandlerAddsFaultsThatApply(t *testing.T) {
	s := newService()
	h := control.Handler(s.gate.Journal, s.gate.Faults, testServices)
	ask(t, h, "POST", "/faults", `{"action":"Create","kind":"error","status":503,"code":"ServiceUnavailable"}`)
	if answer := call(t.Context(), t, control.RoundTripper(s), "http://vpc/Create"); answer.Status != 503 {
		t.Errorf("client saw %+v", answer)
	}
}

func TestHandlerJournal(t *testing.T) {
	s := newService()
	h := control.Handler(s.gate.Journal, s.gate.Faults, testServices)
	for _, action := range []string{"A", "B", "A"} {
		call(t.Context(), t, control.RoundTripper(s), "http://vpc/"+action)
	}
	for path, want := range map[string][]int{
		"/journal":                    {1, 2, 3},
		"/journal?action=A":           {1, 3},
		"/journal?after=2":            {3},
		"/journal?cloud=azure":        {},
		"/journal?cloud=alibabacloud": {1, 2, 3},
	} {
		status, answer := ask(t, h, "GET", path, "")
		var list struct{ Entries []control.Entry }
		if err := json.Unmarshal([]byte(answer), &list); err != nil || status != 200 {
			t.Fatalf("%s: %d %s: %v", path, status, answer, err)
		}
		got := []int{}
		for _, e := range list.Entries {
			got = append(got, e.Seq)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if status, answer := ask(t, h, "GET", "/journal?after=x", ""); status != 400 {
		t.Errorf("a wrong after: %d %s", status, answer)
	}
	if _, answer := ask(t, h, "GET", "/journal/counts", ""); answer != `{"A":2,"B":1}` {
		t.Errorf("counts %s", answer)
	}
	ask(t, h, "DELETE", "/journal", "")
	if _, answer := ask(t, h, "GET", "/journal", ""); answer != `{"entries":[]}` {
		t.Errorf("after DELETE: %s", answer)
	}
}

func TestHandlerPassesToServices(t *testing.T) {
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control.WriteJSON(w, http.StatusOK, r.Method+" "+r.URL.Path)
	})
	h := control.Handler(control.NewJournal(0), &control.Faults{}, map[string]control.Service{"azure": {Control: service}})
	if _, answer := ask(t, h, "PATCH", "/azure/rows/1", ""); answer != `"PATCH /rows/1"` {
		t.Errorf("service saw %s", answer)
	}
	if status, _ := ask(t, h, "GET", "/other/rows", ""); status != 404 {
		t.Errorf("an unknown service answers %d", status)
	}
}
