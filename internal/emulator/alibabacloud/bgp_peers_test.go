package alibabacloud_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

func TestPeerLife(t *testing.T) {
	w := newWorld(t, func(cfg *alibabacloud.Config) {
		cfg.Delays = alibabacloud.Delays{
			PeerAvailable: 2 * time.Second, PeerModified: 3 * time.Second, PeerDeleted: 4 * time.Second,
			SessionConnect: 5 * time.Second, SessionEstablished: 6 * time.Second,
		}
	})
	id := w.createPeer("PeerIpAddress", "10.0.0.1", "EnableBfd", "true", "BfdMultiHop", "3")
	want := map[string]any{
		"BgpPeerId": id, "BgpGroupId": testGroup, "RouterId": testVBR, "RegionId": testRegion,
		"Name": "test", "Description": "test group", "Status": "Pending", "BgpStatus": "Idle",
		"PeerIpAddress": "10.0.0.1", "IpVersion": "ipv4", "EnableBfd": true, "BfdMultiHop": 3.0,
		"PeerAsn": "65515", "LocalAsn": "45104", "IsFake": false, "AuthKey": "!PWZ2wsq",
		"Hold": "30", "Keepalive": "10", "RouteLimit": "110",
		"AdvertisedRouteCount": 0.0, "ReceivedRouteCount": 0.0, "GmtModified": "2025-03-01T12:00:00Z",
	}
	if diff := cmp.Diff(want, w.peer(id)); diff != "" {
		t.Errorf("new peer (-want +got):\n%s", diff)
	}
	for _, step := range []struct {
		after           time.Duration
		status, session string
	}{
		{1999 * time.Millisecond, "Pending", "Idle"},
		{time.Millisecond, "Available", "Idle"},
		{5 * time.Second, "Available", "Connect"},
		{6 * time.Second, "Available", "Established"},
	} {
		w.clock.Advance(step.after)
		if row := w.peer(id); row["Status"] != step.status || row["BgpStatus"] != step.session {
			t.Errorf("at %s: %v, %v, want %s, %s", w.clock.Now(), row["Status"], row["BgpStatus"], step.status, step.session)
		}
	}
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), "")
	if row := w.peer(id); row["Status"] != "Deleting" {
		t.Errorf("deleted peer is %v", row["Status"])
	}
	w.clock.Advance(4 * time.Second)
	if row := w.peer(id); row != nil {
		t.Errorf("deleted peer is still there: %v", row)
	}
	w.want(w.call("DeleteBgpPeer", "BgpPeerId", id), "400 InvalidParams.NotFound: instance not found")
}
