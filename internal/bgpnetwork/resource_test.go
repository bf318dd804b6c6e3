package bgpnetwork

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

// The VPC of a network cannot change, so an answer without it replaces nothing.
func TestAnswerWithoutVPC(t *testing.T) {
	t.Parallel()
	m := &model{VPCID: types.StringValue("vpc-1")}
	m.fill(&alibabacloud.BGPNetwork{RouterID: "vbr-1", DstCIDRBlock: "10.8.0.0/16"})
	if got := m.VPCID.ValueString(); got != "vpc-1" {
		t.Errorf("got %q", got)
	}
}

func TestParseImportID(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]struct{ region, id, err string }{
		"vbr-1:10.8.0.0/16":             {id: "vbr-1:10.8.0.0/16"},
		"cn-shanghai/vbr-1:10.8.0.0/16": {region: "cn-shanghai", id: "vbr-1:10.8.0.0/16"},
		"vbr-1:2001:db8::/48":           {id: "vbr-1:2001:db8::/48"},
		"cn-x/vbr-1:2001:db8::/48":      {region: "cn-x", id: "vbr-1:2001:db8::/48"},
		"":                              {err: "it is empty"},
		"vbr-1:10.8.0.1/16":             {err: `write "10.8.0.0/16"`},
		"vbr-1:10.8.0.0":                {err: "is an address without a length"},
		"vbr-1":                         {err: "a colon, and the prefix"},
		"10.8.0.0/16":                   {err: "is no region"},
		":10.8.0.0/16":                  {err: "a colon, and the prefix"},
		"CN-X/vbr-1:10.8.0.0/16":        {err: "is no region"},
		"cn-x/y/vbr-1:10.8.0.0/16":      {err: "a colon, and the prefix"},
	} {
		region, id, err := kind.ParseImportID(in)
		if want.err != "" {
			if err == nil || !strings.Contains(err.Error(), want.err) {
				t.Errorf("%q: the error is %v, want one that has %q", in, err, want.err)
			}
			continue
		}
		if err != nil || region != want.region || id != want.id {
			t.Errorf("%q: got %q, %q, %v; want %q, %q", in, region, id, err, want.region, want.id)
		}
	}
}
