package wire_test

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// What can go wrong between a client and a service, over real connections.
func TestFailures(t *testing.T) {
	type outcome struct {
		cause wire.Cause
		sent  bool
		says  string // HOST and PROXY stand for theirs
		tells string // part of the advice
	}
	// Only where a limit is what ends it: a busy machine takes its time.
	shortConnection, shortAnswer := wire.Limits{Patience: 200 * time.Millisecond}, wire.Limits{Attempt: 2 * time.Second}
	for name, test := range map[string]struct {
		service func(t *testing.T) (url string) // default: one that answers over TLS, with a certificate that is trusted
		proxy   func(t *testing.T) (url string) // default: none
		setting error                           // of the transport's Proxy
		limits  wire.Limits                     // default: late
		ends    time.Duration                   // of the caller's context; default: late
		unknown bool                            // no name resolves
		want    outcome
	}{
		"refused": {
			service: func(t *testing.T) string { return "https://" + refusing(t) },
			want:    outcome{wire.Other, false, "cannot reach HOST: dial tcp HOST: connect: connection refused", "may connect to the host"},
		},
		"unknown host": {
			service: func(*testing.T) string { return "https://name.invalid" }, unknown: true,
			want: outcome{wire.UnknownHost, false, "cannot reach HOST: dial tcp: lookup name.invalid", "DNS on this machine"},
		},
		"no TLS, but an answer": {
			service: func(t *testing.T) string { return "https://" + answering(t, "HTTP/1.1 400 Bad Request\r\n\r\n") },
			want:    outcome{wire.NotTLS, false, "first record does not look like a TLS handshake", "does not speak TLS"},
		},
		"no TLS, and another protocol": {
			service: func(t *testing.T) string { return "https://" + answering(t, "SSH-2.0-OpenSSH_9.9\r\n") },
			want:    outcome{wire.NotTLS, false, "first record does not look like a TLS handshake", "does not speak TLS"},
		},
		"closed in the handshake": {
			service: func(t *testing.T) string { return "https://" + answering(t, "") },
			want:    outcome{wire.Other, false, "cannot reach HOST: it closed the connection during the TLS handshake", "may connect to the host"},
		},
		"TLS refused": {
			service: func(t *testing.T) string { return "https://" + answering(t, "\x15\x03\x03\x00\x02\x02\x28") },
			want:    outcome{wire.Other, false, "cannot reach HOST: it refused TLS: remote error: tls: handshake failure", "may connect to the host"},
		},
		"untrusted": {
			service: func(t *testing.T) string {
				server := httptest.NewTLSServer(http.NotFoundHandler())
				t.Cleanup(server.Close)
				return strings.Replace(server.URL, "127.0.0.1", "localhost", 1) // not in the certificate
			},
			want: outcome{wire.Untrusted, false, "failed to verify certificate", "ca_certificate_file"},
		},
		"dropped": {
			service: serving(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
			want:    outcome{wire.Dropped, true, "the connection was dropped", "no whole answer"},
		},
		"dropped in the answer": {
			service: serving(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "10")
				_, _ = io.WriteString(w, "half")
			}),
			want: outcome{wire.Dropped, true, "the connection was dropped", "no whole answer"},
		},
		"no answer": {
			service: serving(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), limits: shortAnswer,
			want: outcome{wire.NoAnswer, true, "no answer came within 2s", "no whole answer"},
		},
		"an answer without an end": {
			service: serving(func(w http.ResponseWriter, r *http.Request) {
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
			}), limits: shortAnswer,
			want: outcome{wire.NoAnswer, true, "no answer came within 2s", "no whole answer"},
		},
		"no handshake": {
			service: func(t *testing.T) string { return "https://" + silent(t) }, limits: shortConnection,
			want: outcome{wire.NoAnswer, false, "cannot reach HOST: no connection within 200ms", "may connect to the host"},
		},
		"the caller's end, connected": {
			service: serving(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), ends: 2 * time.Second,
			want: outcome{wire.Ended, true, "no answer came in time", ""},
		},
		"the caller's end, not connected": {
			service: func(t *testing.T) string { return "https://" + silent(t) }, ends: 100 * time.Millisecond,
			want: outcome{wire.Ended, false, "no answer came in time", ""},
		},
		"a proxy that is no URL": {
			service: func(*testing.T) string { return "https://service.test" },
			setting: &wire.ProxySettingError{Variable: "HTTPS_PROXY"},
			want:    outcome{wire.BadProxy, false, "cannot reach HOST: the environment variable ", "Fix the variable"},
		},
		"proxy refused": {
			service: func(*testing.T) string { return "https://service.test" },
			proxy:   func(t *testing.T) string { return "http://user:SECRET@" + refusing(t) },
			want:    outcome{wire.Other, false, "cannot reach the proxy PROXY on the way to HOST: dial tcp PROXY: connect: connection refused", "Check the proxy"},
		},
		"proxy unknown": {
			service: func(*testing.T) string { return "https://service.test" },
			proxy:   func(*testing.T) string { return "http://user:SECRET@proxy.invalid:3128" }, unknown: true,
			want: outcome{wire.UnknownHost, false, "cannot reach the proxy PROXY on the way to HOST: ", "Check the proxy"},
		},
		"proxy says 403": {
			service: func(*testing.T) string { return "https://service.test" },
			proxy:   func(t *testing.T) string { return "http://user:SECRET@" + answering(t, "HTTP/1.1 403 No\r\n\r\n") },
			want:    outcome{wire.Refused, false, "the proxy PROXY refused to connect to HOST: HTTP 403 Forbidden", "Allow the host in the proxy"},
		},
		"proxy says 407": {
			service: func(*testing.T) string { return "https://service.test" },
			proxy:   func(t *testing.T) string { return "http://" + answering(t, "HTTP/1.1 407 No\r\n\r\n") },
			want:    outcome{wire.Refused, false, "the proxy PROXY refused to connect to HOST: HTTP 407 Proxy Authentication Required", "requires a user and a password"},
		},
		"proxy says nothing": {
			service: func(*testing.T) string { return "https://service.test" },
			proxy:   func(t *testing.T) string { return "http://" + silent(t) }, limits: shortConnection,
			want: outcome{wire.NoAnswer, false, "cannot reach HOST through the proxy PROXY: no connection within 200ms", "Check the proxy"},
		},
		"no TLS behind the proxy": {
			service: func(*testing.T) string { return "https://service.test" },
			proxy: func(t *testing.T) string {
				return "http://" + answering(t, "HTTP/1.1 200 Connected\r\n\r\n", "SSH-2.0-OpenSSH_9.9\r\n")
			},
			want: outcome{wire.NotTLS, false, "cannot reach HOST through the proxy PROXY: ", "and the proxy"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trusting := httptest.NewTLSServer(http.NotFoundHandler())
			defer trusting.Close()
			transport, _ := trusting.Client().Transport.(*http.Transport)
			transport = transport.Clone()
			defer transport.CloseIdleConnections()
			transport.OnProxyConnectResponse = wire.CheckProxyAnswer
			service := parse(t, test.service(t))
			proxy := &url.URL{}
			if test.proxy != nil {
				proxy = parse(t, test.proxy(t))
				transport.Proxy = http.ProxyURL(proxy)
			}
			if test.unknown {
				transport.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
					host, _, _ := net.SplitHostPort(address)
					return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
				}
			}
			if test.setting != nil {
				transport.Proxy = func(*http.Request) (*url.URL, error) { return nil, test.setting }
			}
			ctx := t.Context()
			if test.ends > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, test.ends)
				defer cancel()
			}

			limits := wire.Limits{Attempt: cmp.Or(test.limits.Attempt, time.Minute), Patience: cmp.Or(test.limits.Patience, time.Minute)}
			err := wire.Try(ctx, service.Host, limits, func(ctx context.Context) error {
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, service.String()+"/?secret=SECRET", nil)
				if err != nil {
					t.Error(err)
				}
				resp, err := transport.RoundTrip(req)
				if err != nil {
					return err
				}
				defer func() { _ = resp.Body.Close() }()
				_, err = io.ReadAll(resp.Body)
				return err
			})
			var f *wire.Failure
			if !errors.As(err, &f) {
				t.Fatalf("the error is %v", err)
			}
			says := strings.NewReplacer("HOST", service.Host, "PROXY", proxy.Host).Replace(test.want.says)
			if f.Cause != test.want.cause || f.Sent != test.want.sent || !strings.Contains(f.Error(), says) || strings.Contains(f.Error(), "SECRET") {
				t.Errorf("got cause %d, sent %t: %s\nwant %+v", f.Cause, f.Sent, f, test.want)
			}
			if !strings.Contains(f.Advice("endpoint_argument"), test.want.tells) || (f.Advice("endpoint_argument") == "") != (test.want.tells == "") {
				t.Errorf("the advice is %q", f.Advice("endpoint_argument"))
			}
			if f.Unreached() != (!test.want.sent && test.want.cause != wire.Ended) {
				t.Errorf("unreached: %t", f.Unreached())
			}
			if test.ends > 0 && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("not the context's error: %v", err)
			}
		})
	}
}

// A kept connection that takes nothing more, and no other to be had, do not make
// of an unsent request a sent one.
func TestUnsentOverAKeptConnection(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	kept := &deafConn{}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if kept.Conn != nil {
			return nil, errors.New("refused")
		}
		var err error
		kept.Conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
		return kept, err
	}}
	defer transport.CloseIdleConnections()
	try := func() error {
		return wire.Try(t.Context(), parse(t, server.URL).Host, wire.Limits{}.WithDefaults(), func(ctx context.Context) error {
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, nil)
			if err != nil {
				return err
			}
			resp, err := transport.RoundTrip(req)
			if err != nil {
				return err
			}
			_, err = io.ReadAll(resp.Body)
			return errors.Join(err, resp.Body.Close())
		})
	}
	if err := try(); err != nil {
		t.Fatal(err)
	}
	kept.deaf.Store(true)
	var f *wire.Failure
	if err := try(); !errors.As(err, &f) || f.Sent || !strings.Contains(f.Error(), "refused") {
		t.Errorf("the error is %v: %+v", err, f)
	}
}

// deafConn is a connection that takes nothing once it is deaf.
type deafConn struct {
	net.Conn
	deaf atomic.Bool
}

func (c *deafConn) Write(p []byte) (int, error) {
	if c.deaf.Load() {
		return 0, errors.New("deaf")
	}
	return c.Conn.Write(p)
}

func parse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// refusing is the address of nobody.
func refusing(t *testing.T) string {
	t.Helper()
	l := listen(t)
	_ = l.Close()
	return l.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// answering is the address of somebody who reads something before each answer, and
// closes after the last.
func answering(t *testing.T, answers ...string) string {
	t.Helper()
	l := listen(t)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			r := bufio.NewReader(conn)
			for _, answer := range answers {
				_, _ = r.ReadByte()
				_, _ = r.Discard(r.Buffered()) // what is unread would reset the connection
				_, _ = io.WriteString(conn, answer)
			}
			_ = conn.Close()
		}
	}()
	return l.Addr().String()
}

// silent is the address of somebody who takes connections and says nothing.
func silent(t *testing.T) string {
	t.Helper()
	return listen(t).Addr().String() // the kernel takes them
}

func serving(handler http.HandlerFunc) func(t *testing.T) string {
	return func(t *testing.T) string {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		return server.URL
	}
}
