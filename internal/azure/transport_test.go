package azure_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

const (
	token   = "eyJ0b2tlbiI6InNlY3JldCJ9.eyJpc3MiOiJ0ZXN0In0.c2lnbmF0dXJl"
	signing = "t=638&c=MIIHhz&s=signature-that-nobody-may-see&h=hash"
)

// staticCredential gives one token.
type staticCredential struct{}

func (staticCredential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// seen are the requests that a handler got, "METHOD scheme://host/path", and
// whether a token came along.
type seen struct {
	mu       sync.Mutex
	requests []string
	strays   []string
}

// served returns a client whose service answers the start with header and 202,
// and everything else with the result.
func served(t testing.TB, header http.Header, status int, poll http.HandlerFunc) (*azure.Client, *seen) {
	t.Helper()
	return servedBy(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			for name, values := range header {
				w.Header()[name] = values
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte("null"))
			return
		}
		poll(w, r)
	})
}

// servedBy returns a client whose service is serve.
func servedBy(t testing.TB, serve http.HandlerFunc) (*azure.Client, *seen) {
	t.Helper()
	s := &seen{}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		request := fmt.Sprintf("%s %s://%s%s", r.Method, r.URL.Scheme, r.Host, r.URL.Path)
		s.requests = append(s.requests, request)
		if (r.Host != host || r.URL.Scheme != "https") && r.Header.Get("Authorization") != "" {
			s.strays = append(s.strays, request)
		}
		serve(w, r)
	})
	client, err := azure.NewClient(azure.Config{Credential: staticCredential{}, Cloud: testCloud(t), Transport: control.RoundTripper(handler)})
	if err != nil {
		t.Fatal(err)
	}
	return client, s
}

func answer(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) //nolint:gosec // nobody shows it in a browser
	}
}

// TestTokenStaysHome has the service name URLs elsewhere: they are an error,
// and no request is made to them.
func TestTokenStaysHome(t *testing.T) {
	t.Parallel()
	const here = "https://" + host + "/operations/1?" + signing
	rows := answer(http.StatusOK, `{"value":[]}`)
	tests := []struct {
		name   string
		header http.Header
		status int // of the POST
		poll   http.HandlerFunc
		want   string
		made   int
	}{
		{"Location on another host", http.Header{"Location": {"https://elsewhere.test/operations/1?" + signing}}, 202, rows,
			`the service's Location header: a URL on the host "elsewhere.test"; the token is sent to the configured Resource Manager host "management.azure.test" only`, 1},
		{"Location on another port", http.Header{"Location": {"https://" + host + ":8443/operations/1?" + signing}}, 202, rows, `a URL on the host "management.azure.test:8443"`, 1},
		{"Location over http", http.Header{"Location": {"http://" + host + "/operations/1?" + signing}}, 202, rows, `a URL with the scheme "http"; the token is sent over https only`, 1},
		{"Location that is relative", http.Header{"Location": {"/operations/1?" + signing}}, 202, rows, "a URL without a host", 1},
		{"Location that is no URL", http.Header{"Location": {"https://%zz/?" + signing}}, 202, rows, "the service's Location header is not a URL", 1},
		{"Location with a user", http.Header{"Location": {"https://" + host + "@elsewhere.test/?" + signing}}, 202, rows, `a URL on the host "elsewhere.test"`, 1},
		{"Azure-AsyncOperation on another host", http.Header{"Azure-Asyncoperation": {"https://elsewhere.test/1?" + signing}, "Location": {here}}, 202, rows, `the service's Azure-AsyncOperation header: a URL on the host "elsewhere.test"`, 1},
		{"Location beside a good Azure-AsyncOperation", http.Header{"Azure-Asyncoperation": {here}, "Location": {"https://elsewhere.test/1?" + signing}}, 202, rows, `the service's Location header: a URL on the host "elsewhere.test"`, 1},
		{"Operation-Location on another host", http.Header{"Operation-Location": {"https://elsewhere.test/1?" + signing}}, 202, rows, `the service's Operation-Location header: a URL on the host "elsewhere.test"`, 1},
		{"a poll that moves elsewhere", http.Header{"Location": {here}}, 202, answer(http.StatusAccepted, "null", "Location", "https://elsewhere.test/2?"+signing), `the service's Location header: a URL on the host "elsewhere.test"`, 2},
		{"a poll that is redirected elsewhere", http.Header{"Location": {here}}, 202, answer(http.StatusFound, "", "Location", "https://elsewhere.test/2?"+signing), `redirects to another host, "elsewhere.test"`, 2},
		{"a start that is redirected elsewhere", http.Header{"Location": {"https://elsewhere.test/2?" + signing}}, http.StatusTemporaryRedirect, rows, `redirects to another host, "elsewhere.test"`, 1},
		{"a start that is redirected to http", http.Header{"Location": {"http://" + host + "/2?" + signing}}, http.StatusTemporaryRedirect, rows, `redirects to another host`, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, s := served(t, tt.header, tt.status, tt.poll)
				_, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v\nwant … %s …", err, tt.want)
				}
				checkNoSecret(t, fmt.Sprint(err))
				if len(s.strays) > 0 || len(s.requests) != tt.made {
					t.Errorf("requests %q, want %d; with a token elsewhere %q", s.requests, tt.made, s.strays)
				}
			})
		})
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newEmulatedAzure(nil)
		client := newClient(t, roundTripperFunc(func(req *http.Request) (*http.Response, error) {
			if got := req.Header.Get("User-Agent"); !strings.HasPrefix(got, "test/1") {
				t.Errorf("%s was sent as %q", req.URL.Path, got)
			}
			return w.transport.RoundTrip(req)
		}))
		if _, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil {
			t.Error(err)
		}
	})
}

// TestNoAnswer has requests that get none: what cannot get better ends the read
// at once, what keeps all from getting through after a while.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err    error
		tries  int
		want   string
		advice string
	}{
		"an authority that is not trusted": {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, 1, "x509: certificate signed by unknown authority", "ca_certificate_file"},
		"a host that does not exist":       {&net.DNSError{Err: "no such host", Name: host, IsNotFound: true}, 5, "cannot reach management.azure.test: lookup management.azure.test: no such host", "DNS on this machine"},
		"an endpoint that speaks http":     {http.ErrSchemeMismatch, 1, "server gave HTTP response to HTTPS client", "resource_manager_endpoint"},
		"an endpoint that speaks no TLS":   {tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, 1, "first record does not look like a TLS handshake", "resource_manager_endpoint"},
		"a proxy that speaks no TLS":       {&net.OpError{Op: "proxyconnect", Net: "tcp", Err: tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}}, 1, "tls: first record", "HTTPS_PROXY"},
		"a name service that is busy":      {&net.DNSError{Err: "server misbehaving", Name: host, IsTemporary: true}, 5, "vgw-hub: cannot reach management.azure.test: lookup management.azure.test: server misbehaving", "may connect to the host"},
		"nobody who listens":               {&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}, 5, "vgw-hub: cannot reach management.azure.test: dial tcp: connection refused", "may connect to the host"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				client, err := azure.NewClient(azure.Config{Credential: staticCredential{}, Cloud: testCloud(t), Transport: roundTripperFunc(func(*http.Request) (*http.Response, error) {
					tries++
					return nil, tt.err
				})})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second) // tries at 0, 1, 3, 7, 15 s
				defer cancel()
				_, err = client.BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
				var failed *azure.Error
				if !errors.As(err, &failed) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(failed.Advice(), tt.advice) {
					t.Errorf("got %v\nadvice %s", err, failed.Advice())
				}
				if tries != tt.tries {
					t.Errorf("%d tries, want %d", tries, tt.tries)
				}
			})
		})
	}
}

// TestRetryAfterDate has a server that names the time to come back.
func TestRetryAfterDate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		back := time.Now().Add(90 * time.Second)
		client, s := served(t, http.Header{"Location": {"https://" + host + "/1"}}, http.StatusAccepted, func(w http.ResponseWriter, r *http.Request) {
			if time.Now().Before(back) {
				answer(http.StatusTooManyRequests, "", "Retry-After", back.UTC().Format(http.TimeFormat))(w, r)
				return
			}
			answer(http.StatusOK, `{"value":[]}`)(w, r)
		})
		if _, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil {
			t.Error(err)
		}
		if len(s.requests) != 3 {
			t.Errorf("requests: %q, want the start and two polls", s.requests)
		}
	})
}

// TestURLsAtHome has spellings of the configured host that are the same host.
func TestURLsAtHome(t *testing.T) {
	t.Parallel()
	for _, location := range []string{
		"https://" + host + "/operations/1?" + signing,
		"https://" + strings.ToUpper(host) + "/operations/1?" + signing,
		"https://" + host + ":443/operations/1?" + signing,
	} {
		t.Run(location, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				query := ""
				client, _ := served(t, http.Header{"Location": {location}}, 202, func(w http.ResponseWriter, r *http.Request) {
					query = r.URL.RawQuery
					answer(http.StatusOK, `{"value":[]}`)(w, r)
				})
				if _, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer); err != nil {
					t.Error(err)
				}
				if query != signing {
					t.Errorf("the query was %q: the URL is to be used as it came", query)
				}
			})
		})
	}
}

func checkNoSecret(t *testing.T, text string) {
	t.Helper()
	for _, s := range []string{"signature-that-nobody", "MIIHhz", token, secret, "Bearer eyJ"} {
		if strings.Contains(text, s) {
			t.Errorf("%q is in %q", s, text)
		}
	}
}

// TestFailuresKeepSecrets has failures whose causes hold the URL or the token.
func TestFailuresKeepSecrets(t *testing.T) {
	t.Parallel()
	const here = "https://" + host + "/operations/1?" + signing
	quoting, err := json.Marshal(map[string]any{"error": map[string]any{
		"code": "Bad", "message": "Cannot GET " + here + " with Authorization: Bearer " + token,
		"details": []any{map[string]string{"message": "see " + here}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, poll := range map[string]http.HandlerFunc{
		"an error that quotes the request": answer(http.StatusBadRequest, string(quoting)),
		"a page that quotes the request":   answer(http.StatusBadRequest, "<p>GET "+here+" Bearer "+token+"</p>"),
		"a result that quotes the request": answer(http.StatusOK, "GET "+here+" Bearer "+token),
		"dropped connections":              func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"redirects without end":            answer(http.StatusFound, "", "Location", here),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, _ := served(t, http.Header{"Location": {here}}, 202, poll)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_, err := client.BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
				if err == nil {
					t.Fatal("no error")
				}
				checkNoSecret(t, err.Error())
				checkNoSecret(t, fmt.Sprintf("%+v", err))
				if strings.Contains(err.Error(), "\n") {
					t.Errorf("more than one line: %s", err)
				}
			})
		})
	}
}
