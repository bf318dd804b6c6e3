package azure_test

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
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
				options := sdkOptions(service)
				credential, err := azidentity.NewClientSecretCredential(testTenant, testClient, testSecret, &azidentity.ClientSecretCredentialOptions{
					ClientOptions: options, DisableInstanceDiscovery: true,
				})
				if err != nil {
					t.Fatal(err)
				}
				value, err := sdkStatus(t.Context(), options, credential)
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

// TestVendorCredentials asks for tokens with every credential of Microsoft's
// identity library that the emulator's authority knows.
func TestVendorCredentials(t *testing.T) {
	t.Parallel()
	k := testKeys()
	config := testConfig()
	config.Style = azure.StyleImmediate
	options := sdkOptions(azure.New(config))
	federated := func(subject string) func(context.Context) (string, error) {
		return func(context.Context) (string, error) {
			return jwtParts{
				key:    k.issuer,
				header: map[string]any{"alg": "RS256", "kid": "key-1"},
				claims: map[string]any{
					"iss": testIssuer, "sub": subject, "aud": azure.TokenExchangeAudience, "exp": time.Now().Add(time.Minute).Unix(),
				},
			}.sign(t), nil
		}
	}
	for name, test := range map[string]struct {
		make func() (azcore.TokenCredential, error)
		want string // in the error
	}{
		"certificate": {func() (azcore.TokenCredential, error) {
			return azidentity.NewClientCertificateCredential(testTenant, testClient, []*x509.Certificate{k.lasting}, k.client,
				&azidentity.ClientCertificateCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
		}, ""},
		"certificate with another key": {func() (azcore.TokenCredential, error) {
			return azidentity.NewClientCertificateCredential(testTenant, testClient, []*x509.Certificate{strangerCertificate(t)}, k.stranger,
				&azidentity.ClientCertificateCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
		}, "AADSTS700027"},
		"federated": {func() (azcore.TokenCredential, error) {
			return azidentity.NewClientAssertionCredential(testTenant, testClient, federated(testSubject),
				&azidentity.ClientAssertionCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
		}, ""},
		"federated, another subject": {func() (azcore.TokenCredential, error) {
			return azidentity.NewClientAssertionCredential(testTenant, testClient, federated("repo:example/other"),
				&azidentity.ClientAssertionCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
		}, "AADSTS700213"},
		"secret of another tenant": {func() (azcore.TokenCredential, error) {
			return azidentity.NewClientSecretCredential("99999999-9999-4999-8999-999999999999", testClient, testSecret,
				&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
		}, "AADSTS90002"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			credential, err := test.make()
			if err != nil {
				t.Fatal(err)
			}
			value, err := sdkStatus(t.Context(), options, credential)
			switch {
			case test.want == "" && (err != nil || len(value) != 2):
				t.Errorf("%v, %v", value, err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error: %v", err)
			}
		})
	}
}

// strangerCertificate is a certificate that no client has registered.
func strangerCertificate(t *testing.T) *x509.Certificate {
	t.Helper()
	k := testKeys()
	template := &x509.Certificate{SerialNumber: big.NewInt(9), NotBefore: testStart, NotAfter: testStart.AddDate(100, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.stranger.Public(), k.stranger)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// sdkOptions point the SDK at a service, in memory.
func sdkOptions(service *azure.Service) azcore.ClientOptions {
	return azcore.ClientOptions{
		Transport: &http.Client{Transport: control.RoundTripper(service)},
		Retry:     policy.RetryOptions{MaxRetries: -1},
		Cloud: cloud.Configuration{
			ActiveDirectoryAuthorityHost: "https://" + testHost + "/",
			Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
				cloud.ResourceManager: {Endpoint: "https://" + testHost, Audience: "https://" + testHost},
			},
		},
	}
}

// sdkStatus runs getBgpPeerStatus as the SDK's generated clients do.
func sdkStatus(ctx context.Context, options azcore.ClientOptions, credential azcore.TokenCredential) ([]map[string]any, error) {
	client, err := arm.NewClient("emulator", "v0.0.0", credential, &arm.ClientOptions{ClientOptions: options, DisableRPRegistration: true})
	if err != nil {
		return nil, err
	}
	req, err := runtime.NewRequest(ctx, http.MethodPost, runtime.JoinPaths(client.Endpoint(), testGateway().ID(), "getBgpPeerStatus"))
	if err != nil {
		return nil, err
	}
	req.Raw().URL.RawQuery = "api-version=" + azure.APIVersion
	resp, err := client.Pipeline().Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
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
