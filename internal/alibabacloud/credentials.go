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

// CredentialsConfig says where the keys come from. Its names are those that users of
// the alicloud provider know. As there, the first of these that is set counts:
//
//  1. AccessKey and SecretKey, with SecurityToken where they are temporary;
//  2. Profile or SharedCredentialsFile: a profile of the aliyun CLI;
//  3. CredentialsURI;
//  4. ECSRoleName: the RAM role of this ECS instance;
//  5. AssumeRoleWithOIDC;
//  6. none of these: what the vendor's libraries look for by default, in their
//     order; see defaultChain.
//
// Then each of AssumeRoles is assumed, with the keys that the step before gave.
type CredentialsConfig struct {
	AccessKey, SecretKey, SecurityToken string

	Profile               string // "" is the current one of the file
	SharedCredentialsFile string // "" is ALIBABA_CLOUD_CONFIG_FILE or ~/.aliyun/config.json

	CredentialsURI     string
	ECSRoleName        string
	AssumeRoleWithOIDC *AssumeRoleWithOIDC

	AssumeRoles []AssumeRole // one after the other

	// STSEndpoint is the host[:port] where roles are assumed, over TLS; "" leaves it
	// to the library.
	STSEndpoint string

	// Transport sends the library's own calls, such as those to STS; nil is
	// http.DefaultTransport. The library dials by itself, so only the transport's
	// proxy and trusted certificates count.
	Transport *http.Transport
}

// AssumeRole is a RAM role to assume with other keys.
type AssumeRole struct {
	RoleARN           string
	SessionName       string // "" is "terraform"
	Policy            string // JSON that restricts the role's policy; "" does not
	ExternalID        string
	SessionExpiration int // seconds, 900 or more; 0 is 3600
}

// AssumeRoleWithOIDC is a RAM role to assume with a token of an identity provider.
type AssumeRoleWithOIDC struct {
	OIDCProviderARN   string
	OIDCToken         string
	OIDCTokenFile     string // read at every renewal; OIDCToken wins over it
	RoleARN           string
	RoleSessionName   string // "" is "terraform"
	Policy            string // JSON that restricts the role's policy; "" does not
	SessionExpiration int    // seconds, 900 or more; 0 is 3600
}

// CheckCredentialsURI checks a credentials URI. Plain http is accepted, since the
// server is often on the same host or private network. Its errors do not show the URI,
// which may hold a secret.
func CheckCredentialsURI(uri string) error {
	u, err := url.Parse(uri)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("must be an absolute http or https URL without user, such as http://127.0.0.1:8080/credentials")
	}
	return nil
}

// CheckSessionExpiration checks the duration of a role's session, in seconds, by the
// limits of the AssumeRole API.
func CheckSessionExpiration(seconds int) error {
	const lowest, highest = 900, 43200
	if seconds < lowest || seconds > highest {
		return fmt.Errorf("must be a number of seconds from %d to %d", lowest, highest)
	}
	return nil
}

// CheckRoleARN checks the form of a RAM role's ARN.
func CheckRoleARN(arn string) error { return checkARN(arn, "role") }

// CheckOIDCProviderARN checks the form of the ARN of a RAM OIDC provider.
func CheckOIDCProviderARN(arn string) error { return checkARN(arn, "oidc-provider") }

func checkARN(arn, kind string) error {
	account, name, found := strings.Cut(strings.TrimPrefix(arn, "acs:ram::"), ":"+kind+"/")
	if !strings.HasPrefix(arn, "acs:ram::") || !found || account == "" || name == "" || strings.ContainsFunc(arn, unicode.IsSpace) {
		return fmt.Errorf("must be an ARN such as acs:ram::123456789012:%s/network", kind)
	}
	return nil
}

// CheckExternalID checks an external ID by the rules of the AssumeRole API.
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

// Credentials are the keys that sign calls. They are fetched at first use and renewed
// before they expire. The zero value has none.
type Credentials struct{ held *heldKeys }

// NewCredentials makes Credentials. It makes no call and reads no file. Its errors are
// about values that cannot be combined.
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

// wellFormed reports whether the keys are free of white space. A line break, copied
// from a file with the key, would make a request that cannot be sent.
func (k keys) wellFormed() bool {
	return !strings.ContainsFunc(k.id+k.secret+k.token, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) })
}

// heldKeys keeps the keys of a source for a while. The library's sources are not safe
// for concurrent use and take no context. So one goroutine at a time asks them, and a
// caller waits for it no longer than its own context lasts.
type heldKeys struct {
	fixed     keys // the keys, if there is no source
	source    providers.CredentialsProvider
	transport *http.Transport

	asking singleflight.Group
	mu     sync.Mutex
	keys   keys
	until  time.Time
}

// holdFor is how long keys are kept. The library renews temporary keys three minutes
// before they expire, so keys kept for less than that never expire.
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

// askLibrary asks the library for keys. The library sends its calls through a copy of
// http.DefaultTransport, which belongs to the whole process. To use another transport,
// askLibrary replaces that one meanwhile, for one caller at a time.
func askLibrary(source providers.CredentialsProvider, transport *http.Transport) (*providers.Credentials, error) {
	if transport != nil {
		library.Lock()
		defer library.Unlock()
		defer func(before http.RoundTripper) { http.DefaultTransport = before }(http.DefaultTransport)
		http.DefaultTransport = transport
	}
	return source.GetCredentials()
}

// source is a provider of the library that is built at first use. After a failure it
// is built again, since the file that it was built from may have changed. The
// library's errors may hold secrets, and it panics at unexpected answers; source turns
// both into errors that name the source.
type source struct {
	name  string
	setBy string // see sourceError
	build func() (providers.CredentialsProvider, error)
	built providers.CredentialsProvider
}

// GetProviderName returns the source's name, for errors.
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
		if failed := s.explain(err); failed.passing {
			return nil, failed
		}
	}
	built, err := s.build()
	if err != nil {
		return nil, s.explain(err)
	}
	if got, err = built.GetCredentials(); err != nil {
		return nil, s.explain(err)
	}
	s.built = built
	return got, nil
}

func (s *source) explain(err error) *sourceError {
	failed := explain(s.name, err)
	failed.setBy = cmp.Or(failed.setBy, s.setBy)
	return failed
}

// source returns the provider that the configuration asks for.
func (cfg CredentialsConfig) source() providers.CredentialsProvider {
	var base providers.CredentialsProvider
	switch {
	case cfg.AccessKey != "":
		base = cfg.staticSource()
	case cfg.Profile != "" || cfg.SharedCredentialsFile != "":
		base = cfg.profileSource()
	case cfg.CredentialsURI != "":
		base = &source{name: "the credentials URI", setBy: "alibaba_cloud.credentials_uri", build: func() (providers.CredentialsProvider, error) {
			return providers.NewURLCredentialsProviderBuilder().WithUrl(cfg.CredentialsURI).Build()
		}}
	case cfg.ECSRoleName != "":
		// The address of the metadata is the same on every instance.
		base = &source{name: "the ECS RAM role " + cfg.ECSRoleName, setBy: "alibaba_cloud.ecs_role_name", build: func() (providers.CredentialsProvider, error) {
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
	return &source{name: name, setBy: "sts_region, cloud_sso_sign_in_url or oauth_site_type of the profile", build: func() (providers.CredentialsProvider, error) {
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

// defaultChain has the providers of the library's default chain, in its order. It does
// not use the library's DefaultCredentialsProvider: after a failure that one asks only
// the last of its providers again, and its error joins the texts of all of them.
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

// chain asks its sources in order, and keeps to the first that answers. It never goes on
// to another because of a failure that may pass: that one may have keys of another
// account, where no object is found.
type chain struct {
	sources []*source
	working *source
}

// GetProviderName returns the chain's name, for errors.
func (c *chain) GetProviderName() string { return "the default chain" }

// GetCredentials asks the sources. Its errors are *sourceError, and match
// ErrNoCredentials if no source has answered yet.
func (c *chain) GetCredentials() (*providers.Credentials, error) {
	if c.working != nil {
		return c.working.GetCredentials()
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
		// Without the name of a role, an unreachable metadata service only means that
		// this is not an ECS instance.
		if isPassing(err) && (s.name != "the ECS RAM role" || os.Getenv("ALIBABA_CLOUD_ECS_METADATA") != "") {
			passing = true
			break
		}
	}
	return nil, &sourceError{
		message: ErrNoCredentials.Error() + "; tried " + strings.Join(tried, "; "),
		passing: passing, err: ErrNoCredentials,
	}
}
