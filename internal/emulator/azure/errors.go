package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// CloudError is Azure's error as the API document defines it: code, message,
// target and details of the same form.
type CloudError struct {
	Code    string       `json:"code"`
	Message string       `json:"message"`
	Target  string       `json:"target,omitempty"`
	Details []CloudError `json:"details,omitempty"`
}

// armError is a CloudError on its way to the client.
type armError struct {
	status    int
	body      CloudError
	challenge string // the WWW-Authenticate header, if any
}

func newARMError(status int, code, format string, args ...any) *armError {
	return &armError{status: status, body: CloudError{Code: code, Message: fmt.Sprintf(format, args...)}}
}

func (e *armError) write(w http.ResponseWriter) control.Outcome {
	if e.challenge != "" {
		w.Header().Set("WWW-Authenticate", e.challenge)
	}
	writeJSON(w, e.status, map[string]CloudError{"error": e.body})
	return control.Outcome{Code: e.body.Code}
}

// failARM writes a fault as Resource Manager would (AZ-060).
func (s *Service) failARM(w http.ResponseWriter, r *http.Request, t target, f control.Fault) (code string) {
	e := newARMError(http.StatusInternalServerError, "InternalServerError", "An error occurred.")
	switch {
	case f.Kind == control.KindThrottle:
		e = newARMError(http.StatusTooManyRequests, "TooManyRequests", "The request is being throttled.")
	case f.Status == http.StatusUnauthorized:
		e = newARMError(f.Status, "InvalidAuthenticationToken", "The access token is invalid.")
	}
	if f.Status != 0 {
		e.status = f.Status
	}
	if f.Code != "" {
		e.body.Code = f.Code
	}
	if f.Message != "" {
		e.body.Message = f.Message
	}
	if e.status == http.StatusUnauthorized {
		e = challenged(r, s.tenantOf(t.subscription), e.body.Code, "%s", e.body.Message)
	}
	setRetryAfter(w, f.RetryAfter)
	return e.write(w).Code
}

// setRetryAfter sets the header in whole seconds, rounded up; 0 sets none.
func setRetryAfter(w http.ResponseWriter, d time.Duration) {
	if d > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(d.Seconds()))))
	}
}

// writeJSON answers with v as JSON, without a line feed at its end.
func writeJSON(w http.ResponseWriter, status int, v any) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic("azure: " + err.Error()) // only our own types get here
	}
	writeRaw(w, status, bytes.TrimRight(body.Bytes(), "\n"))
}

func writeRaw(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
}
