# What was
#
#   resource "alicloud_vpc_bgp_peer" "azure" {
#     bgp_group_id    = "bgpg-uf6seed0000000000main"
#     peer_ip_address = "10.0.0.254"
#     ip_version      = "IPV4"
#     enable_bfd      = true
#     bfd_multi_hop   = 3
#   }
#
# keeps its arguments under another type, and the moved block takes the peer along.

terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }

    # While a state has peers of the alicloud provider, that is needed too:
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

resource "bgp_peer" "azure" {
  bgp_group_id    = "bgpg-uf6seed0000000000main"
  peer_ip_address = "10.0.0.254"
  ip_version      = "IPV4"
  enable_bfd      = true
  bfd_multi_hop   = 3
}

moved {
  from = alicloud_vpc_bgp_peer.azure
  to   = bgp_peer.azure
}
