package alibabacloud

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
)

// The types in the service's answers have changed over the years. Numbers come quoted
// or not, booleans as booleans or as text, and fields come and go. So decoding is
// lenient: a scalar may come in any form, and what is absent, null or unreadable is
// left out.

// text is any scalar as text; null and absent are "".
type text string

// UnmarshalJSON accepts any scalar, and ignores anything else.
func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	switch {
	case len(data) == 0 || bytes.Equal(data, []byte("null")) || data[0] == '{' || data[0] == '[':
		return nil
	case data[0] == '"':
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
	default:
		s = string(data)
	}
	*t = text(s)
	return nil
}

// number is a whole number, quoted or not; nil when there is none.
type number struct{ *int64 }

// UnmarshalJSON accepts a whole number, quoted or not, and ignores anything else.
func (n *number) UnmarshalJSON(data []byte) error {
	var t text
	if err := t.UnmarshalJSON(data); err != nil {
		return err
	}
	if i, err := strconv.ParseInt(strings.TrimSpace(string(t)), 10, 64); err == nil {
		n.int64 = &i
	}
	return nil
}

// boolean is true or false, quoted or not; nil when there is none.
type boolean struct{ *bool }

// UnmarshalJSON accepts a boolean, quoted or not, and ignores anything else.
func (b *boolean) UnmarshalJSON(data []byte) error {
	var t text
	if err := t.UnmarshalJSON(data); err != nil {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(string(t))) {
	case "true":
		b.bool = new(true)
	case "false":
		b.bool = new(false)
	}
	return nil
}

// presence is whether a text is there and not empty; nil if the answer does not say.
// The text itself, a secret, is not kept.
type presence struct{ *bool }

// UnmarshalJSON looks at the length of a string only.
func (p *presence) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		p.bool = new(len(data) > len(`""`))
	}
	return nil
}

// peerRow is one row of DescribeBgpPeers. AuthKey, the group's MD5 key, is not read,
// so that it cannot leak.
type peerRow struct {
	ID                   text    `json:"BgpPeerId"`
	GroupID              text    `json:"BgpGroupId"`
	RouterID             text    `json:"RouterId"`
	Name                 text    `json:"Name"`
	Description          text    `json:"Description"`
	PeerIPAddress        text    `json:"PeerIpAddress"`
	IPVersion            text    `json:"IpVersion"`
	Status               text    `json:"Status"`
	SessionState         text    `json:"BgpStatus"`
	PeerASN              number  `json:"PeerAsn"`
	LocalASN             number  `json:"LocalAsn"`
	IsFakeASN            boolean `json:"IsFake"`
	EnableBFD            boolean `json:"EnableBfd"`
	BFDMultiHop          number  `json:"BfdMultiHop"`
	HoldTime             number  `json:"Hold"`
	KeepaliveTime        number  `json:"Keepalive"`
	RouteLimit           number  `json:"RouteLimit"`
	AdvertisedRouteCount number  `json:"AdvertisedRouteCount"`
	ReceivedRouteCount   number  `json:"ReceivedRouteCount"`
	ModifiedAt           text    `json:"GmtModified"`
}

func (r *peerRow) peer() BGPPeer {
	return BGPPeer{
		ID:                   string(r.ID),
		GroupID:              string(r.GroupID),
		RouterID:             string(r.RouterID),
		Name:                 string(r.Name),
		Description:          string(r.Description),
		PeerIPAddress:        string(r.PeerIPAddress),
		IPVersion:            canonical(r.IPVersion, "IPv4", "IPv6"),
		Status:               canonical(r.Status, statuses...),
		SessionState:         canonical(r.SessionState, sessionStates...),
		PeerASN:              r.PeerASN.int64,
		LocalASN:             r.LocalASN.int64,
		IsFakeASN:            r.IsFakeASN.bool,
		EnableBFD:            r.EnableBFD.bool,
		BFDMultiHop:          r.BFDMultiHop.int64,
		HoldTime:             r.HoldTime.int64,
		KeepaliveTime:        r.KeepaliveTime.int64,
		RouteLimit:           r.RouteLimit.int64,
		AdvertisedRouteCount: r.AdvertisedRouteCount.int64,
		ReceivedRouteCount:   r.ReceivedRouteCount.int64,
		ModifiedAt:           string(r.ModifiedAt),
	}
}

// groupRow is one row of DescribeBgpGroups. Of AuthKey, the MD5 key, it keeps only
// whether there is one.
type groupRow struct {
	ID            text     `json:"BgpGroupId"`
	RouterID      text     `json:"RouterId"`
	Name          text     `json:"Name"`
	Description   text     `json:"Description"`
	IPVersion     text     `json:"IpVersion"`
	Status        text     `json:"Status"`
	PeerASN       number   `json:"PeerAsn"`
	LocalASN      number   `json:"LocalAsn"`
	HoldTime      number   `json:"Hold"`
	KeepaliveTime number   `json:"Keepalive"`
	RouteLimit    number   `json:"RouteLimit"`
	IsFakeASN     boolean  `json:"IsFake"`
	AuthKey       presence `json:"AuthKey"`
}

func (r *groupRow) group() BGPGroup {
	return BGPGroup{
		ID:            string(r.ID),
		RouterID:      string(r.RouterID),
		Name:          string(r.Name),
		Description:   string(r.Description),
		IPVersion:     canonical(r.IPVersion, "IPv4", "IPv6"),
		Status:        canonical(r.Status, statuses...),
		PeerASN:       r.PeerASN.int64,
		LocalASN:      r.LocalASN.int64,
		HoldTime:      r.HoldTime.int64,
		KeepaliveTime: r.KeepaliveTime.int64,
		RouteLimit:    r.RouteLimit.int64,
		IsFakeASN:     r.IsFakeASN.bool,
		HasAuthKey:    r.AuthKey.bool,
	}
}

// networkRow is one row of DescribeBgpNetworks.
type networkRow struct {
	RouterID     text `json:"RouterId"`
	DstCIDRBlock text `json:"DstCidrBlock"`
	VPCID        text `json:"VpcId"`
	Status       text `json:"Status"`
}

func (r *networkRow) network() BGPNetwork {
	return BGPNetwork{
		RouterID:     string(r.RouterID),
		DstCIDRBlock: string(r.DstCIDRBlock),
		VPCID:        string(r.VPCID),
		Status:       canonical(r.Status, statuses...),
	}
}

// canonical returns the known spelling of a value that differs from it only in case.
// Any other value stays as it came.
func canonical[T ~string](value text, known ...T) T {
	i := slices.IndexFunc(known, func(k T) bool { return strings.EqualFold(string(k), string(value)) })
	if i >= 0 {
		return known[i]
	}
	return T(value)
}

// decodeID reads the id in the answer to a create, from the field of that name; "" if
// there is none.
func decodeID(body []byte, name string) string {
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(body, &answer); err != nil {
		return ""
	}
	var id text
	if err := id.UnmarshalJSON(answer[name]); err != nil {
		return ""
	}
	return string(id)
}

// errorBody is the service's error answer.
type errorBody struct{ Code, Message, RequestID string }

// decodeError reads an error answer, JSON or XML. For anything else, such as a
// gateway's HTML page, it returns a zero errorBody.
func decodeError(body []byte) errorBody {
	var fromJSON struct {
		Code, Message text
		RequestID     text `json:"RequestId"`
	}
	if json.Unmarshal(body, &fromJSON) == nil {
		return errorBody{string(fromJSON.Code), string(fromJSON.Message), string(fromJSON.RequestID)}
	}
	var fromXML struct {
		XMLName   xml.Name `xml:"Error"`
		Code      string   `xml:"Code"`
		Message   string   `xml:"Message"`
		RequestID string   `xml:"RequestId"`
	}
	if xml.Unmarshal(body, &fromXML) == nil {
		return errorBody{strings.TrimSpace(fromXML.Code), strings.TrimSpace(fromXML.Message), strings.TrimSpace(fromXML.RequestID)}
	}
	return errorBody{}
}

// isObject reports whether the body is a whole JSON object.
func isObject(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) && json.Valid(body)
}
