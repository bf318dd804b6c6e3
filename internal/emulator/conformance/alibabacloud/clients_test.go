package alibabacloud_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/vpc"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// client is one of the vendor's libraries, in one of the ways to use it.
type client struct {
	name string
	// call carries an action out and returns its answer as the library gives
	// it, its members' names being those of the documents.
	call func(w vpcEmulator, action string, params params) (tree, error)
}

// params are the parameters of an action.
type params map[string]string

// with returns the parameters with one more of them, or with another value.
func (p params) with(name, value string) params {
	more := params{name: value}
	for name, value := range p {
		if _, set := more[name]; !set {
			more[name] = value
		}
	}
	return more
}

// and returns the parameters with others, which go before.
func (p params) and(others params) params {
	for name, value := range others {
		p = p.with(name, value)
	}
	return p
}

// identity is who calls.
type identity struct{ id, secret, token string }

var seeded = identity{id: emulator.SeedAccessKeyID, secret: emulator.SeedAccessKeySecret}

// clients are all of them. Tests of what happens on the wire, such as
// signatures, make clients of their own.
func clients() []client {
	var all []client
	for _, format := range []string{"JSON", "XML"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			all = append(all, typed("V1 "+format+" "+method, first{format: format, method: method}))
		}
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		all = append(all, client{"V3 " + method, third{method: method}.call})
	}
	return append(all,
		client{"V3 POST form", third{form: true}.call},
		client{"V1 of the newer library", third{signature: "v2"}.call},
		client{"V1 of the newer library, form", third{form: true, signature: "v2"}.call},
	)
}

// generations are one client of each generation and format, for what does not
// depend on more than that.
func generations() []client {
	return []client{
		{"V1 JSON", first{format: "JSON"}.common},
		{"V1 XML", first{format: "XML"}.common},
		{"V3", third{}.call},
	}
}

// first calls through alibaba-cloud-sdk-go, which signs in the first generation.
type first struct {
	identity  identity // default: the seeded one
	format    string   // JSON, the default, or XML
	method    string   // default POST
	version   string   // of the API, for calls without types
	transport http.RoundTripper
}

// making guards a map of the library's that making clients fills.
var making sync.Mutex

func (f first) client(w vpcEmulator) (*vpc.Client, error) {
	making.Lock()
	defer making.Unlock()
	who := cmp.Or(f.identity, seeded)
	config := sdk.NewConfig().WithScheme("HTTP")
	config.Transport = cmp.Or(f.transport, w.transport)
	if who.token != "" {
		return vpc.NewClientWithOptions(testRegion, config, credentials.NewStsTokenCredential(who.id, who.secret, who.token))
	}
	return vpc.NewClientWithOptions(testRegion, config, credentials.NewAccessKeyCredential(who.id, who.secret))
}

// call is one typed call: the library's own request and response of an action.
type call struct {
	request  requests.AcsRequest
	response responses.AcsResponse
}

// calls are the library's types, by action.
var calls = map[string]func() call{
	"CreateBgpPeer": func() call {
		return call{vpc.CreateCreateBgpPeerRequest(), vpc.CreateCreateBgpPeerResponse()}
	},
	"DescribeBgpPeers": func() call {
		return call{vpc.CreateDescribeBgpPeersRequest(), vpc.CreateDescribeBgpPeersResponse()}
	},
	"ModifyBgpPeerAttribute": func() call {
		return call{vpc.CreateModifyBgpPeerAttributeRequest(), vpc.CreateModifyBgpPeerAttributeResponse()}
	},
	"DeleteBgpPeer": func() call {
		return call{vpc.CreateDeleteBgpPeerRequest(), vpc.CreateDeleteBgpPeerResponse()}
	},
	"CreateBgpGroup": func() call {
		return call{vpc.CreateCreateBgpGroupRequest(), vpc.CreateCreateBgpGroupResponse()}
	},
	"DescribeBgpGroups": func() call {
		return call{vpc.CreateDescribeBgpGroupsRequest(), vpc.CreateDescribeBgpGroupsResponse()}
	},
	"ModifyBgpGroupAttribute": func() call {
		return call{vpc.CreateModifyBgpGroupAttributeRequest(), vpc.CreateModifyBgpGroupAttributeResponse()}
	},
	"DeleteBgpGroup": func() call {
		return call{vpc.CreateDeleteBgpGroupRequest(), vpc.CreateDeleteBgpGroupResponse()}
	},
	"AddBgpNetwork": func() call {
		return call{vpc.CreateAddBgpNetworkRequest(), vpc.CreateAddBgpNetworkResponse()}
	},
	"DescribeBgpNetworks": func() call {
		return call{vpc.CreateDescribeBgpNetworksRequest(), vpc.CreateDescribeBgpNetworksResponse()}
	},
	"DeleteBgpNetwork": func() call {
		return call{vpc.CreateDeleteBgpNetworkRequest(), vpc.CreateDeleteBgpNetworkResponse()}
	},
	"DescribeRegions": func() call {
		return call{vpc.CreateDescribeRegionsRequest(), vpc.CreateDescribeRegionsResponse()}
	},
}

func typed(name string, f first) client { return client{name, f.call} }

// call fills the library's typed request in, by the names of its fields, and
// returns its typed response. A field that the library does not have is an
// error; one that an answer lacks is its zero value.
func (f first) call(w vpcEmulator, action string, params params) (tree, error) {
	client, err := f.client(w)
	if err != nil {
		return nil, err
	}
	c := calls[action]()
	fields, err := json.Marshal(params.with("Domain", w.host()).
		with("AcceptFormat", cmp.Or(f.format, "JSON")).with("Method", cmp.Or(f.method, http.MethodPost)))
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(fields))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(c.request); err != nil {
		return nil, fmt.Errorf("the library's %s: %w", action, err)
	}
	if err := client.DoAction(c.request, c.response); err != nil {
		return nil, err
	}
	return treeOf(c.response)
}

// common is a call without types: any action, any parameters.
func (f first) common(w vpcEmulator, action string, params params) (tree, error) {
	client, err := f.client(w)
	if err != nil {
		return nil, err
	}
	request := requests.NewCommonRequest()
	request.Domain, request.AcceptFormat, request.Method = w.host(), cmp.Or(f.format, "JSON"), cmp.Or(f.method, http.MethodPost)
	request.Product, request.ApiName, request.Version = "Vpc", action, cmp.Or(f.version, alibabacloud.Version)
	request.QueryParams = maps.Clone(params) // the library adds its own
	response, err := client.ProcessCommonRequest(request)
	if err != nil {
		return nil, err
	}
	if request.AcceptFormat == "XML" {
		return tree{"xml": response.GetHttpContentString()}, nil
	}
	return treeOf(json.RawMessage(response.GetHttpContentBytes()))
}

// third calls through darabonba-openapi, which signs in the third generation
// unless its configuration says otherwise.
type third struct {
	identity  identity // default: the seeded one
	method    string   // default POST
	form      bool     // parameters in the body, not in the query
	version   string   // of the API
	signature string   // the algorithm; default the third generation's
	transport http.RoundTripper
	plain     bool // errors as they are by default, without their types
}

// httpClient is how the library takes a transport.
type httpClient struct{ http.RoundTripper }

func (c httpClient) Call(request *http.Request, _ *http.Transport) (*http.Response, error) {
	return c.RoundTrip(request)
}

func (c third) call(w vpcEmulator, action string, params params) (tree, error) {
	who := cmp.Or(c.identity, seeded)
	config := openapiutil.Config{
		AccessKeyId: &who.id, AccessKeySecret: &who.secret, SecurityToken: &who.token,
		Endpoint: new(w.host()), Protocol: new("HTTP"), HttpClient: httpClient{cmp.Or(c.transport, w.transport)},
	}
	if c.signature != "" {
		config.SignatureAlgorithm = &c.signature
	}
	client, err := openapi.NewClient(&config)
	if err != nil {
		return nil, err
	}
	client.DisableSDKError = new(!c.plain)
	api := &openapiutil.Params{
		Action: &action, Version: new(cmp.Or(c.version, alibabacloud.Version)),
		Protocol: new("HTTP"), Method: new(cmp.Or(c.method, http.MethodPost)), Pathname: new("/"),
		AuthType: new("AK"), Style: new("RPC"), ReqBodyType: new("formData"), BodyType: new("json"),
	}
	request := &openapiutil.OpenApiRequest{}
	if c.form {
		body := map[string]any{}
		for name, value := range params {
			body[name] = value
		}
		request.Body = body
	} else {
		request.Query = map[string]*string{}
		for name, value := range params {
			request.Query[name] = &value
		}
	}
	answer, err := client.CallApi(api, request, &dara.RuntimeOptions{})
	if err != nil {
		return nil, err
	}
	return treeOf(answer["body"])
}

// tree is an answer as a tree of JSON.
type tree map[string]any

func treeOf(answer any) (tree, error) {
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	var t tree
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err = decoder.Decode(&t)
	return t, err
}

// text returns a member in words: "" where there is none.
func (t tree) text(name string) string {
	switch value := t[name].(type) {
	case nil:
		return ""
	default:
		return fmt.Sprint(value)
	}
}

// rows returns the rows of a list such as BgpPeers.BgpPeer.
func (t tree) rows(outer, inner string) []tree {
	list, _ := t[outer].(map[string]any)
	items, _ := list[inner].([]any)
	var rows []tree
	for _, item := range items {
		if row, ok := item.(map[string]any); ok {
			rows = append(rows, row)
		}
	}
	return rows
}

// failure is an error as a library reports it.
type failure struct {
	Status        int
	Code, Message string
}

func (f failure) String() string { return fmt.Sprintf("%d %s: %s", f.Status, f.Code, f.Message) }

// failureOf returns what a library's error says, the zero value for none. Each
// library's error has to name the request as well.
func failureOf(t *testing.T, err error) failure {
	t.Helper()
	if err == nil {
		return failure{}
	}
	var failed failure
	var requestID string
	if e, ok := errors.AsType[*sdkerrors.ServerError](err); ok {
		failed, requestID = failure{e.HttpStatus(), e.ErrorCode(), e.Message()}, e.RequestId()
		if failed.Code == "" { // this library reads errors in JSON only
			var envelope struct{ RequestId, HostId, Code, Message string } //nolint:revive // the API's spelling
			if err := xml.Unmarshal([]byte(failed.Message), &envelope); err != nil {
				t.Fatalf("neither JSON nor XML: %v", e)
			}
			failed.Code, failed.Message, requestID = envelope.Code, envelope.Message, envelope.RequestId
		}
	} else if e, ok := errors.AsType[*openapi.ClientError](err); ok {
		failed, requestID = failure{*e.StatusCode, *e.Code, fmt.Sprint(e.Data["Message"])}, *e.RequestId
	} else if e, ok := errors.AsType[*openapi.ServerError](err); ok {
		failed, requestID = failure{*e.StatusCode, *e.Code, fmt.Sprint(e.Data["Message"])}, *e.RequestId
	} else if e, ok := errors.AsType[*openapi.ThrottlingError](err); ok {
		failed, requestID = failure{*e.StatusCode, *e.Code, fmt.Sprint(e.Data["Message"])}, *e.RequestId
	} else {
		t.Fatalf("not an error of the API: %T %v", err, err)
	}
	if requestID == "" {
		t.Errorf("the error has no request id: %v", err)
	}
	return failed
}

// retryAfter is when an error says to come back, in the vendor's header.
func retryAfter(err error) string {
	if e, ok := errors.AsType[*sdkerrors.ServerError](err); ok {
		return strings.Join(http.Header(e.RespHeaders).Values("x-acs-retry-after"), ",")
	}
	if e, ok := errors.AsType[*openapi.ThrottlingError](err); ok && e.RetryAfter != nil {
		return fmt.Sprint(*e.RetryAfter)
	}
	return ""
}

// api calls as one client in the test's region and fails the test where the
// outcome is another one than wanted.
type api struct {
	t      *testing.T
	vpc    vpcEmulator
	client client
}

// ok calls and wants no error.
func (a api) ok(action string, params params) tree {
	a.t.Helper()
	answer, err := a.client.call(a.vpc, action, params.with("RegionId", testRegion))
	if err != nil {
		a.t.Fatalf("%s %v: %v", action, params, err)
	}
	return answer
}

// fails calls and wants an error.
func (a api) fails(want failure, action string, params params) {
	a.t.Helper()
	_, err := a.client.call(a.vpc, action, params.with("RegionId", testRegion))
	if got := failureOf(a.t, err); got != want {
		a.t.Errorf("%s %v\n got %v\nwant %v", action, params, got, want)
	}
}

// has calls an action that lists, and wants these rows, of which only the
// members wanted are compared.
func (a api) has(action string, params params, want ...tree) {
	a.t.Helper()
	names := map[string][2]string{
		"DescribeBgpPeers":    {"BgpPeers", "BgpPeer"},
		"DescribeBgpGroups":   {"BgpGroups", "BgpGroup"},
		"DescribeBgpNetworks": {"BgpNetworks", "BgpNetwork"},
	}[action]
	got := a.ok(action, params).rows(names[0], names[1])
	if len(got) != len(want) {
		a.t.Fatalf("%s %v: %d rows, want %d: %v", action, params, len(got), len(want), got)
	}
	for i, row := range want {
		for _, name := range slices.Sorted(maps.Keys(row)) {
			if got[i].text(name) != row.text(name) {
				a.t.Errorf("%s %v: row %d: %s is %q, want %q", action, params, i, name, got[i].text(name), row.text(name))
			}
		}
	}
}
