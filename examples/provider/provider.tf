terraform {
  required_providers {
    bgp = {
      source = "terraform-provider-bgp/bgp"
    }
  }
}

# Credentials are left to the environment, under the names that the alicloud and
# azurerm providers use. A configuration that uses one cloud needs nothing of the
# other.
provider "bgp" {
  alibaba_cloud = {
    region = "cn-shanghai"
  }

  azure = {
    subscription_id = "00000000-0000-0000-0000-000000000000"
  }
}
