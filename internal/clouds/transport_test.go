package clouds

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// proxyServer is the proxy for plain http. It answers whatever it is asked as both
// metadata services do, and counts.
var (
	proxyServer *httptest.Server
	proxied     atomic.Int32
)

// systemRoot is a root of the system's, as SSL_CERT_FILE has it.
var systemRoot *x509.Certificate

// TestMain sets the variables that Go reads once in a process.
func TestMain(m *testing.M) { os.Exit(inEnvironment(m.Run)) }

func inEnvironment(run func() int) int {
	directory, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(directory) }()
	systemRoot = newRoot()
	proxyServer = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proxied.Add(1)
		answerAsMetadata(w, r)
	}))
	defer proxyServer.Close()
	variables := map[string]string{
		"HTTP_PROXY":    proxyServer.URL,
		"HTTPS_PROXY":   "http://proxy.example.com:3128",
		"NO_PROXY":      "direct.example.com",
		"SSL_CERT_FILE": writeRoot(directory, systemRoot),
	}
	for name, value := range variables {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	return run()
}

// newRoot makes the certificate of an authority.
func newRoot() *x509.Certificate {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(nil, template, template, public, private)
	if err != nil {
		panic(err)
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return root
}

// writeRoot writes a certificate as PEM, and returns the file's name.
func writeRoot(directory string, root *x509.Certificate) string {
	file := filepath.Join(directory, "root.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw}), 0o600); err != nil {
		panic(err)
	}
	return file
}

// transportWith is a transport, to be looked into.
func transportWith(t *testing.T, caFile string) *http.Transport {
	t.Helper()
	transport, err := newTransport(caFile)
	if err != nil {
		t.Fatal(err)
	}
	return transport
}

func TestTransportTakesTheProxy(t *testing.T) {
	proxy := transportWith(t, "").Proxy
	if proxy == nil {
		t.Fatal("the transport knows no proxy")
	}
	for url, want := range map[string]string{
		"https://vpc.example.com":    "http://proxy.example.com:3128",
		"https://direct.example.com": "",
		"https://127.0.0.1":          "",
		"http://plain.example.com":   proxyServer.URL,

		"http://100.100.100.200/latest/meta-data":         "",
		"http://169.254.169.254:80/metadata":              "",
		"https://169.254.0.2:2377/identity":               "",
		"http://[fe80::a9fe:a9fe]/metadata":               "",
		"http://[::ffff:169.254.169.254]/metadata":        "",
		"http://100.100.100.201/":                         proxyServer.URL,
		"http://169.254.169.254.example.com/":             proxyServer.URL,
		"http://metadata.example.com/?of=100.100.100.200": proxyServer.URL,
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := proxy(req)
		if err != nil || got == nil && want != "" || got != nil && got.String() != want {
			t.Errorf("%s goes through %v, want %q: %v", url, got, want, err)
		}
	}
}

// A proxy variable that cannot be used is named, and what it holds is not shown. found
// is what net/http makes of it, "" for nothing.
func TestProxyVariables(t *testing.T) {
	for value, test := range map[string]struct {
		found string
		wrong bool
	}{
		"http://user:SECRET":                        {"http://http://user:SECRET", true},
		"http://:SECRET@":                           {"http://http://:SECRET@", true},
		"http://proxy.example.com:SECRET":           {"http://http://proxy.example.com:SECRET", true},
		"http://user:p#SECRET@proxy.example.com:80": {"http://http://user:p#SECRET@proxy.example.com:80", true},
		"user:p%zzSECRET@proxy.example.com:3128":    {"user:p%zzSECRET@proxy.example.com:3128", true},
		"http://user:p%zzSECRET@proxy.example.com":  {"", true},
		"http://user:SECRET@proxy.example.com:3128": {"http://user:SECRET@proxy.example.com:3128", false},
		"proxy.example.com:3128":                    {"http://proxy.example.com:3128", false},
		"":                                          {"", false},
	} {
		for _, variable := range []string{"HTTPS_PROXY", "https_proxy"} {
			var found *url.URL
			if test.found != "" {
				var err error
				if found, err = url.Parse(test.found); err != nil {
					t.Fatal(err)
				}
			}
			check := func(host string, more map[string]string) (*url.URL, error) {
				return checkProxy(&url.URL{Scheme: "https", Host: host}, found, nil, func(name string) string {
					if name == variable {
						return value
					}
					return more[name]
				})
			}
			proxy, err := check("vpc.example.com", nil)
			var setting *wire.ProxySettingError
			switch {
			case test.wrong && (!errors.As(err, &setting) || setting.Variable != variable || strings.Contains(err.Error(), "SECRET")):
				t.Errorf("%s=%s: the error is %v", variable, value, err)
			case !test.wrong && (err != nil || proxy != found):
				t.Errorf("%s=%s: the proxy is %v: %v", variable, value, proxy, err)
			}
			if found == nil { // which is also where NO_PROXY has the host
				for _, host := range []string{"127.0.0.1", "direct.example.com"} {
					if proxy, err := check(host, map[string]string{"NO_PROXY": "direct.example.com"}); proxy != nil || err != nil {
						t.Errorf("%s goes through %v: %v", host, proxy, err)
					}
				}
			}
		}
	}
}

func TestCACertificateFileAddsToTheSystems(t *testing.T) {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("SSL_CERT_FILE is for other systems")
	}
	own := newRoot()
	roots := transportWith(t, writeRoot(t.TempDir(), own)).TLSClientConfig.RootCAs
	for name, root := range map[string]*x509.Certificate{"the system's": systemRoot, "the file's": own} {
		if _, err := root.Verify(x509.VerifyOptions{Roots: roots}); err != nil {
			t.Errorf("%s root is not trusted: %v", name, err)
		}
	}
	if _, err := newRoot().Verify(x509.VerifyOptions{Roots: roots}); err == nil {
		t.Error("another root is trusted")
	}
}

// answerAsMetadata gives keys and tokens, as the metadata services of both clouds do.
// The token is over so soon that nothing keeps it: Azure's library has a cache that
// the whole process shares, and a second run of a test would be answered from there.
func answerAsMetadata(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/api/token"), strings.HasSuffix(r.URL.Path, "/security-credentials/"):
		_, _ = io.WriteString(w, "role")
	default:
		_ = json.NewEncoder(w).Encode(map[string]string{
			"Code": "Success", "AccessKeyId": "of-the-machine", "AccessKeySecret": "secret", "SecurityToken": "token",
			"Expiration":   time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z"),
			"access_token": "of-the-machine", "token_type": "Bearer", "expires_in": "60", "resource": "https://management.azure.com",
		})
	}
}

// Keys and tokens of this machine are asked for directly, whatever proxy there is.
func TestMetadataServicesAreNotAskedThroughAProxy(t *testing.T) {
	var direct []string // the hosts that were asked without a proxy
	errDirect := errors.New("this test dials nothing but loopback")
	transport := transportWith(t, "")
	// Alibaba Cloud's library dials by itself: the last that can be seen of its
	// requests is which proxy they take.
	proxy := transport.Proxy
	transport.Proxy = func(req *http.Request) (*url.URL, error) {
		through, err := proxy(req)
		if through == nil && err == nil {
			direct = append(direct, req.URL.Hostname())
			if req.URL.Hostname() == ecsMetadata.String() {
				return nil, errDirect
			}
		}
		return through, err
	}
	metadata := httptest.NewServer(http.HandlerFunc(answerAsMetadata))
	t.Cleanup(metadata.Close)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, strings.TrimPrefix(metadata.URL, "http://"))
	}
	t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
	t.Setenv("HOME", t.TempDir())

	for name, test := range map[string]struct {
		values Values
		host   string
	}{
		"ecs_role_name":      {Values{AlibabaCloudECSRoleName: {Text: "role"}}, "100.100.100.200"},
		"no credentials":     {Values{}, "100.100.100.200"},
		"credentials_uri":    {Values{AlibabaCloudCredentialsURI: {Text: "http://100.100.100.200/keys"}}, "100.100.100.200"},
		"use_msi":            {Values{AzureUseMSI: {Text: "true"}}, "169.254.169.254"},
		"use_msi, of client": {Values{AzureUseMSI: {Text: "true"}, AzureClientID: {Text: "client"}}, "169.254.169.254"},
	} {
		t.Run(name, func(t *testing.T) {
			direct = nil
			before := proxied.Load()
			clouds := New(Config{Values: test.values, Getenv: environment(nil), Transport: transport, Pace: alibabacloud.Pace{Patience: time.Millisecond}})
			if test.values[AzureUseMSI].Text == "" {
				client, err := clouds.AlibabaCloud()
				if err != nil {
					t.Fatal(err)
				}
				_, err = client.BGPPeers(t.Context(), alibabacloud.BGPPeerFilter{Region: "cn-shanghai"})
				t.Log(err)
			} else {
				token, err := clouds.azureToken(t)
				if err != nil || token != "of-the-machine" {
					t.Errorf("the token is %q, %v", token, err)
				}
			}
			if n := proxied.Load() - before; n != 0 {
				t.Errorf("the proxy was asked %d times", n)
			}
			if !slices.Contains(direct, test.host) {
				t.Errorf("%s was not asked directly; %q were", test.host, direct)
			}
		})
	}
}

// azureToken is a token of the identity that is configured.
func (c *Clouds) azureToken(t *testing.T) (string, error) {
	t.Helper()
	r := c.reader()
	endpoints, credentials := r.azure()
	if r.err != nil {
		return "", r.err
	}
	where, err := azure.NewCloud(endpoints)
	if err != nil {
		return "", err
	}
	credentials.Cloud, credentials.Transport = where, c.config.Transport
	credential, err := azure.NewCredential(credentials)
	if err != nil {
		return "", err
	}
	token, err := credential.GetToken(t.Context(), azpolicy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	return token.Token, err
}

// What goes through the process's own transport is held to the same.
func TestBypassProxies(t *testing.T) {
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	own := &http.Transport{Proxy: http.ProxyFromEnvironment}
	http.DefaultTransport = own
	BypassProxies()
	for address, want := range map[string]string{"http://169.254.169.254/metadata": "", "http://plain.example.com": proxyServer.URL} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := own.Proxy(req)
		if err != nil || got == nil && want != "" || got != nil && got.String() != want {
			t.Errorf("%s goes through %v, want %q: %v", address, got, want, err)
		}
	}
}
