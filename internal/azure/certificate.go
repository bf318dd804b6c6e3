package azure

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"software.sslmate.com/src/go-pkcs12"
)

// readCertificate reads the client certificate, its chain and its key. Its
// errors are [*ConfigError]s.
func (config *CredentialConfig) readCertificate() ([]*x509.Certificate, crypto.PrivateKey, error) {
	argument := "client_certificate_path"
	var data []byte
	var err error
	if config.ClientCertificate != "" {
		argument = "client_certificate"
		// base64(1) breaks its output into lines.
		data, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(config.ClientCertificate), ""))
		if err != nil {
			err = errors.New("not base64")
		}
	} else {
		data, err = os.ReadFile(config.ClientCertificatePath)
	}
	if err != nil {
		return nil, nil, &ConfigError{Argument: argument, Reason: err.Error()}
	}
	certificates, key, err := parseCertificate(data, config.ClientCertificatePassword)
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return nil, nil, &ConfigError{Argument: "client_certificate_password", Reason: "it does not open the bundle of " + argument}
	}
	if err != nil {
		return nil, nil, &ConfigError{Argument: argument, Reason: err.Error()}
	}
	return certificates, key, nil
}

// parseCertificate takes PKCS#12, in every encryption that OpenSSL and Windows write,
// and PEM with an unencrypted key. azidentity's own parser knows only the old
// encryptions.
func parseCertificate(data []byte, password string) ([]*x509.Certificate, crypto.PrivateKey, error) {
	if bytes.Contains(data, []byte("-----BEGIN")) {
		if bytes.Contains(data, []byte("ENCRYPTED")) {
			return nil, nil, errors.New("the private key in the PEM is encrypted: decrypt it, or make a PKCS#12 bundle of it")
		}
		certificates, key, err := azidentity.ParseCertificates(data, nil)
		if err != nil {
			return nil, nil, fmt.Errorf("the PEM cannot be read: %w", err)
		}
		return certificates, key, nil
	}
	key, leaf, chain, err := pkcs12.DecodeChain(data, password)
	if err != nil {
		return nil, nil, fmt.Errorf("the PKCS#12 bundle cannot be read: %w", err)
	}
	return append([]*x509.Certificate{leaf}, chain...), key, nil
}
