package alibabacloud_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

func TestFormats(t *testing.T) {
	tests := map[string]struct {
		caller  caller
		wantXML bool
		want    string
	}{
		"V1 default":          {caller: caller{v1: true}, wantXML: true},
		"V1 XML":              {caller: caller{v1: true, format: "XML"}, wantXML: true},
		"V1 JSON":             {caller: caller{v1: true, format: "JSON"}},
		"V1 json":             {caller: caller{v1: true, format: "json"}},
		"V1 other":            {caller: caller{v1: true, format: "YAML"}, wantXML: true, want: "InvalidParameter.Format"},
		"V3 default":          {caller: caller{}},
		"V3 application/json": {caller: caller{format: "application/json"}},
		"V3 anything":         {caller: caller{format: "*/*"}},
		"V3 application/xml":  {caller: caller{format: "application/xml"}, wantXML: true},
		"V3 text/xml first":   {caller: caller{format: "text/xml, application/json"}, wantXML: true},
		"V3 other":            {caller: caller{format: "text/csv"}, want: "InvalidParameter.Accept"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newVPCService(t, nil)
			a := w.callAs(test.caller, "DescribeRegions")
			wantType := "application/json;charset=utf-8"
			if test.wantXML {
				wantType = "text/xml;charset=utf-8"
			}
			if got := a.Header.Get("Content-Type"); got != wantType {
				t.Errorf("content type %s, want %s", got, wantType)
			}
			if (a.Status == http.StatusOK) != (test.want == "") || !strings.Contains(a.Body, test.want) {
				t.Errorf("answered %d %s, want code %q", a.Status, a.Body, test.want)
			}
			if id := a.Header.Get("X-Acs-Request-Id"); id == "" || !strings.Contains(a.Body, id) {
				t.Errorf("request id %q is not that of %s", id, a.Body)
			}
		})
	}
}

func TestXMLAnswers(t *testing.T) {
	w := newVPCService(t, nil)
	id := w.createPeer("PeerIpAddress", "10.0.0.1", "EnableBfd", "true", "BfdMultiHop", "255")
	a := w.callAs(caller{v1: true}, "DescribeBgpPeers", "RegionId", testRegion)
	type row struct {
		BgpPeerId, Status, PeerAsn, Description string //nolint:revive // the API's spelling
		BfdMultiHop                             int
		EnableBfd                               bool
	}
	var got struct {
		XMLName    xml.Name
		TotalCount int
		PageNumber int
		Peers      []row `xml:"BgpPeers>BgpPeer"`
	}
	if err := xml.Unmarshal([]byte(a.Body), &got); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
	if got.XMLName.Local != "DescribeBgpPeersResponse" || got.TotalCount != 1 || got.PageNumber != 1 {
		t.Errorf("answer %s", a.Body)
	}
	if diff := cmp.Diff([]row{{id, "Available", "65515", "test group", 255, true}}, got.Peers); diff != "" {
		t.Errorf("peers (-want +got):\n%s", diff)
	}
}

func TestErrorEnvelopes(t *testing.T) {
	w := newVPCService(t, nil)
	a := w.call("CreateBgpPeer", "BgpGroupId", "bgpg-none")
	id := a.Header.Get("X-Acs-Request-Id")
	want := map[string]any{
		"RequestId": id, "HostId": "vpc.cn-shanghai.aliyuncs.com", "Code": "InvalidBgpGroup", "Message": "bgp group not exists",
		"Recommend": "https://api.alibabacloud.com/troubleshoot?product=Vpc&q=InvalidBgpGroup&requestId=" + id,
	}
	if diff := cmp.Diff(want, a.JSON); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	a = w.callAs(caller{v1: true}, "CreateBgpPeer", "RegionId", testRegion, "BgpGroupId", "bgpg-none")
	wantXML := `<?xml version="1.0" encoding="UTF-8"?><Error><RequestId>` + a.Header.Get("X-Acs-Request-Id") +
		`</RequestId><HostId>vpc.cn-shanghai.aliyuncs.com</HostId><Code>InvalidBgpGroup</Code>` +
		`<Message>bgp group not exists</Message></Error>`
	if a.Body != wantXML {
		t.Errorf("XML %s, want %s", a.Body, wantXML)
	}
}

func TestGateway(t *testing.T) {
	tests := map[string]struct {
		action string
		params map[string]string
		change func(*http.Request)
		want   string
	}{
		"unknown action":   {action: "CreateBgpPear", want: "404 InvalidAction.NotFound: Specified api is not found, please check your url and method."},
		"other path":       {action: "DescribeRegions", change: func(r *http.Request) { r.URL.Path = "/v1" }, want: "404 InvalidAction.NotFound: Specified api is not found, please check your url and method."},
		"no version":       {action: "DescribeRegions", change: func(r *http.Request) { r.Header.Del("X-Acs-Version") }, want: "400 MissingVersion: Version is mandatory for this action."},
		"other version":    {action: "DescribeRegions", change: func(r *http.Request) { r.Header.Set("X-Acs-Version", "2014-05-26") }, want: "400 InvalidVersion: Specified parameter Version is not valid."},
		"DELETE":           {action: "DescribeRegions", change: func(r *http.Request) { r.Method = http.MethodDelete }, want: "403 UnsupportedHTTPMethod: This http method is not supported."},
		"repeated":         {action: "DescribeRegions", change: func(r *http.Request) { r.URL.RawQuery += "&ProductType=a&ProductType=b" }, want: "400 InvalidParameter: The specified parameter is not valid."},
		"bad escape":       {action: "DescribeRegions", change: func(r *http.Request) { r.URL.RawQuery = "a=%zz" }, want: "400 InvalidParameter: The specified parameter is not valid."},
		"body too large":   {action: "DescribeRegions", params: map[string]string{"ProductType": strings.Repeat("x", 1<<20)}, want: "413 RequestEntityTooLarge: The request body is too large."},
		"no region":        {action: "DescribeBgpPeers", want: "400 MissingRegionId: RegionId is mandatory for this action."},
		"no group":         {action: "CreateBgpPeer", params: map[string]string{"RegionId": testRegion}, want: "400 MissingBgpGroupId: BgpGroupId is mandatory for this action."},
		"unknown first":    {action: "DescribeBgpPeers", params: map[string]string{"RegionId": testRegion, "PageSize": "many", "Zone": "a"}, want: `400 UnsupportedParameter: The parameter "Zone" is not supported.`},
		"empty group":      {action: "CreateBgpPeer", params: map[string]string{"RegionId": testRegion, "BgpGroupId": ""}, want: "400 MissingBgpGroupId: BgpGroupId is mandatory for this action."},
		"unknown":          {action: "DescribeBgpPeers", params: map[string]string{"RegionId": testRegion, "BgpPeerIds": "bgp-1"}, want: `400 UnsupportedParameter: The parameter "BgpPeerIds" is not supported.`},
		"no boolean":       {action: "DescribeBgpPeers", params: map[string]string{"RegionId": testRegion, "IsDefault": "yes"}, want: "400 InvalidIsDefault: Specified parameter IsDefault is not valid."},
		"no number":        {action: "DescribeBgpPeers", params: map[string]string{"RegionId": testRegion, "PageNumber": "one"}, want: "400 InvalidPageNumber: Specified parameter PageNumber is not valid."},
		"number too large": {action: "DescribeBgpPeers", params: map[string]string{"RegionId": testRegion, "PageNumber": "4294967296"}, want: "400 InvalidPageNumber: Specified parameter PageNumber is not valid."},
		"page 0":           {action: "DescribeBgpPeers", params: map[string]string{"RegionId": testRegion, "PageNumber": "0"}, want: "400 InvalidPageNumber: Specified parameter PageNumber is not valid."},
		"page size 51":     {action: "DescribeBgpPeers", params: map[string]string{"RegionId": testRegion, "PageSize": "51"}, want: "400 InvalidPageSize: Specified parameter PageSize is not valid."},
		"common parameter": {action: "DescribeBgpPeers", params: map[string]string{"RegionId": testRegion, "OwnerAccount": "a@example.com", "ResourceOwnerId": "1"}},

		"region of CreateBgpPeer":           {action: "CreateBgpPeer", params: map[string]string{"RegionId": "xx", "BgpGroupId": "g"}, want: `404 InvalidRegionId.NotFound: Specified value of "regionId" is not supported.`},
		"region of DescribeBgpPeers":        {action: "DescribeBgpPeers", params: map[string]string{"RegionId": "xx"}, want: "404 InvalidRegionId.NotFound: The specified RegionId does not exist in our records."},
		"region of ModifyBgpPeerAttribute":  {action: "ModifyBgpPeerAttribute", params: map[string]string{"RegionId": "xx", "BgpPeerId": "p"}, want: "400 InvalidRegionId.NotFound: The specified RegionId does not exist in our records."},
		"region of DeleteBgpPeer":           {action: "DeleteBgpPeer", params: map[string]string{"RegionId": "xx", "BgpPeerId": "p"}, want: `404 InvalidRegionId.NotFound: Specified value of "regionId" is not supported.`},
		"region of CreateBgpGroup":          {action: "CreateBgpGroup", params: map[string]string{"RegionId": "xx", "RouterId": "v", "PeerAsn": "1"}, want: "404 InvalidRegionId.NotFound: The specified RegionId is not found."},
		"region of DescribeBgpGroups":       {action: "DescribeBgpGroups", params: map[string]string{"RegionId": "xx"}, want: "404 InvalidRegionId.NotFound: The specified RegionId does not exist in our records."},
		"region of ModifyBgpGroupAttribute": {action: "ModifyBgpGroupAttribute", params: map[string]string{"RegionId": "xx", "BgpGroupId": "g"}, want: `404 InvalidRegionId.NotFound: Specified value of "regionId" is not supported.`},
		"region of DeleteBgpGroup":          {action: "DeleteBgpGroup", params: map[string]string{"RegionId": "xx", "BgpGroupId": "g"}, want: `404 InvalidRegionId.NotFound: Specified value of "regionId" is not supported.`},
		"region of AddBgpNetwork":           {action: "AddBgpNetwork", params: map[string]string{"RegionId": "xx", "RouterId": "v", "DstCidrBlock": "c"}, want: "404 InvalidRegionId.NotFound: The specified RegionId does not exist in our records."},
		"region of DescribeBgpNetworks":     {action: "DescribeBgpNetworks", params: map[string]string{"RegionId": "xx"}, want: "404 InvalidRegionId.NotFound: The specified RegionId does not exist in our records."},
		"region of DeleteBgpNetwork":        {action: "DeleteBgpNetwork", params: map[string]string{"RegionId": "xx", "RouterId": "v", "DstCidrBlock": "c"}, want: `404 InvalidRegionId.NotFound: Specified value of "regionId" is not supported.`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newVPCService(t, nil)
			cl := caller{change: test.change, form: strings.Contains(name, "too large")}
			w.want(w.send(cl.request(t.Context(), test.action, test.params)), test.want)
		})
	}
}

func TestNothingAtAllIsAnsweredToo(t *testing.T) {
	w := newVPCService(t, nil)
	r := caller{}.withDefaults().newRequest(t.Context(), url.Values{}, nil)
	a := w.send(r)
	if a.Status != http.StatusBadRequest || !strings.Contains(a.Body, "<Code>MissingAction</Code>") {
		t.Errorf("answered %d %s", a.Status, a.Body)
	}
}

func TestJournalMasksSecretsAndIsBounded(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) {
		cfg.Identities = []alibabacloud.Identity{{AccessKeyID: "STS.1", AccessKeySecret: "secret-1", SecurityToken: "token-1"}}
	})
	for _, v1 := range []bool{true, false} {
		w.callAs(caller{id: "STS.1", secret: "secret-1", token: "token-1", v1: v1}, "CreateBgpGroup", "RegionId", testRegion,
			"RouterId", testVBR, "PeerAsn", "65001", "AuthKey", "md5-key", "Unknown", "u", "Description", strings.Repeat("d", 1000))
	}
	w.callAs(caller{id: "STS.1", secret: "secret-1", token: "token-1"}, strings.Repeat("Attack", 100))
	want := map[string]string{
		"RegionId": testRegion, "RouterId": testVBR, "PeerAsn": "65001", "AuthKey": control.Masked,
		"Description": strings.Repeat("d", 256),
	}
	entries := w.journal.Entries()
	for _, entry := range entries[:2] {
		if diff := cmp.Diff(want, entry.Params); diff != "" {
			t.Errorf("parameters (-want +got):\n%s", diff)
		}
		if entry.Cloud != "alibabacloud" || entry.Action != "CreateBgpGroup" || entry.Code != "UnsupportedParameter" || entry.Acted {
			t.Errorf("entry %+v", entry)
		}
	}
	if entries[2].Action != "unknown" {
		t.Errorf("an unknown action is in the journal as %q", entries[2].Action)
	}
}

func TestFaults(t *testing.T) {
	tests := map[string]struct {
		fault          control.Fault
		want           string
		wantRetryAfter string
	}{
		"throttle": {
			fault: control.Fault{Kind: control.KindThrottle},
			want:  "400 Throttling.User: Request was denied due to user flow control.",
		},
		"throttle with time": {
			fault: control.Fault{Kind: control.KindThrottle, Code: "Throttling", Status: 503, RetryAfter: 1500e6},
			want:  "503 Throttling: Request was denied due to request throttling.", wantRetryAfter: "1500",
		},
		"error":           {fault: control.Fault{Kind: control.KindError}, want: "500 InternalError: The request processing has failed due to some unknown error."},
		"error 503":       {fault: control.Fault{Kind: control.KindError, Status: 503}, want: "503 ServiceUnavailable: The request has failed due to a temporary failure of the server."},
		"documented code": {fault: control.Fault{Kind: control.KindError, Code: "InvalidStatus.CannotOperate"}, want: "400 InvalidStatus.CannotOperate: invalid status cannot operate"},
		"any code":        {fault: control.Fault{Kind: control.KindError, Code: "TaskConflict", Message: "busy"}, want: "400 TaskConflict: busy"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newVPCService(t, nil)
			test.fault.Action, test.fault.Times = "CreateBgpPeer", 1
			w.faults.Add(test.fault)
			a := w.want(w.call("CreateBgpPeer", "BgpGroupId", testGroup, "PeerIpAddress", "10.0.0.1"), test.want)
			if got := a.Header.Get("X-Acs-Retry-After"); got != test.wantRetryAfter {
				t.Errorf("x-acs-retry-after %q, want %q", got, test.wantRetryAfter)
			}
			if peers := w.service.Peers(); len(peers) != 0 {
				t.Errorf("there are peers: %+v", peers)
			}
			w.createPeer("PeerIpAddress", "10.0.0.1")
		})
	}
}

func TestRateLimit(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.RateLimit = alibabacloud.RateLimit{PerSecond: 10, Burst: 2} })
	const throttled = "400 Throttling.User: Request was denied due to user flow control."
	w.want(w.call("DescribeRegions"), "")
	w.want(w.call("DescribeRegions"), "")
	a := w.want(w.call("DescribeRegions"), throttled)
	if got := a.Header.Get("X-Acs-Retry-After"); got != "100" {
		t.Errorf("x-acs-retry-after %q, want 100", got)
	}
	w.clock.Advance(99e6)
	w.want(w.call("DescribeRegions"), throttled)
	w.clock.Advance(1e6)
	w.want(w.call("DescribeRegions"), "")
	w.want(w.call("DescribeRegions"), throttled)
	w.clock.Advance(3600e9)
	w.want(w.call("DescribeRegions"), "")
	w.want(w.call("DescribeRegions"), "")
	w.want(w.call("DescribeRegions"), throttled)
}

func TestDescribeRegions(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) {
		cfg.Regions = []alibabacloud.Region{{ID: testRegion, Name: "China (Shanghai)"}, {ID: "cn-hangzhou", Name: "China (Hangzhou)"}}
	})
	rows := w.want(w.callAs(caller{}, "DescribeRegions", "AcceptLanguage", "en-US"), "").rows(t, "Regions", "Region")
	want := []map[string]any{{
		"RegionId": testRegion, "LocalName": "China (Shanghai)", "RegionEndpoint": "vpc.cn-shanghai.aliyuncs.com",
	}, {
		"RegionId": "cn-hangzhou", "LocalName": "China (Hangzhou)", "RegionEndpoint": "vpc.aliyuncs.com", // ALI-074
	}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("regions (-want +got):\n%s", diff)
	}
}
