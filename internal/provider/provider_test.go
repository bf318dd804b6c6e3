package provider

import (
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/clouds"
)

func TestReadValues(t *testing.T) {
	tests := map[string]struct {
		block object
		want  clouds.Values
	}{
		"empty": {block: object{}, want: clouds.Values{}},
		"each kind": {
			block: object{
				"ca_certificate_file": "/ca.pem",
				"alibaba_cloud": object{
					"region":      "cn-shanghai",
					"access_key":  "",
					"secret_key":  unknown{},
					"assume_role": object{"session_expiration": 3600},
				},
				"azure": object{"use_cli": false, "use_oidc": true, "use_msi": unknown{}, "endpoint": unknown{}},
			},
			want: clouds.Values{
				clouds.CACertificateFile:           {Text: "/ca.pem"},
				clouds.AlibabaCloud:                {},
				clouds.AlibabaCloudRegion:          {Text: "cn-shanghai"},
				clouds.AlibabaCloudAccessKey:       {},
				clouds.AlibabaCloudSecretKey:       {Unknown: true},
				clouds.AssumeRole:                  {},
				clouds.AssumeRoleSessionExpiration: {Text: "3600"},
				clouds.Azure:                       {},
				clouds.AzureUseCLI:                 {Text: "false"},
				clouds.AzureUseOIDC:                {Text: "true"},
				clouds.AzureUseMSI:                 {Unknown: true},
				clouds.AzureEndpoint:               {Unknown: true},
			},
		},
		"a list of objects": {
			block: object{"alibaba_cloud": object{"assume_role": items{object{"role_arn": "acs:ram::1:role/first"}, object{}, unknown{}}}},
			want: clouds.Values{
				clouds.AlibabaCloud:                     {},
				clouds.AssumeRole:                       {List: true, Items: 3},
				clouds.AssumeRole.Item(0):               {},
				clouds.AssumeRole.Item(0) + ".role_arn": {Text: "acs:ram::1:role/first"},
				clouds.AssumeRole.Item(1):               {},
				clouds.AssumeRole.Item(2):               {Unknown: true},
			},
		},
		"an object without arguments": {
			block: object{"alibaba_cloud": object{"assume_role_with_oidc": object{}}},
			want:  clouds.Values{clouds.AlibabaCloud: {}, clouds.AssumeRoleWithOIDC: {}},
		},
		"an unknown object": {
			block: object{"alibaba_cloud": unknown{}},
			want:  clouds.Values{clouds.AlibabaCloud: {Unknown: true}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := readValues(newBlock(t, test.block))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	tests := map[string]struct {
		block       object
		environment map[string]string
		at          string // "" when nothing is wrong
		says        string
	}{
		"nothing":                          {block: object{}},
		"everything unknown":               {block: object{"ca_certificate_file": unknown{}, "alibaba_cloud": unknown{}, "azure": unknown{}}},
		"an empty endpoint":                {block: object{"alibaba_cloud": object{"endpoint": ""}}},
		"an endpoint":                      {block: object{"alibaba_cloud": object{"endpoint": "https://vpc.cn-shanghai.aliyuncs.com"}}},
		"an unknown endpoint":              {block: object{"alibaba_cloud": object{"endpoint": unknown{}}}},
		"a loopback endpoint":              {block: object{"alibaba_cloud": object{"endpoint": "http://127.0.0.1:8080"}}},
		"a bare host":                      {block: object{"alibaba_cloud": object{"endpoint": "vpc.cn-shanghai.aliyuncs.com"}}, at: "alibaba_cloud.endpoint", says: `"vpc.cn-shanghai.aliyuncs.com" has no scheme. Write https://vpc.cn-shanghai.aliyuncs.com`},
		"a bare host and port":             {block: object{"alibaba_cloud": object{"endpoint": "127.0.0.1:1"}}, at: "alibaba_cloud.endpoint", says: `"127.0.0.1:1" has no scheme. Write https://127.0.0.1:1`},
		"a bare host with a password":      {block: object{"alibaba_cloud": object{"endpoint": "user:hunter2@example.com"}}, at: "alibaba_cloud.endpoint", says: "must be a URL with a host"},
		"a bare host of Azure":             {block: object{"azure": object{"endpoint": object{"resource_manager_endpoint": "no.such.host.invalid"}}}, at: "azure.endpoint.resource_manager_endpoint", says: `"no.such.host.invalid" has no scheme. Write https://no.such.host.invalid`},
		"plain http":                       {block: object{"alibaba_cloud": object{"endpoint": "http://vpc.cn-shanghai.aliyuncs.com"}}, at: "alibaba_cloud.endpoint", says: "loopback"},
		"a password in a URL":              {block: object{"alibaba_cloud": object{"endpoint": "https://hunter2@vpc.example.com"}}, at: "alibaba_cloud.endpoint", says: "must be a URL"},
		"a session too short":              {block: object{"alibaba_cloud": object{"assume_role": object{"session_expiration": 60}}}, at: "alibaba_cloud.assume_role.session_expiration", says: "from 900 to 43200"},
		"a session":                        {block: object{"alibaba_cloud": object{"assume_role": object{"session_expiration": 900}}}},
		"a session of a fraction":          {block: object{"alibaba_cloud": object{"assume_role_with_oidc": object{"session_expiration": 900.5}}}, at: "alibaba_cloud.assume_role_with_oidc.session_expiration", says: "must be a whole number"},
		"a session too long for an int":    {block: object{"alibaba_cloud": object{"assume_role_with_oidc": object{"session_expiration": 1e300}}}, at: "alibaba_cloud.assume_role_with_oidc.session_expiration", says: "from 900 to 43200"},
		"a session with OIDC":              {block: object{"alibaba_cloud": object{"assume_role_with_oidc": object{"session_expiration": 900}}}},
		"an unknown session with OIDC":     {block: object{"alibaba_cloud": object{"assume_role_with_oidc": object{"session_expiration": unknown{}}}}},
		"an unknown session":               {block: object{"alibaba_cloud": object{"assume_role": object{"session_expiration": unknown{}}}}},
		"a key":                            {block: object{"alibaba_cloud": object{"access_key": "id", "secret_key": "hunter2"}}},
		"a secret alone":                   {block: object{"alibaba_cloud": object{"secret_key": "hunter2"}}, at: "alibaba_cloud.access_key", says: "alibaba_cloud.secret_key is"},
		"a key alone":                      {block: object{"alibaba_cloud": object{"access_key": "id"}}, at: "alibaba_cloud.secret_key", says: "alibaba_cloud.access_key is"},
		"a role":                           {block: object{"alibaba_cloud": object{"assume_role": object{"role_arn": "acs:ram::1:role/arn", "session_expiration": "900"}}}},
		"a role that is no ARN":            {block: object{"alibaba_cloud": object{"assume_role": object{"role_arn": "bad"}}}, at: "alibaba_cloud.assume_role.role_arn", says: "must be an ARN such as acs:ram::"},
		"a second role that is none":       {block: object{"alibaba_cloud": object{"assume_role": items{object{"role_arn": "acs:ram::1:role/a"}, object{"role_arn": "acs:ram::1:user/b"}}}}, at: "alibaba_cloud.assume_role[1].role_arn", says: "must be an ARN such as acs:ram::"},
		"a second role that is empty":      {block: object{"alibaba_cloud": object{"assume_role": items{object{"role_arn": "acs:ram::1:role/a"}, object{"role_arn": ""}}}}, at: "alibaba_cloud.assume_role[1].role_arn", says: "is not set"},
		"a second role without an ARN":     {block: object{"alibaba_cloud": object{"assume_role": items{object{"role_arn": "acs:ram::1:role/a"}, object{"session_name": "b"}}}}, at: "alibaba_cloud.assume_role[1].role_arn", says: "is not set"},
		"an OIDC provider that is no ARN":  {block: object{"alibaba_cloud": object{"assume_role_with_oidc": object{"oidc_provider_arn": "bad"}}}, at: "alibaba_cloud.assume_role_with_oidc.oidc_provider_arn", says: "must be an ARN such as acs:ram::123456789012:oidc-provider/"},
		"a role, all of it from variables": {block: object{"alibaba_cloud": object{"assume_role": object{}}}},
		"roles":                            {block: object{"alibaba_cloud": object{"assume_role": items{object{"role_arn": "acs:ram::1:role/a"}, object{"role_arn": unknown{}}, unknown{}}}}},
		"no roles":                         {block: object{"alibaba_cloud": object{"assume_role": items{}}}},
		"unknown roles":                    {block: object{"alibaba_cloud": object{"assume_role": unknown{}}}},
		"a role that is a text":            {block: object{"alibaba_cloud": object{"assume_role": "arn"}}, at: "alibaba_cloud.assume_role", says: "must be an object or a list of objects"},
		"an argument that a role does not have": {
			block: object{"alibaba_cloud": object{"assume_role": object{"arn": "arn"}}}, at: "alibaba_cloud.assume_role",
			says: `has no argument "arn": its arguments are external_id, policy, role_arn, session_expiration, session_name`,
		},
		"a list in a role":    {block: object{"alibaba_cloud": object{"assume_role": object{"role_arn": items{"arn"}}}}, at: "alibaba_cloud.assume_role.role_arn", says: "must be a text or a number"},
		"an object in a role": {block: object{"alibaba_cloud": object{"assume_role": object{"role_arn": object{"a": "b"}}}}, at: "alibaba_cloud.assume_role", says: `has no argument "role_arn.a"`},
		"a null role":         {block: object{"alibaba_cloud": object{"assume_role": items{object{"role_arn": "acs:ram::1:role/a"}, nil}}}, at: "alibaba_cloud.assume_role[1]", says: "must be an object"},
		"a wrong second role": {
			block: object{"alibaba_cloud": object{"assume_role": items{object{"role_arn": "acs:ram::1:role/a"}, object{"role_arn": "acs:ram::1:role/b", "session_expiration": 60}}}},
			at:    "alibaba_cloud.assume_role[1].session_expiration", says: "from 900 to 43200",
		},
		"a key, secret unknown": {block: object{"alibaba_cloud": object{"access_key": "id", "secret_key": unknown{}}}},
		"half a key here, half in the environment": {
			block:       object{"alibaba_cloud": object{"secret_key": "hunter2"}},
			environment: map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": "id"},
			at:          "alibaba_cloud.access_key", says: "in one place",
		},
		"half a key in the environment of a configuration that says nothing of Alibaba Cloud": {
			block:       object{"azure": object{"client_id": "client"}},
			environment: map[string]string{"ALICLOUD_ACCESS_KEY": "id"},
		},
		"two OIDC tokens": {
			block: object{"alibaba_cloud": object{"assume_role_with_oidc": object{"oidc_token": "hunter2", "oidc_token_file": "/token"}}},
			at:    "alibaba_cloud.assume_role_with_oidc.oidc_token_file", says: "together",
		},
		"an environment":         {block: object{"azure": object{"environment": "USGovernment"}}},
		"an environment of none": {block: object{"azure": object{"environment": "mars"}}, at: "azure.environment", says: "usgovernment"},
		"a plain http authority": {
			block: object{"azure": object{"endpoint": object{"active_directory_authority_host": "http://127.0.0.1:8443"}}},
			at:    "azure.endpoint.active_directory_authority_host", says: "https",
		},
		"a wrong variable is no matter before first use": {
			block:       object{},
			environment: map[string]string{"ARM_ENVIRONMENT": "mars", "ALIBABA_CLOUD_ENDPOINT_VPC": "http://vpc.example.com"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			diagnostics := validate(t, test.block, environment(test.environment))
			if test.at == "" {
				for _, diagnostic := range diagnostics {
					t.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
				}
				return
			}
			if len(diagnostics) != 1 {
				t.Fatalf("got %d diagnostics, want one: %+v", len(diagnostics), diagnostics)
			}
			diagnostic := diagnostics[0]
			if diagnostic.Severity != tfprotov6.DiagnosticSeverityError {
				t.Errorf("is no error: %s", diagnostic.Severity)
			}
			if got, want := diagnostic.Attribute.String(), attributeName(test.at); got != want {
				t.Errorf("stands on %s, want %s", got, want)
			}
			for _, want := range []string{test.at, test.says} {
				if !strings.Contains(diagnostic.Detail, want) {
					t.Errorf("does not say %q: %s", want, diagnostic.Detail)
				}
			}
			if strings.Contains(diagnostic.Summary+diagnostic.Detail, "hunter2") {
				t.Errorf("holds a secret: %s", diagnostic.Detail)
			}
		})
	}
}

// attributeName is a path as tftypes writes it.
func attributeName(argument string) string {
	name := `AttributeName("` + strings.ReplaceAll(argument, ".", `").AttributeName("`) + `")`
	return regexp.MustCompile(`\[(\d+)\]"\)`).ReplaceAllString(name, `").ElementKeyInt($1)`)
}

func TestConfigure(t *testing.T) {
	c := configure(t, New("1.2.3", environment(nil))(), object{
		"alibaba_cloud": object{"region": "cn-shanghai", "access_key": "id", "secret_key": "secret"},
		"azure":         object{"subscription_id": unknown{}},
	})
	if region, known, err := c.DefaultRegion(); region != "cn-shanghai" || !known || err != nil {
		t.Errorf("the region is %q, known %t, error %v", region, known, err)
	}
	if _, err := c.AlibabaCloud(); err != nil {
		t.Error(err)
	}
	if id, err := c.KnownSubscriptionID(); id != "" || !errors.Is(err, clouds.ErrUnknown) {
		t.Errorf("the subscription is %q, error %v", id, err)
	}
}

func TestConfigureLooksAtNothing(t *testing.T) {
	c := configure(t, New("1.2.3", environment(map[string]string{"ARM_ENVIRONMENT": "mars"}))(), object{
		"ca_certificate_file": "/does/not/exist.pem",
		"alibaba_cloud":       unknown{},
	})
	if _, err := c.AlibabaCloud(); !errors.Is(err, clouds.ErrUnknown) {
		t.Errorf("Alibaba Cloud gave error %v, want ErrUnknown", err)
	}
	if _, err := c.Azure(); err == nil || !strings.Contains(err.Error(), "ARM_ENVIRONMENT") {
		t.Errorf("Azure gave error %v, want one of ARM_ENVIRONMENT", err)
	}
}

// Every request of both clouds, those for tokens included, goes through one
// transport and says who asks.
func TestUserAgentAndCertificates(t *testing.T) {
	var (
		mu    sync.Mutex
		asked = map[string][]string{} // The User-Agent headers, by path.
	)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		asked[req.URL.Path] = append(asked[req.URL.Path], req.UserAgent())
		mu.Unlock()
		http.NotFound(w, req)
	}))
	defer server.Close()
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	c := configure(t, New("1.2.3", environment(nil))(), object{
		"ca_certificate_file": roots,
		"alibaba_cloud":       object{"access_key": "id", "secret_key": "secret", "endpoint": server.URL},
		"azure": object{
			"tenant_id": "7e57ed00-0000-4000-8000-000000000001", "client_id": "client", "client_secret": "secret", "disable_instance_discovery": true,
			"endpoint": object{"resource_manager_endpoint": server.URL, "active_directory_authority_host": server.URL},
		},
	})

	alibabaCloud, err := c.AlibabaCloud()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := alibabaCloud.BGPPeer(t.Context(), "cn-shanghai", "bgp-1"); err == nil {
		t.Error("a server that knows nothing gave a peer")
	}
	azure, err := c.Azure()
	if err != nil {
		t.Fatal(err)
	}
	gateway, err := arm.ParseResourceID("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/v")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := azure.BGPPeerStatus(t.Context(), gateway, netip.Addr{}); err == nil {
		t.Error("a server that knows nothing gave a status")
	}

	mu.Lock()
	defer mu.Unlock()
	if len(asked) < 2 {
		t.Errorf("only %d paths were asked for: the one of Alibaba Cloud is %v", len(asked), asked)
	}
	const want = "terraform-provider-bgp/1.2.3 (+https://registry.terraform.io/providers/terraform-provider-bgp/bgp) Terraform/1.11.4"
	for path, agents := range asked {
		for _, agent := range agents {
			if !strings.Contains(agent, want) {
				t.Errorf("%s was asked for by %q, want %q in it", path, agent, want)
			}
		}
	}
}

func TestFromProvider(t *testing.T) {
	// What the framework hands on before and after Configure.
	c := configure(t, New("1.2.3")(), object{})
	for name, test := range map[string]struct {
		data any
		want *clouds.Clouds
		errs int
	}{
		"before":        {nil, nil, 0},
		"after":         {c, c, 0},
		"of some other": {"text", nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			if got := clouds.FromProvider(test.data, &diags); got != test.want || diags.ErrorsCount() != test.errs {
				t.Errorf("got %v and %d errors, want %v and %d", got, diags.ErrorsCount(), test.want, test.errs)
			}
		})
	}
}
