import {
  to = bgp_peer.azure
  id = "cn-shanghai/bgp-m5eoyp2mwegk8ce9v1234"
}
