# The routes that a gateway advertises to one neighbor.
data "bgp_advertised_routes" "data_center" {
  resource_group_name          = "rg-network"
  virtual_network_gateway_name = "vgw-active-active"
  peer                         = "172.16.0.10"
}

# Does a Route Server advertise this network to this peering?
data "bgp_advertised_routes" "nva" {
  bgp_connection_id = "/subscriptions/7e57ed00-0000-4000-8000-000000000002/resourceGroups/rg-network/providers/Microsoft.Network/virtualHubs/rs-network/bgpConnections/nva"
  network           = "10.6.0.0/16"
}

# Each instance of the gateway has a row for a network: "..." groups them.
output "next_hops" {
  value = {
    for r in data.bgp_advertised_routes.data_center.routes : r.network => r.next_hop...
  }
}

output "nva_knows_the_network" {
  value = length(data.bgp_advertised_routes.nva.routes) > 0
}
