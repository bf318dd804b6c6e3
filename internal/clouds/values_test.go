package clouds

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sample is a value that the argument's check accepts.
func sample(setting Setting) string {
	switch setting {
	case AlibabaCloudEndpoint, AzureResourceManagerEndpoint, AzureActiveDirectoryAuthorityHost, AlibabaCloudCredentialsURI, AzureOIDCRequestURL:
		return "https://" + strings.ReplaceAll(string(setting[strings.LastIndexByte(string(setting), '.')+1:]), "_", "-") + ".example.com"
	case AssumeRoleARN, AssumeRoleWithOIDCRoleARN:
		return "acs:ram::1:role/" + string(setting)
	case AssumeRoleWithOIDCProviderARN:
		return "acs:ram::1:oidc-provider/" + string(setting)
	case AssumeRoleSessionExpiration:
		return "1800"
	case AssumeRoleWithOIDCSessionExpiration:
		return "2700"
	case AzureUseOIDC, AzureUseMSI, AzureUseCLI, AzureUseAKSWorkloadIdentity, AzureDisableInstanceDiscovery:
		return "true"
	case AzureEnvironment:
		return "china"
	case AlibabaCloudRegion:
		return "cn-shanghai"
	case AzureSubscriptionID:
		return "22222222-2222-4222-8222-222222222222"
	default:
		return "value-of-" + string(setting)
	}
}

// environment is a getenv over a fixed set of variables.
func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

func TestEveryVariableStandsInForItsArgument(t *testing.T) {
	for setting, row := range table {
		for i, variable := range row.variables {
			t.Run(string(setting)+" from "+variable, func(t *testing.T) {
				// What comes later in the order must not matter.
				variables := map[string]string{variable: sample(setting)}
				for _, later := range row.variables[i+1:] {
					variables[later] = "of-a-later-variable"
				}
				if setting == AlibabaCloudSecurityToken { // which counts beside its key only
					variables[AlibabaCloudAccessKey.Variables()[i]] = sample(AlibabaCloudAccessKey)
				}
				r := &reader{getenv: environment(variables)}
				if got := r.read(setting); got != sample(setting) || r.err != nil {
					t.Errorf("got %q and error %v, want %q", got, r.err, sample(setting))
				}

				for _, earlier := range row.variables[:i] {
					variables[earlier] = ""
				}
				r = &reader{getenv: environment(variables)}
				if got := r.read(setting); got != sample(setting) {
					t.Errorf("got %q where the earlier variables are empty, want %q", got, sample(setting))
				}

				r = &reader{values: Values{setting: {Text: sample(setting)}}, getenv: environment(map[string]string{variable: "of-the-environment"})}
				if got := r.read(setting); got != sample(setting) {
					t.Errorf("got %q where the provider block has a value, want that: %q", got, sample(setting))
				}

				r = &reader{values: Values{setting: {Text: ""}}, getenv: environment(variables)}
				if got := r.read(setting); got != sample(setting) {
					t.Errorf("got %q where the provider block has an empty text, want %q", got, sample(setting))
				}
			})
		}
	}
}

func TestEveryRowIsAnArgumentOfAKnownObject(t *testing.T) {
	objects := []Setting{"", AlibabaCloud, AssumeRole, AssumeRoleWithOIDC, Azure, AzureEndpoint}
	for setting := range table {
		if !slices.Contains(objects, setting.parent()) {
			t.Errorf("%s is in no object of the provider block", setting)
		}
	}
	for _, object := range objects {
		if _, ok := table[object]; ok {
			t.Errorf("%s is an object and has a row of its own", object)
		}
	}
	if got, want := len(Settings()), len(table); got != want {
		t.Errorf("Settings returned %d arguments, want %d", got, want)
	}
}

func TestTheProviderBlocksChoiceHidesTheEnvironmentsOthers(t *testing.T) {
	tests := map[string]struct {
		values      Values
		environment map[string]string
		hidden      []Setting
		seen        []Setting
	}{
		"a profile hides a key": {
			values: Values{AlibabaCloudProfile: {Text: "network"}},
			environment: map[string]string{
				"ALICLOUD_ACCESS_KEY": "id", "ALICLOUD_SECRET_KEY": "secret", "ALICLOUD_SECURITY_TOKEN": "token",
				"ALICLOUD_SHARED_CREDENTIALS_FILE": "/credentials", "ALICLOUD_REGION": "cn-shanghai",
			},
			hidden: []Setting{AlibabaCloudAccessKey, AlibabaCloudSecretKey, AlibabaCloudSecurityToken},
			seen:   []Setting{AlibabaCloudSharedCredentialsFile, AlibabaCloudRegion},
		},
		"half a key hides the environment's other half": {
			values:      Values{AlibabaCloudAccessKey: {Text: "id"}},
			environment: map[string]string{"ALICLOUD_SECRET_KEY": "secret", "ALICLOUD_PROFILE": "network", "ALICLOUD_ECS_ROLE_NAME": "role"},
			hidden:      []Setting{AlibabaCloudSecretKey, AlibabaCloudProfile, AlibabaCloudECSRoleName},
		},
		"assume_role_with_oidc needs no key": {
			values:      Values{AssumeRoleWithOIDC: {}},
			environment: map[string]string{"ALICLOUD_ACCESS_KEY": "id", "ALIBABA_CLOUD_ROLE_ARN": "acs:ram::1:role/arn"},
			hidden:      []Setting{AlibabaCloudAccessKey},
			seen:        []Setting{AssumeRoleWithOIDCRoleARN},
		},
		"a role to assume takes any credentials": {
			values:      Values{AssumeRole: {}},
			environment: map[string]string{"ALICLOUD_ACCESS_KEY": "id"},
			seen:        []Setting{AlibabaCloudAccessKey},
		},
		"a managed identity hides a secret": {
			values:      Values{AzureUseMSI: {Text: "true"}},
			environment: map[string]string{"ARM_CLIENT_SECRET": "secret", "ARM_CLIENT_CERTIFICATE_PATH": "/pfx", "ARM_USE_OIDC": "true", "ARM_CLIENT_ID": "client"},
			hidden:      []Setting{AzureClientSecret, AzureClientCertificatePath, AzureUseOIDC},
			seen:        []Setting{AzureClientID},
		},
		"a flag that is false chooses nothing": {
			values:      Values{AzureUseMSI: {Text: "false"}},
			environment: map[string]string{"ARM_CLIENT_SECRET": "secret"},
			seen:        []Setting{AzureClientSecret},
		},
		"an empty text chooses nothing": {
			values:      Values{AzureClientCertificatePath: {Text: ""}},
			environment: map[string]string{"ARM_CLIENT_SECRET": "secret"},
			seen:        []Setting{AzureClientSecret},
		},
		"a token's file hides a token": {
			values:      Values{AzureUseOIDC: {Text: "true"}, AzureOIDCTokenFilePath: {Text: "/token"}},
			environment: map[string]string{"ARM_OIDC_TOKEN": "token", "ARM_OIDC_REQUEST_URL": "https://token.example.com"},
			hidden:      []Setting{AzureOIDCToken, AzureOIDCRequestURL},
		},
		"a value known after apply has chosen": {
			values:      Values{AzureUseMSI: {Text: "true"}, AzureClientIDFilePath: {Unknown: true}},
			environment: map[string]string{"ARM_CLIENT_ID": "client"},
			hidden:      []Setting{AzureClientID},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := &reader{values: test.values, getenv: environment(test.environment)}
			for _, setting := range test.hidden {
				if got := r.text(setting); got != "" || r.err != nil {
					t.Errorf("%s is %q, error %v; want nothing", setting, got, r.err)
				}
			}
			for _, setting := range test.seen {
				if got := r.text(setting); got == "" || r.err != nil {
					t.Errorf("%s is %q, error %v; want the environment's", setting, got, r.err)
				}
			}
		})
	}
}

func TestUnknownArgumentsAreNamed(t *testing.T) {
	for _, setting := range Settings() {
		for at := setting; at != ""; at = at.parent() {
			t.Run(string(setting)+" by "+string(at), func(t *testing.T) {
				// An unknown value stands, whatever the environment has.
				variables := map[string]string{}
				for _, variable := range setting.Variables() {
					variables[variable] = sample(setting)
				}
				r := &reader{values: Values{at: {Unknown: true}}, getenv: environment(variables)}
				if got := r.read(setting); got != "" {
					t.Errorf("got %q, want nothing", got)
				}
				var wrong *SettingError
				if !errors.As(r.err, &wrong) || !errors.Is(r.err, ErrUnknown) || wrong.Setting != at {
					t.Fatalf("got error %v, want ErrUnknown of %s", r.err, at)
				}
				for _, want := range []string{string(at), "not known until apply", "-target"} {
					if !strings.Contains(r.err.Error(), want) {
						t.Errorf("the error does not say %q: %s", want, r.err)
					}
				}
			})
		}
	}
}

func TestSettingErrorText(t *testing.T) {
	tests := map[string]struct {
		err  SettingError
		want string
	}{
		"missing, with several variables": {
			SettingError{Setting: AlibabaCloudRegion, Err: ErrMissing},
			"the provider's argument alibaba_cloud.region is not set. Set it in the provider block, or set the environment variable ALICLOUD_REGION or ALIBABA_CLOUD_REGION",
		},
		"missing, without a variable": {
			SettingError{Setting: AssumeRolePolicy, Err: ErrMissing},
			"the provider's argument alibaba_cloud.assume_role.policy is not set. Set it in the provider block",
		},
		"unknown": {
			SettingError{Setting: AlibabaCloudAccessKey, Err: ErrUnknown},
			"the provider's argument alibaba_cloud.access_key is not known until apply, but is needed now. First apply what its value comes from (terraform apply -target=…), or split the configuration so that the value is known beforehand",
		},
		"wrong, in the provider block": {
			SettingError{Setting: AzureEnvironment, Err: errors.New("must be another")},
			"the provider's argument azure.environment: must be another",
		},
		"wrong, in a variable": {
			SettingError{Setting: AzureEnvironment, Variable: "ARM_ENVIRONMENT", Err: errors.New("must be another")},
			"the environment variable ARM_ENVIRONMENT, which stands in for the provider's argument azure.environment: must be another",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.err.Error()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFlagsAndNumbers(t *testing.T) {
	tests := map[string]struct {
		variable  string
		otherwise bool
		want      bool
		wrong     bool
	}{
		"not set, false otherwise": {variable: "", want: false},
		"not set, true otherwise":  {variable: "", otherwise: true, want: true},
		"true":                     {variable: "true", want: true},
		"TRUE":                     {variable: "TRUE", want: true},
		"1":                        {variable: "1", want: true},
		"false":                    {variable: "false", otherwise: true, want: false},
		"neither":                  {variable: "yes please", wrong: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := &reader{getenv: environment(map[string]string{"ARM_USE_CLI": test.variable})}
			got := r.flag(AzureUseCLI, test.otherwise)
			if test.wrong {
				var wrong *SettingError
				if !errors.As(r.err, &wrong) || wrong.Variable != "ARM_USE_CLI" {
					t.Errorf("got error %v, want one that names ARM_USE_CLI", r.err)
				}
				return
			}
			if got != test.want || r.err != nil {
				t.Errorf("got %t and error %v, want %t", got, r.err, test.want)
			}
		})
	}

	r := &reader{getenv: environment(map[string]string{"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION": "900"})}
	if got := r.number(AssumeRoleSessionExpiration); got != 900 || r.err != nil {
		t.Errorf("got %d and error %v, want 900", got, r.err)
	}
	r = &reader{getenv: environment(nil)}
	if got := r.number(AssumeRoleSessionExpiration); got != 0 || r.err != nil {
		t.Errorf("got %d and error %v where nothing is set, want 0", got, r.err)
	}
}

func TestTheFirstErrorStays(t *testing.T) {
	r := &reader{values: Values{AzureEnvironment: {Text: "mars"}, AzureClientID: {Text: "client"}}, getenv: environment(nil)}
	r.text(AzureEnvironment)
	first := r.err
	if first == nil {
		t.Fatal("a wrong value gave no error")
	}
	if got := r.text(AzureClientID); got != "" {
		t.Errorf("got %q after an error, want nothing", got)
	}
	r.required(AzureTenantID)
	if !errors.Is(r.err, first) {
		t.Errorf("got %v, want the first error, %v", r.err, first)
	}
}

func TestNoVariableServesTwoArgumentsOfOneObject(t *testing.T) {
	seen := map[string][]Setting{}
	for _, setting := range slices.Sorted(maps.Keys(table)) {
		for _, variable := range setting.Variables() {
			for _, other := range seen[variable] {
				if other.parent() == setting.parent() {
					t.Errorf("%s stands in for both %s and %s", variable, other, setting)
				}
			}
			seen[variable] = append(seen[variable], setting)
		}
	}
}
