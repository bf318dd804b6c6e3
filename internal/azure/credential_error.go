package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// CredentialError is a credential that could not get an access token.
type CredentialError struct {
	Identity string // which credential was tried, such as "the client secret of client 0000…"
	Reason   string // why it failed, on one line and without secrets
	// HTTPStatus and Code come from the token endpoint's answer, if there was one. Code is
	// one of OAuth 2.0, such as "invalid_client".
	HTTPStatus int
	Code       string
	Err        error
}

// Error says which credential failed and why.
func (e *CredentialError) Error() string {
	return fmt.Sprintf("cannot authenticate with %s: %s", e.Identity, e.Reason)
}

// Unwrap returns the cause.
func (e *CredentialError) Unwrap() error { return e.Err }

// newCredentialError shortens an error of azidentity, whose text is a page with the
// answer's JSON, to what the answer says. failure is why the last request got no
// answer, nil if it got one; azidentity keeps only its text. secrets are those that
// were sent, since an answer may repeat them.
func newCredentialError(identity string, err error, failure *wire.Failure, secrets *secrets) *CredentialError {
	reason := secrets.hide(safeText(err))
	e := &CredentialError{Identity: identity, Reason: reason, Err: &causeError{text: reason, err: err}}
	if failure != nil {
		e.Err = errors.Join(e.Err, failure)
	}
	var failed *azidentity.AuthenticationFailedError
	if !errors.As(err, &failed) || failed.RawResponse == nil {
		return e
	}
	resp := failed.RawResponse
	e.HTTPStatus = resp.StatusCode
	body, err := runtime.Payload(resp)
	if err != nil {
		return e
	}
	// The error response of OAuth 2.0 (RFC 6749, section 5.2), with Entra's
	// additions.
	var answer struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		Message     string `json:"message"`
	}
	_ = json.Unmarshal(body, &answer) // another form leaves the fields empty
	e.Code = safeString(answer.Error)
	text := safeString(strings.Trim(answer.Error+": "+firstNonEmpty(answer.Description, answer.Message), ": "))
	if text == "" {
		text = firstNonEmpty(excerpt(body), "no body")
	}
	e.Reason = fmt.Sprintf("HTTP %d %s: %s", resp.StatusCode, http.StatusText(resp.StatusCode), secrets.hide(text))
	return e
}

func firstNonEmpty(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
