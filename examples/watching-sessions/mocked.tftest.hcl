# Run with `terraform test`. It needs neither a cloud nor an emulator: the rows are
# written below.

mock_provider "bgp" {
  mock_data "bgp_peer_status" {
    defaults = {
      peers = [
        {
          neighbor           = "172.16.0.10"
          local_address      = "10.0.2.4"
          asn                = 65010
          state              = "Connected"
          connected_duration = "1.02:03:04"
          connected_seconds  = 93784
          routes_received    = 3
          messages_sent      = 1800
          messages_received  = 1799
        },
      ]
    }
  }
}

variables {
  virtual_network_gateway_id = "/subscriptions/7e57ed00-0000-4000-8000-000000000002/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworkGateways/vgw-any"
  uplink                     = "172.16.0.10"
}

run "a_session_that_is_up" {
  command = plan

  assert {
    condition     = output.sessions["10.0.2.4"] == { state = "Connected", up_for = "26 h", routes = 3 }
    error_message = "The session is ${jsonencode(output.sessions)}."
  }
}

run "a_session_that_is_down" {
  command = plan

  override_data {
    target = data.bgp_peer_status.uplink
    values = {
      peers = [
        {
          neighbor           = "172.16.0.10"
          local_address      = "10.0.2.4"
          asn                = 65010
          state              = "Connecting"
          connected_duration = null
          connected_seconds  = null
          routes_received    = 0
          messages_sent      = 12
          messages_received  = 0
        },
      ]
    }
  }

  expect_failures = [data.bgp_peer_status.uplink]
}
