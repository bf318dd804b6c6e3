package azure_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
)

// immediately answers with the rows at once.
func immediately(config *azure.Config) { config.Style = azure.StyleImmediate }

// rows asks for the rows of the test's gateway.
func (w *azureService) rows(query string) []map[string]any {
	w.Helper()
	got := w.status(query)
	var body struct{ Value []map[string]any }
	if err := json.Unmarshal([]byte(got.body), &body); err != nil || got.StatusCode != http.StatusOK || body.Value == nil {
		w.Fatalf("%d %s: %v", got.StatusCode, got.body, err)
	}
	return body.Value
}

func TestRowLife(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, immediately, func(config *azure.Config) {
		config.Gateways[0].Rows = []azure.Row{{
			LocalAddress: "10.0.0.254", Neighbor: "10.1.0.254", ASN: 4294967295, Routes: 7, MessageInterval: 30 * time.Second,
			Life: []azure.Stage{{State: azure.StateIdle, For: time.Second}, {State: azure.StateConnecting, For: 2 * time.Second}, {State: azure.StateConnected}},
		}}
	})
	type row struct {
		State, Duration        any
		Routes, Sent, Received float64
	}
	at := time.Duration(0)
	for _, step := range []struct {
		at   time.Duration
		want row
	}{
		{0, row{State: "Idle"}},
		{time.Second - 1, row{State: "Idle"}},
		{time.Second, row{State: "Connecting"}},
		{3 * time.Second, row{"Connected", "00:00:00", 7, 4, 3}},
		{33*time.Second + 500*time.Millisecond, row{"Connected", "00:00:30.5000000", 7, 5, 4}},
		{3*time.Second + 26*time.Hour, row{"Connected", "1.02:00:00", 7, 3124, 3123}},
	} {
		w.clock.Advance(step.at - at)
		at = step.at
		got := w.rows("")[0]
		if diff := cmp.Diff(step.want, row{got["state"], got["connectedDuration"], number(got["routesReceived"]), number(got["messagesSent"]), number(got["messagesReceived"])}); diff != "" {
			t.Errorf("after %v (-want +got):\n%s", step.at, diff)
		}
		if got["asn"] != 4294967295.0 {
			t.Errorf("asn is %v", got["asn"])
		}
	}
}

func number(v any) float64 {
	n, _ := v.(float64)
	return n
}

func TestDefaultLife(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, immediately)
	w.clock.Advance(time.Hour)
	if got := w.rows("")[1]; got["state"] != azure.StateConnected {
		t.Errorf("got %v", got)
	}
	w = newAzureService(t, immediately, func(config *azure.Config) { config.Life = azure.Steady(azure.StateStopped) })
	if got := w.rows("")[1]; got["state"] != azure.StateStopped {
		t.Errorf("got %v", got)
	}
	if got := w.rows("")[0]; got["state"] != azure.StateUnknown || got["connectedDuration"] != nil {
		t.Errorf("the gateway's own row: %v", got)
	}
}

func TestPeer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		peer string
		want []any // neighbors' local addresses
	}{
		"all":                       {"", []any{"10.0.0.4", "10.0.0.4", "10.0.0.5"}},
		"IPv6":                      {"2001:db8::1", []any{"10.0.0.4"}},
		"IPv6 in another spelling":  {"2001:DB8:0:0::1", []any{"10.0.0.4"}},
		"once per instance":         {"10.1.0.254", []any{"10.0.0.4", "10.0.0.5"}},
		"mapped":                    {"::ffff:10.1.0.254", []any{"10.0.0.4", "10.0.0.5"}},
		"one that it does not have": {"10.9.9.9", []any{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAzureService(t, immediately, func(config *azure.Config) {
				config.Gateways[0].Rows = []azure.Row{
					{LocalAddress: "10.0.0.4", Neighbor: "10.1.0.254"},
					{LocalAddress: "10.0.0.4", Neighbor: "2001:db8::1"},
					{LocalAddress: "10.0.0.5", Neighbor: "10.1.0.254"},
				}
			})
			query := ""
			if test.peer != "" {
				query = "&peer=" + test.peer
			}
			got := []any{}
			for _, row := range w.rows(query) {
				got = append(got, row["localAddress"])
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWithoutBGP(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, immediately, func(config *azure.Config) { config.Gateways[0].WithoutBGP = true })
	if got := w.status(""); got.body != `{"value":[]}` {
		t.Errorf("got %s", got.body)
	}
}

// otherEnd is a bgp.Sessions that knows the sessions in it.
type otherEnd map[bgp.End]knownSession

type knownSession struct {
	bgp.Session
	learned, advertised []bgp.Route
}

func (known otherEnd) Session(end bgp.End) (bgp.Session, bool) {
	session, ok := known[end]
	return session.Session, ok
}

func (known otherEnd) Routes(end bgp.End, direction bgp.Direction) ([]bgp.Route, bool) {
	session, ok := known[end]
	if direction == bgp.Advertised {
		return session.advertised, ok && session.advertised != nil
	}
	return session.learned, ok
}

func testEnd() bgp.End {
	return bgp.End{Router: strings.ToLower(testGateway().ID()), Local: "10.0.0.254", Neighbor: "10.1.0.254"}
}

// TestKnownSession: a row whose session is known elsewhere follows it, in the
// terms of the API (AZ-043, AZ-049).
func TestKnownSession(t *testing.T) {
	t.Parallel()
	known := otherEnd{}
	w := newAzureService(t, immediately, func(config *azure.Config) { config.Sessions = known })
	w.clock.Advance(90 * time.Second)
	check := func(name string, want map[string]any) {
		t.Helper()
		got := w.rows("")[1]
		for member, value := range want {
			if got[member] != value {
				t.Errorf("%s: %s is %v, want %v", name, member, got[member], value)
			}
		}
		if own := w.rows("")[0]; own["state"] != azure.StateUnknown {
			t.Errorf("the gateway's own row: %v", own)
		}
	}
	check("unknown", map[string]any{"state": "Connected", "connectedDuration": "00:01:27"}) // its own life, 3 s after the start
	for state, want := range map[bgp.State]string{
		bgp.StateIdle: "Idle", bgp.StateConnect: "Connecting", bgp.StateActive: "Connecting",
		bgp.StateOpenSent: "Connecting", bgp.StateOpenConfirm: "Connecting",
	} {
		known[testEnd()] = knownSession{Session: bgp.Session{State: state, Since: testStart, Counters: &bgp.Counters{MessagesSent: 9}}}
		check(string(state), map[string]any{"state": want, "connectedDuration": nil, "messagesSent": 0.0})
	}
	up := bgp.Session{State: bgp.StateEstablished, Since: testStart}
	known[testEnd()] = knownSession{Session: up, learned: make([]bgp.Route, 3)}
	check("without counters", map[string]any{
		"state": "Connected", "connectedDuration": "00:01:30", "routesReceived": 5.0, "messagesReceived": 4.0, "messagesSent": 5.0,
	})
	up.Counters = &bgp.Counters{MessagesSent: 11, MessagesReceived: 12, RoutesReceived: 13, RoutesAdvertised: 14}
	known[testEnd()] = knownSession{Session: up}
	check("with counters", map[string]any{
		"state": "Connected", "messagesSent": 11.0, "messagesReceived": 12.0, "routesReceived": 13.0,
	})
}

func TestUpdateRow(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, immediately)
	id := strings.ToUpper(testGateway().ID())
	if n := w.service.UpdateRow(id, "", "10.9.9.9", func(*azure.Row) { t.Error("called") }); n != 0 {
		t.Errorf("%d rows changed", n)
	}
	if n := w.service.UpdateRow("/no/such", "", "10.1.0.254", func(*azure.Row) { t.Error("called") }); n != 0 {
		t.Errorf("%d rows changed", n)
	}
	n := w.service.UpdateRow(id, "10.0.0.254", "10.1.0.254", func(row *azure.Row) {
		row.JSON = json.RawMessage(`{"neighbor":"10.1.0.254","state":"Flapping","asn":null}`)
	})
	if n != 1 {
		t.Fatalf("%d rows changed", n)
	}
	want := map[string]any{"neighbor": "10.1.0.254", "state": "Flapping", "asn": nil}
	if diff := cmp.Diff(want, w.rows("")[1]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.service.UpdateRow(id, "", "10.1.0.254", func(row *azure.Row) { row.JSON = json.RawMessage(`{`) })
	if got := w.status(""); got.body != `{"value":null}` {
		t.Errorf("JSON that is none: %s", got.body)
	}
}

func TestGatewaysAreCopies(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	w.service.Gateways()[0].Rows[0].Neighbor = "changed"
	if got := w.service.Gateways()[0].Rows[0].Neighbor; got != "10.0.0.254" {
		t.Errorf("got %s", got)
	}
}

func TestFormatTimeSpan(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "00:00:00",
		2*time.Hour + 7*time.Minute + 41*time.Second:                            "02:07:41",
		57*time.Minute + 19*time.Second + 900358400:                             "00:57:19.9003584",
		9*24*time.Hour + time.Hour + 4*time.Minute + 53*time.Second + 576863700: "9.01:04:53.5768637",
		-(24*time.Hour + time.Second):                                           "-1.00:00:01",
		99:                                                                      "00:00:00", // less than a tick
	} {
		if got := azure.FormatTimeSpan(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}

// TestConcurrentUse lets the race detector look at everything at once.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	header := bearer(w.token(testClient))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				started := w.do(http.MethodPost, testGateway().ID()+"/getBgpPeerStatus?api-version="+azure.APIVersion, header.Clone(), "")
				if got := w.do(http.MethodGet, started.Header.Get("Location"), header.Clone(), ""); got.StatusCode != http.StatusOK {
					t.Errorf("%d %s", got.StatusCode, got.body)
				}
				w.service.UpdateRow(testGateway().ID(), "", "10.1.0.254", func(row *azure.Row) { row.Routes++ })
				w.service.Gateways()
				w.clock.Advance(time.Millisecond)
			}
		})
	}
	group.Wait()
	if got := w.service.Gateways()[0].Rows[1].Routes; got != 162 {
		t.Errorf("%d routes", got)
	}
}
