package alibabacloud_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

var (
	mismatch   = failure{400, "IdempotentParameterMismatch", "Request uses a client token in a previous request but is not identical to that request."}
	processing = failure{403, "LastTokenProcessing", "The last token request is processing."}
)

// A call that repeats a ClientToken is answered as the first one was, and not
// carried out again: of every operation that writes.
func TestClientTokenRepeatsTheAnswer(t *testing.T) {
	t.Parallel()
	peer := params{"BgpPeerId": "bgp-1"}
	group := params{"BgpGroupId": "bgpg-1"}
	network := params{"RouterId": testVBR, "DstCidrBlock": "10.9.0.0/16"}
	for _, test := range []struct {
		action string
		params params
		state  func(vpcEmulator)
		id     string // the member that carries the id of what was made
	}{
		{action: "CreateBgpPeer", params: address.with("BgpGroupId", testGroup), id: "BgpPeerId"},
		{action: "ModifyBgpPeerAttribute", params: peer.with("PeerIpAddress", "10.0.0.9")},
		{action: "DeleteBgpPeer", params: peer},
		{action: "CreateBgpGroup", params: params{"RouterId": testVBR, "PeerAsn": "65001"}, id: "BgpGroupId"},
		{action: "ModifyBgpGroupAttribute", params: group.with("Name", "other")},
		{action: "DeleteBgpGroup", params: group},
		{action: "AddBgpNetwork", params: network},
		{action: "DeleteBgpNetwork", params: network, state: func(w vpcEmulator) {
			if _, err := (third{}).call(w, "AddBgpNetwork", network.with("RegionId", testRegion)); err != nil {
				panic(err)
			}
		}},
	} {
		t.Run(test.action, func(t *testing.T) {
			t.Parallel()
			for _, client := range clients() {
				w := newVPCEmulator(t)
				a := api{t, w, client}
				w.Alibaba.PutPeer(alibabacloud.Peer{ID: "bgp-1", GroupID: testGroup, PeerIPAddress: "10.0.0.8"})
				w.Alibaba.AddGroup(alibabacloud.Group{ID: "bgpg-1", RouterID: testVBR, PeerASN: 65001})
				if test.state != nil {
					test.state(w)
				}
				call := test.params.with("ClientToken", "123e4567-e89b-12d3-a456-426655440000")
				answer := a.ok(test.action, call)
				after := w.Alibaba.State()
				again := a.ok(test.action, call)
				if test.id != "" && (answer.text(test.id) == "" || again.text(test.id) != answer.text(test.id)) {
					t.Errorf("%s: %q, then %q", client.name, answer.text(test.id), again.text(test.id))
				}
				if answer.text("RequestId") == again.text("RequestId") {
					t.Errorf("%s: two requests with the id %q", client.name, answer.text("RequestId"))
				}
				if got := w.Alibaba.State(); len(got.Peers) != len(after.Peers) || len(got.Groups) != len(after.Groups) || len(got.Networks) != len(after.Networks) {
					t.Errorf("%s: carried out twice", client.name)
				}
			}
		})
	}
}

func TestClientTokens(t *testing.T) {
	t.Parallel()
	create := address.with("BgpGroupId", testGroup)
	for _, test := range []struct {
		name string
		do   func(a api)
	}{
		{"other parameters, ALI-053", func(a api) {
			a.ok("CreateBgpPeer", create.with("ClientToken", "t"))
			a.fails(mismatch, "CreateBgpPeer", create.with("ClientToken", "t").with("PeerIpAddress", "10.0.0.2"))
			a.fails(mismatch, "CreateBgpPeer", create.with("ClientToken", "t").with("EnableBfd", "false"))
			a.has("DescribeBgpPeers", params{}, tree{"PeerIpAddress": "10.0.0.1"})
		}},
		{"another action, ALI-053", func(a api) {
			one := params{"BgpPeerId": a.ok("CreateBgpPeer", create).text("BgpPeerId"), "ClientToken": "t"}
			a.ok("ModifyBgpPeerAttribute", one)
			a.fails(mismatch, "DeleteBgpPeer", one)
			a.has("DescribeBgpPeers", params{}, tree{"Status": "Available"})
		}},
		{"another token", func(a api) {
			a.ok("CreateBgpPeer", create.with("ClientToken", "t"))
			a.fails(failure{400, "BgpPeer.Already.Exists", "bgp peer already exists."}, "CreateBgpPeer", create.with("ClientToken", "u"))
		}},
		{"after a failure, ALI-052", func(a api) {
			a.fails(failure{400, "InvalidIP.Malformed", "Ip malformed."}, "CreateBgpPeer", create.with("ClientToken", "t").with("PeerIpAddress", "x"))
			a.ok("CreateBgpPeer", create.with("ClientToken", "t"))
		}},
		{"after the peer is gone", func(a api) {
			id := a.ok("CreateBgpPeer", create.with("ClientToken", "t")).text("BgpPeerId")
			a.ok("DeleteBgpPeer", params{"BgpPeerId": id, "ClientToken": "d"})
			a.has("DescribeBgpPeers", params{})
			a.ok("DeleteBgpPeer", params{"BgpPeerId": id, "ClientToken": "d"})
			if again := a.ok("CreateBgpPeer", create.with("ClientToken", "t")).text("BgpPeerId"); again != id {
				a.t.Errorf("%q, then %q", id, again)
			}
			a.has("DescribeBgpPeers", params{})
		}},
		{"64 characters", func(a api) { a.ok("CreateBgpPeer", create.with("ClientToken", strings.Repeat("~", 64))) }},
		{"65 characters, ALI-054", func(a api) {
			a.fails(failure{400, "InvalidClientToken.ValueNotSupported", "The ClientToken provided is invalid."}, "CreateBgpPeer", create.with("ClientToken", strings.Repeat("t", 65)))
		}},
		{"not ASCII, ALI-054", func(a api) {
			a.fails(failure{400, "InvalidClientToken.ValueNotSupported", "The ClientToken provided is invalid."}, "CreateBgpPeer", create.with("ClientToken", "tökén"))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, client := range clients() {
				test.do(api{t, newVPCEmulator(t), client})
			}
		})
	}
}

// While the first call with a token counts as running, another one with it is
// told so (ALI-051); afterwards it gets the answer.
func TestClientTokenWhileRunning(t *testing.T) {
	t.Parallel()
	for _, client := range clients() {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			w := newVPCEmulator(t, func(config *alibabacloud.Config) { config.Delays.TokenProcessing = time.Second })
			a := api{t, w, client}
			create := address.with("BgpGroupId", testGroup).with("ClientToken", "t")
			id := a.ok("CreateBgpPeer", create).text("BgpPeerId")
			a.fails(processing, "CreateBgpPeer", create)
			a.fails(mismatch, "CreateBgpPeer", create.with("PeerIpAddress", "10.0.0.2"))
			w.clock.Advance(time.Second)
			if again := a.ok("CreateBgpPeer", create).text("BgpPeerId"); again != id {
				t.Errorf("%q, then %q", id, again)
			}
		})
	}
}

// The last 10,000 tokens are remembered, and no more (ALI-050).
func TestOldClientTokensAreForgotten(t *testing.T) {
	t.Parallel()
	const remembered, atOnce = 10_000, 8
	w := newVPCEmulator(t)
	w.transport = control.RoundTripper(w.Alibaba) // so many calls are quicker in memory
	a := api{t, w, client{"", third{}.call}}
	create := address.with("BgpGroupId", testGroup).with("ClientToken", "first")
	id := a.ok("CreateBgpPeer", create).text("BgpPeerId")
	use := func(from, to int) {
		for i := from; i < to; i++ {
			call := params{"RegionId": testRegion, "BgpGroupId": testGroup, "ClientToken": fmt.Sprint(i)}
			if _, err := a.client.call(w, "ModifyBgpGroupAttribute", call); err != nil {
				t.Error(err)
				return
			}
		}
	}
	var wg sync.WaitGroup
	for i := range atOnce {
		wg.Go(func() { use(i*(remembered-8)/atOnce, (i+1)*(remembered-8)/atOnce) })
	}
	wg.Wait()
	use(remembered-8, remembered-1)
	if again := a.ok("CreateBgpPeer", create).text("BgpPeerId"); again != id {
		t.Errorf("%q, then %q", id, again)
	}
	use(remembered-1, remembered)
	a.fails(failure{400, "BgpPeer.Already.Exists", "bgp peer already exists."}, "CreateBgpPeer", create)
}
