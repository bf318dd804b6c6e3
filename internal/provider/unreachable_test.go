package provider

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// unreachable is a service of which, while it is down, every connection is refused.
type unreachable struct {
	http.RoundTripper
	down  atomic.Bool
	dials atomic.Int64
}

func (u *unreachable) behind(service http.RoundTripper) http.RoundTripper {
	u.RoundTripper = service
	return u
}

// RoundTrip dials, over TCP, or hands the request on.
func (u *unreachable) RoundTrip(req *http.Request) (*http.Response, error) {
	if !u.down.Load() {
		return u.RoundTripper.RoundTrip(req)
	}
	refusing := http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		u.dials.Add(1)
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}}
	return refusing.RoundTrip(req)
}

// A plan of as many peers as there may be ends soon, and has hardly dialed more than
// one of ten, if the service refuses connections; every peer says why, and is kept.
func TestPeersOfAnUnreachableService(t *testing.T) {
	t.Parallel()
	for _, peers := range []int{40, 1000} {
		t.Run(fmt.Sprint(peers), func(t *testing.T) {
			t.Parallel()
			u := &unreachable{}
			inBubbleBehind(t, emulator.Config{}, u.behind, func(b *bubble) {
				state, said := b.apply(b.Context(), b.none(), object{"bgp_group_id": emulator.SeedGroup})
				if said != "" {
					b.Fatal(said)
				}
				u.down.Store(true)
				started := time.Now()
				var walk errgroup.Group
				walk.SetLimit(10) // as many as Terraform walks at a time
				for i := range peers {
					walk.Go(func() error {
						attributes := b.attributes(state)
						attributes["id"] = tftypes.NewValue(tftypes.String, fmt.Sprintf("bgp-%d", i))
						after, said := b.read(b.Context(), tftypes.NewValue(b.kind, attributes))
						want := fmt.Sprintf("bgp-%d: DescribeBgpPeers in %s: cannot reach 127.0.0.1: dial tcp: connection refused", i, emulator.SeedRegion)
						if !strings.Contains(said, want) || after.IsNull() {
							b.Errorf("it said %s\nwant … %s …\nand the state is %s", said, want, after)
						}
						return nil
					})
				}
				_ = walk.Wait()
				if took := time.Since(started); took > 20*time.Second {
					b.Errorf("it took %s", took)
				}
				if n := u.dials.Load(); n > 80 {
					b.Errorf("dialed %d times", n)
				}
			})
		})
	}
}

// What is made or changed at a service that cannot be reached fails, and nothing is
// said to have happened perhaps. Later, when it is back, all works again.
func TestPeerOfAnUnreachableService(t *testing.T) {
	t.Parallel()
	u := &unreachable{}
	inBubbleBehind(t, emulator.Config{}, u.behind, func(b *bubble) {
		config := object{"bgp_group_id": emulator.SeedGroup}
		fails := func(what string, run func() (tftypes.Value, string)) {
			u.down.Store(true)
			defer u.down.Store(false)
			started := time.Now()
			_, said := run()
			if !strings.Contains(said, "cannot reach 127.0.0.1: dial tcp: connection refused") || strings.Contains(said, "may exist") {
				b.Errorf("%s: it said %s", what, said)
			}
			if took := time.Since(started); took > 16*time.Second {
				b.Errorf("%s: it took %s", what, took)
			}
		}
		fails("create", func() (tftypes.Value, string) {
			state, said := b.apply(b.Context(), b.none(), config)
			if !state.IsNull() {
				b.Errorf("create: the state is %s", state)
			}
			return state, said
		})
		<-time.After(time.Minute)
		state, said := b.apply(b.Context(), b.none(), config)
		if said != "" {
			b.Fatal(said)
		}
		fails("update", func() (tftypes.Value, string) {
			return b.apply(b.Context(), state, object{"bgp_group_id": emulator.SeedGroup, "enable_bfd": true, "bfd_multi_hop": 3})
		})
		fails("delete", func() (tftypes.Value, string) { return b.apply(b.Context(), state, nil) })
		<-time.After(time.Minute)
		if _, said := b.apply(b.Context(), state, nil); said != "" || len(b.live()) > 0 {
			b.Errorf("it said %s, and there are %v", said, b.live())
		}
	})
}

// A proxy variable that is wrong stays so: nothing is tried again.
func TestPeerBehindAProxyThatIsNoURL(t *testing.T) {
	t.Parallel()
	var tries atomic.Int64
	refuses := func(http.RoundTripper) http.RoundTripper {
		return &http.Transport{Proxy: func(*http.Request) (*url.URL, error) {
			tries.Add(1)
			return nil, &wire.ProxySettingError{Variable: "https_proxy"}
		}}
	}
	inBubbleBehind(t, emulator.Config{}, refuses, func(b *bubble) {
		if _, said := b.apply(b.Context(), b.none(), peerBefore); !strings.Contains(said, "https_proxy") || !strings.Contains(said, "Fix the variable") {
			b.Errorf("it said %s", said)
		}
		if n := tries.Load(); n != 1 {
			b.Errorf("tried %d times", n)
		}
	})
}
