package regional

import (
	"context"
	"strings"
	"testing"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
)

func TestCreateErrors(t *testing.T) {
	t.Parallel()
	kind := Kind{Type: "bgp_peer", Noun: "BGP peer", Place: "in its BGP group"}
	exists := &alibabacloud.Error{
		Action: "CreateBgpPeer", Region: "cn-shanghai", Kind: alibabacloud.KindExists, HTTPStatus: 400,
		Code: "BgpPeer.Already.Exists", Message: "bgp peer already exists.", RequestID: "06DD587E",
	}
	lost := &alibabacloud.Error{Action: "CreateBgpPeer", Region: "cn-shanghai", Kind: alibabacloud.KindPassing, HTTPStatus: 502}
	for name, test := range map[string]struct {
		err       error
		says, not []string
	}{
		"a peer that is there can be imported": {
			err:  &alibabacloud.ExistsError{Noun: "BGP peer", ID: "bgp-1", Err: exists},
			says: []string{"already there, as bgp-1", "import {", "to = bgp_peer.<name>", `id = "cn-shanghai/bgp-1"`, "a moved block"},
		},
		"a peer that is about to go": {
			err:  &alibabacloud.ExistsError{Noun: "BGP peer", ID: "bgp-1", Status: alibabacloud.StatusDeleting, Err: exists},
			says: []string{"already there, as bgp-1", "Apply again when it is gone"}, not: []string{"import {"},
		},
		"an address in use by nobody knows whom": {
			err: &alibabacloud.ExistsError{Err: exists}, says: []string{"choose another address"}, not: []string{"import {"},
		},
		"a peer of another group has the address": {
			err:  &alibabacloud.ExistsError{Noun: "BGP peer", ID: "bgp-1", Elsewhere: "bgpg-2", Err: exists},
			says: []string{"bgp-1 of bgpg-2 is in the way", "Delete that peer first"}, not: []string{"import {"},
		},
		"an uncertain create, and a peer that it may have made": {
			err:  &alibabacloud.UncertainCreateError{Noun: "BGP peer", Candidates: []string{"bgp-1"}, Looked: true, Err: lost},
			says: []string{"made bgp-1, which exists", "may be somebody else's", `id = "cn-shanghai/bgp-1"`}, not: []string{"tainted"},
		},
		"an uncertain create without": {
			err:  &alibabacloud.UncertainCreateError{Noun: "BGP peer", Err: lost},
			says: []string{"may exist", "Try again later", `id = "cn-shanghai/<peer id>"`}, not: []string{"tainted"},
		},
		"an uncertain create of a known id": {
			err:  &alibabacloud.UncertainCreateError{Noun: "BGP network", ID: "vbr-1:10.0.0.0/8", Err: lost},
			says: []string{`id = "cn-shanghai/vbr-1:10.0.0.0/8"`}, not: []string{"<peer id>"},
		},
		"a peer that this apply has made": {
			err:  &alibabacloud.ExistsError{Noun: "BGP peer", ID: "bgp-1", MadeHere: true, Err: exists},
			says: []string{"already there, as bgp-1", "just made bgp-1 for another resource"}, not: []string{"import"},
		},
		"a peer, when others waited too": {
			err:  &alibabacloud.ExistsError{Noun: "BGP peer", ID: "bgp-1", Beside: 1, Err: exists},
			says: []string{"1 more of this apply waited", "-parallelism", "If it does not: A virtual border router", "choose another address", "import {"},
		},
		"a change to another peer's address": {
			err: &alibabacloud.ExistsError{Noun: "BGP peer", ID: "bgp-1", Changes: true, Err: exists}, says: []string{"bgp-1 is in the way"}, not: []string{"already there"},
		},
		"a create that failed": {err: lost, says: []string{"Try again later"}, not: []string{"import {", "tainted"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			saysOnly(t, kind.notCreated(test.err, "cn-shanghai"), test.says, test.not)
		})
	}
}

func TestErrorsAfterACreate(t *testing.T) {
	t.Parallel()
	kind := Kind{Type: "bgp_group", Noun: "BGP group"}
	for name, test := range map[string]struct {
		err       error
		says, not []string
	}{
		"not ready in time": {
			err:  &alibabacloud.WaitError{Noun: "BGP group", Seen: true, Status: alibabacloud.StatusPending, Err: context.DeadlineExceeded},
			says: []string{"still making", "The group is kept in the state", "tainted", "terraform untaint"},
		},
		"gone": {
			err:  &alibabacloud.WaitError{Noun: "BGP group", Seen: true, Err: alibabacloud.ErrNotFound},
			says: []string{"deleted by something else", "tainted"}, not: []string{"untaint"},
		},
		"never seen": {
			err:  &alibabacloud.WaitError{Noun: "BGP group", Err: alibabacloud.ErrNotFound},
			says: []string{"the service has not shown it since", "tainted"}, not: []string{"untaint", "deleted"},
		},
		"not as planned": {
			err:  kind.notAsPlanned(context.DeadlineExceeded, "peer_asn"),
			says: []string{"shows another peer_asn than planned", "changes the group too", "tainted"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			saysOnly(t, kind.notSettled(test.err), test.says, test.not)
		})
	}
}

// saysOnly checks what the diagnostic of an error says, and does not say.
func saysOnly(t *testing.T, err error, says, not []string) {
	t.Helper()
	detail := diagnostics.FromError("It failed", "", err).Detail()
	for _, part := range says {
		if !strings.Contains(detail, part) {
			t.Errorf("no %q in:\n%s", part, detail)
		}
	}
	for _, part := range not {
		if strings.Contains(detail, part) {
			t.Errorf("%q is in:\n%s", part, detail)
		}
	}
}
