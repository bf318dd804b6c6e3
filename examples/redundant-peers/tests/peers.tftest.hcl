# On the emulator: bgp-emulator exec -- terraform test

variables {
  paths = {
    first = {
      bgp_group_id          = "bgpg-uf6seed0000000000main"
      azure_address         = "10.0.1.254"
      alibaba_cloud_address = "10.1.0.254"
    }
    second = {
      bgp_group_id          = "bgpg-uf6seed000000redundant"
      azure_address         = "10.0.1.254"
      alibaba_cloud_address = "10.1.0.253"
    }
  }
  virtual_network_gateway_id = "/subscriptions/7e57ed00-0000-4000-8000-000000000002/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworkGateways/vgw-redundant"
}

run "each_path_is_up_with_bfd" {
  variables {
    wait_for_sessions = true
  }

  assert {
    condition     = alltrue([for p in bgp_peer.path : p.enable_bfd && p.status == "Available"])
    error_message = "A path has no BFD, or its peer is not Available."
  }

  assert {
    condition     = alltrue(values(output.up))
    error_message = "A path is down."
  }
}

run "two_peers_on_one_group_are_refused" {
  command = plan

  variables {
    paths = {
      first = {
        bgp_group_id          = "bgpg-uf6seed0000000000main"
        azure_address         = "10.0.1.254"
        alibaba_cloud_address = "10.1.0.254"
      }
      second = {
        bgp_group_id          = "bgpg-uf6seed0000000000main"
        azure_address         = "10.0.1.254"
        alibaba_cloud_address = "10.1.0.253"
      }
    }
  }

  expect_failures = [var.paths]
}
