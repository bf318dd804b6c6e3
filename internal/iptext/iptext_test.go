package iptext

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

func TestSame(t *testing.T) {
	t.Parallel()
	unknown := Address{basetypes.NewStringUnknown()}
	for name, test := range map[string]struct{ got, want bool }{
		"letter case of a version":     {NewVersion("IPV4").Same(NewVersion("ipv4")), true},
		"versions":                     {NewVersion("IPv4").Same(NewVersion("IPv6")), false},
		"IPv6 spelled out":             {NewAddress("2001:db8:0:0:0:0:0:1").Same(NewAddress("2001:DB8::1")), true},
		"IPv6 addresses":               {NewAddress("2001:db8::1").Same(NewAddress("2001:db8::2")), false},
		"IPv4 addresses":               {NewAddress("10.0.0.1").Same(NewAddress("10.0.0.10")), false},
		"what is neither stays itself": {NewAddress("x").Same(NewAddress("X")), false},
		"IPv6 prefixes":                {NewPrefix("2001:DB8:0::/32").Same(NewPrefix("2001:db8::/32")), true},
		"lengths":                      {NewPrefix("10.0.0.0/8").Same(NewPrefix("10.0.0.0/16")), false},
		"nothing and nothing":          {Address{}.Same(Address{}), true},
		"nothing and an empty text":    {Address{}.Same(NewAddress("")), false},
		"unknown and an empty text":    {unknown.Same(NewAddress("")), false},
	} {
		if test.got != test.want {
			t.Errorf("%s: same is %v", name, test.got)
		}
	}
}

func TestKeepSpelling(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ state, plan, want types.String }{
		"another spelling": {types.StringValue("2001:db8::1"), types.StringValue("2001:DB8::1"), types.StringValue("2001:db8::1")},
		"another address":  {types.StringValue("2001:db8::1"), types.StringValue("2001:db8::2"), types.StringValue("2001:db8::2")},
		"unknown":          {types.StringValue("2001:db8::1"), types.StringUnknown(), types.StringUnknown()},
		"a create":         {types.StringNull(), types.StringValue("10.0.0.1"), types.StringValue("10.0.0.1")},
	} {
		resp := planmodifier.StringResponse{PlanValue: test.plan}
		AddressType{}.KeepSpelling().PlanModifyString(t.Context(), planmodifier.StringRequest{StateValue: test.state, PlanValue: test.plan}, &resp)
		if !resp.PlanValue.Equal(test.want) {
			t.Errorf("%s: the plan is %s, want %s", name, resp.PlanValue, test.want)
		}
	}
}

func TestVersionOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"10.0.0.1": IPv4, "2001:db8::1": IPv6, "": IPv4, "x": IPv4} {
		if got := VersionOf(address); got != want {
			t.Errorf("the version of %q is %s", address, got)
		}
	}
}

// A message says what is wrong, and what to write.
func TestChecks(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]struct {
		check func(string) error
		says  map[string]string // by text; "" where it is taken
	}{
		"address": {CheckAddress, map[string]string{
			"10.3.1.1": "", "2001:db8::1": "", "2001:DB8:0:0::1": "",
			"10.3.1.1/30":        `is a prefix: write the address alone, "10.3.1.1"`,
			"2001:db8::1/126":    `is a prefix: write the address alone, "2001:db8::1"`,
			"010.003.1.1/30":     `is a prefix: write the address alone, "10.3.1.1"`,
			"010.3.001.0":        `has leading zeros, which some programs read as octal numbers: write "10.3.1.0"`,
			"10.3.1.00":          `leading zeros, which some programs read as octal numbers: write "10.3.1.0"`,
			"fe80::1%eth0":       `has a zone, the name of an interface of one machine: write "fe80::1"`,
			"[2001:db8::1]":      `is in brackets, as in a URL: write "2001:db8::1"`,
			"[2001:db8::1]:179":  `has a port: write the address alone, "2001:db8::1"`,
			"10.3.1.1:179":       `has a port: write the address alone, "10.3.1.1"`,
			" 10.3.1.1\n":        `has white space around it: write "10.3.1.1"`,
			"router.example.com": `is a host name: write the IP address`,
			"router-1":           `is a host name: write the IP address`,
			"116.62.XX.XX":       `is a host name: write the IP address`,
			"10.3.1":             `is not an IPv4 or IPv6 address`,
			"10.3.1.256":         `is not an IPv4 or IPv6 address`,
			"10.3.1.1/33":        `is not an IPv4 or IPv6 address`,
			"":                   `is not an IPv4 or IPv6 address`,
			"0.0.0.0":            `stands for any address`,
			"::":                 `stands for any address`,
			"224.0.0.1":          `stands for many hosts`,
			"ff02::1":            `stands for many hosts`,
			"255.255.255.255":    `stands for many hosts`,
		}},
		"prefix": {CheckPrefix, map[string]string{
			"10.0.0.0/8": "", "0.0.0.0/0": "", "2001:DB8::/32": "", "10.3.1.1/32": "",
			"10.3.1.1/30":  `has bits beyond its length: write "10.3.1.0/30"`,
			"10.3.1.1":     `is an address without a length: write "10.3.1.1/32"`,
			"2001:db8::1":  `is an address without a length: write "2001:db8::1/128"`,
			"010.0.0.0/08": `has leading zeros or white space: write "10.0.0.0/8"`,
			" 10.0.0.0/8":  `has leading zeros or white space: write "10.0.0.0/8"`,
			"10.0.0.0/33":  `is not an IPv4 or IPv6 prefix`,
			"10.0.0.0/":    `is not an IPv4 or IPv6 prefix`,
			"default":      `is not an IPv4 or IPv6 prefix`,
		}},
		"unicast prefix": {CheckUnicastPrefix, map[string]string{
			"10.0.0.0/8": "", "0.0.0.0/0": "", "2001:db8::/32": "",
			"10.3.1.1":    `is an address without a length`,
			"224.0.0.0/8": `is multicast, and only unicast prefixes can be advertised`,
			"ff00::/8":    `is multicast`,
		}},
		"version": {CheckVersion, map[string]string{"IPv4": "", "ipv6": "", "IPV4": "", "4": "must be IPv4 or IPv6", "": "must be IPv4 or IPv6"}},
	} {
		for text, says := range check.says {
			err := check.check(text)
			if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
				t.Errorf("%s %q: the error is %v, want %q", name, text, err, says)
			}
		}
	}
}

func FuzzChecks(f *testing.F) {
	for _, seed := range []string{"10.3.1.1/30", "010.3.1.1", "[::1]", "fe80::1%x", "a.b", "0", "/", "00000/0"} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = CheckAddress(text), CheckPrefix(text)
	})
}
