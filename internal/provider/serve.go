package provider

import (
	"cmp"
	"context"
	"io"
	"log"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
)

// registryAddress is the provider's on the public registry.
const registryAddress = "registry.terraform.io/terraform-provider-bgp/bgp"

// memoryLimit is from how much memory on, in bytes, garbage is collected more often.
const memoryLimit = 64 << 20

// Serve serves a provider to Terraform, until Terraform ends it; or, with debugger, to
// one that was started by hand, and says how to point Terraform at it.
//
// It does what providerserver.Serve does, at less cost where there are many objects,
// and without what libraries print: Terraform takes the output of a provider into its
// log, and the libraries would print headers with tokens (DEBUG, GODEBUG=http2debug)
// and what a profile's command printed. The plugin library needs the output until
// Terraform has connected, which it has when it configures the provider.
func Serve(p provider.Provider, debugger bool) error {
	var options []tf6server.ServeOpt
	if debugger {
		options = append(options, tf6server.WithManagedDebug())
	} else { // To a debugger, Terraform hands none of its environment on.
		limitLogs()
	}
	if os.Getenv("GOGC") == "" {
		// A request leaves half a megabyte of garbage, and nothing else. To collect it
		// whenever it is as much as what lives, some megabytes, as is the default,
		// takes a third of the provider's time.
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		// A table of thousands of routes leaves garbage by the hundred megabytes, as the
		// framework copies and compares it. From here on collecting it is worth the time.
		debug.SetMemoryLimit(memoryLimit)
	}
	clouds.BypassProxies()
	discardOutput := sync.OnceFunc(func() { os.Stdout = nil }) // a file that takes nothing
	log.SetOutput(io.Discard)
	return tf6server.Serve(registryAddress, func() tfprotov6.ProviderServer { return newLeanServer(p, discardOutput) }, options...)
}

// limitLogs keeps unwritten what Terraform would drop. It shows a provider's log from
// the level that TF_LOG_PROVIDER or TF_LOG names, by default none of it; but the
// plugin libraries write every line unless they are told a level by variables of their
// own, and Terraform reads every line. That takes half of the time of a large plan.
func limitLogs() {
	level := cmp.Or(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG"), "off")
	libraries := cmp.Or(os.Getenv("TF_LOG_SDK"), level)
	for name, level := range map[string]string{
		"TF_LOG_PROVIDER_BGP":  level,
		"TF_LOG_SDK":           libraries,
		"TF_LOG_SDK_FRAMEWORK": libraries, // These two would inherit it, but know too late
		"TF_LOG_SDK_PROTO":     libraries, // that there is nothing to write.
	} {
		if os.Getenv(name) == "" {
			_ = os.Setenv(name, level) // Only a name can be wrong.
		}
	}
	// It would write the provider block, secrets included, to files.
	_ = os.Unsetenv("TF_LOG_SDK_PROTO_DATA_DIR")
}

// leanServer is the framework's server, which keeps the context of every request until
// the provider stops, with all that the context has: 12 kB, several times for each
// object. So it gets contexts that let go of that when their request ends. Only those
// requests are here that are made for every object.
type leanServer struct {
	frameworkServer
	configuring func() // called before the provider is configured
}

// frameworkServer is all that Terraform asks of the framework's server.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
}

func newLeanServer(p provider.Provider, configuring func()) tfprotov6.ProviderServer {
	framework := providerserver.NewProtocol6(p)()
	if all, ok := framework.(frameworkServer); ok {
		return leanServer{all, configuring}
	}
	return framework // It lists nothing any more, which is for tests to notice.
}

// ConfigureProvider implements [tfprotov6.ProviderServer].
func (s leanServer) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.configuring()
	return s.frameworkServer.ConfigureProvider(ctx, req)
}

// ValidateResourceConfig implements [tfprotov6.ResourceServer].
func (s leanServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return serveRequest(ctx, req, s.frameworkServer.ValidateResourceConfig)
}

// UpgradeResourceState implements [tfprotov6.ResourceServer].
func (s leanServer) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return serveRequest(ctx, req, s.frameworkServer.UpgradeResourceState)
}

// UpgradeResourceIdentity implements [tfprotov6.ResourceServer].
func (s leanServer) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return serveRequest(ctx, req, s.frameworkServer.UpgradeResourceIdentity)
}

// ReadResource implements [tfprotov6.ResourceServer].
func (s leanServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return serveRequest(ctx, req, s.frameworkServer.ReadResource)
}

// PlanResourceChange implements [tfprotov6.ResourceServer].
func (s leanServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return serveRequest(ctx, req, s.frameworkServer.PlanResourceChange)
}

// ApplyResourceChange implements [tfprotov6.ResourceServer].
func (s leanServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return serveRequest(ctx, req, s.frameworkServer.ApplyResourceChange)
}

// ImportResourceState implements [tfprotov6.ResourceServer].
func (s leanServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return serveRequest(ctx, req, s.frameworkServer.ImportResourceState)
}

// ValidateDataResourceConfig implements [tfprotov6.DataSourceServer].
func (s leanServer) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return serveRequest(ctx, req, s.frameworkServer.ValidateDataResourceConfig)
}

// ReadDataSource implements [tfprotov6.DataSourceServer].
func (s leanServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return serveRequest(ctx, req, s.frameworkServer.ReadDataSource)
}

func serveRequest[Request, Response any](ctx context.Context, req Request, with func(context.Context, Request) (Response, error)) (Response, error) {
	ctx, end := withRequest(ctx)
	defer end()
	return with(ctx, req)
}

// requestContext is the context of a request. When the request has ended it has no
// values any more, and holds nothing.
type requestContext struct {
	done <-chan struct{}
	of   atomic.Pointer[context.Context] // nil after the end
}

func withRequest(of context.Context) (ctx context.Context, end func()) {
	c := &requestContext{done: of.Done()}
	c.of.Store(&of)
	return c, func() { c.of.Store(nil) }
}

// Deadline implements [context.Context].
func (c *requestContext) Deadline() (time.Time, bool) {
	if of := c.of.Load(); of != nil {
		return (*of).Deadline()
	}
	return time.Time{}, false
}

// Done implements [context.Context].
func (c *requestContext) Done() <-chan struct{} { return c.done }

// Err implements [context.Context].
func (c *requestContext) Err() error {
	if of := c.of.Load(); of != nil {
		return (*of).Err()
	}
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}

// Value implements [context.Context].
func (c *requestContext) Value(key any) any {
	if of := c.of.Load(); of != nil {
		return (*of).Value(key)
	}
	return nil
}
