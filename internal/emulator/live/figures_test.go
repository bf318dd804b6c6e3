//go:build unix

package live_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/bgp"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/live"
)

// TestFigures prints the figures of the guide: `BGP_LIVE_FIGURES=1 make live
// TESTARGS='-run Figures -v'`. It asserts nothing.
func TestFigures(t *testing.T) {
	if os.Getenv("BGP_LIVE_FIGURES") == "" {
		t.Skip("BGP_LIVE_FIGURES is not set")
	}
	for _, n := range []int{2, 20, 200} {
		t.Run(fmt.Sprintf("memory of %d speakers", n), func(t *testing.T) { memoryFigure(t, n) })
	}
	for _, name := range []string{"FRR", "BIRD"} {
		t.Run("time to Established with "+name, func(t *testing.T) { timeFigure(t, name) })
	}
}

// timeFigure measures from a peer's creation, as the answer of CreateBgpPeer leaves
// it, to Established, with the router running.
func timeFigure(t *testing.T, name string) {
	k := kinds[slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })]
	p, err := k.find()
	if err != nil {
		t.Skip(err)
	}
	w := startEmulator(t)
	w.change(t, "PUT", "/alibabacloud/groups/bgpg-figures", fmt.Sprintf(`{"router_id":%q,"peer_asn":65010,"auth_key":%q}`, seedVBR, guideKey))
	running := k.start(t, p, t.TempDir(), k.configuration(t))
	defer running.kill()
	var took []time.Duration
	for i := range 9 {
		path := fmt.Sprintf("/alibabacloud/peers/bgp-%d", i)
		w.change(t, "PUT", path, fmt.Sprintf(`{"group_id":"bgpg-figures","peer_ip_address":%q,"status":"Pending"}`, k.address))
		start := time.Now()
		eventually(t, "Established", func() bool { return w.change(t, "GET", path, "")["session"] == "Established" })
		took = append(took, time.Since(start).Round(10*time.Millisecond))
		w.change(t, "DELETE", path, "")
	}
	slices.Sort(took)
	t.Logf("%s: median %v, %v to %v, the first second of it Pending", name, took[len(took)/2], took[0], took[len(took)-1])
}

func memoryFigure(t *testing.T, n int) {
	p := run(t, ownRole("speakers", strconv.Itoa(n)))
	<-p.done
	t.Log(strings.TrimSpace(p.output()))
}

// runSpeakers starts speakers, each with a session with another, and prints the
// memory that this takes once all are Established.
func runSpeakers(n int, output io.Writer) error {
	before := memory()
	speakers := live.New(live.Addresses{}, nil)
	var models []bgp.Speaker
	var ends []bgp.End
	for i := range n {
		address := func(i int) string { return fmt.Sprintf("10.9.%d.%d", i/250, 1+i%250) }
		model := bgp.Speaker{
			Router: "vbr-" + strconv.Itoa(i), Address: address(i), ASN: 65010,
			Prefixes:  []netip.Prefix{netip.MustParsePrefix(fmt.Sprintf("172.20.%d.0/24", i))},
			Neighbors: []bgp.Neighbor{{Address: address(i ^ 1), PeerASN: 65010 + int64(1-i%2), LocalASN: 65010 + int64(i%2), HoldTime: 30 * time.Second, Keepalive: 10 * time.Second}},
		}
		models, ends = append(models, model), append(ends, model.End(model.Neighbors[0]))
	}
	if err := speakers.Configure(models); err != nil {
		return err
	}
	tick := time.NewTicker(time.Second)
	for !established(speakers, ends...) {
		<-tick.C
	}
	after := memory()
	text, err := json.Marshal(map[string]string{
		"heap": fmt.Sprintf("%.1f MiB", float64(after.HeapInuse-before.HeapInuse)/(1<<20)),
		"all":  fmt.Sprintf("%.1f MiB", float64(after.Sys-after.HeapReleased)/(1<<20)),
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(output, "%d speakers, %d sessions: %s\n", n, n/2, text)
	return err
}

func memory() (stats runtime.MemStats) {
	debug.FreeOSMemory()
	runtime.ReadMemStats(&stats)
	return stats
}
