# Every group of the provider's region.
list "bgp_group" "all" {
  provider = bgp
}

# The groups of one virtual border router, with all their attributes.
list "bgp_group" "router" {
  provider         = bgp
  include_resource = true

  config {
    region    = "cn-shanghai"
    router_id = "vbr-uf6seed0000000000main"
  }
}
