package azure_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// dead is a transport that cannot reach anything, and finds out in a millisecond.
func dead(dials *atomic.Int64) *http.Transport {
	return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		dials.Add(1)
		<-time.After(time.Millisecond)
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}}
}

// TestUnreachableHosts has a Resource Manager, or an authority, that cannot be
// reached: it is tried for a while by the first reads, and after that for all of
// them together, however many there are.
func TestUnreachableHosts(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		reads      int
		credential bool // the authority is what cannot be reached
		timeout    time.Duration
		want       string
		advice     string
	}{
		"Resource Manager, 40 reads":   {40, false, 5 * time.Minute, "vgw-%d: cannot reach management.azure.test: dial tcp: connection refused", "resource_manager_endpoint"},
		"Resource Manager, 1000 reads": {1000, false, 5 * time.Minute, "vgw-%d: cannot reach management.azure.test: dial tcp: connection refused", "resource_manager_endpoint"},
		"authority, 1000 reads":        {1000, true, 5 * time.Minute, "cannot reach management.azure.test: dial tcp: connection refused", "active_directory_authority_host"},
		"authority, given up early":    {1, true, 10 * time.Second, "cannot reach management.azure.test: dial tcp: connection refused", "active_directory_authority_host"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var dials atomic.Int64
				client, err := azure.NewClient(azure.Config{Credential: staticCredential{}, Cloud: testCloud(t), Transport: dead(&dials)})
				if err != nil {
					t.Fatal(err)
				}
				if tt.credential {
					client = newClient(t, dead(&dials))
				}
				started := time.Now()
				var group errgroup.Group
				group.SetLimit(10)
				for i := range tt.reads {
					group.Go(func() error {
						ctx, cancel := context.WithTimeout(t.Context(), tt.timeout)
						defer cancel()
						id := gatewayID(t, strings.Replace(gatewayOf.ID(), "vgw-hub", fmt.Sprintf("vgw-%d", i), 1))
						_, err := client.BGPPeerStatus(ctx, id, everyPeer)
						want := tt.want
						if strings.Contains(want, "%d") {
							want = fmt.Sprintf(want, i)
						}
						var failed *azure.Error
						if !errors.As(err, &failed) || !strings.Contains(err.Error(), want) || !strings.Contains(failed.Advice(), tt.advice) {
							t.Errorf("got %v\nadvice %s", err, failed.Advice())
						}
						return nil
					})
				}
				_ = group.Wait()
				if took := time.Since(started); took > 20*time.Second {
					t.Errorf("took %s", took)
				}
				if n := dials.Load(); n > 80 {
					t.Errorf("dialed %d times", n)
				}
			})
		})
	}
}

// TestUnreachableOIDCService has a pipeline's service that does not speak TLS, or is not
// there.
func TestUnreachableOIDCService(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err   error
		want  string
		final bool
	}{
		"no TLS":  {http.ErrSchemeMismatch, "cannot reach pipelines.test: http: server gave HTTP response to HTTPS client", true},
		"refused": {&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}, "cannot reach pipelines.test: dial tcp: connection refused", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(nil)
				client := newClientWith(t, azure.CredentialConfig{
					TenantID: tenant, ClientID: clientID, UseOIDC: true, OIDCRequestURL: "https://pipelines.test/token", OIDCRequestToken: token,
				}, roundTripperFunc(func(req *http.Request) (*http.Response, error) {
					if req.Host != "pipelines.test" {
						return w.transport.RoundTrip(req)
					}
					return nil, tt.err
				}))
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				_, err := client.BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
				if tt.final {
					checkCredentialError(t, err, "the OIDC token of client "+clientID, tt.want)
				}
				var failed *azure.Error
				if !errors.As(err, &failed) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(failed.Advice(), "azure.oidc_request_url") {
					t.Errorf("got %v\nadvice %s", err, failed.Advice())
				}
			})
		})
	}
}

// TestBrokenStream has an answer to the start that breaks off, as HTTP/2 breaks it
// off: it is asked for again.
func TestBrokenStream(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			brokenStream(t, status)
		})
	}
}

func brokenStream(t *testing.T, status int) {
	t.Helper()
	var asked atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("asked over %s", r.Proto)
		}
		if asked.Add(1) > 1 {
			_, _ = io.WriteString(w, `{"value":[]}`)
			return
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"value":[`)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	where, err := azure.NewCloud(azure.CloudConfig{ResourceManagerEndpoint: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	client, err := azure.NewClient(azure.Config{Credential: staticCredential{}, Cloud: where, Transport: server.Client().Transport})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
	if err != nil || len(rows) != 0 || asked.Load() != 2 {
		t.Errorf("got %v, %v; asked %d times", rows, err, asked.Load())
	}
}

// endlessBody is a body that is never whole.
type endlessBody struct{ ctx context.Context }

func (b endlessBody) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

func (endlessBody) Close() error { return nil }

// TestAnswersWithoutAnEnd has one answer of each kind that begins and never ends: it
// costs one attempt's limit, and another try gets the next.
func TestAnswersWithoutAnEnd(t *testing.T) {
	t.Parallel()
	for name, suffix := range map[string]string{"token": "/token", "start": "/getBgpPeerStatus", "poll": ""} {
		for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
			t.Run(fmt.Sprint(name, status), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := with(emulated.Operation{Delay: 5 * time.Second, RetryAfter: 10 * time.Second})
					hung := false
					client := newClient(t, roundTripperFunc(func(req *http.Request) (*http.Response, error) {
						isPoll := req.Method == http.MethodGet && strings.Contains(req.URL.Path, "/operationResults/")
						if !hung && (suffix != "" && strings.HasSuffix(req.URL.Path, suffix) || suffix == "" && isPoll) {
							hung = true
							return &http.Response{StatusCode: status, Body: endlessBody{req.Context()}, Request: req}, nil
						}
						return w.transport.RoundTrip(req)
					}))
					started := time.Now()
					rows, err := client.BGPPeerStatus(t.Context(), gatewayID(t, gatewayOf.ID()), everyPeer)
					if err != nil || len(rows) != 2 || !hung {
						t.Errorf("got %v, %v; hung %t", rows, err, hung)
					}
					if took := time.Since(started); took > 45*time.Second {
						t.Errorf("took %s", took)
					}
				})
			})
		}
	}
}

// TestRetryAfterBeyondTheDeadline has a service that asks for a pause that is longer
// than one caller's time, and shorter than another's.
func TestRetryAfterBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]string{"token": emulated.ActionToken, "start": emulated.ActionBGPStatus, "poll": emulated.ActionPoll, "after the start": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				operation := emulated.Operation{Delay: 5 * time.Second, RetryAfter: 10 * time.Second}
				if action == "" {
					operation = emulated.Operation{Delay: 5 * time.Minute, RetryAfter: 10 * time.Minute}
				}
				w := with(operation)
				if action != "" {
					w.faults.Add(control.Fault{Action: action, Kind: control.KindThrottle, RetryAfter: 10 * time.Minute, Times: 1})
				}
				client := newClient(t, w.transport)
				id := gatewayID(t, gatewayOf.ID())
				var all sync.WaitGroup
				all.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
					defer cancel()
					started := time.Now()
					_, err := client.BGPPeerStatus(ctx, id, everyPeer)
					if took := time.Since(started); took > 11*time.Second {
						t.Errorf("ended after %s", took)
					}
					if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no time is left for another request while ") || !strings.HasSuffix(err.Error(), "; the next request was due in 10m0s") ||
						strings.Contains(err.Error(), "429") != (action != "") {
						t.Errorf("got %v", err)
					}
				})
				all.Go(func() {
					if rows, err := client.BGPPeerStatus(t.Context(), id, everyPeer); err != nil || len(rows) != 2 {
						t.Errorf("got %v, %v", rows, err)
					}
				})
				all.Wait()
				if diff := cmp.Diff(1, w.counts().Start-map[bool]int{true: 1}[action == emulated.ActionBGPStatus]); diff != "" {
					t.Errorf("starts (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestRetryAfterOfADay has a service that asks for a pause that no operation has time
// for: its refusal is not lost.
func TestRetryAfterOfADay(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]string{"token": emulated.ActionToken, "start": emulated.ActionBGPStatus, "poll": emulated.ActionPoll} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newEmulatedAzure(nil)
				w.faults.Add(control.Fault{Action: action, Kind: control.KindThrottle, RetryAfter: 25 * time.Hour, Times: 1})
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				_, err := newClient(t, w.transport).BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
				var failed *azure.Error
				if !errors.As(err, &failed) || !strings.Contains(err.Error(), "no time is left") || !strings.Contains(err.Error(), "HTTP 429") || failed.Advice() == "" {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}
