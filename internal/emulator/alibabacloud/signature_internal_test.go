package alibabacloud

import (
	"net/url"
	"testing"
)

// The vendor's documents calculate one signature of each generation.
func TestDocumentedSignatureV1(t *testing.T) {
	query := url.Values{
		"Timestamp": {"2016-02-23T12:46:24Z"}, "Format": {"XML"}, "AccessKeyId": {"testid"}, "Action": {"DescribeRegions"},
		"SignatureMethod": {"HMAC-SHA1"}, "SignatureNonce": {"3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"},
		"Version": {"2014-05-26"}, "SignatureVersion": {"1.0"}, "Signature": {"not signed itself"},
	}
	const wantString = "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML" +
		"%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf" +
		"%26SignatureVersion%3D1.0%26Timestamp%3D2016-02-23T12%253A46%253A24Z%26Version%3D2014-05-26"
	text := stringToSignV1("GET", query, nil)
	if text != wantString {
		t.Errorf("string to sign\n%s, want\n%s", text, wantString)
	}
	if got, want := signV1("testsecret", text), "OLeaidS1JvxuMvnyHOwuJ+uX5qY="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestDocumentedSignatureV3(t *testing.T) {
	query := url.Values{
		"ImageId": {"win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}, "RegionId": {"cn-shanghai"},
	}
	const bodyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" // of nothing
	headers := "host:ecs.cn-shanghai.aliyuncs.com\n" +
		"x-acs-action:RunInstances\n" +
		"x-acs-content-sha256:" + bodyHash + "\n" +
		"x-acs-date:2023-10-26T10:22:32Z\n" +
		"x-acs-signature-nonce:3156853299f313e23d1673dc12e1703d\n" +
		"x-acs-version:2014-05-26\n"
	names := []string{"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"}
	got := signV3("YourAccessKeySecret", stringToSignV3("POST", query, headers, names, bodyHash))
	if want := "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestCanonicalQueryIsSortedByName(t *testing.T) {
	query := url.Values{"Tag1": {"2"}, "Tag": {"b c", "a"}, "Tag.1": {"1"}, "Name": {""}}
	if got, want := canonicalQuery(query), "Name=&Tag=a&Tag=b%20c&Tag.1=1&Tag1=2"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestPercentEncode(t *testing.T) {
	for in, want := range map[string]string{
		"a b+c*d~e":   "a%20b%2Bc%2Ad~e",
		"10.0.0.0/24": "10.0.0.0%2F24",
		"Müller":      "M%C3%BCller",
		"-_.~AZaz09":  "-_.~AZaz09",
	} {
		if got := percentEncode(in); got != want {
			t.Errorf("%q encoded is %q, want %q", in, got, want)
		}
	}
}

func TestRecentForgetsTheOldest(t *testing.T) {
	r := newRecent[int](3)
	for i, key := range []string{"a", "b", "a", "c", "d", "e"} {
		r.put(key, i)
	}
	for key, want := range map[string]bool{"a": false, "b": false, "c": true, "d": true, "e": true} {
		if _, got := r.get(key); got != want {
			t.Errorf("%s remembered: %t, want %t", key, got, want)
		}
	}
	if len(r.values) != 3 || len(r.keys) != 3 {
		t.Errorf("holds %d values and %d keys, want 3", len(r.values), len(r.keys))
	}
}
