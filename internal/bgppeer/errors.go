package bgppeer

import (
	"errors"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/stateadvice"
)

// The summaries of failed operations.
const (
	summaryCreate = "Cannot create the BGP peer"
	summaryRead   = "Cannot read the BGP peer"
	summaryUpdate = "Cannot update the BGP peer"
	summaryDelete = "Cannot delete the BGP peer"
)

// arguments are those that an error of the service can be about.
var arguments = []string{"region", "bgp_group_id", "peer_ip_address", "ip_version", "enable_bfd", "bfd_multi_hop"}

// object names the resource in advice about the state.
var object = stateadvice.Object{Type: "bgp_peer", Noun: "peer"}

// withStateAdvice adds to a failed create's error how to take the peer into the state
// that was met or may have been made.
func withStateAdvice(err error, region string) error {
	var exists *alibabacloud.ExistsError
	var uncertain *alibabacloud.UncertainCreateError
	switch {
	case errors.As(err, &exists) && exists.ID != "" && exists.Elsewhere == "" && exists.Status != alibabacloud.StatusDeleting:
		return diagnostics.WithAdvice(err, object.Exists(region+"/"+exists.ID))
	case !errors.As(err, &uncertain):
		return err
	case len(uncertain.Candidates) == 1:
		return diagnostics.WithAdvice(err, object.MayBe(region+"/"+uncertain.Candidates[0]))
	}
	return diagnostics.WithAdvice(err, object.MayExist("in its BGP group (data source bgp_peers, or the console)", region+"/<peer id>"))
}

// notAsPlanned is a peer that is there, and that the service did not show in time
// as it was to become.
type notAsPlanned struct {
	argument string // the first one that differs
	error
}

// Error names what differs.
func (e *notAsPlanned) Error() string {
	return "the service shows another " + e.argument + " than planned: " + e.error.Error()
}

// Unwrap gives what ended the wait.
func (e *notAsPlanned) Unwrap() error { return e.error }

// Advice says what may be the reason.
func (e *notAsPlanned) Advice() string {
	return "The service accepted " + e.argument + " and did not show it in time. Allow more time in timeouts; " +
		"if it stays so, look whether something else changes the peer too."
}

// notEstablished is a peer that is there, and whose session did not come up in time.
type notEstablished struct {
	state alibabacloud.SessionState
	error
}

// Unwrap gives what ended the wait.
func (e *notEstablished) Unwrap() error { return e.error }

// Advice says what the session's last state usually means.
func (e *notEstablished) Advice() string {
	return sessionMeaning(e.state) + " Fix that, allow more time in timeouts, or leave wait_for_established out to go on without the session. " +
		"Where the next plan shows no change, there is no wait either: terraform plan -refresh-only shows what became of bgp_status."
}

// sessionMeaning says what a session that stays in a state usually lacks: general
// BGP knowledge, the API documents only name the states.
func sessionMeaning(state alibabacloud.SessionState) string {
	switch state {
	case alibabacloud.SessionIdle:
		return "Idle: BGP is not trying, because the peer is new or the last try was refused. " +
			"Look for ASNs that do not fit, a wrong MD5 key, an address that is not the neighbor's."
	case alibabacloud.SessionConnect:
		return "Connect: the TCP connection to the neighbor, port 179, is being opened. " +
			"If it stays so, there is no route to it, or a filter on the way."
	case alibabacloud.SessionActive:
		return "Active: the TCP connection did not come about, and is waited for. " +
			"There is no route, a filter on the way, or the neighbor does not know this end."
	case alibabacloud.SessionDown:
		return "Down: the session was up, or could be, and is not: look at the circuit, at BFD, and at the neighbor."
	case alibabacloud.SessionEstablished:
		return "Established: the session came up when the time was over."
	}
	return "The service does not say in which state the session is."
}
