# A BGP session between a virtual border router and your own router. The guide "Your
# router against the emulated clouds" runs the router at 127.0.0.21, .22 or .23. The
# ids are the emulator's.

terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }
  }
}

provider "bgp" {}

variable "router_address" {
  description = "The address of your router. In the guide, FRR has 127.0.0.21."
  type        = string
  default     = "127.0.0.21"
}

variable "auth_key" {
  description = "The MD5 key of the session."
  type        = string
  ephemeral   = true
  default     = "Kx7.mQ2vTe9"
}

resource "bgp_group" "data_center" {
  router_id = "vbr-uf6seed00000000circuits"
  name      = "your-router"
  peer_asn  = 65010

  auth_key_wo         = var.auth_key
  auth_key_wo_version = 1
}

resource "bgp_network" "cloud" {
  router_id      = bgp_group.data_center.router_id
  dst_cidr_block = "192.168.150.0/24"
}

resource "bgp_peer" "data_center" {
  bgp_group_id         = bgp_group.data_center.id
  peer_ip_address      = var.router_address
  wait_for_established = true
}

data "bgp_peers" "data_center" {
  bgp_group_id = bgp_group.data_center.id

  depends_on = [bgp_peer.data_center, bgp_network.cloud]
}

output "sessions" {
  description = "The state of the session, and the number of routes in each direction."
  value = {
    for p in data.bgp_peers.data_center.peers :
    p.peer_ip_address => "${p.bgp_status}, ${p.received_route_count} routes received, ${p.advertised_route_count} advertised"
  }
}
