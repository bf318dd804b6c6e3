import {
  to = bgp_peer.azure
  identity = {
    id     = "bgp-m5eoyp2mwegk8ce9v1234"
    region = "cn-shanghai"
  }
}
