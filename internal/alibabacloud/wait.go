package alibabacloud

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// WaitError is a wait that ended before the peer got where it should.
type WaitError struct {
	Last BGPPeer // as last seen; zero if it was never seen
	Err  error   // what ended the wait
}

// Error says how the peer was last seen.
func (e *WaitError) Error() string {
	if e.Last.ID == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("the peer was last seen with status %s and session state %q: %v", e.Last.Status, e.Last.SessionState, e.Err)
}

// Unwrap gives what ended the wait.
func (e *WaitError) Unwrap() error { return e.Err }

// WaitBGPPeer reads a peer, at once and then at growing intervals, until it is
// as wanted. The error is ErrNotFound if it is gone, and a *WaitError if ctx ends.
func (c *Client) WaitBGPPeer(ctx context.Context, region, id string, until func(BGPPeer) bool) (BGPPeer, error) {
	var last BGPPeer
	started, pause := time.Now(), c.pace.PollMin
	for {
		peer, err := c.describeByID(ctx, region, id)
		if err != nil {
			return last, &WaitError{Last: last, Err: err}
		}
		last = peer
		if until(peer) {
			return peer, nil
		}
		if sleep(ctx, pause) != nil {
			return last, &WaitError{Last: last, Err: interrupted(ctx, nil)}
		}
		pause = min(max(pause*3/2, 0), max(750*time.Millisecond, time.Since(started)/5), c.pace.PollMax)
	}
}

// WaitBGPPeerGone waits until a peer is gone.
func (c *Client) WaitBGPPeerGone(ctx context.Context, region, id string) error {
	_, err := c.WaitBGPPeer(ctx, region, id, func(BGPPeer) bool { return false })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
