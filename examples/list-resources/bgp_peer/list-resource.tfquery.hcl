# Every peer of the provider's region.
list "bgp_peer" "all" {
  provider = bgp
}

# The peers of one virtual border router, with all their attributes.
list "bgp_peer" "router" {
  provider         = bgp
  include_resource = true

  config {
    region    = "cn-shanghai"
    router_id = "vbr-uf6seed0000000000main"
  }
}
