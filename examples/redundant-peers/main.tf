# One BGP group for each path, each on its own router.
resource "bgp_group" "path" {
  for_each = var.paths

  region    = var.region
  router_id = each.value.router_id
  peer_asn  = var.azure_asn
  name      = "azure-${each.key}"
}

# The networks that both routers advertise to Azure.
resource "bgp_network" "path" {
  for_each = { for pair in setproduct(keys(var.paths), var.networks) : "${pair[0]} ${pair[1]}" => pair }

  region         = var.region
  router_id      = var.paths[each.value[0]].router_id
  dst_cidr_block = each.value[1]
}

# One BGP peer for each path. If one goes down, the other stays up.
resource "bgp_peer" "path" {
  for_each = var.paths

  region          = var.region
  bgp_group_id    = bgp_group.path[each.key].id
  peer_ip_address = each.value.azure_address

  # BFD detects a dead path with its own timers, before the hold time is over.
  enable_bfd    = true
  bfd_multi_hop = var.bfd_multi_hop

  wait_for_established = var.wait_for_sessions
}

# The same sessions, as the Azure gateway sees them. An active-active gateway lists
# a neighbor once for each instance.
data "bgp_peer_status" "azure" {
  for_each = var.paths

  virtual_network_gateway_id = var.virtual_network_gateway_id
  peer                       = each.value.alibaba_cloud_address
  wait_for_connected         = var.wait_for_sessions

  # If a peer is created or changed, read Azure after that.
  depends_on = [bgp_peer.path]
}

locals {
  sessions = {
    for name, peer in bgp_peer.path : name => {
      alibaba_cloud = peer.bgp_status
      azure         = { for s in data.bgp_peer_status.azure[name].peers : s.local_address => s.state }
      routes        = sum(concat([0], [for s in data.bgp_peer_status.azure[name].peers : coalesce(s.routes_received, 0)]))
    }
  }

  # A session is up if both ends say so.
  up = {
    for name, s in local.sessions : name => (
      s.alibaba_cloud == "Established" && length(s.azure) > 0 && alltrue([for state in values(s.azure) : state == "Connected"])
    )
  }
}

# Every plan and apply warns if a path is down. It does not stop: you may be working
# over the other path.
check "paths_are_up" {
  assert {
    condition     = alltrue(values(local.up))
    error_message = "Not every path is up: ${jsonencode({ for name, s in local.sessions : name => s if !local.up[name] })}."
  }
}
