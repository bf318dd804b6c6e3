package azure_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Whoever answers a request for a token, and repeats what was sent, brings no secret
// of it into the error.
func TestNoSecretOfATokenRequestIsInItsError(t *testing.T) {
	t.Parallel()
	const secret = "a+secret/of=its~own"
	echo := control.RoundTripper(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, "blocked: "+secret+" client_secret="+url.QueryEscape(secret))
	}))
	config := azure.CredentialConfig{TenantID: tenant, ClientID: clientID, ClientSecret: secret}
	_, err := newClientWith(t, config, echo).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
	if err == nil || !strings.Contains(err.Error(), "blocked: ") {
		t.Fatalf("the error is %v", err)
	}
	for _, hidden := range []string{secret, url.QueryEscape(secret)} {
		if strings.Contains(err.Error(), hidden) {
			t.Errorf("%s is in the error %q", hidden, err)
		}
	}
}
