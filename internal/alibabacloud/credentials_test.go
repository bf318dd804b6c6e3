package alibabacloud_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

// These tests are outside of synctest bubbles: the vendor's library has sockets
// and timeouts of its own.

// cleanEnvironment takes away every source of credentials that this machine may have.
func cleanEnvironment(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "ALIBABA_CLOUD_") || strings.HasPrefix(name, "ALICLOUD_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true") // its address is a fixed one
	return home
}

// viaDefaultTransport sends what the library sends through a transport of the test's.
func viaDefaultTransport(t *testing.T, transport *http.Transport) {
	t.Helper()
	before := http.DefaultTransport
	http.DefaultTransport = transport
	t.Cleanup(func() { http.DefaultTransport = before })
}

// signedWith makes a call and tells which keys signed it: "id" or "id token".
func signedWith(ctx context.Context, t *testing.T, cfg alibabacloud.CredentialsConfig) (string, error) {
	t.Helper()
	credentials, err := alibabacloud.NewCredentials(cfg)
	if err != nil {
		return "", err
	}
	return signedBy(ctx, t, credentials)
}

var credentialID = regexp.MustCompile(`Credential=([^,]*),`)

func signedBy(ctx context.Context, t *testing.T, credentials alibabacloud.Credentials) (signer string, err error) {
	t.Helper()
	client := newClient(t, alibabacloud.Config{
		Credentials: credentials,
		Pace:        alibabacloud.Pace{BackoffMin: time.Millisecond, BackoffMax: 2 * time.Millisecond, Patience: time.Second},
		Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			m := credentialID.FindStringSubmatch(req.Header.Get("Authorization"))
			signer = strings.TrimSpace(m[1] + " " + req.Header.Get("x-acs-security-token"))
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"TotalCount":0,"BgpPeers":{"BgpPeer":[]}}`))}, nil
		}),
	})
	_, err = client.BGPPeers(ctx, alibabacloud.BGPPeerFilter{Region: testRegion})
	return signer, err
}

// sessionKeys is what STS, the metadata service and credentials URIs answer with.
func sessionKeys(name string) map[string]any {
	return map[string]any{
		"Code": "Success", "AccessKeyId": name, "AccessKeySecret": name + "-secret", "SecurityToken": name + "-token",
		"Expiration": time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z"),
	}
}

// server is a loopback server that answers by a function of the request's number.
func server(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, n int)) *httptest.Server {
	t.Helper()
	var n atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r, int(n.Add(1))) }))
	t.Cleanup(s.Close)
	return s
}

func writeJSON(t *testing.T, w io.Writer, v any) {
	t.Helper()
	if err := json.NewEncoder(w).Encode(v); err != nil {
		t.Error(err)
	}
}

func writeFile(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const cliConfiguration = `{"current":"first","profiles":[
	{"name":"first","mode":"AK","access_key_id":"first-id","access_key_secret":"first-secret"},
	{"name":"second","mode":"StsToken","access_key_id":"second-id","access_key_secret":"second-secret","sts_token":"second-token"}]}`

// The first source that is set counts, in the order that users of the alicloud
// provider know.
func TestCredentialSourcesInOrder(t *testing.T) {
	home := cleanEnvironment(t)
	file := writeFile(t, filepath.Join(home, "elsewhere", "config.json"), cliConfiguration)
	uri := server(t, func(w http.ResponseWriter, _ *http.Request, _ int) { writeJSON(t, w, sessionKeys("uri")) }).URL
	sts := stsServer(t)
	ecsServer(t)

	all := alibabacloud.CredentialsConfig{
		AccessKey: "key", SecretKey: "secret",
		Profile: "second", SharedCredentialsFile: file,
		CredentialsURI: uri, ECSRoleName: "role",
		AssumeRoleWithOIDC: &alibabacloud.AssumeRoleWithOIDC{RoleARN: "arn", OIDCProviderARN: "oidc", OIDCToken: "tokentoken"},
		STSEndpoint:        sts.host,
	}
	for _, step := range []struct {
		want string
		drop func(*alibabacloud.CredentialsConfig)
	}{
		{"key", func(c *alibabacloud.CredentialsConfig) { c.SecurityToken = "token" }},
		{"key token", func(c *alibabacloud.CredentialsConfig) { c.AccessKey, c.SecretKey, c.SecurityToken = "", "", "" }},
		{"second-id second-token", func(c *alibabacloud.CredentialsConfig) { c.Profile = "" }},
		{"first-id", func(c *alibabacloud.CredentialsConfig) { c.SharedCredentialsFile = "" }},
		{"uri uri-token", func(c *alibabacloud.CredentialsConfig) { c.CredentialsURI = "" }},
		{"ecs ecs-token", func(c *alibabacloud.CredentialsConfig) { c.ECSRoleName = "" }},
		{"AssumeRoleWithOIDC AssumeRoleWithOIDC-token", func(*alibabacloud.CredentialsConfig) {}},
	} {
		got, err := signedWith(t.Context(), t, all)
		if err != nil || got != step.want {
			t.Errorf("signed with %q, %v; want %q", got, err, step.want)
		}
		step.drop(&all)
	}
}

// stsServer is STS over TLS, as the library insists, trusted by the library.
type sts struct {
	host  string
	forms []url.Values // of the requests
	codes []string     // refusals that come first
}

func stsServer(t *testing.T) *sts {
	t.Helper()
	s := &sts{}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		s.forms = append(s.forms, r.Form)
		if len(s.codes) > 0 {
			code := s.codes[0]
			s.codes = s.codes[1:]
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprintf(w, `{"RequestId":"R-9","Code":%q,"Message":"no. server string to sign is:SecurityToken=CAIS"}`, code)
			return
		}
		keys := sessionKeys(r.Form.Get("Action"))
		if r.Form.Get("RoleArn") == "arn:odd" {
			delete(keys, "Expiration")
		}
		writeJSON(t, w, map[string]any{"RequestId": "R-1", "Credentials": keys})
	}))
	t.Cleanup(server.Close)
	s.host = strings.TrimPrefix(server.URL, "https://")
	transport, ok := server.Client().Transport.(*http.Transport)
	if !ok {
		t.Fatal("not a transport")
	}
	viaDefaultTransport(t, transport.Clone())
	return s
}

// ecsServer is the metadata service, whose fixed address is reached through a
// proxy.
func ecsServer(t *testing.T) {
	t.Helper()
	t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
	metadata := server(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		switch r.URL.Path {
		case "/latest/api/token":
			_, _ = io.WriteString(w, "metadata-token")
		case "/latest/meta-data/ram/security-credentials/":
			_, _ = io.WriteString(w, "role")
		case "/latest/meta-data/ram/security-credentials/role":
			writeJSON(t, w, sessionKeys("ecs"))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	address, err := url.Parse(metadata.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t.Fatal("not a transport")
	}
	transport = transport.Clone()
	transport.Proxy = func(req *http.Request) (*url.URL, error) {
		if req.URL.Host == "100.100.100.200" {
			return address, nil
		}
		return nil, nil
	}
	viaDefaultTransport(t, transport)
}

func TestAssumedRoles(t *testing.T) {
	home := cleanEnvironment(t)
	tokenFile := writeFile(t, filepath.Join(home, "token"), "token of the file")
	for name, test := range map[string]struct {
		cfg  alibabacloud.CredentialsConfig
		want map[string]string // of STS's request
	}{
		"with a key": {
			cfg: alibabacloud.CredentialsConfig{AccessKey: "key", SecretKey: "secret", AssumeRoles: []alibabacloud.AssumeRole{{
				RoleARN: "arn:role", SessionName: "me", Policy: `{"a":1}`, ExternalID: "ext", SessionExpiration: 900,
			}}},
			want: map[string]string{
				"Action": "AssumeRole", "AccessKeyId": "key", "RoleArn": "arn:role", "RoleSessionName": "me", "Policy": `{"a":1}`,
				"ExternalId": "ext", "DurationSeconds": "900", "SecurityToken": "",
			},
		},
		"with a temporary key": {
			cfg:  alibabacloud.CredentialsConfig{AccessKey: "key", SecretKey: "secret", SecurityToken: "tok", AssumeRoles: []alibabacloud.AssumeRole{{RoleARN: "arn:role"}}},
			want: map[string]string{"SecurityToken": "tok", "RoleSessionName": "terraform", "DurationSeconds": "3600"},
		},
		"with an OIDC token": {
			cfg: alibabacloud.CredentialsConfig{AssumeRoleWithOIDC: &alibabacloud.AssumeRoleWithOIDC{
				RoleARN: "arn:role", OIDCProviderARN: "arn:oidc", OIDCToken: "the token", RoleSessionName: "me", Policy: "{}", SessionExpiration: 1800,
			}},
			want: map[string]string{
				"Action": "AssumeRoleWithOIDC", "OIDCProviderArn": "arn:oidc", "OIDCToken": "the token", "RoleArn": "arn:role",
				"RoleSessionName": "me", "Policy": "{}", "DurationSeconds": "1800",
			},
		},
		"with an OIDC token in a file": {
			cfg:  alibabacloud.CredentialsConfig{AssumeRoleWithOIDC: &alibabacloud.AssumeRoleWithOIDC{RoleARN: "arn:role", OIDCProviderARN: "arn:oidc", OIDCTokenFile: tokenFile}},
			want: map[string]string{"OIDCToken": "token of the file", "RoleSessionName": "terraform"},
		},
		"with another role's keys": {
			cfg: alibabacloud.CredentialsConfig{
				AssumeRoleWithOIDC: &alibabacloud.AssumeRoleWithOIDC{RoleARN: "arn:first", OIDCProviderARN: "arn:oidc", OIDCToken: "the token"},
				AssumeRoles:        []alibabacloud.AssumeRole{{RoleARN: "arn:second"}},
			},
			want: map[string]string{"Action": "AssumeRole", "AccessKeyId": "AssumeRoleWithOIDC", "SecurityToken": "AssumeRoleWithOIDC-token", "RoleArn": "arn:second"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			sts := stsServer(t)
			test.cfg.STSEndpoint = sts.host
			credentials, err := alibabacloud.NewCredentials(test.cfg)
			if err != nil {
				t.Fatal(err)
			}
			if len(sts.forms) != 0 {
				t.Error("STS was asked before first use")
			}
			for range 3 {
				signer, err := signedBy(t.Context(), t, credentials)
				if err != nil || !strings.HasPrefix(signer, "AssumeRole") {
					t.Fatalf("signed with %q, %v", signer, err)
				}
			}
			got := map[string]string{}
			last := sts.forms[len(sts.forms)-1]
			for parameter := range test.want {
				got[parameter] = last.Get(parameter)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("STS was asked (-want +got):\n%s", diff)
			}
			if len(sts.forms) > 2 {
				t.Errorf("STS was asked %d times", len(sts.forms))
			}
		})
	}
}

// A source that fails says which it is and why, and nothing of what it holds.
func TestCredentialErrors(t *testing.T) {
	home := cleanEnvironment(t)
	broken := writeFile(t, filepath.Join(home, "broken.json"), `{"profiles":[{"access_key_secret":"SECRET"}`)
	good := writeFile(t, filepath.Join(home, "good.json"), cliConfiguration)
	leaky := server(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.URL.Path == "/refuses" {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = io.WriteString(w, `{"AccessKeyId":"SECRET","AccessKeySecret":"SECRET"}`)
	}).URL
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for name, test := range map[string]struct {
		cfg   alibabacloud.CredentialsConfig
		codes []string // of STS
		kind  alibabacloud.Kind
		says  string
		where string // what the advice says to check
	}{
		"malformed profile": {
			cfg:  alibabacloud.CredentialsConfig{Profile: "first", SharedCredentialsFile: broken},
			kind: alibabacloud.KindCredentials, says: "the CLI profile first: the file " + broken + " is not a valid CLI configuration in JSON",
		},
		"no such profile": {
			cfg:  alibabacloud.CredentialsConfig{Profile: "third", SharedCredentialsFile: good},
			kind: alibabacloud.KindCredentials, says: "the CLI profile third: the file has no profile \"third\"",
		},
		"no such file": {
			cfg:  alibabacloud.CredentialsConfig{Profile: "first", SharedCredentialsFile: "~/none.json"},
			kind: alibabacloud.KindCredentials, says: filepath.Join(home, "none.json"),
		},
		"URI out of reach": {
			cfg:  alibabacloud.CredentialsConfig{CredentialsURI: closed.URL + "/?key=SECRET"},
			kind: alibabacloud.KindPassing, says: "the credentials URI: cannot reach " + strings.TrimPrefix(closed.URL, "http://") + ": dial tcp",
			where: "alibaba_cloud.credentials_uri",
		},
		"STS out of reach": {
			cfg:  alibabacloud.CredentialsConfig{AccessKey: "SECRET", SecretKey: "SECRET", AssumeRoles: []alibabacloud.AssumeRole{{RoleARN: "arn:role"}}, STSEndpoint: strings.TrimPrefix(closed.URL, "http://")},
			kind: alibabacloud.KindPassing, says: "the role arn:role: cannot reach " + strings.TrimPrefix(closed.URL, "http://") + ": dial tcp",
			where: "ALIBABA_CLOUD_STS_REGION",
		},
		"URI refuses": {
			cfg:  alibabacloud.CredentialsConfig{CredentialsURI: leaky + "/refuses?key=SECRET"},
			kind: alibabacloud.KindPassing, says: "the credentials URI: it did not answer with HTTP 200 and keys in JSON",
		},
		"URI gives half of it": {
			cfg:  alibabacloud.CredentialsConfig{CredentialsURI: leaky + "/?key=SECRET"},
			kind: alibabacloud.KindCredentials, says: "the credentials URI: its answer lacks",
		},
		"role refused": {
			cfg:   alibabacloud.CredentialsConfig{AccessKey: "SECRET", SecretKey: "SECRET", AssumeRoles: []alibabacloud.AssumeRole{{RoleARN: "arn:role"}}},
			codes: []string{"NoPermission"},
			kind:  alibabacloud.KindCredentials, says: "the role arn:role: STS refused: NoPermission: no. (request id R-9)",
		},
		"answer in an unexpected form": {
			cfg:  alibabacloud.CredentialsConfig{AccessKey: "SECRET", SecretKey: "SECRET", AssumeRoles: []alibabacloud.AssumeRole{{RoleARN: "arn:odd"}}},
			kind: alibabacloud.KindCredentials, says: "the role arn:odd: it answered in an unexpected form",
		},
		"no token file": {
			cfg:  alibabacloud.CredentialsConfig{AssumeRoleWithOIDC: &alibabacloud.AssumeRoleWithOIDC{RoleARN: "arn:role", OIDCProviderARN: "oidc", OIDCTokenFile: "/none/token"}},
			kind: alibabacloud.KindCredentials, says: "the role arn:role with OIDC: open /none/token: no such file or directory",
		},
		"a key that a line break came along with": {
			cfg:  alibabacloud.CredentialsConfig{AccessKey: "SECRET\n", SecretKey: "SECRET"},
			kind: alibabacloud.KindCredentials, says: "contains white space",
		},
		"short session": {
			cfg:  alibabacloud.CredentialsConfig{AccessKey: "SECRET", SecretKey: "SECRET", AssumeRoles: []alibabacloud.AssumeRole{{RoleARN: "arn:role", SessionExpiration: 60}}},
			kind: alibabacloud.KindCredentials, says: "the role arn:role: session duration should be in the range",
		},
	} {
		t.Run(name, func(t *testing.T) {
			sts := stsServer(t)
			sts.codes = test.codes
			if test.cfg.STSEndpoint == "" {
				test.cfg.STSEndpoint = sts.host
			}
			_, err := signedWith(t.Context(), t, test.cfg)
			var e *alibabacloud.Error
			if !errors.As(err, &e) || e.Kind != test.kind {
				t.Fatalf("the error is %+v", err)
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error is %q, want it to say %q", err, test.says)
			}
			if strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "CAIS") {
				t.Errorf("a secret is in the error %q", err)
			}
			advice, _ := adviceOf(err)
			wanted := "Fix this source"
			if test.kind == alibabacloud.KindPassing && strings.Contains(test.says, "cannot reach") {
				wanted = "Check that this machine may connect to the host"
			}
			if e.Err != nil && !strings.HasPrefix(advice, wanted) || !strings.Contains(advice, test.where) {
				t.Errorf("the advice is %q, want %q", advice, wanted)
			}
		})
	}
}

func TestCredentialValuesThatDoNotFit(t *testing.T) {
	for _, cfg := range []alibabacloud.CredentialsConfig{{AccessKey: "SECRET"}, {SecretKey: "SECRET"}} {
		if _, err := alibabacloud.NewCredentials(cfg); err == nil || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("the error is %v", err)
		}
	}
}

// Credentials that nobody made are none.
func TestZeroCredentials(t *testing.T) {
	client, err := alibabacloud.NewClient(alibabacloud.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.BGPPeer(t.Context(), testRegion, "bgp-1"); !errors.Is(err, alibabacloud.ErrNoCredentials) {
		t.Errorf("the error is %v", err)
	}
}

// Without any setting it is the library's default chain, less its faults.
func TestDefaultChain(t *testing.T) {
	t.Run("nothing anywhere", func(t *testing.T) {
		cleanEnvironment(t)
		_, err := signedWith(t.Context(), t, alibabacloud.CredentialsConfig{})
		var e *alibabacloud.Error
		if !errors.Is(err, alibabacloud.ErrNoCredentials) || !errors.As(err, &e) || e.Kind != alibabacloud.KindCredentials {
			t.Fatalf("the error is %v", err)
		}
		for _, source := range []string{"the environment", "OIDC", "the CLI profile", "the credentials file", "the ECS RAM role", "the credentials URI"} {
			if !strings.Contains(err.Error(), source+": ") {
				t.Errorf("the error does not say that %s was tried: %v", source, err)
			}
		}
		t.Log(err)
	})
	t.Run("every source in its turn", func(t *testing.T) {
		home := cleanEnvironment(t)
		t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", server(t, func(w http.ResponseWriter, _ *http.Request, _ int) { writeJSON(t, w, sessionKeys("uri")) }).URL)
		want := func(want string) {
			t.Helper()
			if got, err := signedWith(t.Context(), t, alibabacloud.CredentialsConfig{}); err != nil || got != want {
				t.Errorf("signed with %q, %v; want %q", got, err, want)
			}
		}
		want("uri uri-token")
		ecsServer(t)
		want("ecs ecs-token")
		writeFile(t, filepath.Join(home, ".alibabacloud", "credentials"), "[default]\ntype = access_key\naccess_key_id = ini-id\naccess_key_secret = ini-secret\n")
		want("ini-id")
		writeFile(t, filepath.Join(home, ".aliyun", "config.json"), cliConfiguration)
		want("first-id")
		t.Setenv("ALIBABA_CLOUD_PROFILE", "second")
		want("second-id second-token")
		t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id")
		t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret")
		want("env-id")
	})
	t.Run("malformed files", func(t *testing.T) {
		home := cleanEnvironment(t)
		writeFile(t, filepath.Join(home, ".aliyun", "config.json"), `{"SECRET`)
		writeFile(t, filepath.Join(home, ".alibabacloud", "credentials"), "[default]\nSECRET\n")
		_, err := signedWith(t.Context(), t, alibabacloud.CredentialsConfig{})
		if err == nil || strings.Contains(err.Error(), "SECRET") || !strings.Contains(err.Error(), filepath.Join(home, ".aliyun", "config.json")) {
			t.Errorf("the error is %v", err)
		}
	})
	t.Run("a source that failed is asked again", func(t *testing.T) {
		home := cleanEnvironment(t)
		up := false
		t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", server(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
			if !up {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			writeJSON(t, w, sessionKeys("uri"))
		}).URL)
		credentials, err := alibabacloud.NewCredentials(alibabacloud.CredentialsConfig{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := signedBy(t.Context(), t, credentials); !errors.Is(err, alibabacloud.ErrNoCredentials) {
			t.Fatalf("the error is %v", err)
		}
		writeFile(t, filepath.Join(home, ".aliyun", "config.json"), cliConfiguration)
		if got, err := signedBy(t.Context(), t, credentials); err != nil || got != "first-id" {
			t.Errorf("signed with %q, %v: the earlier sources of the chain were not asked again", got, err)
		}
	})
}

// A source that fails for a moment costs a moment only.
func TestCredentialsRecover(t *testing.T) {
	cleanEnvironment(t)
	for name, fail := range map[string]http.HandlerFunc{
		"dropped": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"503":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
	} {
		t.Run(name, func(t *testing.T) {
			uri := server(t, func(w http.ResponseWriter, r *http.Request, n int) {
				if n < 3 {
					fail(w, r)
				}
				writeJSON(t, w, sessionKeys("uri"))
			}).URL
			if got, err := signedWith(t.Context(), t, alibabacloud.CredentialsConfig{CredentialsURI: uri}); err != nil || got != "uri uri-token" {
				t.Errorf("signed with %q, %v", got, err)
			}
		})
	}
	t.Run("throttled", func(t *testing.T) {
		sts := stsServer(t)
		sts.codes = []string{"Throttling.User", "ServiceUnavailable"}
		got, err := signedWith(t.Context(), t, alibabacloud.CredentialsConfig{
			AccessKey: "key", SecretKey: "secret", AssumeRoles: []alibabacloud.AssumeRole{{RoleARN: "arn:role"}}, STSEndpoint: sts.host,
		})
		if err != nil || got != "AssumeRole AssumeRole-token" {
			t.Errorf("signed with %q, %v", got, err)
		}
	})
}

// A source that hangs holds nobody up whose context ends.
func TestCredentialsThatHang(t *testing.T) {
	cleanEnvironment(t)
	release := make(chan struct{})
	asked := make(chan struct{}, 1)
	uri := server(t, func(http.ResponseWriter, *http.Request, int) {
		asked <- struct{}{}
		<-release
	}).URL
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	if _, err := signedWith(ctx, t, alibabacloud.CredentialsConfig{CredentialsURI: uri}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}
