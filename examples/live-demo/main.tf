# `make live-demo` applies this, with real BGP between the two emulated clouds: a BGP
# group, a peer and a network on Alibaba Cloud, the session as the Azure gateway sees
# it, and the routes that the gateway learned. The ids are the emulator's.

terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }
  }
}

provider "bgp" {}

locals {
  router_id           = "vbr-uf6seed0000000000main"
  resource_group_name = "rg-network"
  gateway_name        = "vgw-single"
  gateway_address     = "10.0.0.254"
  router_address      = "10.1.0.254"
}

resource "bgp_group" "azure" {
  router_id = local.router_id
  name      = "azure-live"
  peer_asn  = 65515
}

resource "bgp_network" "data_center" {
  router_id      = local.router_id
  dst_cidr_block = "192.168.150.0/24"
}

resource "bgp_peer" "azure" {
  bgp_group_id         = bgp_group.azure.id
  peer_ip_address      = local.gateway_address
  wait_for_established = true
}

data "bgp_peer_status" "azure" {
  resource_group_name          = local.resource_group_name
  virtual_network_gateway_name = local.gateway_name

  peer               = local.router_address
  wait_for_connected = true

  depends_on = [bgp_peer.azure]
}

data "bgp_learned_routes" "azure" {
  resource_group_name          = local.resource_group_name
  virtual_network_gateway_name = local.gateway_name

  source_peer = local.router_address

  depends_on = [data.bgp_peer_status.azure, bgp_network.data_center]
}

output "sessions" {
  description = "The sessions of the gateway with the virtual border router."
  value = [
    for p in data.bgp_peer_status.azure.peers :
    "${p.local_address} -> ${p.neighbor} (AS ${p.asn}): ${p.state}, ${p.messages_received} messages received"
  ]
}

output "learned_routes" {
  description = "The AS path of each network that the gateway learned from the virtual border router."
  value       = { for r in data.bgp_learned_routes.azure.routes : r.network => r.as_path_asns }
}
