package provider

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

const requires = `
terraform {
  required_providers {
    bgp = { source = "terraform-provider-bgp/bgp" }
  }
}
`

// Ctrl-C while a peer is waited for ends Terraform in good order, with the peer in
// the state.
func TestAccInterrupt(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{Delays: emulated.Delays{PeerAvailable: -1}}})
	d := w.directory(map[string]string{"main.tf": requires + peerConfig})
	cmd, output := d.command("apply", "-auto-approve")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for w.Journal.Count("DescribeBgpPeers") == 0 { // The peer is there and waited for.
		select {
		case <-look.C:
		case <-t.Context().Done():
			t.Fatal("no peer was waited for")
		}
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("an interrupted apply succeeded")
	}
	for _, want := range []string{"created and is not ready", "interrupted"} {
		if !strings.Contains(output.String(), want) {
			t.Errorf("no %q in:\n%s", want, output)
		}
	}
	peer := w.onlyPeer()
	if said := d.cli("state", "show", "bgp_peer.azure"); !strings.Contains(said, peer.ID) || !strings.Contains(said, "tainted") {
		t.Errorf("the peer %s is not in the state, tainted:\n%s", peer.ID, said)
	}
}

// terraform query lists every page, and its generated configuration imports.
func TestAccQuery(t *testing.T) {
	t.Parallel()
	w := newAcceptance(t, emulator.Config{AlibabaCloud: emulated.Config{Quotas: emulated.Quotas{PeersPerVBR: 100}}})
	d := w.directory(map[string]string{
		"main.tf": requires,
		"peers.tfquery.hcl": `
list "bgp_peer" "circuits" {
  provider         = bgp
  include_resource = true
  config {
    router_id = "` + emulator.SeedMultiCircuitVBR + `"
  }
}
`})
	if !d.knows(14, never) {
		t.Skip("only Terraform 1.14 and newer can query")
	}
	addresses := []string{"10.3.1.1", "10.3.2.1", "10.3.3.1"}
	for _, address := range addresses {
		w.Alibaba.PutPeer(emulated.Peer{ID: "bgp-" + address, GroupID: emulator.SeedMultiCircuitGroup, PeerIPAddress: address})
	}
	w.Alibaba.PutPeer(emulated.Peer{ID: "bgp-other", GroupID: emulator.SeedGroup, PeerIPAddress: emulator.SeedPeerAddress})

	said := d.cli("query", "-generate-config-out=generated.tf")
	for _, address := range addresses {
		if !strings.Contains(said, "bgp-"+address) {
			t.Errorf("no bgp-%s in:\n%s", address, said)
		}
	}
	if strings.Contains(said, "bgp-other") {
		t.Errorf("the filter let bgp-other through:\n%s", said)
	}
	if plan := d.cli("plan"); !strings.Contains(plan, "3 to import, 0 to add, 0 to change, 0 to destroy.") {
		t.Errorf("the generated configuration plans:\n%s", plan)
	}
}
