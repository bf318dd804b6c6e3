package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
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
		router := fmt.Sprintf("vbr-bench%04d", i)
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

// appliedSetup is a setup whose peers a provider has made already, in which from now on
// every call takes so long.
func (b *bench) appliedSetup(ctx context.Context, of provider, peers int, latency time.Duration) (*setup, error) {
	w, err := b.peerSetup(ctx, peers, emulator.Config{})
	if err != nil {
		return nil, err
	}
	if _, err := w.run(ctx, of, atOnce(apply, 50)...); err != nil {
		end(w, &err)
		return nil, err
	}
	w.slow(latency)
	return w, nil
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
