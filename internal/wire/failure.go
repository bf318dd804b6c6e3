package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Cause is why a request got no answer.
type Cause int

const (
	// Other is any other cause.
	Other Cause = iota
	// Ended is the end of the caller's context.
	Ended
	// NoAnswer is the end of the attempt's own limit.
	NoAnswer
	// Dropped is a connection that broke after the request was sent.
	Dropped
	// UnknownHost is a name that DNS says does not exist.
	UnknownHost
	// Refused is a proxy that answered and refused to connect to the service.
	Refused
	// Untrusted is a certificate that is not trusted.
	Untrusted
	// NotTLS is a server that answers but does not speak TLS.
	NotTLS
	// BadProxy is a proxy setting that is not a URL.
	BadProxy
)

// Misconfigured reports whether another try would fail in the same way: the server is
// not trusted or does not speak TLS, or the proxy setting is unusable.
func (c Cause) Misconfigured() bool { return c == Untrusted || c == NotTLS || c == BadProxy }

// Failure is an attempt at a request that got no whole answer. Its text names the host,
// and the proxy if there was one, and has no secret.
type Failure struct {
	Host  string // host[:port] of the service
	Proxy string // host:port of the proxy that was to be used; "" for none
	Cause Cause
	// Sent says that the service may have received the request. It is false if there
	// was no connection to send it over.
	Sent bool
	Err  error // for Ended, the context's error
	// Endpoint is the argument or variable that sets the address of the service, if the
	// caller of [Try] has set it.
	Endpoint string

	limit time.Duration // for NoAnswer: the limit that ended the attempt
}

// Unreached reports whether the service could not be reached at all, although there was
// time for it.
func (f *Failure) Unreached() bool { return !f.Sent && f.Cause != Ended }

// Unwrap returns the error of the transport.
func (f *Failure) Unwrap() error { return f.Err }

// Error says what was not reached, and why.
func (f *Failure) Error() string {
	var refused *ProxyError
	var op *net.OpError
	switch {
	case f.Cause == Ended:
		return "no answer came in time"
	case f.Sent && f.Cause == NoAnswer:
		return fmt.Sprintf("no answer came within %s", f.limit)
	case f.Sent && !f.Cause.Misconfigured():
		return Text(f.Err)
	case errors.As(f.Err, &refused):
		return fmt.Sprintf("the proxy %s refused to connect to %s: %s", f.Proxy, f.Host, refused)
	case errors.As(f.Err, &op) && op.Op == "proxyconnect":
		return fmt.Sprintf("cannot reach the proxy %s on the way to %s: %s", f.Proxy, f.Host, Text(op.Err))
	}
	why := Text(f.Err)
	switch {
	case f.Cause == NoAnswer:
		why = fmt.Sprintf("no connection within %s", f.limit)
	case op != nil && op.Op == "remote error": // crypto/tls's name for an alert
		why = "it refused TLS: " + why
	case broken(f.Err):
		why = "it closed the connection during the TLS handshake"
	}
	if f.Proxy != "" {
		return fmt.Sprintf("cannot reach %s through the proxy %s: %s", f.Host, f.Proxy, why)
	}
	return fmt.Sprintf("cannot reach %s: %s", f.Host, why)
}

// Advice says what to do about it; "" if there is nothing to add to the error. endpoint
// is the argument or variable that sets the address of the service.
func (f *Failure) Advice(endpoint string) string {
	var refused *ProxyError
	errors.As(f.Err, &refused)
	endpoint += ", if it is set"
	switch {
	case f.Cause == Ended:
		return ""
	case refused != nil && refused.Status == http.StatusProxyAuthRequired:
		return fmt.Sprintf("The proxy requires a user and a password. Set them in HTTPS_PROXY (http://user:password@%s), or add the host to NO_PROXY.", f.Proxy)
	case refused != nil:
		return "The proxy answered, not the service. Allow the host in the proxy, or add it to NO_PROXY."
	case f.Cause == BadProxy:
		return "Fix the variable. In the user and the password, write special characters as %23 and the like. For a host that needs no proxy, add it to NO_PROXY."
	case f.Cause == Untrusted:
		return "Check " + endpoint + ". If a proxy or a private cloud has its own certificate authority, trust that with ca_certificate_file."
	case f.Cause == NotTLS && f.Proxy == "":
		return "What answers there does not speak TLS. Check " + endpoint + ", and whether a proxy (HTTPS_PROXY) is needed."
	case f.Cause == NotTLS:
		return "What answers there does not speak TLS. Check " + endpoint + ", and the proxy (HTTPS_PROXY)."
	case f.Sent:
		return "The request was sent, but no whole answer came. Try again. If that does not help, check the network and, if there is one, the proxy."
	case f.Proxy != "":
		return "Check the proxy (HTTPS_PROXY, NO_PROXY) and " + endpoint + "."
	case f.Cause == UnknownHost:
		return "Check DNS on this machine and " + endpoint + "."
	}
	return "Check that this machine may connect to the host, whether it needs a proxy for that (HTTPS_PROXY), and " + endpoint + "."
}

// ProxyError is a proxy's refusal to connect to a service.
type ProxyError struct{ Status int }

// Error names the HTTP status.
func (e *ProxyError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.Status, http.StatusText(e.Status)))
}

// ProxySettingError is an environment variable that should name a proxy and does not.
// Its text does not show the value, which may contain a password.
type ProxySettingError struct{ Variable string }

// Error names the variable.
func (e *ProxySettingError) Error() string {
	return "the environment variable " + e.Variable + " does not hold the URL of a proxy, such as http://proxy.example.com:3128"
}

// CheckProxyAnswer makes a [*ProxyError] of a proxy's refusal. Set it as a transport's
// OnProxyConnectResponse; without it, the transport keeps only a text of the refusal.
func CheckProxyAnswer(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return &ProxyError{answer.StatusCode}
	}
	return nil
}

// Try makes one attempt at a request to a host (host[:port]). It may take
// limits.Attempt, and no more than limits.Patience to get a connection.
//
// send sends the request with the context that it gets, and reads the answer. Its error
// counts as one of the transport, which must trace connections as [http.Transport]
// does. Try's error is a [*Failure].
func Try(ctx context.Context, host string, limits Limits, send func(context.Context) error) error {
	attempt, cancel := context.WithTimeout(ctx, limits.Attempt)
	defer cancel()
	way := &way{host: host, unconnected: time.AfterFunc(limits.Patience, cancel)}
	defer way.unconnected.Stop()
	err := send(httptrace.WithClientTrace(attempt, way.trace()))
	if err == nil {
		return nil
	}
	f := &Failure{Host: host, Err: err, Cause: CauseOf(err)}
	f.Proxy, f.Sent = way.result(attempt)
	switch {
	case ctx.Err() != nil:
		f.Cause, f.Err = Ended, ctx.Err()
	case attempt.Err() != nil:
		f.Cause, f.limit = NoAnswer, limits.Attempt
		if !f.Sent {
			f.limit = min(limits.Attempt, limits.Patience)
		}
	case f.Cause == Other && f.Sent && broken(err):
		f.Cause = Dropped
	}
	return f
}

// way is how far a request has got.
type way struct {
	host        string
	unconnected *time.Timer // ends an attempt that gets no connection

	mu        sync.Mutex
	proxy     string
	connected bool
	sent      bool
}

func (w *way) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		// The transport calls it again if a connection was already closed when it
		// was to be used.
		GetConn: func(hostPort string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.connected, w.sent, w.proxy = false, false, ""
			if !sameHost(hostPort, w.host) {
				w.proxy = hostPort
			}
		},
		GotConn: func(httptrace.GotConnInfo) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.connected = true
			w.unconnected.Stop()
		},
		WroteHeaders: func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.sent = true
		},
	}
}

// result returns how far an attempt got. If the attempt was broken off, its request may
// have been just on its way, so then a connection counts as sent.
func (w *way) result(attempt context.Context) (proxy string, sent bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.proxy, w.sent || w.connected && attempt.Err() != nil
}

// sameHost reports whether host:port is the same as host, which may lack the port.
func sameHost(hostPort, host string) bool {
	name, _, err := net.SplitHostPort(hostPort)
	return strings.EqualFold(hostPort, host) || err == nil && strings.EqualFold(name, strings.Trim(host, "[]"))
}

// CauseOf returns the cause that a transport's error alone tells.
func CauseOf(err error) Cause {
	var failure *Failure
	var untrusted *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var refused *ProxyError
	var setting *ProxySettingError
	switch {
	case errors.As(err, &failure):
		return failure.Cause
	case errors.As(err, &untrusted):
		return Untrusted
	case errors.As(err, &notTLS), errors.Is(err, http.ErrSchemeMismatch):
		return NotTLS
	case errors.As(err, &refused):
		return Refused
	case errors.As(err, &setting):
		return BadProxy
	case UnknownName(err) != "":
		return UnknownHost
	}
	return Other
}

// UnknownName returns the name that DNS does not know; "" if that is not the error.
func UnknownName(err error) string {
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return dns.Name
	}
	return ""
}

func broken(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
