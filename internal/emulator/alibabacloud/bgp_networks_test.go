package alibabacloud_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

func TestNetworkLife(t *testing.T) {
	w := newVPCService(t, func(cfg *alibabacloud.Config) {
		cfg.Delays = alibabacloud.Delays{NetworkAvailable: time.Second, NetworkDeleted: time.Second}
	})
	w.service.AddVPC(alibabacloud.VPC{ID: "vpc-1", RegionID: testRegion})
	network := []string{"RouterId", testVBR, "DstCidrBlock", "10.1.1.0/24"}
	w.want(w.call("AddBgpNetwork", append(network, "VpcId", "vpc-1")...), "")
	check := func(status string) {
		t.Helper()
		var want []map[string]any
		if status != "" {
			want = []map[string]any{{"RouterId": testVBR, "DstCidrBlock": "10.1.1.0/24", "VpcId": "vpc-1", "Status": status}}
		}
		rows := w.want(w.call("DescribeBgpNetworks", "RouterId", testVBR), "").rows(t, "BgpNetworks", "BgpNetwork")
		if diff := cmp.Diff(want, append([]map[string]any(nil), rows...)); diff != "" {
			t.Errorf("networks (-want +got):\n%s", diff)
		}
	}
	const cannot = "400 InvalidStatus.CannotOperate: invalid status cannot operate"
	check("Pending")
	w.want(w.call("DeleteBgpNetwork", network...), cannot)
	w.clock.Advance(time.Second)
	check("Available")
	w.want(w.call("DeleteBgpNetwork", network...), "")
	check("Deleting")
	w.want(w.call("DeleteBgpNetwork", network...), cannot)
	w.clock.Advance(time.Second)
	check("")
	w.want(w.call("DeleteBgpNetwork", network...), "400 InvalidParams.NotFound: instance not found")
	if networks := w.service.Networks(); len(networks) != 0 {
		t.Errorf("networks %+v", networks)
	}
}

func TestAddBGPNetworkErrors(t *testing.T) {
	const noVBR = "400 InvalidVbrNetwork: vbr netowrk not exists" //nolint:misspell // the vendor's spelling
	tests := map[string]struct {
		state  func(*vpcService)
		params []string
		want   string
	}{
		"no such VBR":       {params: []string{"RouterId", "vbr-none"}, want: noVBR},
		"VBR inactive":      {state: vbr(func(v *alibabacloud.VBR) { v.Inactive = true }), want: "400 InvalidStatus.CannotOperate: invalid status cannot operate"},
		"no prefix":         {params: []string{"DstCidrBlock", "10.1.1.0"}, want: "400 InvalidDestCidrBlock.Malformed: Specified dstCidrBlock is not valid."},
		"host bits":         {params: []string{"DstCidrBlock", "10.1.1.1/24"}, want: "400 InvalidDestCidrBlock.Malformed: Specified dstCidrBlock is not valid."},
		"multicast":         {params: []string{"DstCidrBlock", "224.0.0.0/24"}, want: "400 IllegalParam.ConflictWithDClass: DClass IP can not support."},
		"no such VPC":       {params: []string{"VpcId", "vpc-none"}, want: "400 InvalidParams.NotFound: vpc instance not found"},
		"already there":     {state: func(w *vpcService) { w.call("AddBgpNetwork", "RouterId", testVBR, "DstCidrBlock", "10.1.1.0/24") }, want: "400 InvalidParams.AlreadyExists: bgp network already exists"},
		"quota":             {state: vbr(func(v *alibabacloud.VBR) { v.Quotas.NetworksPerVBR = -1 }), want: "400 QuotaExceeded.BgpNetwork: bgp network count per vbr quota exceed."},
		"deletion, no VBR":  {params: []string{"delete", "", "RouterId", "vbr-none"}, want: noVBR},
		"deletion, no such": {params: []string{"delete", "", "DstCidrBlock", "10.9.0.0/16"}, want: "400 InvalidParams.NotFound: instance not found"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newVPCService(t, nil)
			if test.state != nil {
				test.state(w)
			}
			action, params := "AddBgpNetwork", test.params
			if len(params) > 0 && params[0] == "delete" {
				action, params = "DeleteBgpNetwork", params[2:]
			}
			w.want(w.call(action, append([]string{"RouterId", testVBR, "DstCidrBlock", "10.1.1.0/24"}, params...)...), test.want)
		})
	}
}
