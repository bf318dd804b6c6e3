package alibabacloud_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/tea"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/google/uuid"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Faults, as errors of the API.
func TestErrorsOnDemand(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		fault control.Fault
		want  failure
		after string // when to come back, in milliseconds
	}{
		{"throttled, ALI-018", control.Fault{Kind: control.KindThrottle, RetryAfter: 1500 * time.Millisecond}, failure{400, "Throttling.User", "Request was denied due to user flow control."}, "1500"},
		{"throttled with 503", control.Fault{Kind: control.KindThrottle, Status: 503, Code: "Throttling"}, failure{503, "Throttling", "Request was denied due to request throttling."}, ""},
		{"one API throttled", control.Fault{Kind: control.KindThrottle, Code: "Throttling.Api"}, failure{400, "Throttling.Api", "Request was denied due to api flow control."}, ""},
		{"unavailable", control.Fault{Kind: control.KindError, Status: 503}, failure{503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."}, ""},
		{"internal", control.Fault{Kind: control.KindError}, failure{500, "InternalError", "The request processing has failed due to some unknown error."}, ""},
		{"conflict", control.Fault{Kind: control.KindError, Code: "OperationConflict"}, failure{409, "OperationConflict", "Request was denied due to conflict with a previous request."}, ""},
		{"busy", control.Fault{Kind: control.KindError, Code: "SystemBusy"}, failure{400, "SystemBusy", "The system is busy."}, ""},
		{"one of one's own", control.Fault{Kind: control.KindError, Status: 418, Code: "Teapot", Message: "short & <stout>"}, failure{418, "Teapot", "short & <stout>"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, client := range generations() {
				w := newVPCEmulator(t)
				fault := test.fault
				fault.Action, fault.Times = "CreateBgpPeer", 1
				w.Faults.Add(fault)
				create := address.with("RegionId", testRegion).with("BgpGroupId", testGroup)
				_, err := client.call(w, "CreateBgpPeer", create)
				if got := failureOf(t, err); got != test.want {
					t.Errorf("%s:\n got %v\nwant %v", client.name, got, test.want)
				}
				if after := retryAfter(err); after != test.after {
					t.Errorf("%s: come back after %q ms, want %q", client.name, after, test.after)
				}
				if peers := w.Alibaba.Peers(); len(peers) != 0 {
					t.Errorf("%s: made %v", client.name, peers)
				}
				if _, err := client.call(w, "CreateBgpPeer", create); err != nil { // once only
					t.Errorf("%s: then %v", client.name, err)
				}
			}
		})
	}
}

// What the libraries make of answers that are none. It is theirs, not the
// emulator's: it shows that the faults reach a client as they are meant to, and
// what a client that builds on these libraries has to look after itself.
func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	anySyntax := func(err error) bool {
		_, ok := errors.AsType[*json.SyntaxError](err)
		return ok
	}
	broken := func(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
	status := func(status int) func(error) bool { // without a code
		return func(err error) bool {
			server, ok := errors.AsType[*sdkerrors.ServerError](err)
			return ok && server.HttpStatus() == status && server.ErrorCode() == ""
		}
	}
	ofClient := func(err error) bool {
		client, ok := errors.AsType[*sdkerrors.ClientError](err)
		return ok && client.ErrorCode() == sdkerrors.JsonUnmarshalErrorCode
	}
	noError := func(err error) bool { return err == nil } // and no id
	creates := []struct {
		action string
		params params
		count  func(vpcEmulator) int
	}{
		{"CreateBgpPeer", address.with("BgpGroupId", testGroup), func(w vpcEmulator) int { return len(w.Alibaba.Peers()) }},
		{"CreateBgpGroup", params{"RouterId": testVBR, "PeerAsn": "65001"}, func(w vpcEmulator) int { return len(w.Alibaba.Groups()) }},
		{"AddBgpNetwork", params{"RouterId": testVBR, "DstCidrBlock": "10.9.0.0/16"}, func(w vpcEmulator) int { return len(w.Alibaba.Networks()) }},
	}
	for _, test := range []struct {
		name         string
		fault        control.Fault
		first, third func(error) bool
		made         bool // what was to be created is there all the same
	}{
		{"HTML", control.Fault{Kind: control.KindHTML}, status(http.StatusBadGateway), anySyntax, false},
		{"HTML after acting", control.Fault{Kind: control.KindHTML, AfterActing: true}, status(http.StatusBadGateway), anySyntax, true},
		{"HTML with 200", control.Fault{Kind: control.KindHTML, Status: 200}, ofClient, anySyntax, false},
		{"empty", control.Fault{Kind: control.KindEmpty}, noError, noError, false},
		{"empty after acting", control.Fault{Kind: control.KindEmpty, AfterActing: true}, noError, noError, true},
		{"truncated", control.Fault{Kind: control.KindTruncate}, ofClient, nil, true},
		{"dropped before", control.Fault{Kind: control.KindDropBefore}, broken, broken, false},
		{"dropped within the answer", control.Fault{Kind: control.KindDropDuring}, broken, broken, true},
		{"dropped after", control.Fault{Kind: control.KindDropAfter}, broken, broken, true},
	} {
		for _, library := range []struct {
			name   string
			client client
			as     func(error) bool
		}{
			{"first generation", typed("", first{}), test.first},
			{"third generation", client{"", third{}.call}, test.third},
		} {
			for _, create := range creates {
				t.Run(test.name+"/"+library.name+"/"+create.action, func(t *testing.T) {
					t.Parallel()
					w := newVPCEmulator(t)
					before := create.count(w)
					fault := test.fault
					fault.Action, fault.Times = create.action, 1
					w.Faults.Add(fault)
					answer, err := library.client.call(w, create.action, create.params.with("RegionId", testRegion))
					if library.as == nil && err == nil || library.as != nil && !library.as(err) {
						t.Errorf("%T %v", err, err)
					}
					if id := answer.text("BgpPeerId") + answer.text("BgpGroupId"); id != "" {
						t.Errorf("answered the id %q", id)
					}
					if made := create.count(w) > before; made != test.made {
						t.Errorf("made: %t", made)
					}
					entries := w.Journal.Entries()
					if len(entries) == 0 || entries[0].Fault != string(test.fault.Kind) || entries[0].Acted != test.made {
						t.Errorf("journal: %+v", entries)
					}
				})
			}
		}
	}
}

// The newer library's errors as they are by default, without their types.
func TestDefaultErrors(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t)
	_, err := third{plain: true}.call(w, "DeleteBgpPeer", params{"RegionId": testRegion, "BgpPeerId": "bgp-none"})
	failed, ok := errors.AsType[*tea.SDKError](err)
	if !ok {
		t.Fatalf("%T %v", err, err)
	}
	var data struct{ RequestId, HostId, Code, Message, Recommend string } //nolint:revive // the API's spelling
	if err := json.Unmarshal([]byte(*failed.Data), &data); err != nil {
		t.Fatal(err)
	}
	want := "code: 400, instance not found request id: " + data.RequestId
	if *failed.StatusCode != 400 || *failed.Code != "InvalidParams.NotFound" || *failed.Message != want {
		t.Errorf("%d %s %q, want %q", *failed.StatusCode, *failed.Code, *failed.Message, want)
	}
	// ALI-019.
	if data.HostId != w.host() || data.RequestId != w.Journal.Entries()[0].RequestID || data.Recommend == "" {
		t.Errorf("%+v", data)
	}
	if id, err := uuid.Parse(data.RequestId); err != nil || strings.ToUpper(id.String()) != data.RequestId {
		t.Errorf("the request id is %q", data.RequestId)
	}
	_, err2 := first{format: "XML"}.common(w, "DeleteBgpPeer", params{"RegionId": testRegion, "BgpPeerId": "bgp-none"})
	inXML, ok := errors.AsType[*sdkerrors.ServerError](err2)
	if !ok || strings.Contains(inXML.Message(), "Recommend") || !strings.Contains(inXML.Message(), "<HostId>"+w.host()+"</HostId>") ||
		!strings.Contains(inXML.Message(), "<RequestId>"+http.Header(inXML.RespHeaders).Get("x-acs-request-id")+"</RequestId>") {
		t.Errorf("in XML: %v", err2)
	}
	if _, typed := errors.AsType[*openapi.ClientError](err); typed {
		t.Errorf("%v has a type after all", err)
	}
}
