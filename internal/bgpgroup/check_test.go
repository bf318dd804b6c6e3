package bgpgroup

import (
	"strings"
	"testing"
)

func TestTexts(t *testing.T) {
	t.Parallel()
	for text, valid := range map[string]struct{ name, description bool }{
		"":                              {false, false},
		"a":                             {false, false},
		"ab":                            {true, true},
		"杭州":                            {true, true},
		"a.1_b-2":                       {true, true},
		"a½":                            {true, true},
		"9a":                            {false, false},
		"_a":                            {false, false},
		"a b":                           {false, true},
		"a/b":                           {false, true},
		"a\xff":                         {false, true},
		"\xffa":                         {false, false},
		"http.":                         {true, true},
		"http://a":                      {false, false},
		"https://a":                     {false, false},
		strings.Repeat("é", 128):        {true, true},
		strings.Repeat("é", 129):        {false, true},
		strings.Repeat("é", 255) + "\n": {false, true},
		strings.Repeat("é", 256) + "\n": {false, false},
	} {
		if got := checkName(text) == nil; got != valid.name {
			t.Errorf("%q as a name: valid is %t, want %t", text, got, valid.name)
		}
		if got := checkDescription(text) == nil; got != valid.description {
			t.Errorf("%q as a description: valid is %t, want %t", text, got, valid.description)
		}
	}
}
