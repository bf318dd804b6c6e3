import {
  to = bgp_group.azure
  id = "cn-shanghai/bgpg-uf6seed0000000000main"
}
