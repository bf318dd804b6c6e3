# To try it on the emulator: bgp-emulator exec -- terraform apply -var-file=emulator.tfvars
virtual_network_gateway_id = "/subscriptions/7e57ed00-0000-4000-8000-000000000002/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworkGateways/vgw-active-active"
uplink                     = { address = "172.16.0.10", asn = 65010 }
network                    = "172.17.0.0/16"
as_path                    = [65010, 65020, 65020]
own_network                = "10.2.0.0/24"
