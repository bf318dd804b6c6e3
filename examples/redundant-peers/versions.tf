terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }
  }
}
