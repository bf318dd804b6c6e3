# In the provider's region.
terraform import bgp_group.azure bgpg-uf6seed0000000000main

# In another region.
terraform import bgp_group.azure cn-hangzhou/bgpg-bp1seed0000000000ipv6
