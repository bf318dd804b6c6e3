package azure_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

const (
	testHost         = "azure.test"
	testTenant       = "11111111-1111-4111-8111-111111111111"
	otherTenant      = "11111111-1111-4111-8111-222222222222"
	testSubscription = "22222222-2222-4222-8222-222222222222"
	testClient       = "33333333-3333-4333-8333-333333333333"
	deniedClient     = "33333333-3333-4333-8333-444444444444"
	testObject       = "44444444-4444-4444-8444-444444444444"
	testSecret       = "s3cr3t~value"
	expiredSecret    = "0ld~value"

	testIssuer  = "https://token.issuer.test"
	testSubject = "repo:example/network:ref:refs/heads/main"
)

var testStart = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

func testGateway() azure.Gateway {
	return azure.Gateway{
		SubscriptionID: testSubscription, ResourceGroup: "rg-network", Name: "vgw-single",
		Rows: []azure.Row{
			{LocalAddress: "10.0.0.254", Neighbor: "10.0.0.254", ASN: 65515, Life: azure.Steady(azure.StateUnknown)},
			{LocalAddress: "10.0.0.254", Neighbor: "10.1.0.254", ASN: 1337, Routes: 2},
		},
	}
}

func testConfig() azure.Config {
	keys := testKeys()
	return azure.Config{
		Subscriptions: []azure.Subscription{
			{ID: testSubscription, TenantID: testTenant, ResourceGroups: []string{"rg-empty"}},
			{ID: "22222222-2222-4222-8222-333333333333", TenantID: otherTenant},
		},
		Clients: []azure.Client{
			{
				TenantID: testTenant, ID: testClient, ObjectID: testObject,
				Secrets: []azure.Secret{
					{Value: testSecret},
					{Value: expiredSecret, Expires: testStart.Add(-time.Hour)},
				},
				Certificates: []*x509.Certificate{keys.certificate, keys.oldCertificate, keys.lasting},
				Federated: []azure.FederatedCredential{{
					Issuer: testIssuer, Subject: testSubject, Keys: map[string]crypto.PublicKey{"key-1": keys.issuer.Public()},
				}},
			},
			{
				TenantID: testTenant, ID: deniedClient, ObjectID: testObject,
				Secrets: []azure.Secret{{Value: testSecret}}, Denied: []string{strings.ToLower(azure.Permission)},
			},
		},
		Gateways: []azure.Gateway{testGateway()},
	}
}

// keys are made once, since RSA keys take a while.
type keys struct {
	client, issuer, stranger    *rsa.PrivateKey
	certificate, oldCertificate *x509.Certificate
	lasting                     *x509.Certificate // valid by the real clock too
}

var testKeys = sync.OnceValue(func() keys {
	var k keys
	for _, key := range []**rsa.PrivateKey{&k.client, &k.issuer, &k.stranger} {
		made, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		*key = made
	}
	certificate := func(serial int64, notBefore, notAfter time.Time) *x509.Certificate {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "client"}, NotBefore: notBefore, NotAfter: notAfter,
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, k.client.Public(), k.client)
		if err != nil {
			panic(err)
		}
		made, err := x509.ParseCertificate(der)
		if err != nil {
			panic(err)
		}
		return made
	}
	k.certificate = certificate(1, testStart.Add(-time.Hour), testStart.Add(24*time.Hour))
	k.oldCertificate = certificate(2, testStart.Add(-2*time.Hour), testStart.Add(-time.Hour))
	k.lasting = certificate(3, testStart.Add(-time.Hour), testStart.AddDate(100, 0, 0))
	return k
})

// azureService is a service on a hand-moved clock, and a plain HTTP client for it.
type azureService struct {
	testing.TB
	service *azure.Service
	clock   *control.Clock
	journal *control.Journal
	faults  *control.Faults
	http    *http.Client
}

func newAzureService(t testing.TB, change ...func(*azure.Config)) *azureService {
	t.Helper()
	w := &azureService{
		TB: t, clock: control.NewClock(testStart), journal: control.NewJournal(0), faults: &control.Faults{},
	}
	config := testConfig()
	config.Now, config.SigningTime = w.clock.Now, w.clock.Now
	config.Journal, config.Faults = w.journal, w.faults
	for _, c := range change {
		c(&config)
	}
	w.service = azure.New(config)
	w.http = &http.Client{Transport: control.RoundTripper(w.service)}
	return w
}

// answer is a response, its body read.
type answer struct {
	*http.Response
	body string
}

// json decodes the body.
func (a answer) json(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("the body is not a JSON object: %v\n%s", err, a.body)
	}
	return v
}

// code is the code of a CloudError.
func (a answer) code(t testing.TB) string {
	t.Helper()
	var envelope struct {
		Error azure.CloudError `json:"error"`
	}
	if err := json.Unmarshal([]byte(a.body), &envelope); err != nil || envelope.Error.Code == "" || envelope.Error.Message == "" {
		t.Fatalf("the body is not a CloudError: %v\n%s", err, a.body)
	}
	return envelope.Error.Code
}

func (w *azureService) do(method, target string, header http.Header, body string) answer {
	w.Helper()
	if strings.HasPrefix(target, "/") {
		target = "https://" + testHost + target
	}
	req, err := http.NewRequestWithContext(w.Context(), method, target, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	if header != nil {
		req.Header = header
	}
	resp, err := w.http.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		w.Fatal(err)
	}
	return answer{resp, string(data)}
}

func (w *azureService) askToken(tenant string, form url.Values) answer {
	w.Helper()
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return w.do(http.MethodPost, "/"+tenant+"/oauth2/v2.0/token", header, form.Encode())
}

func secretForm(client, secret string) url.Values {
	return url.Values{
		"grant_type": {"client_credentials"}, "client_id": {client}, "client_secret": {secret},
		"scope": {"https://" + testHost + "/.default openid offline_access profile"},
	}
}

// token gets an access token for a client.
func (w *azureService) token(client string) string {
	w.Helper()
	got := w.askToken(testTenant, secretForm(client, testSecret))
	token, ok := got.json(w)["access_token"].(string)
	if !ok {
		w.Fatalf("no token: %s", got.body)
	}
	return token
}

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

// status asks for getBgpPeerStatus of the test's gateway.
func (w *azureService) status(query string) answer {
	w.Helper()
	return w.do(http.MethodPost, testGateway().ID()+"/getBgpPeerStatus?api-version="+azure.APIVersion+query, bearer(w.token(testClient)), "")
}

func (w *azureService) poll(target string) answer {
	w.Helper()
	return w.do(http.MethodGet, target, bearer(w.token(testClient)), "")
}

// jwtParts makes and signs a JSON Web Token.
type jwtParts struct {
	header, claims map[string]any
	key            *rsa.PrivateKey
	pss            bool
}

func (p jwtParts) sign(t *testing.T) string {
	t.Helper()
	encode := func(v any) string {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(data)
	}
	signed := encode(p.header) + "." + encode(p.claims)
	digest := sha256.Sum256([]byte(signed))
	var signature []byte
	var err error
	if p.pss {
		signature, err = rsa.SignPSS(rand.Reader, p.key, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	} else {
		signature, err = rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, digest[:])
	}
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}
