package azure

import "github.com/Azure/azure-sdk-for-go/sdk/azcore/log"

// With AZURE_SDK_GO_LOGGING=all, Microsoft's libraries print what they do to stderr,
// which Terraform takes into its log: among it are answers, and URLs that are signed.
// What is worth knowing of it goes to [Config.Logger].
func init() { log.SetListener(nil) }
