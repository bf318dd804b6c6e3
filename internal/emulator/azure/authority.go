package azure

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// maxForm bounds what the token endpoint reads of a request.
const maxForm = 1 << 20

// assertionType is what client_assertion_type must be (RFC 7523).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// tokenError is the authority's error, on its way to the client.
type tokenError struct {
	status  int
	code    int    // the number after AADSTS
	kind    string // OAuth's error code
	message string
}

func newTokenError(status, code int, kind, format string, args ...any) *tokenError {
	return &tokenError{status: status, code: code, kind: kind, message: fmt.Sprintf(format, args...)}
}

// write writes the error in the form of the authority's document (AZ-001).
func (e *tokenError) write(w http.ResponseWriter, r *http.Request, now time.Time, traceID string) control.Outcome {
	correlationID := r.Header.Get("Client-Request-Id")
	if uuid.Validate(correlationID) != nil {
		correlationID = traceID
	}
	timestamp := now.UTC().Format("2006-01-02 15:04:05Z")
	name := fmt.Sprintf("AADSTS%d", e.code)
	writeJSON(w, e.status, map[string]any{
		"error": e.kind,
		"error_description": fmt.Sprintf("%s: %s Trace ID: %s Correlation ID: %s Timestamp: %s",
			name, e.message, traceID, correlationID, timestamp),
		"error_codes":    []int{e.code},
		"timestamp":      timestamp,
		"trace_id":       traceID,
		"correlation_id": correlationID,
		"error_uri":      fmt.Sprintf("https://%s/error?code=%d", r.Host, e.code),
	})
	return control.Outcome{Code: name}
}

// serveAuthority answers a request to the authority; segments[0] is a tenant.
func (s *Service) serveAuthority(w http.ResponseWriter, r *http.Request, traceID string, segments []string) {
	tenant := segments[0]
	x := control.Exchange{Action: ActionUnknown, RequestID: traceID, Params: map[string]string{"tenant": tenant}}
	var answer func(w http.ResponseWriter, r *http.Request) *tokenError
	switch strings.ToLower(strings.Join(segments[1:], "/")) {
	case "v2.0/.well-known/openid-configuration":
		x.Action = ActionDiscovery
		answer = func(w http.ResponseWriter, r *http.Request) *tokenError {
			return s.discovery(w, r, tenant)
		}
	case "discovery/v2.0/keys":
		x.Action = ActionDiscovery
		answer = func(w http.ResponseWriter, r *http.Request) *tokenError { return s.keys(w, r, tenant) }
	case "oauth2/v2.0/token":
		x.Action = ActionToken
		form, formErr := readForm(w, r)
		for _, name := range []string{"grant_type", "client_id", "scope", "client_assertion_type"} {
			if value := form.Get(name); value != "" {
				x.Params[name] = value
			}
		}
		for _, name := range []string{"client_secret", "client_assertion"} {
			if form.Has(name) {
				x.Params[name] = control.Masked
			}
		}
		answer = func(w http.ResponseWriter, r *http.Request) *tokenError {
			return s.token(w, r, tenant, form, formErr)
		}
	default:
		answer = func(http.ResponseWriter, *http.Request) *tokenError {
			return newTokenError(http.StatusNotFound, 90000, "invalid_request", "The endpoint '%s' does not exist.", r.URL.Path)
		}
	}
	setHeaders := func(w http.ResponseWriter) {
		w.Header().Set("X-Ms-Request-Id", traceID)
		if id := r.Header.Get("Client-Request-Id"); id != "" {
			w.Header().Set("Client-Request-Id", id)
		}
	}
	x.Answer = func(w http.ResponseWriter, r *http.Request) control.Outcome {
		setHeaders(w)
		if e := answer(w, r); e != nil {
			return e.write(w, r, s.now(), traceID)
		}
		return control.Outcome{Acted: true}
	}
	x.Fail = func(w http.ResponseWriter, f control.Fault) string {
		setHeaders(w)
		return s.failToken(w, r, f, traceID)
	}
	s.gate.Serve(w, r, x)
}

// failToken writes a fault as the authority would. A fault's code is OAuth's
// error or AADSTS and a number (AZ-061).
func (s *Service) failToken(w http.ResponseWriter, r *http.Request, f control.Fault, traceID string) (code string) {
	e := newTokenError(http.StatusServiceUnavailable, 90033, "temporarily_unavailable", "A transient error has occurred. Please try again.")
	if f.Kind == control.KindThrottle {
		e = newTokenError(http.StatusTooManyRequests, 90055, "temporarily_unavailable", "There are too many incoming requests.")
	}
	if f.Status != 0 {
		e.status = f.Status
	}
	if f.Message != "" {
		e.message = f.Message
	}
	if f.Code != "" {
		if _, err := fmt.Sscanf(f.Code, "AADSTS%d", &e.code); err != nil {
			e.kind = f.Code
		}
	}
	setRetryAfter(w, f.RetryAfter)
	return e.write(w, r, s.now(), traceID).Code
}

// checkTenant checks that a tenant exists (AZ-002).
func (s *Service) checkTenant(tenant, kind string) *tokenError {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, subscription := range s.subscriptions {
		if strings.EqualFold(subscription.TenantID, tenant) {
			return nil
		}
	}
	for _, client := range s.clients {
		if strings.EqualFold(client.TenantID, tenant) {
			return nil
		}
	}
	return newTokenError(http.StatusBadRequest, 90002, kind,
		"Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.", tenant)
}

// discovery answers with the authority's description of itself.
func (s *Service) discovery(w http.ResponseWriter, r *http.Request, tenant string) *tokenError {
	if e := s.checkGet(r, tenant); e != nil {
		return e
	}
	base := "https://" + r.Host + "/" + tenant
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                base + "/v2.0",
		"authorization_endpoint":                base + "/oauth2/v2.0/authorize",
		"token_endpoint":                        base + "/oauth2/v2.0/token",
		"jwks_uri":                              base + "/discovery/v2.0/keys",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		"response_types_supported":              []string{"code", "id_token", "code id_token", "id_token token"},
		"response_modes_supported":              []string{"query", "fragment", "form_post"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
		"request_uri_parameter_supported":       false,
	})
	return nil
}

// keys answers with the authority's public keys, of which there are none
// (AZ-011).
func (s *Service) keys(w http.ResponseWriter, r *http.Request, tenant string) *tokenError {
	if e := s.checkGet(r, tenant); e != nil {
		return e
	}
	writeRaw(w, http.StatusOK, []byte(`{"keys":[]}`))
	return nil
}

// checkGet checks a request for one of a tenant's documents.
func (s *Service) checkGet(r *http.Request, tenant string) *tokenError {
	if r.Method != http.MethodGet {
		return newTokenError(http.StatusMethodNotAllowed, 900561, "invalid_request",
			"The endpoint only accepts GET requests. Received a %s request.", r.Method)
	}
	return s.checkTenant(tenant, "invalid_tenant")
}

// readForm reads the form of a POST.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := r.ParseForm()
	if id, secret, ok := r.BasicAuth(); ok && r.PostForm != nil && !r.PostForm.Has("client_secret") {
		r.PostForm.Set("client_id", id)
		r.PostForm.Set("client_secret", secret)
	}
	if r.PostForm == nil {
		return url.Values{}, err
	}
	return r.PostForm, err
}

// token answers a token request: client credentials only (AZ-003).
func (s *Service) token(w http.ResponseWriter, r *http.Request, tenant string, form url.Values, formErr error) *tokenError {
	bad := func(code int, kind, format string, args ...any) *tokenError {
		return newTokenError(http.StatusBadRequest, code, kind, format, args...)
	}
	if r.Method != http.MethodPost {
		return bad(900561, "invalid_request", "The endpoint only accepts POST requests. Received a %s request.", r.Method)
	}
	if e := s.checkTenant(tenant, "invalid_request"); e != nil {
		return e
	}
	if formErr != nil {
		return bad(90014, "invalid_request", "The request body is not a form.")
	}
	for _, name := range []string{"grant_type", "client_id", "scope"} {
		if form.Get(name) == "" {
			return bad(900144, "invalid_request", "The request body must contain the following parameter: '%s'.", name)
		}
	}
	if form.Get("grant_type") != "client_credentials" {
		return bad(70003, "unsupported_grant_type", "The app requested an unsupported grant type '%s'.", form.Get("grant_type"))
	}
	resource, e := s.resource(r, tenant, form.Get("scope"))
	if e != nil {
		return e
	}
	s.mu.Lock()
	client, found := s.clients[clientKey(tenant, form.Get("client_id"))]
	s.mu.Unlock()
	if !found {
		return bad(700016, "unauthorized_client",
			"Application with identifier '%s' was not found in the directory '%s'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
			form.Get("client_id"), tenant)
	}
	if e := s.authenticateClient(r, client, form); e != nil {
		return e
	}
	seconds := int(s.config.TokenLifetime / time.Second)
	writeJSON(w, http.StatusOK, map[string]any{
		"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds,
		"access_token": s.issue(client, resource),
	})
	return nil
}

// resource returns what the scope asks a token for (AZ-004).
func (s *Service) resource(r *http.Request, tenant, scope string) (string, *tokenError) {
	resource := ""
	for part := range strings.FieldsSeq(scope) {
		switch part {
		case "openid", "profile", "offline_access": // sent by Microsoft's libraries with every request
			continue
		}
		base, ok := strings.CutSuffix(part, "/.default")
		if !ok || resource != "" {
			return "", newTokenError(http.StatusBadRequest, 1002012, "invalid_scope",
				"The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).", scope)
		}
		resource = base
	}
	if !s.isAudience(r, resource) {
		return "", newTokenError(http.StatusBadRequest, 500011, "invalid_resource",
			"The resource principal named %s was not found in the tenant named %s. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.",
			resource, tenant)
	}
	return resource, nil
}

// authenticateClient checks the credential in a token request.
func (s *Service) authenticateClient(r *http.Request, client Client, form url.Values) *tokenError {
	switch {
	case form.Has("client_assertion"):
		if form.Get("client_assertion_type") != assertionType {
			return newTokenError(http.StatusBadRequest, 50027, "invalid_request", "The client_assertion_type must be '%s'.", assertionType)
		}
		return s.checkAssertion(r, client, form.Get("client_assertion"))
	case form.Has("client_secret"):
		return checkSecret(client, form.Get("client_secret"), s.now())
	default:
		return newTokenError(http.StatusUnauthorized, 7000216, "invalid_client",
			"'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.")
	}
}

// checkSecret checks a client secret (AZ-005).
func checkSecret(client Client, given string, now time.Time) *tokenError {
	for _, secret := range client.Secrets {
		if subtle.ConstantTimeCompare([]byte(secret.Value), []byte(given)) != 1 {
			continue
		}
		if secret.Expires.IsZero() || now.Before(secret.Expires) {
			return nil
		}
		return newTokenError(http.StatusUnauthorized, 7000222, "invalid_client",
			"The provided client secret keys for app '%s' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.", client.ID)
	}
	return newTokenError(http.StatusUnauthorized, 7000215, "invalid_client",
		"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.", client.ID)
}
