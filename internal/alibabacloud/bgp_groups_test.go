package alibabacloud_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"

	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

var newGroup = alibabacloud.CreateBGPGroupInput{Region: testRegion, RouterID: testVBR, PeerASN: 65001, Name: "new"}

// A group is deleted when its peers are gone: those that are on their way are waited
// for, others are named at once.
func TestGroupsAreDeletedAfterTheirPeers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before func(w *workbench)
		names  []string // peers in the way
	}{
		"no peers": {before: func(*workbench) {}},
		"its peers are being deleted": {before: func(w *workbench) {
			w.putPeers(2)
			w.must(w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(0)), w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(1)))
		}},
		"a delete of its peer is under way": {before: func(w *workbench) {
			w.putPeers(1)
			w.faults.Add(control.Fault{Action: "DeleteBgpPeer", Kind: control.KindDelay, Delay: 20 * time.Second, Times: 1})
			go func() {
				if err := w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(0)); err != nil {
					w.Error(err)
				}
			}()
			w.pass(time.Second)
		}},
		"it has other peers": {before: func(w *workbench) {
			w.putPeers(3)
			w.must(w.client.DeleteBGPPeer(w.Context(), testRegion, peerID(1)))
		}, names: []string{peerID(0), peerID(2)}},
	} {
		t.Run(name, func(t *testing.T) {
			onWorkbench(t, settings{emulated: slowly, latency: latency}, func(w *workbench) {
				test.before(w)
				started := time.Now()
				err := w.client.DeleteBGPGroup(w.Context(), testRegion, testGroup)
				if test.names == nil {
					w.must(err, w.client.WaitBGPGroupGone(w.Context(), testRegion, testGroup))
					return
				}
				var full *alibabacloud.GroupNotEmptyError
				if !errors.As(err, &full) || !cmp.Equal(full.Peers, test.names) {
					w.Errorf("the error is %v", err)
				}
				if took := time.Since(started); took > time.Second {
					w.Errorf("took %s", took)
				}
			})
		})
	}
}

// A peer that is made in a group that is still Pending waits for it.
func TestPeersWaitForTheirGroup(t *testing.T) {
	onWorkbench(t, settings{emulated: slowly, latency: latency}, func(w *workbench) {
		id, err := w.client.CreateBGPGroup(w.Context(), newGroup)
		w.must(err)
		in := newPeer
		in.GroupID = id
		_, err = w.client.CreateBGPPeer(w.Context(), in)
		w.must(err)
	})
}

// Nothing tells a group that a create made from others like it: when no answer came,
// those that it may be are said, without those that are known to be of other creates.
func TestGroupsThatMayBeNew(t *testing.T) {
	onWorkbench(t, settings{}, func(w *workbench) {
		_, err := w.client.CreateBGPGroup(w.Context(), newGroup) // alike, and of another create
		w.must(err)
		w.service.AddGroup(emulated.Group{ID: "bgpg-like-it", RouterID: testVBR, Name: "new", PeerASN: 65001})
		w.service.AddGroup(emulated.Group{ID: "bgpg-other", RouterID: testVBR, Name: "other", PeerASN: 65001})
		w.faults.Add(control.Fault{Action: "CreateBgpGroup", Kind: control.KindDropAfter})
		ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
		defer cancel()
		_, err = w.client.CreateBGPGroup(ctx, newGroup)
		all := w.service.Groups()
		var uncertain *alibabacloud.UncertainCreateError
		if !errors.As(err, &uncertain) || len(uncertain.Candidates) != 2 ||
			!cmp.Equal(map[string]bool{uncertain.Candidates[0]: true, uncertain.Candidates[1]: true}, map[string]bool{"bgpg-like-it": true, all[len(all)-1].ID: true}) {
			w.Errorf("the error is %v", err)
		}
	})
}

// A change of a group shows in its peers, too, at their next read.
func TestGroupsOutdateListingsOfPeers(t *testing.T) {
	onWorkbench(t, settings{latency: latency}, func(w *workbench) {
		w.putPeers(10)
		w.must(w.readTogether(10, 10)...)
		w.must(w.client.ModifyBGPGroup(w.Context(), alibabacloud.ModifyBGPGroupInput{Region: testRegion, ID: testGroup, PeerASN: 65099}))
		if p, err := w.read(3); err != nil || *p.PeerASN != 65099 {
			w.Errorf("read %+v, %v", p, err)
		}
		for _, e := range w.entries() {
			if _, sent := e.Params["AuthKey"]; sent || e.Params["ClearAuthKey"] != "" {
				w.Errorf("%s touched the key", e.Action)
			}
		}
	})
}

// What the group's writes send, and what they leave alone.
func TestGroupParameters(t *testing.T) {
	onWorkbench(t, settings{}, func(w *workbench) {
		in := newGroup
		in.LocalASN, in.RouteLimit, in.IsFakeASN, in.Description, in.AuthKey = new(int64(64600)), new(int64(50)), true, "About it", secretMD5Key
		id, err := w.client.CreateBGPGroup(w.Context(), in)
		w.must(err)
		g, err := w.client.BGPGroup(w.Context(), testRegion, id)
		w.must(err)
		want := alibabacloud.BGPGroup{
			ID: id, RouterID: testVBR, RegionID: testRegion, Name: "new", Description: "About it", IPVersion: "IPv4", Status: "Available",
			PeerASN: new(int64(65001)), LocalASN: new(int64(64600)), HoldTime: new(int64(30)), KeepaliveTime: new(int64(10)), RouteLimit: new(int64(50)),
			IsFakeASN: new(true), HasAuthKey: new(true),
		}
		if diff := cmp.Diff(want, g); diff != "" {
			w.Errorf("(-want +got):\n%s", diff)
		}
		w.must(w.client.ModifyBGPGroup(w.Context(), alibabacloud.ModifyBGPGroupInput{Region: testRegion, ID: id, Description: new(""), IsFakeASN: new(false)}))
		want.Description, want.IsFakeASN = "", new(false)
		w.must(w.client.ModifyBGPGroup(w.Context(), alibabacloud.ModifyBGPGroupInput{Region: testRegion, ID: id, ClearAuthKey: true}))
		want.HasAuthKey = new(false)
		if g, err = w.client.BGPGroup(w.Context(), testRegion, id); err != nil || !cmp.Equal(want, g) {
			w.Errorf("%v\n%s", err, cmp.Diff(want, g))
		}
	})
}

// A refresh of everything that ten routers have costs few calls.
func TestRefreshOfGroupsPeersAndNetworks(t *testing.T) {
	t.Parallel()
	onWorkbench(t, settings{latency: latency}, func(w *workbench) {
		const routers, groups, peers, networks = 10, 100, 1000, 1000
		var reads []func() error
		for i := range routers {
			w.service.AddVBR(emulated.VBR{ID: fmt.Sprintf("vbr-%02d", i), RegionID: testRegion, Quotas: emulated.Quotas{PeersPerVBR: peers}})
		}
		for i := range groups {
			id := fmt.Sprintf("bgpg-%03d", i)
			w.service.AddGroup(emulated.Group{ID: id, RouterID: fmt.Sprintf("vbr-%02d", i%routers), PeerASN: 65001})
			reads = append(reads, func() error { _, err := w.client.BGPGroup(w.Context(), testRegion, id); return err })
		}
		for i := range peers {
			w.service.PutPeer(emulated.Peer{ID: peerID(i), GroupID: fmt.Sprintf("bgpg-%03d", i%groups), PeerIPAddress: address(i)})
			reads = append(reads, func() error { _, err := w.read(i); return err })
		}
		for i := range networks {
			router, cidr := fmt.Sprintf("vbr-%02d", i%routers), fmt.Sprintf("10.%d.%d.0/24", i/250, i%250)
			w.service.PutNetwork(emulated.Network{RouterID: router, CIDR: cidr})
			reads = append(reads, func() error { _, err := w.client.BGPNetwork(w.Context(), testRegion, router, cidr); return err })
		}
		w.must(together(len(reads), 10, func(i int) error { return reads[i*7%len(reads)]() })...)
		if got := w.count("*"); got > 60 {
			w.Errorf("%d calls, want at most 60: %v", got, w.journal.Counts())
		}
	})
}
