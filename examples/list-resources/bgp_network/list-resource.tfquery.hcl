# Every network of the provider's region.
list "bgp_network" "all" {
  provider = bgp
}

# The networks of one virtual border router, with all their attributes.
list "bgp_network" "router" {
  provider         = bgp
  include_resource = true

  config {
    region    = "cn-shanghai"
    router_id = "vbr-uf6seed0000000000main"
  }
}
