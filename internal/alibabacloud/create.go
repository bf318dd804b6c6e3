package alibabacloud

import (
	"context"

	"github.com/google/uuid"
)

// CreateBGPPeerInput is a peer to be made.
type CreateBGPPeerInput struct {
	Region, GroupID string
	PeerIPAddress   string // "" leaves it to the service, where it can tell
	IPVersion       string // "IPv4", "IPv6"; "" is the service's default, IPv4
	EnableBFD       bool
	BFDMultiHop     int64 // 1 to 255; sent with EnableBFD only
}

// CreateBGPPeer makes a peer and returns its id.
func (c *Client) CreateBGPPeer(ctx context.Context, in CreateBGPPeerInput) (id string, err error) {
	params := bfdParams(in.EnableBFD, in.BFDMultiHop)
	params["BgpGroupId"] = in.GroupID
	params["ClientToken"] = uuid.NewString()
	if in.PeerIPAddress != "" {
		params["PeerIpAddress"] = in.PeerIPAddress
	}
	if in.IPVersion != "" {
		params["IpVersion"] = in.IPVersion
	}
	err = c.write(ctx, call{actionCreate, in.Region, params}, func(_ context.Context, answer *answer, failed *Error) *Error {
		if failed == nil {
			id = decodePeerID(answer.body)
		}
		return failed
	})
	return id, err
}
