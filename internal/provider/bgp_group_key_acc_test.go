package provider

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// groupWithKey is a group with a key and its version.
func groupWithKey(key string, version int, more string) string {
	return groupWith(fmt.Sprintf("  peer_asn = 65010\n  auth_key_wo = %q\n  auth_key_wo_version = %d\n%s", key, version, more))
}

// hasKey checks the key that the service has for the one group.
func (w *acceptance) hasKey(want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := w.onlyGroup().AuthKey; got != want {
			return fmt.Errorf("the service has the key %q, want %q", got, want)
		}
		return nil
	}
}

// The key is managed while it has a version, and left alone while it has none.
func TestAccGroupKey(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	needsWriteOnly(w)
	const update, noop = plancheck.ResourceActionUpdate, plancheck.ResourceActionNoop
	step := func(config string, action plancheck.ResourceActionType, sent map[string]string, key string, has bool) resource.TestStep {
		checks := []resource.TestCheckFunc{w.hasKey(key)}
		if sent != nil {
			checks = append(checks, w.modifiedGroup(sent))
		} else {
			checks = append(checks, w.madeNone("ModifyBgpGroupAttribute"))
		}
		return resource.TestStep{
			PreConfig: w.forget, Config: config, ConfigPlanChecks: plansAt(groupAddress, action), Check: resource.ComposeTestCheckFunc(checks...),
			ConfigStateChecks: hasAt(groupAddress, map[string]knownvalue.Check{"has_auth_key": knownvalue.Bool(has), "auth_key_wo": knownvalue.Null()}),
		}
	}
	without := groupWith("peer_asn = 65010")
	w.runs(
		step(groupWithKey("first-key", 1, ""), plancheck.ResourceActionCreate, nil, "first-key", true),
		step(groupWithKey("first-key", 1, `name = "named"`), update, map[string]string{"Name": "named"}, "first-key", true),
		step(groupWithKey("other-key", 1, `name = "named"`), noop, nil, "first-key", true), // only a version sends it
		step(groupWithKey("other-key", 2, `name = "named"`), update, map[string]string{"AuthKey": "***"}, "other-key", true),
		step(without, update, map[string]string{"Name": "", "ClearAuthKey": "true"}, "", false),
		// Somebody sets one at the service: without a version it is left alone, also by an
		// update of something else.
		func() resource.TestStep {
			s := step(without, noop, nil, "theirs", true)
			s.PreConfig = func() {
				w.Alibaba.UpdateGroup(w.onlyGroup().ID, func(g *emulated.Group) { g.AuthKey = "theirs" })
				w.forget()
			}
			return s
		}(),
		step(groupWith("peer_asn = 65010\nname = \"again\""), update, map[string]string{"Name": "again"}, "theirs", true),
		resource.TestStep{ResourceName: groupAddress, ImportState: true, ImportStateVerify: true},
		// A version that Terraform is to ignore changes nothing about the key.
		step(groupWithKey("mine", 7, "name = \"third\"\nlifecycle {\n  ignore_changes = [auth_key_wo_version]\n}"), update, map[string]string{"Name": "third"}, "theirs", true),
		step(groupWithKey("mine", 7, `name = "third"`), update, map[string]string{"AuthKey": "***"}, "mine", true),
		step(groupWithKey("mine", 7, `name = "again"`), update, map[string]string{"Name": "again"}, "mine", true),
		// Removed outside where it is managed: it is sent again.
		func() resource.TestStep {
			s := step(groupWithKey("mine", 7, `name = "again"`), update, map[string]string{"AuthKey": "***"}, "mine", true)
			s.PreConfig = func() {
				w.Alibaba.UpdateGroup(w.onlyGroup().ID, func(g *emulated.Group) { g.AuthKey = "" })
				w.forget()
			}
			return s
		}(),
	)
}

// needsWriteOnly skips a test where the CLI has no write-only arguments.
func needsWriteOnly(w *acceptance) {
	w.t.Helper()
	if !w.directory(nil).knows(11, 11) {
		w.t.Skip("this CLI has no write-only arguments")
	}
}

// A key that some routers cannot take is used all the same, with a warning that names
// them and not the key.
func TestAccGroupKeyWarns(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ key, says string }{
		"80 characters":  {strings.Repeat("k", 80), "OpenBGPD takes 79 at most"},
		"a space":        {"two words", "FRR cannot take one"},
		"a double quote": {`sec\"ret`, "BIRD cannot take one"},
		"a number sign":  {"sec#ret", "OpenBGPD needs such a key in quotes"},
		"digits":         {"20260228", "OpenBGPD needs such a key in quotes"},
		"no trouble":     {strings.Repeat("k", 79), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAcceptance(t, emulator.Config{})
			needsWriteOnly(w)
			said := strings.Join(strings.Fields(w.directory(map[string]string{
				"main.tf": requires + groupWith("  peer_asn = 65010\n  auth_key_wo_version = 1\n  auth_key_wo = \""+test.key+"\""),
			}).cli("validate")), " ")
			if warned := strings.Contains(said, "Some routers cannot take this MD5 key"); warned != (test.says != "") || !strings.Contains(said, test.says) {
				t.Errorf("it said: %s", said)
			}
			if strings.Contains(said, test.key) {
				t.Errorf("the key is in: %s", said)
			}
		})
	}
}

// The key is in no plan, plan file, state, log or message: at a create, a change, a
// failure, an import and a destroy.
func TestAccGroupKeyIsNowhere(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	needsWriteOnly(w)
	d := w.directory(map[string]string{"main.tf": requires + `
variable "key" {
  type      = string
  ephemeral = true
}

variable "revision" { type = number }

` + groupWith(`
  peer_asn            = 65010
  auth_key_wo         = var.key
  auth_key_wo_version = var.revision
`) + `
resource "bgp_peer" "test" {
  bgp_group_id    = bgp_group.test.id
  peer_ip_address = "10.3.1.1"
}

data "bgp_groups" "all" { depends_on = [bgp_peer.test] }
data "bgp_peers" "all" { depends_on = [bgp_peer.test] }

output "all" { value = { groups = data.bgp_groups.all.groups, peers = data.bgp_peers.all.peers } }
`})
	texts := map[string][]byte{}
	keep := func(name string, text []byte) {
		for texts[name] != nil {
			name += "'"
		}
		texts[name] = text
	}
	log := filepath.Join(d.path, "terraform.log")
	d.env = append(d.env, "TF_LOG=TRACE", "TF_LOG_PATH="+log)
	keys := []string{"first-hunted-key", "second-hunted-key", "third-hunted-key"}
	use := func(i int) { d.env = append(d.env, "TF_VAR_key="+keys[i], fmt.Sprintf("TF_VAR_revision=%d", i+1)) }
	planAndApply := func(arguments ...string) {
		keep("plan", []byte(d.cli(append([]string{"plan", "-out=plan"}, arguments...)...)))
		keep("plan as JSON", []byte(d.cli("show", "-json", "plan")))
		for name, content := range d.unzipped("plan") {
			keep("plan file "+name, content)
		}
		keep("apply", []byte(d.cli("apply", "plan")))
		keep("state as JSON", []byte(d.cli("show", "-json")))
		keep("state", []byte(d.cli("state", "pull")))
	}

	use(0)
	planAndApply()
	use(1)
	planAndApply()
	if key := w.onlyGroup().AuthKey; key != keys[1] {
		t.Errorf("the key is %q", key)
	}

	// A change that fails, refused and with a connection that drops.
	use(2)
	for _, fault := range []control.Fault{
		{Action: "ModifyBgpGroupAttribute", Kind: control.KindError, Status: 400, Code: "InvalidBgpAuthkey.Malformed", Message: "Specified Bgp Group authkey is not valid.", Times: 1},
		{Action: "ModifyBgpGroupAttribute", Kind: control.KindDropAfter, Times: 2},
	} {
		w.Faults.Add(fault)
		cmd, output := d.command("apply", "-auto-approve")
		err := cmd.Run()
		if failed := err != nil; failed != (fault.Kind == control.KindError) {
			t.Errorf("%v\n%s", err, output)
		}
		keep("failure", output.Bytes())
	}
	if key := w.onlyGroup().AuthKey; key != keys[2] {
		t.Errorf("the key is %q", key)
	}

	// An import takes the group without touching its key, then manages it.
	d.cli("state", "rm", "bgp_group.test")
	keep("import", []byte(d.cli("import", "bgp_group.test", w.onlyGroup().ID)))
	planAndApply()
	keep("destroy", []byte(d.cli("destroy", "-auto-approve")))

	content, err := os.ReadFile(log) //nolint:gosec // The test made the name.
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"CreateBgpGroup", "ModifyBgpGroupAttribute", "DeleteBgpGroup"} {
		if !strings.Contains(string(content), action) {
			t.Errorf("the log does not tell of %s, so it is not the log that was meant", action)
		}
	}
	keep("log", content)
	noSecretIn(t, texts, keys...)
}

// unzipped are the files in a zip file of the directory.
func (d *directory) unzipped(name string) map[string][]byte {
	d.t.Helper()
	archive, err := zip.OpenReader(filepath.Join(d.path, name))
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	files := map[string][]byte{}
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil {
			d.t.Fatal(err)
		}
		if files[file.Name], err = io.ReadAll(content); err != nil {
			d.t.Fatal(err)
		}
	}
	return files
}
