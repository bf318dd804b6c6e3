# The prefixes that the routers of the provider's region advertise.
data "bgp_networks" "all" {}

output "prefixes_by_router" {
  value = {
    for n in data.bgp_networks.all.networks : n.router_id => n.dst_cidr_block...
  }
}
