# The prefixes that a virtual border router advertises to its BGP peers.
resource "bgp_network" "data_center" {
  for_each = toset(["10.8.0.0/16", "10.9.0.0/16"])

  router_id      = "vbr-uf6seed0000000000main"
  dst_cidr_block = each.value
}
