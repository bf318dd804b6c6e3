import {
  to = bgp_network.data_center
  identity = {
    region         = "cn-shanghai"
    router_id      = "vbr-uf6seed0000000000main"
    dst_cidr_block = "10.8.0.0/16"
  }
}
