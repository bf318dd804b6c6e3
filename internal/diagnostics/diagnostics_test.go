package diagnostics

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

func TestFromError(t *testing.T) {
	t.Parallel()
	refusal := &alibabacloud.Error{
		Action: "CreateBgpPeer", Region: "cn-shanghai", Kind: alibabacloud.KindFinal, HTTPStatus: 400,
		Code: "InvalidBgpGroup", Message: "bgp group not exists", RequestID: "06DD587E",
	}

	byName := []string{"resource_group_name", "virtual_network_gateway_name"}
	tests := map[string]struct {
		err       error
		arguments []string // nil are two of bgp_peer's
		attribute string
		detail    []string
	}{
		"a refusal stands on the argument at fault": {
			err: refusal, attribute: "bgp_group_id",
			detail: []string{"BGP group bgpg-1: CreateBgpPeer in cn-shanghai: HTTP 400 InvalidBgpGroup: bgp group not exists (request id 06DD587E).", "\n\nThere is no such BGP group"},
		},
		"added advice comes last": {
			err: WithAdvice(refusal, "It is tainted."), attribute: "bgp_group_id",
			detail: []string{"(request id 06DD587E).\n\nThere is no such BGP group", ".\n\nIt is tainted."},
		},
		"added advice, where there was none": {
			err:    WithAdvice(errors.New("lost"), "Look for it."),
			detail: []string{"BGP group bgpg-1: lost.\n\nLook for it."},
		},
		"a gateway that is not there": {
			err: &azure.Error{Phase: azure.PhaseStart, HTTPStatus: 404, Code: "ResourceNotFound"}, arguments: byName, attribute: "virtual_network_gateway_name",
		},
		"a gateway's group that is not there, in a wait": {
			err:       &azure.WaitError{Err: &azure.Error{Phase: azure.PhaseStart, HTTPStatus: 404, Code: "ResourceGroupNotFound"}},
			arguments: byName, attribute: "resource_group_name",
		},
		"a gateway's subscription, which another argument may say": {
			err: &azure.Error{Phase: azure.PhaseStart, HTTPStatus: 404, Code: "SubscriptionNotFound"}, arguments: byName,
		},
		"an operation that is not there": {
			err: &azure.Error{Phase: azure.PhasePoll, HTTPStatus: 404, Code: "ResourceNotFound"}, arguments: byName,
		},
		"an error of somebody else's": {
			err:    errors.New("no route to host"),
			detail: []string{"BGP group bgpg-1: no route to host."},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.arguments == nil {
				test.arguments = []string{"bgp_group_id", "peer_ip_address"}
			}
			d := FromError("Cannot create the BGP peer", "BGP group bgpg-1", test.err, test.arguments...)
			for _, part := range test.detail {
				if !strings.Contains(d.Detail(), part) {
					t.Errorf("no %q in:\n%s", part, d.Detail())
				}
			}
			at := ""
			if with, ok := d.(diag.DiagnosticWithPath); ok {
				at = with.Path().String()
			}
			if at != test.attribute {
				t.Errorf("stands on %q, want %q", at, test.attribute)
			}
		})
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"the answer was lost":                "The answer was lost.",
		"getBgpPeerStatus of x: HTTP 404":    "getBgpPeerStatus of x: HTTP 404.",
		"bgp-1 is gone.":                     "bgp-1 is gone.",
		"alibaba_cloud.region is not set":    "alibaba_cloud.region is not set.",
		"peer: it is a prefix":               "peer: it is a prefix.",
		"CreateBgpPeer in cn-shanghai: gone": "CreateBgpPeer in cn-shanghai: gone.",
	} {
		if got := sentence(in); got != want {
			t.Errorf("sentence(%q) is %q, want %q", in, got, want)
		}
	}
}
