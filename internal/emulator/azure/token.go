package azure

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// claims are what an access token says. Its form is that of a JWT, signed with
// a key that only the service has: clients must not read tokens (AZ-011).
type claims struct {
	Audience string `json:"aud"`
	Issuer   string `json:"iss"`
	IssuedAt int64  `json:"iat"`
	Starts   int64  `json:"nbf"`
	Expires  int64  `json:"exp"`
	App      string `json:"appid"`
	Object   string `json:"oid"`
	Subject  string `json:"sub"`
	Tenant   string `json:"tid"`
	Version  string `json:"ver"`
}

var tokenHeader = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))

// issue makes an access token for a client.
func (s *Service) issue(client Client, audience string) string {
	now := s.now()
	payload, err := json.Marshal(claims{
		Audience: audience, Issuer: "https://sts.windows.net/" + client.TenantID + "/",
		IssuedAt: now.Unix(), Starts: now.Unix(), Expires: now.Add(s.config.TokenLifetime).Unix(),
		App: client.ID, Object: client.ObjectID, Subject: client.ObjectID, Tenant: client.TenantID, Version: "1.0",
	})
	if err != nil {
		panic("azure: " + err.Error()) // strings and numbers always marshal
	}
	signed := tokenHeader + "." + base64.RawURLEncoding.EncodeToString(payload)
	return signed + "." + s.sign(signed)
}

func (s *Service) sign(text string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// read returns what one of our tokens says; ok is false for any other.
func (s *Service) read(token string) (c claims, ok bool) {
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 || !hmac.Equal([]byte(s.sign(token[:dot])), []byte(token[dot+1:])) {
		return claims{}, false
	}
	_, text, _ := strings.Cut(token[:dot], ".")
	payload, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(payload, &c) != nil {
		return claims{}, false
	}
	return c, true
}

// authenticate checks the bearer token of a request (AZ-012).
func (s *Service) authenticate(r *http.Request, subscription string) (claims, *armError) {
	tenant := s.tenantOf(subscription)
	header := r.Header.Get("Authorization")
	if header == "" {
		return claims{}, challenged(r, tenant, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
	}
	scheme, text, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return claims{}, challenged(r, tenant, "AuthenticationFailedInvalidHeader",
			"Authentication failed. The 'Authorization' header is provided in an invalid format.")
	}
	token, ok := s.read(strings.TrimSpace(text))
	if !ok {
		return claims{}, challenged(r, tenant, "InvalidAuthenticationToken", "The access token is invalid.")
	}
	now, expires := s.now().UTC(), time.Unix(token.Expires, 0).UTC()
	if !now.Before(expires) {
		const form = "1/2/2006 3:04:05 PM"
		return claims{}, challenged(r, tenant, "ExpiredAuthenticationToken",
			"The access token expiry UTC time '%s' is earlier than current UTC time '%s'.", expires.Format(form), now.Format(form))
	}
	if !s.isAudience(r, token.Audience) {
		return claims{}, challenged(r, tenant, "InvalidAuthenticationTokenAudience",
			"The access token has been obtained from wrong audience or resource '%s'. It should exactly match (including forward slash) with one of the allowed audiences '%s'.",
			token.Audience, strings.Join(s.audiences(r), "','"))
	}
	return token, nil
}

// tenantOf returns the tenant that a subscription trusts, "" for one that does
// not exist.
func (s *Service) tenantOf(subscription string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.subscriptions[strings.ToLower(subscription)].TenantID
}

// challenged is a 401 with the header that names the authority to ask (AZ-013).
func challenged(r *http.Request, tenant, code, format string, args ...any) *armError {
	e := newARMError(http.StatusUnauthorized, code, format, args...)
	if tenant == "" {
		tenant = "common"
	}
	e.challenge = `Bearer authorization_uri="https://` + r.Host + `/` + tenant + `", error="invalid_token", error_description="` +
		strings.ReplaceAll(e.body.Message, `"`, `'`) + `"`
	return e
}

// audiences are the resources that tokens are given for and accepted with.
func (s *Service) audiences(r *http.Request) []string {
	return append([]string{"https://" + r.Host, "https://management.azure.com", "https://management.core.windows.net"}, s.config.Audiences...)
}

func (s *Service) isAudience(r *http.Request, resource string) bool {
	return slices.Contains(s.audiences(r), strings.TrimSuffix(resource, "/"))
}
