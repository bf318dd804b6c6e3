package alibabacloud

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// cliProfile is a profile of the aliyun CLI, as its configuration file has it.
type cliProfile struct {
	Name            string `json:"name"`
	Mode            string `json:"mode"`
	AccessKeyID     string `json:"access_key_id"`
	AccessKeySecret string `json:"access_key_secret"`
	SecurityToken   string `json:"sts_token"`
	SecurityExpiry  int64  `json:"sts_expiration"` // seconds since 1970, as all expiries here

	RoleName        string `json:"ram_role_name"` // of an ECS instance
	RoleARN         string `json:"ram_role_arn"`
	RoleSessionName string `json:"ram_session_name"`
	ExpiredSeconds  int    `json:"expired_seconds"`
	Policy          string `json:"policy"`
	ExternalID      string `json:"external_id"`
	STSRegion       string `json:"sts_region"`
	EnableVPC       bool   `json:"enable_vpc"`
	SourceProfile   string `json:"source_profile"`

	OIDCProviderARN string `json:"oidc_provider_arn"`
	OIDCToken       string `json:"oidc_token"`
	OIDCTokenFile   string `json:"oidc_token_file"`

	SSOSignInURL    string `json:"cloud_sso_sign_in_url"`
	SSOAccountID    string `json:"cloud_sso_account_id"`
	SSOAccessConfig string `json:"cloud_sso_access_config"`
	SSOAccessToken  string `json:"access_token"`
	SSOExpiry       int64  `json:"cloud_sso_access_token_expire"`

	OAuthSite        string `json:"oauth_site_type"`
	OAuthAccessToken string `json:"oauth_access_token"`
	OAuthExpiry      int64  `json:"oauth_access_token_expire"`

	ProcessCommand string `json:"process_command"`
}

// cliProfiles is the aliyun CLI's configuration file.
type cliProfiles struct {
	Current  string       `json:"current"`
	Profiles []cliProfile `json:"profiles"`
}

// profileProvider returns the library's provider for a profile of the aliyun CLI. An
// empty file is the default file, an empty name the file's current profile.
//
// The library could read the file too, but it also writes to it: for a profile of mode
// External or OAuth it stores the keys that it got, and drops members that it does not
// know from all profiles. Nothing is written here.
func profileProvider(file, name string) (providers.CredentialsProvider, error) {
	if strings.EqualFold(os.Getenv("ALIBABA_CLOUD_CLI_PROFILE_DISABLED"), "true") {
		return nil, &sourceError{message: "disabled by ALIBABA_CLOUD_CLI_PROFILE_DISABLED"}
	}
	file = cmp.Or(file, os.Getenv("ALIBABA_CLOUD_CONFIG_FILE"))
	if rest, inHome := strings.CutPrefix(file, "~/"); file == "" || inHome {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, &sourceError{message: "there is no home directory"}
		}
		file = filepath.Join(home, cmp.Or(rest, filepath.Join(".aliyun", "config.json")))
	}
	content, err := os.ReadFile(file) //nolint:gosec // The user names the file to read.
	if err != nil {
		return nil, err
	}
	var profiles cliProfiles
	if json.Unmarshal(content, &profiles) != nil { // json's error may repeat what it read
		return nil, &sourceError{message: fmt.Sprintf("the file %s is not a valid CLI configuration in JSON", file)}
	}
	return profiles.provider(cmp.Or(name, os.Getenv("ALIBABA_CLOUD_PROFILE"), profiles.Current), len(profiles.Profiles))
}

// provider returns the provider of a profile, which may build on at most so many others.
func (c cliProfiles) provider(name string, others int) (providers.CredentialsProvider, error) {
	var p *cliProfile
	for i := range c.Profiles {
		if c.Profiles[i].Name == name {
			p = &c.Profiles[i]
			break
		}
	}
	if p == nil {
		return nil, &sourceError{message: fmt.Sprintf("the file has no profile %q", name)}
	}
	switch p.Mode {
	case "AK":
		return providers.NewStaticAKCredentialsProviderBuilder().WithAccessKeyId(p.AccessKeyID).WithAccessKeySecret(p.AccessKeySecret).Build()
	case "StsToken":
		return p.temporaryKeys()
	case "RamRoleArn":
		base, err := providers.NewStaticAKCredentialsProviderBuilder().WithAccessKeyId(p.AccessKeyID).WithAccessKeySecret(p.AccessKeySecret).Build()
		if err != nil {
			return nil, err
		}
		return p.role(base)
	case "ChainableRamRoleArn":
		if others == 0 {
			return nil, &sourceError{message: fmt.Sprintf("the profile %q builds on itself", name)}
		}
		base, err := c.provider(p.SourceProfile, others-1)
		if err != nil {
			return nil, err
		}
		return p.role(base)
	case "EcsRamRole":
		return providers.NewECSRAMRoleCredentialsProviderBuilder().WithRoleName(p.RoleName).Build()
	case "OIDC":
		return providers.NewOIDCCredentialsProviderBuilder().
			WithOIDCToken(p.OIDCToken).
			WithOIDCTokenFilePath(p.OIDCTokenFile).
			WithOIDCProviderARN(p.OIDCProviderARN).
			WithRoleArn(p.RoleARN).
			WithRoleSessionName(p.RoleSessionName).
			WithDurationSeconds(p.ExpiredSeconds).
			WithPolicy(p.Policy).
			WithStsRegionId(p.STSRegion).
			WithEnableVpc(p.EnableVPC).
			Build()
	case "CloudSSO":
		return providers.NewCloudSSOCredentialsProviderBuilder().
			WithSignInUrl(p.SSOSignInURL).
			WithAccountId(p.SSOAccountID).
			WithAccessConfig(p.SSOAccessConfig).
			WithAccessToken(p.SSOAccessToken).
			WithAccessTokenExpire(p.SSOExpiry).
			Build()
	case "OAuth":
		return p.oauth()
	case "External":
		return providers.NewExternalCredentialsProviderBuilder().WithProcessCommand(p.ProcessCommand).Build()
	}
	return nil, &sourceError{message: fmt.Sprintf("the mode %q of the profile %q is not supported", p.Mode, name)}
}

func (p *cliProfile) temporaryKeys() (providers.CredentialsProvider, error) {
	return providers.NewStaticSTSCredentialsProviderBuilder().
		WithAccessKeyId(p.AccessKeyID).WithAccessKeySecret(p.AccessKeySecret).WithSecurityToken(p.SecurityToken).Build()
}

func (p *cliProfile) role(base providers.CredentialsProvider) (providers.CredentialsProvider, error) {
	return providers.NewRAMRoleARNCredentialsProviderBuilder().
		WithCredentialsProvider(base).
		WithRoleArn(p.RoleARN).
		WithRoleSessionName(p.RoleSessionName).
		WithDurationSeconds(p.ExpiredSeconds).
		WithPolicy(p.Policy).
		WithExternalId(p.ExternalID).
		WithStsRegionId(p.STSRegion).
		WithEnableVpc(p.EnableVPC).
		Build()
}

// oauthSites has the URLs and client ids of the CLI's OAuth applications.
var oauthSites = map[string]struct{ url, client string }{
	"CN":   {"https://oauth.aliyun.com", "4038181954557748008"},
	"INTL": {"https://oauth.alibabacloud.com", "4103531455503354461"},
}

// renewBefore is how long before they expire the library renews temporary keys.
const renewBefore = 3 * time.Minute

// oauth takes the keys that the CLI has stored until they expire, or exchanges the
// access token of the CLI's login for new ones. It leaves the refresh token alone: a
// renewal replaces that token, the new one could not be stored, and the CLI itself
// might be logged out.
func (p *cliProfile) oauth() (providers.CredentialsProvider, error) {
	if end := time.Unix(p.SecurityExpiry, 0).Add(-renewBefore); p.SecurityToken != "" && time.Now().Before(end) {
		stored, err := p.temporaryKeys()
		return &ending{stored, end}, err
	}
	site, known := oauthSites[strings.ToUpper(p.OAuthSite)]
	switch {
	case !known:
		return nil, &sourceError{message: fmt.Sprintf("the site type of the profile %q is neither CN nor INTL", p.Name)}
	case p.OAuthAccessToken == "" || !time.Now().Before(time.Unix(p.OAuthExpiry, 0)):
		return nil, &sourceError{message: fmt.Sprintf("the CLI's login has expired; a call with the CLI renews it: aliyun sts GetCallerIdentity --profile %s", p.Name)}
	}
	return providers.NewOAuthCredentialsProviderBuilder().
		WithSignInUrl(site.url).
		WithClientId(site.client).
		WithAccessToken(p.OAuthAccessToken).
		WithAccessTokenExpire(p.OAuthExpiry).
		Build()
}

// ending is a provider whose keys expire.
type ending struct {
	providers.CredentialsProvider
	end time.Time
}

var errEnded = errors.New("the keys have expired")

// GetCredentials returns the keys until they expire, and errEnded from then on.
func (e *ending) GetCredentials() (*providers.Credentials, error) {
	if !time.Now().Before(e.end) {
		return nil, errEnded
	}
	return e.CredentialsProvider.GetCredentials()
}
