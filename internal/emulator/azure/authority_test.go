package azure_test

import (
	"crypto/sha1" //nolint:gosec // x5t is a SHA-1 thumbprint
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

func TestDiscovery(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	got := w.do(http.MethodGet, "/"+strings.ToUpper(testTenant)+"/v2.0/.well-known/openid-configuration", nil, "")
	if got.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s", got.StatusCode, got.body)
	}
	document := got.json(t)
	base := "https://" + testHost + "/" + strings.ToUpper(testTenant)
	for field, want := range map[string]string{
		"issuer": base + "/v2.0", "token_endpoint": base + "/oauth2/v2.0/token",
		"authorization_endpoint": base + "/oauth2/v2.0/authorize", "jwks_uri": base + "/discovery/v2.0/keys",
	} {
		if document[field] != want {
			t.Errorf("%s is %v, want %s", field, document[field], want)
		}
	}
	if keys := w.do(http.MethodGet, "/"+testTenant+"/discovery/v2.0/keys", nil, ""); keys.StatusCode != http.StatusOK {
		t.Errorf("keys: status %d", keys.StatusCode)
	}
	if count := w.journal.Count(azure.ActionDiscovery); count != 2 {
		t.Errorf("the journal counts %d discoveries, want 2", count)
	}
}

// tokenFailure is what the authority answers.
type tokenFailure struct {
	Status int
	Error  string
	Code   float64
}

func failureOf(t *testing.T, got answer) tokenFailure {
	t.Helper()
	body := got.json(t)
	failure := tokenFailure{Status: got.StatusCode}
	failure.Error, _ = body["error"].(string)
	if codes, ok := body["error_codes"].([]any); ok && len(codes) == 1 {
		failure.Code, _ = codes[0].(float64)
	}
	return failure
}

func TestTokenRefusals(t *testing.T) {
	t.Parallel()
	type test struct {
		tenant string
		change func(url.Values)
		want   tokenFailure
	}
	set := func(name, value string) func(url.Values) { return func(form url.Values) { form.Set(name, value) } }
	without := func(name string) func(url.Values) { return func(form url.Values) { form.Del(name) } }
	for name, test := range map[string]test{
		"unknown tenant":          {tenant: "99999999-9999-4999-8999-999999999999", want: tokenFailure{400, "invalid_request", 90002}},
		"no grant type":           {change: without("grant_type"), want: tokenFailure{400, "invalid_request", 900144}},
		"no client":               {change: without("client_id"), want: tokenFailure{400, "invalid_request", 900144}},
		"no scope":                {change: without("scope"), want: tokenFailure{400, "invalid_request", 900144}},
		"another grant type":      {change: set("grant_type", "password"), want: tokenFailure{400, "unsupported_grant_type", 70003}},
		"scope without .default":  {change: set("scope", "https://"+testHost+"/read"), want: tokenFailure{400, "invalid_scope", 1002012}},
		"two resources":           {change: set("scope", "https://a/.default https://b/.default"), want: tokenFailure{400, "invalid_scope", 1002012}},
		"unknown resource":        {change: set("scope", "https://graph.test/.default"), want: tokenFailure{400, "invalid_resource", 500011}},
		"no resource":             {change: set("scope", "openid"), want: tokenFailure{400, "invalid_resource", 500011}},
		"unknown client":          {change: set("client_id", "nobody"), want: tokenFailure{400, "unauthorized_client", 700016}},
		"client of other tenant":  {tenant: otherTenant, want: tokenFailure{400, "unauthorized_client", 700016}},
		"no credential":           {change: without("client_secret"), want: tokenFailure{401, "invalid_client", 7000216}},
		"wrong secret":            {change: set("client_secret", "wrong"), want: tokenFailure{401, "invalid_client", 7000215}},
		"empty secret":            {change: set("client_secret", ""), want: tokenFailure{401, "invalid_client", 7000215}},
		"expired secret":          {change: set("client_secret", expiredSecret), want: tokenFailure{401, "invalid_client", 7000222}},
		"assertion of wrong type": {change: set("client_assertion", "a.b.c"), want: tokenFailure{400, "invalid_request", 50027}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAzureService(t)
			form := secretForm(testClient, testSecret)
			if test.change != nil {
				test.change(form)
			}
			tenant := test.tenant
			if tenant == "" {
				tenant = testTenant
			}
			got := w.askToken(tenant, form)
			if diff := cmp.Diff(test.want, failureOf(t, got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, got.body)
			}
			body := got.json(t)
			for _, field := range []string{"error_description", "timestamp", "trace_id", "correlation_id", "error_uri"} {
				if text, _ := body[field].(string); text == "" {
					t.Errorf("%s is missing: %s", field, got.body)
				}
			}
		})
	}
}

func TestTokenBySecret(t *testing.T) {
	t.Parallel()
	w := newAzureService(t)
	got := w.askToken(testTenant, secretForm(testClient, testSecret))
	if got.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s", got.StatusCode, got.body)
	}
	body := got.json(t)
	if body["token_type"] != "Bearer" || body["expires_in"] != 3599.0 {
		t.Errorf("got %s", got.body)
	}

	basic := secretForm(testClient, "")
	basic.Del("client_secret")
	basic.Del("client_id")
	req := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	req.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(testClient+":"+testSecret)))
	if got := w.do(http.MethodPost, "/"+testTenant+"/oauth2/v2.0/token", req, basic.Encode()); got.StatusCode != http.StatusOK {
		t.Errorf("client_secret_basic: status %d: %s", got.StatusCode, got.body)
	}
	if got := failureOf(t, w.do(http.MethodGet, "/"+testTenant+"/oauth2/v2.0/authorize", nil, "")); got != (tokenFailure{404, "invalid_request", 90000}) {
		t.Errorf("another endpoint: %v", got)
	}
	if got := failureOf(t, w.do(http.MethodPost, "/"+testTenant+"/v2.0/.well-known/openid-configuration", nil, "")); got != (tokenFailure{405, "invalid_request", 900561}) {
		t.Errorf("POST of discovery: %v", got)
	}
	if got := w.do(http.MethodGet, "/"+testTenant+"/oauth2/v2.0/token", nil, ""); failureOf(t, got).Code != 900561 {
		t.Errorf("GET: %s", got.body)
	}

	for _, entry := range w.journal.Entries() {
		for name, value := range entry.Params {
			if strings.Contains(value, testSecret) {
				t.Errorf("the journal shows the secret in %s", name)
			}
		}
	}
	first := w.journal.Entries()[0]
	want := map[string]string{
		"tenant": testTenant, "grant_type": "client_credentials", "client_id": testClient,
		"client_secret": control.Masked, "scope": secretForm("", "").Get("scope"),
	}
	if diff := cmp.Diff(want, first.Params); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
}

func assertionForm(assertion string) url.Values {
	form := secretForm(testClient, "")
	form.Del("client_secret")
	form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	form.Set("client_assertion", assertion)
	return form
}

// certificateAssertion is a good one, as Microsoft's library for Go makes it:
// the thumbprint is in the standard alphabet of base64.
func certificateAssertion() jwtParts {
	k := testKeys()
	sum := sha256.Sum256(k.certificate.Raw)
	return jwtParts{
		key: k.client, pss: true,
		header: map[string]any{"alg": "PS256", "typ": "JWT", "x5t#S256": base64.StdEncoding.EncodeToString(sum[:])},
		claims: map[string]any{
			"aud": "https://" + testHost + "/" + testTenant + "/oauth2/v2.0/token", "iss": testClient, "sub": testClient,
			"jti": "1", "nbf": testStart.Unix(), "exp": testStart.Add(10 * time.Minute).Unix(),
		},
	}
}

func TestTokenByCertificate(t *testing.T) {
	t.Parallel()
	k := testKeys()
	for name, test := range map[string]struct {
		change func(*jwtParts)
		want   tokenFailure
	}{
		"PS256, x5t#S256": {func(*jwtParts) {}, tokenFailure{Status: 200}},
		"RS256, x5t": {func(p *jwtParts) {
			sum := sha1.Sum(k.certificate.Raw) //nolint:gosec // as above
			p.pss = false
			p.header = map[string]any{"alg": "RS256", "x5t": base64.RawURLEncoding.EncodeToString(sum[:])}
		}, tokenFailure{Status: 200}},
		"audience is the issuer": {func(p *jwtParts) { p.claims["aud"] = "https://" + testHost + "/" + testTenant + "/v2.0" }, tokenFailure{Status: 200}},
		"audience is elsewhere":  {func(p *jwtParts) { p.claims["aud"] = "https://login.test/" + testTenant + "/v2.0" }, tokenFailure{401, "invalid_client", 700023}},
		"no thumbprint":          {func(p *jwtParts) { delete(p.header, "x5t#S256") }, tokenFailure{401, "invalid_client", 50027}},
		"unknown thumbprint":     {func(p *jwtParts) { p.header["x5t#S256"] = "AAAA" }, tokenFailure{401, "invalid_client", 700027}},
		"expired certificate": {func(p *jwtParts) {
			sum := sha256.Sum256(k.oldCertificate.Raw)
			p.header["x5t#S256"] = base64.RawURLEncoding.EncodeToString(sum[:])
		}, tokenFailure{401, "invalid_client", 700027}},
		"another key":     {func(p *jwtParts) { p.key = k.stranger }, tokenFailure{401, "invalid_client", 700027}},
		"no signature":    {func(p *jwtParts) { p.header["alg"] = "none" }, tokenFailure{401, "invalid_client", 700027}},
		"a symmetric key": {func(p *jwtParts) { p.header["alg"] = "HS256" }, tokenFailure{401, "invalid_client", 700027}},
		"another subject": {func(p *jwtParts) { p.claims["sub"] = deniedClient }, tokenFailure{401, "invalid_client", 700021}},
		"expired": {func(p *jwtParts) {
			p.claims["nbf"], p.claims["exp"] = testStart.Add(-time.Hour).Unix(), testStart.Add(-10*time.Minute).Unix()
		}, tokenFailure{401, "invalid_client", 700024}},
		"not yet valid": {func(p *jwtParts) { p.claims["nbf"] = testStart.Add(time.Hour).Unix() }, tokenFailure{401, "invalid_client", 700024}},
		"never expires": {func(p *jwtParts) { delete(p.claims, "exp") }, tokenFailure{401, "invalid_client", 700024}},
		"absurd times":  {func(p *jwtParts) { p.claims["nbf"], p.claims["exp"] = 1e300, -1e300 }, tokenFailure{401, "invalid_client", 700024}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assertion := certificateAssertion()
			test.change(&assertion)
			got := newAzureService(t).askToken(testTenant, assertionForm(assertion.sign(t)))
			if diff := cmp.Diff(test.want, failureOf(t, got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, got.body)
			}
		})
	}
	for _, text := range []string{"", "a", "a.b", "a.b.c", "e30.e30.!", "bnVsbA.bnVsbA.", "W10.W10."} {
		got := newAzureService(t).askToken(testTenant, assertionForm(text))
		if got.StatusCode == http.StatusOK {
			t.Errorf("assertion %q: %s", text, got.body)
		}
	}
}

func TestTokenByFederatedAssertion(t *testing.T) {
	t.Parallel()
	k := testKeys()
	for name, test := range map[string]struct {
		change func(*jwtParts)
		want   tokenFailure
	}{
		"good":              {func(*jwtParts) {}, tokenFailure{Status: 200}},
		"several audiences": {func(p *jwtParts) { p.claims["aud"] = []string{"x", azure.TokenExchangeAudience} }, tokenFailure{Status: 200}},
		"another issuer":    {func(p *jwtParts) { p.claims["iss"] = testIssuer + "/" }, tokenFailure{401, "invalid_client", 700211}},
		"another subject":   {func(p *jwtParts) { p.claims["sub"] = strings.ToUpper(testSubject) }, tokenFailure{401, "invalid_client", 700213}},
		"another audience":  {func(p *jwtParts) { p.claims["aud"] = "api://other" }, tokenFailure{401, "invalid_client", 700212}},
		"unknown key":       {func(p *jwtParts) { p.header["kid"] = "key-2" }, tokenFailure{401, "invalid_client", 50013}},
		"another's key":     {func(p *jwtParts) { p.key = k.stranger }, tokenFailure{401, "invalid_client", 50013}},
		"another algorithm": {func(p *jwtParts) { p.header["alg"], p.pss = "PS256", true }, tokenFailure{401, "invalid_client", 50013}},
		"expired":           {func(p *jwtParts) { p.claims["exp"] = testStart.Add(-10 * time.Minute).Unix() }, tokenFailure{401, "invalid_client", 700024}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assertion := jwtParts{
				key:    k.issuer,
				header: map[string]any{"alg": "RS256", "typ": "JWT", "kid": "key-1"},
				claims: map[string]any{
					"aud": azure.TokenExchangeAudience, "iss": testIssuer, "sub": testSubject,
					"exp": testStart.Add(5 * time.Minute).Unix(),
				},
			}
			test.change(&assertion)
			got := newAzureService(t).askToken(testTenant, assertionForm(assertion.sign(t)))
			if diff := cmp.Diff(test.want, failureOf(t, got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, got.body)
			}
		})
	}
}

func TestTokenFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault      control.Fault
		want       tokenFailure
		retryAfter string
	}{
		"error":       {control.Fault{Kind: control.KindError}, tokenFailure{503, "temporarily_unavailable", 90033}, ""},
		"throttled":   {control.Fault{Kind: control.KindThrottle, RetryAfter: 1500 * time.Millisecond}, tokenFailure{429, "temporarily_unavailable", 90055}, "2"},
		"of our own":  {control.Fault{Kind: control.KindError, Status: 400, Code: "AADSTS53003", Message: "Blocked."}, tokenFailure{400, "temporarily_unavailable", 53003}, ""},
		"OAuth error": {control.Fault{Kind: control.KindError, Status: 400, Code: "invalid_grant"}, tokenFailure{400, "invalid_grant", 90033}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAzureService(t)
			test.fault.Action, test.fault.Times = azure.ActionToken, 1
			w.faults.Add(test.fault)
			got := w.askToken(testTenant, secretForm(testClient, testSecret))
			if diff := cmp.Diff(test.want, failureOf(t, got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if header := got.Header.Get("Retry-After"); header != test.retryAfter {
				t.Errorf("Retry-After is %q, want %q", header, test.retryAfter)
			}
			w.token(testClient) // the fault is spent
		})
	}
}
