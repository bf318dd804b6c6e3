package provider

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	acctest "github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

const (
	examples = "../../examples"
	noChange = "0 to add, 0 to change, 0 to destroy."
)

// examplePeer is the peer that the examples of imports name.
var examplePeer = emulated.Peer{ID: "bgp-m5eoyp2mwegk8ce9v1234", GroupID: emulator.SeedGroup, PeerIPAddress: emulator.SeedPeerAddress}

// runs are what is done with the folders of examples/; a key that ends in a slash
// is a folder with all its files, any other one file.
var runs = map[string]func(d *directory){
	"provider/":   applied(),
	"quickstart/": applied(),
	"redundant-peers/": func(d *directory) {
		applied("-var-file=emulator.tfvars")(d)
		d.tests()
	},
	"data-sources/bgp_peers/":                   applied(),
	"data-sources/bgp_peer_status/":             applied(),
	"data-sources/bgp_learned_routes/":          applied(),
	"data-sources/bgp_advertised_routes/":       applied(),
	"resources/bgp_peer/resource.tf":            applied(),
	"resources/bgp_peer/import-by-string-id.tf": func(d *directory) { d.imports() },
	"resources/bgp_peer/import-by-identity.tf": func(d *directory) {
		if !d.knows(12, 12) {
			d.t.Skip("only Terraform and OpenTofu 1.12 and newer import by identity")
		}
		d.imports()
	},
	"resources/bgp_peer/import.sh": func(d *directory) {
		d.write("main.tf", requires+peerConfig)
		script, err := os.ReadFile(filepath.Join(d.path, "import.sh"))
		if err != nil {
			d.t.Fatal(err)
		}
		// Of the two regions one has the peer.
		d.Alibaba.PutPeer(examplePeer)
		d.Alibaba.AddVBR(emulated.VBR{ID: "vbr-beijing", RegionID: "cn-beijing"})
		d.Alibaba.AddGroup(emulated.Group{ID: "bgpg-beijing", RouterID: "vbr-beijing", PeerASN: 65010})
		for line := range strings.Lines(string(script)) {
			words := strings.Fields(line)
			if len(words) == 0 || words[0] == "#" {
				continue
			}
			if strings.Contains(line, "cn-beijing/") {
				peer := examplePeer
				peer.GroupID = "bgpg-beijing"
				d.Alibaba.PutPeer(peer)
			}
			d.cli(words[1:]...)
			d.cli("state", "rm", "bgp_peer.azure")
		}
	},
	"list-resources/bgp_peer/": func(d *directory) {
		if !d.knows(14, never) {
			d.t.Skip("only Terraform 1.14 and newer can query")
		}
		d.write("versions.tf", requires)
		d.Alibaba.PutPeer(examplePeer)
		if n := strings.Count(d.cli("query"), examplePeer.ID); n < 2 { // One for each list.
			d.t.Errorf("the peer was listed %d times", n)
		}
	},
	"watching-routes/": func(d *directory) {
		const values = "-var-file=emulator.tfvars"
		d.cli("fmt", "-check", "-diff")
		d.cli("apply", "-auto-approve", values)
		d.cli("plan", "-detailed-exitcode", values)
		d.tests()
	},
	"data-sources/bgp_groups/":   applied(),
	"data-sources/bgp_networks/": applied(),
	"resources/bgp_group/resource.tf": func(d *directory) {
		if !d.knows(11, 11) {
			d.t.Skip("only Terraform and OpenTofu 1.11 and newer have write-only arguments")
		}
		applied("-var=bgp_key=emulated-key")(d)
	},
	"resources/bgp_group/import-by-string-id.tf":   func(d *directory) { d.importsBeside(exampleGroup) },
	"resources/bgp_group/import-by-identity.tf":    func(d *directory) { d.importsByIdentity(exampleGroup) },
	"resources/bgp_group/import.sh":                func(d *directory) { d.importsByCommand(exampleGroup, "bgp_group.azure") },
	"resources/bgp_network/resource.tf":            applied(),
	"resources/bgp_network/import-by-string-id.tf": func(d *directory) { d.importsBeside(exampleNetwork) },
	"resources/bgp_network/import-by-identity.tf":  func(d *directory) { d.importsByIdentity(exampleNetwork) },
	"resources/bgp_network/import.sh":              func(d *directory) { d.importsByCommand(exampleNetwork, "bgp_network.data_center") },
	"list-resources/bgp_group/":                    func(d *directory) { d.queries(emulator.SeedGroup) },
	"list-resources/bgp_network/":                  func(d *directory) { d.queries("10.8.0.0/16") },
	"watching-sessions/": func(d *directory) {
		const values = "-var-file=emulator.tfvars"
		d.cli("fmt", "-check", "-diff")
		d.cli("apply", "-auto-approve", values)
		// Data sources in check blocks are read again by every apply, so that there is
		// always a plan.
		if plan := d.cli("plan", values); !strings.Contains(plan, noChange) {
			d.t.Error(plan)
		}
		d.tests()
	},
	"moving-from-alicloud/": func(d *directory) { d.cli("fmt", "-check", "-diff") }, // Moved in TestAccMovingFromAlicloud.
}

// What stands beside the examples of imports of groups and networks.
const (
	exampleGroup = `resource "bgp_group" "azure" {
  router_id   = "` + emulator.SeedVBR + `"
  peer_asn    = 65515
  name        = "azure"
  description = "Azure, first circuit"
}
`
	exampleNetwork = `resource "bgp_network" "data_center" {
  router_id      = "` + emulator.SeedVBR + `"
  dst_cidr_block = "10.8.0.0/16"
}
`
)

// putNetworks puts the networks that the examples of imports name.
func (d *directory) putNetworks() {
	d.Alibaba.PutNetwork(emulated.Network{RouterID: emulator.SeedVBR, CIDR: "10.8.0.0/16"})
	d.Alibaba.PutNetwork(emulated.Network{RouterID: emulator.SeedIPv6VBR, CIDR: "2001:db8:8::/48"})
}

// importsBeside plans an import block beside a resource.
func (d *directory) importsBeside(config string) {
	d.t.Helper()
	d.putNetworks()
	d.write("main.tf", requires+config)
	if plan := d.cli("plan"); !strings.Contains(plan, "1 to import, "+noChange) {
		d.t.Error(plan)
	}
}

func (d *directory) importsByIdentity(config string) {
	d.t.Helper()
	if !d.knows(12, 12) {
		d.t.Skip("only Terraform and OpenTofu 1.12 and newer import by identity")
	}
	d.importsBeside(config)
}

// importsByCommand runs the commands of import.sh, each with an empty state.
func (d *directory) importsByCommand(config, address string) {
	d.t.Helper()
	d.putNetworks()
	d.write("main.tf", requires+config)
	script, err := os.ReadFile(filepath.Join(d.path, "import.sh"))
	if err != nil {
		d.t.Fatal(err)
	}
	for line := range strings.Lines(string(script)) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "#" {
			d.cli(words[1:]...)
			d.cli("state", "rm", address)
		}
	}
}

// queries lists twice what has this text.
func (d *directory) queries(text string) {
	d.t.Helper()
	if !d.knows(14, never) {
		d.t.Skip("only Terraform 1.14 and newer can query")
	}
	d.putNetworks()
	d.write("versions.tf", requires)
	if n := strings.Count(d.cli("query"), text); n < 2 { // One for each list.
		d.t.Errorf("%s was listed %d times", text, n)
	}
}

// applied formats and validates, applies, plans again without a change, and
// destroys.
func applied(arguments ...string) func(d *directory) {
	return func(d *directory) {
		d.cli("fmt", "-check", "-diff")
		d.needsVersions()
		d.cli("validate")
		d.cli(append([]string{"apply", "-auto-approve"}, arguments...)...)
		d.cli(append([]string{"plan", "-detailed-exitcode"}, arguments...)...)
		d.cli(append([]string{"destroy", "-auto-approve"}, arguments...)...)
	}
}

// tests runs the CLI's own tests, of which there must be some.
func (d *directory) tests() {
	d.t.Helper()
	if said := d.cli("test"); !strings.Contains(said, " 0 failed") || strings.Contains(said, " 0 passed") {
		d.t.Error(said)
	}
}

// imports plans an import block, for a resource that stands beside it.
func (d *directory) imports() {
	d.t.Helper()
	d.Alibaba.PutPeer(examplePeer)
	d.write("main.tf", requires+peerConfig)
	d.cli("fmt", "-check", "-diff", ".")
	if plan := d.cli("plan"); !strings.Contains(plan, "1 to import, "+noChange) {
		d.t.Error(plan)
	}
}

// needsVersions adds what the examples of the registry's pages leave out.
func (d *directory) needsVersions() {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.path, "*.tf"))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file) //nolint:gosec // A copy of an example.
		if err != nil {
			d.t.Fatal(err)
		}
		if strings.Contains(string(content), "required_providers") {
			return
		}
	}
	d.write("required.tf", requires)
}

// runOf is the key of runs that a file belongs to, "" if there is none, and the
// file's name within.
func runOf(file string) (key, within string) {
	if runs[file] != nil {
		return file, filepath.Base(file)
	}
	for folder := filepath.Dir(file); folder != "."; folder = filepath.Dir(folder) {
		if runs[folder+"/"] != nil {
			return folder + "/", strings.TrimPrefix(file, folder+"/")
		}
	}
	return "", ""
}

// Every file of examples/ runs on the emulator.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	files := map[string]map[string]string{} // by the key of runs
	err := filepath.WalkDir(examples, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file := strings.TrimPrefix(filepath.ToSlash(name), examples+"/")
		if strings.HasPrefix(file, "your-router/") || strings.HasPrefix(file, "live-demo/") {
			return nil // They need real BGP speakers: the tests of internal/emulator/live and make live-demo run them.
		}
		content, err := os.ReadFile(name) //nolint:gosec // A file of this repository.
		if err != nil {
			return err
		}
		key, within := runOf(file)
		if key == "" {
			t.Errorf("nothing runs %s", name)
		}
		if files[key] == nil {
			files[key] = map[string]string{}
		}
		files[key][within] = string(content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, run := range runs {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			if files[key] == nil {
				t.Fatal("there is no such example")
			}
			run(newAcceptance(t, emulator.Config{}).directory(files[key]).inProcess())
		})
	}
}

// TestAccMovingFromAlicloud moves a group, its peer and a network as the example does,
// from a provider that stands in for alicloud. Nothing at the service is touched, and
// the group's key stays there and leaves the state.
func TestAccMovingFromAlicloud(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(examples + "/moving-from-alicloud/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	// The test library says itself which provider is which.
	_, config, found := strings.Cut(string(content), "provider \"bgp\"")
	if !found {
		t.Fatal("the example has no provider block")
	}
	w := newAcceptance(t, emulator.Config{})
	peer := examplePeer
	peer.EnableBFD, peer.BFDMultiHop = true, 3
	w.Alibaba.PutPeer(peer)
	w.Alibaba.PutNetwork(emulated.Network{RouterID: emulator.SeedVBR, CIDR: "10.8.0.0/16"})
	w.Alibaba.UpdateGroup(emulator.SeedGroup, func(g *emulated.Group) { g.AuthKey = "moved-key" })

	factories := maps.Clone(w.factories())
	factories["alicloud"] = providerserver.NewProtocol6WithError(alicloud{})
	var checks []statecheck.StateCheck
	var noops []plancheck.PlanCheck
	for address, id := range map[string]string{
		"bgp_group.azure": emulator.SeedGroup, "bgp_peer.azure": peer.ID, "bgp_network.data_center": emulator.SeedVBR + ":10.8.0.0/16",
	} {
		noops = append(noops, plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop))
		checks = append(checks, hasAt(address, map[string]knownvalue.Check{
			"id": exactly(id), "region": exactly(emulator.SeedRegion), "status": exactly("Available"),
		})...)
	}
	acctest.UnitTest(t, acctest.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []acctest.TestStep{
			{Config: `
resource "alicloud_vpc_bgp_group" "azure" {
  router_id      = "` + emulator.SeedVBR + `"
  peer_asn       = 65515
  bgp_group_name = "azure"
  description    = "Azure, first circuit"
  auth_key       = "moved-key"
}

resource "alicloud_vpc_bgp_network" "data_center" {
  router_id      = "` + emulator.SeedVBR + `"
  dst_cidr_block = "10.8.0.0/16"
}

resource "alicloud_vpc_bgp_peer" "azure" {
  bgp_group_id    = "` + peer.GroupID + `"
  peer_ip_address = "` + peer.PeerIPAddress + `"
  ip_version      = "IPV4"
  enable_bfd      = true
  bfd_multi_hop   = 3
}`},
			{
				PreConfig:         w.forget,
				Config:            "provider \"bgp\"" + config,
				ConfigPlanChecks:  acctest.ConfigPlanChecks{PreApply: noops, PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				ConfigStateChecks: checks,
				Check: func(state *terraform.State) error {
					if strings.Contains(state.String(), "moved-key") {
						return errors.New("the key is in the state")
					}
					if key := w.Alibaba.Groups()[0].AuthKey; key != "moved-key" {
						return fmt.Errorf("the service has the key %q", key)
					}
					return w.madeNone("CreateBgpPeer", "ModifyBgpPeerAttribute", "DeleteBgpPeer", "CreateBgpGroup", "ModifyBgpGroupAttribute", "AddBgpNetwork", "DeleteBgpNetwork")(state)
				},
			},
		},
	})
}

// A moved peer that is not in the provider's region is not taken for gone.
func TestAccMovingFromAlicloudInAnotherRegion(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{})
	factories := maps.Clone(w.factories())
	factories["alicloud"] = providerserver.NewProtocol6WithError(alicloud{})
	before := fmt.Sprintf("resource \"alicloud_vpc_bgp_peer\" \"azure\" {\n  bgp_group_id = %q\n}\n", examplePeer.GroupID)
	acctest.UnitTest(t, acctest.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []acctest.TestStep{
			{Config: before},
			{
				Config:      peerConfig + "moved {\n  from = alicloud_vpc_bgp_peer.azure\n  to   = bgp_peer.azure\n}\n",
				ExpectError: message("The moved BGP peer is not in the provider's region"),
			},
			{Config: before}, // It is still there.
		},
	})
}

// alicloud stands in for the provider of that name: it has the resources that can be
// moved, with attributes that the real one documents, and keeps what it is told.
type alicloud struct{ provider.Provider }

func (alicloud) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "alicloud"
}
func (alicloud) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (alicloud) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (alicloud) DataSources(context.Context) []func() datasource.DataSource                        { return nil }
func (alicloud) Resources(context.Context) (all []func() resource.Resource) {
	computed, required, optional := schema.StringAttribute{Computed: true}, schema.StringAttribute{Required: true}, schema.StringAttribute{Optional: true}
	for _, r := range []alicloudResource{
		{kind: "peer", id: examplePeer.ID, attributes: map[string]schema.Attribute{
			"bgp_group_id": required, "peer_ip_address": optional, "ip_version": optional,
			"enable_bfd": schema.BoolAttribute{Optional: true}, "bfd_multi_hop": schema.Int64Attribute{Optional: true},
		}},
		{kind: "group", id: emulator.SeedGroup, attributes: map[string]schema.Attribute{
			"router_id": required, "peer_asn": schema.Int64Attribute{Required: true}, "local_asn": schema.Int64Attribute{Optional: true},
			"is_fake_asn": schema.BoolAttribute{Optional: true}, "bgp_group_name": optional, "description": optional,
			"auth_key": optional, "clear_auth_key": schema.BoolAttribute{Optional: true},
		}},
		{kind: "network", id: emulator.SeedVBR + ":10.8.0.0/16", attributes: map[string]schema.Attribute{
			"router_id": required, "dst_cidr_block": required, "vpc_id": optional,
		}},
	} {
		r.attributes["id"], r.attributes["status"] = computed, computed
		all = append(all, func() resource.Resource { return r })
	}
	return all
}

type alicloudResource struct {
	resource.Resource
	kind, id   string
	attributes map[string]schema.Attribute
}

func (r alicloudResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "alicloud_vpc_bgp_" + r.kind
}

func (r alicloudResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: r.attributes}
}

func (r alicloudResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), r.id)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("status"), "Available")...)
}
func (alicloudResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (alicloudResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (alicloudResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
