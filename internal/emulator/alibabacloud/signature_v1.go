package alibabacloud

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the first generation's signatures are HMAC-SHA1
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// v1Params are the parameters of the first generation's protocol itself
// ("Common request parameters" of the vendor's RPC APIs).
var v1Params = map[string]bool{
	"Action": true, "Version": true, "Format": true, "AccessKeyId": true, "SecurityToken": true,
	"Signature": true, "SignatureMethod": true, "SignatureVersion": true, "SignatureNonce": true,
	"SignatureType": true, "Timestamp": true,
}

// proofV1 reads what a first-generation request proves itself with.
func proofV1(c *call) (proof, *apiError) {
	p := proof{
		accessKeyID:   c.protocolParam("AccessKeyId"),
		securityToken: c.protocolParam("SecurityToken"),
		nonce:         c.protocolParam("SignatureNonce"),
		timestamp:     c.protocolParam("Timestamp"),
		signature:     c.protocolParam("Signature"),
	}
	for _, name := range []string{"AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"} {
		if c.protocolParam(name) == "" {
			return p, errMissing(name)
		}
	}
	if c.protocolParam("SignatureMethod") != "HMAC-SHA1" || c.protocolParam("SignatureType") != "" {
		return p, errInvalid("SignatureMethod")
	}
	if c.protocolParam("SignatureVersion") != "1.0" {
		return p, errInvalid("SignatureVersion")
	}
	p.stringToSign = stringToSignV1(c.method, c.query, c.form)
	p.sign = signV1
	return p, nil
}

// stringToSignV1 is METHOD&%2F&encoded(sorted query and form without the
// signature), of the vendor's "Request signature" for RPC APIs.
func stringToSignV1(method string, query, form url.Values) string {
	all := url.Values{}
	for _, values := range []url.Values{query, form} {
		for name, value := range values {
			if name != "Signature" {
				all[name] = append(all[name], value...)
			}
		}
	}
	return method + "&%2F&" + percentEncode(canonicalQuery(all))
}

// canonicalQuery is name=value pairs joined by "&", sorted by name (so that
// "Tag" comes before "Tag.1", which it would not as "Tag=").
func canonicalQuery(values url.Values) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range slices.Sorted(slices.Values(values[name])) {
			pairs = append(pairs, percentEncode(name)+"="+percentEncode(value))
		}
	}
	return strings.Join(pairs, "&")
}

// signV1 is base64(HMAC-SHA1(secret + "&", string)).
func signV1(secret, stringToSign string) string {
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(stringToSign))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// percentEncode encodes as RFC 3986 has it: all but letters, digits and -_.~.
func percentEncode(s string) string {
	s = url.QueryEscape(s)
	if !strings.ContainsRune(s, '+') {
		return s
	}
	return strings.ReplaceAll(s, "+", "%20")
}
