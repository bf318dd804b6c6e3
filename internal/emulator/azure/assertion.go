package azure

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // x5t is defined as a SHA-1 thumbprint (RFC 7515)
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// clockSkew is how far an assertion's times may be off (AZ-008).
const clockSkew = 5 * time.Minute

// jwt is a JSON Web Token (RFC 7519), signature not yet verified.
type jwt struct {
	header struct {
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid"`
		SHA1      string `json:"x5t"`
		SHA256    string `json:"x5t#S256"`
	}
	claims struct {
		Issuer   string      `json:"iss"`
		Subject  string      `json:"sub"`
		Audience audience    `json:"aud"`
		Expires  json.Number `json:"exp"`
		Starts   json.Number `json:"nbf"`
	}
	signed    string
	signature []byte
}

// audience is a string or an array of strings.
type audience []string

func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}

func parseJWT(text string) (token jwt, err error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return jwt{}, errors.New("a JWT has three parts")
	}
	for i, target := range []any{&token.header, &token.claims} {
		data, err := decodeBase64(parts[i])
		if err != nil {
			return jwt{}, err
		}
		if err := json.Unmarshal(data, target); err != nil {
			return jwt{}, err
		}
	}
	token.signed = parts[0] + "." + parts[1]
	token.signature, err = decodeBase64(parts[2])
	return token, err
}

// decodeBase64 reads either alphabet, padded or not: some libraries write
// thumbprints in the standard one.
func decodeBase64(text string) ([]byte, error) {
	text = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	return base64.RawStdEncoding.DecodeString(text)
}

var hashes = map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}

// verify checks the signature, which must be of one of these algorithms.
func (t jwt) verify(key crypto.PublicKey, algorithms ...string) error {
	if !slices.Contains(algorithms, t.header.Algorithm) {
		return fmt.Errorf("the algorithm %q is not one of %v", t.header.Algorithm, algorithms)
	}
	public, ok := key.(*rsa.PublicKey)
	if !ok {
		return errors.New("the registered key is not an RSA key")
	}
	hash := hashes[t.header.Algorithm[2:]]
	digest := hash.New()
	digest.Write([]byte(t.signed))
	if strings.HasPrefix(t.header.Algorithm, "PS") {
		return rsa.VerifyPSS(public, hash, digest.Sum(nil), t.signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto, Hash: hash})
	}
	return rsa.VerifyPKCS1v15(public, hash, digest.Sum(nil), t.signature)
}

// checkTimes checks nbf and exp.
func (t jwt) checkTimes(now time.Time) *tokenError {
	starts, _ := t.claims.Starts.Float64() // absent is 1970
	expires, err := t.claims.Expires.Float64()
	from, until := unixTime(starts), unixTime(expires)
	if err == nil && now.Before(until.Add(clockSkew)) && !now.Before(from.Add(-clockSkew)) {
		return nil
	}
	const form = "2006-01-02T15:04:05.0000000Z"
	return newTokenError(http.StatusUnauthorized, 700024, "invalid_client",
		"Client assertion is not within its valid time range. Current time: %s, assertion valid from %s, expiry time of assertion %s. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
		now.UTC().Format(form), from.Format(form), until.Format(form))
}

func unixTime(seconds float64) time.Time {
	const year9999 = 253402300799 // the last second that .NET can write
	return time.Unix(int64(min(max(seconds, 0), year9999)), 0).UTC()
}

// checkAssertion checks a client assertion: of the client's own certificate if
// the client itself issued it, of a federated credential otherwise.
func (s *Service) checkAssertion(r *http.Request, client Client, text string) *tokenError {
	token, err := parseJWT(text)
	if err != nil {
		return newTokenError(http.StatusUnauthorized, 50027, "invalid_client", "JWT token is invalid or malformed.")
	}
	if strings.EqualFold(token.claims.Issuer, client.ID) {
		return s.checkCertificate(r, client, token)
	}
	return s.checkFederated(client, token)
}

// checkCertificate checks an assertion that the client signed with the key of
// a registered certificate (AZ-006).
func (s *Service) checkCertificate(r *http.Request, client Client, token jwt) *tokenError {
	invalid := func(reason string) *tokenError {
		return newTokenError(http.StatusUnauthorized, 700027, "invalid_client",
			"The certificate with identifier used to sign the client assertion is not registered on application. [Reason - %s, Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '%s'].", reason, client.ID)
	}
	if token.header.SHA1 == "" && token.header.SHA256 == "" {
		return newTokenError(http.StatusUnauthorized, 50027, "invalid_client", "Invalid JWT token. No certificate thumbprint specified in token header.")
	}
	found := slices.IndexFunc(client.Certificates, func(certificate *x509.Certificate) bool { return token.names(certificate) })
	if found < 0 {
		return invalid("The key was not found.")
	}
	certificate := client.Certificates[found]
	now := s.config.SigningTime()
	if now.Before(certificate.NotBefore) || now.After(certificate.NotAfter) {
		return invalid("The key used is expired.")
	}
	if err := token.verify(certificate.PublicKey, "PS256", "RS256"); err != nil {
		return invalid("The provided signature value did not match the expected signature value.")
	}
	if !strings.EqualFold(token.claims.Subject, client.ID) {
		return newTokenError(http.StatusUnauthorized, 700021, "invalid_client",
			"Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .")
	}
	if e := token.checkTimes(now); e != nil {
		return e
	}
	base := "https://" + r.Host + "/" + client.TenantID
	for _, audience := range token.claims.Audience {
		if strings.EqualFold(audience, base+"/oauth2/v2.0/token") || strings.EqualFold(audience, base+"/v2.0") {
			return nil
		}
	}
	return newTokenError(http.StatusUnauthorized, 700023, "invalid_client",
		"Client assertion audience claim does not match Realm issuer. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .")
}

// names reports whether the token's thumbprints are this certificate's.
func (t jwt) names(certificate *x509.Certificate) bool {
	if t.header.SHA256 != "" {
		sum := sha256.Sum256(certificate.Raw)
		given, err := decodeBase64(t.header.SHA256)
		return err == nil && bytes.Equal(given, sum[:])
	}
	sum := sha1.Sum(certificate.Raw) //nolint:gosec // as above
	given, err := decodeBase64(t.header.SHA1)
	return err == nil && bytes.Equal(given, sum[:])
}

// checkFederated checks another issuer's token against the client's federated
// credentials (AZ-007).
func (s *Service) checkFederated(client Client, token jwt) *tokenError {
	mismatch := func(code int, what, value string) *tokenError {
		return newTokenError(http.StatusUnauthorized, code, "invalid_client",
			"No matching federated identity record found for presented assertion %s '%s'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
			what, value)
	}
	candidates := slices.DeleteFunc(slices.Clone(client.Federated), func(f FederatedCredential) bool { return f.Issuer != token.claims.Issuer })
	if len(candidates) == 0 {
		return mismatch(700211, "issuer", token.claims.Issuer)
	}
	candidates = slices.DeleteFunc(candidates, func(f FederatedCredential) bool { return f.Subject != token.claims.Subject })
	if len(candidates) == 0 {
		return mismatch(700213, "subject", token.claims.Subject)
	}
	candidates = slices.DeleteFunc(candidates, func(f FederatedCredential) bool {
		return !slices.Contains(token.claims.Audience, f.audience())
	})
	if len(candidates) == 0 {
		return mismatch(700212, "audience", strings.Join(token.claims.Audience, ","))
	}
	for _, candidate := range candidates {
		if key, ok := candidate.Keys[token.header.KeyID]; ok && token.verify(key, "RS256") == nil {
			return token.checkTimes(s.config.SigningTime())
		}
	}
	return newTokenError(http.StatusUnauthorized, 50013, "invalid_client",
		"Assertion failed signature validation. [Reason - The key was not found.]")
}
