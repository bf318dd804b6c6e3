package azure_test

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"testing"
	"testing/synctest"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

const (
	host         = "management.azure.test"
	tenant       = "11111111-1111-4111-8111-111111111111"
	subscription = "22222222-2222-4222-8222-222222222222"
	clientID     = "33333333-3333-4333-8333-333333333333"
	secret       = "s3cr3t~value"
	identity     = "the client secret of client " + clientID
)

// gatewayOf is the gateway that tests read: its own row, its sibling's, and
// two neighbors.
var gatewayOf = emulated.Gateway{
	SubscriptionID: subscription, ResourceGroup: "rg-network", Name: "vgw-hub",
	Prefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")},
	Rows: []emulated.Row{
		{LocalAddress: "10.0.0.254", Neighbor: "10.0.0.254", ASN: 65515, Life: emulated.Steady(emulated.StateUnknown)},
		{LocalAddress: "10.0.0.254", Neighbor: "10.1.0.254", ASN: 4200000001, Routes: 2, Life: emulated.Steady(emulated.StateConnected)},
	},
}

// routeServerOf is the Route Server that tests read: its second instance has learned a
// route that the first one has not.
var routeServerOf = emulated.RouteServer{
	SubscriptionID: subscription, ResourceGroup: "rg-network", Name: "rs-hub",
	Prefixes: []netip.Prefix{netip.MustParsePrefix("10.6.0.0/16")},
	Peerings: []emulated.Peering{{Name: "nva", Rows: []emulated.Row{
		{LocalAddress: "10.6.0.4", Neighbor: "10.6.1.4", ASN: 65514, Routes: 1, Life: emulated.Steady(emulated.StateConnected)},
		{LocalAddress: "10.6.0.5", Neighbor: "10.6.1.4", ASN: 65514, Routes: 2, Life: emulated.Steady(emulated.StateConnected)},
	}}},
}

// reads are all operations, with the number of rows that they find in an emulated Azure.
var reads = []struct {
	action string
	rows   int
	read   func(context.Context, testing.TB, *azure.Client) (rows int, err error)
}{
	{emulated.ActionBGPStatus, 2, func(ctx context.Context, t testing.TB, c *azure.Client) (int, error) {
		rows, err := c.BGPPeerStatus(ctx, gatewayID(t, gatewayOf.ID()), everyPeer)
		return len(rows), err
	}},
	{emulated.ActionGatewayLearnedRoutes, 3, func(ctx context.Context, t testing.TB, c *azure.Client) (int, error) {
		rows, err := c.LearnedRoutes(ctx, gatewayID(t, gatewayOf.ID()))
		return len(rows), err
	}},
	{emulated.ActionGatewayAdvertisedRoutes, 1, func(ctx context.Context, t testing.TB, c *azure.Client) (int, error) {
		rows, err := c.AdvertisedRoutes(ctx, gatewayID(t, gatewayOf.ID()), onePeer)
		return len(rows), err
	}},
	{emulated.ActionPeeringLearnedRoutes, 3, func(ctx context.Context, t testing.TB, c *azure.Client) (int, error) {
		rows, err := c.ConnectionLearnedRoutes(ctx, connection(t))
		return len(rows), err
	}},
	{emulated.ActionPeeringAdvertisedRoutes, 2, func(ctx context.Context, t testing.TB, c *azure.Client) (int, error) {
		rows, err := c.ConnectionAdvertisedRoutes(ctx, connection(t))
		return len(rows), err
	}},
}

// emulatedAzure is the emulator with its records, and what reaches it.
type emulatedAzure struct {
	*emulated.Service
	journal   *control.Journal
	faults    *control.Faults
	transport http.RoundTripper
}

// newEmulatedAzure makes an emulated Azure; change may alter the configuration first.
func newEmulatedAzure(change func(*emulated.Config)) *emulatedAzure {
	w := &emulatedAzure{journal: control.NewJournal(0), faults: &control.Faults{}}
	config := emulated.Config{
		Journal: w.journal, Faults: w.faults,
		Subscriptions: []emulated.Subscription{{ID: subscription, TenantID: tenant}},
		Clients: []emulated.Client{{
			TenantID: tenant, ID: clientID, ObjectID: "44444444-4444-4444-8444-444444444444",
			Secrets: []emulated.Secret{{Value: secret}},
		}},
		Gateways:     []emulated.Gateway{gatewayOf},
		RouteServers: []emulated.RouteServer{routeServerOf},
	}
	if change != nil {
		change(&config)
	}
	w.Service = emulated.New(config)
	w.transport = control.RoundTripper(w.Service)
	return w
}

// with returns an emulated Azure whose operations go this way.
func with(operation emulated.Operation) *emulatedAzure {
	return newEmulatedAzure(func(c *emulated.Config) {
		c.Style, c.Ending, c.OperationDelay, c.RetryAfter = operation.Style, operation.Ending, operation.Delay, operation.RetryAfter
		if operation.Error != nil {
			c.Gateways[0].Operation = &operation
		}
	})
}

func testCloud(t testing.TB) cloud.Configuration {
	t.Helper()
	return cloudWith(t, "https://"+host)
}

func cloudWith(t testing.TB, audience string) cloud.Configuration {
	t.Helper()
	c, err := azure.NewCloud(azure.CloudConfig{
		ResourceManagerEndpoint: "https://" + host, ResourceManagerAudience: audience, ActiveDirectoryAuthorityHost: "https://" + host,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newClient returns a client that authenticates with the secret.
func newClient(t *testing.T, transport http.RoundTripper) *azure.Client {
	t.Helper()
	return newClientWith(t, azure.CredentialConfig{TenantID: tenant, ClientID: clientID, ClientSecret: secret}, transport)
}

func newClientWith(t *testing.T, config azure.CredentialConfig, transport http.RoundTripper) *azure.Client {
	t.Helper()
	config.Transport, config.DisableInstanceDiscovery, config.UserAgent = transport, true, "test/1"
	if config.Cloud.Services == nil {
		config.Cloud = testCloud(t)
	}
	credential, err := azure.NewCredential(config)
	if err != nil {
		t.Fatal(err)
	}
	client, err := azure.NewClient(azure.Config{Credential: credential, Cloud: config.Cloud, Transport: transport, UserAgent: "test/1"})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func gatewayID(t testing.TB, text string) *arm.ResourceID {
	t.Helper()
	id, err := azure.ParseGatewayID(text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

var (
	everyPeer netip.Addr
	onePeer   = addr("10.1.0.254")
)

func addr(text string) netip.Addr { return netip.MustParseAddr(text) }

// counts are the requests that Resource Manager got.
type counts struct{ Start, Poll int }

func (w *emulatedAzure) counts() counts {
	synctest.Wait() // for the records of requests that their callers have given up
	c := counts{Poll: w.journal.Count(emulated.ActionPoll)}
	for _, r := range reads {
		c.Start += w.journal.Count(r.action)
	}
	return c
}

// roundTripperFunc is a transport made of a function.
type roundTripperFunc func(*http.Request) (*http.Response, error)

func (f roundTripperFunc) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := f(req)
	if trace := httptrace.ContextClientTrace(req.Context()); err == nil && trace != nil {
		trace.WroteHeaders()
	}
	return resp, err
}
