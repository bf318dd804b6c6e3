package azure_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Whoever answers a request for a token, and repeats what was sent, brings no secret
// of it into the error: neither one that is final, nor the last before the time runs out.
func TestNoSecretOfATokenRequestIsInItsError(t *testing.T) {
	t.Parallel()
	const secret = "a+secret/of=its~own"
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, config := range map[string]azure.CredentialConfig{
		"a secret":    {TenantID: tenant, ClientID: clientID, ClientSecret: secret},
		"from a file": {TenantID: tenant, ClientID: clientID, ClientSecretFilePath: file},
	} {
		for _, status := range []int{http.StatusForbidden, http.StatusServiceUnavailable} {
			for form, body := range map[string]string{
				"a text":      "blocked: " + secret + " client_secret=" + url.QueryEscape(secret),
				"a long text": "blocked: " + strings.Repeat(".", 185) + secret, // an excerpt ends within the secret
				"a code":      `{"error":"blocked: ` + secret + `"}`,
				"an object":   `{"error":{"code":"` + secret + `","message":"blocked: it","target":"` + secret + `"}}`,
				"escaped":     `{"error":"blocked: ` + strings.ReplaceAll(secret, "+", `\u002b`) + `"}`,
			} {
				t.Run(fmt.Sprint(name, ", ", status, ", ", form), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						echo := control.RoundTripper(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
							w.WriteHeader(status)
							_, _ = io.WriteString(w, body)
						}))
						var log bytes.Buffer
						config := config // its subtests share it
						config.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
						ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
						defer cancel()
						_, err := newClientWith(t, config, echo).BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
						if err == nil || !strings.Contains(err.Error(), "blocked: ") {
							t.Fatalf("the error is %v", err)
						}
						for _, hidden := range []string{secret[:6], url.QueryEscape(secret)} {
							if strings.Contains(err.Error()+log.String(), hidden) {
								t.Errorf("%s is in the error %q or the log %q", hidden, err, log.String())
							}
						}
					})
				})
			}
		}
	}
}
