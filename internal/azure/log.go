package azure

import "github.com/Azure/azure-sdk-for-go/sdk/azcore/log"

// With AZURE_SDK_GO_LOGGING=all, Microsoft's libraries print what they do to stderr,
// including answers and signed URLs, and Terraform puts that into its log. So their
// logging is off. What is worth logging goes to [Config.Logger].
func init() { log.SetListener(nil) }
