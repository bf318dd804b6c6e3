package main

import (
	"os"
	"testing"
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
