package rows

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRank(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rank func(*string) Rank
		want []string // in order; "-" is nil
	}{
		"addresses": {RankAddress, []string{"9.255.255.255", "10.0.0.2", "10.0.0.10", "::", "fd00::2", "fd00::10", "", "10.0.0.0/8", "ten", "-"}},
		"prefixes": {RankPrefix, []string{
			"0.0.0.0/0", "9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/16", "10.0.0.0/32", "10.0.1.0/24", "100.0.0.0/8",
			"::/0", "fd00::/8", "fd00::/16", "10.0.0.1", "default", "-",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := slices.Clone(test.want)
			slices.Reverse(got)
			slices.SortFunc(got, func(a, b string) int { return test.rank(orNil(a)).Compare(test.rank(orNil(b))) })
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("order (-want +got):\n%s", diff)
			}
		})
	}
}

func orNil(text string) *string {
	if text == "-" {
		return nil
	}
	return &text
}
