package alibabacloud_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// checkEnvelope fails the test where an answer is none of the vendor's.
func checkEnvelope(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	var envelope struct{ RequestId, HostId, Code, Message string } //nolint:revive // the API's spelling
	var err error
	if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		err = json.Unmarshal(w.Body.Bytes(), &envelope)
	} else {
		err = xml.Unmarshal(w.Body.Bytes(), &envelope)
	}
	switch {
	case err != nil:
		t.Errorf("%v in %s", err, w.Body)
	case w.Code >= http.StatusInternalServerError:
		t.Errorf("a fault of ours: %d %s", w.Code, w.Body)
	case envelope.RequestId == "":
		t.Errorf("no request id in %s", w.Body)
	case w.Code != http.StatusOK && (envelope.Code == "" || envelope.Message == ""):
		t.Errorf("no code or message in %s", w.Body)
	}
}

func dump(f *testing.F, r *http.Request) []byte {
	f.Helper()
	raw, err := httputil.DumpRequestOut(r, true)
	if err != nil {
		f.Fatal(err)
	}
	return raw
}

// FuzzRawRequest sends whatever net/http takes for a request.
func FuzzRawRequest(f *testing.F) {
	params := map[string]string{"RegionId": testRegion, "BgpGroupId": testGroup, "PeerIpAddress": "10.0.0.1"}
	for _, cl := range []caller{{}, {form: true}, {get: true}, {v1: true}, {v1: true, form: true, format: "JSON"}} {
		f.Add(dump(f, cl.request(f.Context(), "CreateBgpPeer", params)))
	}
	for _, raw := range []string{
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /?Action=CreateBgpPeer&Action=DeleteBgpPeer HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /%zz?%zz=%zz;a=b HTTP/1.0\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: ACS3-HMAC-SHA256 Credential=,SignedHeaders=;;,Signature=\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nx-acs-action: \xff\r\nAccept: text/xml\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na=%00\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nshort",
	} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			return // net/http's own server refuses it
		}
		defer func() {
			if p := recover(); p != nil {
				if err, ok := p.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
					panic(p)
				}
			}
		}()
		w := httptest.NewRecorder()
		newVPCService(t, nil).service.ServeHTTP(w, r)
		checkEnvelope(t, w)
	})
}

// FuzzCall sends well-signed calls with odd parameters.
func FuzzCall(f *testing.F) {
	f.Add("CreateBgpPeer", "RegionId=cn-shanghai&BgpGroupId=bgpg-1&PeerIpAddress=10.0.0.2&EnableBfd=true&BfdMultiHop=1", false)
	f.Add("CreateBgpPeer", "RegionId=cn-shanghai&BgpGroupId=bgpg-1&PeerIpAddress=fe80::1%25x&IpVersion=IPv6&ClientToken=t", true)
	f.Add("DescribeBgpPeers", "RegionId=cn-shanghai&PageNumber=2147483647&PageSize=50&IsDefault=false", false)
	f.Add("DescribeBgpPeers", "RegionId=cn-shanghai&PageNumber=-1&PageSize=-50", true)
	f.Add("ModifyBgpPeerAttribute", "RegionId=cn-shanghai&BgpPeerId=bgp-1&PeerIpAddress=10.0.0.9&EnableBfd=FALSE", true)
	f.Add("DeleteBgpPeer", "RegionId=cn-shanghai&BgpPeerId=bgp-1&ClientToken=%00", false)
	f.Add("CreateBgpGroup", "RegionId=cn-shanghai&RouterId=vbr-1&PeerAsn=-9223372036854775808&Name=%ff%fe&RouteQuota=2147483647", false)
	f.Add("ModifyBgpGroupAttribute", "RegionId=cn-shanghai&BgpGroupId=bgpg-1&ClearAuthKey=true&LocalAsn=65025", true)
	f.Add("DeleteBgpGroup", "RegionId=cn-shanghai&BgpGroupId=bgpg-1", false)
	f.Add("AddBgpNetwork", "RegionId=cn-shanghai&RouterId=vbr-1&DstCidrBlock=10.0.0.0/33&VpcId=vpc-1", true)
	f.Add("DeleteBgpNetwork", "RegionId=cn-shanghai&RouterId=vbr-1&DstCidrBlock=0.0.0.0/0", false)
	f.Add("DescribeBgpNetworks", "RegionId=cn-shanghai", true)
	f.Add("DescribeBgpGroups", "RegionId=cn-shanghai&RouterId=vbr-1", false)
	f.Add("DescribeRegions", "", true)
	f.Fuzz(func(t *testing.T, action, query string, v1 bool) {
		values, err := url.ParseQuery(query)
		if err != nil || strings.ContainsAny(action, "\r\n\x00") {
			return
		}
		params := map[string]string{}
		for name := range values {
			params[name] = values.Get(name)
		}
		vpc := newVPCService(t, nil)
		vpc.service.PutPeer(alibabacloud.Peer{ID: "bgp-1", GroupID: testGroup, PeerIPAddress: "10.0.0.1"})
		w := httptest.NewRecorder()
		r := caller{v1: v1}.request(t.Context(), action, params)
		r.RequestURI = r.URL.RequestURI()
		vpc.service.ServeHTTP(w, r)
		checkEnvelope(t, w)
		// Whatever was done, what is there can be listed.
		w = httptest.NewRecorder()
		vpc.service.ServeHTTP(w, caller{}.request(t.Context(), "DescribeBgpPeers", map[string]string{"RegionId": testRegion}))
		if checkEnvelope(t, w); w.Code != http.StatusOK {
			t.Errorf("listing answered %d %s", w.Code, w.Body)
		}
	})
}
