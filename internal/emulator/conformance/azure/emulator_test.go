package azure_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/conformance/load"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

var testStart = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

// azureEmulator is the emulator with its seeded gateways, listening on loopback, whose
// tokens, operations and rows go by a clock moved by hand.
type azureEmulator struct {
	*emulator.Emulator
	clock *control.Clock
	http  *http.Client // trusts the emulator's certificate
}

func newAzureEmulator(t testing.TB, changes ...func(*emulator.Config)) azureEmulator {
	t.Helper()
	clock := control.NewClock(testStart)
	config := emulator.Config{Now: clock.Now}
	config.Azure.TokenLifetime = 365 * 24 * time.Hour // the libraries' clock is another one
	for _, change := range changes {
		change(&config)
	}
	e, err := emulator.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	ca, err := os.ReadFile(e.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		t.Fatalf("no certificate in %s", ca)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: load.Clients}
	t.Cleanup(transport.CloseIdleConnections)
	return azureEmulator{Emulator: e, clock: clock, http: &http.Client{Transport: transport}}
}

// operations makes the service's operations go a way.
func operations(operation azure.Operation) func(*emulator.Config) {
	return func(config *emulator.Config) {
		config.Azure.Style, config.Azure.Ending = operation.Style, operation.Ending
		config.Azure.OperationDelay, config.Azure.RetryAfter = operation.Delay, operation.RetryAfter
	}
}

// cloud is the emulator as the libraries are told of a cloud.
func (w azureEmulator) cloud() cloud.Configuration {
	return cloud.Configuration{
		ActiveDirectoryAuthorityHost: w.AzureURL() + "/",
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: w.AzureURL(), Audience: w.AzureURL()},
		},
	}
}

// options are the libraries' common options. Retries are off, so that every
// answer is seen.
func (w azureEmulator) options() azcore.ClientOptions {
	return azcore.ClientOptions{Cloud: w.cloud(), Transport: w.http, Retry: policy.RetryOptions{MaxRetries: -1}}
}

// secret is the credential of a client of the seeded tenant.
func (w azureEmulator) secret(t testing.TB, clientID, secret string) azcore.TokenCredential {
	t.Helper()
	credential, err := azidentity.NewClientSecretCredential(emulator.SeedTenant, clientID, secret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions: w.options(), DisableInstanceDiscovery: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return credential
}

// gateways is armnetwork's client with the seeded credential.
func (w azureEmulator) gateways(t testing.TB, changes ...change) *armnetwork.VirtualNetworkGatewaysClient {
	t.Helper()
	return w.gatewaysOf(t, emulator.SeedSubscription, w.secret(t, emulator.SeedClient, emulator.SeedClientSecret), w.options(), changes...)
}

// change changes a request on its way out, its token in it.
type change func(*http.Request)

// changed sends requests that are changed on their way out.
type changed struct {
	client *http.Client
	change []change
}

func (c changed) Do(r *http.Request) (*http.Response, error) {
	for _, change := range c.change {
		change(r)
	}
	return c.client.Do(r) //nolint:gosec // to the emulator, whatever the change
}

// gatewaysOf is armnetwork's client of a subscription.
func (w azureEmulator) gatewaysOf(t testing.TB, subscription string, credential azcore.TokenCredential, options azcore.ClientOptions, changes ...change) *armnetwork.VirtualNetworkGatewaysClient {
	t.Helper()
	options.Transport = changed{w.http, changes}
	client, err := armnetwork.NewVirtualNetworkGatewaysClient(subscription, credential, &arm.ClientOptions{ClientOptions: options})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// status asks a gateway of the seeded group for its sessions, all of them or
// those with one peer, and follows the operation to its end.
func status(ctx context.Context, client *armnetwork.VirtualNetworkGatewaysClient, gateway, peer string) ([]*armnetwork.BgpPeerStatus, error) {
	poller, err := begin(ctx, client, gateway, peer)
	if err != nil {
		return nil, err
	}
	result, err := poller.PollUntilDone(ctx, nil)
	return result.Value, err
}

// begin asks as status does, and leaves it to the caller to follow.
func begin(ctx context.Context, client *armnetwork.VirtualNetworkGatewaysClient, gateway, peer string) (*runtime.Poller[armnetwork.VirtualNetworkGatewaysClientGetBgpPeerStatusResponse], error) {
	var options armnetwork.VirtualNetworkGatewaysClientBeginGetBgpPeerStatusOptions
	if peer != "" {
		options.Peer = &peer
	}
	return client.BeginGetBgpPeerStatus(ctx, emulator.SeedResourceGroup, gateway, &options)
}

// poll polls once and returns status and header of the answer, whose body the
// poller has read.
func poll(ctx context.Context, poller *runtime.Poller[armnetwork.VirtualNetworkGatewaysClientGetBgpPeerStatusResponse]) (int, http.Header, error) {
	response, err := poller.Poll(ctx)
	if err != nil {
		return 0, nil, err
	}
	return response.StatusCode, response.Header, response.Body.Close()
}

// failure is an error as armnetwork reports it.
type failure struct {
	Status int
	Code   string
}

func failureOf(t *testing.T, err error) failure {
	t.Helper()
	if err == nil {
		return failure{}
	}
	failed, ok := errors.AsType[*azcore.ResponseError](err)
	if !ok {
		t.Fatalf("not an answer: %T %v", err, err)
	}
	return failure{failed.StatusCode, failed.ErrorCode}
}

// row is a row as armnetwork gives it.
func row(local, neighbor string, asn int64, state string, routes, sent, received int64, duration ...string) *armnetwork.BgpPeerStatus {
	r := &armnetwork.BgpPeerStatus{
		LocalAddress: &local, Neighbor: &neighbor, Asn: &asn, State: new(armnetwork.BgpPeerState(state)),
		RoutesReceived: &routes, MessagesSent: &sent, MessagesReceived: &received,
	}
	for _, d := range duration {
		r.ConnectedDuration = &d
	}
	return r
}
