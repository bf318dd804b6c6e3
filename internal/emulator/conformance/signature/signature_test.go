package signature_test

import (
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

// request is all of a request that the service could tell apart.
type request struct {
	method, url, host string
	body              bool
	query             map[string][]string
	header            http.Header // with canonical names
}

func requestOf(req *http.Request) request {
	header := http.Header{}
	for name, values := range req.Header {
		for _, value := range values {
			header.Add(name, value)
		}
	}
	header.Del("Host") // which stands in req.Host
	return request{
		method: req.Method, url: req.URL.Scheme + "://" + req.URL.Host + req.URL.Path, host: req.Host,
		body: req.Body != nil && req.Body != http.NoBody, query: req.URL.Query(), header: header,
	}
}

// capture keeps the request of a call and refuses it for good.
type capture struct{ last *http.Request }

// RoundTrip is how our client sends.
func (c *capture) RoundTrip(req *http.Request) (*http.Response, error) {
	c.last = req
	return &http.Response{
		StatusCode: http.StatusForbidden, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(`{"Code":"Forbidden.RAM","Message":"no"}`)),
	}, nil
}

// Call is how the vendor's client sends.
func (c *capture) Call(req *http.Request, _ *http.Transport) (*http.Response, error) {
	return c.RoundTrip(req)
}

// keys are what a call is signed with.
type keys struct{ id, secret, token string }

// Calls of all kinds, with parameters and keys of all kinds of characters, are
// signed as the vendor's library signs them, with the same time and nonce.
func TestBothSignAlike(t *testing.T) {
	const calls = 5000
	seed := rand.Uint64()                       //nolint:gosec // any will do
	r := random{rand.New(rand.NewPCG(seed, 0))} //nolint:gosec // repeatable by its seed
	for range calls {
		keys := keys{id: r.key(), secret: r.key()}
		if r.IntN(2) == 0 {
			keys.token = r.key()
		}
		endpoint := r.oneOf("https://vpc.cn-shanghai.aliyuncs.com", "https://vpc.test:8443", "http://127.0.0.1:8080", "http://[::1]:8080", "")
		sent := ours(t, r, keys, endpoint)
		got, want := requestOf(sent), requestOf(theirs(t, sent, keys))
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(request{})); diff != "" {
			t.Fatalf("with the seed %d, the requests differ (-theirs +ours):\n%s", seed, diff)
		}
	}
}

// ours is the request of a random call of our client.
func ours(t *testing.T, r random, keys keys, endpoint string) *http.Request {
	t.Helper()
	source, err := alibabacloud.NewCredentials(alibabacloud.CredentialsConfig{AccessKey: keys.id, SecretKey: keys.secret, SecurityToken: keys.token})
	if err != nil {
		t.Fatal(err)
	}
	var sent capture
	client, err := alibabacloud.NewClient(alibabacloud.Config{Endpoint: endpoint, Credentials: source, Transport: &sent, UserAgent: "terraform-provider-bgp/1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	region := r.oneOf("cn-shanghai", "cn-hangzhou", "ap-southeast-1")
	switch r.IntN(8) {
	case 0:
		_, err = client.CreateBGPPeer(t.Context(), alibabacloud.CreateBGPPeerInput{
			Region: region, GroupID: r.text(), PeerIPAddress: r.text(), IPVersion: r.text(), EnableBFD: true, BFDMultiHop: r.Int64(),
		})
	case 1:
		err = client.ModifyBGPPeer(t.Context(), alibabacloud.ModifyBGPPeerInput{Region: region, ID: r.text(), PeerIPAddress: r.text()})
	case 2:
		err = client.DeleteBGPPeer(t.Context(), region, r.text())
	case 3:
		_, err = client.BGPPeer(t.Context(), region, r.text())
	case 4:
		_, err = client.BGPPeers(t.Context(), alibabacloud.BGPPeerFilter{Region: region, GroupID: r.text(), RouterID: r.text()})
	case 5:
		_, err = client.CreateBGPGroup(t.Context(), alibabacloud.CreateBGPGroupInput{
			Region: region, RouterID: r.text(), PeerASN: r.Int64(), IPVersion: r.text(), Name: r.text(), Description: r.text(), AuthKey: r.text(),
		})
	case 6:
		err = client.AddBGPNetwork(t.Context(), alibabacloud.AddBGPNetworkInput{Region: region, RouterID: r.text(), DstCIDRBlock: r.text(), VPCID: r.text()})
	case 7:
		_, err = client.BGPNetworks(t.Context(), alibabacloud.BGPNetworkFilter{Region: region, RouterID: r.text()})
	}
	if err == nil || sent.last == nil {
		t.Fatalf("the call came to %v, want a refusal", err)
	}
	return sent.last
}

// theirs is the request that the vendor's client makes of the same call.
func theirs(t *testing.T, call *http.Request, keys keys) *http.Request {
	t.Helper()
	var sent capture
	client, err := openapi.NewClient(&openapi.Config{
		Credential: &credential{keys: keys},
		Endpoint:   &call.Host, Protocol: &call.URL.Scheme, HttpClient: &sent,
	})
	if err != nil {
		t.Fatal(err)
	}
	query := map[string]*string{}
	for name, values := range call.URL.Query() {
		query[name] = &values[0]
	}
	// Time and nonce are never twice the same, and the user agent is each one's own.
	headers := map[string]*string{}
	for _, name := range []string{"x-acs-date", "x-acs-signature-nonce", "user-agent"} {
		headers[name] = new(call.Header.Get(name))
	}
	_, _ = client.CallApiWithCtx(t.Context(), &openapiutil.Params{
		Action: new(call.Header.Get("x-acs-action")), Version: new("2016-04-28"), Protocol: &call.URL.Scheme,
		Method: new(http.MethodPost), Pathname: new("/"), AuthType: new("AK"), Style: new("RPC"),
		ReqBodyType: new("formData"), BodyType: new("json"),
	}, &openapiutil.OpenApiRequest{Query: query, Headers: headers}, &dara.RuntimeOptions{})
	if sent.last == nil {
		t.Fatal("the vendor's client sent nothing")
	}
	return sent.last
}

// credential gives the vendor's client its keys, and no name of where they are
// from: the library would send that along, in a header of its own.
type credential struct {
	credentials.Credential
	keys keys
}

// GetCredential is the one method that signing asks.
func (c *credential) GetCredential() (*credentials.CredentialModel, error) {
	return &credentials.CredentialModel{
		AccessKeyId: &c.keys.id, AccessKeySecret: &c.keys.secret, SecurityToken: &c.keys.token, Type: new("access_key"),
	}, nil
}

// random makes texts.
type random struct{ *rand.Rand }

func (r random) oneOf(texts ...string) string { return texts[r.IntN(len(texts))] }

// text is up to 12 characters of every kind, or rather bytes: some are no UTF-8.
func (r random) text() string {
	const awkward = " +*~%&=?/\\#;:,.!'()[]{}<>|^`\"@$-_\x00\n\r\t\x7f\u00a0\u00e9\u4e2d\U0001f600"
	var b strings.Builder
	for range 1 + r.IntN(12) {
		switch r.IntN(4) {
		case 0:
			b.WriteByte(byte(r.IntN(256))) //nolint:gosec // a byte
		case 1:
			b.WriteString("aZ09"[:1+r.IntN(4)])
		default:
			awkward := []rune(awkward)
			b.WriteRune(awkward[r.IntN(len(awkward))])
		}
	}
	return b.String()
}

// key is what a key, secret or token may be: visible ASCII.
func (r random) key() string {
	b := make([]byte, 1+r.IntN(60))
	for i := range b {
		b[i] = byte('!' + r.IntN('~'-'!'+1)) //nolint:gosec // a byte
	}
	return string(b)
}
