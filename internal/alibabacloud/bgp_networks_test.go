package alibabacloud_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"

	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

func network(i int) string { return fmt.Sprintf("10.%d.%d.0/24", 100+i/250, i%250) }

func (w *workbench) putNetworks(n int) {
	for i := range n {
		w.service.PutNetwork(emulated.Network{RouterID: testVBR, CIDR: network(i)})
	}
}

func (w *workbench) networkGone(ctx context.Context, cidr string) error {
	if err := w.client.DeleteBGPNetwork(ctx, testRegion, testVBR, cidr); err != nil {
		return err
	}
	return w.client.WaitBGPNetworkGone(ctx, testRegion, testVBR, cidr)
}

// A network goes and another comes while the pages of a listing are read: the listing
// has as many as it counts, and lacks one that exists.
func TestNetworkBetweenPages(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{}, func(w *workbench) {
		w.putNetworks(100)
		w.faults.Add(control.Fault{Action: "DescribeBgpNetworks", Kind: control.KindDelay, Delay: time.Second, Skip: 1, Times: 1})
		time.AfterFunc(500*time.Millisecond, func() {
			w.service.RemoveNetwork(testVBR, network(0))
			w.service.PutNetwork(emulated.Network{RouterID: testVBR, CIDR: network(100)})
		})
		w.must(together(20, 10, func(i int) error {
			_, err := w.client.BGPNetwork(w.Context(), testRegion, testVBR, network(40+i))
			return err
		})...)
		if got := w.count("*"); got != 4 {
			w.Errorf("%d calls, want two listings of two pages", got)
		}
	})
}

// Networks cannot be asked for one by one: reads of one router share a listing, which
// also tells what is gone.
func TestNetworksShareListings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ there, reads, atOnce, most int }{
		"one":                      {1, 1, 1, 1},
		"one of many":              {120, 1, 1, 3},
		"many, ten at a time":      {120, 120, 10, 6},
		"gone, one":                {3, 4, 1, 1},
		"gone, with many, at once": {60, 80, 10, 4},
	} {
		t.Run(name, func(t *testing.T) {
			onWorkbench(t, settings{latency: latency}, func(w *workbench) {
				w.putNetworks(test.there)
				for i, err := range together(test.reads, test.atOnce, func(i int) error {
					n, err := w.client.BGPNetwork(w.Context(), testRegion, testVBR, network(i))
					if err == nil && n.DstCIDRBlock != network(i) {
						w.Errorf("read %+v for %s", n, network(i))
					}
					return err
				}) {
					if errors.Is(err, alibabacloud.ErrNotFound) != (i >= test.there) {
						w.Errorf("%s: %v", network(i), err)
					}
				}
				if got := w.count("*"); got > test.most {
					w.Errorf("%d calls, want at most %d", got, test.most)
				}
			})
		})
	}
}

// Networks come and go, many at a time.
func TestNetworksLiveAndDie(t *testing.T) {
	t.Parallel()
	for name, old := range map[string]bool{"newer answers": false, "older answers": true} {
		t.Run(name, func(t *testing.T) {
			config := slowly
			config.OldAnswers = old
			onWorkbench(t, settings{emulated: config, latency: latency}, func(w *workbench) {
				const n = 60
				w.must(together(n, 10, func(i int) error {
					in := newNetwork
					in.DstCIDRBlock = network(i)
					if err := w.client.AddBGPNetwork(w.Context(), in); err != nil {
						return err
					}
					got, err := w.client.WaitBGPNetwork(w.Context(), testRegion, testVBR, network(i), "Available", func(n alibabacloud.BGPNetwork) bool {
						return n.Status == alibabacloud.StatusAvailable || n.Status == ""
					})
					if err == nil && (got.DstCIDRBlock != network(i) || got.RouterID != testVBR) {
						w.Errorf("%+v", got)
					}
					return err
				})...)
				all, err := w.client.BGPNetworks(w.Context(), alibabacloud.BGPNetworkFilter{Region: testRegion, RouterID: testVBR})
				if err != nil || len(all) != n {
					w.Errorf("%d networks, %v", len(all), err)
				}
				w.must(together(n, 10, func(i int) error { return w.networkGone(w.Context(), network(i)) })...)
				w.wantObjects(nil)
				w.must(w.networkGone(w.Context(), network(0))) // gone already
			})
		})
	}
}

// A listing that counts more networks than it has does not say that one is gone: it is
// read again, and is an error if it stays so.
func TestNetworksThatAreCountedAndNotListed(t *testing.T) {
	t.Parallel()
	const two = `{"DstCidrBlock":"10.1.0.0/16"},{"DstCidrBlock":"10.2.0.0/16"}`
	const three = two + `,{"DstCidrBlock":"10.3.0.0/16"}`
	for name, test := range map[string]struct {
		later string // the rows after some seconds
		total int    // how many it counts then
		fails bool
		gone  bool
	}{
		"it stays so":            {later: two, total: 3, fails: true},
		"the list lags behind":   {later: three, total: 3},
		"the number lags behind": {later: two, total: 2, fails: true, gone: true},
	} {
		t.Run(name, func(t *testing.T) {
			var started time.Time
			onWorkbench(t, answering(func(string) string {
				rows, total := two, 3
				if time.Since(started) > 3*time.Second {
					rows, total = test.later, test.total
				}
				return fmt.Sprintf(`{"TotalCount":%d,"BgpNetworks":{"BgpNetwork":[%s]}}`, total, rows)
			}), func(w *workbench) {
				started = time.Now()
				_, err := w.client.BGPNetwork(w.Context(), testRegion, testVBR, "10.3.0.0/16")
				if (err != nil) != test.fails || errors.Is(err, alibabacloud.ErrNotFound) != test.gone {
					w.Errorf("the error is %v", err)
				}
				if _, err := w.client.BGPNetwork(w.Context(), testRegion, testVBR, "10.1.0.0/16"); err != nil {
					w.Errorf("one that is listed: %v", err)
				}
			})
		})
	}
}

// The same prefix on two routers is two networks.
func TestNetworksOfTwoRouters(t *testing.T) {
	onWorkbench(t, settings{}, func(w *workbench) {
		w.service.AddVBR(emulated.VBR{ID: "vbr-2", RegionID: testRegion})
		w.service.PutNetwork(emulated.Network{RouterID: testVBR, CIDR: network(0)})
		w.service.PutNetwork(emulated.Network{RouterID: "vbr-2", CIDR: network(0)})
		all, err := w.client.BGPNetworks(w.Context(), alibabacloud.BGPNetworkFilter{Region: testRegion})
		if err != nil || len(all) != 2 || all[0].RouterID == all[1].RouterID {
			w.Errorf("%+v, %v", all, err)
		}
	})
}

// A network that is there, and stays, is another's; one that is on its way is waited
// for.
func TestNetworksThatAreThere(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before func(w *workbench)
		fault  control.Fault
		exists bool
	}{
		"it stays": {before: oneNetwork, exists: true},
		"it is being deleted": {before: func(w *workbench) {
			oneNetwork(w)
			w.must(w.client.DeleteBGPNetwork(w.Context(), testRegion, testVBR, newNetwork.DstCIDRBlock))
		}},
		"it is deleted soon": {before: func(w *workbench) {
			oneNetwork(w)
			time.AfterFunc(5*time.Second, func() {
				w.must(w.client.DeleteBGPNetwork(w.Context(), testRegion, testVBR, newNetwork.DstCIDRBlock))
			})
		}},
		"an answer is lost, and another adds it meanwhile": {
			before: func(w *workbench) { time.AfterFunc(time.Millisecond, func() { oneNetwork(w) }) },
			fault:  control.Fault{Action: "AddBgpNetwork", Kind: control.KindDropBefore, Times: 1}, exists: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			onWorkbench(t, settings{emulated: slowly, latency: latency}, func(w *workbench) {
				test.before(w)
				if test.fault.Action != "" {
					w.faults.Add(test.fault)
				}
				err := w.client.AddBGPNetwork(w.Context(), newNetwork)
				var exists *alibabacloud.ExistsError
				if errors.As(err, &exists) != test.exists || !test.exists && err != nil {
					w.Fatalf("the error is %v", err)
				}
				if test.exists && exists.ID != testVBR+":10.8.0.0/16" {
					w.Errorf("it is %q", exists.ID)
				}
				w.wantObjects([]string{"network 10.8.0.0/16"})
			})
		})
	}
}

// A prefix is the same however it is written.
func TestNetworkID(t *testing.T) {
	for one, other := range map[string]string{
		"2001:DB8:0::/48": "2001:db8::/48", "10.0.0.0/8": "10.0.0.0/8", "nonsense": "nonsense",
	} {
		if a, b := alibabacloud.NetworkID("vbr-1", one), alibabacloud.NetworkID("vbr-1", other); a != b || a != "vbr-1:"+other {
			t.Errorf("%q and %q", a, b)
		}
	}
}
