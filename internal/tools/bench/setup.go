package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// setup is an emulator with peers to be, and a working directory that declares them.
type setup struct {
	*emulator.Emulator
	*project

	peers int
}

const (
	peersPerGroup = 8 // what a virtual border router has room for, by the documents
	groupName     = "bgpg-bench%04d"
	routerName    = "vbr-bench%04d"
)

const providerConfig = `terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }
  }
}

provider "bgp" {}
`

const peersConfig = `
resource "bgp_peer" "bench" {
  count           = %d
  bgp_group_id    = format(%q, floor(count.index / %d))
  peer_ip_address = cidrhost("10.0.0.0/8", count.index + 1)
}
`

// peerSetup makes a setup for so many peers, 8 to a virtual border router.
func (b *bench) peerSetup(ctx context.Context, peers int, config emulator.Config) (*setup, error) {
	e, err := emulator.Start(ctx, config)
	if err != nil {
		return nil, err
	}
	for i := range (peers + peersPerGroup - 1) / peersPerGroup {
		router := fmt.Sprintf(routerName, i)
		e.Alibaba.AddVBR(alibabacloud.VBR{ID: router, RegionID: emulator.SeedRegion})
		e.Alibaba.AddGroup(alibabacloud.Group{ID: fmt.Sprintf(groupName, i), RouterID: router, PeerASN: emulator.SeedPeerASN})
	}
	p, err := b.project(providerConfig+fmt.Sprintf(peersConfig, peers, groupName, peersPerGroup), e.Env())
	if err != nil {
		end(e, &err)
		return nil, err
	}
	return &setup{Emulator: e, project: p, peers: peers}, nil
}

// appliedSetup is a setup whose peers are there and in the state, in which from now on
// every call takes so long. A provider has made the first peer; the others are like it,
// since the CLI takes minutes to make thousands.
func (b *bench) appliedSetup(ctx context.Context, of provider, peers int, latency time.Duration) (*setup, error) {
	w, err := b.peerSetup(ctx, peers, emulator.Config{})
	if err != nil {
		return nil, err
	}
	_, err = w.run(ctx, of, append(apply[:len(apply):len(apply)], "-target=bgp_peer.bench[0]")...)
	if err == nil {
		err = w.multiply()
	}
	if err != nil {
		end(w, &err)
		return nil, err
	}
	w.slow(latency)
	return w, nil
}

// multiply adds the peers that are like the first one, to the service and to the state.
func (w *setup) multiply() error {
	file := filepath.Join(w.directory, "terraform.tfstate")
	text, err := os.ReadFile(file) //nolint:gosec // The directory is our own.
	if err != nil {
		return err
	}
	first := w.Alibaba.Peers()[0]
	var state struct {
		Version   int    `json:"version"`
		Terraform string `json:"terraform_version"`
		Serial    int    `json:"serial"`
		Lineage   string `json:"lineage"`
		Resources []struct {
			Mode      string            `json:"mode"`
			Type      string            `json:"type"`
			Name      string            `json:"name"`
			Provider  string            `json:"provider"`
			Instances []json.RawMessage `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		return err
	}
	instances := &state.Resources[0].Instances
	for i := 1; i < w.peers; i++ {
		peer := first
		peer.ID = fmt.Sprintf("bgp-bench%05d", i)
		peer.GroupID = fmt.Sprintf(groupName, i/peersPerGroup)
		peer.PeerIPAddress = netip.AddrFrom4([4]byte{10, byte((i + 1) >> 16), byte((i + 1) >> 8), byte(i + 1)}).String()
		w.Alibaba.PutPeer(peer)
		instance := strings.NewReplacer(
			`"index_key": 0`, fmt.Sprintf(`"index_key": %d`, i), first.ID, peer.ID, first.GroupID, peer.GroupID, first.PeerIPAddress, peer.PeerIPAddress,
			fmt.Sprintf(routerName, 0), fmt.Sprintf(routerName, i/peersPerGroup),
		).Replace(string((*instances)[0]))
		*instances = append(*instances, json.RawMessage(instance))
	}
	text, err = json.Marshal(state)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// end closes what a measurement used, and adds the error of that to its own.
func end(used io.Closer, err *error) { *err = errors.Join(*err, used.Close()) }

// slow makes every call to both clouds take so long, before it is carried out.
func (w *setup) slow(latency time.Duration) {
	w.Faults.Add(control.Fault{Action: control.AnyAction, Kind: control.KindDelay, Delay: latency})
}

// outcome is what a command cost.
type outcome struct {
	took  time.Duration
	calls map[string]int // by action
}

// total is the number of all calls.
func (o outcome) total() (n int) {
	for _, calls := range o.calls {
		n += calls
	}
	return n
}

// measure runs the CLI and counts the calls that it led to.
func (w *setup) measure(ctx context.Context, with provider, command []string) (outcome, error) {
	w.Journal.Reset()
	took, err := w.run(ctx, with, command...)
	return outcome{took: took, calls: maps.Clone(w.Journal.Counts())}, err
}

// measureTimes does so several times: the time is the median, the calls are those
// of the run that made the most.
func (w *setup) measureTimes(ctx context.Context, n int, with provider, command []string) (outcome, error) {
	var times samples
	var most outcome
	for range n {
		o, err := w.measure(ctx, with, command)
		if err != nil {
			return outcome{}, err
		}
		times = append(times, o.took)
		if most.calls == nil || o.total() > most.total() {
			most = o
		}
	}
	return outcome{took: times.median(), calls: most.calls}, nil
}
