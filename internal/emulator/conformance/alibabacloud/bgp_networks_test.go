package alibabacloud_test

import (
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// A network's whole life, as every library sees it (ALI-030).
func TestNetworkLife(t *testing.T) {
	t.Parallel()
	for _, client := range clients() {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			w := newVPCEmulator(t, delays)
			w.Alibaba.AddVPC(alibabacloud.VPC{ID: "vpc-1", RegionID: testRegion})
			a := api{t, w, client}
			one := params{"RouterId": testVBR, "DstCidrBlock": "10.9.0.0/16"}
			row := tree{"RouterId": testVBR, "DstCidrBlock": "10.9.0.0/16", "VpcId": "vpc-1", "Status": "Pending"}

			if id := a.ok("AddBgpNetwork", one.with("VpcId", "vpc-1")).text("RequestId"); id == "" {
				t.Error("no request id")
			}
			a.has("DescribeBgpNetworks", params{"RouterId": testVBR}, row)
			a.fails(failure{400, "InvalidParams.AlreadyExists", "bgp network already exists"}, "AddBgpNetwork", one) // ALI-070
			a.fails(failure{400, "InvalidStatus.CannotOperate", "invalid status cannot operate"}, "DeleteBgpNetwork", one)
			w.clock.Advance(8 * time.Second)
			row["Status"] = "Available"
			a.has("DescribeBgpNetworks", params{}, row)
			a.has("DescribeBgpNetworks", params{"RouterId": "vbr-none"})

			a.ok("DeleteBgpNetwork", one)
			row["Status"] = "Deleting"
			a.has("DescribeBgpNetworks", params{}, row)
			w.clock.Advance(9 * time.Second)
			a.has("DescribeBgpNetworks", params{})
			a.fails(failure{400, "InvalidParams.NotFound", "instance not found"}, "DeleteBgpNetwork", one)
		})
	}
}

// The older answers name neither router nor status (ALI-072).
func TestOlderNetworks(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t, func(config *alibabacloud.Config) { config.OldAnswers = true })
	for _, client := range clients() {
		a := api{t, w, client}
		a.ok("AddBgpNetwork", params{"RouterId": testVBR, "DstCidrBlock": "10.9.0.0/16"})
		a.has("DescribeBgpNetworks", params{}, tree{"RouterId": "", "DstCidrBlock": "10.9.0.0/16", "Status": ""})
		a.ok("DeleteBgpNetwork", params{"RouterId": testVBR, "DstCidrBlock": "10.9.0.0/16"})
	}
}

// The regions that exist by default (ALI-040), and
// their endpoints (ALI-074).
func TestRegions(t *testing.T) {
	t.Parallel()
	w := newVPCEmulator(t)
	for _, client := range clients() {
		rows := api{t, w, client}.ok("DescribeRegions", params{"AcceptLanguage": "en-US"}).rows("Regions", "Region")
		found := map[string]tree{}
		for _, row := range rows {
			found[row.text("RegionId")] = row
		}
		if shanghai := found[testRegion]; shanghai.text("LocalName") != "China (Shanghai)" || shanghai.text("RegionEndpoint") != "vpc.cn-shanghai.aliyuncs.com" {
			t.Errorf("%s: %v", client.name, rows)
		}
		if endpoint := found["cn-hangzhou"].text("RegionEndpoint"); endpoint != "vpc.aliyuncs.com" {
			t.Errorf("%s: the endpoint of cn-hangzhou is %s", client.name, endpoint)
		}
	}
}
