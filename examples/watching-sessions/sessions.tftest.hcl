# Run with `terraform test`. Against the emulator:
#
#   bgp-emulator exec -- terraform test
#
# For your own gateway, put its values here, or set them with -var.

variables {
  virtual_network_gateway_id = "/subscriptions/7e57ed00-0000-4000-8000-000000000002/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworkGateways/vgw-active-active"
  uplink                     = "172.16.0.10"
}

run "the_uplink_is_up_on_both_instances" {
  command = plan

  assert {
    condition     = length(output.sessions) == 2
    error_message = "The uplink has ${length(output.sessions)} sessions, one for each instance of the gateway was expected."
  }

  assert {
    condition     = alltrue([for s in output.sessions : s.state == "Connected"])
    error_message = "Not every session is Connected."
  }
}

run "an_address_that_is_no_neighbor_is_noticed" {
  command = plan

  variables {
    uplink = "192.0.2.1"
  }

  expect_failures = [data.bgp_peer_status.uplink]
}
