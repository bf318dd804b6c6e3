# Every peer of the provider's region.
data "bgp_peers" "all" {}

# The peers of one virtual border router.
data "bgp_peers" "router" {
  router_id = "vbr-uf6seed0000000000main"
}

output "sessions_not_established" {
  value = {
    for p in data.bgp_peers.all.peers : p.id => p.bgp_status
    if p.bgp_status != "Established"
  }
}

output "addresses_by_group" {
  value = {
    for p in data.bgp_peers.router.peers : p.bgp_group_id => p.peer_ip_address...
  }
}
