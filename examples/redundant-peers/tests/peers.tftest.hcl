# On the emulator: bgp-emulator exec -- terraform test

variables {
  paths = {
    first = {
      router_id             = "vbr-uf6seed0000000000main"
      azure_address         = "10.0.1.254"
      alibaba_cloud_address = "10.1.0.254"
    }
    second = {
      router_id             = "vbr-uf6seed000000redundant"
      azure_address         = "10.0.1.254"
      alibaba_cloud_address = "10.1.0.253"
    }
  }
  virtual_network_gateway_id = "/subscriptions/7e57ed00-0000-4000-8000-000000000002/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworkGateways/vgw-redundant"
}

run "each_path_is_up_with_bfd" {
  variables {
    wait_for_sessions = true
    networks          = ["10.8.0.0/16"]
  }

  assert {
    condition     = alltrue([for p in bgp_peer.path : p.enable_bfd && p.status == "Available"])
    error_message = "A path has no BFD, or its peer is not Available."
  }

  assert {
    condition     = alltrue([for n in bgp_network.path : n.status == "Available"]) && length(bgp_network.path) == 2
    error_message = "A router does not advertise the network."
  }

  assert {
    condition     = alltrue(values(output.up))
    error_message = "A path is down."
  }
}

run "two_peers_on_one_router_are_refused" {
  command = plan

  variables {
    paths = {
      first = {
        router_id             = "vbr-uf6seed0000000000main"
        azure_address         = "10.0.1.254"
        alibaba_cloud_address = "10.1.0.254"
      }
      second = {
        router_id             = "vbr-uf6seed0000000000main"
        azure_address         = "10.0.1.254"
        alibaba_cloud_address = "10.1.0.253"
      }
    }
  }

  expect_failures = [var.paths]
}
