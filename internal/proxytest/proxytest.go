// Package proxytest is for tests of what reaches hosts whose names are fixed, such
// as sts.aliyuncs.com: a proxy on loopback that is all of them.
package proxytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Proxy is an HTTP proxy that answers every request by itself, over TLS too, as the
// host that was asked for. It forwards nothing.
type Proxy struct {
	URL    *url.URL
	Roots  *x509.CertPool // of the authority that its certificates are from
	CAFile string         // the same as PEM

	authority *x509.Certificate
	key       *ecdsa.PrivateKey

	mu    sync.Mutex
	hosts []string
}

// Start starts a proxy whose answers the handler gives. It ends with the test.
func Start(t *testing.T, handler http.Handler) *Proxy {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{key: key, Roots: x509.NewCertPool(), CAFile: filepath.Join(t.TempDir(), "proxy-ca.pem")}
	if p.authority, err = p.issue(&x509.Certificate{IsCA: true, BasicConstraintsValid: true}); err != nil {
		t.Fatal(err)
	}
	p.Roots.AddCert(p.authority)
	if err := os.WriteFile(p.CAFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.authority.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}

	tunnelled := newConnections()
	inside := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)} // It would tell of refused handshakes.
	go func() {
		_ = inside.Serve(tls.NewListener(tunnelled, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: p.certificate})) // It ends with the listener.
	}()
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.hosts = append(p.hosts, r.URL.Hostname())
		p.mu.Unlock()
		if r.Method != http.MethodConnect {
			handler.ServeHTTP(w, r)
			return
		}
		conn, _, err := http.NewResponseController(w).Hijack() // The client sends nothing before the answer.
		if err == nil {
			_, err = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		}
		if err != nil {
			t.Error(err)
			return
		}
		tunnelled.put(conn)
	}))
	t.Cleanup(func() {
		outside.Close()
		_ = inside.Close() // Its connections are closed whatever it says.
	})
	if p.URL, err = url.Parse(outside.URL); err != nil {
		t.Fatal(err)
	}
	return p
}

// Hosts are the hosts that the proxy was asked for, in order.
func (p *Proxy) Hosts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.hosts...)
}

// Transport goes through the proxy and trusts it.
func (p *Proxy) Transport() *http.Transport {
	return &http.Transport{Proxy: http.ProxyURL(p.URL), TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: p.Roots}}
}

func (p *Proxy) issue(template *x509.Certificate) (*x509.Certificate, error) {
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent := p.authority
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, p.key.Public(), p.key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func (p *Proxy) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	leaf, err := p.issue(&x509.Certificate{DNSNames: []string{hello.ServerName}})
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: p.key}, nil
}

// connections is a listener of connections that are put into it.
type connections struct {
	waiting chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newConnections() *connections {
	return &connections{waiting: make(chan net.Conn), closed: make(chan struct{})}
}

func (c *connections) put(conn net.Conn) {
	select {
	case c.waiting <- conn:
	case <-c.closed:
		_ = conn.Close() // Nobody is left to read it.
	}
}

// Accept implements [net.Listener].
func (c *connections) Accept() (net.Conn, error) {
	select {
	case conn := <-c.waiting:
		return conn, nil
	case <-c.closed:
		return nil, errors.New("closed")
	}
}

// Close implements [net.Listener].
func (c *connections) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

// Addr implements [net.Listener].
func (c *connections) Addr() net.Addr { return &net.TCPAddr{} }
