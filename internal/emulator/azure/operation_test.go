package azure_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// twoRows is the answer for the test's gateway right at the start.
const twoRows = `{"value":[` +
	`{"localAddress":"10.0.0.254","neighbor":"10.0.0.254","asn":65515,"state":"Unknown","routesReceived":0,"messagesSent":0,"messagesReceived":0},` +
	`{"localAddress":"10.0.0.254","neighbor":"10.1.0.254","asn":1337,"state":"Connecting","routesReceived":0,"messagesSent":0,"messagesReceived":0}]}`

// steadily makes the test's second row Connecting for good, as recorded.
func steadily(config *azure.Config) {
	config.Gateways[0].Rows[1].Life = azure.Steady(azure.StateConnecting)
	config.OperationDelay, config.RetryAfter = 15*time.Second, 10*time.Second
}

// seen is what of an answer matters to a poller.
type seen struct {
	Status          int
	Location, Async bool
	RetryAfter      string
	Body            string
}

func see(got answer) seen {
	return seen{
		Status: got.StatusCode, Location: got.Header.Get("Location") != "", Async: got.Header.Get("Azure-AsyncOperation") != "",
		RetryAfter: got.Header.Get("Retry-After"), Body: got.body,
	}
}

// TestRecording is the recorded exchange: 202 null with Location and
// Retry-After 10, 202 null, then 200 with the rows and no status.
func TestRecording(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, steadily)
	started := w.status("")
	want := seen{Status: 202, Location: true, RetryAfter: "10", Body: "null"}
	if diff := cmp.Diff(want, see(started)); diff != "" {
		t.Errorf("POST (-want +got):\n%s", diff)
	}
	location := started.Header.Get("Location")
	prefix := "https://" + testHost + "/subscriptions/" + testSubscription + "/providers/Microsoft.Network/locations/westcentralus/operationResults/"
	if !strings.HasPrefix(location, prefix) || len(location) < 3000 {
		t.Errorf("Location is %d long: %s", len(location), location)
	}
	w.clock.Advance(10 * time.Second)
	if diff := cmp.Diff(want, see(w.poll(location))); diff != "" {
		t.Errorf("poll, running (-want +got):\n%s", diff)
	}
	w.clock.Advance(10 * time.Second)
	for range 2 {
		if diff := cmp.Diff(seen{Status: 200, Body: twoRows}, see(w.poll(location))); diff != "" {
			t.Errorf("poll, ended (-want +got):\n%s", diff)
		}
	}
	if polls := w.journal.Count(azure.ActionPoll); polls != 3 {
		t.Errorf("%d polls in the journal", polls)
	}
	for _, entry := range w.journal.Entries() {
		if entry.Action == azure.ActionPoll && entry.Params["s"] != control.Masked {
			t.Errorf("the journal shows a poll URL's signature: %v", entry.Params)
		}
	}
}

func TestStyles(t *testing.T) {
	t.Parallel()
	for style, test := range map[azure.Style]struct {
		start   seen
		monitor string // the status monitor's last answer
	}{
		azure.StyleLocation:        {start: seen{Status: 202, Location: true, RetryAfter: "10", Body: "null"}},
		azure.StyleAsync:           {start: seen{Status: 202, Async: true, RetryAfter: "10", Body: "null"}, monitor: `{"status":"Succeeded",` + twoRows[1:]},
		azure.StyleAsyncProperties: {start: seen{Status: 202, Async: true, RetryAfter: "10", Body: "null"}, monitor: `{"status":"Succeeded","properties":` + twoRows + `}`},
		azure.StyleAsyncOutput:     {start: seen{Status: 202, Async: true, RetryAfter: "10", Body: "null"}, monitor: `{"status":"Succeeded","properties":{"output":` + twoRows + `}}`},
		azure.StyleBoth:            {start: seen{Status: 202, Async: true, Location: true, RetryAfter: "10", Body: "null"}, monitor: `{"status":"Succeeded"}`},
		azure.StyleImmediate:       {start: seen{Status: 200, Body: twoRows}},
	} {
		t.Run(string(style), func(t *testing.T) {
			t.Parallel()
			w := newAzureService(t, steadily, func(config *azure.Config) { config.Style = style })
			started := w.status("")
			if diff := cmp.Diff(test.start, see(started)); diff != "" {
				t.Fatalf("POST (-want +got):\n%s", diff)
			}
			if test.start.Async {
				monitor := started.Header.Get("Azure-AsyncOperation")
				if diff := cmp.Diff(seen{Status: 200, RetryAfter: "10", Body: `{"status":"InProgress"}`}, see(w.poll(monitor))); diff != "" {
					t.Errorf("monitor, running (-want +got):\n%s", diff)
				}
				w.clock.Advance(15 * time.Second)
				if diff := cmp.Diff(seen{Status: 200, Body: test.monitor}, see(w.poll(monitor))); diff != "" {
					t.Errorf("monitor, ended (-want +got):\n%s", diff)
				}
			}
			if test.start.Location {
				w.clock.Advance(15 * time.Second)
				if diff := cmp.Diff(seen{Status: 200, Body: twoRows}, see(w.poll(started.Header.Get("Location")))); diff != "" {
					t.Errorf("Location (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestEndings(t *testing.T) {
	t.Parallel()
	const failed = `{"code":"InternalServerError","message":"An error occurred."}`
	const canceled = `{"code":"Canceled","message":"Operation was canceled."}`
	for _, test := range []struct {
		ending azure.Ending
		style  azure.Style
		want   seen // of the last poll
	}{
		{azure.EndingFailed, azure.StyleLocation, seen{Status: 500, Body: `{"error":` + failed + `}`}},
		{azure.EndingFailed, azure.StyleAsync, seen{Status: 200, Body: `{"error":` + failed + `,"status":"Failed"}`}},
		{azure.EndingCanceled, azure.StyleLocation, seen{Status: 409, Body: `{"error":` + canceled + `}`}},
		{azure.EndingCanceled, azure.StyleBoth, seen{Status: 200, Body: `{"error":` + canceled + `,"status":"Canceled"}`}},
		{azure.EndingNull, azure.StyleLocation, seen{Status: 200, Body: `null`}},
		{azure.EndingNull, azure.StyleAsync, seen{Status: 200, Body: `{"status":"Succeeded"}`}},
		{azure.EndingNoBody, azure.StyleLocation, seen{Status: 200}},
		{azure.EndingNullValue, azure.StyleLocation, seen{Status: 200, Body: `{"value":null}`}},
		{azure.EndingNoContent, azure.StyleLocation, seen{Status: 204}},
		{azure.EndingFailedStatus, azure.StyleLocation, seen{Status: 200, Body: `{"error":` + failed + `,"status":"Failed"}`}},
	} {
		t.Run(string(test.ending)+", "+string(test.style), func(t *testing.T) {
			t.Parallel()
			w := newAzureService(t, func(config *azure.Config) { config.Style, config.Ending = test.style, test.ending })
			started := w.status("")
			target := started.Header.Get("Azure-AsyncOperation")
			if target == "" {
				target = started.Header.Get("Location")
			}
			if diff := cmp.Diff(test.want, see(w.poll(target))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}

	t.Run("never", func(t *testing.T) {
		t.Parallel()
		w := newAzureService(t, func(config *azure.Config) { config.Ending = azure.EndingNever })
		started := w.status("")
		w.clock.Advance(365 * 24 * time.Hour)
		if got := w.poll(started.Header.Get("Location")); got.StatusCode != http.StatusAccepted {
			t.Errorf("got %d", got.StatusCode)
		}
	})
	t.Run("accepted at Location though succeeded", func(t *testing.T) {
		t.Parallel()
		w := newAzureService(t, func(config *azure.Config) { config.Style, config.Ending = azure.StyleBoth, azure.EndingAccepted })
		started := w.status("")
		if got := w.poll(started.Header.Get("Azure-AsyncOperation")); got.body != `{"status":"Succeeded"}` {
			t.Errorf("monitor: %s", got.body)
		}
		if got := w.poll(started.Header.Get("Location")); got.StatusCode != http.StatusAccepted || got.body != "null" {
			t.Errorf("Location: %d %s", got.StatusCode, got.body)
		}
	})
	t.Run("no header to poll", func(t *testing.T) {
		t.Parallel()
		w := newAzureService(t, func(config *azure.Config) { config.Ending = azure.EndingNoPollURL })
		if diff := cmp.Diff(seen{Status: 202, Body: "null"}, see(w.status(""))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("every ending of an immediate answer", func(t *testing.T) {
		t.Parallel()
		for _, ending := range azure.Endings {
			w := newAzureService(t, func(config *azure.Config) { config.Style, config.Ending = azure.StyleImmediate, ending })
			if got := w.status(""); (got.body == "" || strings.HasPrefix(got.body, `{"value":[`)) != slices.Contains(
				[]azure.Ending{azure.EndingRows, azure.EndingNoBody, azure.EndingNoContent}, ending) {
				t.Errorf("%s: %d %s", ending, got.StatusCode, got.body)
			}
		}
	})
}

func TestOperationOfGateway(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	denied := azure.CloudError{Code: "GatewayBusy", Message: "Busy.", Target: "gateway", Details: []azure.CloudError{{Code: "Inner", Message: "Why."}}}
	w.service.UpdateGateway(strings.ToUpper(testGateway().ID()), func(g *azure.Gateway) {
		g.Operation = &azure.Operation{Style: azure.StyleImmediate, Ending: azure.EndingFailed, Error: &denied}
	})
	got := w.status("")
	var envelope struct{ Error azure.CloudError }
	if err := json.Unmarshal([]byte(got.body), &envelope); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(denied, envelope.Error); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	w.service.UpdateGateway(testGateway().ID(), func(g *azure.Gateway) { g.Operation = nil })
	w.service.SetOperation(azure.Operation{Style: azure.StyleImmediate})
	if got := w.status(""); got.StatusCode != http.StatusOK {
		t.Errorf("got %d %s", got.StatusCode, got.body)
	}
}

func TestPollURLIsSigned(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	location, err := url.Parse(w.status("").Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := url.Parse(w.status("").Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"api-version", "t", "c", "s", "h"} {
		for what, value := range map[string]string{"changed": location.Query().Get(name) + "0", "missing": ""} {
			query := location.Query()
			query.Set(name, value)
			changed := *location
			changed.RawQuery = query.Encode()
			if got := w.poll(changed.String()); got.StatusCode != http.StatusBadRequest {
				t.Errorf("%s %s: %d %s", name, what, got.StatusCode, got.body)
			}
		}
	}
	changed := *location
	changed.Path = other.Path
	if got := w.poll(changed.String()); got.StatusCode != http.StatusBadRequest {
		t.Errorf("path of another operation: %d %s", got.StatusCode, got.body)
	}
	for _, more := range []string{"&t=1", "&api-version=2025-01-01", "&x=%zz"} {
		if got := w.poll(location.String() + more); got.StatusCode != http.StatusBadRequest {
			t.Errorf("with %s: %d %s", more, got.StatusCode, got.body)
		}
	}
	if got := w.poll(location.String() + "&peer=10.1.0.254"); got.StatusCode != http.StatusOK { // as the vendor's JavaScript SDK does
		t.Errorf("with the operation's own parameter: %d %s", got.StatusCode, got.body)
	}
	if got := w.poll(location.String()); got.StatusCode != http.StatusOK {
		t.Errorf("unchanged: %d %s", got.StatusCode, got.body)
	}
	if got := w.do(http.MethodGet, location.String(), nil, ""); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %d %s", got.StatusCode, got.body)
	}
	if got := w.do(http.MethodPost, location.String(), bearer(w.token(testClient)), ""); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d %s", got.StatusCode, got.body)
	}
}

func TestOperationsAreBounded(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	header := bearer(w.token(testClient))
	start := func() string {
		got := w.do(http.MethodPost, testGateway().ID()+"/getBgpPeerStatus?api-version="+azure.APIVersion, header, "")
		return got.Header.Get("Location")
	}
	first := start()
	second := start()
	for range azure.MaxOperations - 1 {
		start()
	}
	if got := w.poll(first); got.StatusCode != http.StatusNotFound || got.code(t) != "OperationNotFound" {
		t.Errorf("the oldest: %d %s", got.StatusCode, got.body)
	}
	if got := w.poll(second); got.StatusCode != http.StatusOK {
		t.Errorf("the next: %d %s", got.StatusCode, got.body)
	}
}

func TestGatewayRemovedWhileRunning(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	location := w.status("").Header.Get("Location")
	if !w.service.RemoveGateway(testGateway().ID()) {
		t.Fatal("the gateway was not there")
	}
	if got := w.poll(location); got.StatusCode != http.StatusNotFound || got.code(t) != "ResourceNotFound" {
		t.Errorf("got %d %s", got.StatusCode, got.body)
	}
}

func TestOperationsSideBySide(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	all, one := w.status("").Header.Get("Location"), w.status("&peer=10.1.0.254").Header.Get("Location")
	for i, want := range []int{2, 1} {
		var body struct{ Value []map[string]any }
		if err := json.Unmarshal([]byte(w.poll([]string{all, one}[i]).body), &body); err != nil {
			t.Fatal(err)
		}
		if len(body.Value) != want {
			t.Errorf("operation %d has %d rows, want %d", i, len(body.Value), want)
		}
	}
}

// TestExclusive: a gateway that is locked by an operation refuses another.
func TestExclusive(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, steadily, func(config *azure.Config) { config.Gateways[0].Exclusive = true })
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 202}, {0, 429}, {14 * time.Second, 429}, {time.Second, 202}} {
		w.clock.Advance(step.after)
		got := w.status("")
		if got.StatusCode != step.want {
			t.Errorf("after %v: %d %s", step.after, got.StatusCode, got.body)
		}
		if got.StatusCode == 429 && (got.code(t) != "AnotherOperationInProgress" || got.Header.Get("Retry-After") != "10") {
			t.Errorf("Retry-After %q: %s", got.Header.Get("Retry-After"), got.body)
		}
	}
}

// TestExclusiveByOperation: what claims an exclusive gateway is what runs.
func TestExclusiveByOperation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		style  azure.Style
		ending azure.Ending
		want   []int
	}{
		"immediate":          {azure.StyleImmediate, azure.EndingRows, []int{200, 200}},
		"immediate, for all": {azure.StyleImmediate, azure.EndingNever, []int{202, 202}},
		"never ends":         {azure.StyleLocation, azure.EndingNever, []int{202, 429}},
		"ends":               {azure.StyleLocation, azure.EndingRows, []int{202, 202}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAzureService(t, func(config *azure.Config) {
				config.Gateways[0].Exclusive = true
				config.Style, config.Ending, config.OperationDelay = test.style, test.ending, time.Minute
			})
			got := []int{w.status("").StatusCode}
			if test.style != azure.StyleImmediate {
				w.clock.Advance(time.Hour)
			}
			if got = append(got, w.status("").StatusCode); !slices.Equal(got, test.want) {
				t.Errorf("answered %v, want %v", got, test.want)
			}
		})
	}
}

// TestPollWithoutPermission: who may only call the action can start an
// operation and not follow it.
func TestPollWithoutPermission(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, func(config *azure.Config) { config.Clients[0].Denied = []string{azure.PollPermission} })
	got := w.poll(w.status("").Header.Get("Location"))
	if got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, azure.PollPermission) {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

func TestOperationValidate(t *testing.T) {
	t.Parallel()
	for _, bad := range []azure.Operation{{Style: "x"}, {Ending: "x"}, {Delay: -1}, {RetryAfter: -1}} {
		if bad.Validate() == nil {
			t.Errorf("%+v is valid", bad)
		}
	}
	for _, style := range azure.Styles {
		for _, ending := range azure.Endings {
			if err := (azure.Operation{Style: style, Ending: ending}).Validate(); err != nil {
				t.Error(fmt.Errorf("%s, %s: %w", style, ending, err))
			}
		}
	}
}
