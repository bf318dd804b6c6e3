# Watches an existing gateway, and changes nothing. `terraform apply` warns or fails
# if a session is down.

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
  description = "The BGP address of the neighbor that must be up."
  type        = string
}

variable "minimum_routes" {
  description = "The lowest number of routes that the uplink must send."
  type        = number
  default     = 1
}

# A postcondition ends plan and apply with an error: for steps that need the session.
data "bgp_peer_status" "uplink" {
  virtual_network_gateway_id = var.virtual_network_gateway_id
  peer                       = var.uplink

  lifecycle {
    postcondition {
      condition     = length(self.peers) > 0 && alltrue([for p in self.peers : p.state == "Connected"])
      error_message = "Not every session with ${var.uplink} is Connected: ${jsonencode({ for p in self.peers : p.local_address => p.state })}."
    }
  }
}

# A check only warns, and plan and apply go on.
check "routes" {
  assert {
    condition = alltrue([
      for p in data.bgp_peer_status.uplink.peers : p.routes_received >= var.minimum_routes
    ])
    error_message = "The uplink gives fewer than ${var.minimum_routes} routes: ${jsonencode({ for p in data.bgp_peer_status.uplink.peers : p.local_address => p.routes_received })}."
  }
}

# A data source inside a check is read only for the check: even if the read fails,
# that is only a warning.
check "gateway" {
  data "bgp_peer_status" "all" {
    virtual_network_gateway_id = var.virtual_network_gateway_id
  }

  assert {
    condition = alltrue([
      for p in data.bgp_peer_status.all.peers : p.state == "Connected"
      # The gateway lists itself, and its instances list each other.
      if !contains(data.bgp_peer_status.all.peers[*].local_address, p.neighbor)
    ])
    error_message = "A session of the gateway is not Connected."
  }
}

output "sessions" {
  description = "The sessions with the uplink, by the gateway's own address."
  value = {
    for p in data.bgp_peer_status.uplink.peers : p.local_address => {
      state  = p.state
      up_for = p.connected_seconds == null ? null : "${floor(p.connected_seconds / 3600)} h"
      routes = p.routes_received
    }
  }
}
