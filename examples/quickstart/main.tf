# One BGP session between Alibaba Cloud and Azure: the peer is declared on Alibaba
# Cloud, and its session is read from the Azure gateway at the other end.

terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }
  }
}

# Region, credentials and endpoints come from the environment variables that the
# alicloud and azurerm providers also read.
provider "bgp" {}

resource "bgp_peer" "azure" {
  bgp_group_id    = var.bgp_group_id
  peer_ip_address = var.azure_address
}

data "bgp_peer_status" "azure" {
  resource_group_name          = var.resource_group_name
  virtual_network_gateway_name = var.virtual_network_gateway_name

  peer               = var.alibaba_cloud_address
  wait_for_connected = true

  depends_on = [bgp_peer.azure]
}

output "peer" {
  description = "The peer on Alibaba Cloud."
  value = {
    id         = bgp_peer.azure.id
    region     = bgp_peer.azure.region
    router_id  = bgp_peer.azure.router_id
    status     = bgp_peer.azure.status
    peer_asn   = bgp_peer.azure.peer_asn
    local_asn  = bgp_peer.azure.local_asn
    ip_address = bgp_peer.azure.peer_ip_address
  }
}

output "sessions" {
  description = "The same session, as the Azure gateway sees it."
  value = [
    for p in data.bgp_peer_status.azure.peers :
    "${p.local_address} -> ${p.neighbor} (AS ${p.asn}): ${p.state}, ${p.routes_received} routes"
  ]
}
