package bgppeer

import "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"

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
