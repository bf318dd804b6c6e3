package clouds

import (
	"encoding/pem"
	"errors"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

// alibabaCloudValues and azureValues are enough for a client of each.
var (
	alibabaCloudValues = Values{
		AlibabaCloud:          {},
		AlibabaCloudAccessKey: {Text: "id"},
		AlibabaCloudSecretKey: {Text: "secret"},
	}
	azureValues = Values{
		Azure:             {},
		AzureTenantID:     {Text: "tenant"},
		AzureClientID:     {Text: "client"},
		AzureClientSecret: {Text: "secret"},
	}
)

// journal is a getenv that has nothing and remembers what it was asked for.
type journal struct {
	mu    sync.Mutex
	asked []string
}

func (j *journal) getenv(name string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.asked = append(j.asked, name)
	return ""
}

func (j *journal) variablesOf(cloud Setting) []string {
	var found []string
	for setting, row := range table {
		if !strings.HasPrefix(string(setting), string(cloud)+".") {
			continue
		}
		for _, variable := range row.variables {
			for _, asked := range j.asked {
				if asked == variable {
					found = append(found, variable)
				}
			}
		}
	}
	return found
}

func TestNothingIsReadBeforeItIsNeeded(t *testing.T) {
	j := &journal{}
	New(Config{
		Values: Values{CACertificateFile: {Text: "/does/not/exist"}, AlibabaCloudEndpoint: {Text: "nonsense"}},
		Getenv: j.getenv,
	})
	if len(j.asked) > 0 {
		t.Errorf("New read the variables %v", j.asked)
	}
}

func TestOneCloudWithoutTheOther(t *testing.T) {
	t.Run("Alibaba Cloud", func(t *testing.T) {
		for name, azureBlock := range map[string]Value{"unknown": {Unknown: true}, "wrong": {}} {
			t.Run("Azure "+name, func(t *testing.T) {
				j := &journal{}
				values := Values{Azure: azureBlock, AzureEnvironment: {Text: "mars"}}
				for setting, value := range alibabaCloudValues {
					values[setting] = value
				}
				if _, err := New(Config{Values: values, Getenv: j.getenv}).AlibabaCloud(); err != nil {
					t.Error(err)
				}
				if read := j.variablesOf(Azure); len(read) > 0 {
					t.Errorf("Azure's variables were read: %v", read)
				}
			})
		}
	})
	t.Run("Azure", func(t *testing.T) {
		for name, alibabaBlock := range map[string]Value{"unknown": {Unknown: true}, "wrong": {}} {
			t.Run("Alibaba Cloud "+name, func(t *testing.T) {
				j := &journal{}
				values := Values{AlibabaCloud: alibabaBlock, AlibabaCloudEndpoint: {Text: "nonsense"}}
				for setting, value := range azureValues {
					values[setting] = value
				}
				if _, err := New(Config{Values: values, Getenv: j.getenv}).Azure(); err != nil {
					t.Error(err)
				}
				if read := j.variablesOf(AlibabaCloud); len(read) > 0 {
					t.Errorf("Alibaba Cloud's variables were read: %v", read)
				}
			})
		}
	})
}

func TestAClientIsMadeOnce(t *testing.T) {
	values := Values{}
	for _, of := range []Values{alibabaCloudValues, azureValues} {
		for setting, value := range of {
			values[setting] = value
		}
	}
	c := New(Config{Values: values, Getenv: environment(nil)})

	const callers = 32
	var (
		wait         sync.WaitGroup
		alibabaCloud [callers]*alibabacloud.Client
		azureClients [callers]*azure.Client
		errs         [2 * callers]error
	)
	for i := range callers {
		wait.Go(func() { alibabaCloud[i], errs[2*i] = c.AlibabaCloud() })
		wait.Go(func() { azureClients[i], errs[2*i+1] = c.Azure() })
	}
	wait.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	for i := range callers {
		if alibabaCloud[i] != alibabaCloud[0] || alibabaCloud[i] == nil {
			t.Error("concurrent callers got different clients of Alibaba Cloud")
		}
		if azureClients[i] != azureClients[0] || azureClients[i] == nil {
			t.Error("concurrent callers got different clients of Azure")
		}
	}
}

func TestDefaults(t *testing.T) {
	tests := map[string]struct {
		values      Values
		environment map[string]string
		want        string
		known       bool
		wantErr     error
	}{
		"in the provider block":        {values: Values{AlibabaCloudRegion: {Text: "cn-shanghai"}}, want: "cn-shanghai", known: true},
		"in the environment":           {environment: map[string]string{"ALIBABA_CLOUD_REGION": "cn-beijing"}, want: "cn-beijing", known: true},
		"unknown":                      {values: Values{AlibabaCloudRegion: {Unknown: true}}},
		"in an unknown object":         {values: Values{AlibabaCloud: {Unknown: true}}, environment: map[string]string{"ALICLOUD_REGION": "cn-beijing"}},
		"nowhere":                      {wantErr: ErrMissing},
		"nowhere, with a secret about": {values: Values{AlibabaCloudSecretKey: {Text: "hunter2"}}, wantErr: ErrMissing},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := New(Config{Values: test.values, Getenv: environment(test.environment)})
			got, known, err := c.DefaultRegion()
			if got != test.want || known != test.known || !errors.Is(err, test.wantErr) {
				t.Errorf("got %q, known %t, error %v; want %q, %t, %v", got, known, err, test.want, test.known, test.wantErr)
			}
			if test.wantErr != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error holds a secret: %s", err)
			}

			got, err = c.KnownRegion()
			wantErr := test.wantErr
			if wantErr == nil && !test.known {
				wantErr = ErrUnknown
			}
			if got != test.want || !errors.Is(err, wantErr) {
				t.Errorf("KnownRegion gave %q and error %v, want %q and %v", got, err, test.want, wantErr)
			}
		})
	}

	c := New(Config{Getenv: environment(map[string]string{"ARM_SUBSCRIPTION_ID": "22222222-2222-4222-8222-222222222222"})})
	if got, err := c.KnownSubscriptionID(); got != "22222222-2222-4222-8222-222222222222" || err != nil {
		t.Errorf("KnownSubscriptionID gave %q, %v", got, err)
	}
	c = New(Config{Getenv: environment(nil)})
	if _, err := c.KnownSubscriptionID(); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "azure.subscription_id") || !strings.Contains(err.Error(), "ARM_SUBSCRIPTION_ID") {
		t.Errorf("a missing subscription gave %v", err)
	}
}

func TestClientErrorsNameTheArgument(t *testing.T) {
	alibabaCloud := func(c *Clouds) error { _, err := c.AlibabaCloud(); return err }
	azureClient := func(c *Clouds) error { _, err := c.Azure(); return err }
	tests := map[string]struct {
		ask         func(*Clouds) error
		values      Values
		environment map[string]string
		setting     Setting
		variable    string
		is          error
		says        []string
	}{
		"half a key, by the provider block": {
			ask: alibabaCloud, values: Values{AlibabaCloudAccessKey: {Text: "id"}},
			setting: AlibabaCloudSecretKey, says: []string{"alibaba_cloud.access_key"},
		},
		"half a key, by the environment": {
			ask: alibabaCloud, environment: map[string]string{"ALICLOUD_SECRET_KEY": "hunter2"},
			setting: AlibabaCloudAccessKey, variable: "ALICLOUD_ACCESS_KEY", says: []string{"ALICLOUD_SECRET_KEY"},
		},
		"a role without an ARN": {
			ask: alibabaCloud, values: Values{AssumeRole: {}, AlibabaCloudAccessKey: {Text: "id"}, AlibabaCloudSecretKey: {Text: "hunter2"}},
			setting: AssumeRoleARN, is: ErrMissing, says: []string{"ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"},
		},
		"OIDC on Alibaba Cloud without a token": {
			ask: alibabaCloud, values: Values{AssumeRoleWithOIDC: {}, AssumeRoleWithOIDCProviderARN: {Text: sample(AssumeRoleWithOIDCProviderARN)}, AssumeRoleWithOIDCRoleARN: {Text: sample(AssumeRoleWithOIDCRoleARN)}},
			setting: AssumeRoleWithOIDCTokenFile, is: ErrMissing, says: []string{"oidc_token", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"},
		},
		"OIDC on Alibaba Cloud with two tokens": {
			ask: alibabaCloud, values: Values{AssumeRoleWithOIDC: {}, AssumeRoleWithOIDCToken: {Text: "hunter2"}, AssumeRoleWithOIDCTokenFile: {Text: "/token"}},
			setting: AssumeRoleWithOIDCTokenFile, says: []string{"together"},
		},
		"a role known after apply": {
			ask: alibabaCloud, values: Values{AssumeRole: {Unknown: true}},
			setting: AssumeRole, is: ErrUnknown,
		},
		"a wrong endpoint in a variable": {
			ask: alibabaCloud, environment: map[string]string{"VPC_ENDPOINT": "http://hunter2@vpc.example.com"},
			setting: AlibabaCloudEndpoint, variable: "VPC_ENDPOINT", says: []string{"VPC_ENDPOINT", "alibaba_cloud.endpoint"},
		},
		"plain http to another host": {
			ask: alibabaCloud, values: Values{AlibabaCloudEndpoint: {Text: "http://vpc.example.com"}},
			setting: AlibabaCloudEndpoint, says: []string{"loopback"},
		},
		"a key known after apply": {
			ask: alibabaCloud, values: Values{AlibabaCloudAccessKey: {Unknown: true}, AlibabaCloudSecretKey: {Text: "hunter2"}},
			setting: AlibabaCloudAccessKey, is: ErrUnknown,
		},
		"all of Alibaba Cloud known after apply": {
			ask: alibabaCloud, values: Values{AlibabaCloud: {Unknown: true}},
			setting: AlibabaCloud, is: ErrUnknown,
		},
		"a CA file known after apply": {
			ask: azureClient, values: Values{CACertificateFile: {Unknown: true}, AzureClientSecret: {Text: "hunter2"}},
			setting: CACertificateFile, is: ErrUnknown,
		},
		"no such CA file": {
			ask: alibabaCloud, environment: map[string]string{"BGP_CA_CERTIFICATE_FILE": "/does/not/exist.pem"},
			setting: CACertificateFile, variable: "BGP_CA_CERTIFICATE_FILE", is: os.ErrNotExist, says: []string{"/does/not/exist.pem", "ca_certificate_file"},
		},
		"a secret without a tenant": {
			ask: azureClient, values: Values{AzureClientID: {Text: "client"}, AzureClientSecret: {Text: "hunter2"}},
			setting: AzureTenantID, is: ErrMissing, says: []string{"ARM_TENANT_ID"},
		},
		"a secret without a client": {
			ask: azureClient, environment: map[string]string{"ARM_TENANT_ID": "tenant", "ARM_CLIENT_SECRET": "hunter2"},
			setting: AzureClientID, is: ErrMissing, says: []string{"ARM_CLIENT_ID"},
		},
		"OIDC without a token": {
			ask: azureClient, values: Values{AzureUseOIDC: {Text: "true"}},
			setting: AzureUseOIDC, says: []string{"oidc_token"},
		},
		"a request URL without its token": {
			ask: azureClient, values: Values{AzureUseOIDC: {Text: "true"}, AzureOIDCRequestURL: {Text: "https://token.example.com"}},
			setting: AzureOIDCRequestToken, is: ErrMissing, says: []string{"ACTIONS_ID_TOKEN_REQUEST_TOKEN"},
		},
		"Azure Pipelines without a service connection": {
			ask: azureClient, environment: map[string]string{
				"ARM_USE_OIDC": "true", "ARM_TENANT_ID": "tenant", "ARM_CLIENT_ID": "client",
				"SYSTEM_OIDCREQUESTURI": "https://dev.azure.com/o/p/_apis/distributedtask/oidctoken?api-version=7.1", "SYSTEM_ACCESSTOKEN": "hunter2",
			},
			setting: AzureOIDCRequestURL, variable: "SYSTEM_OIDCREQUESTURI", says: []string{
				"service connection", "Set the environment variable ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID or ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
			},
		},
		"the same, with its URL in azurerm's variable": {
			ask: azureClient, environment: map[string]string{
				"ARM_USE_OIDC": "true", "ARM_TENANT_ID": "tenant", "ARM_CLIENT_ID": "client",
				"ARM_OIDC_REQUEST_URL": "https://dev.azure.com/o/oidctoken", "SYSTEM_OIDCREQUESTURI": "https://dev.azure.com/o/oidctoken", "SYSTEM_ACCESSTOKEN": "hunter2",
			},
			setting: AzureOIDCRequestURL, variable: "ARM_OIDC_REQUEST_URL", says: []string{"service connection"},
		},
		"an environment that is none": {
			ask: azureClient, environment: map[string]string{"ARM_ENVIRONMENT": "mars"},
			setting: AzureEnvironment, variable: "ARM_ENVIRONMENT", says: []string{"usgovernment", "mars"},
		},
		"an endpoint in plain http": {
			ask: azureClient, values: Values{AzureResourceManagerEndpoint: {Text: "http://127.0.0.1"}},
			setting: AzureResourceManagerEndpoint, says: []string{"https"},
		},
		"a flag that is none": {
			ask: azureClient, environment: map[string]string{"ARM_USE_CLI": "perhaps"},
			setting: AzureUseCLI, variable: "ARM_USE_CLI", says: []string{"true or false"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := test.ask(New(Config{Values: test.values, Getenv: environment(test.environment)}))
			var wrong *SettingError
			if !errors.As(err, &wrong) {
				t.Fatalf("got error %v, want a SettingError", err)
			}
			if wrong.Setting != test.setting || wrong.Variable != test.variable {
				t.Errorf("the error is of %s and variable %q, want %s and %q: %s", wrong.Setting, wrong.Variable, test.setting, test.variable, err)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("the error is not %v: %v", test.is, err)
			}
			for _, want := range append(test.says, string(test.setting)) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not say %q: %s", want, err)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error holds a secret: %s", err)
			}
		})
	}
}

// A service connection may be named by a variable, or by the URL itself; a URL that is
// not Azure Pipelines' needs none.
func TestServiceConnections(t *testing.T) {
	const url = "https://dev.azure.com/o/oidctoken"
	for name, variables := range map[string]map[string]string{
		"by a variable":   {"SYSTEM_OIDCREQUESTURI": url, "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": "connection"},
		"by the URL":      {"SYSTEM_OIDCREQUESTURI": url + "?serviceConnectionId=connection"},
		"GitHub Actions":  {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://token.example.com?api-version=2.0"},
		"another's token": {"SYSTEM_OIDCREQUESTURI": url, "ARM_OIDC_TOKEN": "token"},
		"another's way":   {"SYSTEM_OIDCREQUESTURI": url, "ARM_CLIENT_SECRET": "secret"},
	} {
		t.Run(name, func(t *testing.T) {
			variables["ARM_USE_OIDC"], variables["ARM_TENANT_ID"], variables["ARM_CLIENT_ID"] = "true", "tenant", "client"
			variables["ARM_OIDC_REQUEST_TOKEN"] = "token"
			if _, err := New(Config{Getenv: environment(variables)}).Azure(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNoWayToAuthenticateToAzure(t *testing.T) {
	_, err := New(Config{Values: Values{AzureUseCLI: {Text: "false"}}, Getenv: environment(nil)}).Azure()
	if err == nil || !strings.Contains(err.Error(), "azure") || !strings.Contains(err.Error(), "client_secret") {
		t.Errorf("got error %v, want one that names the ways", err)
	}
}

func TestCACertificateFile(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	c := New(Config{Values: Values{CACertificateFile: {Text: file}}, Getenv: environment(nil)})

	if _, err := c.roundTripper(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without the file: got error %v, want that it does not exist", err)
	}
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.roundTripper(); err == nil || !strings.Contains(err.Error(), "ca_certificate_file") || !strings.Contains(err.Error(), file) {
		t.Errorf("without a certificate in the file: got error %v, want one that names the argument and the file", err)
	}

	// No failure is kept.
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	transport, err := c.roundTripper()
	if err != nil {
		t.Fatal(err)
	}
	get(t, transport, server.URL)

	// Success is.
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	again, err := c.roundTripper()
	if err != nil || again != transport {
		t.Errorf("the second transport is another, or failed: %v", err)
	}
}

func TestTransportSpeaksHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	transport, err := newTransport(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, transport, server.URL); got != "HTTP/2.0" {
		t.Errorf("the server was spoken to in %s, want HTTP/2.0", got)
	}
}

func TestTransportTrustsNoOneElse(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // It would tell of the refused handshake.
	server.StartTLS()
	defer server.Close()
	transport, err := newTransport("")
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err == nil {
		_ = resp.Body.Close()
		t.Error("a server with an unknown certificate was trusted")
	}
}

// get makes a request and returns the protocol of the answer.
func get(t *testing.T, transport http.RoundTripper, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	return resp.Proto
}

// given are values of settings, from the provider block or from their first variables.
func given(settings []Setting, fromEnvironment bool) *reader {
	values, variables := Values{}, map[string]string{}
	for _, setting := range settings {
		switch _, holdsValue := table[setting]; {
		case fromEnvironment && len(setting.Variables()) > 0:
			variables[setting.Variables()[0]] = sample(setting)
		case holdsValue:
			values[setting] = Value{Text: sample(setting)}
		default:
			values[setting] = Value{}
		}
	}
	return &reader{values: values, getenv: environment(variables)}
}

// azureWays are what each way to authenticate takes, in order, and what it makes of it.
var azureWays = []struct {
	name     string
	settings []Setting
	want     azure.CredentialConfig
}{
	{
		"certificate", []Setting{AzureClientCertificate, AzureClientCertificatePassword, AzureTenantID, AzureClientID, AzureDisableInstanceDiscovery},
		azure.CredentialConfig{
			ClientCertificate: sample(AzureClientCertificate), ClientCertificatePassword: sample(AzureClientCertificatePassword),
			TenantID: sample(AzureTenantID), ClientID: sample(AzureClientID), DisableInstanceDiscovery: true, UseCLI: true,
		},
	},
	{
		"certificate in a file", []Setting{AzureClientCertificatePath, AzureTenantID, AzureClientIDFilePath},
		azure.CredentialConfig{ClientCertificatePath: sample(AzureClientCertificatePath), TenantID: sample(AzureTenantID), ClientIDFilePath: sample(AzureClientIDFilePath), UseCLI: true},
	},
	{
		"secret", []Setting{AzureClientSecret, AzureTenantID, AzureClientID},
		azure.CredentialConfig{ClientSecret: sample(AzureClientSecret), TenantID: sample(AzureTenantID), ClientID: sample(AzureClientID), UseCLI: true},
	},
	{
		"secret in a file", []Setting{AzureClientSecretFilePath, AzureTenantID, AzureClientID},
		azure.CredentialConfig{ClientSecretFilePath: sample(AzureClientSecretFilePath), TenantID: sample(AzureTenantID), ClientID: sample(AzureClientID), UseCLI: true},
	},
	{
		"OIDC", []Setting{AzureUseOIDC, AzureOIDCToken, AzureTenantID, AzureClientID},
		azure.CredentialConfig{UseOIDC: true, OIDCToken: sample(AzureOIDCToken), TenantID: sample(AzureTenantID), ClientID: sample(AzureClientID), UseCLI: true},
	},
	{
		"OIDC in a file", []Setting{AzureUseOIDC, AzureOIDCTokenFilePath, AzureTenantID, AzureClientID},
		azure.CredentialConfig{UseOIDC: true, OIDCTokenFilePath: sample(AzureOIDCTokenFilePath), TenantID: sample(AzureTenantID), ClientID: sample(AzureClientID), UseCLI: true},
	},
	{
		"OIDC of a pipeline", []Setting{AzureUseOIDC, AzureOIDCRequestURL, AzureOIDCRequestToken, AzureTenantID, AzureClientID},
		azure.CredentialConfig{
			UseOIDC: true, OIDCRequestURL: sample(AzureOIDCRequestURL), OIDCRequestToken: sample(AzureOIDCRequestToken),
			TenantID: sample(AzureTenantID), ClientID: sample(AzureClientID), UseCLI: true,
		},
	},
	{
		"AKS", []Setting{AzureUseAKSWorkloadIdentity, AzureOIDCTokenFilePath, AzureTenantID, AzureClientID},
		azure.CredentialConfig{UseAKSWorkloadIdentity: true, OIDCTokenFilePath: sample(AzureOIDCTokenFilePath), TenantID: sample(AzureTenantID), ClientID: sample(AzureClientID), UseCLI: true},
	},
	{
		"managed identity", []Setting{AzureUseMSI, AzureClientID},
		azure.CredentialConfig{UseMSI: true, ClientID: sample(AzureClientID), UseCLI: true},
	},
	{"CLI", []Setting{AzureUseCLI, AzureTenantID}, azure.CredentialConfig{UseCLI: true, TenantID: sample(AzureTenantID)}},
}

func TestEveryAzureArgumentReachesTheClient(t *testing.T) {
	reached := []Setting{AzureSubscriptionID} // by KnownSubscriptionID
	for _, way := range azureWays {
		reached = append(reached, way.settings...)
		for from, r := range map[string]*reader{"provider block": given(way.settings, false), "environment": given(way.settings, true)} {
			_, got := r.azure()
			if diff := cmp.Diff(way.want, got, cmpopts.IgnoreFields(azure.CredentialConfig{}, "Cloud")); r.err != nil || diff != "" {
				t.Errorf("%s from the %s: error %v, credentials (-want +got):\n%s", way.name, from, r.err, diff)
			}
		}
	}

	endpoints := []Setting{AzureEnvironment, AzureResourceManagerEndpoint, AzureResourceManagerAudience, AzureActiveDirectoryAuthorityHost}
	reached = append(reached, endpoints...)
	want := azure.CloudConfig{
		Environment:                  sample(AzureEnvironment),
		ResourceManagerEndpoint:      sample(AzureResourceManagerEndpoint),
		ResourceManagerAudience:      sample(AzureResourceManagerAudience),
		ActiveDirectoryAuthorityHost: sample(AzureActiveDirectoryAuthorityHost),
	}
	for from, r := range map[string]*reader{
		"provider block": given(append(endpoints, AzureClientSecret), false), "environment": given(append(endpoints, AzureClientSecret), true),
	} {
		got, _ := r.azure()
		if diff := cmp.Diff(want, got); r.err != nil || diff != "" {
			t.Errorf("endpoints from the %s: error %v (-want +got):\n%s", from, r.err, diff)
		}
	}
	for setting := range table {
		if strings.HasPrefix(string(setting), string(Azure)+".") && !slices.Contains(reached, setting) {
			t.Errorf("no case here has %s", setting)
		}
	}

	r := &reader{getenv: environment(nil)}
	none, credentials := r.azure()
	if diff := cmp.Diff(azure.CloudConfig{}, none); diff != "" {
		t.Errorf("endpoints where nothing is set (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(azure.CredentialConfig{UseCLI: true}, credentials, cmpopts.IgnoreFields(azure.CredentialConfig{}, "Cloud")); diff != "" {
		t.Errorf("credentials where nothing is set (-want +got):\n%s", diff)
	}
	for _, variable := range ServiceConnectionVariables {
		r := &reader{getenv: environment(map[string]string{variable: "connection"})}
		if _, credentials := r.azure(); credentials.OIDCServiceConnectionID != "connection" {
			t.Errorf("%s gave the service connection %q", variable, credentials.OIDCServiceConnectionID)
		}
	}
}

// alibabaWays are the same of Alibaba Cloud.
var alibabaWays = []struct {
	name     string
	settings []Setting
	want     alibabacloud.CredentialsConfig
}{
	{
		"keys", keyPair,
		alibabacloud.CredentialsConfig{AccessKey: sample(AlibabaCloudAccessKey), SecretKey: sample(AlibabaCloudSecretKey), SecurityToken: sample(AlibabaCloudSecurityToken)},
	},
	{
		"profile", []Setting{AlibabaCloudProfile, AlibabaCloudSharedCredentialsFile},
		alibabacloud.CredentialsConfig{Profile: sample(AlibabaCloudProfile), SharedCredentialsFile: sample(AlibabaCloudSharedCredentialsFile)},
	},
	{"credentials URI", []Setting{AlibabaCloudCredentialsURI}, alibabacloud.CredentialsConfig{CredentialsURI: sample(AlibabaCloudCredentialsURI)}},
	{"ECS role", []Setting{AlibabaCloudECSRoleName}, alibabacloud.CredentialsConfig{ECSRoleName: sample(AlibabaCloudECSRoleName)}},
	{
		"OIDC", []Setting{
			AssumeRoleWithOIDC, AssumeRoleWithOIDCProviderARN, AssumeRoleWithOIDCRoleARN, AssumeRoleWithOIDCToken,
			AssumeRoleWithOIDCRoleSessionName, AssumeRoleWithOIDCPolicy, AssumeRoleWithOIDCSessionExpiration,
		},
		alibabacloud.CredentialsConfig{AssumeRoleWithOIDC: &alibabacloud.AssumeRoleWithOIDC{
			OIDCProviderARN: sample(AssumeRoleWithOIDCProviderARN), RoleARN: sample(AssumeRoleWithOIDCRoleARN), OIDCToken: sample(AssumeRoleWithOIDCToken),
			RoleSessionName: sample(AssumeRoleWithOIDCRoleSessionName), Policy: sample(AssumeRoleWithOIDCPolicy), SessionExpiration: 2700,
		}},
	},
	{
		"OIDC in a file", []Setting{AssumeRoleWithOIDC, AssumeRoleWithOIDCProviderARN, AssumeRoleWithOIDCRoleARN, AssumeRoleWithOIDCTokenFile},
		alibabacloud.CredentialsConfig{AssumeRoleWithOIDC: &alibabacloud.AssumeRoleWithOIDC{
			OIDCProviderARN: sample(AssumeRoleWithOIDCProviderARN), RoleARN: sample(AssumeRoleWithOIDCRoleARN), OIDCTokenFile: sample(AssumeRoleWithOIDCTokenFile),
		}},
	},
	{"nothing", nil, alibabacloud.CredentialsConfig{}},
}

func TestEveryAlibabaCloudArgumentReachesTheClient(t *testing.T) {
	role := []Setting{AssumeRole, AssumeRoleARN, AssumeRoleSessionName, AssumeRolePolicy, AssumeRoleExternalID, AssumeRoleSessionExpiration}
	roles := []alibabacloud.AssumeRole{{
		RoleARN: sample(AssumeRoleARN), SessionName: sample(AssumeRoleSessionName), Policy: sample(AssumeRolePolicy),
		ExternalID: sample(AssumeRoleExternalID), SessionExpiration: 1800,
	}}
	reached := append([]Setting{AlibabaCloudRegion}, role...) // the region by DefaultRegion
	for _, way := range alibabaWays {
		reached = append(reached, way.settings...)
		settings := append([]Setting{AlibabaCloudEndpoint}, way.settings...)
		for from, r := range map[string]*reader{"provider block": given(settings, false), "environment": given(settings, true)} {
			endpoint, got := r.alibabaCloud()
			if diff := cmp.Diff(way.want, got); r.err != nil || diff != "" || endpoint != sample(AlibabaCloudEndpoint) {
				t.Errorf("%s from the %s: endpoint %q, error %v, credentials (-want +got):\n%s", way.name, from, endpoint, r.err, diff)
			}
		}
		if len(way.settings) > 0 && way.settings[0] == AssumeRoleWithOIDC {
			continue // Some variables are those of both roles.
		}
		want := way.want
		want.AssumeRoles = roles
		for from, r := range map[string]*reader{"provider block": given(append(role, way.settings...), false), "environment": given(append(role, way.settings...), true)} {
			_, got := r.alibabaCloud()
			if diff := cmp.Diff(want, got); r.err != nil || diff != "" {
				t.Errorf("%s and a role from the %s: error %v, credentials (-want +got):\n%s", way.name, from, r.err, diff)
			}
		}
	}
	for setting := range table {
		if strings.HasPrefix(string(setting), string(AlibabaCloud)+".") && setting != AlibabaCloudEndpoint && !slices.Contains(reached, setting) {
			t.Errorf("no case here has %s", setting)
		}
	}
}

func TestRolesOneAfterTheOther(t *testing.T) {
	// In a list the variables count for nothing: they would be those of every role.
	variables := environment(map[string]string{"ALICLOUD_ASSUME_ROLE_ARN": "acs:ram::1:role/of-the-environment", "ALICLOUD_ASSUME_ROLE_SESSION_NAME": "of-the-environment"})
	values := Values{
		AssumeRole:                             {List: true, Items: 2},
		AssumeRole.Item(0) + roleARN:           {Text: "acs:ram::1:role/first"},
		AssumeRole.Item(1) + roleARN:           {Text: "acs:ram::1:role/second"},
		AssumeRole.Item(1) + sessionExpiration: {Text: "900"},
	}
	r := &reader{values: values, getenv: variables}
	_, got := r.alibabaCloud()
	want := []alibabacloud.AssumeRole{{RoleARN: "acs:ram::1:role/first"}, {RoleARN: "acs:ram::1:role/second", SessionExpiration: 900}}
	if diff := cmp.Diff(want, got.AssumeRoles); r.err != nil || diff != "" {
		t.Errorf("error %v, roles (-want +got):\n%s", r.err, diff)
	}

	for name, test := range map[string]struct {
		change  Value
		at      Setting
		setting Setting
		is      error
	}{
		"no ARN":          {Value{}, AssumeRole.Item(1) + roleARN, AssumeRole.Item(1) + roleARN, ErrMissing},
		"an unknown ARN":  {Value{Unknown: true}, AssumeRole.Item(1) + roleARN, AssumeRole.Item(1) + roleARN, ErrUnknown},
		"an unknown role": {Value{Unknown: true}, AssumeRole.Item(1), AssumeRole.Item(1), ErrUnknown},
		"all unknown":     {Value{Unknown: true}, AssumeRole, AssumeRole, ErrUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			values := maps.Clone(values)
			values[test.at] = test.change
			r := &reader{values: values, getenv: variables}
			r.alibabaCloud()
			var wrong *SettingError
			if !errors.As(r.err, &wrong) || wrong.Setting != test.setting || !errors.Is(r.err, test.is) {
				t.Errorf("the error is %v, want %v of %s", r.err, test.is, test.setting)
			}
		})
	}

	r = &reader{values: Values{AssumeRole: {List: true}}, getenv: variables}
	if _, got := r.alibabaCloud(); r.err != nil || got.AssumeRoles != nil {
		t.Errorf("an empty list gave %v, %v", got.AssumeRoles, r.err)
	}
}

// An argument that is known only after apply, or wrong, matters only to the way that
// would use it.
func TestOtherWaysMayBeUnknown(t *testing.T) {
	for _, later := range []Value{{Unknown: true}, {Text: "not what any check takes\n"}} {
		for i, way := range azureWays {
			r := given(way.settings, false)
			for setting := range table {
				if strings.HasPrefix(string(setting), string(Azure)+".") && !strings.HasPrefix(string(setting), string(AzureEndpoint)+".") &&
					setting != AzureEnvironment && !r.used(setting) && !before(setting, azureWays[i].settings) {
					r.values[setting] = later
				}
			}
			_, got := r.azure()
			if diff := cmp.Diff(way.want, got, cmpopts.IgnoreFields(azure.CredentialConfig{}, "Cloud")); r.err != nil || diff != "" {
				t.Errorf("%s: error %v, credentials (-want +got):\n%s", way.name, r.err, diff)
			}
		}
		for i, way := range alibabaWays {
			r := given(way.settings, false)
			for setting := range table {
				if strings.HasPrefix(string(setting), string(AlibabaCloud)+".") && setting != AlibabaCloudEndpoint && setting.parent() != AssumeRole &&
					setting != AssumeRoleWithOIDCTokenFile && // which cannot be set together with the token
					!r.used(setting) && !before(setting, alibabaWays[i].settings) {
					r.values[setting] = later
				}
			}
			_, got := r.alibabaCloud()
			if diff := cmp.Diff(way.want, got); r.err != nil || diff != "" {
				t.Errorf("%s: error %v, credentials (-want +got):\n%s", way.name, r.err, diff)
			}
		}
	}

	for name, values := range map[string]Values{
		"of a way before": {AzureClientSecret: {Text: "secret"}, AzureClientCertificatePath: {Unknown: true}},
		"beside the way":  {AzureClientSecret: {Text: "secret"}, AzureTenantID: {Unknown: true}},
		"of the way":      {AzureUseMSI: {Text: "true"}, AzureClientID: {Unknown: true}},
		"the token":       {AlibabaCloudAccessKey: {Text: "id"}, AlibabaCloudSecretKey: {Text: "secret"}, AlibabaCloudSecurityToken: {Unknown: true}},
	} {
		r := &reader{values: values, getenv: environment(nil)}
		if r.azure(); r.err == nil {
			r.alibabaCloud()
		}
		if !errors.Is(r.err, ErrUnknown) {
			t.Errorf("%s: the error is %v, want ErrUnknown", name, r.err)
		}
	}
}

// before tells whether setting alone would be chosen before the settings: it is of a
// way that comes first.
func before(setting Setting, settings []Setting) bool {
	for _, choice := range choices {
		own := slices.IndexFunc(choice, func(w way) bool { return slices.Contains(w.by, setting) })
		theirs := slices.IndexFunc(choice, func(w way) bool {
			return slices.ContainsFunc(settings, func(s Setting) bool { return slices.Contains(w.by, s) })
		})
		if theirs < 0 {
			theirs = len(choice)
		}
		if own >= 0 && own < theirs {
			return true
		}
	}
	return false
}

// A key, its secret and its token are never mixed from two places.
func TestKeysComeFromOnePlace(t *testing.T) {
	all := map[string]string{
		"ALICLOUD_ACCESS_KEY": "id1", "ALICLOUD_SECRET_KEY": "secret1", "ALICLOUD_SECURITY_TOKEN": "token1",
		"ALIBABA_CLOUD_ACCESS_KEY_ID": "id2", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret2", "ALIBABA_CLOUD_SECURITY_TOKEN": "token2",
		"ALIBABACLOUD_ACCESS_KEY_ID": "id3", "ALIBABACLOUD_ACCESS_KEY_SECRET": "secret3", "ALIBABACLOUD_SECURITY_TOKEN": "token3",
	}
	without := func(names ...string) map[string]string {
		variables := maps.Clone(all)
		for _, name := range names {
			delete(variables, name)
		}
		return variables
	}
	block := Values{AlibabaCloudAccessKey: {Text: "id0"}, AlibabaCloudSecretKey: {Text: "secret0"}}
	for name, test := range map[string]struct {
		values      Values
		environment map[string]string
		want        [3]string
		says        []string // of the error
	}{
		"the block's, without a token":     {values: block, environment: all, want: [3]string{"id0", "secret0", ""}},
		"the block's, with an empty token": {values: Values{AlibabaCloudAccessKey: {Text: "id0"}, AlibabaCloudSecretKey: {Text: "secret0"}, AlibabaCloudSecurityToken: {}}, environment: all, want: [3]string{"id0", "secret0", ""}},
		"an empty block":                   {values: Values{AlibabaCloudAccessKey: {}, AlibabaCloudSecretKey: {}, AlibabaCloudSecurityToken: {}}, environment: all, want: [3]string{"id1", "secret1", "token1"}},
		"the first place":                  {environment: all, want: [3]string{"id1", "secret1", "token1"}},
		"the first place, without a token": {environment: without("ALICLOUD_SECURITY_TOKEN"), want: [3]string{"id1", "secret1", ""}},
		"the second":                       {environment: without("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY"), want: [3]string{"id2", "secret2", "token2"}},
		"the third": {
			environment: without("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_SECURITY_TOKEN"),
			want:        [3]string{"id3", "secret3", ""},
		},
		"tokens alone": {environment: map[string]string{"ALICLOUD_SECURITY_TOKEN": "token1", "ALIBABA_CLOUD_SECURITY_TOKEN": "token2"}},
		"half in the block": {
			values: Values{AlibabaCloudAccessKey: {Text: "id0"}}, environment: all,
			says: []string{"alibaba_cloud.secret_key: not set, but alibaba_cloud.access_key is", "one place"},
		},
		"a token alone in the block": {
			values: Values{AlibabaCloudSecurityToken: {Text: "token0"}}, environment: all,
			says: []string{"alibaba_cloud.access_key: not set, but alibaba_cloud.security_token is"},
		},
		"half in a place": {
			environment: without("ALICLOUD_SECRET_KEY"),
			says:        []string{"ALICLOUD_SECRET_KEY", "not set, but ALICLOUD_ACCESS_KEY is", "begin alike"},
		},
		"the other half in a place": {
			environment: map[string]string{"ALIBABACLOUD_ACCESS_KEY_SECRET": "secret3"},
			says:        []string{"ALIBABACLOUD_ACCESS_KEY_ID", "not set, but ALIBABACLOUD_ACCESS_KEY_SECRET is"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := &reader{values: test.values, getenv: environment(test.environment)}
			_, got := r.alibabaCloud()
			if len(test.says) == 0 {
				if keys := [3]string{got.AccessKey, got.SecretKey, got.SecurityToken}; r.err != nil || keys != test.want {
					t.Errorf("the keys are %q, %v; want %q", keys, r.err, test.want)
				}
				return
			}
			if r.err == nil {
				t.Fatalf("no error, and the keys are %q", got.AccessKey)
			}
			for _, want := range test.says {
				if !strings.Contains(r.err.Error(), want) {
					t.Errorf("the error is %q, want it to say %q", r.err, want)
				}
			}
		})
	}
}
