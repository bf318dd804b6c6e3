package alibabacloud

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// From the documents of DescribeBgpPeers, of both generations.
const (
	newerPage = `{"PageSize":10,"RequestId":"DE77A7F3-3B74-41C0-A5BC-CAFD188C28B6","PageNumber":1,"TotalCount":10,"BgpPeers":{"BgpPeer":[{"Status":"Available","PeerIpAddress":"116.62.XX.XX","RouterId":"vbr-2zecmmvg5gvu8i4te****","BgpGroupId":"bgpg-2zev8h2wo414sfh****","BgpStatus":"Connect","BfdMultiHop":3,"PeerAsn":"65515","LocalAsn":"45104","RegionId":"cn-shanghai","BgpPeerId":"bgp-2ze3un0ft1jd1xd****","EnableBfd":true,"Hold":"30","IpVersion":"ipv4","Keepalive":"10","Description":"test","RouteLimit":"110","IsFake":true,"AuthKey":"!PWZ****","Name":"test","AdvertisedRouteCount":0,"ReceivedRouteCount":0,"GmtModified":"2022-05-20T07:29:08Z"}]}}`
	olderPage = `{"TotalCount":2,"PageSize":10,"RequestId":"16DFA5E6-9771-41B7-B079-DD7C2DF49BE6","BgpPeers":{"BgpPeer":[{"BgpGroupId":"bgpg-2zev8h2wo414sxxxxxxxx","LocalAsn":45104,"PeerIpAddress":"11.11.xx.xx","Hold":30,"Description":"","AuthKey":"","IsFake":true,"PeerAsn":234,"Keepalive":10,"RouteLimit":99,"BgpPeerId":"bgp-2ze3un0ft1jd1xxxxxxxx","Name":"","Status":"Available","BgpStatus":"","RouterId":"vbr-2zecmmvg5gvu8xxxxxxxx","RegionId":"cn-beijing"}]}}`
)

func TestDecodePeers(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want page[BGPPeer]
		err  string
	}{
		"newer": {body: newerPage, want: page[BGPPeer]{rows: 1, total: 10, counted: true, objects: []BGPPeer{{
			ID: "bgp-2ze3un0ft1jd1xd****", GroupID: "bgpg-2zev8h2wo414sfh****", RouterID: "vbr-2zecmmvg5gvu8i4te****",
			Name: "test", Description: "test", PeerIPAddress: "116.62.XX.XX", IPVersion: "IPv4",
			Status: StatusAvailable, SessionState: SessionConnect,
			PeerASN: new(int64(65515)), LocalASN: new(int64(45104)), IsFakeASN: new(true),
			EnableBFD: new(true), BFDMultiHop: new(int64(3)), HoldTime: new(int64(30)), KeepaliveTime: new(int64(10)),
			RouteLimit: new(int64(110)), AdvertisedRouteCount: new(int64(0)), ReceivedRouteCount: new(int64(0)),
			ModifiedAt: "2022-05-20T07:29:08Z",
		}}}},
		"older": {body: olderPage, want: page[BGPPeer]{rows: 1, total: 2, counted: true, objects: []BGPPeer{{
			ID: "bgp-2ze3un0ft1jd1xxxxxxxx", GroupID: "bgpg-2zev8h2wo414sxxxxxxxx", RouterID: "vbr-2zecmmvg5gvu8xxxxxxxx",
			PeerIPAddress: "11.11.xx.xx", Status: StatusAvailable,
			PeerASN: new(int64(234)), LocalASN: new(int64(45104)), IsFakeASN: new(true),
			HoldTime: new(int64(30)), KeepaliveTime: new(int64(10)), RouteLimit: new(int64(99)),
		}}}},
		"text for everything": {
			body: `{"TotalCount":"1","BgpPeers":{"BgpPeer":[{"BgpPeerId":"bgp-1","IsFake":"True","EnableBfd":"false","BfdMultiHop":" 7 ","PeerAsn":"4294967295","IpVersion":"IPV6","Status":"AVAILABLE","BgpStatus":"established"}]}}`,
			want: page[BGPPeer]{rows: 1, total: 1, counted: true, objects: []BGPPeer{{
				ID: "bgp-1", IPVersion: "IPv6", Status: StatusAvailable, SessionState: SessionEstablished,
				IsFakeASN: new(true), EnableBFD: new(false), BFDMultiHop: new(int64(7)), PeerASN: new(int64(4294967295)),
			}}},
		},
		"nonsense is left out": {
			body: `{"BgpPeers":{"BgpPeer":[{"BgpPeerId":"bgp-1","IsFake":"maybe","EnableBfd":null,"Hold":"","PeerAsn":[1],"LocalAsn":1.5,"Name":{"a":1},"Status":"Odd"}]}}`,
			want: page[BGPPeer]{rows: 1, total: 1, objects: []BGPPeer{{ID: "bgp-1", Status: "Odd"}}},
		},
		"a row without an id still counts": {
			body: `{"BgpPeers":{"BgpPeer":[{"Status":"Available"},null,{"BgpPeerId":"bgp-1"}]}}`,
			want: page[BGPPeer]{rows: 3, total: 3, objects: []BGPPeer{{ID: "bgp-1"}}},
		},
		"a bare list":                     {body: `{"BgpPeers":[{"BgpPeerId":"bgp-1"}]}`, want: page[BGPPeer]{rows: 1, total: 1, objects: []BGPPeer{{ID: "bgp-1"}}}},
		"empty":                           {body: `{"TotalCount":0,"BgpPeers":{"BgpPeer":[]}}`, want: page[BGPPeer]{counted: true}},
		"empty without a total":           {body: `{"BgpPeers":{"BgpPeer":[]}}`},
		"empty, the list left out":        {body: `{"TotalCount":"0","BgpPeers":{}}`, want: page[BGPPeer]{counted: true}},
		"no list":                         {body: `{"RequestId":"x"}`, err: "the answer has no list"},
		"no list in the object":           {body: `{"BgpPeers":{}}`, err: "the answer has no list"},
		"no list, but a total":            {body: `{"TotalCount":3}`, err: "the answer has no list"},
		"a list that is none":             {body: `{"TotalCount":0,"BgpPeers":"none"}`, err: "the answer has no list"},
		"no object":                       {body: `[]`, err: "not a JSON object"},
		"cut short":                       {body: newerPage[:len(newerPage)/2], err: "not a JSON object"},
		"a secret is not in an error":     {body: `{"BgpPeers":{"BgpPeer":"!PWZsecret"}}`, err: "no list"},
		"a secret is not in an error, II": {body: `{"AuthKey":"!PWZsecret"`, err: "not a JSON object"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := peers.decode([]byte(test.body), func(*BGPPeer) {})
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "PWZ") {
					t.Errorf("the error is %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(page[BGPPeer]{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever the service answers, decoding does not fail in a way of its own, and
// says "no peers" only where the answer does.
func FuzzDecodePeers(f *testing.F) {
	for _, body := range []string{newerPage, olderPage, `{"TotalCount":5,"BgpPeers":{"BgpPeer":[]}}`, `{"BgpPeers":[{}]}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := peers.decode(body, func(*BGPPeer) {})
		if err != nil {
			if len(got.objects) != 0 {
				t.Error("there are peers and an error")
			}
			return
		}
		if !isObject(body) {
			t.Errorf("decoded what is no JSON object: %q", body)
		}
		if got.total < int64(got.rows) || got.rows < len(got.objects) {
			t.Errorf("%d peers in %d rows of %d", len(got.objects), got.rows, got.total)
		}
		if n := got.pages(); n < 1 || n > mostPages {
			t.Errorf("%d pages", n)
		}
		for _, p := range got.objects {
			if p.ID == "" {
				t.Error("a peer without an id")
			}
		}
		if got.total == 0 && !saysNone(body) {
			t.Errorf("no peers were read from %q", body)
		}
		decodeID(body, "BgpPeerId")
		decodeError(body)
	})
}

// saysNone reports whether an answer says that there are no peers: it has an empty
// list, and counts none if it counts at all; or it counts none and has no list.
func saysNone(body []byte) bool {
	var answer map[string]any
	if json.Unmarshal(body, &answer) != nil {
		return false
	}
	list := answer["BgpPeers"]
	if wrapped, ok := list.(map[string]any); ok {
		list = wrapped["BgpPeer"]
	}
	rows, isList := list.([]any)
	count, err := strconv.ParseInt(strings.TrimSpace(fmt.Sprint(answer["TotalCount"])), 10, 64)
	counted := err == nil
	return len(rows) == 0 && (isList && (!counted || count <= 0) || list == nil && counted && count <= 0)
}
