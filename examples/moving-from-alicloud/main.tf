# This configuration
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
# becomes the following: other types with the same arguments, and a moved block for
# each object. The key stays at the service. The provider leaves it alone until you set
# auth_key_wo_version.

terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }

    # Also needed while a state has resources of the alicloud provider:
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
