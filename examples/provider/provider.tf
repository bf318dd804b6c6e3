terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }
  }
}

# Credentials come from the environment variables that the alicloud and azurerm
# providers also read. A configuration that uses one cloud needs nothing for the
# other.
provider "bgp" {
  alibaba_cloud = {
    region = "cn-shanghai"
  }

  azure = {
    subscription_id = "00000000-0000-0000-0000-000000000000"
  }
}
