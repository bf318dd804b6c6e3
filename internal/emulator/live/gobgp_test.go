//go:build unix

package live_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/osrg/gobgp/v4/api"
	"github.com/osrg/gobgp/v4/pkg/apiutil"
	packet "github.com/osrg/gobgp/v4/pkg/packet/bgp"
	"github.com/osrg/gobgp/v4/pkg/server"
)

// goBGPConfig is what runGoBGP is told, as JSON.
type goBGPConfig struct {
	ASN       uint32
	Address   netip.Addr
	Key       string // of the first neighbor
	Announce  []netip.Prefix
	HoldTime  uint64 // seconds; 0 is gobgp's default
	Neighbors []goBGPNeighbor
}

func (c goBGPConfig) json(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// startGoBGP runs such a router in a process of its own.
func startGoBGP(t *testing.T, config goBGPConfig) *process {
	t.Helper()
	cmd := ownRole("gobgp")
	cmd.Stdin = strings.NewReader(config.json(t) + "\n")
	return run(t, cmd)
}

// goBGPViews is what such a router sees of its neighbors, by their addresses.
func goBGPViews(running *process) map[string]view {
	views := map[string]view{}
	_ = json.Unmarshal([]byte(running.lastLine()), &views) // nothing before its first line
	return views
}

type goBGPNeighbor struct {
	Address netip.Addr
	ASN     uint32
}

// runGoBGP is a router of the user's own, by the same library as the emulated
// ones. It reads its configuration, and whenever its sessions or routes change
// it prints its views of its neighbors, both as a line of JSON.
func runGoBGP(ctx context.Context, input io.Reader, output io.Writer) error {
	line, err := bufio.NewReader(input).ReadString('\n')
	if err != nil {
		return err
	}
	var config goBGPConfig
	if err := json.Unmarshal([]byte(line), &config); err != nil {
		return err
	}
	s := server.NewBgpServer()
	go s.Serve()
	if err := s.StartBgp(ctx, &api.StartBgpRequest{Global: &api.Global{
		Asn: config.ASN, RouterId: config.Address.String(), ListenPort: 1790, ListenAddresses: []string{config.Address.String()}, Families: []uint32{0},
	}}); err != nil {
		return err
	}
	for _, prefix := range config.Announce {
		path, err := goBGPPath(prefix, config.Address)
		if err == nil {
			_, err = s.AddPath(apiutil.AddPathRequest{Paths: []*apiutil.Path{path}})
		}
		if err != nil {
			return err
		}
	}
	for i, neighbor := range config.Neighbors {
		key := ""
		if i == 0 {
			key = config.Key
		}
		if err := s.AddPeer(ctx, &api.AddPeerRequest{Peer: &api.Peer{
			Conf:      &api.PeerConf{NeighborAddress: neighbor.Address.String(), PeerAsn: neighbor.ASN, AuthPassword: key},
			Timers:    &api.Timers{Config: &api.TimersConfig{ConnectRetry: 2, HoldTime: config.HoldTime}},
			Transport: &api.Transport{LocalAddress: config.Address.String(), RemotePort: 1790},
			AfiSafis:  []*api.AfiSafi{{Config: &api.AfiSafiConfig{Family: apiutil.ToApiFamily(packet.AFI_IP, packet.SAFI_UNICAST), Enabled: true}}},
		}}); err != nil {
			return err
		}
	}
	tick := time.NewTicker(100 * time.Millisecond)
	for last := ""; ; <-tick.C {
		now, err := json.Marshal(goBGPView(ctx, s))
		if err != nil {
			return err
		}
		if text := string(now); text != last {
			last = text
			if _, err := fmt.Fprintln(output, text); err != nil {
				return err
			}
		}
	}
}

func goBGPPath(prefix netip.Prefix, nextHop netip.Addr) (*apiutil.Path, error) {
	nlri, err := packet.NewIPAddrPrefix(prefix)
	if err != nil {
		return nil, err
	}
	hop, err := packet.NewPathAttributeNextHop(nextHop)
	if err != nil {
		return nil, err
	}
	return &apiutil.Path{Family: packet.RF_IPv4_UC, Nlri: nlri, Attrs: []packet.PathAttributeInterface{packet.NewPathAttributeOrigin(0), hop}}, nil
}

// goBGPView is what a router of this kind sees of each neighbor.
func goBGPView(ctx context.Context, s *server.BgpServer) map[string]view {
	views := map[string]view{}
	_ = s.ListPeer(ctx, &api.ListPeerRequest{}, func(p *api.Peer) { // the only error is the end of ctx or of the server
		address := p.GetState().GetNeighborAddress()
		v := view{Up: p.GetState().GetSessionState() == api.PeerState_SESSION_STATE_ESTABLISHED}
		views[address] = v
	})
	for address, v := range views {
		_ = s.ListPath(apiutil.ListPathRequest{TableType: api.TableType_TABLE_TYPE_ADJ_IN, Name: address, Family: packet.RF_IPv4_UC},
			func(nlri packet.NLRI, _ []*apiutil.Path) { v.Prefixes = append(v.Prefixes, nlri.String()) })
		slices.Sort(v.Prefixes)
		views[address] = v
	}
	return views
}
