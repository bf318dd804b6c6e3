package stateadvice

import (
	"strings"
	"testing"
)

func TestAdvice(t *testing.T) {
	t.Parallel()
	group := Object{Type: "bgp_group", Noun: "group"}
	for advice, wanted := range map[string][]string{
		group.Tainted():                              {"The group is kept in the state", "tainted", "terraform untaint"},
		group.Exists("cn-x/bgpg-1"):                  {"the existing group", "to = bgp_group.<name>", `id = "cn-x/bgpg-1"`, "a moved block"},
		group.MayExist("on its router", "cn-x/<id>"): {"look for the group on its router", "to = bgp_group.<name>", `id = "cn-x/<id>"`},
	} {
		for _, part := range wanted {
			if !strings.Contains(advice, part) {
				t.Errorf("no %q in:\n%s", part, advice)
			}
		}
	}
}
