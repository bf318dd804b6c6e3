package azure

import (
	"log/slog"
	"net/http"
	"slices"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// Config says how a [Client] reaches Resource Manager.
type Config struct {
	// Credential gets the access tokens; see [NewCredential].
	Credential azcore.TokenCredential
	// Cloud says where Resource Manager is and what its tokens are for; see
	// [NewCloud]. The zero value is the public cloud.
	Cloud cloud.Configuration
	// Transport sends the requests; nil is http.DefaultTransport.
	Transport http.RoundTripper
	// UserAgent is sent with every request, such as "terraform-provider-bgp/1.0.0".
	UserAgent string
	// Limits are how long to try; zero fields mean the defaults.
	Limits wire.Limits
	// Logger gets, at debug level, every operation and every wait before a retry; nil
	// logs nothing.
	Logger *slog.Logger
}

// Client reads from Azure Resource Manager. It is safe for concurrent use.
type Client struct {
	arm      *arm.Client
	identity string
	logger   *slog.Logger
	reads    flights
	turns    turns
}

// NewClient returns a client. It makes no request before its first read. An error is a
// [*ConfigError].
func NewClient(config Config) (*Client, error) {
	endpoint := cloud.AzurePublic.Services[cloud.ResourceManager].Endpoint
	if manager, ok := config.Cloud.Services[cloud.ResourceManager]; ok {
		endpoint = manager.Endpoint
	}
	ownHost, err := newOwnHostPolicy(endpoint)
	if err != nil {
		return nil, err
	}
	logger := loggerOrNone(config.Logger)
	identity, drop := "the configured identity", func(string) {}
	if ours, ok := config.Credential.(*credential); ok {
		identity, drop = ours.Identity(), ours.drop
	}
	options := pipelineOptions(config.Cloud, config.Transport, config.UserAgent,
		newAttemptPolicy(config.Limits, "azure.endpoint.resource_manager_endpoint"), retryPolicy{logger: logger, refused: drop})
	options.PerCallPolicies = append([]policy.Policy{ownHost}, options.PerCallPolicies...)
	options.PerRetryPolicies = slices.Concat([]policy.Policy{startPolicy{}}, options.PerRetryPolicies, []policy.Policy{answerPolicy{}})
	client, err := arm.NewClient("azure", "", config.Credential, &arm.ClientOptions{
		ClientOptions:         options,
		DisableRPRegistration: true, // registering a provider is a write
	})
	if err != nil {
		return nil, &ConfigError{Argument: "endpoint", Reason: err.Error()}
	}
	return &Client{arm: client, identity: identity, logger: logger}, nil
}

// pipelineOptions are what all pipelines of this package have in common. The client and
// the credentials use the same transport, and retry in the same way.
func pipelineOptions(c cloud.Configuration, transport http.RoundTripper, userAgent string, attempt attemptPolicy, retry retryPolicy) policy.ClientOptions {
	return policy.ClientOptions{
		Cloud:            c,
		Transport:        boundedTransporter{newHTTPClient(transport)},
		Retry:            policy.RetryOptions{MaxRetries: -1},     // retryPolicy does it
		Telemetry:        policy.TelemetryOptions{Disabled: true}, // userAgentPolicy says more
		PerCallPolicies:  []policy.Policy{userAgentPolicy(userAgent), retry},
		PerRetryPolicies: []policy.Policy{attempt},
	}
}

func loggerOrNone(logger *slog.Logger) *slog.Logger {
	if logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return logger
}
