package azure_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

func controlCall(t *testing.T, w *azureService, method, target, body string) (status int, answer string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	w.service.ControlHandler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body)))
	return recorder.Code, recorder.Body.String()
}

func TestControlHandler(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	gateway := azure.Gateway{
		SubscriptionID: testSubscription, ResourceGroup: "rg-new", Name: "vgw-new", Location: "westeurope",
		Rows: []azure.Row{{
			LocalAddress: "10.5.0.4", Neighbor: "10.6.0.4", ASN: 65001, Routes: 3, Since: testStart, MessageInterval: time.Minute,
			Life: []azure.Stage{{State: azure.StateIdle, For: 250 * time.Millisecond}, {State: azure.StateConnected}},
		}, {
			Since: testStart, JSON: json.RawMessage(`{"state":"Odd"}`),
		}},
		Operation: &azure.Operation{
			Style: azure.StyleBoth, Ending: azure.EndingCanceled, Delay: time.Second, RetryAfter: 2 * time.Second,
			Error: &azure.CloudError{Code: "C", Message: "M"},
		},
	}
	body, err := json.Marshal(gateway)
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := controlCall(t, w, http.MethodPut, "/gateways", string(body)); status != http.StatusNoContent {
		t.Fatalf("PUT: %d %s", status, answer)
	}
	status, answer := controlCall(t, w, http.MethodGet, "/gateways", "")
	var list struct{ Gateways []azure.Gateway }
	if err := json.Unmarshal([]byte(answer), &list); err != nil || status != http.StatusOK {
		t.Fatalf("GET: %d %s: %v", status, answer, err)
	}
	if diff := cmp.Diff(gateway, list.Gateways[1]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if status, answer := controlCall(t, w, http.MethodDelete, "/gateways?id="+gateway.ID(), ""); status != http.StatusNoContent {
		t.Errorf("DELETE: %d %s", status, answer)
	}
	if status, answer := controlCall(t, w, http.MethodPut, "/operation", `{"style":"immediate"}`); status != http.StatusNoContent {
		t.Errorf("PUT operation: %d %s", status, answer)
	}
	if got := w.status(""); got.StatusCode != http.StatusOK {
		t.Errorf("got %d %s", got.StatusCode, got.body)
	}
}

func TestControlHandlerRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		method, target, body string
		want                 int
	}{
		{http.MethodPut, "/gateways", `{`, 400},
		{http.MethodPut, "/gateways", `{"subscription_id":"s","resource_group":"g"}`, 400},
		{http.MethodPut, "/gateways", `{"subscription_id":"s","resource_group":"g","name":"a/b"}`, 400},
		{http.MethodPut, "/gateways", `{"subscription_id":"s","resource_group":"g","name":"n","operation":{"style":"x"}}`, 400},
		{http.MethodPut, "/gateways", `{"rows":[{"life":[{"state":"Idle","for":"soon"}]}]}`, 400},
		{http.MethodDelete, "/gateways?id=x", ``, 404},
		{http.MethodPut, "/operation", `{"delay":"-1s"}`, 400},
		{http.MethodPut, "/operation", `{"unknown":1}`, 400},
		{http.MethodPost, "/operation", `{}`, 405},
	} {
		if status, answer := controlCall(t, newAzureService(t), test.method, test.target, test.body); status != test.want {
			t.Errorf("%s %s %s: %d %s", test.method, test.target, test.body, status, answer)
		}
	}
}
