# Run with `terraform test`. It needs neither a cloud nor an emulator: the rows are
# written below.

mock_provider "bgp" {
  mock_data "bgp_advertised_routes" {
    defaults = {
      routes = [
        {
          network       = "10.2.0.0/24"
          next_hop      = "10.2.0.228"
          local_address = "10.2.0.228"
          source_peer   = null
          origin        = "Igp"
          as_path       = "65000"
          as_path_asns  = [65000]
          weight        = 0
          instance      = null
        },
      ]
    }
  }

  # Outside of mock_provider, OpenTofu would override these in the other test files too.
  override_data {
    target = data.bgp_learned_routes.uplink
    values = {
      routes = [
        {
          network       = "172.17.0.0/16"
          next_hop      = "172.16.0.10"
          local_address = "10.2.0.228"
          source_peer   = "172.16.0.10"
          origin        = "EBgp"
          as_path       = "65010-65020"
          as_path_asns  = [65010, 65020]
          weight        = 32768
          instance      = null
        },
      ]
    }
  }

  override_data {
    target = data.bgp_learned_routes.default
    values = { routes = [] }
  }
}

variables {
  virtual_network_gateway_id = "/subscriptions/7e57ed00-0000-4000-8000-000000000002/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworkGateways/vgw-any"
  uplink                     = { address = "172.16.0.10", asn = 65010 }
  network                    = "172.17.0.0/16"
  as_path                    = [65010, 65020]
  own_network                = "10.2.0.0/24"
}

run "the_routes_are_as_expected" {
  command = plan

  assert {
    condition     = output.networks == { "172.17.0.0/16" = ["65010-65020"] }
    error_message = "The networks are ${jsonencode(output.networks)}."
  }
}

run "a_default_route_is_noticed" {
  command = plan

  override_data {
    target = data.bgp_learned_routes.default
    values = {
      routes = [
        {
          network       = "0.0.0.0/0"
          next_hop      = "172.16.0.10"
          local_address = "10.2.0.228"
          source_peer   = "172.16.0.10"
          origin        = "EBgp"
          as_path       = "65010"
          as_path_asns  = [65010]
          weight        = 32768
          instance      = null
        },
      ]
    }
  }

  expect_failures = [check.no_default_route]
}
