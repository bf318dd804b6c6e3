package main

import (
	"os"
	"testing"
)

func TestLimitLogs(t *testing.T) {
	tests := map[string]struct {
		environment           map[string]string
		wantSDK, wantProvider string
	}{
		"Terraform shows nothing":              {nil, "off", "off"},
		"Terraform shows all logs":             {map[string]string{"TF_LOG": "trace"}, "trace", "trace"},
		"Terraform shows errors":               {map[string]string{"TF_LOG": "ERROR"}, "ERROR", "ERROR"},
		"Terraform shows all logs as JSON":     {map[string]string{"TF_LOG": "json"}, "json", "json"},
		"Terraform shows those of providers":   {map[string]string{"TF_LOG_PROVIDER": "debug"}, "debug", "debug"},
		"Terraform leaves those of providers":  {map[string]string{"TF_LOG": "trace", "TF_LOG_PROVIDER": "off"}, "off", "off"},
		"Terraform shows its own":              {map[string]string{"TF_LOG_CORE": "trace"}, "off", "off"},
		"the user limits the plugin libraries": {map[string]string{"TF_LOG": "trace", "TF_LOG_SDK": "warn"}, "warn", "trace"},
		"the user limits the provider":         {map[string]string{"TF_LOG": "trace", "TF_LOG_PROVIDER_BGP": "warn"}, "trace", "warn"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_BGP", "TF_LOG_SDK"} {
				t.Setenv(variable, test.environment[variable])
			}
			limitLogs()
			if got := os.Getenv("TF_LOG_SDK"); got != test.wantSDK {
				t.Errorf("TF_LOG_SDK is %q, want %q", got, test.wantSDK)
			}
			if got := os.Getenv("TF_LOG_PROVIDER_BGP"); got != test.wantProvider {
				t.Errorf("TF_LOG_PROVIDER_BGP is %q, want %q", got, test.wantProvider)
			}
		})
	}
}
