package alibabacloud

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// code is what one of the service's error codes means.
type code struct {
	name      string // a code; with a "*" at its end, every code with that prefix
	action    string // part of the action's name; "" is any action
	message   string // part of the message, in lower case; "" is any message
	kind      Kind
	lost      bool     // the service may have acted nevertheless
	arguments []string // that may be at fault, most likely first; an object has only some of them
	advice    string   // what to do
}

// Arguments that may be at fault. What only a group has comes before bgp_group_id, so
// that a group gets its own argument, and a peer the one that names its group.
var (
	argumentRegion        = []string{"region"}
	argumentGroup         = []string{"bgp_group_id", "router_id"}
	argumentPeerIPAddress = []string{"peer_ip_address"}
	argumentIPVersion     = []string{"ip_version"}
	argumentEnableBFD     = []string{"enable_bfd"}
	argumentBFDMultiHop   = []string{"bfd_multi_hop"}
	argumentName          = []string{"name", "bgp_group_id"}
	argumentDescription   = []string{"description", "bgp_group_id"}
	argumentAuthKey       = []string{"auth_key_wo_version", "bgp_group_id"} // not auth_key_wo: the CLI shows the line of the argument, which may hold the key
	argumentPeerASN       = []string{"peer_asn", "bgp_group_id"}
	argumentLocalASN      = []string{"local_asn"}
	argumentRouteLimit    = []string{"route_limit"}
	argumentRouter        = []string{"router_id"}
	argumentVPC           = []string{"vpc_id"}
	argumentDstCIDRBlock  = []string{"dst_cidr_block", "bgp_group_id"}
)

const (
	adviceInUse = "A virtual border router can have only one peer with an address. " +
		"Import the existing peer, or choose another address."
	adviceTaken = "Another peer of the virtual border router has the address. If the plan changes or deletes that peer too, apply again: " +
		"Terraform had not yet reached it (see -parallelism). Otherwise choose another address, or free this one first. " +
		"To swap the addresses of two peers, give one of them an unused address first."
	adviceNetwork     = "The virtual border router already advertises this network. Import it."
	advicePrefix      = "The service does not accept the prefix. It must have no host bits, such as 10.0.0.0/8."
	adviceDescription = "A group's description has 2 to 256 characters and begins with a letter, not with http:// or https://."
	advicePeerASN     = "A peer ASN must be 1 to 4294967295, and not Alibaba Cloud's own, 45104."
	adviceLocalASN    = "A local ASN must be 45104, 64512 to 65534 but not 65025, or 4200000000 to 4294967294."
	adviceGroup       = "The BGP group has a value that its peers cannot work with. Fix the group."
	adviceVBR         = "An address of the group's virtual border router is wrong. Fix the router."
	adviceKeys        = "Check the access key and the secret key of the provider's alibaba_cloud configuration or of the environment."
	adviceToken       = "The security token is expired, malformed or of another access key. Get new temporary credentials, or leave the token out if the key is not temporary."
	adviceSource      = "Fix this source of credentials, or choose another " + sources
	adviceNone        = "Give credentials " + sources
	sources           = "in the provider's alibaba_cloud configuration or by its environment variables: " +
		"access_key with secret_key, profile, credentials_uri, ecs_role_name, or assume_role_with_oidc."
	adviceClock    = "The clock of this machine is wrong: a call is valid for 15 minutes by the service's clock. Set the clock."
	adviceEndpoint = "What answers there is not the VPC API. Check the endpoint and the proxy."
	adviceBusy     = "Another operation on the object, its BGP group or its virtual border router was still under way. Try again when it is done."
	adviceSlow     = "The service refused the call because there were too many. Try again later, with a lower -parallelism, or with longer timeouts."
	adviceDown     = "The service was unavailable or failed internally. Try again later."
)

// codes has every error code of the documents of CreateBgpPeer, those that the
// documents of groups and networks add, and those that any call of the vendor's APIs
// can get. The first entry that matches counts.
var codes = []code{
	// Too many calls. The answer may have x-acs-retry-after.
	{name: "Throttling*", kind: KindThrottled, advice: adviceSlow},

	// Faults of the service.
	{name: "ServiceUnavailable*", kind: KindPassing, lost: true, advice: adviceDown},
	{name: "InternalError*", kind: KindPassing, lost: true, advice: adviceDown},
	{name: "UnknownError", kind: KindPassing, lost: true, advice: adviceDown},
	// The same request came twice. Each try has a nonce of its own, so something on the
	// way to the service repeated it.
	{name: "SignatureNonceUsed", kind: KindPassing, lost: true, advice: adviceDown},

	// Conflicts with an operation under way.
	{name: "InvalidStatus.CannotOperate", kind: KindConflict, advice: adviceBusy},
	{name: "OperationConflict*", kind: KindConflict, advice: adviceBusy},
	{name: "TaskConflict*", kind: KindConflict, advice: adviceBusy},
	{name: "IncorrectStatus*", kind: KindConflict, advice: adviceBusy},
	{name: "DependencyViolation*", kind: KindConflict, advice: adviceBusy},
	{name: "SystemBusy", kind: KindConflict, advice: adviceBusy},
	// An earlier try of the same call is still under way.
	{name: "LastTokenProcessing", kind: KindConflict, lost: true, advice: adviceBusy},
	{name: "IdempotentParameterMismatch", kind: KindFinal,
		advice: "The service took the call for the repetition of another one. Apply again."},

	// Something does not exist. In a modify or delete it may be the object itself or
	// something that it needs; a read tells which (lookFor). In other calls it is
	// something that the object needs (classify).
	{name: "InvalidParams.NotFound", message: "vpc", action: "BgpNetwork", kind: KindGone, arguments: argumentVPC,
		advice: "The VPC does not exist in this region."},
	{name: "InvalidParams.NotFound", kind: KindGone, arguments: argumentGroup,
		advice: "The group, its virtual border router or its VPC does not exist in this region."},
	{name: "InvalidBgpGroup", kind: KindGone, arguments: argumentGroup,
		advice: "There is no such BGP group in this region. Check the group's id and the region."},
	{name: "InvalidVbrNetwork", action: "BgpPeer", kind: KindGone, arguments: argumentGroup,
		advice: "The group's virtual border router does not exist. Check the group."},
	{name: "InvalidVbrNetwork", kind: KindGone, arguments: argumentRouter,
		advice: "There is no such virtual border router in this region. Check its id and the region."},

	// It already exists.
	{name: "BgpPeer.Already.Exists", kind: KindExists, arguments: argumentPeerIPAddress, advice: adviceInUse},
	{name: "InvalidParams.PeerIpAddressInUse", kind: KindExists, arguments: argumentPeerIPAddress, advice: adviceInUse},
	{name: "DuplicatedParam.PeerIpAddress", kind: KindExists, arguments: argumentPeerIPAddress, advice: adviceInUse},
	{name: "DuplicatedParam.PeerIpv6Address", kind: KindExists, arguments: argumentPeerIPAddress, advice: adviceInUse},
	{name: "InvalidParams.AlreadyExists", action: "AddBgpNetwork", kind: KindExists, arguments: argumentDstCIDRBlock, advice: adviceNetwork},
	{name: "Duplicated.CidrBlock", kind: KindExists, arguments: argumentDstCIDRBlock, advice: adviceNetwork},

	// Keys, permissions, region.
	{name: "InvalidAccessKeyId*", kind: KindCredentials, advice: adviceKeys},
	{name: "SignatureDoesNotMatch", kind: KindCredentials, advice: adviceKeys},
	{name: "IncompleteSignature", kind: KindCredentials, advice: adviceKeys},
	{name: "InvalidSecurityToken*", kind: KindCredentials, advice: adviceToken},
	{name: "MissingSecurityToken", kind: KindCredentials,
		advice: "The access key is temporary, and needs its security token."},
	{name: "InvalidTimeStamp*", kind: KindConfiguration, advice: adviceClock},
	{name: "IllegalTimestamp", kind: KindConfiguration, advice: adviceClock},
	{name: "Forbidden*", kind: KindPermission},
	{name: "NoPermission*", kind: KindPermission},
	{name: "InvalidAction*", kind: KindConfiguration, advice: adviceEndpoint},
	{name: "InvalidVersion*", kind: KindConfiguration, advice: adviceEndpoint},
	{name: "InvalidRegionId*", kind: KindConfiguration, arguments: argumentRegion,
		advice: "Check the region's id: the service does not know it, or does not serve it at this endpoint."},

	// Quotas.
	{name: "QuotaExceeded.Bgp", message: "bgp peer count", arguments: argumentGroup,
		advice: "The group's virtual border router has as many BGP peers as it may have (8 by default). " +
			"Delete one, use a group of another router, or have the quota raised."},
	{name: "QuotaExceeded.Bgp", message: "bgp group count", arguments: argumentGroup,
		advice: "The virtual border router has as many BGP groups as it may have. Delete one, or have the quota raised."},
	{name: "QuotaExceeded.BgpNetwork", arguments: argumentGroup,
		advice: "The virtual border router has as many BGP networks as it may have. Delete one, or have the quota raised."},
	{name: "QuotaExceeded.Nqa", arguments: argumentGroup,
		advice: "The virtual border router has as many network quality analyzers as it may have. Delete one, or have the quota raised."},
	{name: "QuotaExceeded.BfdSession", message: "on device", arguments: argumentEnableBFD,
		advice: "The device at the other end of the circuit has as many BFD sessions as it can have. " +
			"Turn BFD off for this or another peer."},
	{name: "QuotaExceeded.BfdSession", arguments: argumentEnableBFD,
		advice: "The account has as many BFD sessions as it may have. Turn BFD off for this or another peer, or have the quota raised."},
	{name: "QuotaExceeded*", advice: "A quota is used up. Delete something that is not needed, or have the quota raised."},

	// The peer's arguments.
	{name: "InvalidPeerIpAddress", arguments: argumentPeerIPAddress,
		advice: "The virtual border router has several circuits, so the peer's address must be given."},
	{name: "InvalidParams.PeerIpAddressMustPointOut", arguments: argumentPeerIPAddress,
		advice: "The virtual border router has no interface, or several, so the peer's address must be given."},
	{name: "InvalidIP.Malformed", arguments: argumentPeerIPAddress,
		advice: "The service does not accept the address as an IP address."},
	{name: "IllegalParam.PeerIpAddress", arguments: argumentPeerIPAddress,
		advice: "The service does not accept the address for a peer of this IP version."},
	{name: "IllegalParam.IpVersion", arguments: argumentIPVersion,
		advice: "The group's virtual border router has no IPv6. Enable it there, or use IPv4."},
	{name: "MissingParam.EnableBfd", arguments: argumentEnableBFD,
		advice: "BFD hops need BFD: set enable_bfd = true, or leave bfd_multi_hop out."},
	{name: "IllegalParam.BfdMultiHop", arguments: argumentBFDMultiHop,
		advice: "The number of BFD hops must be 1 to 255, and needs enable_bfd = true."},
	{name: "OperationUnsupported.IPV6ForThisRegion", arguments: argumentIPVersion,
		advice: "This region has no IPv6 for BGP. Use IPv4, or a group in another region."},

	// What the peer needs: its group, router and circuit.
	{name: "InvalidAccessDeviceId.NotFound", arguments: argumentGroup,
		advice: "The service has no access device for the group's virtual border router. Check that its circuit is installed and enabled."},
	{name: "InvalidBgpName.Malformed", action: "BgpPeer", arguments: argumentGroup, advice: adviceGroup},
	{name: "InvalidBgpDiscription.Malformed", action: "BgpPeer", arguments: argumentGroup, advice: adviceGroup},
	{name: "InvalidBgpDescription.Malformed", action: "BgpPeer", arguments: argumentGroup, advice: adviceGroup},
	{name: "InvalidBgpAuthkey.Malformed", action: "BgpPeer", arguments: argumentGroup, advice: adviceGroup},
	{name: "InvalidPeerAsn.Malformed", action: "BgpPeer", arguments: argumentGroup,
		advice: "The group's peer ASN cannot be Alibaba Cloud's own, 45104. Fix the group."},
	{name: "InvalidParams.NotNull", message: "peer asn", action: "BgpPeer", arguments: argumentGroup,
		advice: "The group's peer ASN cannot be Alibaba Cloud's own, 45104. Fix the group."},
	{name: "InvalidParams.AlreadyExists", arguments: argumentDstCIDRBlock,
		advice: "The BGP network already exists."},
	{name: "OperationFailed.PconnTrafficNotEnable", arguments: argumentGroup,
		advice: "Billing for outbound traffic is not enabled on the circuit of the group's virtual border router. Enable it."},
	{name: "UnsupportedFeature.Vpconn", arguments: argumentGroup,
		advice: "The group's virtual border router is on a kind of circuit that does not support this."},
	{name: "DuplicatedParam.LocalIpAddress", arguments: argumentGroup, advice: adviceVBR},
	{name: "DuplicatedParam.LocalIpv6Address", arguments: argumentGroup, advice: adviceVBR},
	{name: "IllegalParam.LocalGatewayIpAndMask", arguments: argumentGroup, advice: adviceVBR},
	{name: "IllegalParam.PeeringIpv6SubnetMask", arguments: argumentGroup, advice: adviceVBR},

	// A group's arguments.
	{name: "InvalidBgpName.Malformed", arguments: argumentName,
		advice: "A group's name has 2 to 128 characters: a letter, then letters, digits, periods, underscores and hyphens."},
	{name: "InvalidBgpDiscription.Malformed", arguments: argumentDescription, advice: adviceDescription},
	{name: "InvalidBgpDescription.Malformed", arguments: argumentDescription, advice: adviceDescription},
	{name: "InvalidBgpAuthkey.Malformed", arguments: argumentAuthKey,
		advice: "The service does not accept this MD5 key. A key of at most 79 letters and digits, with at least one letter, works with every router."},
	{name: "InvalidPeerAsn.Malformed", arguments: argumentPeerASN, advice: advicePeerASN},
	{name: "InvalidParams.NotNull", message: "peer asn", arguments: argumentPeerASN, advice: advicePeerASN},
	{name: "IllegalParam.PeerAsn", arguments: argumentPeerASN, advice: advicePeerASN},
	{name: "IllegalParam.LocalAsn", arguments: argumentLocalASN, advice: adviceLocalASN},
	{name: "InvalidBgpGroup.LocalAsnInvalid", arguments: argumentLocalASN, advice: adviceLocalASN},
	{name: "IllegalParam.RouteLimit", arguments: argumentRouteLimit,
		advice: "The limit is higher than the virtual border router allows for a peer. Lower the limit (the default is 110), or have the quota raised."},

	// A network's arguments.
	{name: "InvalidDestCidrBlock.Malformed", arguments: argumentDstCIDRBlock, advice: advicePrefix},
	{name: "IllegalParamFormat.DstCidrBlock", arguments: argumentDstCIDRBlock, advice: advicePrefix},
	{name: "IllegalParam.ConflictWithDClass", arguments: argumentDstCIDRBlock, advice: "A multicast prefix cannot be advertised."},
}

// Meaning is what an error code of the service means, for the documentation.
type Meaning struct {
	Code      string // a code; with a "*" at its end, every code with that prefix
	Action    string // part of the action's name; "" is any action
	Message   string // part of the message, in lower case; "" is any message
	Kind      Kind
	Arguments []string // that may be at fault, most likely first; an object has only some of them
	Advice    string
}

// Meanings returns the meanings of all known codes. The first that matches an error
// counts.
func Meanings() []Meaning {
	var all []Meaning
	for _, c := range codes {
		advice := c.advice
		if advice == "" {
			advice = adviceByKind(&Error{Kind: c.kind, Action: "{action}"})
		}
		all = append(all, Meaning{Code: c.name, Action: c.action, Message: c.message, Kind: c.kind, Arguments: c.arguments, Advice: advice})
	}
	return all
}

// find returns the meaning of a code; nil if it is not known.
func find(action, name, message string) *code {
	for i := range codes {
		c := &codes[i]
		prefix, isPrefix := strings.CutSuffix(c.name, "*")
		if name != c.name && (!isPrefix || !strings.HasPrefix(name, prefix)) {
			continue
		}
		if strings.Contains(action, c.action) && strings.Contains(strings.ToLower(message), c.message) {
			return c
		}
	}
	return nil
}

// classify sets what a refusal means: by its code if that is known, otherwise by its
// HTTP status. HTTP 404 alone never means that an object is gone.
func classify(e *Error) {
	if known := find(e.Action, e.Code, e.Message); known != nil {
		e.Kind, e.lost = known.kind, known.lost
		if e.Kind == KindGone && !strings.HasPrefix(e.Action, "Modify") && !strings.HasPrefix(e.Action, "Delete") {
			e.Kind = KindFinal
		}
		return
	}
	switch status := e.HTTPStatus; {
	case status == http.StatusTooManyRequests:
		e.Kind = KindThrottled
	case status >= 500, status == http.StatusRequestTimeout:
		e.Kind, e.lost = KindPassing, true
	case status == http.StatusUnauthorized:
		e.Kind = KindCredentials
	case status == http.StatusForbidden:
		e.Kind = KindPermission
	case status < 400, status == http.StatusProxyAuthRequired, e.Code == "":
		e.Kind = KindConfiguration // a redirect, a proxy, or not the API at all
	default:
		e.Kind = KindFinal
	}
}

// Advice says what to do about the error, in whole sentences; "" if there is nothing
// to add.
func (e *Error) Advice() string {
	known := find(e.Action, e.Code, e.Message)
	switch {
	case errors.Is(e.Err, errRegionID):
		return "Check the region of this resource and of the provider."
	case e.hostUnknown():
		return "The region's host is not known: check the region's id, and the network."
	case e.Kind == KindGone:
		return "It no longer exists: the next plan will create it again."
	case e.Kind == KindExists && strings.HasPrefix(e.Action, "Modify"):
		return adviceTaken
	case known != nil && known.advice != "":
		return known.advice
	}
	return adviceByKind(e)
}

// Arguments returns the names of the arguments that may be at fault, most likely
// first; nil if none is. The first that an object has counts.
func (e *Error) Arguments() []string {
	known := find(e.Action, e.Code, e.Message)
	switch {
	case errors.Is(e.Err, errRegionID), e.hostUnknown():
		return argumentRegion
	case e.Kind == KindGone, known == nil:
		return nil
	}
	return known.arguments
}

// hostUnknown reports whether the name of the region's host does not resolve.
func (e *Error) hostUnknown() bool { return wire.UnknownName(e.Err) == regionHost(e.Region) }

func adviceByKind(e *Error) string {
	var failure *wire.Failure
	unreached := errors.As(e.Err, &failure)
	switch source := (*sourceError)(nil); { // errors of credential sources first
	case errors.Is(e.Err, ErrNoCredentials):
		return adviceNone
	case unreached && errors.As(e.Err, &source):
		return failure.Advice(cmp.Or(source.setBy, "ALIBABA_CLOUD_STS_REGION"))
	case isPassing(e.Err), e.Kind == KindCredentials && e.Code == "" && e.Err != nil:
		return adviceSource
	}
	if unreached {
		return failure.Advice("alibaba_cloud.endpoint")
	}
	switch e.Kind {
	case KindThrottled:
		return adviceSlow
	case KindPassing:
		return adviceDown
	case KindConflict:
		return adviceBusy
	case KindCredentials:
		return adviceKeys
	case KindPermission:
		router := "{VbrId}"
		if strings.HasPrefix(e.Action, "Describe") {
			router = "*" // One listing reads the objects of all routers.
		}
		return fmt.Sprintf("Grant the RAM action vpc:%s on acs:vpc:%s:{account}:virtualborderrouter/%s.",
			e.Action, cmp.Or(e.Region, "{region}"), router)
	case KindConfiguration:
		if e.HTTPStatus != 0 {
			return adviceEndpoint
		}
		return "Check the region and the endpoint."
	case KindExists:
		return adviceInUse
	case KindGone, KindFinal:
	}
	return ""
}
