package provider

import (
	"context"
	"errors"
	"os"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func TestLimitLogs(t *testing.T) {
	const (
		own       = "TF_LOG_PROVIDER_BGP"
		libraries = "TF_LOG_SDK"
		framework = "TF_LOG_SDK_FRAMEWORK"
		protocol  = "TF_LOG_SDK_PROTO"
	)
	// The levels of the provider's own log, and of the libraries'.
	levels := func(own, libraries, framework, protocol string) [4]string {
		return [4]string{own, libraries, framework, protocol}
	}
	tests := map[string]struct {
		environment map[string]string
		want        [4]string
	}{
		"Terraform shows nothing":             {nil, levels("off", "off", "off", "off")},
		"Terraform shows all logs":            {map[string]string{"TF_LOG": "trace"}, levels("trace", "trace", "trace", "trace")},
		"Terraform shows errors":              {map[string]string{"TF_LOG": "ERROR"}, levels("ERROR", "ERROR", "ERROR", "ERROR")},
		"Terraform shows all logs as JSON":    {map[string]string{"TF_LOG": "json"}, levels("json", "json", "json", "json")},
		"Terraform shows those of providers":  {map[string]string{"TF_LOG_PROVIDER": "debug"}, levels("debug", "debug", "debug", "debug")},
		"Terraform leaves those of providers": {map[string]string{"TF_LOG": "trace", "TF_LOG_PROVIDER": "off"}, levels("off", "off", "off", "off")},
		"Terraform shows its own":             {map[string]string{"TF_LOG_CORE": "trace"}, levels("off", "off", "off", "off")},
		"the user limits the provider":        {map[string]string{"TF_LOG": "trace", own: "warn"}, levels("warn", "trace", "trace", "trace")},
		"the user limits the libraries":       {map[string]string{"TF_LOG": "trace", libraries: "warn"}, levels("trace", "warn", "warn", "warn")},
		"the user limits one of them":         {map[string]string{"TF_LOG": "trace", protocol: "warn"}, levels("trace", "trace", "trace", "warn")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", own, libraries, framework, protocol} {
				t.Setenv(variable, test.environment[variable])
			}
			limitLogs()
			if got := levels(os.Getenv(own), os.Getenv(libraries), os.Getenv(framework), os.Getenv(protocol)); got != test.want {
				t.Errorf("the levels are %q, want %q", got, test.want)
			}
		})
	}
}

// What the context of a request has is let go when the request has ended, though the
// framework keeps the context.
func TestRequestsAreForgotten(t *testing.T) {
	type key struct{}
	server := newLeanServer(New("test")(), func() {})
	requests := map[string]func(context.Context) error{
		"ValidateResourceConfig": func(ctx context.Context) error {
			_, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: "bgp_peer"})
			return err
		},
		"UpgradeResourceState": func(ctx context.Context) error {
			_, err := server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: "bgp_peer"})
			return err
		},
		"UpgradeResourceIdentity": func(ctx context.Context) error {
			_, err := server.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{TypeName: "bgp_peer"})
			return err
		},
		"ReadResource": func(ctx context.Context) error {
			_, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: "bgp_peer"})
			return err
		},
		"PlanResourceChange": func(ctx context.Context) error {
			_, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: "bgp_peer"})
			return err
		},
		"ApplyResourceChange": func(ctx context.Context) error {
			_, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: "bgp_peer"})
			return err
		},
		"ImportResourceState": func(ctx context.Context) error {
			_, err := server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: "bgp_peer"})
			return err
		},
		"ValidateDataResourceConfig": func(ctx context.Context) error {
			_, err := server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "bgp_peers"})
			return err
		},
		"ReadDataSource": func(ctx context.Context) error {
			_, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "bgp_peers"})
			return err
		},
	}
	for name, request := range requests {
		t.Run(name, func(t *testing.T) {
			held := func() weak.Pointer[[64]byte] {
				value := new([64]byte)
				// As it is in a plugin: what the library knows of the request, in a
				// context that ends with it.
				ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, value))
				defer cancel()
				if err := request(ctx); err != nil {
					t.Fatal(err)
				}
				return weak.Make(value)
			}()
			runtime.GC()
			if held.Value() != nil {
				t.Error("the value of the request's context is still held")
			}
		})
	}
	runtime.KeepAlive(server)
}

func TestServerLists(t *testing.T) {
	if _, ok := newLeanServer(New("test")(), func() {}).(tfprotov6.ListResourceServer); !ok {
		t.Error("the server has no list resources")
	}
}

func TestRequestContext(t *testing.T) {
	type key struct{}
	for name, finish := range map[string]func(end, cancel func()){
		"the request is cancelled":                func(_, cancel func()) { cancel() },
		"the request ends and is cancelled after": func(end, cancel func()) { end(); cancel() },
		"the request is cancelled and ends after": func(end, cancel func()) { cancel(); end() },
	} {
		t.Run(name, func(t *testing.T) {
			of, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
			own, end := withRequest(of)
			before, stop := context.WithCancel(own)
			defer stop()
			if own.Value(key{}) != "value" || before.Value(key{}) != "value" || own.Err() != nil || before.Err() != nil {
				t.Errorf("during the request: %v, %v, %v, %v", own.Value(key{}), before.Value(key{}), own.Err(), before.Err())
			}
			finish(end, cancel)
			after, stop := context.WithCancel(own)
			defer stop()
			for _, ctx := range []context.Context{own, before, after} {
				<-ctx.Done()
				if !errors.Is(ctx.Err(), context.Canceled) {
					t.Errorf("after the request: %v", ctx.Err())
				}
			}
		})
	}
}

func TestRequestContextBetweenEndAndCancellation(t *testing.T) {
	type key struct{}
	of, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	defer cancel()
	own, end := withRequest(of)
	end()
	if own.Value(key{}) != nil || own.Err() != nil {
		t.Errorf("it has the value %v and the error %v", own.Value(key{}), own.Err())
	}
	if deadline, ok := own.Deadline(); ok {
		t.Errorf("it has the deadline %s", deadline)
	}
}
