# All sessions of a gateway.
data "bgp_peer_status" "all" {
  resource_group_name          = "rg-network"
  virtual_network_gateway_name = "vgw-active-active"
}

# The sessions with one neighbor.
data "bgp_peer_status" "data_center" {
  resource_group_name          = "rg-network"
  virtual_network_gateway_name = "vgw-active-active"
  peer                         = "172.16.0.10"
}

# Only neighbors: the gateway also lists itself, and its instances list each other.
output "sessions" {
  value = {
    for p in data.bgp_peer_status.all.peers :
    "${p.local_address} with ${p.neighbor} (ASN ${p.asn})" => p.state
    if !contains(data.bgp_peer_status.all.peers[*].local_address, p.neighbor)
  }
}

output "data_center_is_connected" {
  value = length(data.bgp_peer_status.data_center.peers) > 0 && alltrue([
    for p in data.bgp_peer_status.data_center.peers : p.state == "Connected"
  ])
}
