# In the provider's region.
terraform import bgp_network.data_center vbr-uf6seed0000000000main:10.8.0.0/16

# In another region.
terraform import bgp_network.data_center cn-hangzhou/vbr-bp1seed0000000000ipv6:2001:db8:8::/48
