# The defaults are objects of the emulator. On real accounts, set your own values.

variable "bgp_group_id" {
  description = "The BGP group on an Alibaba Cloud virtual border router that the peer joins."
  type        = string
  default     = "bgpg-uf6seed0000000000main"
}

variable "azure_address" {
  description = "The BGP address of the Azure gateway: the neighbor that Alibaba Cloud peers with."
  type        = string
  default     = "10.0.0.254"
}

variable "alibaba_cloud_address" {
  description = "The BGP address on the Alibaba Cloud side: the neighbor that the Azure gateway sees."
  type        = string
  default     = "10.1.0.254"
}

variable "resource_group_name" {
  description = "The resource group of the Azure gateway."
  type        = string
  default     = "rg-network"
}

variable "virtual_network_gateway_name" {
  description = "The name of the Azure virtual network gateway."
  type        = string
  default     = "vgw-single"
}
