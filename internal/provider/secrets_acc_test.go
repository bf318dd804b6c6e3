package provider

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
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

	w := newWorld(t, emulator.Config{Azure: azure.Config{Style: azure.StyleLocation, OperationDelay: 50 * time.Millisecond}})
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
	for name, pattern := range map[string]string{
		"the Alibaba Cloud secret key":  regexp.QuoteMeta(emulator.SeedAccessKeySecret),
		"the Azure client secret":       regexp.QuoteMeta(emulator.SeedClientSecret),
		"the MD5 key":                   md5Key,
		"a bearer token":                `Bearer \S|eyJ[0-9A-Za-z_-]{8}`,
		"a signature":                   `(?i)\bsignature=[0-9a-f]`,
		"the signature of a poll URL":   `[?&][tcsh]=[0-9A-Za-z]`,
		"an answer of a token endpoint": `access_token`,
	} {
		for where, text := range map[string][]byte{"log": content, "state": state} {
			if at := regexp.MustCompile(pattern).FindIndex(text); at != nil {
				t.Errorf("%s is in the %s: %s", name, where, around(text, at[0]))
			}
		}
	}
}

// around returns the part of a text at an index.
func around(text []byte, at int) string {
	return fmt.Sprintf("…%s…", text[max(0, at-200):min(len(text), at+100)])
}
