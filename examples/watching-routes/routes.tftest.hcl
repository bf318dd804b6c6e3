# Run with `terraform test`. Against the emulator:
#
#   bgp-emulator exec -- terraform test
#
# For your own gateway, put its values here, or set them with -var.

variables {
  virtual_network_gateway_id = "/subscriptions/7e57ed00-0000-4000-8000-000000000002/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworkGateways/vgw-active-active"
  uplink                     = { address = "172.16.0.10", asn = 65010 }
  network                    = "172.17.0.0/16"
  as_path                    = [65010, 65020, 65020]
  own_network                = "10.2.0.0/24"
}

run "the_routes_are_as_expected" {
  command = plan

  assert {
    condition     = length(output.networks[var.network]) == 2
    error_message = "${var.network} is learned ${length(output.networks[var.network])} times, once by each instance of the gateway was expected."
  }
}

run "another_path_is_noticed" {
  command = plan

  variables {
    as_path = [65010, 65020]
  }

  expect_failures = [check.learned]
}

run "a_network_that_is_not_learned_is_noticed" {
  command = plan

  variables {
    network = "10.99.0.0/16"
  }

  expect_failures = [check.learned]
}

run "a_network_that_is_not_advertised_is_noticed" {
  command = plan

  variables {
    own_network = "10.99.0.0/16"
  }

  expect_failures = [check.advertised]
}

run "routes_of_another_asn_are_noticed" {
  command = plan

  variables {
    uplink = { address = "172.16.0.10", asn = 65011 }
  }

  expect_failures = [data.bgp_learned_routes.uplink]
}
