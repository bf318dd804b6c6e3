package azure_test

import (
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/aliyun/credentials-go/credentials"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
)

// What exec and serve set is enough for the vendors' libraries to find their
// credentials, and for Azure's to find the authority.
func TestVendorEnvironment(t *testing.T) {
	e := newAzureEmulator(t)
	for name, value := range e.VendorEnv() {
		t.Setenv(name, value)
	}

	// Neither a cloud nor an authority in the options: the environment has it.
	credential, err := azidentity.NewEnvironmentCredential(&azidentity.EnvironmentCredentialOptions{
		ClientOptions: azcore.ClientOptions{Transport: e.http}, DisableInstanceDiscovery: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := status(t.Context(), e.gatewaysOf(t, emulator.SeedSubscription, credential, e.options()), emulator.SeedGateway, "")
	if err != nil || len(rows) != 2 {
		t.Errorf("%d rows: %v", len(rows), err)
	}

	chain, err := credentials.NewCredential(nil)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := chain.GetCredential()
	if err != nil {
		t.Fatal(err)
	}
	if *keys.AccessKeyId != emulator.SeedAccessKeyID || *keys.AccessKeySecret != emulator.SeedAccessKeySecret {
		t.Errorf("the key %q", *keys.AccessKeyId)
	}
}
