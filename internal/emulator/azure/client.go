package azure

import (
	"crypto"
	"crypto/x509"
	"slices"
	"strings"
	"time"
)

// Client is an application that can ask for tokens, and its service principal.
type Client struct {
	TenantID string
	ID       string // the application (client) id
	ObjectID string // of the service principal
	Secrets  []Secret
	// Certificates are registered public certificates; a client assertion
	// signed with the key of one of them is accepted.
	Certificates []*x509.Certificate
	// Federated are identities of other issuers that may act as this client.
	Federated []FederatedCredential
	// Denied are permissions that the client lacks, such as Permission, in
	// any letter case; "*" is every one.
	Denied []string
}

// Secret is a client secret.
type Secret struct {
	Value   string
	Expires time.Time // zero is never
}

// FederatedCredential trusts the tokens of another issuer. Issuer, subject and
// audience are compared exactly, in their letter case.
type FederatedCredential struct {
	Issuer  string
	Subject string
	// Audience is "api://AzureADTokenExchange" if empty.
	Audience string
	// Keys are the issuer's public keys by key id. Azure fetches them from the
	// issuer; the emulator calls nobody (AZ-009).
	Keys map[string]crypto.PublicKey
}

// TokenExchangeAudience is the audience of a federated credential that names
// none.
const TokenExchangeAudience = "api://AzureADTokenExchange"

func (f FederatedCredential) audience() string {
	if f.Audience == "" {
		return TokenExchangeAudience
	}
	return f.Audience
}

func (c Client) denies(permission string) bool {
	return slices.ContainsFunc(c.Denied, func(denied string) bool {
		return denied == "*" || strings.EqualFold(denied, permission)
	})
}
