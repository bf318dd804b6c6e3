package azure_test

import (
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

const (
	otherTenant       = "7e57ed00-0000-4000-8000-0000000000f1"
	otherSubscription = "7e57ed00-0000-4000-8000-0000000000f2"
	denied            = "7e57ed00-0000-4000-8000-0000000000f3"
)

// query sets a parameter of the query, "" for none.
func query(name, value string) change {
	return func(r *http.Request) {
		values := r.URL.Query()
		values.Set(name, value)
		if value == "" {
			values.Del(name)
		}
		r.URL.RawQuery = values.Encode()
	}
}

func addQuery(text string) change {
	return func(r *http.Request) { r.URL.RawQuery += text }
}

func path(old, replacement string) change {
	return func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, old, replacement, 1) }
}

func authorization(value string) change {
	return func(r *http.Request) {
		r.Header.Del("Authorization")
		if value != "" {
			r.Header.Set("Authorization", value)
		}
	}
}

// The CloudErrors of Resource Manager: status, code and message as armnetwork
// reports them.
func TestCloudErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name         string
		subscription string // default: the seeded one
		gateway      string // default: the seeded one
		peer         string
		client       string // default: the seeded one
		state        func(azureEmulator)
		change       change
		want         failure
		message      string
	}{
		{name: "no token, AZ-012", change: authorization(""), want: failure{401, "AuthenticationFailed"}, message: "Authentication failed. The 'Authorization' header is missing."},
		{name: "another scheme, AZ-012", change: authorization("Basic eDp5"), want: failure{401, "AuthenticationFailedInvalidHeader"}, message: "Authentication failed. The 'Authorization' header is provided in an invalid format."},
		{name: "no token of ours, AZ-012", change: authorization("Bearer a.b.c"), want: failure{401, "InvalidAuthenticationToken"}, message: "The access token is invalid."},
		{
			name: "expired token, AZ-012", state: func(w azureEmulator) { w.clock.Advance(366 * 24 * time.Hour) }, want: failure{401, "ExpiredAuthenticationToken"},
			message: "The access token expiry UTC time '6/1/2026 12:00:00 PM' is earlier than current UTC time '6/2/2026 12:00:00 PM'.",
		},
		{
			name: "token of another tenant, AZ-012", subscription: otherSubscription, want: failure{401, "InvalidAuthenticationTokenTenant"},
			message: "The access token is from the wrong issuer 'https://sts.windows.net/" + emulator.SeedTenant + "/'. It must match the tenant 'https://sts.windows.net/" + otherTenant + "/' associated with this subscription.",
		},
		{
			name: "no permission, AZ-023", client: denied, want: failure{403, "AuthorizationFailed"},
			message: "The client '" + denied + "' with object id '" + denied + "' does not have authorization to perform action '" + azure.Permission + "' over scope '" + gatewayID(emulator.SeedGateway) + "' or the scope is invalid.",
		},
		{name: "malformed subscription, AZ-022", subscription: "my-subscription", want: failure{400, "InvalidSubscriptionId"}, message: "The provided subscription identifier 'my-subscription' is malformed or invalid."},
		{name: "unknown subscription, AZ-022", subscription: "99999999-9999-4999-8999-999999999999", want: failure{404, "SubscriptionNotFound"}, message: "The subscription '99999999-9999-4999-8999-999999999999' could not be found."},
		{name: "unknown resource group, AZ-022", change: path("/rg-network/", "/rg-none/"), want: failure{404, "ResourceGroupNotFound"}, message: "Resource group 'rg-none' could not be found."},
		{name: "unknown gateway, AZ-022", gateway: "vgw-none", want: failure{404, "ResourceNotFound"}, message: "The Resource 'Microsoft.Network/virtualNetworkGateways/vgw-none' under resource group 'rg-network' was not found."},
		{name: "unknown namespace, AZ-022", change: path("Microsoft.Network", "Microsoft.Networks"), want: failure{404, "InvalidResourceNamespace"}, message: "The resource namespace 'Microsoft.Networks' is invalid."},
		{name: "unknown type, AZ-022", change: path("virtualNetworkGateways", "vpnGateways"), want: failure{404, "InvalidResourceType"}, message: "The resource type 'vpnGateways' could not be found in the namespace 'Microsoft.Network' for api version '2025-01-01'."},
		{name: "unknown action, AZ-022", change: path("getBgpPeerStatus", "getBgpPeers"), want: failure{404, "NotFound"}, message: "No resource was found that matches the request URI."},
		{name: "another method, AZ-022", change: func(r *http.Request) { r.Method = http.MethodGet }, want: failure{405, "MethodNotAllowed"}, message: "The requested resource does not support http method 'GET'."},
		{name: "no api-version, AZ-021", change: query("api-version", ""), want: failure{400, "MissingApiVersionParameter"}, message: "The api-version query parameter (?api-version=) is required for all requests."},
		{name: "malformed api-version, AZ-021", change: query("api-version", "latest"), want: failure{400, "InvalidApiVersionParameter"}, message: "The api-version 'latest' is invalid. The supported versions are '"},
		{name: "unknown api-version, AZ-021", change: query("api-version", "2025-01-02"), want: failure{400, "NoRegisteredProviderFound"}, message: "No registered resource provider found for location 'westcentralus' and API version '2025-01-02' for type 'virtualNetworkGateways'."},
		{name: "no address as peer, AZ-046", peer: "neighbor", want: failure{400, "InvalidParameter"}, message: "The value 'neighbor' of the parameter 'peer' is not an IP address."},
		{name: "a prefix as peer, AZ-046", peer: "10.1.0.0/24", want: failure{400, "InvalidParameter"}, message: `"target": "peer"`},
		{name: "an unknown parameter, AZ-048", change: query("pear", "10.1.0.254"), want: failure{400, "InvalidParameter"}, message: "The parameter 'pear' is not supported."},
		{name: "a second peer, AZ-048", peer: "10.1.0.254", change: addQuery("&peer=10.1.0.253"), want: failure{400, "InvalidParameter"}, message: "The parameter 'peer' was sent more than once."},
		{name: "an empty peer, AZ-046", change: addQuery("&peer="), want: failure{400, "InvalidParameter"}, message: "The value '' of the parameter 'peer' is not an IP address."},
		{name: "a bad escape, AZ-048", change: addQuery("&peer=%zz"), want: failure{400, "InvalidParameter"}, message: "The query of the request cannot be decoded."},

		{name: "another api-version that exists, AZ-021", change: query("api-version", "2019-02-01")},
		{name: "ids in capitals, AZ-022", change: func(r *http.Request) { r.URL.Path = strings.ToUpper(r.URL.Path) }},
		{name: "a body, AZ-047", change: func(r *http.Request) {
			if r.Method == http.MethodPost {
				r.Body, r.ContentLength = io.NopCloser(strings.NewReader(`{"peer":"x"}`)), 12
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newAzureEmulator(t, func(config *emulator.Config) {
				config.Azure.Subscriptions = []azure.Subscription{{ID: otherSubscription, TenantID: otherTenant}}
				config.Azure.Clients = []azure.Client{{
					TenantID: emulator.SeedTenant, ID: denied, ObjectID: denied, Denied: []string{azure.Permission},
					Secrets: []azure.Secret{{Value: "good"}},
				}}
			})
			credential := w.secret(t, emulator.SeedClient, emulator.SeedClientSecret)
			if test.client != "" {
				credential = w.secret(t, test.client, "good")
			}
			var changes []change
			if test.change != nil {
				changes = append(changes, func(r *http.Request) {
					if strings.Contains(strings.ToLower(r.URL.Path), "/getbgppeerstatus") {
						test.change(r)
					}
				})
			}
			subscription, gateway := emulator.SeedSubscription, emulator.SeedGateway
			if test.subscription != "" {
				subscription = test.subscription
			}
			if test.gateway != "" {
				gateway = test.gateway
			}
			client := w.gatewaysOf(t, subscription, credential, w.options(), changes...)
			if test.state != nil {
				if _, err := status(t.Context(), client, gateway, ""); err != nil { // the token is kept
					t.Fatal(err)
				}
				test.state(w)
			}
			_, err := status(t.Context(), client, gateway, test.peer)
			if got := failureOf(t, err); got != test.want {
				t.Fatalf("got %v, want %v: %v", got, test.want, err)
			}
			if err == nil {
				return
			}
			if !strings.Contains(err.Error(), test.message) {
				t.Errorf("%v\nhas not %s", err, test.message)
			}
			checkHeaders(t, w, err)
		})
	}
}

// checkHeaders wants of an error the headers that every answer has (AZ-024),
// and of a 401 where to get a token (AZ-013).
func checkHeaders(t *testing.T, w azureEmulator, err error) {
	t.Helper()
	failed, ok := errors.AsType[*azcore.ResponseError](err)
	if !ok {
		t.Fatal(err)
	}
	header := failed.RawResponse.Header
	id := header.Get("X-Ms-Request-Id")
	if entries := w.Journal.Entries(); id == "" || entries[len(entries)-1].RequestID != id {
		t.Errorf("the request id is %q", id)
	}
	if header.Get("X-Ms-Correlation-Request-Id") == "" {
		t.Error("no correlation id")
	}
	challenge := header.Get("WWW-Authenticate")
	if failed.StatusCode != http.StatusUnauthorized {
		if challenge != "" {
			t.Errorf("challenged with %s", challenge)
		}
		return
	}
	tenant := emulator.SeedTenant
	if strings.Contains(failed.RawResponse.Request.URL.Path, otherSubscription) {
		tenant = otherTenant
	}
	want := `Bearer authorization_uri="` + w.AzureURL() + "/" + tenant + `", error="invalid_token", error_description="`
	if !strings.HasPrefix(challenge, want) {
		t.Errorf("challenged with %s, want %s…", challenge, want)
	}
}

// Ids that the client sends come back (AZ-024).
func TestClientsOwnIDs(t *testing.T) {
	t.Parallel()
	const id, correlation = "7e57ed00-0000-4000-8000-0000000000e1", "7e57ed00-0000-4000-8000-0000000000e2"
	w := newAzureEmulator(t)
	var started *http.Response
	client := w.gateways(t, func(r *http.Request) {
		r.Header.Set("X-Ms-Client-Request-Id", id)
		r.Header.Set("X-Ms-Return-Client-Request-Id", "true")
		r.Header.Set("X-Ms-Correlation-Request-Id", correlation)
	})
	if _, err := begin(policy.WithCaptureResponse(t.Context(), &started), client, emulator.SeedGateway, ""); err != nil {
		t.Fatal(err)
	}
	if got := started.Header.Get("X-Ms-Client-Request-Id"); got != id {
		t.Errorf("the client's id is %q", got)
	}
	if got := started.Header.Get("X-Ms-Correlation-Request-Id"); got != correlation {
		t.Errorf("the correlation id is %q", got)
	}
}

// A token is for one audience: here one that was got at localhost, and brought
// to 127.0.0.1 (AZ-012, AZ-014).
func TestTokenOfAnotherAudience(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t)
	credential := w.secret(t, emulator.SeedClient, emulator.SeedClientSecret)
	client := w.gatewaysOf(t, emulator.SeedSubscription, credential, w.options(), func(r *http.Request) {
		r.Host = strings.Replace(r.URL.Host, "127.0.0.1", "localhost", 1)
	})
	_, err := status(t.Context(), client, emulator.SeedGateway, "")
	if got, want := failureOf(t, err), (failure{401, "InvalidAuthenticationTokenAudience"}); got != want {
		t.Fatalf("got %v, want %v", got, want)
	}
	want := "The access token has been obtained from wrong audience or resource '" + w.AzureURL() + "'. It should exactly match (including forward slash) with one of the allowed audiences '"
	if !strings.Contains(err.Error(), want) {
		t.Errorf("%v\nhas not %s", err, want)
	}
}

// The order of Resource Manager's checks (AZ-020): what is wrong is fixed one
// after the other.
func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t)
	seeded := azure.Client{TenantID: emulator.SeedTenant, ID: emulator.SeedClient, Secrets: []azure.Secret{{Value: emulator.SeedClientSecret}}}
	lacking := seeded
	lacking.Denied = []string{azure.Permission}
	w.Azure.AddClient(lacking)
	credential := w.secret(t, emulator.SeedClient, emulator.SeedClientSecret)
	wrong := []struct {
		change change
		fix    func()
		want   failure
	}{
		{change: query("api-version", ""), want: failure{400, "MissingApiVersionParameter"}},
		{change: authorization(""), want: failure{401, "AuthenticationFailed"}},
		{change: path(emulator.SeedSubscription, "99999999-9999-4999-8999-999999999999"), want: failure{404, "SubscriptionNotFound"}},
		{fix: func() { w.Azure.AddClient(seeded) }, want: failure{403, "AuthorizationFailed"}},
		{change: path("/rg-network/", "/rg-none/"), want: failure{404, "ResourceGroupNotFound"}},
		{change: query("api-version", "latest"), want: failure{400, "InvalidApiVersionParameter"}},
		{change: path("Microsoft.Network", "Microsoft.Networks"), want: failure{404, "InvalidResourceNamespace"}},
		{change: path("virtualNetworkGateways", "vpnGateways"), want: failure{404, "InvalidResourceType"}},
		{change: query("api-version", "2025-01-02"), want: failure{400, "NoRegisteredProviderFound"}},
		{change: path("vgw-single", "vgw-none"), want: failure{404, "ResourceNotFound"}},
		{change: path("getBgpPeerStatus", "getBgpPeers"), want: failure{404, "NotFound"}},
		{change: func(r *http.Request) { r.Method = http.MethodGet }, want: failure{405, "MethodNotAllowed"}},
		{change: query("peer", "x"), want: failure{400, "InvalidParameter"}},
	}
	for i, step := range wrong {
		client := w.gatewaysOf(t, emulator.SeedSubscription, credential, w.options(), func(r *http.Request) {
			if !strings.Contains(r.URL.Path, "/getBgpPeerStatus") {
				return
			}
			for j := len(wrong) - 1; j >= i; j-- { // the first one last, where two change the same
				if wrong[j].change != nil {
					wrong[j].change(r)
				}
			}
		})
		_, err := status(t.Context(), client, emulator.SeedGateway, "")
		if got := failureOf(t, err); got != step.want {
			t.Errorf("got %v, want %v", got, step.want)
		}
		if step.fix != nil {
			step.fix()
		}
	}
}

// Faults as armnetwork sees them, without retries, and with azcore's own. Those
// without a code are AZ-060. What it makes of answers that are none is its
// behaviour, not the emulator's.
func TestFaults(t *testing.T) {
	t.Parallel()
	fails := func(want failure) func(*testing.T, error) {
		return func(t *testing.T, err error) {
			t.Helper()
			if got := failureOf(t, err); got != want {
				t.Errorf("got %v, want %v: %v", got, want, err)
			}
		}
	}
	says := func(part string) func(*testing.T, error) {
		return func(t *testing.T, err error) {
			t.Helper()
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("got %v, want %q", err, part)
			}
		}
	}
	empty := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	for _, test := range []struct {
		name    string
		action  string
		fault   control.Fault
		check   func(*testing.T, error)
		retried bool
	}{
		{"an error", azure.ActionBGPStatus, control.Fault{Kind: control.KindError}, fails(failure{500, "InternalServerError"}), true},
		{"unavailable", azure.ActionBGPStatus, control.Fault{Kind: control.KindError, Status: 503, Code: "ServiceUnavailable"}, fails(failure{503, "ServiceUnavailable"}), true},
		{"throttled", azure.ActionBGPStatus, control.Fault{Kind: control.KindThrottle}, fails(failure{429, "TooManyRequests"}), true},
		{"one of one's own", azure.ActionBGPStatus, control.Fault{Kind: control.KindError, Status: 409, Code: "AnotherOperationInProgress", Message: "Wait."}, fails(failure{409, "AnotherOperationInProgress"}), false},
		{"HTML", azure.ActionBGPStatus, control.Fault{Kind: control.KindHTML}, fails(failure{502, ""}), true},
		{"empty", azure.ActionBGPStatus, control.Fault{Kind: control.KindEmpty}, empty, false},
		{"dropped before", azure.ActionBGPStatus, control.Fault{Kind: control.KindDropBefore}, says("EOF"), true},
		{"dropped after", azure.ActionBGPStatus, control.Fault{Kind: control.KindDropAfter}, says("EOF"), true},
		{"poll: throttled", azure.ActionPoll, control.Fault{Kind: control.KindThrottle, Times: 1}, empty, true},
		{"poll: HTML that says 200", azure.ActionPoll, control.Fault{Kind: control.KindHTML, Status: 200}, says("invalid character '<'"), false},
		{"poll: empty", azure.ActionPoll, control.Fault{Kind: control.KindEmpty}, empty, false},
		{"poll: truncated", azure.ActionPoll, control.Fault{Kind: control.KindTruncate}, says("unexpected end of JSON input"), false},
		{"poll: dropped", azure.ActionPoll, control.Fault{Kind: control.KindDropAfter}, says("EOF"), true}, // and by net/http, once
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, retries := range []int32{-1, 2} {
				w := newAzureEmulator(t)
				fault := test.fault
				fault.Cloud, fault.Action = azure.Cloud, test.action
				w.Faults.Add(fault)
				options := w.options()
				options.Retry = policy.RetryOptions{MaxRetries: retries, RetryDelay: time.Millisecond}
				poller, err := begin(t.Context(), w.gatewaysOf(t, emulator.SeedSubscription,
					w.secret(t, emulator.SeedClient, emulator.SeedClientSecret), options), emulator.SeedGateway, "")
				for range 3 {
					if err == nil && !poller.Done() {
						_, _, err = poll(t.Context(), poller)
					}
				}
				if err == nil {
					_, err = poller.Result(t.Context())
				}
				test.check(t, err)
				want := 1
				if test.retried && retries > 0 && fault.Times == 0 {
					want = 3
				}
				if fault.Times == 1 || test.action == azure.ActionPoll && fault.Kind == control.KindDropAfter {
					want++
				}
				if got := w.Journal.Count(test.action); got != want {
					t.Errorf("with %d retries asked %d times, want %d", retries, got, want)
				}
			}
		})
	}
}

// What is kept across runs, and what is not (EMU-003): gateways are, tokens and
// operations are not.
func TestRestart(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	file := func(config *emulator.Config) { config.StateFile = state }
	before := newAzureEmulator(t, file)
	before.Azure.UpdateGateway(gatewayID(emulator.SeedGateway), func(g *azure.Gateway) { g.Rows = g.Rows[:1] })
	credential := before.secret(t, emulator.SeedClient, emulator.SeedClientSecret)
	token, err := credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}

	after := newAzureEmulator(t, file)
	rows, err := status(t.Context(), after.gateways(t), emulator.SeedGateway, "")
	if err != nil || len(rows) != 1 {
		t.Errorf("%v, %v", rows, err)
	}
	_, err = status(t.Context(), after.gateways(t, authorization("Bearer "+token.Token)), emulator.SeedGateway, "")
	if got, want := failureOf(t, err), (failure{401, "InvalidAuthenticationToken"}); got != want {
		t.Errorf("the old token: %v, want %v", got, want)
	}
}
