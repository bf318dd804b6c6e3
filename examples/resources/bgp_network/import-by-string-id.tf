import {
  to = bgp_network.data_center
  id = "cn-shanghai/vbr-uf6seed0000000000main:10.8.0.0/16"
}
