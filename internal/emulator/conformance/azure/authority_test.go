package azure_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/golang-jwt/jwt/v5"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

const (
	client  = "7e57ed00-0000-4000-8000-00000000000a" // with every kind of credential
	issuer  = "https://token.issuer.test"
	subject = "repo:example/network:ref:refs/heads/main"
)

// keys of clients and issuers are made once, since RSA keys take a while.
type keys struct {
	client, issuer, stranger *rsa.PrivateKey
	registered, expired      *x509.Certificate // of client
	unknown                  *x509.Certificate // of stranger
}

var testKeys = sync.OnceValues(func() (k keys, err error) {
	for _, key := range []**rsa.PrivateKey{&k.client, &k.issuer, &k.stranger} {
		if *key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return k, err
		}
	}
	for _, c := range []struct {
		certificate **x509.Certificate
		key         *rsa.PrivateKey
		until       time.Duration
	}{{&k.registered, k.client, time.Hour}, {&k.expired, k.client, -time.Minute}, {&k.unknown, k.stranger, time.Hour}} {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"},
			NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(c.until),
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, c.key.Public(), c.key)
		if err != nil {
			return k, err
		}
		if *c.certificate, err = x509.ParseCertificate(der); err != nil {
			return k, err
		}
	}
	return k, nil
})

func keysOf(t *testing.T) keys {
	t.Helper()
	k, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// withClient registers the client.
func withClient(k keys) func(*emulator.Config) {
	return func(config *emulator.Config) {
		config.Azure.Clients = append(config.Azure.Clients, azure.Client{
			TenantID: emulator.SeedTenant, ID: client, ObjectID: "7e57ed00-0000-4000-8000-00000000000b",
			Secrets:      []azure.Secret{{Value: "good"}, {Value: "old", Expires: testStart.Add(-time.Second)}},
			Certificates: []*x509.Certificate{k.registered, k.expired},
			Federated: []azure.FederatedCredential{{
				Issuer: issuer, Subject: subject, Keys: map[string]crypto.PublicKey{"key-1": k.issuer.Public()}, // AZ-009
			}},
		})
	}
}

// assertion is a federated issuer's token, good but for what change does.
func assertion(k keys, change func(token *jwt.Token, claims jwt.MapClaims)) func(context.Context) (string, error) {
	claims := jwt.MapClaims{
		"iss": issuer, "sub": subject, "aud": "api://AzureADTokenExchange",
		"nbf": time.Now().Add(-time.Minute).Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = "key-1"
	key := k.issuer
	if change != nil {
		change(token, claims)
	}
	if token.Header["forged"] == true {
		key = k.stranger
	}
	return func(context.Context) (string, error) { return token.SignedString(key) }
}

// Every kind of credential opens the gateway, and every wrong one is refused
// with the authority's own code.
func TestCredentials(t *testing.T) {
	t.Parallel()
	k := keysOf(t)
	bySecret := func(tenant, id, secret string) func(azureEmulator) (azcore.TokenCredential, error) {
		return func(w azureEmulator) (azcore.TokenCredential, error) {
			return azidentity.NewClientSecretCredential(tenant, id, secret, &azidentity.ClientSecretCredentialOptions{
				ClientOptions: w.options(), DisableInstanceDiscovery: true,
			})
		}
	}
	byCertificate := func(id string, certificate *x509.Certificate, key crypto.PrivateKey) func(azureEmulator) (azcore.TokenCredential, error) {
		return func(w azureEmulator) (azcore.TokenCredential, error) {
			return azidentity.NewClientCertificateCredential(emulator.SeedTenant, id, []*x509.Certificate{certificate}, key,
				&azidentity.ClientCertificateCredentialOptions{ClientOptions: w.options(), DisableInstanceDiscovery: true})
		}
	}
	byAssertion := func(change func(*jwt.Token, jwt.MapClaims)) func(azureEmulator) (azcore.TokenCredential, error) {
		return func(w azureEmulator) (azcore.TokenCredential, error) {
			return azidentity.NewClientAssertionCredential(emulator.SeedTenant, client, assertion(k, change),
				&azidentity.ClientAssertionCredentialOptions{ClientOptions: w.options(), DisableInstanceDiscovery: true})
		}
	}
	claim := func(name string, value any) func(*jwt.Token, jwt.MapClaims) {
		return func(_ *jwt.Token, claims jwt.MapClaims) { claims[name] = value }
	}
	header := func(name string, value any) func(*jwt.Token, jwt.MapClaims) {
		return func(token *jwt.Token, _ jwt.MapClaims) { token.Header[name] = value }
	}
	for _, test := range []struct {
		name       string // AZ-008 is the five minutes that assertions may be off
		credential func(azureEmulator) (azcore.TokenCredential, error)
		status     int    // 0 is a token
		code       string // the authority's
	}{
		{name: "secret", credential: bySecret(emulator.SeedTenant, client, "good")},
		{name: "certificate, AZ-006", credential: byCertificate(client, k.registered, k.client)},
		{name: "assertion, AZ-007", credential: byAssertion(nil)},
		{name: "assertion that ended two minutes ago, AZ-008", credential: byAssertion(claim("exp", time.Now().Add(-2*time.Minute).Unix()))},
		{name: "assertion of several audiences, AZ-007", credential: byAssertion(claim("aud", []string{"x", "api://AzureADTokenExchange"}))},

		{"unknown tenant, AZ-002", bySecret("99999999-9999-4999-8999-999999999999", client, "good"), 400, "AADSTS90002"},
		{"unknown client, AZ-003", bySecret(emulator.SeedTenant, "99999999-9999-4999-8999-999999999999", "good"), 400, "AADSTS700016"},
		{"wrong secret, AZ-005", bySecret(emulator.SeedTenant, client, "wrong"), 401, "AADSTS7000215"},
		{"expired secret, AZ-005", bySecret(emulator.SeedTenant, client, "old"), 401, "AADSTS7000222"},
		{"unknown certificate, AZ-006", byCertificate(client, k.unknown, k.stranger), 401, "AADSTS700027"},
		{"expired certificate, AZ-006", byCertificate(client, k.expired, k.client), 401, "AADSTS700027"},
		{"certificate of another client, AZ-003", byCertificate("99999999-9999-4999-8999-999999999999", k.registered, k.client), 400, "AADSTS700016"},
		{"another issuer, AZ-007", byAssertion(claim("iss", "https://other.issuer.test")), 401, "AADSTS700211"},
		{"another subject, AZ-007", byAssertion(claim("sub", strings.ToUpper(subject))), 401, "AADSTS700213"},
		{"another audience, AZ-007", byAssertion(claim("aud", "api://other")), 401, "AADSTS700212"},
		{"another key, AZ-007", byAssertion(header("kid", "key-2")), 401, "AADSTS50013"},
		{"a forged signature, AZ-007", byAssertion(header("forged", true)), 401, "AADSTS50013"},
		{"an assertion that ended, AZ-008", byAssertion(claim("exp", time.Now().Add(-6*time.Minute).Unix())), 401, "AADSTS700024"},
		{"an assertion to come, AZ-008", byAssertion(claim("nbf", time.Now().Add(10*time.Minute).Unix())), 401, "AADSTS700024"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newAzureEmulator(t, withClient(k))
			credential, err := test.credential(w)
			if err != nil {
				t.Fatal(err)
			}
			_, err = status(t.Context(), w.gatewaysOf(t, emulator.SeedSubscription, credential, w.options()), emulator.SeedGateway, "")
			if test.status == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			checkRefusal(t, err, test.status, test.code)
			if asked := w.Journal.Count(azure.ActionBGPStatus); asked != 0 {
				t.Errorf("the gateway was asked %d times", asked)
			}
		})
	}
}

// checkRefusal wants an error of azidentity that has the authority's answer in
// it.
func checkRefusal(t *testing.T, err error, status int, code string) {
	t.Helper()
	refused, ok := errors.AsType[*azidentity.AuthenticationFailedError](err)
	if !ok {
		t.Fatalf("%T %v", err, err)
	}
	if response := refused.RawResponse; response == nil {
		// Without a tenant's discovery there is no answer of the token endpoint.
		if !strings.Contains(err.Error(), code+":") {
			t.Errorf("%v, want %s", err, code)
		}
	} else if response.StatusCode != status || !strings.Contains(err.Error(), code+":") {
		t.Errorf("%d %v, want %d %s", response.StatusCode, err, status, code)
	}
}

// The form of the authority's errors (AZ-001), as azidentity hands it on.
func TestAuthorityErrors(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t)
	_, err := w.secret(t, emulator.SeedClient, "wrong").GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{w.AzureURL() + "/.default"}})
	refused, ok := errors.AsType[*azidentity.AuthenticationFailedError](err)
	if !ok || refused.RawResponse == nil {
		t.Fatalf("%T %v", err, err)
	}
	body, err := io.ReadAll(refused.RawResponse.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		Codes       []int  `json:"error_codes"`
		Timestamp   string `json:"timestamp"`
		Trace       string `json:"trace_id"`
		Correlation string `json:"correlation_id"`
		URI         string `json:"error_uri"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	asked := refused.RawResponse.Request.Header.Get("Client-Request-Id")
	if answer.Correlation != asked || asked == "" {
		t.Errorf("correlation id %q, asked with %q", answer.Correlation, asked)
	}
	want := "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '" +
		emulator.SeedClient + "'. Trace ID: " + answer.Trace + " Correlation ID: " + asked + " Timestamp: " + answer.Timestamp
	if answer.Description != want {
		t.Errorf("described as\n%s, want\n%s", answer.Description, want)
	}
	if answer.Error != "invalid_client" || len(answer.Codes) != 1 || answer.Codes[0] != 7000215 || answer.Trace == "" ||
		answer.Timestamp != "2025-06-01 12:00:00Z" || answer.URI != w.AzureURL()+"/error?code=7000215" {
		t.Errorf("%+v", answer)
	}
}

// Scopes name one resource (AZ-004), the audiences of which AZ-014 tells.
func TestScopes(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t, func(config *emulator.Config) { config.Azure.Audiences = []string{"https://own.test"} })
	for _, test := range []struct {
		scope  string
		status int
		code   string
	}{
		{scope: w.AzureURL() + "/.default"},
		{scope: w.AzureURL() + "//.default"},
		{scope: "https://management.azure.com/.default"},
		{scope: "https://management.core.windows.net//.default"},
		{scope: "https://own.test/.default"},
		{"https://graph.microsoft.com/.default", 400, "AADSTS500011"},
		{w.AzureURL() + "/user_impersonation", 400, "AADSTS1002012"},
	} {
		t.Run(test.scope, func(t *testing.T) {
			t.Parallel()
			credential := w.secret(t, emulator.SeedClient, emulator.SeedClientSecret)
			token, err := credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{test.scope}})
			switch {
			case test.status != 0:
				checkRefusal(t, err, test.status, test.code)
			case err != nil:
				t.Error(err)
			case strings.Count(token.Token, ".") != 2: // AZ-011
				t.Errorf("the token is %q", token.Token)
			}
		})
	}
}

// The authority describes itself as MSAL wants it, and has no keys to check its
// tokens with (AZ-011). A token lives 3599 seconds (AZ-010).
func TestTokenResponse(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t, func(config *emulator.Config) { config.Azure.TokenLifetime = 0 })
	var answers []string
	options := w.options()
	options.Transport = transport(func(r *http.Request) (*http.Response, error) {
		response, err := w.http.Do(r) //nolint:gosec // what the library asks of the emulator
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(response.Body)
		answers = append(answers, string(body))
		response.Body = io.NopCloser(strings.NewReader(string(body)))
		return response, err
	})
	credential, err := azidentity.NewClientSecretCredential(emulator.SeedTenant, emulator.SeedClient, emulator.SeedClientSecret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second one is kept by the library
		if _, err := credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{w.AzureURL() + "/.default"}}); err != nil {
			t.Fatal(err)
		}
	}
	if len(answers) != 2 {
		t.Fatalf("%d answers", len(answers))
	}
	for i, parts := range [][]string{
		{`"issuer":"` + w.AzureURL() + "/" + emulator.SeedTenant + `/v2.0"`, `"token_endpoint":"` + w.AzureURL() + "/" + emulator.SeedTenant + `/oauth2/v2.0/token"`},
		{`"token_type":"Bearer"`, `"expires_in":3599`, `"ext_expires_in":3599`},
	} {
		for _, part := range parts {
			if !strings.Contains(answers[i], part) {
				t.Errorf("%s is not in %s", part, answers[i])
			}
		}
	}
	var document struct {
		Keys string `json:"jwks_uri"`
	}
	if err := json.Unmarshal([]byte(answers[0]), &document); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, document.Keys, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := w.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil || string(body) != `{"keys":[]}` {
		t.Errorf("keys %s, %v", body, err)
	}
	for _, entry := range w.Journal.Entries() {
		for name, value := range entry.Params {
			if strings.Contains(value, emulator.SeedClientSecret) {
				t.Errorf("the journal shows %s", name)
			}
		}
	}
}

type transport func(*http.Request) (*http.Response, error)

func (do transport) Do(r *http.Request) (*http.Response, error) { return do(r) }

// Faults of the authority, with and without a code (AZ-061).
func TestAuthorityFaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		fault  control.Fault
		status int
		code   string
	}{
		{"an error", control.Fault{Kind: control.KindError}, 503, "AADSTS90033"},
		{"throttled", control.Fault{Kind: control.KindThrottle, RetryAfter: time.Second}, 429, "AADSTS90055"},
		{"one of one's own", control.Fault{Kind: control.KindError, Status: 400, Code: "AADSTS50034", Message: "No such account."}, 400, "AADSTS50034: No such account. Trace ID"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newAzureEmulator(t)
			fault := test.fault
			fault.Cloud, fault.Action = azure.Cloud, azure.ActionToken
			w.Faults.Add(fault)
			_, err := status(t.Context(), w.gateways(t), emulator.SeedGateway, "")
			checkRefusal(t, err, test.status, strings.TrimSuffix(test.code, ":"))
			w.Faults.Clear()
			if _, err := status(t.Context(), w.gateways(t), emulator.SeedGateway, ""); err != nil {
				t.Error(err)
			}
		})
	}
}

// Without its certificate authority nobody trusts the emulator, and a token is
// not sent over plain HTTP (EMU-001).
func TestTLS(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t)
	options := w.options()
	options.Transport = &http.Client{Transport: &http.Transport{}}
	credential, err := azidentity.NewClientSecretCredential(emulator.SeedTenant, emulator.SeedClient, emulator.SeedClientSecret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{w.AzureURL() + "/.default"}})
	if err == nil || !strings.Contains(err.Error(), "certificate signed by unknown authority") {
		t.Errorf("got %v", err)
	}
	plain := w.options()
	plain.Cloud = cloud.Configuration{
		ActiveDirectoryAuthorityHost: w.AzureURL() + "/",
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: strings.Replace(w.AzureURL(), "https:", "http:", 1), Audience: w.AzureURL()},
		},
	}
	seeded := w.secret(t, emulator.SeedClient, emulator.SeedClientSecret)
	_, err = status(t.Context(), w.gatewaysOf(t, emulator.SeedSubscription, seeded, plain), emulator.SeedGateway, "")
	if err == nil || !strings.Contains(err.Error(), "non-TLS") {
		t.Errorf("got %v", err)
	}
}
