package alibabacloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/aliyun/credentials-go/credentials/providers"
	"golang.org/x/sync/singleflight"
)

// CredentialsConfig says where the keys come from, in the names that users of
// the alicloud provider know. As there, the first that is set counts:
//
//  1. AccessKey and SecretKey, with SecurityToken where they are temporary;
//  2. Profile or SharedCredentialsFile: a profile of the aliyun CLI;
//  3. CredentialsURI;
//  4. ECSRoleName: the RAM role of this ECS instance;
//  5. AssumeRoleWithOIDC;
//  6. none of these: what the vendor's libraries look for by default, in their
//     order: see defaultChain.
//
// Each of AssumeRoles is then assumed with the keys of what came before it.
type CredentialsConfig struct {
	AccessKey, SecretKey, SecurityToken string

	Profile               string // "" is the file's current one
	SharedCredentialsFile string // "" is ALIBABA_CLOUD_CONFIG_FILE or ~/.aliyun/config.json

	CredentialsURI     string
	ECSRoleName        string
	AssumeRoleWithOIDC *AssumeRoleWithOIDC

	AssumeRoles []AssumeRole // one after the other

	// STSEndpoint is the host[:port] that roles are assumed at, over TLS; "" is
	// the library's choice.
	STSEndpoint string

	// Transport carries the library's own calls, to STS and the like; nil is
	// http.DefaultTransport. The library dials by itself: of the transport, the
	// proxy and the trust in certificates count.
	Transport *http.Transport
}

// AssumeRole is a RAM role to take with other keys.
type AssumeRole struct {
	RoleARN           string
	SessionName       string // "" is "terraform"
	Policy            string // JSON that narrows the role's; "" does not
	ExternalID        string
	SessionExpiration int // seconds, 900 or more; 0 is 3600
}

// AssumeRoleWithOIDC is a RAM role to take with a token of an identity provider.
type AssumeRoleWithOIDC struct {
	OIDCProviderARN   string
	OIDCToken         string
	OIDCTokenFile     string // read at every renewal; OIDCToken goes first
	RoleARN           string
	RoleSessionName   string // "" is "terraform"
	Policy            string // JSON that narrows the role's; "" does not
	SessionExpiration int    // seconds, 900 or more; 0 is 3600
}

// CheckCredentialsURI checks a credentials URI. Plain http is accepted: what serves
// credentials is often a neighbour in a private network. Its errors do not show the
// URI, which may hold a secret.
func CheckCredentialsURI(uri string) error {
	u, err := url.Parse(uri)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("must be an absolute http or https URL without user, such as http://127.0.0.1:8080/credentials")
	}
	return nil
}

// CheckSessionExpiration checks for how many seconds a role is to be assumed, by the
// range of the AssumeRole API.
func CheckSessionExpiration(seconds int) error {
	const lowest, highest = 900, 43200
	if seconds < lowest || seconds > highest {
		return fmt.Errorf("must be a number of seconds from %d to %d", lowest, highest)
	}
	return nil
}

// CheckExternalID checks an external ID by the form that the AssumeRole API has for
// it.
func CheckExternalID(id string) error {
	const lowest, highest, others = 2, 1224, "=,.@:/-_"
	foreign := func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && !strings.ContainsRune(others, c)
	}
	if len(id) < lowest || len(id) > highest || strings.ContainsFunc(id, foreign) {
		return fmt.Errorf("must be %d to %d letters, digits and characters of %s", lowest, highest, others)
	}
	return nil
}

// Credentials are the keys that calls are signed with, got at first use and
// renewed in time. The zero value has none.
type Credentials struct{ held *heldKeys }

// NewCredentials makes Credentials. It reads and dials nothing; its errors are
// about values that cannot go together.
func NewCredentials(cfg CredentialsConfig) (Credentials, error) {
	switch {
	case cfg.AccessKey != "" && cfg.SecretKey == "":
		return Credentials{}, errors.New("access_key is set without secret_key")
	case cfg.AccessKey == "" && cfg.SecretKey != "":
		return Credentials{}, errors.New("secret_key is set without access_key")
	case cfg.AccessKey != "" && len(cfg.AssumeRoles) == 0:
		return Credentials{&heldKeys{fixed: keys{cfg.AccessKey, cfg.SecretKey, cfg.SecurityToken}}}, nil
	}
	return Credentials{&heldKeys{source: cfg.source(), transport: cfg.Transport}}, nil
}

// keys sign a call.
type keys struct{ id, secret, token string }

// wellFormed reports whether each is of one piece: a line break that came along from
// a file would make a request that cannot be sent.
func (k keys) wellFormed() bool {
	return !strings.ContainsFunc(k.id+k.secret+k.token, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) })
}

// heldKeys keeps the keys of a source for a while. The library's sources are not
// safe for concurrent use and do not heed a context, so they are asked by one
// goroutine at a time, on which nobody has to wait longer than their context.
type heldKeys struct {
	fixed     keys // set where there is nothing to ask
	source    providers.CredentialsProvider
	transport *http.Transport

	asking singleflight.Group
	mu     sync.Mutex
	keys   keys
	until  time.Time
}

// holdFor is below the three minutes before their end at which the library
// renews temporary keys.
const holdFor = time.Minute

func (c Credentials) get(ctx context.Context) (keys, error) {
	h := c.held
	switch {
	case h == nil:
		return keys{}, ErrNoCredentials
	case h.source == nil:
		return h.fixed, nil
	}
	h.mu.Lock()
	held, until := h.keys, h.until
	h.mu.Unlock()
	if time.Now().Before(until) {
		return held, nil
	}
	select {
	case got := <-h.asking.DoChan("", h.ask):
		k, _ := got.Val.(keys)
		return k, got.Err
	case <-ctx.Done():
		return keys{}, fmt.Errorf("waiting for credentials: %w", ctx.Err())
	}
}

func (h *heldKeys) ask() (any, error) {
	got, err := askLibrary(h.source, h.transport)
	if err != nil {
		return keys{}, explain(h.source.GetProviderName(), err)
	}
	k := keys{got.AccessKeyId, got.AccessKeySecret, got.SecurityToken}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keys, h.until = k, time.Now().Add(holdFor)
	return k, nil
}

var library sync.Mutex

// askLibrary asks the library for keys. The library makes its calls with a copy of
// http.DefaultTransport, which is the process's: with a transport of its own, one
// caller asks at a time.
func askLibrary(source providers.CredentialsProvider, transport *http.Transport) (*providers.Credentials, error) {
	if transport != nil {
		library.Lock()
		defer library.Unlock()
		defer func(before http.RoundTripper) { http.DefaultTransport = before }(http.DefaultTransport)
		http.DefaultTransport = transport
	}
	return source.GetCredentials()
}

// source is a provider of the library's that is built at first use, and again after it
// fails: the file that it was built from may have changed. It turns the
// library's errors, which may hold secrets, and its panics at answers that it
// does not expect, into errors that name the source.
type source struct {
	name  string
	build func() (providers.CredentialsProvider, error)
	built providers.CredentialsProvider
}

// GetProviderName gives the source's name in errors.
func (s *source) GetProviderName() string { return s.name }

// GetCredentials asks the source. Its errors are *sourceError.
func (s *source) GetCredentials() (got *providers.Credentials, err error) {
	defer func() {
		if recover() != nil {
			got, err = nil, &sourceError{name: s.name, message: "it answered in an unexpected form"}
		}
	}()
	if s.built != nil {
		if got, err = s.built.GetCredentials(); err == nil {
			return got, nil
		}
		s.built = nil
		if failed := explain(s.name, err); failed.passing {
			return nil, failed
		}
	}
	built, err := s.build()
	if err != nil {
		return nil, explain(s.name, err)
	}
	if got, err = built.GetCredentials(); err != nil {
		return nil, explain(s.name, err)
	}
	s.built = built
	return got, nil
}

// source is the provider that the configuration asks for.
func (cfg CredentialsConfig) source() providers.CredentialsProvider {
	var base providers.CredentialsProvider
	switch {
	case cfg.AccessKey != "":
		base = cfg.staticSource()
	case cfg.Profile != "" || cfg.SharedCredentialsFile != "":
		base = cfg.profileSource()
	case cfg.CredentialsURI != "":
		base = &source{name: "the credentials URI", build: func() (providers.CredentialsProvider, error) {
			return providers.NewURLCredentialsProviderBuilder().WithUrl(cfg.CredentialsURI).Build()
		}}
	case cfg.ECSRoleName != "":
		base = &source{name: "the ECS RAM role " + cfg.ECSRoleName, build: func() (providers.CredentialsProvider, error) {
			return providers.NewECSRAMRoleCredentialsProviderBuilder().WithRoleName(cfg.ECSRoleName).Build()
		}}
	case cfg.AssumeRoleWithOIDC != nil:
		base = cfg.oidcSource()
	default:
		base = defaultChain()
	}
	for _, role := range cfg.AssumeRoles {
		base = cfg.roleSource(role, base)
	}
	return base
}

func (cfg CredentialsConfig) roleSource(role AssumeRole, base providers.CredentialsProvider) *source {
	return &source{name: "the role " + role.RoleARN, build: func() (providers.CredentialsProvider, error) {
		return providers.NewRAMRoleARNCredentialsProviderBuilder().
			WithCredentialsProvider(base).
			WithRoleArn(role.RoleARN).
			WithRoleSessionName(cmp.Or(role.SessionName, "terraform")).
			WithPolicy(role.Policy).
			WithExternalId(role.ExternalID).
			WithDurationSeconds(role.SessionExpiration).
			WithStsEndpoint(cfg.STSEndpoint).
			Build()
	}}
}

func (cfg CredentialsConfig) staticSource() *source {
	return &source{name: "the access key", build: func() (providers.CredentialsProvider, error) {
		if cfg.SecurityToken != "" {
			return providers.NewStaticSTSCredentialsProviderBuilder().
				WithAccessKeyId(cfg.AccessKey).WithAccessKeySecret(cfg.SecretKey).WithSecurityToken(cfg.SecurityToken).Build()
		}
		return providers.NewStaticAKCredentialsProviderBuilder().
			WithAccessKeyId(cfg.AccessKey).WithAccessKeySecret(cfg.SecretKey).Build()
	}}
}

func (cfg CredentialsConfig) profileSource() *source {
	name := "the CLI profile"
	if cfg.Profile != "" {
		name += " " + cfg.Profile
	}
	return &source{name: name, build: func() (providers.CredentialsProvider, error) {
		return profileProvider(cfg.SharedCredentialsFile, cfg.Profile)
	}}
}

func (cfg CredentialsConfig) oidcSource() *source {
	role := cfg.AssumeRoleWithOIDC
	return &source{name: "the role " + role.RoleARN + " with OIDC", build: func() (providers.CredentialsProvider, error) {
		return providers.NewOIDCCredentialsProviderBuilder().
			WithOIDCProviderARN(role.OIDCProviderARN).
			WithOIDCToken(role.OIDCToken).
			WithOIDCTokenFilePath(role.OIDCTokenFile).
			WithRoleArn(role.RoleARN).
			WithRoleSessionName(cmp.Or(role.RoleSessionName, "terraform")).
			WithPolicy(role.Policy).
			WithDurationSeconds(role.SessionExpiration).
			WithSTSEndpoint(cfg.STSEndpoint).
			Build()
	}}
}

// defaultChain is the library's default chain, of the library's own providers,
// but not its DefaultCredentialsProvider: after a failure that one asks only the
// last of its providers again, and its error is all their texts in one.
func defaultChain() *chain {
	return &chain{sources: []*source{
		{name: "the environment", build: func() (providers.CredentialsProvider, error) {
			return providers.NewEnvironmentVariableCredentialsProviderBuilder().Build()
		}},
		{name: "OIDC", build: func() (providers.CredentialsProvider, error) {
			return providers.NewOIDCCredentialsProviderBuilder().Build()
		}},
		{name: "the CLI profile", build: func() (providers.CredentialsProvider, error) {
			return profileProvider("", "")
		}},
		{name: "the credentials file", build: func() (providers.CredentialsProvider, error) {
			return providers.NewProfileCredentialsProviderBuilder().Build()
		}},
		{name: "the ECS RAM role", build: func() (providers.CredentialsProvider, error) {
			return providers.NewECSRAMRoleCredentialsProviderBuilder().Build()
		}},
		{name: "the credentials URI", build: func() (providers.CredentialsProvider, error) {
			return providers.NewURLCredentialsProviderBuilder().Build()
		}},
	}}
}

// chain asks its sources in order and stays with the first that answers. When
// that one fails, all are asked again.
type chain struct {
	sources []*source
	working *source
}

// GetProviderName gives the chain's name in errors.
func (c *chain) GetProviderName() string { return "the default chain" }

// GetCredentials asks the sources. Its errors are *sourceError, and are
// ErrNoCredentials.
func (c *chain) GetCredentials() (*providers.Credentials, error) {
	if c.working != nil {
		if got, err := c.working.GetCredentials(); err == nil {
			return got, nil
		}
		c.working = nil
	}
	var tried []string
	passing := false
	for _, s := range c.sources {
		got, err := s.GetCredentials()
		if err == nil {
			c.working = s
			return got, nil
		}
		tried = append(tried, err.Error())
		// Without a role's name, a metadata service out of reach only means that
		// this is no ECS instance.
		if s.name != "the ECS RAM role" || os.Getenv("ALIBABA_CLOUD_ECS_METADATA") != "" {
			passing = passing || isPassing(err)
		}
	}
	return nil, &sourceError{
		message: ErrNoCredentials.Error() + "; tried " + strings.Join(tried, "; "),
		passing: passing, err: ErrNoCredentials,
	}
}
