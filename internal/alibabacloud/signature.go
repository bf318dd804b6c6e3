package alibabacloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const signatureAlgorithm = "ACS3-HMAC-SHA256"

// sign signs a request without a body, as the document "V3 request syntax and
// signature method" of Alibaba Cloud's OpenAPI says. It adds its x-acs- headers, and
// signs the host, the query and all x-acs- headers. Each request needs a new nonce.
func sign(req *http.Request, keys keys, at time.Time, nonce string) {
	body := hexSHA256("")
	req.Header.Set("x-acs-content-sha256", body)
	req.Header.Set("x-acs-date", at.UTC().Format("2006-01-02T15:04:05Z"))
	req.Header.Set("x-acs-signature-nonce", nonce)
	if keys.token != "" {
		req.Header.Set("x-acs-accesskey-id", keys.id)
		req.Header.Set("x-acs-security-token", keys.token)
	}

	signed := map[string]string{"host": req.Host}
	for name := range req.Header {
		if name := strings.ToLower(name); strings.HasPrefix(name, "x-acs-") {
			signed[name] = req.Header.Get(name)
		}
	}
	names := slices.Sorted(maps.Keys(signed))
	var headers strings.Builder
	for _, name := range names {
		headers.WriteString(name + ":" + signed[name] + "\n")
	}
	signedNames := strings.Join(names, ";")
	canonical := strings.Join([]string{req.Method, req.URL.Path, req.URL.RawQuery, headers.String(), signedNames, body}, "\n")

	mac := hmac.New(sha256.New, []byte(keys.secret))
	mac.Write([]byte(signatureAlgorithm + "\n" + hexSHA256(canonical)))
	req.Header.Set("Authorization", signatureAlgorithm+" Credential="+keys.id+
		",SignedHeaders="+signedNames+",Signature="+hex.EncodeToString(mac.Sum(nil)))
}

// canonicalQuery encodes parameters as they are signed and sent: sorted by name, and
// with a space as %20 where url.Values.Encode writes +.
func canonicalQuery(params url.Values) string {
	return strings.ReplaceAll(params.Encode(), "+", "%20")
}

func hexSHA256(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
