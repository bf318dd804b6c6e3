package alibabacloud

import (
	"errors"
	"testing"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// answers is a provider that gives each answer once, and the last from then on: keys
// with this id, or an error.
type answers []any

func (a *answers) GetProviderName() string { return "answers" }

func (a *answers) GetCredentials() (*providers.Credentials, error) {
	answer := (*a)[0]
	if len(*a) > 1 {
		*a = (*a)[1:]
	}
	if err, ok := answer.(error); ok {
		return nil, err
	}
	id, _ := answer.(string)
	return &providers.Credentials{AccessKeyId: id}, nil
}

// The keys of a later source may be those of another account, where no peer is found.
func TestChainKeepsToItsSource(t *testing.T) {
	t.Parallel()
	busy := errors.New(`get session token failed: {"Code":"ServiceUnavailable","Message":"Busy."}`)
	absent := errors.New("the RoleArn is empty")
	for name, test := range map[string]struct {
		first answers
		want  []string // the ids of the keys; "" is an error
	}{
		"not set up":                {answers{absent}, []string{"second", "second"}},
		"busy at first":             {answers{busy, "first"}, []string{"", "first"}},
		"busy later":                {answers{"first", busy, busy, "first"}, []string{"first", "", "", "first"}},
		"taken away later":          {answers{"first", absent}, []string{"first", "", ""}},
		"set up while it was asked": {answers{absent, "first"}, []string{"second", "second"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			of := func(name string, a *answers) *source {
				return &source{name: name, build: func() (providers.CredentialsProvider, error) { return a, nil }}
			}
			c := &chain{sources: []*source{of("the first", &test.first), of("the second", &answers{"second"})}}
			for i, want := range test.want {
				got, err := c.GetCredentials()
				if (err != nil) != (want == "") || err == nil && got.AccessKeyId != want {
					t.Errorf("answer %d is %v, %v; want the keys %q", i, got, err, want)
				}
			}
		})
	}
}
