import {
  to = bgp_group.azure
  identity = {
    id     = "bgpg-uf6seed0000000000main"
    region = "cn-shanghai"
  }
}
