package alibabacloud_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"

	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// operation is one of the client's, on one object of a kind, which a create finds
// absent.
type operation struct {
	action string
	writes bool
	there  func(w *workbench) // makes the object
	do     func(ctx context.Context, w *workbench) error
	// before and after are what the service has; see objects.
	before, after []string
}

// makes reports whether the operation makes an object.
func (op *operation) makes() bool { return op.writes && op.there == nil }

var operations = map[string]operation{
	"create": {
		action: "CreateBgpPeer", writes: true,
		do: func(ctx context.Context, w *workbench) error {
			id, err := w.client.CreateBGPPeer(ctx, newPeer)
			if _, found := w.service.Peer(id); err == nil && !found {
				w.Errorf("the new peer's id is %q, which the service does not know", id)
			}
			return err
		},
		after: []string{"peer 10.0.0.1 true 3"},
	},
	"read": {
		action: "DescribeBgpPeers",
		do: func(ctx context.Context, w *workbench) error {
			p, err := w.client.BGPPeer(ctx, testRegion, peerID(0))
			if err == nil && p.PeerIPAddress != address(0) {
				w.Errorf("read %+v", p)
			}
			return err
		},
		there: onePeer, before: []string{"peer 10.0.0.1 false 0"}, after: []string{"peer 10.0.0.1 false 0"},
	},
	"modify": {
		action: "ModifyBgpPeerAttribute", writes: true,
		do: func(ctx context.Context, w *workbench) error {
			return w.client.ModifyBGPPeer(ctx, alibabacloud.ModifyBGPPeerInput{
				Region: testRegion, ID: peerID(0), PeerIPAddress: address(1), EnableBFD: true, BFDMultiHop: 5,
			})
		},
		there: onePeer, before: []string{"peer 10.0.0.1 false 0"}, after: []string{"peer 10.0.0.2 true 5"},
	},
	"delete": {
		action: "DeleteBgpPeer", writes: true,
		do: func(ctx context.Context, w *workbench) error {
			return w.client.DeleteBGPPeer(ctx, testRegion, peerID(0))
		},
		there: onePeer, before: []string{"peer 10.0.0.1 false 0"},
	},
	"create group": {
		action: "CreateBgpGroup", writes: true,
		do: func(ctx context.Context, w *workbench) error {
			id, err := w.client.CreateBGPGroup(ctx, alibabacloud.CreateBGPGroupInput{
				Region: testRegion, RouterID: testVBR, PeerASN: 65001, Name: "new", AuthKey: secretMD5Key, RouteLimit: new(int64(90)),
			})
			if err == nil && id == testGroup || err != nil && id != "" {
				w.Errorf("the new group's id is %q, %v", id, err)
			}
			return err
		},
		after: []string{"group new 65001 90 " + secretMD5Key},
	},
	"read group": {
		action: "DescribeBgpGroups",
		do: func(ctx context.Context, w *workbench) error {
			g, err := w.client.BGPGroup(ctx, testRegion, "bgpg-2")
			if err == nil && (g.Name != "old" || *g.PeerASN != 65002 || !*g.HasAuthKey) {
				w.Errorf("read %+v", g)
			}
			return err
		},
		there: oneGroup, before: []string{"group old 65002 110 " + secretMD5Key}, after: []string{"group old 65002 110 " + secretMD5Key},
	},
	"modify group": {
		action: "ModifyBgpGroupAttribute", writes: true,
		do: func(ctx context.Context, w *workbench) error {
			return w.client.ModifyBGPGroup(ctx, alibabacloud.ModifyBGPGroupInput{
				Region: testRegion, ID: "bgpg-2", PeerASN: 65003, Name: new(""), RouteLimit: new(int64(80)), ClearAuthKey: true,
			})
		},
		there: oneGroup, before: []string{"group old 65002 110 " + secretMD5Key}, after: []string{"group  65003 80 "},
	},
	"delete group": {
		action: "DeleteBgpGroup", writes: true,
		do: func(ctx context.Context, w *workbench) error {
			return w.client.DeleteBGPGroup(ctx, testRegion, "bgpg-2")
		},
		there: oneGroup, before: []string{"group old 65002 110 " + secretMD5Key},
	},
	"add network": {
		action: "AddBgpNetwork", writes: true,
		do: func(ctx context.Context, w *workbench) error {
			return w.client.AddBGPNetwork(ctx, newNetwork)
		},
		after: []string{"network 10.8.0.0/16"},
	},
	"read network": {
		action: "DescribeBgpNetworks",
		do: func(ctx context.Context, w *workbench) error {
			n, err := w.client.BGPNetwork(ctx, testRegion, testVBR, "10.8.0.0/16")
			if err == nil && (n.DstCIDRBlock != "10.8.0.0/16" || n.RouterID != testVBR) {
				w.Errorf("read %+v", n)
			}
			return err
		},
		there: oneNetwork, before: []string{"network 10.8.0.0/16"}, after: []string{"network 10.8.0.0/16"},
	},
	"delete network": {
		action: "DeleteBgpNetwork", writes: true,
		do: func(ctx context.Context, w *workbench) error {
			return w.client.DeleteBGPNetwork(ctx, testRegion, testVBR, "10.8.0.0/16")
		},
		there: oneNetwork, before: []string{"network 10.8.0.0/16"},
	},
}

var newNetwork = alibabacloud.AddBGPNetworkInput{Region: testRegion, RouterID: testVBR, DstCIDRBlock: "10.8.0.0/16"}

func onePeer(w *workbench) { w.putPeers(1) }

func oneGroup(w *workbench) {
	w.service.AddGroup(emulated.Group{ID: "bgpg-2", RouterID: testVBR, Name: "old", PeerASN: 65002, AuthKey: secretMD5Key})
}

func oneNetwork(w *workbench) {
	w.service.PutNetwork(emulated.Network{RouterID: testVBR, CIDR: "10.8.0.0/16"})
}

// objects are what the service has, but for the group that is always there, as "peer
// address bfd hops", "group name ASN limit key" and "network prefix".
func (w *workbench) objects() (all []string) {
	for _, p := range w.service.Peers() {
		all = append(all, fmt.Sprintf("peer %s %t %d", p.PeerIPAddress, p.EnableBFD, p.BFDMultiHop))
	}
	for _, g := range w.service.Groups() {
		if g.ID != testGroup {
			all = append(all, fmt.Sprintf("group %s %d %d %s", g.Name, g.PeerASN, g.RouteQuota, g.AuthKey))
		}
	}
	for _, n := range w.service.Networks() {
		all = append(all, "network "+n.CIDR)
	}
	return all
}

var newPeer = alibabacloud.CreateBGPPeerInput{
	Region: testRegion, GroupID: testGroup, PeerIPAddress: address(0), IPVersion: "IPv4", EnableBFD: true, BFDMultiHop: 3,
}

// faults are all that can go wrong with one call, and what is said of it when it
// goes wrong until the time runs out.
var faults = map[string]struct {
	control.Fault
	acts   bool // the service has acted nevertheless
	lost   bool // no answer says whether it has
	status int
	code   string
	says   string
}{
	"throttled": {
		Fault:  control.Fault{Kind: control.KindThrottle},
		status: 400, code: "Throttling.User", says: "user flow control",
	},
	"throttled with retry-after": {
		Fault:  control.Fault{Kind: control.KindThrottle, RetryAfter: 3 * time.Second},
		status: 400, code: "Throttling.User", says: "user flow control",
	},
	"throttled with 503": {
		Fault:  control.Fault{Kind: control.KindThrottle, Status: 503, Code: "Throttling.Api"},
		status: 503, code: "Throttling.Api",
	},
	"conflict": {
		Fault:  control.Fault{Kind: control.KindError, Status: 409, Code: "OperationConflict"},
		status: 409, code: "OperationConflict",
	},
	"503": {
		Fault: control.Fault{Kind: control.KindError, Status: 503, Code: "ServiceUnavailable"}, lost: true,
		status: 503, code: "ServiceUnavailable",
	},
	"500": {
		Fault: control.Fault{Kind: control.KindError, Status: 500, Code: "InternalError"}, lost: true,
		status: 500, code: "InternalError",
	},
	"500 after acting": {
		Fault: control.Fault{Kind: control.KindError, Status: 500, Code: "InternalError", AfterActing: true}, acts: true, lost: true,
		status: 500, code: "InternalError",
	},
	"HTML 502": {
		Fault: control.Fault{Kind: control.KindHTML}, lost: true,
		status: 502, says: "bad gateway, not an answer of the API",
	},
	"HTML 502 after acting": {
		Fault: control.Fault{Kind: control.KindHTML, AfterActing: true}, acts: true, lost: true,
		status: 502, says: "bad gateway, not an answer of the API",
	},
	"empty 200": {
		Fault: control.Fault{Kind: control.KindEmpty}, lost: true,
		status: 200, says: "the answer is empty",
	},
	"empty 200 after acting": {
		Fault: control.Fault{Kind: control.KindEmpty, AfterActing: true}, acts: true, lost: true,
		status: 200, says: "the answer is empty",
	},
	"truncated JSON": {
		Fault: control.Fault{Kind: control.KindTruncate}, acts: true, lost: true,
		status: 200, says: "the answer is not a JSON object",
	},
	"dropped before acting": {
		Fault: control.Fault{Kind: control.KindDropBefore}, lost: true,
		says: "the connection was dropped",
	},
	"dropped in the answer": {
		Fault: control.Fault{Kind: control.KindDropDuring}, acts: true, lost: true,
		status: 200, says: "the answer broke off: the connection was dropped",
	},
	"dropped after acting": {
		Fault: control.Fault{Kind: control.KindDropAfter}, acts: true, lost: true,
		says: "the connection was dropped",
	},
	"too slow before acting": {
		Fault: control.Fault{Kind: control.KindDelay, Delay: 31 * time.Second}, lost: true,
		says: "no answer came within 30s",
	},
	"too slow after acting": {
		Fault: control.Fault{Kind: control.KindDelay, Delay: 31 * time.Second, AfterActing: true}, acts: true, lost: true,
		says: "no answer came within 30s",
	},
}

// A fault that passes costs one more call, with the same token, and nothing else.
func TestPassingFaults(t *testing.T) {
	t.Parallel()
	eachOperationAndFault(t, func(w *workbench, op operation, fault string) {
		f := faults[fault].Fault
		f.Action, f.Times = op.action, 1
		w.faults.Add(f)
		if err := op.do(w.Context(), w); err != nil {
			w.Fatal(err)
		}
		w.wantObjects(op.after)
		w.wantTokens(op, 2)
		if n := w.count("*"); n > 2 && !strings.HasPrefix(op.action, "Delete") {
			w.Errorf("made %v", w.calls())
		}
	})
}

var ranOut = regexp.MustCompile(`the time (ran out|runs out before the next try)`)

// A fault that stays ends with the time, and the last real error is told. What
// the service made is then found.
func TestStayingFaults(t *testing.T) {
	t.Parallel()
	eachOperationAndFault(t, func(w *workbench, op operation, fault string) {
		f := faults[fault]
		f.Action = op.action
		w.faults.Add(f.Fault)
		ctx, cancel := context.WithTimeout(w.Context(), 65*time.Second)
		defer cancel()
		err := op.do(ctx, w)

		var e *alibabacloud.Error
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &e) {
			w.Fatalf("the error is %v", err)
		}
		if e.HTTPStatus != f.status || e.Code != f.code || e.Action != op.action || e.Region != testRegion {
			w.Errorf("the error is %+v", e)
		}
		if !strings.Contains(err.Error(), f.says) || !ranOut.MatchString(err.Error()) {
			w.Errorf("the error is %q", err)
		}
		if f.code != "" && e.RequestID == "" {
			w.Errorf("the error has no request id: %v", err)
		}
		if f.acts {
			w.wantObjects(op.after)
		} else {
			w.wantObjects(op.before)
		}
		w.wantTokens(op, w.count(op.action))
		if !op.makes() {
			return
		}
		var uncertain *alibabacloud.UncertainCreateError
		if errors.As(err, &uncertain) != f.lost {
			w.Fatalf("the error is %v", err)
		}
		if f.lost && (!uncertain.Looked || (len(uncertain.Candidates) == 1) != f.acts) {
			w.Errorf("found %+v", uncertain)
		}
	})
}

// A service that asks for a longer pause than there is time for is not waited for,
// and an answer that was lost before is not forgotten.
func TestRetryAfterBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	for what, op := range operations {
		t.Run(what, func(t *testing.T) {
			onWorkbench(t, settings{}, func(w *workbench) {
				if op.there != nil {
					op.there(w)
				}
				w.faults.Add(control.Fault{Action: op.action, Kind: control.KindDropAfter, Times: 1})
				w.faults.Add(control.Fault{Action: op.action, Kind: control.KindThrottle, RetryAfter: 100 * time.Second})
				ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
				defer cancel()
				started := time.Now()
				err := op.do(ctx, w)
				if took := time.Since(started); took > 6*time.Second {
					w.Errorf("ended after %s", took)
				}
				if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "the time runs out before the next try, which is due in 1m40s; the last error was: ") ||
					!strings.Contains(err.Error(), "user flow control") {
					w.Errorf("the error is %v", err)
				}
				var uncertain *alibabacloud.UncertainCreateError
				if errors.As(err, &uncertain) != op.makes() || uncertain != nil && len(uncertain.Candidates) == 0 {
					w.Errorf("the error is %v", err)
				}
			})
		})
	}
}

// Whatever goes on, a cancelled operation ends within a second, and tells what
// it knows.
func TestCancellation(t *testing.T) {
	t.Parallel()
	eachOperationAndFault(t, func(w *workbench, op operation, fault string) {
		f := faults[fault]
		f.Action = op.action
		w.faults.Add(f.Fault)
		for _, when := range []time.Duration{1, 700 * time.Millisecond, 10 * time.Second, 29 * time.Second} {
			ctx, cancel := context.WithCancel(w.Context())
			time.AfterFunc(when, cancel)
			started := time.Now()
			err := op.do(ctx, w)
			if !errors.Is(err, context.Canceled) && !errors.Is(err, alibabacloud.ErrNotFound) {
				w.Fatalf("cancelled after %s, the error is %v", when, err)
			}
			if took := time.Since(started); took > when+time.Second {
				w.Errorf("cancelled after %s, it ended after %s", when, took)
			}
			var uncertain *alibabacloud.UncertainCreateError
			var exists *alibabacloud.ExistsError
			if op.makes() && f.acts && !errors.As(err, &exists) && (!errors.As(err, &uncertain) || len(uncertain.Candidates) == 0) {
				w.Errorf("the error is %v", err)
			}
		}
	})
}

// eachOperationAndFault runs a test for every operation with every fault.
func eachOperationAndFault(t *testing.T, test func(w *workbench, op operation, fault string)) {
	t.Helper()
	for what, op := range operations {
		for fault := range faults {
			t.Run(what+", "+fault, func(t *testing.T) {
				onWorkbench(t, settings{}, func(w *workbench) {
					if op.there != nil {
						op.there(w)
					}
					test(w, op, fault)
				})
			})
		}
	}
}

func (w *workbench) wantObjects(want []string) {
	w.Helper()
	if diff := cmp.Diff(want, w.objects()); diff != "" {
		w.Errorf("the service's objects (-want +got):\n%s", diff)
	}
}

// wantTokens wants so many calls of a write, all with one token.
func (w *workbench) wantTokens(op operation, calls int) {
	w.Helper()
	tokens := w.tokens(op.action)
	if len(tokens) != 1 {
		w.Errorf("%d different tokens: %v", len(tokens), tokens)
	}
	for token, n := range tokens {
		if n != calls || (token != "") != op.writes || len(token) > 64 {
			w.Errorf("%d calls with the token %q, want %d", n, token, calls)
		}
	}
}
