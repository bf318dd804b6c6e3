package clouds

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// newTransport returns the transport of every connection that the provider makes,
// those of the credentials libraries included. caFile names a file of PEM
// certificates to trust in addition to the system's, "" for none.
func newTransport(caFile string) (*http.Transport, error) {
	roots, err := rootsWith(caFile)
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		Proxy:                  proxyOf,
		OnProxyConnectResponse: wire.CheckProxyAnswer,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		// Terraform walks ten objects at a time, and -parallelism raises that: a
		// connection that is thrown away costs a handshake for the next call.
		MaxIdleConns:        128,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,
		// For the credentials libraries. The clients limit each attempt themselves.
		ResponseHeaderTimeout: time.Minute,
		HTTP2:                 &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 10 * time.Second},
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
	}, nil
}

// ecsMetadata is the address of Alibaba Cloud's metadata service, which is not
// link-local.
var ecsMetadata = netip.MustParseAddr("100.100.100.200")

// proxyOf returns the environment's proxy for a request. Metadata services give
// keys and tokens to whoever asks from this machine: they are never asked through
// a proxy, which would ask as the machine that it runs on, or answer by itself.
func proxyOf(req *http.Request) (*url.URL, error) {
	addr, err := netip.ParseAddr(req.URL.Hostname())
	if err == nil && (addr.Unmap().IsLinkLocalUnicast() || addr.Unmap() == ecsMetadata) {
		return nil, nil
	}
	proxy, err := http.ProxyFromEnvironment(req)
	return checkProxy(req.URL, proxy, err, os.Getenv)
}

// checkProxy checks the proxy that net/http found for a URL.
func checkProxy(target, proxy *url.URL, err error, getenv func(string) string) (*url.URL, error) {
	upper, lower := "HTTPS_PROXY", "https_proxy"
	if target.Scheme == "http" {
		upper, lower = "HTTP_PROXY", "http_proxy"
	}
	variable := upper
	if getenv(upper) == "" && getenv(lower) != "" {
		variable = lower
	}
	switch {
	case err != nil:
	// Of much that is no URL, such as one with # in the password or a port that is no
	// number, net/http makes one with the scheme for a host, or without any.
	case proxy != nil && !slices.Contains([]string{"", "http", "https"}, proxy.Hostname()):
		return proxy, nil
	// What it cannot read at all, it takes for no proxy, just as where NO_PROXY has the host.
	case proxy == nil && (wire.Loopback(target.Hostname()) || getenv("NO_PROXY")+getenv("no_proxy") != "" || readable(getenv(variable))):
		return nil, nil
	}
	return nil, &wire.ProxySettingError{Variable: variable}
}

// readable reports whether net/http can read the variable of a proxy; "" is none.
func readable(text string) bool {
	_, err := url.Parse(text)
	_, bare := url.Parse("http://" + text)
	return err == nil || bare == nil
}

// BypassProxies makes requests of this process that go through
// [http.DefaultTransport] reach metadata services directly too: Microsoft's
// library looks for the region of a virtual machine that way.
func BypassProxies() {
	if transport, ok := http.DefaultTransport.(*http.Transport); ok {
		transport.Proxy = proxyOf
	}
}

// rootsWith returns the system's roots and those of a file, or nil, which means
// the system's alone, when no file is named.
func rootsWith(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file) //nolint:gosec // The user names the file to read.
	if err != nil {
		return nil, fmt.Errorf("must name a readable file of PEM certificates: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("cannot be added to the system's certificates: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("must name a file of PEM certificates, and there is none in " + file)
	}
	return roots, nil
}
