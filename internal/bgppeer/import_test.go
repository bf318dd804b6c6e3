package bgppeer

import (
	"strings"
	"testing"
)

func TestParseImportID(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in, region, id, err string
	}{
		"id alone":             {in: "bgp-m5eoyp2mwegk8ce9v1234", id: "bgp-m5eoyp2mwegk8ce9v1234"},
		"region and id":        {in: "cn-shanghai/bgp-m5e", region: "cn-shanghai", id: "bgp-m5e"},
		"older document's id":  {in: "Bgp-awjhd2d34ddd", id: "Bgp-awjhd2d34ddd"},
		"empty":                {in: "", err: "it is empty"},
		"prefix alone":         {in: "bgp-", err: "starts with bgp-"},
		"empty region":         {in: "/bgp-m5e", err: "before the slash is no region"},
		"region alone":         {in: "cn-shanghai/", err: "nothing is after the slash"},
		"id and region turned": {in: "bgp-m5e/cn-shanghai", err: "the region comes before the slash, and the id after it"},
		"a slash at the end":   {in: "bgp-m5e/", err: "nothing is after the slash"},
		"two slashes":          {in: "cn-shanghai/bgp-m5e/x", err: "more than one slash"},
		"a group":              {in: "bgpg-wz9f62v4fbg1", err: "id of a BGP group"},
		"a group in a region":  {in: "cn-shanghai/bgpg-wz9f62v4fbg1", err: "id of a BGP group"},
		"white space":          {in: "bgp-m5e ", err: "white space"},
		"region in capitals":   {in: "CN-SHANGHAI/bgp-m5e", err: "before the slash is no region"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			region, id, err := kind.ParseImportID(test.in)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error is %v, want one that has %q", err, test.err)
				}
				return
			}
			if err != nil || region != test.region || id != test.id {
				t.Fatalf("got %q, %q, %v; want %q, %q", region, id, err, test.region, test.id)
			}
		})
	}
}

func FuzzParseImportID(f *testing.F) {
	for _, seed := range []string{"bgp-m5e", "cn-shanghai/bgp-m5e", "bgpg-1", "/", "", "bgp-\n", "a/b/c", "BGP-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		region, id, err := kind.ParseImportID(s)
		if err != nil {
			if region != "" || id != "" {
				t.Fatalf("an error along with %q, %q", region, id)
			}
			return
		}
		// What is accepted is exactly what was given, taken apart.
		whole := id
		if region != "" {
			whole = region + "/" + id
		}
		if whole != s || strings.Contains(id, "/") || strings.Contains(region, "/") {
			t.Fatalf("%q became %q, %q", s, region, id)
		}
	})
}
