package azure_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

func TestBearerToken(t *testing.T) {
	t.Parallel()
	target := testGateway().ID() + "/getBgpPeerStatus?api-version=" + azure.APIVersion
	for name, test := range map[string]struct {
		header func(w *azureService) http.Header
		want   string
	}{
		"none":     {func(*azureService) http.Header { return nil }, "AuthenticationFailed"},
		"basic":    {func(*azureService) http.Header { return http.Header{"Authorization": {"Basic YTpi"}} }, "AuthenticationFailedInvalidHeader"},
		"garbage":  {func(*azureService) http.Header { return bearer("garbage") }, "InvalidAuthenticationToken"},
		"unsigned": {func(*azureService) http.Header { return bearer("e30.e30.") }, "InvalidAuthenticationToken"},
		"tampered": {func(w *azureService) http.Header {
			header, rest, _ := strings.Cut(w.token(testClient), ".")
			payload, signature, _ := strings.Cut(rest, ".")
			return bearer(header + "." + payload + "x." + signature)
		}, "InvalidAuthenticationToken"},
		"of another emulator": {func(w *azureService) http.Header { return bearer(newAzureService(w).token(testClient)) }, "InvalidAuthenticationToken"},
		"expired": {func(w *azureService) http.Header {
			token := w.token(testClient)
			w.clock.Advance(azure.DefaultTokenLifetime)
			return bearer(token)
		}, "ExpiredAuthenticationToken"},
		"for another host": {func(w *azureService) http.Header {
			form := secretForm(testClient, testSecret)
			form.Set("scope", "https://other.test/.default")
			token, _ := w.do(http.MethodPost, "https://other.test/"+testTenant+"/oauth2/v2.0/token",
				http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form.Encode()).json(w)["access_token"].(string)
			return bearer(token)
		}, "InvalidAuthenticationTokenAudience"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAzureService(t)
			got := w.do(http.MethodPost, target, test.header(w), "")
			if got.StatusCode != http.StatusUnauthorized || got.code(t) != test.want {
				t.Errorf("got %d %s", got.StatusCode, got.body)
			}
			challenge := got.Header.Get("WWW-Authenticate")
			if want := `Bearer authorization_uri="https://` + testHost + "/" + testTenant + `", error="invalid_token"`; !strings.HasPrefix(challenge, want) {
				t.Errorf("WWW-Authenticate is %q", challenge)
			}
			if count := w.journal.Count(azure.ActionBGPStatus); count != 1 {
				t.Errorf("%d calls in the journal", count)
			}
		})
	}
}

func TestAudiences(t *testing.T) {
	t.Parallel()
	w := newAzureService(t, func(config *azure.Config) { config.Audiences = []string{"https://arm.custom.test"} })
	for _, resource := range []string{
		"https://" + testHost, "https://" + testHost + "/", "https://management.azure.com", "https://management.azure.com/",
		"https://management.core.windows.net/", "https://arm.custom.test",
	} {
		form := secretForm(testClient, testSecret)
		form.Set("scope", resource+"/.default")
		token, ok := w.askToken(testTenant, form).json(t)["access_token"].(string)
		if !ok {
			t.Errorf("%s: no token", resource)
			continue
		}
		got := w.do(http.MethodPost, testGateway().ID()+"/getBgpPeerStatus?api-version="+azure.APIVersion, bearer(token), "")
		if got.StatusCode != http.StatusAccepted {
			t.Errorf("%s: %s", resource, got.body)
		}
	}
}

func TestARMRefusals(t *testing.T) {
	t.Parallel()
	const network = "/providers/Microsoft.Network/virtualNetworkGateways/"
	id := testGateway().ID()
	group := "/subscriptions/" + testSubscription + "/resourceGroups/rg-network"
	const version = "?api-version=" + azure.APIVersion
	type failure struct {
		Status int
		Code   string
	}
	for name, test := range map[string]struct {
		method, target, client string
		want                   failure
	}{
		"no api-version":          {target: id + "/getBgpPeerStatus", want: failure{400, "MissingApiVersionParameter"}},
		"malformed api-version":   {target: id + "/getBgpPeerStatus?api-version=latest", want: failure{400, "InvalidApiVersionParameter"}},
		"unsupported api-version": {target: id + "/getBgpPeerStatus?api-version=2015-06-15", want: failure{400, "NoRegisteredProviderFound"}},
		"malformed subscription":  {target: "/subscriptions/mine/resourceGroups/rg" + network + "gw/getBgpPeerStatus" + version, want: failure{400, "InvalidSubscriptionId"}},
		"unknown subscription": {
			target: "/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/rg" + network + "gw/getBgpPeerStatus" + version,
			want:   failure{404, "SubscriptionNotFound"},
		},
		"subscription of another tenant": {
			target: "/subscriptions/22222222-2222-4222-8222-333333333333/resourceGroups/rg" + network + "gw/getBgpPeerStatus" + version,
			want:   failure{401, "InvalidAuthenticationTokenTenant"},
		},
		"without permission":       {target: id + "/getBgpPeerStatus" + version, client: deniedClient, want: failure{403, "AuthorizationFailed"}},
		"permission comes first":   {target: id + "x/getBgpPeerStatus" + version, client: deniedClient, want: failure{403, "AuthorizationFailed"}},
		"unknown group":            {target: "/subscriptions/" + testSubscription + "/resourceGroups/rg-nowhere" + network + "gw/getBgpPeerStatus" + version, want: failure{404, "ResourceGroupNotFound"}},
		"unknown gateway":          {target: id + "x/getBgpPeerStatus" + version, want: failure{404, "ResourceNotFound"}},
		"gateway of another group": {target: "/subscriptions/" + testSubscription + "/resourceGroups/rg-empty" + network + "vgw-single/getBgpPeerStatus" + version, want: failure{404, "ResourceNotFound"}},
		"another namespace":        {target: group + "/providers/Microsoft.Nowhere/things/x/getBgpPeerStatus" + version, want: failure{404, "InvalidResourceNamespace"}},
		"another type":             {target: group + "/providers/Microsoft.Network/virtualNetworks/x/getBgpPeerStatus" + version, want: failure{404, "InvalidResourceType"}},
		"another action":           {target: id + "/reset" + version, want: failure{404, "NotFound"}},
		"GET of the action":        {method: http.MethodGet, target: id + "/getBgpPeerStatus" + version, want: failure{405, "MethodNotAllowed"}},
		"GET of the group":         {method: http.MethodGet, target: group + version, want: failure{404, "NotFound"}},
		"no subscription":          {target: "/providers/Microsoft.Network/operations" + version, want: failure{404, "NotFound"}},
		"nothing":                  {target: "/" + version, want: failure{404, "NotFound"}},
		"peer that is no address":  {target: id + "/getBgpPeerStatus" + version + "&peer=router1", want: failure{400, "InvalidParameter"}},
		"empty peer":               {target: id + "/getBgpPeerStatus" + version + "&peer=", want: failure{400, "InvalidParameter"}},
		"unknown parameter":        {target: id + "/getBgpPeerStatus" + version + "&pear=10.1.0.254", want: failure{400, "InvalidParameter"}},
		"second peer":              {target: id + "/getBgpPeerStatus" + version + "&peer=10.1.0.254&peer=10.1.0.253", want: failure{400, "InvalidParameter"}},
		"second api-version":       {target: id + "/getBgpPeerStatus" + version + "&api-version=2024-01-01", want: failure{400, "InvalidParameter"}},
		"bad escape":               {target: id + "/getBgpPeerStatus" + version + "&peer=%zz", want: failure{400, "InvalidParameter"}},
		"poll URL of our own making": {
			method: http.MethodGet, want: failure{400, "BadRequest"},
			target: "/subscriptions/" + testSubscription + "/providers/Microsoft.Network/locations/westcentralus/operationResults/1" + version,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAzureService(t)
			method, client := test.method, test.client
			if method == "" {
				method = http.MethodPost
			}
			if client == "" {
				client = testClient
			}
			got := w.do(method, test.target, bearer(w.token(client)), "")
			if diff := cmp.Diff(test.want, failure{got.StatusCode, got.code(t)}); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, got.body)
			}
			if got.Header.Get("X-Ms-Request-Id") == "" || got.Header.Get("X-Ms-Correlation-Request-Id") == "" {
				t.Errorf("headers: %v", got.Header)
			}
			entries := w.journal.Entries()
			if last := entries[len(entries)-1]; last.Acted || last.Code != test.want.Code || last.RequestID != got.Header.Get("X-Ms-Request-Id") {
				t.Errorf("journal: %+v", last)
			}
		})
	}
}

func TestAuthorizationFailedNamesPermissionAndScope(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	got := w.do(http.MethodPost, testGateway().ID()+"/getBgpPeerStatus?api-version="+azure.APIVersion, bearer(w.token(deniedClient)), "")
	for _, want := range []string{
		"'" + deniedClient + "'", "'" + testObject + "'", "'" + azure.Permission + "'", "over scope '" + testGateway().ID() + "'",
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("%s is missing: %s", want, got.body)
		}
	}
}

func TestIDsInAnyCase(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	for _, id := range []string{strings.ToUpper(testGateway().ID()), strings.ToLower(testGateway().ID())} {
		got := w.do(http.MethodPost, id+"/GETBGPPEERSTATUS?api-version="+azure.APIVersion, bearer(w.token(testClient)), "")
		if got.StatusCode != http.StatusAccepted {
			t.Fatalf("%s: %d %s", id, got.StatusCode, got.body)
		}
		if polled := w.poll(got.Header.Get("Location")); polled.StatusCode != http.StatusOK {
			t.Errorf("poll: %d %s", polled.StatusCode, polled.body)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	header := bearer(w.token(testClient))
	header.Set("X-Ms-Correlation-Request-Id", "5dd0d4a8-0000-4000-8000-000000000001")
	header.Set("X-Ms-Client-Request-Id", "mine")
	header.Set("X-Ms-Return-Client-Request-Id", "true")
	got := w.do(http.MethodPost, testGateway().ID()+"/getBgpPeerStatus?api-version="+azure.APIVersion, header, "")
	if id := got.Header.Get("X-Ms-Correlation-Request-Id"); id != "5dd0d4a8-0000-4000-8000-000000000001" {
		t.Errorf("correlation id %q", id)
	}
	if id := got.Header.Get("X-Ms-Client-Request-Id"); id != "mine" {
		t.Errorf("client's id %q", id)
	}
}

func TestARMFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault              control.Fault
		wantStatus         int
		wantCode           string
		wantAfter          string
		wantAuthentication bool
	}{
		"error":        {fault: control.Fault{Kind: control.KindError}, wantStatus: 500, wantCode: "InternalServerError"},
		"of its own":   {fault: control.Fault{Kind: control.KindError, Status: 409, Code: "AnotherOperationInProgress", Message: "Wait."}, wantStatus: 409, wantCode: "AnotherOperationInProgress"},
		"throttled":    {fault: control.Fault{Kind: control.KindThrottle, RetryAfter: 61 * time.Second}, wantStatus: 429, wantCode: "TooManyRequests", wantAfter: "61"},
		"unauthorized": {fault: control.Fault{Kind: control.KindError, Status: 401, Code: "ExpiredAuthenticationToken"}, wantStatus: 401, wantCode: "ExpiredAuthenticationToken", wantAuthentication: true},
		"401 only":     {fault: control.Fault{Kind: control.KindError, Status: 401}, wantStatus: 401, wantCode: "InvalidAuthenticationToken", wantAuthentication: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAzureService(t)
			test.fault.Action, test.fault.Match = azure.ActionBGPStatus, map[string]string{"gateway": "vgw-single", "peer": "10.1.0.254"}
			w.faults.Add(test.fault)
			if got := w.status(""); got.StatusCode != http.StatusAccepted {
				t.Errorf("another request: %d %s", got.StatusCode, got.body)
			}
			got := w.status("&peer=10.1.0.254")
			if got.StatusCode != test.wantStatus || got.code(t) != test.wantCode || got.Header.Get("Retry-After") != test.wantAfter {
				t.Errorf("got %d, Retry-After %q: %s", got.StatusCode, got.Header.Get("Retry-After"), got.body)
			}
			want := ""
			if test.wantAuthentication {
				want = `Bearer authorization_uri="https://` + testHost + `/` + testTenant + `", error="invalid_token", error_description="`
			}
			if challenge := got.Header.Get("WWW-Authenticate"); !strings.HasPrefix(challenge, want) || want == "" && challenge != "" {
				t.Errorf("WWW-Authenticate: %s", challenge)
			}
		})
	}
}
