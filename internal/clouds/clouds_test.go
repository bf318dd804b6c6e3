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
				if _, err := New(Config{Values: values, Getenv: j.getenv}).AlibabaCloud(t.Context()); err != nil {
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
				if _, err := New(Config{Values: values, Getenv: j.getenv}).Azure(t.Context()); err != nil {
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
		wait.Go(func() { alibabaCloud[i], errs[2*i] = c.AlibabaCloud(t.Context()) })
		wait.Go(func() { azureClients[i], errs[2*i+1] = c.Azure(t.Context()) })
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
	alibabaCloud := func(c *Clouds) error { _, err := c.AlibabaCloud(t.Context()); return err }
	azureClient := func(c *Clouds) error { _, err := c.Azure(t.Context()); return err }
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
			setting: AlibabaCloudSecretKey, is: ErrMissing, says: []string{"alibaba_cloud.access_key", "ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"},
		},
		"half a key, by the environment": {
			ask: alibabaCloud, environment: map[string]string{"ALICLOUD_SECRET_KEY": "hunter2"},
			setting: AlibabaCloudAccessKey, is: ErrMissing, says: []string{"alibaba_cloud.secret_key", "ALICLOUD_ACCESS_KEY"},
		},
		"a role without an ARN": {
			ask: alibabaCloud, values: Values{AssumeRole: {}, AlibabaCloudAccessKey: {Text: "id"}, AlibabaCloudSecretKey: {Text: "hunter2"}},
			setting: AssumeRoleARN, is: ErrMissing, says: []string{"ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"},
		},
		"OIDC on Alibaba Cloud without a token": {
			ask: alibabaCloud, values: Values{AssumeRoleWithOIDC: {}, AssumeRoleWithOIDCProviderARN: {Text: "provider"}, AssumeRoleWithOIDCRoleARN: {Text: "role"}},
			setting: AssumeRoleWithOIDCTokenFile, is: ErrMissing, says: []string{"oidc_token", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"},
		},
		"OIDC on Alibaba Cloud with two tokens": {
			ask: alibabaCloud, values: allOf(AlibabaCloud),
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
				t.Fatalf("got error %v, want an ArgumentError", err)
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

func TestNoWayToAuthenticateToAzure(t *testing.T) {
	_, err := New(Config{Values: Values{AzureUseCLI: {Text: "false"}}, Getenv: environment(nil)}).Azure(t.Context())
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

func TestEveryAzureArgumentReachesTheClient(t *testing.T) {
	wantEndpoints := azure.CloudConfig{
		Environment:                  sample(AzureEnvironment),
		ResourceManagerEndpoint:      sample(AzureResourceManagerEndpoint),
		ResourceManagerAudience:      sample(AzureResourceManagerAudience),
		ActiveDirectoryAuthorityHost: sample(AzureActiveDirectoryAuthorityHost),
	}
	wantCredentials := azure.CredentialConfig{
		TenantID:                  sample(AzureTenantID),
		ClientID:                  sample(AzureClientID),
		ClientIDFilePath:          sample(AzureClientIDFilePath),
		ClientSecret:              sample(AzureClientSecret),
		ClientSecretFilePath:      sample(AzureClientSecretFilePath),
		ClientCertificate:         sample(AzureClientCertificate),
		ClientCertificatePath:     sample(AzureClientCertificatePath),
		ClientCertificatePassword: sample(AzureClientCertificatePassword),
		UseOIDC:                   true,
		OIDCToken:                 sample(AzureOIDCToken),
		OIDCTokenFilePath:         sample(AzureOIDCTokenFilePath),
		OIDCRequestURL:            sample(AzureOIDCRequestURL),
		OIDCRequestToken:          sample(AzureOIDCRequestToken),
		UseMSI:                    true,
		UseCLI:                    true,
		UseAKSWorkloadIdentity:    true,
		DisableInstanceDiscovery:  true,
	}
	for name, r := range map[string]*reader{
		"provider block": {values: allOf(Azure), getenv: environment(nil)},
		"environment":    {getenv: environment(allVariablesOf(Azure))},
	} {
		endpoints, credentials := r.azure()
		if r.err != nil {
			t.Fatal(r.err)
		}
		if diff := cmp.Diff(wantEndpoints, endpoints); diff != "" {
			t.Errorf("%s: endpoints (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(wantCredentials, credentials, cmpopts.IgnoreFields(azure.CredentialConfig{}, "Cloud")); diff != "" {
			t.Errorf("%s: credentials (-want +got):\n%s", name, diff)
		}
	}

	r := &reader{getenv: environment(nil)}
	endpoints, credentials := r.azure()
	if diff := cmp.Diff(azure.CloudConfig{}, endpoints); diff != "" {
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

func TestEveryAlibabaCloudArgumentReachesTheClient(t *testing.T) {
	want := alibabacloud.CredentialsConfig{
		AccessKey:             sample(AlibabaCloudAccessKey),
		SecretKey:             sample(AlibabaCloudSecretKey),
		SecurityToken:         sample(AlibabaCloudSecurityToken),
		Profile:               sample(AlibabaCloudProfile),
		SharedCredentialsFile: sample(AlibabaCloudSharedCredentialsFile),
		CredentialsURI:        sample(AlibabaCloudCredentialsURI),
		ECSRoleName:           sample(AlibabaCloudECSRoleName),
	}
	wantRole := alibabacloud.AssumeRole{
		RoleARN:           sample(AssumeRoleARN),
		SessionName:       sample(AssumeRoleSessionName),
		Policy:            sample(AssumeRolePolicy),
		ExternalID:        sample(AssumeRoleExternalID),
		SessionExpiration: 1800,
	}
	wantOIDC := alibabacloud.AssumeRoleWithOIDC{
		OIDCProviderARN:   sample(AssumeRoleWithOIDCProviderARN),
		OIDCToken:         sample(AssumeRoleWithOIDCToken),
		RoleARN:           sample(AssumeRoleWithOIDCRoleARN),
		RoleSessionName:   sample(AssumeRoleWithOIDCRoleSessionName),
		Policy:            sample(AssumeRoleWithOIDCPolicy),
		SessionExpiration: 2700,
	}

	t.Run("provider block", func(t *testing.T) {
		want, wantRole, wantOIDC := want, wantRole, wantOIDC
		want.AssumeRoles, want.AssumeRoleWithOIDC = []alibabacloud.AssumeRole{wantRole}, &wantOIDC
		values := allOf(AlibabaCloud)
		delete(values, AssumeRoleWithOIDCTokenFile) // Cannot be set together with the token.
		r := &reader{values: values, getenv: environment(nil)}
		endpoint, got := r.alibabaCloud()
		if r.err != nil {
			t.Fatal(r.err)
		}
		if endpoint != sample(AlibabaCloudEndpoint) {
			t.Errorf("the endpoint is %q", endpoint)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("credentials (-want +got):\n%s", diff)
		}

		values = Values{
			AssumeRoleWithOIDC:            {},
			AssumeRoleWithOIDCProviderARN: {Text: "provider"},
			AssumeRoleWithOIDCRoleARN:     {Text: "role"},
			AssumeRoleWithOIDCTokenFile:   {Text: "/token"},
		}
		r = &reader{values: values, getenv: environment(map[string]string{"ALIBABA_CLOUD_OIDC_TOKEN": "token"})}
		_, got = r.alibabaCloud()
		wantOIDC = alibabacloud.AssumeRoleWithOIDC{OIDCProviderARN: "provider", RoleARN: "role", OIDCTokenFile: "/token"}
		if diff := cmp.Diff(alibabacloud.CredentialsConfig{AssumeRoleWithOIDC: &wantOIDC}, got); diff != "" {
			t.Errorf("credentials with a token's file (-want +got):\n%s", diff)
		}
	})

	t.Run("environment", func(t *testing.T) {
		r := &reader{values: Values{}, getenv: environment(allVariablesOf(AlibabaCloud))}
		if _, got := r.alibabaCloud(); r.err != nil || !cmp.Equal(want, got) {
			t.Errorf("without objects: error %v, credentials (-want +got):\n%s", r.err, cmp.Diff(want, got))
		}

		want, wantRole := want, wantRole
		wantRole.Policy, wantRole.ExternalID = "", "" // They have no variables.
		want.AssumeRoles = []alibabacloud.AssumeRole{wantRole}
		r = &reader{values: Values{AssumeRole: {}}, getenv: environment(allVariablesOf(AlibabaCloud))}
		if _, got := r.alibabaCloud(); r.err != nil || !cmp.Equal(want, got) {
			t.Errorf("with assume_role: error %v, credentials (-want +got):\n%s", r.err, cmp.Diff(want, got))
		}

		wantOIDC := wantOIDC
		wantOIDC.OIDCTokenFile = sample(AssumeRoleWithOIDCTokenFile) // The client takes the token first.
		wantOIDC.Policy, wantOIDC.SessionExpiration = "", 0
		onlyOIDC := alibabacloud.CredentialsConfig{AssumeRoleWithOIDC: &wantOIDC}
		r = &reader{values: Values{AssumeRoleWithOIDC: {}}, getenv: environment(allVariablesOf(AlibabaCloud))}
		if _, got := r.alibabaCloud(); r.err != nil || !cmp.Equal(onlyOIDC, got) {
			t.Errorf("with assume_role_with_oidc: error %v, credentials (-want +got):\n%s", r.err, cmp.Diff(onlyOIDC, got))
		}
	})

	t.Run("nowhere", func(t *testing.T) {
		r := &reader{getenv: environment(nil)}
		endpoint, got := r.alibabaCloud()
		if diff := cmp.Diff(alibabacloud.CredentialsConfig{}, got); r.err != nil || endpoint != "" || diff != "" {
			t.Errorf("endpoint %q, error %v, credentials (-want +got):\n%s", endpoint, r.err, diff)
		}
	})
}

// allOf returns a provider block with every argument of a cloud.
func allOf(cloud Setting) Values {
	values := Values{}
	for setting := range table {
		if strings.HasPrefix(string(setting), string(cloud)+".") {
			values[setting] = Value{Text: sample(setting)}
			values[setting.parent()] = Value{}
		}
	}
	return values
}

// allVariablesOf returns an environment with every variable of a cloud. One that
// stands in for arguments of both roles has the value of assume_role_with_oidc;
// assume_role has variables of its own before it.
func allVariablesOf(cloud Setting) map[string]string {
	variables := map[string]string{}
	for _, setting := range slices.Sorted(maps.Keys(table)) {
		if strings.HasPrefix(string(setting), string(cloud)+".") {
			for _, variable := range setting.Variables() {
				variables[variable] = sample(setting)
			}
		}
	}
	return variables
}
