package alibabacloud

import (
	"cmp"
	"context"
	"slices"
)

// listings is what the reads of a region share.
type listings struct{}

// writing notes that a write begins; done that it has ended.
func (l *listings) writing() (done func()) { return func() {} }

func (c *Client) list(ctx context.Context, filter BGPPeerFilter) ([]BGPPeer, error) {
	var peers []BGPPeer
	for page := 1; ; page++ {
		got, err := c.describe(ctx, filter, page)
		if err != nil {
			return nil, err
		}
		peers = append(peers, got.Peers...)
		if len(got.Peers) == 0 || int64(page)*pageSize >= got.Total {
			break
		}
	}
	slices.SortFunc(peers, func(a, b BGPPeer) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(peers, func(a, b BGPPeer) bool { return a.ID == b.ID }), nil
}
