# One BGP session between Alibaba Cloud and Azure: the peer is declared here, and
# the Azure gateway at the other end tells whether the session came up.

terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }
  }
}

# Regions, credentials and endpoints come from the environment, under the names
# that the alicloud and azurerm providers use.
provider "bgp" {}

variable "bgp_group_id" {
  description = "The BGP group, on an Alibaba Cloud virtual border router, that the peer joins."
  type        = string
  default     = "bgpg-quickstart"
}

variable "virtual_network_gateway_id" {
  description = "The Azure virtual network gateway at the other end of the session."
  type        = string
}

variable "azure_peer_address" {
  description = "The BGP address of the Azure gateway: the neighbor of Alibaba Cloud."
  type        = string
}

variable "alibaba_cloud_peer_address" {
  description = "The BGP address on the Alibaba Cloud side: the neighbor of the Azure gateway."
  type        = string
}

resource "bgp_peer" "azure" {
  bgp_group_id    = var.bgp_group_id
  peer_ip_address = var.azure_peer_address
}

data "bgp_peer_status" "gateway" {
  virtual_network_gateway_id = var.virtual_network_gateway_id
  peer                       = var.alibaba_cloud_peer_address
  wait_for_connected         = true

  depends_on = [bgp_peer.azure]
}
