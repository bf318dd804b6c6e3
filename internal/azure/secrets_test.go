package azure_test

import (
	"io"
	"net/http"
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
	echo := control.RoundTripper(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, "blocked: "+secret+" "+string(sent[strings.Index(string(sent), "client_secret"):]))
	}))
	config := azure.CredentialConfig{TenantID: tenant, ClientID: clientID, ClientSecret: secret}
	_, err := newClientWith(t, config, echo).BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
	if err == nil || !strings.Contains(err.Error(), "blocked: ") {
		t.Fatalf("the error is %v", err)
	}
	for _, hidden := range []string{secret, "a%2Bsecret"} {
		if strings.Contains(err.Error(), hidden) {
			t.Errorf("%s is in the error %q", hidden, err)
		}
	}
}
