variable "paths" {
  description = <<-EOT
    The two paths between the clouds, by a name of your choice:

    - router_id: the virtual border router (VBR).
    - azure_address: the Azure gateway's BGP address on this path, the neighbor of the VBR.
    - alibaba_cloud_address: the VBR's BGP address on this path, the neighbor of the gateway.
  EOT

  type = map(object({
    router_id             = string
    azure_address         = string
    alibaba_cloud_address = string
  }))

  validation {
    condition     = length(var.paths) == 2
    error_message = "Redundancy needs two paths, and this module makes no more."
  }

  validation {
    condition     = length(distinct([for p in var.paths : p.router_id])) == length(var.paths)
    error_message = "Each path needs a virtual border router of its own: two peers on one router fail together."
  }

  validation {
    condition     = length(distinct([for p in var.paths : p.alibaba_cloud_address])) == length(var.paths)
    error_message = "Each path needs an Alibaba Cloud address of its own: the gateway tells its neighbors apart by them."
  }

  validation {
    condition = alltrue(flatten([
      for p in var.paths : [for a in [p.azure_address, p.alibaba_cloud_address] : can(cidrhost("${a}/32", 0))]
    ]))
    error_message = "azure_address and alibaba_cloud_address must be IPv4 addresses, without a prefix length."
  }
}

variable "azure_asn" {
  description = "The ASN of the Azure gateway."
  type        = number
  default     = 65515
}

variable "networks" {
  description = "The prefixes that both virtual border routers advertise to Azure, such as 10.8.0.0/16."
  type        = set(string)
  default     = []
}

variable "region" {
  description = "The region of the virtual border routers. Default: the provider's."
  type        = string
  default     = null
}

variable "virtual_network_gateway_id" {
  description = "The ARM id of the Azure virtual network gateway at the other end."
  type        = string
}

variable "bfd_multi_hop" {
  description = "The most network devices that a BFD packet crosses between a VBR and the gateway's side of the circuit."
  type        = number
  default     = 3

  validation {
    condition     = var.bfd_multi_hop >= 1 && var.bfd_multi_hop <= 255 && floor(var.bfd_multi_hop) == var.bfd_multi_hop
    error_message = "bfd_multi_hop is a whole number from 1 to 255."
  }
}

variable "wait_for_sessions" {
  description = "Whether an apply waits until every session is up at both ends, and fails if that takes too long. Leave it false until the other end is configured."
  type        = bool
  default     = false
}
