package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/proxytest"
)

// Secrets of all kinds pass through a run, with a gateway that answers in the
// recorded style: keys, tokens, signatures, signed poll
// URLs, and the MD5 key of the BGP group, which the service sends along. None is
// in the log at its most verbose, in the state, or in an error.
func TestAccNoSecretIsShown(t *testing.T) {
	const md5Key = "hunter2hunter2"
	log := filepath.Join(t.TempDir(), "terraform.log")
	t.Setenv("TF_LOG", "TRACE")
	t.Setenv("TF_ACC_LOG_PATH", log)
	t.Setenv("TF_LOG_PATH_MASK", "")

	w := newAcceptance(t, emulator.Config{Azure: azure.Config{Style: azure.StyleLocation, OperationDelay: 50 * time.Millisecond}})
	if !w.Alibaba.UpdateGroup(emulator.SeedGroup, func(group *emulated.Group) { group.AuthKey = md5Key }) {
		t.Fatal("the seeded group is not there")
	}

	var state []byte
	w.run(
		resource.TestStep{
			Config: peerConfig + statusConfig + `data "bgp_peers" "all" { depends_on = [bgp_peer.azure] }`,
			Check: func(s *terraform.State) (err error) {
				state, err = json.Marshal(s)
				return err
			},
		},
		resource.TestStep{
			// What fails tells of itself in the log and in an error.
			PreConfig: func() {
				w.Faults.Add(control.Fault{Action: "ModifyBgpPeerAttribute", Kind: control.KindError, Status: 403, Code: "Forbidden.RAM", Message: "no"})
			},
			Config:      strings.Replace(peerConfig, "\n}", "\n  enable_bfd = true\n  bfd_multi_hop = 3\n}", 1),
			ExpectError: message(`Forbidden.RAM`),
		},
	)

	content, err := os.ReadFile(log) //nolint:gosec // The test made the name.
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"CreateBgpPeer", "DescribeBgpPeers", "DeleteBgpPeer", "getBgpPeerStatus"} {
		if !strings.Contains(string(content), action) {
			t.Errorf("the log does not tell of %s, so it is not the log that was meant", action)
		}
	}
	if !strings.Contains(string(state), emulator.SeedGroup) {
		t.Error("the state does not hold the peer")
	}
	noSecretIn(t, map[string][]byte{"log": content, "state": state}, md5Key)
}

// noSecretIn checks texts, by their names, for secrets of all kinds, and for others of
// the test's own.
func noSecretIn(t *testing.T, texts map[string][]byte, own ...string) {
	t.Helper()
	// Each begins with a literal, so that megabytes of log take no time.
	patterns := map[string]string{
		regexp.QuoteMeta(emulator.SeedAccessKeySecret): "the Alibaba Cloud secret key",
		regexp.QuoteMeta(emulator.SeedClientSecret):    "the Azure client secret",
		`Bearer [^…*\s]`:                               "a bearer token",
		`eyJ[0-9A-Za-z_-]{8}`:                          "a token",
		`access_token`:                                 "an answer of a token endpoint",
	}
	for _, parameter := range []string{`\?t=`, `\?c=`, `\?s=`, `\?h=`, `&t=`, `&c=`, `&s=`, `&h=`} {
		patterns[parameter+`[0-9A-Za-z]`] = "the signature of a poll URL"
	}
	for _, secret := range own {
		patterns[regexp.QuoteMeta(secret)] = secret
	}
	for where, text := range texts {
		for pattern, name := range patterns {
			if at := regexp.MustCompile(pattern).FindIndex(text); at != nil {
				t.Errorf("%s is in the %s: %s", name, where, around(text, at[0]))
			}
		}
		if at := signature.FindIndex(bytes.ToLower(text)); at != nil {
			t.Errorf("a signature is in the %s: %s", where, around(bytes.ToLower(text), at[0]))
		}
	}
}

var signature = regexp.MustCompile(`signature=[0-9a-f]`)

// Whatever the environment asks the libraries to print, no secret is in what the
// provider's process prints or logs: here with keys that are got in two steps, from
// SSO and STS, which the libraries ask by themselves.
func TestAccNoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	const ssoToken, sessionToken = "the-sso-access-token", "the-session-token"
	temporary := emulated.Identity{AccessKeyID: "STS.key", AccessKeySecret: "the-session-secret", SecurityToken: sessionToken}
	w := newAcceptance(t, emulator.Config{
		AlibabaCloud: emulated.Config{Identities: []emulated.Identity{temporary}},
		Azure:        azure.Config{Style: azure.StyleLocation, OperationDelay: 50 * time.Millisecond},
	})
	keys := map[string]string{
		"AccessKeyId": temporary.AccessKeyID, "AccessKeySecret": temporary.AccessKeySecret, "SecurityToken": sessionToken,
		"Expiration": time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z"),
	}
	proxy := proxytest.Start(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"RequestId": "R-1", "Credentials": keys, "CloudCredential": keys})
	}))
	d := w.directory(map[string]string{
		"main.tf": requires + peerConfig + statusConfig + `
provider "bgp" {
  ca_certificate_file = "ca.pem"
  alibaba_cloud = {
    profile                 = "sso"
    shared_credentials_file = "config.json"
    assume_role             = { role_arn = "acs:ram::1:role/network" }
  }
}
`,
		"config.json": fmt.Sprintf(`{"profiles":[{"name":"sso","mode":"CloudSSO","cloud_sso_sign_in_url":"https://sso.example.com","cloud_sso_account_id":"1",
			"cloud_sso_access_config":"ac","access_token":%q,"cloud_sso_access_token_expire":%d}]}`, ssoToken, time.Now().Add(time.Hour).Unix()),
		"ca.pem": readFile(t, w.CAFile()) + readFile(t, proxy.CAFile),
	})
	protocol := t.TempDir()
	d.env = append(d.env, "HTTPS_PROXY="+proxy.URL.String(), "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(d.path, "terraform.log"),
		"DEBUG=credential,dara,tea,*", "AZURE_SDK_GO_LOGGING=all", "GODEBUG=http2debug=2", "TF_LOG_SDK_PROTO_DATA_DIR="+protocol,
		"GRPC_GO_LOG_SEVERITY_LEVEL=info", "GRPC_GO_LOG_VERBOSITY_LEVEL=99")
	output := d.cli("apply", "-auto-approve") + d.cli("destroy", "-auto-approve")

	if hosts := proxy.Hosts(); !slices.Contains(hosts, "sts.aliyuncs.com") || !slices.Contains(hosts, "sso.example.com") {
		t.Errorf("the libraries asked only %q", hosts)
	}
	if files, err := os.ReadDir(protocol); err != nil || len(files) > 0 {
		t.Errorf("the plugin library wrote %v, %v", files, err)
	}
	log := readFile(t, filepath.Join(d.path, "terraform.log"))
	if !strings.Contains(log, "getBgpPeerStatus") || !strings.Contains(log, "@module=bgp") {
		t.Error("the log does not tell of the provider's calls")
	}
	noSecretIn(t, map[string][]byte{"output": []byte(output), "log": []byte(log)}, ssoToken, sessionToken, temporary.AccessKeySecret)
}

// What fails says why without any secret, in its message and in the log: neither those
// that the provider was given, nor what somebody answers with.
func TestAccNoSecretIsInAnError(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	w := newAcceptance(t, emulator.Config{})
	leaky := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Query().Get("status"))
		rw.WriteHeader(status)
		answer := map[string]string{"message": "asked with " + r.Header.Get("Authorization") + ", see https://elsewhere.example.com/token?sig=" + secret}
		if status < 300 {
			answer = map[string]string{"AccessKeyId": secret, "AccessKeySecret": secret, "value": secret}
		}
		_ = json.NewEncoder(rw).Encode(answer)
	}))
	t.Cleanup(leaky.Close) // which is after the cases, that run side by side
	certificate := filepath.Join(t.TempDir(), "certificate.pfx")
	if err := os.WriteFile(certificate, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	profiles := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(profiles, []byte(`{"profiles":[{"name":"p","mode":"AK","access_key_secret":"`+secret+`"`), 0o600); err != nil {
		t.Fatal(err)
	}
	without := map[string]string{"ALICLOUD_ACCESS_KEY": "", "ALICLOUD_SECRET_KEY": "", "ARM_CLIENT_SECRET": ""}
	for name, test := range map[string]struct {
		variables map[string]string
		says      []string
	}{
		"keys that nobody knows": {
			map[string]string{"ALICLOUD_SECRET_KEY": secret, "ALICLOUD_SECURITY_TOKEN": secret, "ARM_CLIENT_SECRET": secret},
			[]string{"InvalidSecurityToken|SignatureDoesNotMatch|IncompleteSignature", "invalid_client|AADSTS"},
		},
		"sources that answer oddly": {
			map[string]string{
				"ALICLOUD_CREDENTIALS_URI": leaky.URL + "/?status=200&key=" + secret,
				"ARM_USE_OIDC":             "true", "ARM_OIDC_REQUEST_URL": leaky.URL + "/?status=201&key=" + secret, "ARM_OIDC_REQUEST_TOKEN": secret + "-token",
			},
			[]string{"the credentials URI: its answer lacks", "HTTP 201 Created"},
		},
		"sources that fail": {
			map[string]string{
				"ARM_USE_OIDC": "true", "ARM_OIDC_REQUEST_URL": leaky.URL + "/?status=403&key=" + secret, "ARM_OIDC_REQUEST_TOKEN": secret + "-token",
			},
			[]string{"", "HTTP 403 Forbidden"},
		},
		"files that cannot be read": {
			map[string]string{
				"ALICLOUD_PROFILE": "p", "ALICLOUD_SHARED_CREDENTIALS_FILE": profiles,
				"ARM_CLIENT_CERTIFICATE_PATH": certificate, "ARM_CLIENT_CERTIFICATE_PASSWORD": secret,
			},
			[]string{"is not a valid CLI configuration", "PKCS#12 bundle cannot be read"},
		},
		"values that cannot be": {
			map[string]string{
				"ALICLOUD_ACCESS_KEY": "id", "ALICLOUD_SECRET_KEY": secret + "\n",
				"ARM_USE_OIDC": "true", "ARM_OIDC_REQUEST_URL": "http://user:" + secret + "@token.example.com", "ARM_OIDC_REQUEST_TOKEN": secret,
			},
			[]string{"ALICLOUD_SECRET_KEY", "ARM_OIDC_REQUEST_URL"},
		},
		"a proxy that is no URL": {
			map[string]string{
				"ARM_CLIENT_SECRET": secret, "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": "https://login.example.com",
				"HTTPS_PROXY": "http://user:p#" + secret + "@proxy.example.com:3128",
			},
			[]string{"", "the environment variable HTTPS_PROXY does not hold the URL"},
		},
		"a proxy whose port is none": {
			map[string]string{
				"ALICLOUD_ACCESS_KEY": "id", "ALICLOUD_SECRET_KEY": secret, "ALIBABA_CLOUD_ENDPOINT_VPC": "",
				"ARM_CLIENT_SECRET": secret, "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": "https://login.example.com",
				"HTTPS_PROXY": "http://user:" + secret,
			},
			[]string{"the environment variable HTTPS_PROXY does not hold the URL", "the environment variable HTTPS_PROXY does not hold the URL"},
		},
		"a proxy that is none either": {
			map[string]string{
				"ARM_CLIENT_SECRET": secret, "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": "https://login.example.com",
				"HTTPS_PROXY": "user:p%zz" + secret + "@proxy.example.com:3128",
			},
			[]string{"", "the environment variable HTTPS_PROXY does not hold the URL"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// A timeout would be what ends the plan, not the error that is looked for.
			status := strings.Replace(statusConfig, "{", "{\n  timeouts = { read = \"1h\" }", 1)
			for cloud, object := range []string{`data "bgp_peers" "all" {}`, status} {
				if test.says[cloud] == "" {
					continue
				}
				d := w.directory(map[string]string{"main.tf": requires + object})
				log := filepath.Join(d.path, "terraform.log")
				d.env = append(d.env, "TF_LOG=TRACE", "TF_LOG_PATH="+log)
				for _, variables := range []map[string]string{without, test.variables} {
					for variable, value := range variables {
						if variable != "ALICLOUD_ACCESS_KEY" || value != "" || test.variables["ALICLOUD_SECRET_KEY"] == "" {
							d.env = append(d.env, variable+"="+value)
						}
					}
				}
				cmd, output := d.command("plan", "-no-color")
				if err := cmd.Run(); err == nil {
					t.Errorf("nothing failed:\n%s", output)
				}
				said := strings.Join(strings.Fields(strings.ReplaceAll(output.String(), "│", "")), " ")
				if !regexp.MustCompile(test.says[cloud]).MatchString(said) {
					t.Errorf("no %q in:\n%s", test.says[cloud], output)
				}
				// Terraform's own part of the log has nothing of these.
				noSecretIn(t, map[string][]byte{"output": output.Bytes(), "log": []byte(readFile(t, log))}, secret)
			}
		})
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path) //nolint:gosec // The test made the name.
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// around returns the part of a text at an index.
func around(text []byte, at int) string {
	return fmt.Sprintf("…%s…", text[max(0, at-200):min(len(text), at+100)])
}
