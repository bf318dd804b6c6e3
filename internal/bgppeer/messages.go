package bgppeer

// The summaries of failed operations.
const (
	summaryCreate = "Cannot create the BGP peer"
	summaryRead   = "Cannot read the BGP peer"
	summaryUpdate = "Cannot update the BGP peer"
)

// arguments are those that an error of the service can be about.
var arguments = []string{"region", "bgp_group_id", "peer_ip_address", "ip_version", "enable_bfd", "bfd_multi_hop"}
