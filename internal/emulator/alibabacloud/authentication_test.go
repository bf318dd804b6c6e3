package alibabacloud_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

func identities() []alibabacloud.Identity {
	return []alibabacloud.Identity{
		{AccessKeyID: "LTAIplain", AccessKeySecret: "s1"},
		{AccessKeyID: "LTAIdisabled", AccessKeySecret: "s2", Disabled: true},
		{AccessKeyID: "STS.valid", AccessKeySecret: "s3", SecurityToken: "token-1", Expires: time.Now().Add(time.Hour)},
		{AccessKeyID: "STS.expired", AccessKeySecret: "s4", SecurityToken: "token-2", Expires: time.Now().Add(-time.Hour)},
		{AccessKeyID: "LTAIdenied", AccessKeySecret: "s5", DeniedActions: []string{"DescribeBgpPeers"}},
		{AccessKeyID: "LTAIdeniedall", AccessKeySecret: "s6", DeniedActions: []string{"*"}},
	}
}

func TestAuthentication(t *testing.T) {
	setQuery := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			query := r.URL.Query()
			query.Set(name, value)
			if value == "" {
				query.Del(name)
			}
			r.URL.RawQuery = query.Encode()
		}
	}
	setHeader := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set(name, value)
			if value == "" {
				r.Header.Del(name)
			}
		}
	}
	replaceHeader := func(name, old, replacement string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set(name, strings.Replace(r.Header.Get(name), old, replacement, 1))
		}
	}
	const notMatched = "400 SignatureDoesNotMatch: Specified signature is not matched with our calculation."
	plain := caller{id: "LTAIplain", secret: "s1"}
	tests := map[string]struct {
		caller caller
		only   int // the generation of the signature, 0 for both
		want   string
	}{
		"good":                        {caller: plain},
		"good with GET":               {caller: caller{id: "LTAIplain", secret: "s1", get: true}},
		"good with a form":            {caller: caller{id: "LTAIplain", secret: "s1", form: true}},
		"good with an STS token":      {caller: caller{id: "STS.valid", secret: "s3", token: "token-1"}},
		"14 minutes late":             {caller: caller{id: "LTAIplain", secret: "s1", at: time.Now().Add(-14 * time.Minute)}},
		"unknown access key":          {caller: caller{id: "LTAIother", secret: "s1"}, want: "404 InvalidAccessKeyId.NotFound: Specified access key is not found."},
		"disabled access key":         {caller: caller{id: "LTAIdisabled", secret: "s2"}, want: "400 InvalidAccessKeyId.Inactive: Specified access key is disabled."},
		"wrong secret":                {caller: caller{id: "LTAIplain", secret: "s2"}, want: notMatched},
		"expired token":               {caller: caller{id: "STS.expired", secret: "s4", token: "token-2"}, want: "400 InvalidSecurityToken.Expired: Specified SecurityToken is expired."},
		"token of another":            {caller: caller{id: "STS.valid", secret: "s3", token: "token-2"}, want: "400 InvalidSecurityToken.MismatchWithAccessKey: Specified SecurityToken mismatch with the AccessKey."},
		"token without need":          {caller: caller{id: "LTAIplain", secret: "s1", token: "token-1"}, want: "400 InvalidSecurityToken.MismatchWithAccessKey: Specified SecurityToken mismatch with the AccessKey."},
		"unknown token":               {caller: caller{id: "STS.valid", secret: "s3", token: "token-9"}, want: "400 InvalidSecurityToken.Malformed: Specified SecurityToken is malformed."},
		"token missing":               {caller: caller{id: "STS.valid", secret: "s3"}, want: "400 MissingSecurityToken: SecurityToken is mandatory for this action."},
		"16 minutes late":             {caller: caller{id: "LTAIplain", secret: "s1", at: time.Now().Add(-16 * time.Minute)}, want: "400 InvalidTimeStamp.Expired: Specified time stamp or date value is expired."},
		"16 minutes early":            {caller: caller{id: "LTAIplain", secret: "s1", at: time.Now().Add(16 * time.Minute)}, want: "400 InvalidTimeStamp.Expired: Specified time stamp or date value is expired."},
		"denied action":               {caller: caller{id: "LTAIdenied", secret: "s5"}, want: "403 Forbidden.RAM: User not authorized to operate on the specified resource, or this API doesn't support RAM."},
		"all actions denied":          {caller: caller{id: "LTAIdeniedall", secret: "s6"}, want: "403 Forbidden.RAM: User not authorized to operate on the specified resource, or this API doesn't support RAM."},
		"parameter changed":           {caller: caller{id: "LTAIplain", secret: "s1", change: setQuery("RegionId", "cn-beijing")}, want: notMatched},
		"parameter added":             {caller: caller{id: "LTAIplain", secret: "s1", change: setQuery("PageSize", "50")}, want: notMatched},
		"V1: no access key":           {only: 1, caller: caller{id: "LTAIplain", secret: "s1", change: setQuery("AccessKeyId", "")}, want: "400 MissingAccessKeyId: AccessKeyId is mandatory for this action."},
		"V1: no signature":            {only: 1, caller: caller{id: "LTAIplain", secret: "s1", change: setQuery("Signature", "")}, want: "400 MissingSignature: Signature is mandatory for this action."},
		"V1: no nonce":                {only: 1, caller: caller{id: "LTAIplain", secret: "s1", change: setQuery("SignatureNonce", "")}, want: "400 MissingSignatureNonce: SignatureNonce is mandatory for this action."},
		"V1: no timestamp":            {only: 1, caller: caller{id: "LTAIplain", secret: "s1", change: setQuery("Timestamp", "")}, want: "400 MissingTimestamp: Timestamp is mandatory for this action."},
		"V1: malformed timestamp":     {only: 1, caller: caller{id: "LTAIplain", secret: "s1", change: setQuery("Timestamp", "yesterday")}, want: "400 InvalidTimeStamp.Format: Specified time stamp or date value is not well formatted."},
		"V1: other method":            {only: 1, caller: caller{id: "LTAIplain", secret: "s1", change: setQuery("SignatureMethod", "HMAC-SHA256")}, want: "400 InvalidSignatureMethod: Specified parameter SignatureMethod is not valid."},
		"V1: bearer token":            {only: 1, caller: caller{id: "LTAIplain", secret: "s1", change: setQuery("SignatureType", "BEARERTOKEN")}, want: "400 InvalidSignatureMethod: Specified parameter SignatureMethod is not valid."},
		"V1: other version":           {only: 1, caller: caller{id: "LTAIplain", secret: "s1", change: setQuery("SignatureVersion", "2.0")}, want: "400 InvalidSignatureVersion: Specified parameter SignatureVersion is not valid."},
		"V1: POST signed as GET":      {only: 1, caller: caller{id: "LTAIplain", secret: "s1", get: true, change: func(r *http.Request) { r.Method = http.MethodPost }}, want: notMatched},
		"V3: no authorization":        {only: 3, caller: caller{id: "LTAIplain", secret: "s1", change: setHeader("Authorization", "")}, want: "400 MissingAccessKeyId: AccessKeyId is mandatory for this action."},
		"V3: bearer":                  {only: 3, caller: caller{id: "LTAIplain", secret: "s1", change: setHeader("Authorization", "Bearer x")}, want: "400 IncompleteSignature: The request signature does not conform to Aliyun standards."},
		"V3: no signature":            {only: 3, caller: caller{id: "LTAIplain", secret: "s1", change: replaceHeader("Authorization", "Signature=", "Nothing=")}, want: "400 IncompleteSignature: The request signature does not conform to Aliyun standards."},
		"V3: action not signed":       {only: 3, caller: caller{id: "LTAIplain", secret: "s1", change: replaceHeader("Authorization", "x-acs-action;", "")}, want: "400 IncompleteSignature: The request signature does not conform to Aliyun standards."},
		"V3: host not signed":         {only: 3, caller: caller{id: "LTAIplain", secret: "s1", change: replaceHeader("Authorization", "host;", "")}, want: "400 IncompleteSignature: The request signature does not conform to Aliyun standards."},
		"V3: header not signed":       {only: 3, caller: caller{id: "LTAIplain", secret: "s1", change: setHeader("X-Acs-Extra", "1")}, want: "400 IncompleteSignature: The request signature does not conform to Aliyun standards."},
		"V3: no nonce":                {only: 3, caller: caller{id: "LTAIplain", secret: "s1", change: setHeader("X-Acs-Signature-Nonce", "")}, want: "400 MissingSignatureNonce: SignatureNonce is mandatory for this action."},
		"V3: other host":              {only: 3, caller: caller{id: "LTAIplain", secret: "s1", change: func(r *http.Request) { r.Host = "vpc.aliyuncs.com" }}, want: notMatched},
		"V3: other body":              {only: 3, caller: caller{id: "LTAIplain", secret: "s1", change: setHeader("X-Acs-Content-Sha256", "00")}, want: notMatched},
		"V3: malformed date":          {only: 3, caller: caller{id: "LTAIplain", secret: "s1", change: setHeader("X-Acs-Date", "Sat, 01 Mar 2025 12:00:00 GMT")}, want: "400 InvalidTimeStamp.Format: Specified time stamp or date value is not well formatted."},
		"V3: key of another in token": {only: 3, caller: caller{id: "STS.valid", secret: "s3", token: "token-1", change: setHeader("X-Acs-Accesskey-Id", "LTAIplain")}, want: "400 InvalidSecurityToken.MismatchWithAccessKey: Specified SecurityToken mismatch with the AccessKey."},
	}
	for name, test := range tests {
		for _, v1 := range []bool{true, false} {
			cl, generation := test.caller, "V3"
			if cl.v1 = v1; v1 {
				cl.format, generation = "JSON", "V1"
			}
			if test.only == 3 && v1 || test.only == 1 && !v1 {
				continue
			}
			t.Run(name+"/"+generation, func(t *testing.T) {
				w := newVPCService(t, func(cfg *alibabacloud.Config) { cfg.Identities = identities() })
				a := w.callAs(cl, "DescribeBgpPeers", "RegionId", testRegion)
				got := a.failed()
				if test.want == notMatched {
					got, _, _ = strings.Cut(got, " server string to sign is:")
				}
				if got != test.want {
					t.Errorf("answered %q, want %q", got, test.want)
				}
			})
		}
	}
}

// The vendor's message shows the service's own string to sign, with which one
// finds a mistake in one's signing.
func TestSignatureMismatchShowsTheStringToSign(t *testing.T) {
	w := newVPCService(t, nil)
	a := w.callAs(caller{id: alibabacloud.DefaultAccessKeyID, secret: "wrong", v1: true, format: "JSON"}, "DescribeRegions")
	if !strings.Contains(a.str("Message"), "server string to sign is:POST&%2F&AccessKeyId%3D"+alibabacloud.DefaultAccessKeyID) {
		t.Errorf("message %q", a.str("Message"))
	}
}

func TestNonceIsUsedOnce(t *testing.T) {
	for _, v1 := range []bool{true, false} {
		w := newVPCService(t, nil)
		cl := caller{v1: v1, nonce: "same"}
		if v1 {
			cl.format = "JSON"
		}
		w.want(w.callAs(cl, "DescribeRegions"), "")
		w.want(w.callAs(cl, "DescribeRegions"), "400 SignatureNonceUsed: Specified signature nonce was used already.")
	}
}

// A parameter that has to be encoded is signed and read right.
func TestSignatureOfOddCharacters(t *testing.T) {
	for _, cl := range []caller{{}, {form: true}, {v1: true, format: "JSON"}, {v1: true, format: "JSON", form: true}} {
		w := newVPCService(t, nil)
		const description = "Zürich & co = 100%+ *~ 上海/x"
		a := w.want(w.callAs(cl, "CreateBgpGroup", "RegionId", testRegion, "RouterId", testVBR, "PeerAsn", "65001",
			"Description", description), "")
		for _, g := range w.service.Groups() {
			if g.ID == a.str("BgpGroupId") && g.Description != description {
				t.Errorf("description %q, want %q", g.Description, description)
			}
		}
	}
}

// What V1 signs is the query and the form together.
func TestV1ReadsItsProtocolFromTheForm(t *testing.T) {
	w := newVPCService(t, nil)
	r := caller{v1: true, format: "JSON"}.request(t.Context(), "DescribeRegions", nil)
	form := r.URL.Query()
	r2 := caller{}.withDefaults().newRequest(t.Context(), url.Values{}, form)
	w.want(w.send(r2), "")
}
