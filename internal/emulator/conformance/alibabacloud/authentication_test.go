package alibabacloud_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// callAs calls in one generation as an identity, through a transport if one is
// given.
type callAs func(w vpcEmulator, who identity, through http.RoundTripper, action string, p params) (tree, error)

var bothGenerations = []struct {
	name string
	call callAs
}{
	{"first generation", func(w vpcEmulator, who identity, through http.RoundTripper, action string, p params) (tree, error) {
		return first{identity: who, transport: through}.common(w, action, p)
	}},
	{"third generation", func(w vpcEmulator, who identity, through http.RoundTripper, action string, p params) (tree, error) {
		return third{identity: who, transport: through}.call(w, action, p)
	}},
}

// Who may call, and what everybody else is told.
func TestIdentities(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t, func(config *alibabacloud.Config) {
		config.Identities = []alibabacloud.Identity{
			{AccessKeyID: "LTAIdisabled", AccessKeySecret: "s", Disabled: true},
			{AccessKeyID: "LTAIreader", AccessKeySecret: "s", DeniedActions: []string{"CreateBgpPeer", "DeleteBgpPeer"}},
			{AccessKeyID: "STS.good", AccessKeySecret: "s", SecurityToken: "CAISgood+/="},
			{AccessKeyID: "STS.other", AccessKeySecret: "s", SecurityToken: "CAISother"},
			{AccessKeyID: "STS.old", AccessKeySecret: "s", SecurityToken: "CAISold", Expires: time.Now().Add(-time.Minute)},
		}
	})
	for _, test := range []struct {
		name string
		who  identity
		want failure // its message is the beginning of the one reported
	}{
		{name: "access key", who: seeded},
		{name: "STS token", who: identity{"STS.good", "s", "CAISgood+/="}},
		{name: "identity that may read", who: identity{id: "LTAIreader", secret: "s"}},
		{"unknown key, ALI-004", identity{id: "LTAInobody", secret: "s"}, failure{404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."}},
		{"disabled key, ALI-004", identity{id: "LTAIdisabled", secret: "s"}, failure{400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled."}},
		{"wrong secret, ALI-005", identity{id: seeded.id, secret: "wrong"}, failure{400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation. server string to sign is:"}},
		{"wrong secret of a token", identity{"STS.good", "wrong", "CAISgood+/="}, failure{400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation. server string to sign is:"}},
		{"no token, ALI-006", identity{id: "STS.good", secret: "s"}, failure{400, "MissingSecurityToken", "SecurityToken is mandatory for this action."}},
		{"token that is none, ALI-006", identity{"STS.good", "s", "x"}, failure{400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed."}},
		{"token of another key, ALI-006", identity{"STS.good", "s", "CAISother"}, failure{400, "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey."}},
		{"token with a plain key, ALI-006", identity{seeded.id, seeded.secret, "CAISgood+/="}, failure{400, "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey."}},
		{"expired token, ALI-006", identity{"STS.old", "s", "CAISold"}, failure{400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."}},
	} {
		for _, generation := range bothGenerations {
			t.Run(test.name+"/"+generation.name, func(t *testing.T) {
				t.Parallel()
				_, err := generation.call(w, test.who, nil, "DescribeBgpPeers", params{"RegionId": testRegion})
				got := failureOf(t, err)
				if strings.HasPrefix(got.Message, test.want.Message) && test.want.Message != "" {
					got.Message = test.want.Message
				}
				if got != test.want {
					t.Errorf("\n got %v\nwant %v", got, test.want)
				}
			})
		}
	}
}

// RAM denies actions one by one (ALI-009), before their parameters are looked
// at (ALI-010).
func TestDeniedActions(t *testing.T) {
	t.Parallel()
	reader := identity{id: "LTAIreader", secret: "s"}
	w := newVPCEmulator(t, func(config *alibabacloud.Config) {
		config.Identities = []alibabacloud.Identity{{AccessKeyID: reader.id, AccessKeySecret: reader.secret, DeniedActions: []string{"CreateBgpPeer"}}}
	})
	want := failure{403, "Forbidden.RAM", "User not authorized to operate on the specified resource, or this API doesn't support RAM."}
	for _, generation := range bothGenerations {
		_, err := generation.call(w, reader, nil, "CreateBgpPeer", params{"RegionId": testRegion})
		if got := failureOf(t, err); got != want {
			t.Errorf("%s:\n got %v\nwant %v", generation.name, got, want)
		}
		if _, err := generation.call(w, reader, nil, "DescribeBgpPeers", params{"RegionId": testRegion}); err != nil {
			t.Errorf("%s: %v", generation.name, err)
		}
	}
}

// A request that is not the one that was signed is refused.
func TestTamperedRequests(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t)
	noMatch := failure{400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation."}
	incomplete := failure{400, "IncompleteSignature", "The request signature does not conform to Aliyun standards."}
	missing := func(name string) failure {
		return failure{400, "Missing" + name, name + " is mandatory for this action."}
	}
	const one, three = 0, 1 // indices of bothGenerations
	query := func(change func(values map[string][]string)) func(*http.Request) {
		return func(r *http.Request) {
			values := r.URL.Query()
			change(values)
			r.URL.RawQuery = values.Encode()
		}
	}
	for _, test := range []struct {
		name       string
		generation int
		change     func(*http.Request)
		want       failure
	}{
		{"another value", one, query(func(v map[string][]string) { v["BgpPeerId"] = []string{"bgp-2"} }), noMatch},
		{"one more parameter", one, query(func(v map[string][]string) { v["RouterId"] = []string{testVBR} }), noMatch},
		{"one parameter less", one, query(func(v map[string][]string) { delete(v, "BgpPeerId") }), noMatch},
		{"another action", one, query(func(v map[string][]string) { v["Action"] = []string{"DeleteBgpPeer"} }), noMatch},
		{"another method", one, func(r *http.Request) { r.Method = http.MethodGet }, noMatch},
		{"another signature", one, query(func(v map[string][]string) { v["Signature"] = []string{"AAAA"} }), noMatch},
		{"no signature, ALI-002", one, query(func(v map[string][]string) { delete(v, "Signature") }), missing("Signature")},
		{"no nonce, ALI-002", one, query(func(v map[string][]string) { delete(v, "SignatureNonce") }), missing("SignatureNonce")},
		{"another signature method, ALI-003", one, query(func(v map[string][]string) { v["SignatureMethod"] = []string{"HMAC-SHA256"} }), failure{400, "InvalidSignatureMethod", "Specified parameter SignatureMethod is not valid."}},
		{"another signature version, ALI-003", one, query(func(v map[string][]string) { v["SignatureVersion"] = []string{"2.0"} }), failure{400, "InvalidSignatureVersion", "Specified parameter SignatureVersion is not valid."}},
		{"a timestamp in another form, ALI-021", one, query(func(v map[string][]string) { v["Timestamp"] = []string{"2025-03-01 12:00:00"} }), failure{400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."}},
		{"an old timestamp, ALI-021", one, query(func(v map[string][]string) { v["Timestamp"] = []string{"2025-03-01T12:00:00Z"} }), failure{400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."}},

		{"another value", three, query(func(v map[string][]string) { v["BgpPeerId"] = []string{"bgp-2"} }), noMatch},
		{"one more parameter", three, query(func(v map[string][]string) { v["RouterId"] = []string{testVBR} }), noMatch},
		{"another action", three, func(r *http.Request) { r.Header["x-acs-action"] = []string{"DescribeBgpGroups"} }, noMatch},
		{"another host", three, func(r *http.Request) { r.Host = "vpc.example.com" }, noMatch},
		{"another method", three, func(r *http.Request) { r.Method = http.MethodGet }, noMatch},
		{"another hash of the body, ALI-020", three, func(r *http.Request) { r.Header["x-acs-content-sha256"] = []string{strings.Repeat("0", 64)} }, noMatch},
		{"a body", three, func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader("a=b")), 3 }, noMatch},
		{"no hash of the body, ALI-020", three, func(r *http.Request) { delete(r.Header, "x-acs-content-sha256") }, missing("ContentSha256")},
		{"no nonce, ALI-020", three, func(r *http.Request) { delete(r.Header, "x-acs-signature-nonce") }, missing("SignatureNonce")},
		{"no authorization, ALI-020", three, func(r *http.Request) { delete(r.Header, "Authorization") }, missing("AccessKeyId")},
		{"half an authorization, ALI-007", three, func(r *http.Request) {
			r.Header["Authorization"] = []string{"ACS3-HMAC-SHA256 Credential=" + seeded.id}
		}, incomplete},
		{"a header that is not signed, ALI-007", three, func(r *http.Request) { r.Header["x-acs-security-token"] = []string{"x"} }, incomplete},
		{"an old timestamp, ALI-021", three, func(r *http.Request) { r.Header["x-acs-date"] = []string{"2025-03-01T12:00:00Z"} }, failure{400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."}},
	} {
		generation := bothGenerations[test.generation]
		t.Run(test.name+"/"+generation.name, func(t *testing.T) {
			t.Parallel()
			tampered := roundTrip(func(r *http.Request) (*http.Response, error) {
				test.change(r)
				return w.transport.RoundTrip(r)
			})
			_, err := generation.call(w, seeded, tampered, "DescribeBgpPeers", params{"RegionId": testRegion, "BgpPeerId": "bgp-1"})
			got := failureOf(t, err)
			got.Message, _, _ = strings.Cut(got.Message, " server string to sign is:")
			if got != test.want {
				t.Errorf("\n got %v\nwant %v", got, test.want)
			}
		})
	}
}

// The older library compares the service's string to sign with its own, and
// tells a wrong secret from a mistake in signing: both have to be the same to
// the letter (ALI-005).
func TestStringToSignIsTheLibrarys(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, test := range []struct {
			name   string
			params params
		}{
			{"plain", params{}},
			{"every sign", params{"Name": "ä ö+ü*~%&=/?:@'(),;!$#[]\"<>|\\^`{} -_.", "Description": "一\n\t二"}},
			{"names of which one begins with another", params{"Tag": "1", "Tag1": "2", "Tag.1": "3", "Tag-1": "4", "tag": "5"}},
		} {
			t.Run(test.name+"/"+method, func(t *testing.T) {
				t.Parallel()
				f := first{identity: identity{id: seeded.id, secret: "wrong"}, method: method}
				_, err := f.common(w, "CreateBgpGroup", test.params.with("RegionId", testRegion))
				refused, ok := errors.AsType[*sdkerrors.ServerError](err)
				if !ok || refused.ErrorCode() != "SignatureDoesNotMatch" {
					t.Fatalf("got %v", err)
				}
				if want := "InvalidAccessKeySecret: Please check you AccessKeySecret"; refused.Recommend() != want {
					t.Errorf("the library says %q, want %q; the service's string is %s", refused.Recommend(), want, refused.Message())
				}
			})
		}
	}
}

// Every sign arrives as it was sent, in every way to send it.
func TestValuesArriveAsSent(t *testing.T) {
	t.Parallel()
	const description = "Ä ö+ü*~%&=/?:@'(),;!$#[]\"<>|\\^`{} -_. 一二"
	for _, client := range clients() {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			a := api{t, newVPCEmulator(t), client}
			a.ok("ModifyBgpGroupAttribute", params{"BgpGroupId": testGroup, "Description": description})
			a.has("DescribeBgpGroups", params{}, tree{"Description": description})
		})
	}
}

// A request that is sent again as it is, nonce and all, is refused (ALI-022):
// it is signed again for a second try.
func TestReplayedRequests(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t)
	again := roundTrip(func(r *http.Request) (*http.Response, error) {
		response, err := w.transport.RoundTrip(r.Clone(r.Context()))
		if err != nil {
			return nil, err
		}
		if err := response.Body.Close(); err != nil {
			return nil, err
		}
		return w.transport.RoundTrip(r)
	})
	want := failure{400, "SignatureNonceUsed", "Specified signature nonce was used already."}
	for _, generation := range bothGenerations {
		_, err := generation.call(w, seeded, again, "DescribeBgpPeers", params{"RegionId": testRegion})
		if got := failureOf(t, err); got != want {
			t.Errorf("%s:\n got %v\nwant %v", generation.name, got, want)
		}
	}
}

// The secrets of a request are not in the journal.
func TestJournalHoldsNoSecret(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t, func(config *alibabacloud.Config) {
		config.Identities = []alibabacloud.Identity{{AccessKeyID: "STS.good", AccessKeySecret: "s", SecurityToken: "CAISgood"}}
	})
	for _, generation := range bothGenerations {
		_, err := generation.call(w, identity{"STS.good", "s", "CAISgood"}, nil, "CreateBgpGroup",
			params{"RegionId": testRegion, "RouterId": testVBR, "PeerAsn": "65001", "AuthKey": "md5-secret"})
		if err != nil {
			t.Fatal(err)
		}
	}
	entries := w.Journal.Entries()
	if len(entries) != 2 {
		t.Fatalf("%d entries", len(entries))
	}
	for _, entry := range entries {
		if entry.Action != "CreateBgpGroup" || entry.Params["RouterId"] != testVBR || !entry.Acted {
			t.Errorf("%+v", entry)
		}
		for name, value := range entry.Params {
			if strings.Contains(value, "md5-secret") || strings.Contains(value, "CAISgood") || name == "Signature" {
				t.Errorf("the journal shows %s %q", name, value)
			}
		}
	}
}
