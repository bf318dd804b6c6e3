package alibabacloud_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

func create(w *vpcService, token, address string) answer {
	return w.call("CreateBgpPeer", "BgpGroupId", testGroup, "PeerIpAddress", address, "ClientToken", token)
}

const mismatch = "400 IdempotentParameterMismatch: Request uses a client token in a previous request but is not identical to that request."

func TestClientToken(t *testing.T) {
	w := newVPCService(t, nil)
	first := w.want(create(w, "token-1", "10.0.0.1"), "")
	again := w.want(create(w, "token-1", "10.0.0.1"), "")
	if first.str("BgpPeerId") == "" || first.str("BgpPeerId") != again.str("BgpPeerId") {
		t.Errorf("first peer %q, then %q", first.str("BgpPeerId"), again.str("BgpPeerId"))
	}
	if first.str("RequestId") == again.str("RequestId") {
		t.Errorf("both answers have request id %s", first.str("RequestId"))
	}
	w.want(create(w, "token-1", "10.0.0.2"), mismatch)
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", first.str("BgpPeerId"), "ClientToken", "token-1"), mismatch)
	if peers := w.service.Peers(); len(peers) != 1 {
		t.Errorf("%d peers, want 1", len(peers))
	}
	w.want(create(w, "token-2", "10.0.0.2"), "")
}

// A call that failed may be repeated with its token.
func TestClientTokenOfAFailure(t *testing.T) {
	w := newVPCService(t, nil)
	w.want(create(w, "token-1", "x"), "400 InvalidIP.Malformed: Ip malformed.")
	w.want(create(w, "token-1", "10.0.0.1"), "")
}

func TestClientTokenForms(t *testing.T) {
	w := newVPCService(t, nil)
	const refused = "400 InvalidClientToken.ValueNotSupported: The ClientToken provided is invalid."
	w.want(create(w, strings.Repeat("x", 64), "10.0.0.1"), "")
	w.want(create(w, strings.Repeat("x", 65), "10.0.0.2"), refused)
	w.want(create(w, "Müller", "10.0.0.2"), refused)
}

func TestClientTokenStillProcessing(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.Delays.TokenProcessing = time.Second })
	first := w.want(create(w, "token-1", "10.0.0.1"), "")
	w.want(create(w, "token-1", "10.0.0.1"), "403 LastTokenProcessing: The last token request is processing.")
	w.clock.Advance(time.Second)
	again := w.want(create(w, "token-1", "10.0.0.1"), "")
	if first.str("BgpPeerId") != again.str("BgpPeerId") {
		t.Errorf("first peer %q, then %q", first.str("BgpPeerId"), again.str("BgpPeerId"))
	}
}

// A lost answer does not lose the peer: the same token finds it again.
func TestClientTokenAfterALostAnswer(t *testing.T) {
	for _, kind := range []control.FaultKind{control.KindDropAfter, control.KindTruncate, control.KindDropDuring} {
		w := newVPCService(t, nil)
		w.faults.Add(control.Fault{Action: "CreateBgpPeer", Kind: kind, Times: 1})
		r := caller{}.request(t.Context(), "CreateBgpPeer", map[string]string{
			"RegionId": testRegion, "BgpGroupId": testGroup, "PeerIpAddress": "10.0.0.1", "ClientToken": "token-1",
		})
		if response, err := control.RoundTripper(w.service).RoundTrip(r); err == nil {
			_ = response.Body.Close()
		}
		a := w.want(create(w, "token-1", "10.0.0.1"), "")
		peers := w.service.Peers()
		if len(peers) != 1 || peers[0].ID != a.str("BgpPeerId") {
			t.Errorf("%s: peers %+v, answered %q", kind, peers, a.str("BgpPeerId"))
		}
	}
}

func TestClientTokenConcurrently(t *testing.T) {
	w := newVPCService(t, nil)
	ids := make([]string, 20)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() { ids[i] = w.want(create(w, "token-1", "10.0.0.1"), "").str("BgpPeerId") })
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("peers %v", ids)
			break
		}
	}
	if peers := w.service.Peers(); len(peers) != 1 {
		t.Errorf("%d peers, want 1", len(peers))
	}
}
