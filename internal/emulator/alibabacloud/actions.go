package alibabacloud

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// kind is the type of a parameter.
type kind int

const (
	text kind = iota
	boolean
	integer // 32 bit
	long    // 64 bit
)

// operation is one operation of the API.
type operation struct {
	mandatory []string        // parameters, in the order in which a missing one is reported
	params    map[string]kind // all of them, except those in commonParams
	region    *apiError       // the error for a RegionId that does not exist
	write     bool            // it changes something, so a ClientToken counts
	clears    []string        // parameters that count as sent when they are empty
	do        func(*Service, *call) (object, *apiError)
}

// commonParams are parameters that every operation of the API knows.
var commonParams = map[string]kind{
	"RegionId": text, "OwnerId": long, "OwnerAccount": text, "ResourceOwnerId": long, "ResourceOwnerAccount": text,
}

// operations are all operations, by their names. Parameters and errors are
// those of the vendor's document of each. RouteUsageAlarmThreshold and
// AddBgpNetwork's IpVersion are in its SDKs only, and change nothing (ALI-015).
var operations = map[string]operation{
	"CreateBgpPeer": {
		mandatory: []string{"RegionId", "BgpGroupId"},
		params: map[string]kind{
			"BgpGroupId": text, "PeerIpAddress": text, "EnableBfd": boolean, "BfdMultiHop": integer,
			"IpVersion": text, "ClientToken": text,
		},
		region: errRegionNotSupported, write: true, do: (*Service).createBGPPeer,
	},
	"DescribeBgpPeers": {
		mandatory: []string{"RegionId"},
		params: map[string]kind{
			"BgpPeerId": text, "BgpGroupId": text, "RouterId": text, "IsDefault": boolean,
			"PageNumber": integer, "PageSize": integer,
		},
		region: errRegionNotInRecords, do: (*Service).describeBGPPeers,
	},
	"ModifyBgpPeerAttribute": {
		mandatory: []string{"RegionId", "BgpPeerId"},
		params: map[string]kind{
			"BgpPeerId": text, "BgpGroupId": text, "PeerIpAddress": text, "EnableBfd": boolean,
			"BfdMultiHop": integer, "ClientToken": text,
		},
		region: errRegionNotInRecords400, write: true, do: (*Service).modifyBGPPeerAttribute,
	},
	"DeleteBgpPeer": {
		mandatory: []string{"RegionId", "BgpPeerId"},
		params:    map[string]kind{"BgpPeerId": text, "ClientToken": text},
		region:    errRegionNotSupported, write: true, do: (*Service).deleteBGPPeer,
	},
	"CreateBgpGroup": {
		mandatory: []string{"RegionId", "RouterId", "PeerAsn"},
		params: map[string]kind{
			"RouterId": text, "PeerAsn": long, "Name": text, "Description": text, "AuthKey": text, "LocalAsn": long,
			"IsFakeAsn": boolean, "IpVersion": text, "RouteQuota": integer, "RouteUsageAlarmThreshold": integer,
			"ClientToken": text,
		},
		region: errRegionNotFound, write: true, do: (*Service).createBGPGroup,
	},
	"DescribeBgpGroups": {
		mandatory: []string{"RegionId"},
		params: map[string]kind{
			"BgpGroupId": text, "RouterId": text, "IsDefault": boolean, "PageNumber": integer, "PageSize": integer,
		},
		region: errRegionNotInRecords, do: (*Service).describeBGPGroups,
	},
	"ModifyBgpGroupAttribute": {
		mandatory: []string{"RegionId", "BgpGroupId"},
		params: map[string]kind{
			"BgpGroupId": text, "PeerAsn": long, "Name": text, "Description": text, "AuthKey": text,
			"ClearAuthKey": boolean, "LocalAsn": long, "IsFakeAsn": boolean, "RouteQuota": integer,
			"RouteUsageAlarmThreshold": integer, "ClientToken": text,
		},
		region: errRegionNotSupported, write: true, clears: []string{"Name", "Description"}, do: (*Service).modifyBGPGroupAttribute,
	},
	"DeleteBgpGroup": {
		mandatory: []string{"RegionId", "BgpGroupId"},
		params:    map[string]kind{"BgpGroupId": text, "ClientToken": text},
		region:    errRegionNotSupported, write: true, do: (*Service).deleteBGPGroup,
	},
	"AddBgpNetwork": {
		mandatory: []string{"RegionId", "RouterId", "DstCidrBlock"},
		params: map[string]kind{
			"RouterId": text, "DstCidrBlock": text, "VpcId": text, "IpVersion": text, "ClientToken": text,
		},
		region: errRegionNotInRecords, write: true, do: (*Service).addBGPNetwork,
	},
	"DescribeBgpNetworks": {
		mandatory: []string{"RegionId"},
		params:    map[string]kind{"RouterId": text, "PageNumber": integer, "PageSize": integer},
		region:    errRegionNotInRecords, do: (*Service).describeBGPNetworks,
	},
	"DeleteBgpNetwork": {
		mandatory: []string{"RegionId", "RouterId", "DstCidrBlock"},
		params:    map[string]kind{"RouterId": text, "DstCidrBlock": text, "ClientToken": text},
		region:    errRegionNotSupported, write: true, do: (*Service).deleteBGPNetwork,
	},
	"DescribeRegions": {
		params: map[string]kind{"ProductType": text, "AcceptLanguage": text},
		do:     (*Service).describeRegions,
	},
}

// Actions returns the parameters of every action, by its name in the journal
// and in faults.
func Actions() map[string][]string {
	actions := map[string][]string{actionUnknown: nil}
	for name, op := range operations {
		for _, params := range []map[string]kind{op.params, commonParams} {
			actions[name] = slices.AppendSeq(actions[name], maps.Keys(params))
		}
	}
	return actions
}

// kind returns the type of one of the operation's parameters.
func (op operation) kind(name string) (kind, bool) {
	k, known := op.params[name]
	if !known {
		k, known = commonParams[name]
	}
	return k, known
}

// check verifies that the mandatory parameters are there, that all are known,
// and that each has its type. The order is ALI-010.
func (op operation) check(c *call) *apiError {
	for _, name := range op.mandatory {
		if c.params[name] == "" {
			return errMissing(name)
		}
	}
	names := make([]string, 0, len(c.params))
	for name := range c.params {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if _, known := op.kind(name); !known {
			return errUnsupportedParameter(name) // ALI-015
		}
	}
	for _, name := range names {
		if k, _ := op.kind(name); !k.accepts(c.params[name]) {
			return errInvalid(name)
		}
	}
	return nil
}

func (k kind) accepts(value string) bool {
	var err error
	switch k {
	case text:
	case boolean:
		_, ok := parseBool(value)
		return ok
	case integer:
		_, err = strconv.ParseInt(value, 10, 32)
	case long:
		_, err = strconv.ParseInt(value, 10, 64)
	}
	return err == nil
}

// parseBool reads true and false in any case (ALI-016).
func parseBool(value string) (b, ok bool) {
	switch strings.ToLower(value) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// boolParam returns a boolean parameter and whether it was sent.
func (c *call) boolParam(name string) (value, sent bool) {
	return parseBool(c.params[name])
}

// intParam returns a whole number and whether it was sent.
func (c *call) intParam(name string) (value int64, sent bool) {
	value, err := strconv.ParseInt(c.params[name], 10, 64)
	return value, err == nil
}

// The documented paging of all lists.
const (
	defaultPageSize = 10
	maxPageSize     = 50
)

// page cuts the page that a call asks for out of all rows, and writes the
// members of an answer that go with it.
func page[T any](c *call, s *Service, rows []T, name, of string, render func(T) object) (object, *apiError) {
	number, size := int64(1), int64(defaultPageSize)
	if n, sent := c.intParam("PageNumber"); sent {
		number = n
	}
	if n, sent := c.intParam("PageSize"); sent {
		size = n
	}
	if number < 1 {
		return nil, errInvalid("PageNumber")
	}
	if size < 1 || size > maxPageSize {
		return nil, errInvalid("PageSize") // ALI-017
	}
	from := min((number-1)*size, int64(len(rows)))
	to := min(from+size, int64(len(rows)))
	items := make([]object, 0, to-from)
	for _, row := range rows[from:to] {
		items = append(items, render(row))
	}
	answer := object{{"TotalCount", len(rows)}, {"PageSize", size}}
	if !s.oldAnswers {
		answer = append(answer, member{"PageNumber", number})
	}
	return append(answer, member{name, list{of, items}}), nil
}
