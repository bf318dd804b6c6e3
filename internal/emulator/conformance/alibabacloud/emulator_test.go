package alibabacloud_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/conformance/load"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// What every test has. The group has everything that a group can have.
const (
	testRegion = "cn-shanghai"
	testVBR    = "vbr-conformance"
	testGroup  = "bgpg-conformance"
	testKey    = "!PWZ2wsq" // the group's MD5 key
)

var testStart = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

// vpcEmulator is the emulator, listening on loopback, whose life cycles go by a clock
// moved by hand.
type vpcEmulator struct {
	*emulator.Emulator
	clock     *control.Clock
	transport http.RoundTripper
}

// host is where the API is.
func (w vpcEmulator) host() string { return strings.TrimPrefix(w.AlibabaURL(), "http://") }

// roundTrip is a transport. The libraries change those of net/http's own type,
// and take proxies from the environment for them.
type roundTrip func(*http.Request) (*http.Response, error)

func (rt roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return rt(r) }

// newVPCEmulator starts an emulator with one VBR and one group.
func newVPCEmulator(t testing.TB, changes ...func(*alibabacloud.Config)) vpcEmulator {
	t.Helper()
	clock := control.NewClock(testStart)
	config := emulator.Config{Empty: true, Now: clock.Now}
	for _, change := range changes {
		change(&config.AlibabaCloud)
	}
	e, err := emulator.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	e.Alibaba.AddVBR(alibabacloud.VBR{ID: testVBR, RegionID: testRegion, IPv6: true})
	e.Alibaba.AddGroup(alibabacloud.Group{
		ID: testGroup, RouterID: testVBR, Name: "test", Description: "test group", AuthKey: testKey,
		PeerASN: 4200000001, LocalASN: 64512, IsFakeASN: true, RouteQuota: 99,
	})
	connections := &http.Transport{MaxIdleConnsPerHost: load.Clients}
	t.Cleanup(connections.CloseIdleConnections)
	return vpcEmulator{Emulator: e, clock: clock, transport: roundTrip(connections.RoundTrip)}
}

// delays are different for every stage, so that a mix-up of two shows.
func delays(config *alibabacloud.Config) {
	config.Delays = alibabacloud.Delays{
		PeerAvailable: 2 * time.Second, PeerModified: 3 * time.Second, PeerDeleted: 4 * time.Second,
		GroupAvailable: 5 * time.Second, GroupModified: 6 * time.Second, GroupDeleted: 7 * time.Second,
		NetworkAvailable: 8 * time.Second, NetworkDeleted: 9 * time.Second,
		SessionConnect: 10 * time.Second, SessionEstablished: 11 * time.Second,
	}
}

// What is kept across runs, and what is not (EMU-003): objects are, client
// tokens are not.
func TestRestart(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	start := func() vpcEmulator {
		e, err := emulator.Start(t.Context(), emulator.Config{StateFile: state})
		if err != nil {
			t.Fatal(err)
		}
		return vpcEmulator{Emulator: e, transport: http.DefaultTransport}
	}
	create := params{"BgpGroupId": emulator.SeedGroup, "ClientToken": "t"}
	before := api{t, start(), client{"", third{}.call}}
	id := before.ok("CreateBgpPeer", create).text("BgpPeerId")
	if err := before.vpc.Close(); err != nil {
		t.Fatal(err)
	}
	after := api{t, start(), client{"", third{}.call}}
	after.has("DescribeBgpPeers", params{"BgpPeerId": id}, tree{"PeerIpAddress": emulator.SeedPeerAddress})
	after.fails(failure{400, "BgpPeer.Already.Exists", "bgp peer already exists."}, "CreateBgpPeer", create)
	if err := after.vpc.Close(); err != nil {
		t.Fatal(err)
	}
}
