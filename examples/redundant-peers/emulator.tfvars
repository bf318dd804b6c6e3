# For a try on the emulator: bgp-emulator exec -- terraform apply -var-file=emulator.tfvars
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

networks = ["10.8.0.0/16", "10.9.0.0/16"]
