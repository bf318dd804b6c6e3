# In the provider's region.
terraform import bgp_peer.azure bgp-m5eoyp2mwegk8ce9v1234

# In another region.
terraform import bgp_peer.azure cn-beijing/bgp-m5eoyp2mwegk8ce9v1234
