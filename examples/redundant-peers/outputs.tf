output "bgp_group_ids" {
  description = "The ids of the BGP groups, by path."
  value       = { for name, group in bgp_group.path : name => group.id }
}

output "bgp_peer_ids" {
  description = "The ids of the BGP peers, by path."
  value       = { for name, peer in bgp_peer.path : name => peer.id }
}

output "sessions" {
  description = "The session of each path: its state on Alibaba Cloud, its state on Azure by the gateway's address, and the number of routes that Azure has received."
  value       = local.sessions
}

output "up" {
  description = "Whether both ends say that the session is up, by path."
  value       = local.up
}
