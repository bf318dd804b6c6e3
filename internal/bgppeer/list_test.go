package bgppeer

import (
	"testing"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

func TestDisplayName(t *testing.T) {
	t.Parallel()
	for want, peer := range map[string]alibabacloud.BGPPeer{
		"10.3.1.1 Established (bgp-1)": {ID: "bgp-1", Name: "data-center", PeerIPAddress: "10.3.1.1", SessionState: alibabacloud.SessionEstablished},
		"10.3.1.2 (bgp-2)":             {ID: "bgp-2", Name: "data-center", PeerIPAddress: "10.3.1.2"},
		"Idle (bgp-3)":                 {ID: "bgp-3", Name: "data-center", SessionState: alibabacloud.SessionIdle},
		"bgp-4":                        {ID: "bgp-4", Name: "data-center"},
	} {
		if got := displayName(&peer); got != want {
			t.Errorf("the name is %q, want %q", got, want)
		}
	}
}
