package azure_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	azlog "github.com/Azure/azure-sdk-for-go/sdk/azcore/log"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// wireTap hands on every request and keeps what must stay secret: poll URLs'
// signatures and bearer tokens.
type wireTap struct {
	mu      sync.Mutex
	secrets map[string]bool
}

func (t *wireTap) on(next http.RoundTripper) http.RoundTripper {
	return roundTripperFunc(func(req *http.Request) (*http.Response, error) {
		t.mu.Lock()
		defer t.mu.Unlock()
		for _, name := range []string{"c", "s", "h"} {
			if value := req.URL.Query().Get(name); value != "" {
				t.secrets[value] = true
			}
		}
		if authorization := req.Header.Get("Authorization"); authorization != "" {
			t.secrets[strings.TrimPrefix(authorization, "Bearer ")] = true
		}
		return next.RoundTrip(req)
	})
}

// TestLogsKeepSecrets listens to all that azcore, azidentity and this package
// can log while reads go well and badly. It is not parallel: azcore's listener
// is the process's.
func TestLogsKeepSecrets(t *testing.T) {
	var mu sync.Mutex
	var vendor bytes.Buffer
	azlog.SetListener(func(event azlog.Event, message string) {
		mu.Lock()
		defer mu.Unlock()
		vendor.WriteString(string(event) + ": " + message + "\n")
	})
	defer azlog.SetListener(nil)

	tap := &wireTap{secrets: map[string]bool{secret: true}}
	var own, said bytes.Buffer
	for _, style := range []emulated.Style{emulated.StyleLocation, emulated.StyleBoth} {
		for _, ending := range []emulated.Ending{emulated.EndingRows, emulated.EndingFailed, emulated.EndingNull} {
			synctest.Test(t, func(t *testing.T) {
				w := with(emulated.Operation{Style: style, Ending: ending, Delay: 5 * time.Second})
				w.faults.Add(control.Fault{Action: emulated.ActionPoll, Kind: control.KindDropBefore, Times: 1})
				w.faults.Add(control.Fault{Action: emulated.ActionPoll, Kind: control.KindThrottle, RetryAfter: time.Second, Times: 1})
				config := azure.CredentialConfig{
					TenantID: tenant, ClientID: clientID, ClientSecret: secret, DisableInstanceDiscovery: true,
					Cloud: testCloud(t), Transport: tap.on(w.transport),
				}
				credential, err := azure.NewCredential(config)
				if err != nil {
					t.Fatal(err)
				}
				client, err := azure.NewClient(azure.Config{
					Credential: credential, Cloud: config.Cloud, Transport: config.Transport,
					Logger: slog.New(slog.NewTextHandler(&own, &slog.HandlerOptions{Level: slog.LevelDebug})),
				})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				if _, err := client.BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer); err != nil {
					said.WriteString(err.Error() + "\n")
				}
			})
		}
	}
	if vendor.Len() == 0 || !strings.Contains(own.String(), "waiting before another try at Azure") || len(tap.secrets) < 10 {
		t.Fatalf("nothing to look at: %d bytes, %d bytes, %d secrets", vendor.Len(), own.Len(), len(tap.secrets))
	}
	for _, logged := range []string{vendor.String(), own.String(), said.String()} {
		for s := range tap.secrets {
			if strings.Contains(logged, s) {
				i := strings.Index(logged, s)
				t.Errorf("a log has %q:\n%s", s, logged[max(0, i-300):min(len(logged), i+300)])
			}
		}
	}
}
