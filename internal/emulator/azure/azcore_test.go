package azure_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// TestVendorSDK reads a gateway with Microsoft's own identity and Resource
// Manager libraries and their poller, in every style that they can follow.
func TestVendorSDK(t *testing.T) {
	t.Parallel()
	for _, style := range []azure.Style{azure.StyleLocation, azure.StyleAsync, azure.StyleBoth, azure.StyleImmediate} {
		t.Run(string(style), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				config := testConfig()
				config.Now = time.Now
				config.Style, config.OperationDelay, config.RetryAfter = style, 25*time.Second, 10*time.Second
				service := azure.New(config)
				value, err := sdkStatus(t.Context(), service, testGateway())
				if err != nil {
					t.Fatal(err)
				}
				var neighbors []any
				for _, row := range value {
					neighbors = append(neighbors, row["neighbor"])
				}
				if diff := cmp.Diff([]any{"10.0.0.254", "10.1.0.254"}, neighbors); diff != "" {
					t.Errorf("neighbors (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// sdkStatus runs getBgpPeerStatus as the SDK's generated clients do.
func sdkStatus(ctx context.Context, service *azure.Service, gateway azure.Gateway) ([]map[string]any, error) {
	transport := &http.Client{Transport: control.RoundTripper(service)}
	options := azcore.ClientOptions{
		Transport: transport,
		Cloud: cloud.Configuration{
			ActiveDirectoryAuthorityHost: "https://" + testHost + "/",
			Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
				cloud.ResourceManager: {Endpoint: "https://" + testHost, Audience: "https://" + testHost},
			},
		},
	}
	credential, err := azidentity.NewClientSecretCredential(testTenant, testClient, testSecret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions: options, DisableInstanceDiscovery: true,
	})
	if err != nil {
		return nil, err
	}
	client, err := arm.NewClient("emulator", "v0.0.0", credential, &arm.ClientOptions{ClientOptions: options, DisableRPRegistration: true})
	if err != nil {
		return nil, err
	}
	req, err := runtime.NewRequest(ctx, http.MethodPost, runtime.JoinPaths(client.Endpoint(), gateway.ID(), "getBgpPeerStatus"))
	if err != nil {
		return nil, err
	}
	req.Raw().URL.RawQuery = "api-version=" + azure.APIVersion
	resp, err := client.Pipeline().Do(req)
	if err != nil {
		return nil, err
	}
	if !runtime.HasStatusCode(resp, http.StatusOK, http.StatusAccepted) {
		return nil, runtime.NewResponseError(resp)
	}
	type result struct{ Value []map[string]any }
	poller, err := runtime.NewPoller[result](resp, client.Pipeline(), &runtime.NewPollerOptions[result]{
		FinalStateVia: runtime.FinalStateViaLocation,
	})
	if err != nil {
		return nil, err
	}
	got, err := poller.PollUntilDone(ctx, nil)
	return got.Value, err
}
