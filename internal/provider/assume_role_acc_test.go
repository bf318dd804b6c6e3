package provider

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/proxytest"
)

// A role is assumed, or several one after the other, however the configuration has
// them.
func TestAccAssumeRole(t *testing.T) {
	t.Parallel()
	var (
		mu    sync.Mutex
		asked []string // which role, by whose keys, for how long
	)
	proxy := proxytest.Start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		role := strings.TrimPrefix(r.Form.Get("RoleArn"), "acs:ram::1:role/")
		mu.Lock()
		asked = append(asked, strings.Join([]string{role, r.Form.Get("AccessKeyId"), r.Form.Get("DurationSeconds")}, " "))
		mu.Unlock()
		_ = json.NewEncoder(w).Encode(map[string]any{"RequestId": "R-1", "Credentials": map[string]string{
			"AccessKeyId": "keys-of-" + role, "AccessKeySecret": "secret", "SecurityToken": "token",
			"Expiration": time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z"),
		}})
	}))
	identity := func(role string) emulated.Identity {
		return emulated.Identity{AccessKeyID: "keys-of-" + role, AccessKeySecret: "secret", SecurityToken: "token"}
	}
	w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{Identities: []emulated.Identity{identity("one"), identity("two")}}})
	const ending = `
provider "bgp" {
  ca_certificate_file = "ca.pem"
  alibaba_cloud       = { assume_role = ROLE }
}
data "bgp_peers" "all" {}
`
	first := "one " + emulator.SeedAccessKeyID
	for name, test := range map[string]struct {
		role, more string
		want       []string
		says       string // of the error
	}{
		"an object":             {role: `{ role_arn = "acs:ram::1:role/one", session_expiration = 900 }`, want: []string{first + " 900"}},
		"a list":                {role: `[{ role_arn = "acs:ram::1:role/one" }, { role_arn = "acs:ram::1:role/two", session_expiration = "1800" }]`, want: []string{first + " 3600", "two keys-of-one 1800"}},
		"all from variables":    {role: `{}`, want: []string{first + " 3600"}},
		"none":                  {role: `[]`},
		"null":                  {role: `null`},
		"a typed list":          {role: `var.roles`, more: `variable "roles" { default = [{ role_arn = "acs:ram::1:role/one", policy = null }, { role_arn = "acs:ram::1:role/two", policy = "{}" }] }`, want: []string{first + " 3600", "two keys-of-one 3600"}},
		"a map":                 {role: `tomap({ role_arn = "acs:ram::1:role/one" })`, want: []string{first + " 3600"}},
		"a conditional":         {role: `var.on ? { role_arn = "acs:ram::1:role/one" } : null`, more: `variable "on" { default = true }`, want: []string{first + " 3600"}},
		"a wrong name":          {role: `[{ role_arn = "acs:ram::1:role/one" }, { arn = "two" }]`, says: `alibaba_cloud.assume_role[1]: has no argument "arn"`},
		"a wrong value":         {role: `{ role_arn = "acs:ram::1:role/one", session_expiration = 60 }`, says: "alibaba_cloud.assume_role.session_expiration: must be a number of seconds"},
		"a set":                 {role: `toset([{ role_arn = "acs:ram::1:role/one" }])`, says: "alibaba_cloud.assume_role must be an object or a list of objects"},
		"a role without an ARN": {role: `[{ role_arn = "acs:ram::1:role/one" }, {}]`, says: "alibaba_cloud.assume_role[1].role_arn is not set. Set it in the provider block"},
	} {
		t.Run(name, func(t *testing.T) {
			mu.Lock()
			asked = nil
			mu.Unlock()
			d := w.directory(map[string]string{
				"main.tf": requires + test.more + strings.ReplaceAll(ending, "ROLE", test.role),
				"ca.pem":  readFile(t, w.CAFile()) + readFile(t, proxy.CAFile),
			})
			d.env = append(d.env, "HTTPS_PROXY="+proxy.URL.String(), "ALICLOUD_ASSUME_ROLE_ARN=acs:ram::1:role/one")
			cmd, output := d.command("plan", "-no-color")
			err := cmd.Run()
			said := strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(output.String())), " ")
			if test.says != "" {
				if err == nil || !strings.Contains(said, test.says) || !strings.Contains(said, "main.tf line") {
					t.Errorf("the plan ended with %v and said:\n%s", err, output)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			mu.Lock()
			defer mu.Unlock()
			if diff := cmp.Diff(test.want, asked); diff != "" {
				t.Errorf("STS was asked (-want +got):\n%s", diff)
			}
		})
	}
}
