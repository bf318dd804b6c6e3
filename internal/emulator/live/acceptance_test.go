//go:build unix

package live_test

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// guideKey is the MD5 key of the guide's configurations.
const guideKey = "Kx7.mQ2vTe9"

// guideFiles are the configurations of the guide "Your router against the emulated
// clouds", which the guide shows as they are.
const guideFiles = "../../../examples/your-router"

func fromGuide(name string) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(guideFiles, name)) //nolint:gosec // of the repository
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

const peerConfiguration = `
terraform {
  required_providers {
    bgp = { source = "terraform-provider-bgp/bgp" }
  }
}

provider "bgp" {}

resource "bgp_peer" "router" {
  bgp_group_id         = %q
  peer_ip_address      = %q
  wait_for_established = true

  timeouts = { create = "90s" }
}

data "bgp_peers" "all" {
  bgp_group_id = bgp_peer.router.bgp_group_id
  depends_on   = [bgp_peer.router]
}

output "peer" {
  value = data.bgp_peers.all.peers[0]
}
`

// peerRow is a row of bgp_peers.
type peerRow struct {
	ID         string `json:"id"`
	BGPStatus  string `json:"bgp_status"`
	Received   int    `json:"received_route_count"`
	Advertised int    `json:"advertised_route_count"`
}

// TestRouters meets every kind of router with a peer that Terraform makes, all at
// once on one virtual border router: each has a group of its own.
func TestRouters(t *testing.T) {
	w := startEmulator(t, "--speakers", "172.16.0.10=127.0.0.26:1790")
	w.change(t, "PATCH", "/alibabacloud/vbrs/"+seedVBR, `{"prefixes":["192.168.101.0/24","192.168.102.0/24"]}`)
	t.Run("each", func(t *testing.T) {
		for _, k := range kinds {
			t.Run(k.name, func(t *testing.T) {
				t.Parallel()
				p, err := k.find()
				if err != nil {
					noteSkipped(t, k.name, err)
					t.Skip(err)
				}
				testRouter(t, w, k, p)
			})
		}
		t.Run("gateway", func(t *testing.T) {
			t.Parallel()
			testGatewaySessions(t, w)
		})
	})
	t.Run("guide", func(t *testing.T) { testGuide(t, w) })
}

// testGuide applies the guide's configuration for each router that it shows.
func testGuide(t *testing.T, w *emulatorProcess) {
	configuration := fromGuide("main.tf")(t)
	for _, k := range kinds {
		p, err := k.find()
		if err != nil || !k.guide {
			continue
		}
		running := k.start(t, p, t.TempDir(), k.configuration(t))
		ws := w.workspace(t, configuration)
		ws.apply(t, "-var", "router_address="+k.address)
		want := fmt.Sprintf("Established, %d routes received, 3 advertised", k.received(3))
		eventually(t, k.name+": "+want, func() bool {
			ws.apply(t, "-refresh-only", "-var", "router_address="+k.address)
			sessions := map[string]string{}
			ws.output(t, "sessions", &sessions)
			return sessions[k.address] == want
		})
		ws.terraform(t, "destroy", "-auto-approve", "-input=false", "-no-color", "-var", "router_address="+k.address)
		running.kill()
	}
}

// noteSkipped tells `make live` of a router that was not met: go test says it with
// -v only.
func noteSkipped(t *testing.T, router string, reason error) {
	t.Helper()
	name := os.Getenv("BGP_LIVE_SKIPPED")
	if name == "" {
		return
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the user's own choice
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(file, "  %s: %v\n", router, reason)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

const seedVBR = "vbr-uf6seed00000000circuits"

func testRouter(t *testing.T, w *emulatorProcess, k kind, p program) {
	group := "bgpg-" + strings.ToLower(k.name)
	changeGroup := func(t *testing.T, method, change string) {
		t.Helper()
		w.change(t, method, "/alibabacloud/groups/"+group, change)
	}
	changeGroup(t, "PUT", fmt.Sprintf(`{"router_id":%q,"peer_asn":65010,"auth_key":%q}`, seedVBR, guideKey))
	directory, configuration := t.TempDir(), k.configuration(t)
	running := k.start(t, p, directory, configuration)

	// Terraform makes the peer, and waits until it is Established.
	ws := w.workspace(t, fmt.Sprintf(peerConfiguration, group, k.address))
	ws.apply(t)
	var peer peerRow
	ws.output(t, "peer", &peer)
	if peer.BGPStatus != "Established" {
		t.Errorf("bgp_status: %s", peer.BGPStatus)
	}
	session := func() any { return w.change(t, "GET", "/alibabacloud/peers/"+peer.ID, "")["session"] }
	established := func() bool { return session() == "Established" }
	viewed := func() view {
		v, err := k.view(t.Context(), p, directory, running)
		if err != nil {
			v = view{} // not up yet, or down
		}
		return v
	}
	learnsRoutes := func() bool {
		return slices.Equal(viewed().Prefixes, []string{"192.168.101.0/24", "192.168.102.0/24"})
	}
	eventually(t, "the router learns the routes of the virtual border router", learnsRoutes)
	eventually(t, "Terraform shows the routes both ways", func() bool { // they come after Established
		ws.apply(t, "-refresh-only")
		ws.output(t, "peer", &peer)
		return peer.Received == k.received(2) && peer.Advertised == 2
	})

	// A wrong key: the session is down, and the log says what may be wrong.
	said := func(text string) func() bool {
		return func() bool {
			return slices.ContainsFunc(strings.Split(w.output(), "\n"), func(line string) bool {
				return strings.Contains(line, " with "+k.address+" (") && strings.Contains(line, text)
			})
		}
	}
	changeGroup(t, "PATCH", `{"auth_key":"another"}`)
	eventually(t, "the log says that nothing answers", said("no answer: no router listens there, its MD5 key differs, or it has none"))
	if established() {
		t.Error("Established with a wrong key")
	}
	changeGroup(t, "PATCH", fmt.Sprintf(`{"auth_key":%q}`, guideKey))
	eventually(t, "the session is up with the right key", established)

	// restart starts the router anew, so that no pause of its own after an error has
	// to be waited for, which may be minutes; and only once the virtual border
	// router listens to it again, since some dial once in two minutes.
	restart := func(configuration string) {
		running.kill()
		eventually(t, "the virtual border router is past its own pause", func() bool { return session() == "Active" })
		running = k.start(t, p, directory, configuration)
	}
	// A wrong ASN, and an ASN of four bytes.
	changeGroup(t, "PATCH", `{"peer_asn":4200000010}`)
	restart(configuration)
	eventually(t, "the log says that the ASN is another", said("ASN"))
	if established() {
		t.Error("Established with a wrong ASN")
	}
	configuration = strings.ReplaceAll(configuration, routerASN, "4200000010")
	restart(configuration)
	eventually(t, "the session is up with an ASN of four bytes", established)

	// The router is stopped, and started again.
	running.kill()
	eventually(t, "the session is down", func() bool { return !established() })
	ws.apply(t, "-refresh-only")
	if ws.output(t, "peer", &peer); peer.BGPStatus == "Established" {
		t.Error("bgp_status of a stopped router is Established")
	}
	restart(configuration)
	eventually(t, "the session is up again", established)
	eventually(t, "with its routes", learnsRoutes)

	// The peer is destroyed.
	ws.terraform(t, "destroy", "-auto-approve", "-input=false", "-no-color")
	eventually(t, "the router's session is down", func() bool { return !viewed().Up })
}

const gatewayConfiguration = `
terraform {
  required_providers {
    bgp = { source = "terraform-provider-bgp/bgp" }
  }
}

provider "bgp" {}

data "bgp_peer_status" "router" {
  resource_group_name          = "rg-network"
  virtual_network_gateway_name = "vgw-active-active"
  peer                         = "172.16.0.10"
}

output "peers" {
  value = data.bgp_peer_status.router.peers
}
`

// statusRow is a row of bgp_peer_status.
type statusRow struct {
	LocalAddress string `json:"local_address"`
	State        string `json:"state"`
	Connected    *int   `json:"connected_seconds"`
	Routes       int    `json:"routes_received"`
	Sent         int    `json:"messages_sent"`
	Received     int    `json:"messages_received"`
}

// testGatewaySessions has a router that both instances of a gateway have sessions
// with, and stops it without a word: no connection ends, so the hold time counts.
func testGatewaySessions(t *testing.T, w *emulatorProcess) {
	ws := w.workspace(t, gatewayConfiguration)
	read := func() []statusRow {
		ws.apply(t)
		var rows []statusRow
		ws.output(t, "peers", &rows)
		return rows
	}
	for _, row := range read() {
		if row.State != "Connecting" || row.Connected != nil {
			t.Errorf("without a router: %+v", row)
		}
	}
	router := startGoBGP(t, goBGPConfig{
		ASN: 65010, Address: netip.MustParseAddr("127.0.0.26"), Announce: []netip.Prefix{netip.MustParsePrefix("172.25.1.0/24")},
		HoldTime:  9,
		Neighbors: []goBGPNeighbor{{netip.MustParseAddr("127.0.64.5"), 65000}, {netip.MustParseAddr("127.0.64.6"), 65000}},
	})
	eventually(t, "both instances are Connected", func() bool {
		rows := read()
		return len(rows) == 2 && !slices.ContainsFunc(rows, func(r statusRow) bool {
			return r.State != "Connected" || r.Connected == nil || r.Routes != 1 || r.Sent < 3 || r.Received < 3
		})
	})
	eventually(t, "the router learns the gateway's prefix", func() bool {
		return slices.Equal(goBGPViews(router)["127.0.64.5"].Prefixes, []string{"10.2.0.0/24"})
	})
	router.stop(t)
	eventually(t, "the hold time is over", func() bool {
		return !slices.ContainsFunc(read(), func(r statusRow) bool { return r.State == "Connected" })
	})
	if !strings.Contains(w.output(), "vgw-active-active with 172.16.0.10 (127.0.0.26:1790): down: the hold time passed without a message") {
		t.Error("the log does not say that the hold time was over")
	}
}
