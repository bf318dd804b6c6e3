package alibabacloud_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the first generation's signatures are HMAC-SHA1
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

const (
	testRegion = "cn-shanghai"
	testVBR    = "vbr-1"
	testGroup  = "bgpg-1"
)

var testStart = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

// vpcService is a service with a VBR, a group, a clock moved by hand, and clients.
type vpcService struct {
	t       *testing.T
	clock   *control.Clock
	journal *control.Journal
	faults  *control.Faults
	service *alibabacloud.Service
}

func newVPCService(t *testing.T, configure func(*alibabacloud.Config)) *vpcService {
	t.Helper()
	w := &vpcService{t: t, clock: control.NewClock(testStart), journal: control.NewJournal(0), faults: &control.Faults{}}
	cfg := alibabacloud.Config{Now: w.clock.Now, Journal: w.journal, Faults: w.faults}
	if configure != nil {
		configure(&cfg)
	}
	w.service = alibabacloud.New(cfg)
	w.service.AddVBR(alibabacloud.VBR{ID: testVBR, RegionID: testRegion, IPv6: true})
	w.service.AddGroup(alibabacloud.Group{
		ID: testGroup, RouterID: testVBR, Name: "test", Description: "test group", AuthKey: "!PWZ2wsq", PeerASN: 65515,
	})
	return w
}

// answer is an answer of the API.
type answer struct {
	Status int
	Header http.Header
	Body   string
	JSON   map[string]any // of a JSON body
}

// str returns a member of the answer's top level.
func (a answer) str(name string) string {
	text, _ := a.JSON[name].(string)
	return text
}

// failed describes an error as "400 Code: Message", or as "" a success.
func (a answer) failed() string {
	if a.Status == http.StatusOK {
		return ""
	}
	return fmt.Sprintf("%d %s: %s", a.Status, a.str("Code"), a.str("Message"))
}

// rows returns the rows of a list, such as BgpPeers.BgpPeer.
func (a answer) rows(t *testing.T, outer, inner string) []map[string]any {
	t.Helper()
	list, ok := a.JSON[outer].(map[string]any)
	if !ok {
		t.Fatalf("no %s in %s", outer, a.Body)
	}
	items, ok := list[inner].([]any)
	if !ok {
		t.Fatalf("no %s.%s in %s", outer, inner, a.Body)
	}
	rows := make([]map[string]any, len(items))
	for i, item := range items {
		if rows[i], ok = item.(map[string]any); !ok {
			t.Fatalf("%s.%s[%d] is no object in %s", outer, inner, i, a.Body)
		}
	}
	return rows
}

// caller says how to sign and send a call.
type caller struct {
	id, secret, token string
	nonce             string    // default: a fresh one
	at                time.Time // default: now
	v1                bool
	get               bool // rather than POST
	form              bool // parameters in the body
	format            string
	host              string
	change            func(*http.Request) // after signing
}

var nonces atomic.Int64

func (cl caller) withDefaults() caller {
	if cl.id == "" {
		cl.id, cl.secret = alibabacloud.DefaultAccessKeyID, alibabacloud.DefaultAccessKeySecret
	}
	if cl.nonce == "" {
		cl.nonce = fmt.Sprintf("nonce-%d", nonces.Add(1))
	}
	if cl.at.IsZero() {
		cl.at = time.Now()
	}
	if cl.host == "" {
		cl.host = "vpc.cn-shanghai.aliyuncs.com"
	}
	return cl
}

// request makes a signed request.
func (cl caller) request(ctx context.Context, action string, params map[string]string) *http.Request {
	cl = cl.withDefaults()
	if cl.v1 {
		return cl.requestV1(ctx, action, params)
	}
	return cl.requestV3(ctx, action, params)
}

func (cl caller) method() string {
	if cl.get {
		return http.MethodGet
	}
	return http.MethodPost
}

func encode(s string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
}

func canonical(values url.Values) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(values.Encode())
}

func (cl caller) requestV1(ctx context.Context, action string, params map[string]string) *http.Request {
	query := url.Values{
		"Action": {action}, "Version": {alibabacloud.Version}, "AccessKeyId": {cl.id}, "SignatureMethod": {"HMAC-SHA1"},
		"SignatureVersion": {"1.0"}, "SignatureNonce": {cl.nonce}, "Timestamp": {cl.at.UTC().Format("2006-01-02T15:04:05Z")},
		"SignatureType": {""},
	}
	if cl.format != "" {
		query.Set("Format", cl.format)
	}
	if cl.token != "" {
		query.Set("SecurityToken", cl.token)
	}
	form := url.Values{}
	for name, value := range params {
		if cl.form {
			form.Set(name, value)
		} else {
			query.Set(name, value)
		}
	}
	all := url.Values{}
	for _, values := range []url.Values{query, form} {
		for name := range values {
			all.Set(name, values.Get(name))
		}
	}
	mac := hmac.New(sha1.New, []byte(cl.secret+"&"))
	mac.Write([]byte(cl.method() + "&%2F&" + encode(canonical(all))))
	query.Set("Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	r := cl.newRequest(ctx, query, form)
	r.Header.Set("X-Acs-Action", action) // as the vendor's SDK does
	r.Header.Set("X-Acs-Version", alibabacloud.Version)
	if cl.change != nil {
		cl.change(r)
	}
	return r
}

func (cl caller) newRequest(ctx context.Context, query, form url.Values) *http.Request {
	body := []byte(form.Encode())
	r, err := http.NewRequestWithContext(ctx, cl.method(), "http://"+cl.host+"/?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	if len(form) > 0 {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func (cl caller) requestV3(ctx context.Context, action string, params map[string]string) *http.Request {
	query, form := url.Values{}, url.Values{}
	for name, value := range params {
		if cl.form {
			form.Set(name, value)
		} else {
			query.Set(name, value)
		}
	}
	r := cl.newRequest(ctx, query, form)
	bodyHash := sha256.Sum256([]byte(form.Encode()))
	headers := map[string]string{
		"host": cl.host, "x-acs-action": action, "x-acs-version": alibabacloud.Version,
		"x-acs-date": cl.at.UTC().Format("2006-01-02T15:04:05Z"), "x-acs-signature-nonce": cl.nonce,
		"x-acs-content-sha256": hex.EncodeToString(bodyHash[:]),
	}
	if cl.token != "" {
		headers["x-acs-accesskey-id"], headers["x-acs-security-token"] = cl.id, cl.token
	}
	if contentType := r.Header.Get("Content-Type"); contentType != "" {
		headers["content-type"] = contentType
	}
	var names []string
	for name, value := range headers {
		names = append(names, name)
		if name != "host" {
			r.Header.Set(name, value)
		}
	}
	slices.Sort(names)
	var text strings.Builder
	for _, name := range names {
		text.WriteString(name + ":" + headers[name] + "\n")
	}
	request := sha256.Sum256([]byte(r.Method + "\n/\n" + canonical(query) + "\n" + text.String() + "\n" +
		strings.Join(names, ";") + "\n" + headers["x-acs-content-sha256"]))
	mac := hmac.New(sha256.New, []byte(cl.secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(request[:])))
	r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+cl.id+",SignedHeaders="+strings.Join(names, ";")+
		",Signature="+hex.EncodeToString(mac.Sum(nil)))
	if cl.format != "" {
		r.Header.Set("Accept", cl.format)
	}
	if cl.change != nil {
		cl.change(r)
	}
	return r
}

// call calls the API as cl does; params are "Name", "value" pairs.
func (w *vpcService) callAs(cl caller, action string, params ...string) answer {
	w.t.Helper()
	byName := map[string]string{}
	for pair := range slices.Chunk(params, 2) {
		byName[pair[0]] = pair[1]
	}
	return w.send(cl.request(w.t.Context(), action, byName))
}

// call calls the API in the test's region.
func (w *vpcService) call(action string, params ...string) answer {
	w.t.Helper()
	return w.callAs(caller{}, action, append([]string{"RegionId", testRegion}, params...)...)
}

func (w *vpcService) send(r *http.Request) answer {
	w.t.Helper()
	response, err := control.RoundTripper(w.service).RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	a := answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}
	if strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(body, &a.JSON); err != nil {
			w.t.Fatalf("%v in %s", err, body)
		}
	}
	return a
}

// want fails the test where an answer is not the error wanted, "" for none.
func (w *vpcService) want(a answer, failed string) answer {
	w.t.Helper()
	if got := a.failed(); got != failed {
		w.t.Errorf("answered %q, want %q", got, failed)
	}
	return a
}

// createPeer creates a peer in the test's group and returns its id.
func (w *vpcService) createPeer(params ...string) string {
	w.t.Helper()
	a := w.call("CreateBgpPeer", append([]string{"BgpGroupId", testGroup}, params...)...)
	w.want(a, "")
	return a.str("BgpPeerId")
}

// peer describes one peer and returns its row, nil where there is none.
func (w *vpcService) peer(id string) map[string]any {
	w.t.Helper()
	rows := w.want(w.call("DescribeBgpPeers", "BgpPeerId", id), "").rows(w.t, "BgpPeers", "BgpPeer")
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}
