package azure_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7"
	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

func gatewayID(name string) string {
	return azure.Gateway{SubscriptionID: emulator.SeedSubscription, ResourceGroup: emulator.SeedResourceGroup, Name: name}.ID()
}

// The seeded gateways (EMU-002), their rows as real gateways have been seen to
// send them (AZ-040).
func TestSeededGateways(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, gateway, peer string
		want                []*armnetwork.BgpPeerStatus
	}{
		{"single", emulator.SeedGateway, "", []*armnetwork.BgpPeerStatus{itself, neighbor}},
		{"active-active", emulator.SeedActiveActiveGateway, "", []*armnetwork.BgpPeerStatus{
			row("10.2.0.228", "172.16.0.10", 65010, "Connected", 2, 70, 69, "00:57:19.9003584"),
			row("10.2.0.228", "10.2.0.228", 65000, "Unknown", 0, 0, 0),
			row("10.2.0.228", "10.2.0.229", 65000, "Connected", 6, 504, 503, "07:13:51.0109601"),
			row("10.2.0.229", "172.16.0.10", 65010, "Connected", 2, 5212, 5211, "3.03:14:13.1796961"),
			row("10.2.0.229", "10.2.0.228", 65000, "Connecting", 0, 0, 0),
			row("10.2.0.229", "10.2.0.229", 65000, "Unknown", 0, 0, 0),
		}},
		{"a neighbor of both instances", emulator.SeedActiveActiveGateway, "172.16.0.10", []*armnetwork.BgpPeerStatus{
			row("10.2.0.228", "172.16.0.10", 65010, "Connected", 2, 70, 69, "00:57:19.9003584"),
			row("10.2.0.229", "172.16.0.10", 65010, "Connected", 2, 5212, 5211, "3.03:14:13.1796961"),
		}},
		{"without BGP, AZ-044", emulator.SeedGatewayWithoutBGP, "", []*armnetwork.BgpPeerStatus{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newAzureEmulator(t)
			got, err := status(t.Context(), w.gateways(t), test.gateway, test.peer)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// How a session comes up, what it counts, and how its time is written: AZ-041,
// AZ-042.
func TestRowLife(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t)
	w.Azure.AddGateway(azure.Gateway{
		SubscriptionID: emulator.SeedSubscription, ResourceGroup: emulator.SeedResourceGroup, Name: "vgw-new",
		Rows: []azure.Row{{LocalAddress: "10.5.0.4", Neighbor: "2001:db8::1", ASN: 4294967295, Routes: 7}},
	})
	client := w.gateways(t)
	for _, step := range []struct {
		after time.Duration
		want  *armnetwork.BgpPeerStatus
	}{
		{0, row("10.5.0.4", "2001:db8::1", 4294967295, "Idle", 0, 0, 0)},
		{time.Second, row("10.5.0.4", "2001:db8::1", 4294967295, "Connecting", 0, 0, 0)},
		{2 * time.Second, row("10.5.0.4", "2001:db8::1", 4294967295, "Connected", 7, 4, 3, "00:00:00")},
		{52 * time.Second, row("10.5.0.4", "2001:db8::1", 4294967295, "Connected", 7, 5, 4, "00:00:52")},
		{24*time.Hour - 52*time.Second + 100*time.Nanosecond, row("10.5.0.4", "2001:db8::1", 4294967295, "Connected", 7, 1665, 1664, "1.00:00:00.0000001")},
	} {
		w.clock.Advance(step.after)
		got, err := status(t.Context(), client, "vgw-new", "2001:DB8:0::1")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]*armnetwork.BgpPeerStatus{step.want}, got); diff != "" {
			t.Errorf("%s later (-want +got):\n%s", step.after, diff)
		}
	}
	w.Azure.UpdateRow(gatewayID("vgw-new"), "", "2001:db8::1", func(r *azure.Row) { r.Life = azure.Steady(azure.StateStopped) })
	got, err := status(t.Context(), client, "vgw-new", "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]*armnetwork.BgpPeerStatus{row("10.5.0.4", "2001:db8::1", 4294967295, "Stopped", 0, 0, 0)}, got); diff != "" {
		t.Errorf("stopped (-want +got):\n%s", diff)
	}
}

// A row may hold anything: armnetwork passes states on that it does not know,
// and leaves out what is missing.
func TestUnusualRows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		json string
		want *armnetwork.BgpPeerStatus
	}{
		"nothing":         {`{}`, &armnetwork.BgpPeerStatus{}},
		"nulls":           {`{"connectedDuration":null,"neighbor":null,"asn":null}`, &armnetwork.BgpPeerStatus{}},
		"a state to come": {`{"state":"Established"}`, &armnetwork.BgpPeerStatus{State: new(armnetwork.BgpPeerState("Established"))}},
		"more members":    {`{"asn":1,"hold":180}`, &armnetwork.BgpPeerStatus{Asn: new(int64(1))}},
	} {
		w := newAzureEmulator(t)
		w.Azure.UpdateGateway(gatewayID(emulator.SeedGateway), func(g *azure.Gateway) { g.Rows = []azure.Row{{JSON: []byte(test.json)}} })
		got, err := status(t.Context(), w.gateways(t), emulator.SeedGateway, "")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]*armnetwork.BgpPeerStatus{test.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// alibaba returns Alibaba Cloud's library, as calls in the seeded region.
func (w azureEmulator) alibaba(t *testing.T) func(action string, query map[string]*string) map[string]any {
	t.Helper()
	config := &openapiutil.Config{
		AccessKeyId: new(emulator.SeedAccessKeyID), AccessKeySecret: new(emulator.SeedAccessKeySecret),
		Endpoint: new(strings.TrimPrefix(w.AlibabaURL(), "http://")), Protocol: new("HTTP"),
	}
	alibaba, err := openapi.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return func(action string, query map[string]*string) map[string]any {
		t.Helper()
		query["RegionId"] = new(emulator.SeedRegion)
		answer, err := alibaba.CallApi(&openapiutil.Params{
			Action: &action, Version: new(alibabacloud.Version), Protocol: new("HTTP"), Method: new(http.MethodPost), Pathname: new("/"),
			AuthType: new("AK"), Style: new("RPC"), ReqBodyType: new("formData"), BodyType: new("json"),
		}, &openapiutil.OpenApiRequest{Query: query}, &dara.RuntimeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		body, _ := answer["body"].(map[string]any)
		return body
	}
}

// Cause and effect across the clouds (AZ-043): a peer that Alibaba Cloud's
// library creates brings the row of Azure's gateway up, and takes it down.
func TestLinkedSession(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t, func(config *emulator.Config) {
		config.AlibabaCloud.Delays = alibabacloud.Delays{PeerAvailable: time.Second, SessionConnect: time.Second, SessionEstablished: 3 * time.Second}
	})
	call := w.alibaba(t)
	client := w.gateways(t)
	has := func(want *armnetwork.BgpPeerStatus) {
		t.Helper()
		got, err := status(t.Context(), client, emulator.SeedGateway, emulator.SeedNeighbor)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]*armnetwork.BgpPeerStatus{want}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	has(neighbor)
	id, _ := call("CreateBgpPeer", map[string]*string{"BgpGroupId": new(emulator.SeedGroup)})["BgpPeerId"].(string)
	w.clock.Advance(4 * time.Second)
	has(neighbor)
	w.clock.Advance(time.Second)
	has(row("10.0.0.254", "10.1.0.254", 45104, "Connected", 2, 4, 3, "00:00:00"))
	w.clock.Advance(time.Minute)
	has(row("10.0.0.254", "10.1.0.254", 45104, "Connected", 2, 5, 4, "00:01:00"))
	call("DeleteBgpPeer", map[string]*string{"BgpPeerId": &id})
	has(neighbor)
}
