# The groups of one virtual border router.
data "bgp_groups" "router" {
  router_id = "vbr-uf6seed0000000000main"
}

output "groups_without_a_key" {
  value = {
    for g in data.bgp_groups.router.groups : g.id => g.peer_asn
    if g.has_auth_key == false
  }
}
