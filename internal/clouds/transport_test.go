package clouds

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
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
	variables := map[string]string{
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
	made, err := newTransport(caFile)
	if err != nil {
		t.Fatal(err)
	}
	transport, ok := made.(*http.Transport)
	if !ok {
		t.Fatalf("the transport is a %T", made)
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
