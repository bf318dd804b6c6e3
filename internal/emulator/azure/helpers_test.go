package azure_test

import (
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

const (
	testHost         = "azure.test"
	testTenant       = "11111111-1111-4111-8111-111111111111"
	testSubscription = "22222222-2222-4222-8222-222222222222"
	testClient       = "33333333-3333-4333-8333-333333333333"
	testObject       = "44444444-4444-4444-8444-444444444444"
	testSecret       = "s3cr3t~value"
)

var testStart = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

func testGateway() azure.Gateway {
	return azure.Gateway{
		SubscriptionID: testSubscription, ResourceGroup: "rg-network", Name: "vgw-single",
		Rows: []azure.Row{
			{LocalAddress: "10.0.0.254", Neighbor: "10.0.0.254", ASN: 65515, Life: azure.Steady(azure.StateUnknown)},
			{LocalAddress: "10.0.0.254", Neighbor: "10.1.0.254", ASN: 1337, Routes: 2},
		},
	}
}

func testConfig() azure.Config {
	return azure.Config{
		Subscriptions: []azure.Subscription{{ID: testSubscription, TenantID: testTenant}},
		Clients: []azure.Client{{
			TenantID: testTenant, ID: testClient, ObjectID: testObject,
			Secrets: []azure.Secret{{Value: testSecret}},
		}},
		Gateways: []azure.Gateway{testGateway()},
	}
}
