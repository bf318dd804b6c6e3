package bgppeer

import (
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/diagnostics"
)

// notEstablished is the error of a wait that ended while the session was in this state.
func notEstablished(err error, state alibabacloud.SessionState) error {
	return diagnostics.Advised(err, sessionMeaning(state)+" Fix that, allow more time in timeouts, or leave wait_for_established out to go on without the session. "+
		"Where the next plan shows no change, there is no wait either: terraform plan -refresh-only shows what became of bgp_status.")
}

// sessionMeaning says why a session usually stays in a state. This is general knowledge
// of BGP; the API documents only name the states.
func sessionMeaning(state alibabacloud.SessionState) string {
	switch state {
	case alibabacloud.SessionIdle:
		return "Idle: BGP is not trying, because the peer is new or the last try was refused. " +
			"Look for ASNs that do not match, a wrong MD5 key, or an address that is not the neighbor's."
	case alibabacloud.SessionConnect:
		return "Connect: the TCP connection to the neighbor, port 179, is being opened. " +
			"If it stays so, there is no route to the neighbor, or a filter blocks the port."
	case alibabacloud.SessionActive:
		return "Active: the TCP connection failed, and BGP is waiting for another. " +
			"There is no route to the neighbor, a filter blocks the port, or the neighbor is not configured for this end."
	case alibabacloud.SessionDown:
		return "Down: the session is not up. Look at the circuit, at BFD and at the neighbor."
	case alibabacloud.SessionEstablished:
		return "Established: the session came up just after the timeout."
	}
	return "The service does not report the state of the session."
}
