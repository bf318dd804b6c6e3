package alibabacloud_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

func TestEndpoints(t *testing.T) {
	for _, test := range []struct{ endpoint, region, host, err string }{
		{"", "cn-shanghai", "https://vpc.cn-shanghai.aliyuncs.com", ""},
		{"", "ap-southeast-1", "https://vpc.ap-southeast-1.aliyuncs.com", ""},
		{"", "cn-hangzhou", "https://vpc.aliyuncs.com", ""},
		{"", "cn-shanghai-finance-1", "https://vpc.aliyuncs.com", ""},
		{"", "cn-shenzhen-finance-1", "https://vpc.aliyuncs.com", ""},
		{"", "cn-north-2-gov-1", "https://vpc.aliyuncs.com", ""},
		{"https://vpc.internal:8443/", "cn-shanghai", "https://vpc.internal:8443", ""},
		{"http://127.0.0.1:8080", "cn-shanghai", "http://127.0.0.1:8080", ""},
		{"http://[::1]:8080", "cn-shanghai", "http://[::1]:8080", ""},
		{"http://localhost:8080", "cn-shanghai", "http://localhost:8080", ""},
		{"http://vpc.aliyuncs.com", "cn-shanghai", "", "loopback"},
		{"vpc.aliyuncs.com", "cn-shanghai", "", "must be a URL"},
		{"https://", "cn-shanghai", "", "must be a URL"},
		{"ftp://vpc.aliyuncs.com", "cn-shanghai", "", "must be a URL"},
		{"https://u:SECRET@vpc.aliyuncs.com", "cn-shanghai", "", "scheme, host and port only"},
		{"https://vpc.aliyuncs.com/?k=SECRET", "cn-shanghai", "", "scheme, host and port only"},
		{"https://vpc.aliyuncs.com/path", "cn-shanghai", "", "scheme, host and port only"},
		{"https://SECRET\n", "cn-shanghai", "", "not a URL"},
		{"", "cn-shanghai.evil.example/", "", "is not a region id"},
		{"", "", "", "is not a region id"},
	} {
		t.Run(test.endpoint+" "+test.region, func(t *testing.T) {
			var host string
			credentials, err := alibabacloud.NewCredentials(alibabacloud.CredentialsConfig{AccessKey: "id", SecretKey: "secret"})
			if err != nil {
				t.Fatal(err)
			}
			client, err := alibabacloud.NewClient(alibabacloud.Config{
				Endpoint: test.endpoint, Credentials: credentials,
				Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
					host = req.URL.Scheme + "://" + req.Host
					return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}, nil
				}),
			})
			if err == nil {
				_, err = client.BGPPeer(t.Context(), test.region, "bgp-1")
			}
			if host != test.host {
				t.Errorf("called %q, want %q", host, test.host)
			}
			if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "SECRET")) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// What a request says, and what it leaves out.
func TestRequests(t *testing.T) {
	for name, test := range map[string]struct {
		do   func(w *workbench) error
		want map[string]string
	}{
		"create": {
			do:   func(w *workbench) error { return w.create(0) },
			want: map[string]string{"BgpGroupId": testGroup, "PeerIpAddress": "10.0.0.1", "IpVersion": "IPv4", "EnableBfd": "true", "BfdMultiHop": "3"},
		},
		"create, all left out": {
			do: func(w *workbench) error {
				_, err := w.client.CreateBGPPeer(w.Context(), alibabacloud.CreateBGPPeerInput{Region: testRegion, GroupID: testGroup, BFDMultiHop: 9})
				return err
			},
			want: map[string]string{"BgpGroupId": testGroup, "EnableBfd": "false"},
		},
		"modify": {
			do: func(w *workbench) error {
				w.putPeers(1)
				return w.client.ModifyBGPPeer(w.Context(), alibabacloud.ModifyBGPPeerInput{Region: testRegion, ID: peerID(0), EnableBFD: true, BFDMultiHop: 255})
			},
			want: map[string]string{"BgpPeerId": peerID(0), "EnableBfd": "true", "BfdMultiHop": "255"},
		},
		"modify, BFD off": {
			do: func(w *workbench) error {
				w.putPeers(1)
				return w.client.ModifyBGPPeer(w.Context(), alibabacloud.ModifyBGPPeerInput{Region: testRegion, ID: peerID(0), PeerIPAddress: "10.0.0.9", BFDMultiHop: 3})
			},
			want: map[string]string{"BgpPeerId": peerID(0), "PeerIpAddress": "10.0.0.9", "EnableBfd": "false"},
		},
		"delete": {
			do: func(w *workbench) error {
				w.putPeers(1)
				return w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(0))
			},
			want: map[string]string{"BgpPeerId": peerID(0)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			onWorkbench(t, settings{}, func(w *workbench) {
				w.must(test.do(w))
				got := map[string]string{}
				for name, value := range w.entries()[0].Params {
					if name != "ClientToken" && name != "RegionId" {
						got[name] = value
					}
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					w.Errorf("parameters (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// What goes wrong on the way: what passes is waited out, what looks like wrong
// configuration is not, or not for long.
func TestTransportErrors(t *testing.T) {
	for name, test := range map[string]struct {
		err      error
		sent     bool // the error comes after the request was written
		kind     alibabacloud.Kind
		says     string
		took     time.Duration // at most
		mayExist bool          // whether a create's peer may exist
		advises  string
		argument string
	}{
		"refused": {
			err:  &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED},
			kind: alibabacloud.KindPassing, says: "cannot reach vpc.cn-shanghai.aliyuncs.com: dial tcp: connection refused", took: 15 * time.Second, advises: "may connect to the host",
		},
		"reset": {
			err: &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}, sent: true,
			kind: alibabacloud.KindPassing, says: "connection reset", took: time.Hour, mayExist: true,
		},
		"unknown host of the region": {
			err:  &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "vpc." + testRegion + ".aliyuncs.com", IsNotFound: true}},
			kind: alibabacloud.KindPassing, says: "no such host", took: 15 * time.Second, advises: "check the region's id", argument: "region",
		},
		"unknown host": {
			err:  &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "proxy.test", IsNotFound: true}},
			kind: alibabacloud.KindPassing, says: "no such host", took: 15 * time.Second, advises: "DNS on this machine",
		},
		"failed look-up": {
			err:  &net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", Name: "vpc." + testRegion + ".aliyuncs.com", IsTemporary: true}},
			kind: alibabacloud.KindPassing, says: "server misbehaving", took: 15 * time.Second, advises: "may connect to the host",
		},
		"TLS refused": {
			err:  &net.OpError{Op: "remote error", Err: tls.AlertError(40)},
			kind: alibabacloud.KindPassing, says: "it refused TLS: remote error: tls: handshake failure", took: 15 * time.Second, advises: "may connect to the host",
		},
		"untrusted": {
			err:  &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}},
			kind: alibabacloud.KindConfiguration, says: "certificate signed by unknown authority", advises: "ca_certificate_file",
		},
		"not TLS": {err: http.ErrSchemeMismatch, kind: alibabacloud.KindConfiguration, says: "HTTP response to HTTPS client"},
		"a proxy's password": {
			err:  fmt.Errorf("invalid proxy address %q", "http://user:SECRET@proxy"),
			kind: alibabacloud.KindPassing, says: "//***@proxy", took: 15 * time.Second,
		},
	} {
		t.Run(name, func(t *testing.T) {
			fails := func(http.RoundTripper) http.RoundTripper {
				return roundTrip(func(req *http.Request) (*http.Response, error) {
					if test.sent {
						httptrace.ContextClientTrace(req.Context()).WroteHeaders()
					}
					return nil, test.err
				})
			}
			onWorkbench(t, settings{wrap: fails}, func(w *workbench) {
				ctx, cancel := context.WithTimeout(w.Context(), time.Hour)
				defer cancel()
				started := time.Now()
				_, err := w.client.CreateBGPPeer(ctx, newPeer)
				if took := time.Since(started); took > test.took+5*time.Second {
					w.Errorf("gave up after %s", took)
				}
				var e *alibabacloud.Error
				if !errors.As(err, &e) || e.Kind != test.kind || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "SECRET") {
					w.Errorf("the error is %v", err)
				}
				if advice, argument := adviceOf(err); !strings.Contains(advice, test.advises) || argument != test.argument {
					w.Errorf("the advice is %q, about %q", advice, argument)
				}
				var uncertain *alibabacloud.UncertainCreateError
				if errors.As(err, &uncertain) != test.mayExist {
					w.Errorf("the error is %v", err)
				}
			})
		})
	}
}

// Answers that are not the API's at all end in wrong configuration, not in a
// peer that is gone.
func TestAnswersOfOthers(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		kind   alibabacloud.Kind
	}{
		"a redirect":     {302, "", alibabacloud.KindConfiguration},
		"a web server":   {404, "<html><body>not found</body></html>", alibabacloud.KindConfiguration},
		"a proxy":        {407, "<html></html>", alibabacloud.KindConfiguration},
		"another API":    {404, `{"Code":"InvalidAction.NotFound","Message":"Specified api is not found"}`, alibabacloud.KindConfiguration},
		"another's list": {200, `{"items":[]}`, alibabacloud.KindPassing},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := newClient(t, alibabacloud.Config{Transport: control.RoundTripper(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.WriteHeader(test.status)
					_, _ = io.WriteString(w, test.body)
				}))})
				started := time.Now()
				_, err := client.BGPPeer(t.Context(), testRegion, "bgp-1")
				var e *alibabacloud.Error
				if !errors.As(err, &e) || e.Kind != test.kind || errors.Is(err, alibabacloud.ErrNotFound) {
					t.Errorf("the error is %v", err)
				}
				if took := time.Since(started); took > 30*time.Second {
					t.Errorf("gave up after %s", took)
				}
			})
		})
	}
}

// Over a real connection it is as in memory.
func TestOverTheNetwork(t *testing.T) {
	answers := map[string]string{
		"CreateBgpPeer":    `{"BgpPeerId":"bgp-1","RequestId":"R-1"}`,
		"DescribeBgpPeers": `{"TotalCount":1,"BgpPeers":{"BgpPeer":[{"BgpPeerId":"bgp-1","PeerAsn":"65515"}]}}`,
	}
	dropped := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !dropped {
			dropped = true
			panic(http.ErrAbortHandler)
		}
		if r.Method != http.MethodPost || r.ContentLength > 0 || r.Header.Get("Proxy-Authorization") != "" {
			t.Errorf("got %s with %d bytes", r.Method, r.ContentLength)
		}
		_, _ = io.WriteString(w, answers[r.Header.Get("x-acs-action")])
	}))
	defer server.Close()
	// No proxy but the transport's is asked, and no proxy's password sent.
	t.Setenv("HTTP_PROXY", "http://user:SECRET@proxy.invalid")
	t.Setenv("http_proxy", "http://user:SECRET@proxy.invalid")
	client := newClient(t, alibabacloud.Config{
		Endpoint: server.URL, Transport: server.Client().Transport,
		Pace: alibabacloud.Pace{BackoffMin: time.Millisecond, BackoffMax: time.Millisecond},
	})
	id, err := client.CreateBGPPeer(t.Context(), newPeer)
	if err != nil || id != "bgp-1" {
		t.Fatalf("made %q, %v", id, err)
	}
	p, err := client.BGPPeer(t.Context(), testRegion, id)
	if err != nil || p.PeerASN == nil || *p.PeerASN != 65515 {
		t.Errorf("read %+v, %v", p, err)
	}
}
