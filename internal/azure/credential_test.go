package azure_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/google/go-cmp/cmp"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// TestWhichCredential has the arguments that choose a credential, and those
// that are missing for it.
func TestWhichCredential(t *testing.T) {
	t.Parallel()
	all := azure.CredentialConfig{
		TenantID: tenant, ClientID: clientID, ClientCertificatePath: "cert.pfx", ClientSecret: secret,
		UseOIDC: true, OIDCToken: token, UseAKSWorkloadIdentity: true, UseMSI: true, UseCLI: true,
	}
	without := func(change func(*azure.CredentialConfig)) azure.CredentialConfig {
		c := all
		c.ClientCertificatePath = ""
		change(&c)
		return c
	}
	tests := []struct {
		name     string
		config   azure.CredentialConfig
		identity string // or
		argument string // of the error
	}{
		{"certificate before all", all, "the client certificate of client " + clientID, ""},
		{"then secret", without(func(*azure.CredentialConfig) {}), "the client secret of client " + clientID, ""},
		{"then OIDC", without(func(c *azure.CredentialConfig) { c.ClientSecret = "" }), "the OIDC token of client " + clientID, ""},
		{"then workload identity", without(func(c *azure.CredentialConfig) { c.ClientSecret, c.UseOIDC = "", false }), "the AKS workload identity of client " + clientID, ""},
		{"then managed identity", azure.CredentialConfig{ClientID: clientID, UseMSI: true, UseCLI: true}, "the managed identity of client " + clientID, ""},
		{"of the system", azure.CredentialConfig{UseMSI: true, UseCLI: true}, "the system-assigned managed identity", ""},
		{"then the CLI", azure.CredentialConfig{TenantID: tenant, ClientID: clientID, UseCLI: true}, "the identity signed in to the Azure CLI", ""},
		{"inline certificate", azure.CredentialConfig{TenantID: tenant, ClientID: clientID, ClientCertificate: "AAAA"}, "the client certificate of client " + clientID, ""},
		{"ids and secrets in files", azure.CredentialConfig{TenantID: tenant, ClientIDFilePath: "/run/id", ClientSecretFilePath: "/run/secret"}, "the client secret of the client in /run/id", ""},

		{"nothing", azure.CredentialConfig{TenantID: tenant, ClientID: clientID}, "", ""},
		{"secret without tenant", azure.CredentialConfig{ClientID: clientID, ClientSecret: secret, UseCLI: true}, "", "tenant_id"},
		{"secret without client", azure.CredentialConfig{TenantID: tenant, ClientSecret: secret, UseCLI: true}, "", "client_id"},
		{"certificate without tenant", azure.CredentialConfig{ClientID: clientID, ClientCertificatePath: "x"}, "", "tenant_id"},
		{"OIDC without client", azure.CredentialConfig{TenantID: tenant, UseOIDC: true, OIDCToken: token}, "", "client_id"},
		{"OIDC without source", azure.CredentialConfig{TenantID: tenant, ClientID: clientID, UseOIDC: true}, "", "use_oidc"},
		{"OIDC without URL", azure.CredentialConfig{TenantID: tenant, ClientID: clientID, UseOIDC: true, OIDCRequestToken: token}, "", "oidc_request_url"},
		{"OIDC without token", azure.CredentialConfig{TenantID: tenant, ClientID: clientID, UseOIDC: true, OIDCRequestURL: "https://x.test"}, "", "oidc_request_token"},
		{"OIDC over http", azure.CredentialConfig{TenantID: tenant, ClientID: clientID, UseOIDC: true, OIDCRequestURL: "http://x.test", OIDCRequestToken: token}, "", "oidc_request_url"},
		{"OIDC at no URL", azure.CredentialConfig{TenantID: tenant, ClientID: clientID, UseOIDC: true, OIDCRequestURL: "x", OIDCRequestToken: token}, "", "oidc_request_url"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			credential, err := azure.NewCredential(tt.config)
			if tt.identity == "" {
				var wrong *azure.ConfigError
				if !errors.As(err, &wrong) || wrong.Argument != tt.argument {
					t.Errorf("got %v, want an error of %q", err, tt.argument)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if named, ok := credential.(interface{ Identity() string }); !ok || named.Identity() != tt.identity {
				t.Errorf("got %v, want %q", named, tt.identity)
			}
		})
	}
}

// TestFilesAreReadLate has files that come and change after the credential was
// made.
func TestFilesAreReadLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newEmulatedAzure(nil)
		id, password := filepath.Join(t.TempDir(), "id"), filepath.Join(t.TempDir(), "secret")
		client := newClientWith(t, azure.CredentialConfig{TenantID: tenant, ClientIDFilePath: id, ClientSecretFilePath: password}, w.transport)

		read := func() error {
			_, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
			return err
		}
		checkCredentialError(t, read(), "the client secret of the client in "+id, "client_id_file_path: open "+id)
		write(t, id, clientID+"\n")
		checkCredentialError(t, read(), "the client secret of the client in "+id, "client_secret_file_path: open "+password)
		write(t, password, "\n")
		checkCredentialError(t, read(), "the client secret of the client in "+id, "client_secret_file_path: "+password+" is empty")
		if n := w.journal.Count(control.AnyAction); n != 0 {
			t.Errorf("%d requests without a credential", n)
		}
		write(t, password, secret+"\n")
		if err := read(); err != nil {
			t.Error(err)
		}
	})
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// checkCredentialError checks who was tried, and why it failed, and that no
// secret is told.
func checkCredentialError(t *testing.T, err error, identity, reason string) {
	t.Helper()
	var failed *azure.CredentialError
	if !errors.As(err, &failed) {
		t.Errorf("got %v, want an *azure.CredentialError", err)
		return
	}
	text := err.Error()
	if !strings.Contains(text, "cannot authenticate with "+identity+": ") || !strings.Contains(text, reason) || strings.Contains(text, "\n") {
		t.Errorf("message: %s\nwant: … %s: … %s …", text, identity, reason)
	}
	if failed.Advice() == "" {
		t.Error("no advice")
	}
	checkNoSecret(t, text)
}

func TestSecretThatIsRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config azure.CredentialConfig
		reason string
		code   string
		advice string
	}{
		"wrong secret":   {azure.CredentialConfig{TenantID: tenant, ClientID: clientID, ClientSecret: "wrong-" + token}, "HTTP 401 Unauthorized: invalid_client: AADSTS7000215: Invalid client secret provided.", "invalid_client", "Check the secret"},
		"unknown client": {azure.CredentialConfig{TenantID: tenant, ClientID: "99999999-9999-4999-8999-999999999999", ClientSecret: secret}, "HTTP 400 Bad Request: unauthorized_client: AADSTS700016:", "unauthorized_client", "Check tenant_id and client_id"},
		"unknown tenant": {azure.CredentialConfig{TenantID: "99999999-9999-4999-8999-999999999999", ClientID: clientID, ClientSecret: secret}, "AADSTS90002:", "", "Check tenant_id"},
		"wrong audience": {azure.CredentialConfig{TenantID: tenant, ClientID: clientID, ClientSecret: secret, Cloud: cloudWith(t, "https://other.test")}, "AADSTS500011", "invalid_resource", "The tenant knows no service of that name"},
		"no tenant id":   {azure.CredentialConfig{TenantID: "not a tenant", ClientID: clientID, ClientSecret: secret}, "invalid tenantID", "", "Check tenant_id"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(nil)
				_, err := newClientWith(t, tt.config, w.transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
				checkCredentialError(t, err, "the client secret of client "+tt.config.ClientID, tt.reason)
				var failed *azure.CredentialError
				if errors.As(err, &failed) && !strings.HasPrefix(failed.Advice(), tt.advice) {
					t.Errorf("advice: %s\nwant: %s …", failed.Advice(), tt.advice)
				}
				if tt.code != "" && (!errors.As(err, &failed) || failed.Code != tt.code || failed.HTTPStatus == 0) {
					t.Errorf("%+v", failed)
				}
				if n := w.journal.Count(emulated.ActionToken); n > 1 || w.counts().Start > 0 {
					t.Errorf("%d token requests, %d starts: a refusal is final", n, w.counts().Start)
				}
			})
		})
	}
}

// TestAdviceByIdentity has failures whose remedy depends on who was tried.
func TestAdviceByIdentity(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ identity, reason, advice string }{
		"no Azure CLI":           {"the identity signed in to the Azure CLI", "executable not found on path", "run az login"},
		"no pod":                 {"the AKS workload identity of client 1", "no token file specified", "AZURE_FEDERATED_TOKEN_FILE"},
		"a token file not there": {identity, "ClientAssertionCredential: oidc_token_file_path: open x: no such file", "the file that it names"},
		"no Microsoft Entra":     {identity, "authorize endpoint was not found in the openid configuration", "active_directory_authority_host"},
		"anything else":          {identity, "it cannot be said", "the arguments that are set"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (&azure.CredentialError{Identity: tt.identity, Reason: tt.reason}).Advice(); !strings.Contains(got, tt.advice) {
				t.Errorf("advice: %s\nwant: … %s …", got, tt.advice)
			}
		})
	}
	failure := &wire.Failure{Host: "login.microsoftonline.com", Cause: wire.CauseOf(errors.New("no route to host"))}
	if got := (&azure.CredentialError{Err: failure}).Advice(); !strings.Contains(got, "disable_instance_discovery") {
		t.Errorf("advice where the library looks up authorities: %s", got)
	}
}

// TestTokenEndpointInTrouble has faults that pass.
func TestTokenEndpointInTrouble(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]control.Fault{
		"429 after 61 s":   {Kind: control.KindThrottle, RetryAfter: 61 * time.Second, Times: 2},
		"503":              {Kind: control.KindError, Times: 5},
		"a proxy's 502":    {Kind: control.KindHTML, Times: 2},
		"dropped before":   {Kind: control.KindDropBefore, Times: 2},
		"dropped during":   {Kind: control.KindDropDuring, Times: 2},
		"dropped after":    {Kind: control.KindDropAfter, Times: 2},
		"truncated answer": {Kind: control.KindTruncate, Times: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(nil)
				fault.Action = emulated.ActionToken
				w.faults.Add(fault)
				if _, err := newClient(t, w.transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil {
					t.Fatal(err)
				}
				if n := w.journal.Count(emulated.ActionToken); n != fault.Times+1 {
					t.Errorf("%d token requests, want %d", n, fault.Times+1)
				}
			})
		})
	}

	t.Run("then a refusal", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			w := newEmulatedAzure(nil)
			w.faults.Add(control.Fault{Action: emulated.ActionToken, Kind: control.KindDropAfter, Times: 1})
			config := azure.CredentialConfig{TenantID: tenant, ClientID: clientID, ClientSecret: "wrong-" + token}
			_, err := newClientWith(t, config, w.transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
			var failed *azure.CredentialError
			if !errors.As(err, &failed) || !strings.HasPrefix(failed.Advice(), "Check the secret") {
				t.Errorf("got %v\nadvice: %s", err, failed.Advice())
			}
		})
	})

	t.Run("to the end", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			w := newEmulatedAzure(nil)
			w.faults.Add(control.Fault{Action: emulated.ActionToken, Kind: control.KindError, Message: "Please wait."})
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			_, err := newClient(t, w.transport).BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
			var failed *azure.Error
			if !errors.As(err, &failed) || failed.Phase != azure.PhaseToken || !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("got %v", err)
			}
			for _, want := range []string{"no time is left for another request while waiting for an access token for " + identity, "HTTP 503 Service Unavailable: temporarily_unavailable: AADSTS", "Please wait."} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("message: %s\nwant: … %s …", err, want)
				}
			}
		})
	})
}

// TestReadsWaitForOneToken has two reads, of which only the first asks for the token.
func TestReadsWaitForOneToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newEmulatedAzure(nil)
		w.faults.Add(control.Fault{Action: emulated.ActionToken, Kind: control.KindDelay, Delay: time.Hour})
		client := newClient(t, w.transport)
		var reads sync.WaitGroup
		for _, read := range []struct {
			peer           netip.Addr
			after, timeout time.Duration
		}{
			{everyPeer, 0, 25 * time.Second},
			{onePeer, time.Second, 15 * time.Second},
		} {
			reads.Go(func() {
				<-time.After(read.after)
				ctx, cancel := context.WithTimeout(t.Context(), read.timeout)
				defer cancel()
				_, err := client.BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), read.peer)
				var failed *azure.Error
				if !errors.As(err, &failed) || failed.Phase != azure.PhaseToken {
					t.Errorf("%s: got %v", read.peer, err)
				}
			})
		}
		reads.Wait()
	})
}

// TestWhatComesAfterAToken has a token in trouble, and then a start that hangs: what
// happened to the token is over.
func TestWhatComesAfterAToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newEmulatedAzure(nil)
		w.faults.Add(control.Fault{Action: emulated.ActionToken, Kind: control.KindThrottle, RetryAfter: time.Second, Times: 1})
		w.faults.Add(control.Fault{Action: emulated.ActionBGPStatus, Kind: control.KindDelay, Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
		defer cancel()
		_, err := newClient(t, w.transport).BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
		if err == nil || !strings.HasSuffix(err.Error(), ": timed out while starting the operation") {
			t.Errorf("got %v", err)
		}
	})
}

func TestNoAnswerOfTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err            error
		tries          int
		reason, advice string
	}{
		"an authority that is not trusted": {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, 1, "x509: certificate signed by unknown authority", "ca_certificate_file"},
		"a host that does not exist":       {&net.DNSError{Err: "no such host", Name: host, IsNotFound: true}, 5, "no such host", "DNS on this machine"},
		"an authority that speaks http":    {http.ErrSchemeMismatch, 1, "server gave HTTP response to HTTPS client", "active_directory_authority_host"},
		"an authority that speaks no TLS":  {tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, 1, "first record does not look like a TLS handshake", "active_directory_authority_host"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				client := newClient(t, roundTripperFunc(func(*http.Request) (*http.Response, error) {
					tries++
					return nil, tt.err
				}))
				_, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
				checkCredentialError(t, err, identity, tt.reason)
				var failed *azure.Error
				if !errors.As(err, &failed) || !strings.Contains(failed.Advice(), tt.advice) {
					t.Errorf("advice: %s", failed.Advice())
				}
				if want := tt.tries; tries != want {
					t.Errorf("%d tries, want %d", tries, want)
				}
			})
		})
	}
}

// TestTokenAnswersKeepTheToken has answers that cannot be read but may hold a
// token, and a redirect that would take the secret elsewhere.
func TestTokenAnswersKeepTheToken(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		handler http.HandlerFunc
		reason  string
	}{
		"not quite JSON": {answer(http.StatusOK, `{"token_type":"Bearer","expires_in":"soon","access_token":"`+token+`"}`), ""},
		"no JSON":        {answer(http.StatusOK, `access_token=opaque-token-that-nobody-may-see`), ""},
		"redirected":     {answer(http.StatusTemporaryRedirect, "", "Location", "https://elsewhere.test/token"), `redirects to another host, "elsewhere.test"`},
		"a failure":      {answer(http.StatusForbidden, `<html>`+secret+` Bearer `+token+`</html>`), "HTTP 403 Forbidden"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(nil)
				elsewhere := 0
				transport := control.RoundTripper(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					switch {
					case r.Host != host:
						elsewhere++
					case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/token"):
						tt.handler(rw, r)
					default:
						w.ServeHTTP(rw, r)
					}
				}))
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_, err := newClient(t, transport).BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
				if err == nil || !strings.Contains(err.Error(), tt.reason) {
					t.Fatalf("got %v", err)
				}
				if name != "a failure" { // which is shown, as the authority's own words
					checkNoSecret(t, err.Error())
				}
				if strings.Contains(err.Error(), "opaque-token") || elsewhere > 0 {
					t.Errorf("%s; %d requests elsewhere", err, elsewhere)
				}
			})
		})
	}
}

// certificateOf is a client certificate and its key, made once.
var certificateOf = sync.OnceValues(func() (*x509.Certificate, *rsa.PrivateKey) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return certificate, key
})

func TestClientCertificate(t *testing.T) {
	t.Parallel()
	certificate, key := certificateOf()
	const password = "p12-password"
	encode := func(encoder *pkcs12.Encoder, password string) []byte {
		data, err := encoder.Encode(key, certificate, nil, password)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
	bothPEM := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}), keyPEM...)
	inline := func(data []byte) string { return base64.StdEncoding.EncodeToString(data) }
	wrapped := func(text string) string { return text[:76] + "\n" + text[76:] + "\n" }

	tests := map[string]struct {
		inline   string
		file     []byte
		password string
		reason   string // "" is fine
	}{
		"modern PKCS#12":            {file: encode(pkcs12.Modern, password), password: password},
		"legacy PKCS#12":            {file: encode(pkcs12.LegacyDES, password), password: password},
		"older PKCS#12":             {file: encode(pkcs12.LegacyRC2, password), password: password},
		"without password":          {file: encode(pkcs12.Modern, "")},
		"passwordless":              {file: encode(pkcs12.Passwordless, "")},
		"PEM":                       {file: bothPEM},
		"inline":                    {inline: inline(encode(pkcs12.Modern, password)), password: password},
		"inline, wrapped in base64": {inline: wrapped(inline(encode(pkcs12.Modern, password))), password: password},
		"inline PEM":                {inline: inline(bothPEM)},
		"wrong password":            {file: encode(pkcs12.Modern, password), password: "other", reason: "client_certificate_password: it does not open the bundle of client_certificate_path"},
		"wrong inline password":     {inline: inline(encode(pkcs12.Modern, password)), reason: "client_certificate_password: it does not open the bundle of client_certificate"},
		"no base64":                 {inline: "!" + secret, reason: "client_certificate: not base64"},
		"no bundle":                 {file: []byte("hello"), reason: "client_certificate_path: the PKCS#12 bundle cannot be read"},
		"key without certificate":   {file: keyPEM, reason: "client_certificate_path: the PEM cannot be read: found no certificate"},
		"no file":                   {reason: "client_certificate_path: open "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(func(c *emulated.Config) { c.Clients[0].Certificates = []*x509.Certificate{certificate} })
				config := azure.CredentialConfig{TenantID: tenant, ClientID: clientID, ClientCertificate: tt.inline, ClientCertificatePassword: tt.password}
				if tt.inline == "" {
					config.ClientCertificatePath = filepath.Join(t.TempDir(), "client.pfx")
				}
				if tt.file != nil {
					write(t, config.ClientCertificatePath, string(tt.file))
				}
				_, err := newClientWith(t, config, w.transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
				if tt.reason != "" {
					checkCredentialError(t, err, "the client certificate of client "+clientID, tt.reason)
					if strings.Contains(err.Error(), password) {
						t.Errorf("the password is in %s", err)
					}
				} else if err != nil {
					t.Error(err)
				}
			})
		})
	}

	t.Run("that is not registered", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			w := newEmulatedAzure(nil)
			config := azure.CredentialConfig{TenantID: tenant, ClientID: clientID, ClientCertificate: inline(bothPEM)}
			_, err := newClientWith(t, config, w.transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
			checkCredentialError(t, err, "the client certificate of client "+clientID, "AADSTS700027")
		})
	})
}

const (
	issuer  = "https://pipelines.test"
	subject = "repo:net/peering:ref:refs/heads/main"
)

// idToken is what a pipeline's service gives out.
func idToken(t *testing.T, subject string, n int) string {
	t.Helper()
	_, key := certificateOf()
	part := func(v any) string {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(data)
	}
	signed := part(map[string]string{"alg": "RS256", "kid": "key", "typ": "JWT"}) + "." + part(map[string]any{
		"iss": issuer, "sub": subject, "aud": emulated.TokenExchangeAudience, "jti": n,
		"nbf": time.Now().Add(-time.Minute).Unix(), "exp": time.Now().Add(10 * time.Minute).Unix(),
	})
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// federated is an emulated Azure that trusts the pipeline's service.
func federated(change func(*emulated.Config)) *emulatedAzure {
	certificate, _ := certificateOf()
	return newEmulatedAzure(func(c *emulated.Config) {
		c.Clients[0].Federated = []emulated.FederatedCredential{{
			Issuer: issuer, Subject: subject, Keys: map[string]crypto.PublicKey{"key": certificate.PublicKey},
		}}
		if change != nil {
			change(c)
		}
	})
}

func TestOIDCToken(t *testing.T) {
	t.Parallel()
	t.Run("inline", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			config := azure.CredentialConfig{TenantID: tenant, ClientID: clientID, UseOIDC: true, OIDCToken: idToken(t, subject, 1)}
			if _, err := newClientWith(t, config, federated(nil).transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil {
				t.Error(err)
			}
		})
	})
	t.Run("of another subject", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			other := idToken(t, "repo:net/other", 1)
			config := azure.CredentialConfig{TenantID: tenant, ClientID: clientID, UseOIDC: true, OIDCToken: other}
			_, err := newClientWith(t, config, federated(nil).transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
			checkCredentialError(t, err, "the OIDC token of client "+clientID, "AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:net/other'")
			if strings.Contains(err.Error(), other) {
				t.Errorf("the token is in %s", err)
			}
		})
	})
	t.Run("in a file that changes", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			w := federated(func(c *emulated.Config) { c.TokenLifetime = 10 * time.Minute })
			path := filepath.Join(t.TempDir(), "token")
			config := azure.CredentialConfig{TenantID: tenant, ClientID: clientID, UseOIDC: true, OIDCTokenFilePath: path}
			client := newClientWith(t, config, w.transport)
			for n := range 3 {
				write(t, path, idToken(t, subject, n)+"\n")
				if _, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil {
					t.Error(err)
				}
				<-time.After(30 * time.Minute) // the ID token and the access token are over
			}
			if n := w.journal.Count(emulated.ActionToken); n != 3 {
				t.Errorf("%d access tokens, want 3", n)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			_, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
			checkCredentialError(t, err, "the OIDC token of client "+clientID, "oidc_token_file_path: open "+path)
		})
	})
}

// TestOIDCRequest has a pipeline's service on loopback that gives out ID
// tokens as GitHub Actions and Azure DevOps do.
func TestOIDCRequest(t *testing.T) {
	t.Parallel()
	const requestToken = "request-token-that-nobody-may-see"
	tests := map[string]struct {
		query      string // of the URL as the pipeline gives it
		connection string
		method     string
		want       string // the query that is asked with
		answer     string // %s is the ID token
		status     int
		reason     string // "" is fine
	}{
		"GitHub Actions":                  {query: "?api-version=2.0", method: http.MethodGet, want: "api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange", answer: `{"count":1,"value":"%s"}`, status: 200},
		"GitHub Actions, own audience":    {query: "?audience=own", method: http.MethodGet, want: "audience=own", answer: `{"value":"%s"}`, status: 200},
		"Azure DevOps":                    {connection: "conn-1", method: http.MethodPost, want: "api-version=7.1&serviceConnectionId=conn-1", answer: `{"oidcToken":"%s"}`, status: 200},
		"Azure DevOps, its own version":   {query: "?api-version=7.2", connection: "conn-1", method: http.MethodPost, want: "api-version=7.2&serviceConnectionId=conn-1", answer: `{"oidcToken":"%s"}`, status: 200},
		"Azure DevOps, named by the URL":  {query: "?serviceConnectionId=conn-2", method: http.MethodPost, want: "api-version=7.1&serviceConnectionId=conn-2", answer: `{"oidcToken":"%s"}`, status: 200},
		"the same, in other letters":      {query: "?serviceconnectionid=conn-2", connection: "conn-1", method: http.MethodPost, want: "api-version=7.1&serviceconnectionid=conn-2", answer: `{"oidcToken":"%s"}`, status: 200},
		"refused":                         {method: http.MethodGet, want: "audience=api%3A%2F%2FAzureADTokenExchange", answer: `{"message":"not in this job"}`, status: 403, reason: `was answered with HTTP 403 Forbidden: {"message":"not in this job"}`},
		"answered in the other's way":     {connection: "conn-1", method: http.MethodPost, want: "api-version=7.1&serviceConnectionId=conn-1", answer: `{"value":"%s"}`, status: 200, reason: `has no "oidcToken"`},
		"answered with no JSON":           {method: http.MethodGet, want: "audience=api%3A%2F%2FAzureADTokenExchange", answer: `token=%s`, status: 200, reason: `has no "value"`},
		"answered with an empty token":    {method: http.MethodGet, want: "audience=api%3A%2F%2FAzureADTokenExchange", answer: `{"value":""}`, status: 200, reason: `has no "value"`},
		"answered with the sign-in page?": {connection: "conn-1", method: http.MethodPost, want: "api-version=7.1&serviceConnectionId=conn-1", status: 401, reason: "was answered with HTTP 401 Unauthorized: no body"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			id := idToken(t, subject, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.Method+" "+r.URL.RawQuery+" "+r.Header.Get("Authorization"))
				w.WriteHeader(tt.status)
				_, _ = fmt.Fprint(w, strings.Replace(tt.answer, "%s", id, 1))
			}))
			defer server.Close()
			w := federated(func(c *emulated.Config) { c.Style = emulated.StyleImmediate })
			config := azure.CredentialConfig{
				TenantID: tenant, ClientID: clientID, UseOIDC: true,
				OIDCRequestURL: server.URL + "/token" + tt.query, OIDCRequestToken: requestToken, OIDCServiceConnectionID: tt.connection,
			}
			_, err := newClientWith(t, config, w.besideLoopback()).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
			if diff := cmp.Diff([]string{tt.method + " " + tt.want + " Bearer " + requestToken}, asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			if tt.reason == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			checkCredentialError(t, err, "the OIDC token of client "+clientID, tt.reason)
			if strings.Contains(err.Error(), requestToken) || strings.Contains(err.Error(), id) {
				t.Errorf("a token is in %s", err)
			}
		})
	}
}

// besideLoopback carries requests to this machine over the network, and all
// others to the emulator.
func (w *emulatedAzure) besideLoopback() http.RoundTripper {
	return roundTripperFunc(func(req *http.Request) (*http.Response, error) {
		if req.URL.Hostname() == "127.0.0.1" {
			return http.DefaultTransport.RoundTrip(req)
		}
		return w.transport.RoundTrip(req)
	})
}

// accessToken gets a token that the emulator takes.
func (w *emulatedAzure) accessToken(t *testing.T) string {
	t.Helper()
	credential, err := azure.NewCredential(azure.CredentialConfig{
		TenantID: tenant, ClientID: clientID, ClientSecret: secret, DisableInstanceDiscovery: true, Cloud: testCloud(t), Transport: w.transport,
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://" + host + "/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	return token.Token
}

// TestManagedIdentity has an identity endpoint on loopback, as App Service and
// others have it. It is not parallel: azidentity reads the environment. Each
// case has an audience of its own, since azidentity keeps a managed identity's
// tokens for the whole process.
func TestManagedIdentity(t *testing.T) {
	for name, tt := range map[string]struct {
		clientID string
		identity string
		want     string
		header   string
		reason   string
	}{
		"system-assigned": {identity: "the system-assigned managed identity", want: "api-version=2019-08-01&resource=", header: "right"},
		"user-assigned":   {clientID: clientID, identity: "the managed identity of client " + clientID, want: "api-version=2019-08-01&client_id=" + clientID + "&resource=", header: "right"},
		"refused":         {identity: "the system-assigned managed identity", want: "api-version=2019-08-01&resource=", header: "wrong", reason: "HTTP 400 Bad Request: no identity here"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newEmulatedAzure(func(c *emulated.Config) { c.Style = emulated.StyleImmediate })
			access := w.accessToken(t)
			var asked []string
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.URL.RawQuery)
				if r.Header.Get("X-Identity-Header") != "right" {
					rw.WriteHeader(http.StatusBadRequest)
					_, _ = rw.Write([]byte(`{"statusCode":400,"message":"no identity here"}`))
					return
				}
				_, _ = fmt.Fprintf(rw, `{"access_token":%q,"expires_on":"%d","token_type":"Bearer"}`, access, time.Now().Add(time.Hour).Unix())
			}))
			defer server.Close()
			t.Setenv("IDENTITY_ENDPOINT", server.URL)
			t.Setenv("IDENTITY_HEADER", tt.header)
			audience := rand.Text()
			config := azure.CredentialConfig{ClientID: tt.clientID, UseMSI: true, Cloud: cloudWith(t, audience)}
			_, err := newClientWith(t, config, w.besideLoopback()).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
			if len(asked) == 0 || asked[0] != tt.want+audience {
				t.Errorf("asked %q, want %q", asked, tt.want+audience)
			}
			if tt.reason != "" {
				checkCredentialError(t, err, tt.identity, tt.reason)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestManagedIdentityInTrouble has faults of an identity endpoint that pass. It is not
// parallel, and has audiences of its own, as TestManagedIdentity.
func TestManagedIdentityInTrouble(t *testing.T) {
	t.Setenv("IDENTITY_ENDPOINT", "http://127.0.0.1/token")
	t.Setenv("IDENTITY_HEADER", "right")
	for name, fault := range map[string]http.HandlerFunc{
		"429 after 90 s": answer(http.StatusTooManyRequests, "", "Retry-After", "90"),
		"404":            answer(http.StatusNotFound, ""),
		"no answer":      func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(nil)
				access := w.accessToken(t)
				asked := 0
				endpoint := control.RoundTripper(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					if asked++; asked == 1 {
						fault(rw, r)
						return
					}
					_, _ = fmt.Fprintf(rw, `{"access_token":%q,"expires_on":"%d","token_type":"Bearer"}`, access, time.Now().Add(time.Hour).Unix())
				}))
				config := azure.CredentialConfig{UseMSI: true, Cloud: cloudWith(t, rand.Text())}
				client := newClientWith(t, config, roundTripperFunc(func(req *http.Request) (*http.Response, error) {
					if req.URL.Hostname() == "127.0.0.1" {
						return endpoint.RoundTrip(req)
					}
					return w.transport.RoundTrip(req)
				}))
				if _, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil || asked != 2 {
					t.Errorf("got %v after %d requests", err, asked)
				}
			})
		})
	}
}

// TestWorkloadIdentity has what the webhook of AKS puts into a pod.
func TestWorkloadIdentity(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	t.Setenv("AZURE_CLIENT_ID", clientID)
	t.Setenv("AZURE_TENANT_ID", tenant)
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", path)
	synctest.Test(t, func(t *testing.T) {
		write(t, path, idToken(t, subject, 1))
		client := newClientWith(t, azure.CredentialConfig{UseAKSWorkloadIdentity: true}, federated(nil).transport)
		if _, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil {
			t.Error(err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		write(t, path, idToken(t, "system:serviceaccount:other", 1))
		client := newClientWith(t, azure.CredentialConfig{UseAKSWorkloadIdentity: true}, federated(nil).transport)
		_, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
		checkCredentialError(t, err, "the AKS workload identity", "AADSTS700213")
	})
	if err := os.Unsetenv("AZURE_FEDERATED_TOKEN_FILE"); err != nil { // t.Setenv puts it back
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		client := newClientWith(t, azure.CredentialConfig{UseAKSWorkloadIdentity: true}, federated(nil).transport)
		_, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
		checkCredentialError(t, err, "the AKS workload identity", "no token file specified")
	})
}

// TestAzureCLI has a stub of az on PATH.
func TestAzureCLI(t *testing.T) {
	w := newEmulatedAzure(func(c *emulated.Config) { c.Style = emulated.StyleImmediate })
	folder := t.TempDir()
	arguments := filepath.Join(folder, "arguments")
	stub := func(script string) {
		if err := os.WriteFile(filepath.Join(folder, "az"), []byte("#!/bin/sh\nprintf '%s ' \"$@\" >'"+arguments+"'\n"+script), 0o700); err != nil { //nolint:gosec // it is to be run
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", folder)
	read := func(config azure.CredentialConfig) error {
		config.UseCLI = true
		_, err := newClientWith(t, config, w.transport).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
		return err
	}
	const who = "the identity signed in to the Azure CLI"

	checkCredentialError(t, read(azure.CredentialConfig{}), who, "executable not found on path")

	stub("echo 'ERROR: Please run '\\''az login'\\'' to setup account.' >&2; exit 1")
	checkCredentialError(t, read(azure.CredentialConfig{}), who, "ERROR: Please run 'az login' to setup account.")

	stub("echo '{\"accessToken\":\"" + token + "\"' ")
	checkCredentialError(t, read(azure.CredentialConfig{}), who, "unexpected end of JSON input")

	stub(fmt.Sprintf("echo '{\"accessToken\":\"%s\",\"expires_on\":%d}'", w.accessToken(t), time.Now().Add(time.Hour).Unix()))
	if err := read(azure.CredentialConfig{TenantID: tenant, ClientIDFilePath: filepath.Join(folder, "missing")}); err != nil { // it needs no client
		t.Error(err)
	}
	got, err := os.ReadFile(arguments) //nolint:gosec // the test's own
	if want := "account get-access-token -o json --resource https://" + host + " --tenant " + tenant + " "; err != nil || string(got) != want {
		t.Errorf("az was run with %q, %v, want %q", got, err, want)
	}
}
