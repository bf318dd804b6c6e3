# To try it on the emulator: bgp-emulator exec -- terraform apply -var-file=emulator.tfvars
virtual_network_gateway_id = "/subscriptions/7e57ed00-0000-4000-8000-000000000002/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworkGateways/vgw-active-active"
uplink                     = "172.16.0.10"
