package clouds

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	tests := []struct {
		setting Setting
		good    []string
		bad     []string
	}{
		{
			setting: AlibabaCloudEndpoint,
			good: []string{
				"https://vpc.cn-shanghai.aliyuncs.com", "https://vpc.cn-shanghai.aliyuncs.com/", "https://vpc.example.com:8443", "https://[2001:db8::1]:8443",
				"http://127.0.0.1:8080", "http://127.8.9.10", "http://localhost:8080", "http://LOCALHOST", "http://[::1]:8080", "http://[::ffff:127.0.0.1]:80",
			},
			bad: []string{
				"vpc.cn-shanghai.aliyuncs.com", "vpc.cn-shanghai.aliyuncs.com:443", "//vpc.example.com", "https://", "https://:443", "ftp://vpc.example.com",
				"http://vpc.example.com", "http://10.0.0.1", "http://127.0.0.1.example.com", "http://localhost.example.com",
				"https://vpc.example.com/path", "https://vpc.example.com?a=b", "https://vpc.example.com?", "https://vpc.example.com#f",
				"https://hunter2@vpc.example.com", "https://vpc.example.com:port", " https://vpc.example.com", "%",
			},
		},
		{
			setting: AzureResourceManagerEndpoint,
			good:    []string{"https://management.azure.com", "https://management.azure.com/", "https://127.0.0.1:8443"},
			bad: []string{
				"management.azure.com", "http://management.azure.com", "http://127.0.0.1:8443", "https://hunter2@management.azure.com",
				"https://management.azure.com?a=b", "https://management.azure.com#f",
			},
		},
		{
			setting: AzureActiveDirectoryAuthorityHost,
			good:    []string{"https://login.microsoftonline.com/", "https://adfs.example.com/adfs"},
			bad:     []string{"login.microsoftonline.com", "http://login.microsoftonline.com", "http://localhost"},
		},
		{
			setting: AzureOIDCRequestURL,
			good:    []string{"https://token.example.com/path?api-version=2.0&x=y", "http://localhost:27838/oidctoken"},
			bad:     []string{"token.example.com", "http://token.example.com/path?secret=hunter2", "https://hunter2@token.example.com"},
		},
		{
			setting: AlibabaCloudCredentialsURI,
			good:    []string{"http://127.0.0.1:8080/credentials", "http://sidecar.internal/credentials?key=value", "https://credentials.example.com"},
			bad:     []string{"sidecar/credentials", "file:///credentials", "http://hunter2@127.0.0.1"},
		},
		{
			setting: AzureEnvironment,
			good:    []string{"public", "usgovernment", "china", "Public", "USGOVERNMENT"},
			bad:     []string{"german", "AzureCloud", "public "},
		},
		{
			setting: AzureUseOIDC,
			good:    []string{"true", "false", "1", "0", "True"},
			bad:     []string{"yes", "on", "hunter2"},
		},
		{
			setting: AssumeRoleSessionExpiration,
			good:    []string{"900", "3600", "43200"},
			bad:     []string{"899", "43201", "-1", "1h", "3600.5", "99999999999999999999"},
		},
		{
			setting: AssumeRoleExternalID,
			good:    []string{"ab", "a=,.@:/-_Z9", strings.Repeat("x", 1224)},
			bad:     []string{"a", "with space", "ä#", strings.Repeat("x", 1225)},
		},
		{
			setting: AlibabaCloudRegion,
			good:    []string{"cn-shanghai", "us-east-1"},
			bad:     []string{"CN-SHANGHAI", " cn-shanghai", "cn shanghai", "cn-shanghai\n", "cn_shanghai"},
		},
		{
			setting: AlibabaCloudSecretKey,
			good:    []string{"any-text"},
			bad:     []string{"hunter2\n", " hunter2", "hunter2\x00"},
		},
		{
			setting: AzureSubscriptionID,
			good:    []string{"00000000-0000-0000-0000-000000000000"},
			bad:     []string{"Production", "00000000-0000-0000-0000-000000000000 "},
		},
	}
	for _, test := range tests {
		t.Run(string(test.setting), func(t *testing.T) {
			for _, value := range test.good {
				if err := test.setting.Check(value); err != nil {
					t.Errorf("%q: %v", value, err)
				}
			}
			for _, value := range test.bad {
				err := test.setting.Check(value)
				if err == nil {
					t.Errorf("%q passed", value)
					continue
				}
				if strings.Contains(err.Error(), "hunter2") {
					t.Errorf("the error repeats a secret: %s", err)
				}
			}
		})
	}
}

func TestBareHostsInVariables(t *testing.T) {
	tests := []struct{ variable, value, want string }{
		{"ALIBABA_CLOUD_ENDPOINT_VPC", "vpc.cn-shanghai.aliyuncs.com", "https://vpc.cn-shanghai.aliyuncs.com"},
		{"ALIBABA_CLOUD_ENDPOINT_VPC", "vpc.example.com:8443", "https://vpc.example.com:8443"},
		{"VPC_ENDPOINT", "http://127.0.0.1:8080", "http://127.0.0.1:8080"},
	}
	for _, test := range tests {
		t.Run(test.variable+" "+test.value, func(t *testing.T) {
			r := &reader{getenv: environment(map[string]string{test.variable: test.value})}
			if got := r.text(AlibabaCloudEndpoint); got != test.want || r.err != nil {
				t.Errorf("got %q and error %v, want %q", got, r.err, test.want)
			}
		})
	}
}
