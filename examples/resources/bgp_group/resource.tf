# The settings that all its peers share.
resource "bgp_group" "azure" {
  router_id = "vbr-uf6seed0000000000main"
  peer_asn  = 65515
  name      = "azure"
}

# With an MD5 key, which is never in the state. An ephemeral variable keeps it out of
# saved plan files too. A new version sends the key again.
variable "bgp_key" {
  type      = string
  ephemeral = true
}

resource "bgp_group" "data_center" {
  router_id = "vbr-uf6seed00000000circuits"
  peer_asn  = 65010

  auth_key_wo         = var.bgp_key
  auth_key_wo_version = 1
}

resource "bgp_peer" "data_center" {
  bgp_group_id    = bgp_group.data_center.id
  peer_ip_address = "10.3.1.1"
}
