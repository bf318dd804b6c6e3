package bgproutes

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

// names are the networks of rows, with what else tells them apart here.
func names(routes []route) (texts []string) {
	for _, r := range routes {
		text := func(s *string) string {
			if s == nil {
				return "-"
			}
			return *s
		}
		texts = append(texts, strings.Join([]string{text(r.Network), text(r.LocalAddress), text(r.SourcePeer), text(r.NextHop), text(r.Instance)}, " "))
	}
	return texts
}

// row is "network local source next instance"; "-" is nil.
func row(text string) (r azure.Route) {
	for i, field := range strings.Fields(text) {
		if field != "-" {
			*[]**string{&r.Network, &r.LocalAddress, &r.SourcePeer, &r.NextHop, &r.Instance}[i] = &field
		}
	}
	return r
}

func TestOrder(t *testing.T) {
	t.Parallel()
	want := []string{
		"0.0.0.0/0 10.0.0.4 10.0.0.9 10.0.0.9 -",
		"9.0.0.0/8 10.0.0.4 10.0.0.9 10.0.0.9 -",
		"10.0.0.0/8 9.0.0.4 10.0.0.9 10.0.0.9 -",
		"10.0.0.0/8 10.0.0.4 9.0.0.9 10.0.0.9 -",
		"10.0.0.0/8 10.0.0.4 10.0.0.9 9.0.0.9 -",
		"10.0.0.0/8 10.0.0.4 10.0.0.9 10.0.0.9 A",
		"10.0.0.0/8 10.0.0.4 10.0.0.9 10.0.0.9 B",
		"10.0.0.0/8 10.0.0.4 10.0.0.9 10.0.0.9 -",
		"10.0.0.0/8 10.0.0.4 10.0.0.9 - -",
		"10.0.0.0/8 10.0.0.4 - 10.0.0.9 -",
		"10.0.0.0/16 10.0.0.4 10.0.0.9 10.0.0.9 -",
		"fd00::/8 10.0.0.4 10.0.0.9 10.0.0.9 -",
		"10.0.0.0 10.0.0.4 10.0.0.9 10.0.0.9 -",
		"default 10.0.0.4 10.0.0.9 10.0.0.9 -",
		"- 10.0.0.4 10.0.0.9 10.0.0.9 -",
	}
	for seed := range uint64(20) {
		var table []azure.Route
		for _, text := range want {
			table = append(table, row(text))
		}
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(table), func(i, j int) { table[i], table[j] = table[j], table[i] }) //nolint:gosec // a test's order
		if diff := cmp.Diff(want, names(newRoutes(t.Context(), table, filter{}))); diff != "" {
			t.Fatalf("order (-want +got):\n%s", diff)
		}
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	table := []azure.Route{
		{Network: new("10.0.0.0/8"), SourcePeer: new("10.1.0.254"), Origin: new("EBgp")},
		{Network: new("10.0.0.0/16"), SourcePeer: new("10.1.0.254"), Origin: new("IBgp")},
		{Network: new("10.0.0.0"), SourcePeer: new("router"), Origin: new("Static")},
		{Network: new("fd00:0::/16"), SourcePeer: new("FD00:0:0::1")},
		{},
	}
	for name, test := range map[string]struct {
		wanted filter
		rows   []int // of the table
	}{
		"all":                         {filter{}, []int{0, 1, 2, 3, 4}},
		"a network":                   {filter{network: netip.MustParsePrefix("10.0.0.0/8")}, []int{0}},
		"a network in another form":   {filter{network: netip.MustParsePrefix("fd00::/16")}, []int{3}},
		"a network that is not there": {filter{network: netip.MustParsePrefix("10.0.0.0/32")}, nil},
		"a peer":                      {filter{sourcePeer: netip.MustParseAddr("10.1.0.254")}, []int{0, 1}},
		"a peer in another form":      {filter{sourcePeer: netip.MustParseAddr("fd00::1")}, []int{3}},
		"an origin":                   {filter{origin: "ebgp"}, []int{0}},
		"an origin of its own":        {filter{origin: "Static"}, []int{2}},
		"all three":                   {filter{netip.MustParsePrefix("10.0.0.0/16"), netip.MustParseAddr("10.1.0.254"), "IBgp"}, []int{1}},
		"nothing has all":             {filter{netip.MustParsePrefix("10.0.0.0/16"), netip.MustParseAddr("10.1.0.254"), "EBgp"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []string
			for _, i := range test.rows {
				want = append(want, names([]route{{Route: table[i]}})...)
			}
			got := names(newRoutes(t.Context(), slices.Clone(table), test.wanted))
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestASPaths(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	got := newRoutes(ctx, []azure.Route{
		{Network: new("10.0.0.0/8"), ASPath: new("12076-64512-64512")},
		{Network: new("10.1.0.0/16"), ASPath: new("")},
		{Network: new("10.2.0.0/16")},
	}, filter{})
	if fmt.Sprint(got[0].asns, got[1].asns, got[2].asns) != "[12076 64512 64512] [] []" || got[1].asns == nil || got[2].asns != nil {
		t.Errorf("the paths are %v, %v, %v", got[0].asns, got[1].asns, got[2].asns)
	}
	if log.Len() > 0 {
		t.Errorf("logged: %s", &log)
	}
	if got := newRoutes(ctx, []azure.Route{{ASPath: new("65001-{65002}")}}, filter{}); got[0].asns != nil || !strings.Contains(log.String(), "65001-{65002}") {
		t.Errorf("%v, logged: %s", got[0].asns, &log)
	}
}

// BenchmarkRows is what becomes of 10,000 routes between the client and the state.
func BenchmarkRows(b *testing.B) {
	table := make([]azure.Route, 10_000)
	for i := range table {
		table[i] = row(fmt.Sprintf("10.%d.%d.0/24 10.2.0.228 172.16.0.10 172.16.0.10", i%256, i/256))
		table[i].ASPath, table[i].Origin, table[i].Weight = new("12076-64512"), new("EBgp"), new(int64(32768))
	}
	b.ReportAllocs()
	for b.Loop() {
		columns.Value(b.Context(), newRoutes(b.Context(), table, filter{}))
	}
}
