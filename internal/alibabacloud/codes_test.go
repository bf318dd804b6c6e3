package alibabacloud_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Every row of the error tables of CreateBgpPeer, in the documents' order, then
// what any call can meet.
var documentedErrors = []struct {
	status        int
	code, message string
	kind          alibabacloud.Kind
	argument      string
}{
	{400, "QuotaExceeded.Bgp", "bgp peer count per vbr quota exceed.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "QuotaExceeded.Bgp", "bgp group count per vbr quota exceed.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "QuotaExceeded.Nqa", "nqa count per vbr quota exceed.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "InvalidAccessDeviceId.NotFound", "There is no Access_Device_Id in our records", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "QuotaExceeded.BfdSession", "Your Bfd Session number reaches the upper limit.", alibabacloud.KindFinal, "enable_bfd"},
	{400, "QuotaExceeded.BfdSession", "The Bfd Session on device reaches the upper limit.", alibabacloud.KindFinal, "enable_bfd"},
	{400, "QuotaExceeded.BgpNetwork", "bgp network count per vbr quota exceed.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "InvalidPeerIpAddress", "multi pconn peer ip can not be null.", alibabacloud.KindFinal, "peer_ip_address"},
	{400, "InvalidVbrNetwork", "vbr netowrk not exists", alibabacloud.KindFinal, "bgp_group_id"}, //nolint:misspell // the vendor's spelling
	{400, "InvalidBgpGroup", "bgp group not exists", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "InvalidBgpName.Malformed", "Specified Bgp Group name is not valid.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "InvalidBgpDiscription.Malformed", "Specified Bgp Group description is not valid.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "InvalidBgpAuthkey.Malformed", "Specified Bgp Group authkey is not valid.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "InvalidIP.Malformed", "Ip malformed.", alibabacloud.KindFinal, "peer_ip_address"},
	{400, "InvalidPeerAsn.Malformed", "invalid peer asn cannot equals aliyun asn:45104", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "InvalidParams.NotNull", "invalid peer asn cannot equals aliyun asn:45104", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "InvalidParams.NotFound", "instance not found", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "InvalidParams.NotFound", "vpc instance not found", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "InvalidParams.AlreadyExists", "bgp network already exists", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "InvalidStatus.CannotOperate", "invalid status cannot operate", alibabacloud.KindConflict, ""},
	{400, "InvalidParams.PeerIpAddressMustPointOut", "vbr has 0 or more than 1 subif ,point out peerIpAddress.", alibabacloud.KindFinal, "peer_ip_address"},
	{400, "InvalidParams.PeerIpAddressInUse", "peer ip address in use ,cannot create bgp peer.", alibabacloud.KindExists, "peer_ip_address"},
	{400, "BgpPeer.Already.Exists", "bgp peer already exists.", alibabacloud.KindExists, "peer_ip_address"},
	{400, "MissingParam.EnableBfd", "The parameter EnableBfd is missing.", alibabacloud.KindFinal, "enable_bfd"},
	{400, "OperationUnsupported.IPV6ForThisRegion", "This Region is unsupported IPV6.", alibabacloud.KindFinal, "ip_version"},
	{400, "IllegalParam.BfdMultiHop", "BfdMultiHop is illegal.", alibabacloud.KindFinal, "bfd_multi_hop"},
	{400, "OperationFailed.PconnTrafficNotEnable", "The operation is failed because of PconnTrafficNotEnable.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "UnsupportedFeature.Vpconn", "The feature of Vpconn is not supported.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "DuplicatedParam.PeerIpAddress", "The param of PeerIpAddress is duplicated.", alibabacloud.KindExists, "peer_ip_address"},
	{400, "DuplicatedParam.LocalIpAddress", "The LocalIpAddress already exists.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "DuplicatedParam.PeerIpv6Address", "The PeerIpv6Address already exists.", alibabacloud.KindExists, "peer_ip_address"},
	{400, "DuplicatedParam.LocalIpv6Address", "The LocalIpv6Address already exists.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "IllegalParam.LocalGatewayIpAndMask", "The LocalGatewayIpAndMask value is invalid.", alibabacloud.KindFinal, "bgp_group_id"},
	{400, "IllegalParam.PeeringIpv6SubnetMask", "The PeeringIpv6SubnetMask value is invalid.", alibabacloud.KindFinal, "bgp_group_id"},
	{404, "InvalidRegionId.NotFound", `Specified value of "regionId" is not supported.`, alibabacloud.KindConfiguration, "region"},
	{400, "IllegalParam.IpVersion", "The param of IPV6 is illegal.", alibabacloud.KindFinal, "ip_version"},
	{400, "IllegalParam.PeerIpAddress", "The param of PeerIpAddress is illegal.", alibabacloud.KindFinal, "peer_ip_address"},

	{400, "Throttling", "Request was denied due to request throttling.", alibabacloud.KindThrottled, ""},
	{503, "Throttling.User", "Request was denied due to user flow control.", alibabacloud.KindThrottled, ""},
	{400, "Throttling.Api", "Request was denied due to api flow control.", alibabacloud.KindThrottled, ""},
	{503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.", alibabacloud.KindPassing, ""},
	{500, "InternalError", "The request processing has failed due to some unknown error.", alibabacloud.KindPassing, ""},
	{409, "OperationConflict", "Request was denied due to conflict with a previous request.", alibabacloud.KindConflict, ""},
	{400, "TaskConflict", "conflict", alibabacloud.KindConflict, ""},
	{400, "IncorrectStatus.BgpGroup", "incorrect status", alibabacloud.KindConflict, ""},
	{403, "LastTokenProcessing", "The last token request is processing.", alibabacloud.KindConflict, ""},
	{400, "SystemBusy", "The system is busy.", alibabacloud.KindConflict, ""},
	{400, "IdempotentParameterMismatch", "Request uses a client token in a previous request.", alibabacloud.KindFinal, ""},
	{404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.", alibabacloud.KindCredentials, ""},
	{400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.", alibabacloud.KindCredentials, ""},
	{400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation.", alibabacloud.KindCredentials, ""},
	{400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", alibabacloud.KindConfiguration, ""},
	{400, "SignatureNonceUsed", "Specified signature nonce was used already.", alibabacloud.KindPassing, ""},
	{403, "Forbidden.RAM", "User not authorized to operate on the specified resource.", alibabacloud.KindPermission, ""},

	// Codes that nobody has heard of.
	{429, "Sooner.Than.Expected", "m", alibabacloud.KindThrottled, ""},
	{502, "Odd", "m", alibabacloud.KindPassing, ""},
	{408, "Late", "m", alibabacloud.KindPassing, ""},
	{401, "Unknown", "m", alibabacloud.KindCredentials, ""},
	{403, "Unknown", "m", alibabacloud.KindPermission, ""},
	{404, "Something.NotFound", "m", alibabacloud.KindFinal, ""},
	{400, "Unknown", "m", alibabacloud.KindFinal, ""},
}

func TestErrorsAreClassified(t *testing.T) {
	for _, want := range documentedErrors {
		t.Run(want.code+" "+want.message, func(t *testing.T) {
			for form, body := range map[string]string{
				"JSON": `{"RequestId":"R-1","HostId":"vpc.cn-shanghai.aliyuncs.com","Code":%q,"Message":%q,"Recommend":"https://x"}`,
				"XML":  `<?xml version="1.0" encoding="UTF-8"?><Error><RequestId>R-1</RequestId><HostId>h</HostId><Code>%s</Code><Message>%s</Message></Error>`,
			} {
				err := callOnce(t, want.status, fmt.Sprintf(body, want.code, want.message))
				var e *alibabacloud.Error
				if !errors.As(err, &e) {
					t.Fatalf("%s: the error is %v", form, err)
				}
				if e.Kind != want.kind || e.HTTPStatus != want.status || e.Code != want.code || e.Message != want.message || e.RequestID != "R-1" {
					t.Errorf("%s: the error is %+v", form, e)
				}
				if errors.Is(err, alibabacloud.ErrNotFound) {
					t.Errorf("%s: a create is said to have found its peer gone", form)
				}
				advice, argument := adviceOf(err)
				if argument != want.argument {
					t.Errorf("%s: at fault is %q, want %q", form, argument, want.argument)
				}
				if advice == "" && want.kind != alibabacloud.KindFinal || advice == "" && want.argument != "" {
					t.Errorf("%s: there is no advice", form)
				}
			}
		})
	}
}

// adviceOf is what an error advises, and the argument of bgp_peer that it is about.
func adviceOf(err error) (advice, argument string) {
	var advisor interface{ Advice() string }
	if errors.As(err, &advisor) {
		advice = advisor.Advice()
	}
	var accuser interface{ Arguments() []string }
	if errors.As(err, &accuser) {
		for _, candidate := range accuser.Arguments() {
			if slices.Contains([]string{"region", "bgp_group_id", "peer_ip_address", "ip_version", "enable_bfd", "bfd_multi_hop"}, candidate) {
				return advice, candidate
			}
		}
	}
	return advice, ""
}

// callOnce creates a peer at a service that always answers so, and gives up soon.
func callOnce(t *testing.T, status int, body string) (err error) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, alibabacloud.Config{Transport: control.RoundTripper(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))})
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err = client.CreateBGPPeer(ctx, newPeer)
	})
	return err
}

func TestPermissionAdviceNamesActionAndResource(t *testing.T) {
	err := callOnce(t, 403, `{"Code":"Forbidden.RAM","Message":"no"}`)
	got, _ := adviceOf(fmt.Errorf("wrapped: %w", err))
	for _, want := range []string{"vpc:CreateBgpPeer", "acs:vpc:cn-shanghai:{account}:virtualborderrouter/{VbrId}"} {
		if !strings.Contains(got, want) {
			t.Errorf("the advice %q does not name %s", got, want)
		}
	}
	read := alibabacloud.Error{Kind: alibabacloud.KindPermission, Action: "DescribeBgpPeers", Region: "cn-shanghai"}
	if want := "virtualborderrouter/*."; !strings.HasSuffix(read.Advice(), want) {
		t.Errorf("the advice %q does not name %s", read.Advice(), want)
	}
}

// What the service says of signing can repeat keys and tokens.
func TestErrorsKeepSecrets(t *testing.T) {
	for name, message := range map[string]string{
		"string to sign": "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&SecurityToken%3DCAIS",
		"canonical":      "Signature does not match. server StringToSign is ACS3, server CanonicalRequest is POST x-acs-security-token:CAIS",
		"keys":           "the key LTAIemulatoremulator with emulator is refused",
	} {
		t.Run(name, func(t *testing.T) {
			err := callOnce(t, 400, fmt.Sprintf(`{"Code":"SignatureDoesNotMatch","Message":%q}`, message))
			for _, secret := range []string{"CAIS", "LTAIemulator", "with emulator"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q is in the error %q", secret, err)
				}
			}
		})
	}
}
