package alibabacloud

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// apiError is an error as the API answers it.
type apiError struct {
	Status        int
	Code, Message string
	RetryAfter    time.Duration // for the header x-acs-retry-after, in milliseconds
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Message) }

// bad makes an error with status 400, which most have.
func bad(code, message string) *apiError {
	return &apiError{Status: http.StatusBadRequest, Code: code, Message: message}
}

// The errors of the two CreateBgpPeer documents, the earlier one and that of
// 2024, messages to the letter, misspellings included. Which state causes
// which is said where they are used.
var (
	errPeerQuota            = bad("QuotaExceeded.Bgp", "bgp peer count per vbr quota exceed.")
	errGroupQuota           = bad("QuotaExceeded.Bgp", "bgp group count per vbr quota exceed.")
	errNQAQuota             = bad("QuotaExceeded.Nqa", "nqa count per vbr quota exceed.")
	errAccessDeviceNotFound = bad("InvalidAccessDeviceId.NotFound", "There is no Access_Device_Id in our records")
	errBFDQuota             = bad("QuotaExceeded.BfdSession", "Your Bfd Session number reaches the upper limit.")
	errDeviceBFDQuota       = bad("QuotaExceeded.BfdSession", "The Bfd Session on device reaches the upper limit.")
	errNetworkQuota         = bad("QuotaExceeded.BgpNetwork", "bgp network count per vbr quota exceed.")
	errPeerIPNull           = bad("InvalidPeerIpAddress", "multi pconn peer ip can not be null.")
	errVBRNotFound          = bad("InvalidVbrNetwork", "vbr netowrk not exists") //nolint:misspell // the vendor's spelling
	errGroupNotFound        = bad("InvalidBgpGroup", "bgp group not exists")
	errGroupName            = bad("InvalidBgpName.Malformed", "Specified Bgp Group name is not valid.")
	errGroupDiscription     = bad("InvalidBgpDiscription.Malformed", "Specified Bgp Group description is not valid.")
	errGroupAuthKey         = bad("InvalidBgpAuthkey.Malformed", "Specified Bgp Group authkey is not valid.")
	errIPMalformed          = bad("InvalidIP.Malformed", "Ip malformed.")
	errPeerASN              = bad("InvalidPeerAsn.Malformed", "invalid peer asn cannot equals aliyun asn:45104")
	errPeerASNNull          = bad("InvalidParams.NotNull", "invalid peer asn cannot equals aliyun asn:45104")
	errNotFound             = bad("InvalidParams.NotFound", "instance not found")
	errVPCNotFound          = bad("InvalidParams.NotFound", "vpc instance not found")
	errNetworkExists        = bad("InvalidParams.AlreadyExists", "bgp network already exists")
	errCannotOperate        = bad("InvalidStatus.CannotOperate", "invalid status cannot operate")
	errPeerIPMustPointOut   = bad("InvalidParams.PeerIpAddressMustPointOut", "vbr has 0 or more than 1 subif ,point out peerIpAddress.")
	errPeerIPInUse          = bad("InvalidParams.PeerIpAddressInUse", "peer ip address in use ,cannot create bgp peer.")
	errPeerExists           = bad("BgpPeer.Already.Exists", "bgp peer already exists.")
	errMissingEnableBFD     = bad("MissingParam.EnableBfd", "The parameter EnableBfd is missing.")
	errNoIPv6InRegion       = bad("OperationUnsupported.IPV6ForThisRegion", "This Region is unsupported IPV6.")
	errBFDMultiHop          = bad("IllegalParam.BfdMultiHop", "BfdMultiHop is illegal.")
	errTrafficNotEnabled    = bad("OperationFailed.PconnTrafficNotEnable", "The operation is failed because of PconnTrafficNotEnable.")
	errVPConn               = bad("UnsupportedFeature.Vpconn", "The feature of Vpconn is not supported.")
	errPeerIPDuplicated     = bad("DuplicatedParam.PeerIpAddress", "The param of PeerIpAddress is duplicated.")
	errLocalIPDuplicated    = bad("DuplicatedParam.LocalIpAddress", "The LocalIpAddress already exists.")
	errPeerIPv6Duplicated   = bad("DuplicatedParam.PeerIpv6Address", "The PeerIpv6Address already exists.")
	errLocalIPv6Duplicated  = bad("DuplicatedParam.LocalIpv6Address", "The LocalIpv6Address already exists.")
	errGatewayMask          = bad("IllegalParam.LocalGatewayIpAndMask", "The LocalGatewayIpAndMask value is invalid.")
	errIPv6Mask             = bad("IllegalParam.PeeringIpv6SubnetMask", "The PeeringIpv6SubnetMask value is invalid.")

	errRegionNotSupported = &apiError{Status: http.StatusNotFound, Code: "InvalidRegionId.NotFound", Message: `Specified value of "regionId" is not supported.`}
)

// Added by the CreateBgpPeer document of 2025-03-19.
var (
	errIPVersion     = bad("IllegalParam.IpVersion", "The param of IPV6 is illegal.")
	errPeerIPIllegal = bad("IllegalParam.PeerIpAddress", "The param of PeerIpAddress is illegal.")
)

// Of the documents of CreateBgpGroup (2024-08-16), ModifyBgpPeerAttribute,
// DescribeBgpGroups and AddBgpNetwork (2025-10-17).
var (
	errGroupDescription = bad("InvalidBgpDescription.Malformed", "Specified Bgp Group description is not valid.")
	errParamsNotNull    = bad("InvalidParams.NotNull", "params must not null.")
	errLocalASN         = bad("InvalidBgpGroup.LocalAsnInvalid", "The specified BgpGroup LocalAsn is invalid, only support 64512 to 65534 or 4200000000 to 4294967294, but cannot be 65025.")
	errIllegalPeerASN   = bad("IllegalParam.PeerAsn", "The param of PeerAsn is illegal")
	errIllegalLocalASN  = bad("IllegalParam.LocalAsn", "The param of LocalAsn is illegal")
	errRouteLimit       = bad("IllegalParam.RouteLimit", "The operation is failed because of bgp group max route entry num quota exceed.")
	errGroupHasPeers    = bad("DependencyViolation.BgpPeer", "The specified BGP group has BGP peers.")
	errCIDRDuplicated   = bad("Duplicated.CidrBlock", "The CidrBlock is duplicated.")
	errCIDRFormat       = bad("IllegalParamFormat.DstCidrBlock", "The param format of DstCidrBlock is illegal.")
	errCIDRMalformed    = bad("InvalidDestCidrBlock.Malformed", "Specified dstCidrBlock is not valid.")
	errCIDRMulticast    = bad("IllegalParam.ConflictWithDClass", "DClass IP can not support.")

	errRegionNotFound         = &apiError{Status: http.StatusNotFound, Code: "InvalidRegionId.NotFound", Message: "The specified RegionId is not found."}
	errRegionNotInRecords     = &apiError{Status: http.StatusNotFound, Code: "InvalidRegionId.NotFound", Message: "The specified RegionId does not exist in our records."}
	errRegionNotInRecords400  = bad("InvalidRegionId.NotFound", "The specified RegionId does not exist in our records.")
	errInternal               = &apiError{Status: http.StatusInternalServerError, Code: "InternalError", Message: "The request processing has failed due to some unknown error."}
	errServiceUnavailable     = &apiError{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "The request has failed due to a temporary failure of the server."}
	errOperationConflict      = &apiError{Status: http.StatusConflict, Code: "OperationConflict", Message: "Request was denied due to conflict with a previous request."}
	errSystemBusy             = bad("SystemBusy", "The system is busy.")
	errThrottled              = bad("Throttling.User", "Request was denied due to user flow control.")
	errThrottlingAPI          = bad("Throttling.Api", "Request was denied due to api flow control.")
	errThrottling             = bad("Throttling", "Request was denied due to request throttling.")
	errLastTokenProcessing    = &apiError{Status: http.StatusForbidden, Code: "LastTokenProcessing", Message: "The last token request is processing."}
	errTokenParameterMismatch = bad("IdempotentParameterMismatch", "Request uses a client token in a previous request but is not identical to that request.")
	errClientToken            = bad("InvalidClientToken.ValueNotSupported", "The ClientToken provided is invalid.")
)

// Of the gateway before all of the vendor's RPC APIs, from its lists of common
// errors (ALI-001 to ALI-009).
var (
	errActionNotFound        = &apiError{Status: http.StatusNotFound, Code: "InvalidAction.NotFound", Message: "Specified api is not found, please check your url and method."}
	errUnsupportedHTTPMethod = &apiError{Status: http.StatusForbidden, Code: "UnsupportedHTTPMethod", Message: "This http method is not supported."}
	errRequestTooLarge       = &apiError{Status: http.StatusRequestEntityTooLarge, Code: "RequestEntityTooLarge", Message: "The request body is too large."}
	errInvalidParameter      = bad("InvalidParameter", "The specified parameter is not valid.")
	errInvalidFormat         = bad("InvalidParameter.Format", "Specified parameter Format is not valid.")
	errInvalidAccept         = bad("InvalidParameter.Accept", "Specified parameter Accept is not valid.")
	errIncompleteSignature   = bad("IncompleteSignature", "The request signature does not conform to Aliyun standards.")
	errAccessKeyNotFound     = &apiError{Status: http.StatusNotFound, Code: "InvalidAccessKeyId.NotFound", Message: "Specified access key is not found."}
	errAccessKeyDisabled     = bad("InvalidAccessKeyId.Inactive", "Specified access key is disabled.")
	errTokenExpired          = bad("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
	errTokenMalformed        = bad("InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")
	errTokenMismatch         = bad("InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey.")
	errTimestampFormat       = bad("InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
	errTimestampExpired      = bad("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
	errNonceUsed             = bad("SignatureNonceUsed", "Specified signature nonce was used already.")
	errForbiddenRAM          = &apiError{Status: http.StatusForbidden, Code: "Forbidden.RAM", Message: "User not authorized to operate on the specified resource, or this API doesn't support RAM."}
)

// errMissing is the gateway's error for a mandatory parameter that is missing.
func errMissing(name string) *apiError {
	return bad("Missing"+name, name+" is mandatory for this action.")
}

// errInvalid is the gateway's error for a parameter whose value cannot be.
func errInvalid(name string) *apiError {
	return bad("Invalid"+name, "Specified parameter "+name+" is not valid.")
}

// errUnsupportedParameter is the error for a parameter that an operation does
// not know.
func errUnsupportedParameter(name string) *apiError {
	return bad("UnsupportedParameter", fmt.Sprintf("The parameter %q is not supported.", name))
}

// errSignatureDoesNotMatch shows the service's string to sign, as the vendor's
// does.
func errSignatureDoesNotMatch(stringToSign string) *apiError {
	message := "Specified signature is not matched with our calculation."
	if stringToSign != "" {
		message += " server string to sign is:" + stringToSign
	}
	return bad("SignatureDoesNotMatch", message)
}

// documented are the errors that a fault may name by their code alone. Where
// a code has several messages the first one counts.
var documented = func() map[string]*apiError {
	byCode := map[string]*apiError{}
	for _, e := range []*apiError{
		errPeerQuota, errGroupQuota, errNQAQuota, errAccessDeviceNotFound, errBFDQuota, errDeviceBFDQuota,
		errNetworkQuota, errPeerIPNull, errVBRNotFound, errGroupNotFound, errGroupName, errGroupDiscription,
		errGroupAuthKey, errIPMalformed, errPeerASN, errPeerASNNull, errNotFound, errVPCNotFound,
		errNetworkExists, errCannotOperate, errPeerIPMustPointOut, errPeerIPInUse, errPeerExists,
		errMissingEnableBFD, errNoIPv6InRegion, errBFDMultiHop, errTrafficNotEnabled, errVPConn,
		errPeerIPDuplicated, errLocalIPDuplicated, errPeerIPv6Duplicated, errLocalIPv6Duplicated,
		errGatewayMask, errIPv6Mask, errRegionNotSupported, errIPVersion, errPeerIPIllegal,
		errGroupDescription, errParamsNotNull, errLocalASN, errIllegalPeerASN, errIllegalLocalASN, errRouteLimit,
		errCIDRMalformed, errCIDRMulticast, errCIDRDuplicated, errCIDRFormat, errGroupHasPeers, errInternal, errServiceUnavailable, errOperationConflict,
		errSystemBusy, errThrottled, errThrottlingAPI, errThrottling, errLastTokenProcessing,
		errTokenParameterMismatch, errClientToken, errActionNotFound, errUnsupportedHTTPMethod, errRequestTooLarge,
		errInvalidParameter, errInvalidFormat, errInvalidAccept, errIncompleteSignature, errAccessKeyNotFound,
		errAccessKeyDisabled, errTokenExpired, errTokenMalformed, errTokenMismatch, errTimestampFormat,
		errTimestampExpired, errNonceUsed, errForbiddenRAM, errSignatureDoesNotMatch(""),
	} {
		if byCode[e.Code] == nil {
			byCode[e.Code] = e
		}
	}
	return byCode
}()

// faultError is the error that a fault asks for. What it leaves open comes
// from the documents by its code, or is a throttling or an internal error.
func faultError(f control.Fault) *apiError {
	base := errInternal
	if f.Kind == control.KindThrottle {
		base = errThrottled
	}
	switch known := documented[f.Code]; {
	case known != nil:
		base = known
	case f.Code != "":
		base = bad(f.Code, f.Code)
	case f.Kind == control.KindError && f.Status == http.StatusServiceUnavailable:
		base = errServiceUnavailable
	}
	return &apiError{
		Status:     cmp.Or(f.Status, base.Status),
		Code:       cmp.Or(f.Code, base.Code),
		Message:    cmp.Or(f.Message, base.Message),
		RetryAfter: f.RetryAfter,
	}
}
