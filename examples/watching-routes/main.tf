# Watches the routes of an existing gateway, and changes nothing.

terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }
  }
}

provider "bgp" {}

variable "virtual_network_gateway_id" {
  description = "The ARM id of the Azure virtual network gateway to watch."
  type        = string
}

variable "uplink" {
  description = "The neighbor that sends the routes: its BGP address and its ASN."
  type        = object({ address = string, asn = number })
}

variable "network" {
  description = "A prefix behind the uplink."
  type        = string
}

variable "as_path" {
  description = "The AS path that the prefix must have, nearest first."
  type        = list(number)
}

variable "own_network" {
  description = "A prefix of ours that the gateway must advertise to the uplink."
  type        = string
}

# A postcondition ends plan and apply with an error. The uplink must send routes, and
# each AS path must begin with its ASN. A path that cannot be parsed is null.
data "bgp_learned_routes" "uplink" {
  virtual_network_gateway_id = var.virtual_network_gateway_id
  source_peer                = var.uplink.address

  lifecycle {
    postcondition {
      condition = length(self.routes) > 0 && alltrue([
        for r in self.routes : try(r.as_path_asns[0] == var.uplink.asn, false)
      ])
      error_message = "${var.uplink.address} gives no route, or one that does not begin with AS ${var.uplink.asn}: ${jsonencode(distinct(self.routes[*].as_path))}."
    }
  }
}

# Checks only warn, and plan and apply go on. The prefix is learned, with this path only.
check "learned" {
  assert {
    condition     = length(local.paths) > 0 && alltrue([for path in local.paths : path == var.as_path])
    error_message = "${var.network} is learned by the AS paths ${jsonencode(local.paths)}, not by ${jsonencode(var.as_path)}."
  }
}

locals {
  paths = distinct([for r in data.bgp_learned_routes.uplink.routes : r.as_path_asns if r.network == var.network])
}

# No neighbor leaks a default route.
data "bgp_learned_routes" "default" {
  virtual_network_gateway_id = var.virtual_network_gateway_id
  network                    = "0.0.0.0/0"
}

check "no_default_route" {
  assert {
    condition     = length(data.bgp_learned_routes.default.routes) == 0
    error_message = "A default route comes from ${join(", ", compact(data.bgp_learned_routes.default.routes[*].source_peer))}."
  }
}

# A prefix of ours is advertised.
data "bgp_advertised_routes" "own" {
  virtual_network_gateway_id = var.virtual_network_gateway_id
  peer                       = var.uplink.address
  network                    = var.own_network
}

check "advertised" {
  assert {
    condition     = length(data.bgp_advertised_routes.own.routes) > 0
    error_message = "${var.own_network} is not advertised to ${var.uplink.address}."
  }
}

output "networks" {
  description = "The AS paths of each network that the uplink sends."
  value       = { for r in data.bgp_learned_routes.uplink.routes : r.network => r.as_path... }
}
