# What was
#
#   resource "alicloud_vpc_bgp_group" "azure" {
#     router_id      = "vbr-uf6seed0000000000main"
#     peer_asn       = 65515
#     bgp_group_name = "azure"
#     description    = "Azure, first circuit"
#     auth_key       = var.bgp_key
#   }
#
#   resource "alicloud_vpc_bgp_network" "data_center" {
#     router_id      = "vbr-uf6seed0000000000main"
#     dst_cidr_block = "10.8.0.0/16"
#   }
#
#   resource "alicloud_vpc_bgp_peer" "azure" {
#     bgp_group_id    = alicloud_vpc_bgp_group.azure.id
#     peer_ip_address = "10.0.0.254"
#     ip_version      = "IPV4"
#     enable_bfd      = true
#     bfd_multi_hop   = 3
#   }
#
# keeps its arguments under other types, and the moved blocks take the objects along.
# The key stays at the service: it is left alone until it has a version here.

terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }

    # While a state has resources of the alicloud provider, that is needed too:
    #
    # alicloud = {
    #   source = "aliyun/alicloud"
    # }
  }
}

provider "bgp" {
  alibaba_cloud = {
    region = "cn-shanghai"
  }
}

resource "bgp_group" "azure" {
  router_id   = "vbr-uf6seed0000000000main"
  peer_asn    = 65515
  name        = "azure"
  description = "Azure, first circuit"
}

moved {
  from = alicloud_vpc_bgp_group.azure
  to   = bgp_group.azure
}

resource "bgp_network" "data_center" {
  router_id      = bgp_group.azure.router_id
  dst_cidr_block = "10.8.0.0/16"
}

moved {
  from = alicloud_vpc_bgp_network.data_center
  to   = bgp_network.data_center
}

resource "bgp_peer" "azure" {
  bgp_group_id    = bgp_group.azure.id
  peer_ip_address = "10.0.0.254"
  ip_version      = "IPV4"
  enable_bfd      = true
  bfd_multi_hop   = 3
}

moved {
  from = alicloud_vpc_bgp_peer.azure
  to   = bgp_peer.azure
}
