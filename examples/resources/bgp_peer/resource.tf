# The group and the neighbor's address are enough: ASNs, timers and the MD5 key come
# from the group.
resource "bgp_peer" "azure" {
  bgp_group_id    = "bgpg-uf6seed0000000000main"
  peer_ip_address = "10.0.0.254"
}

# With BFD. The create ends when the session is up.
resource "bgp_peer" "data_center" {
  bgp_group_id    = "bgpg-uf6seed00000000circuits"
  peer_ip_address = "10.3.1.1"

  enable_bfd    = true
  bfd_multi_hop = 3

  wait_for_established = true

  timeouts = {
    create = "20m"
  }
}
