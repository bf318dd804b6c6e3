# The routes that a gateway has learned from one neighbor, with EBGP.
data "bgp_learned_routes" "data_center" {
  resource_group_name          = "rg-network"
  virtual_network_gateway_name = "vgw-active-active"
  source_peer                  = "172.16.0.10"
  origin                       = "EBgp"
}

# The routes that a Route Server has learned from one peering. Its instances may differ.
data "bgp_learned_routes" "nva" {
  bgp_connection_id = "/subscriptions/7e57ed00-0000-4000-8000-000000000002/resourceGroups/rg-network/providers/Microsoft.Network/virtualHubs/rs-network/bgpConnections/nva"
}

# A network has a row for each path to it: "..." groups them.
output "as_paths" {
  value = {
    for r in data.bgp_learned_routes.data_center.routes : r.network => r.as_path...
  }
}

output "instances" {
  value = {
    for r in data.bgp_learned_routes.nva.routes : r.network => r.instance...
  }
}
