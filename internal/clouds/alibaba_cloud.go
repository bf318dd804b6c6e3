package clouds

import (
	"fmt"
	"net/http"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

func (c *Clouds) newAlibabaCloud() (*alibabacloud.Client, error) {
	r := c.reader()
	endpoint, credentials := r.alibabaCloud()
	if r.err != nil {
		return nil, r.err
	}
	transport, err := c.roundTripper()
	if err != nil {
		return nil, err
	}
	if own, ok := transport.(*http.Transport); ok {
		credentials.Transport = own
	}
	source, err := alibabacloud.NewCredentials(credentials)
	if err != nil {
		return nil, err
	}
	client, err := alibabacloud.NewClient(alibabacloud.Config{
		Endpoint:    endpoint,
		Credentials: source,
		Transport:   transport,
		UserAgent:   c.config.UserAgent,
		Pace:        c.config.Pace,
		Shared:      c.config.Shared,
		Logger:      c.config.Logger,
	})
	if err != nil { // The endpoint is all that can be wrong.
		r.refuse(AlibabaCloudEndpoint, err)
		return nil, r.err
	}
	return client, nil
}

// alibabaCloud reads the arguments of Alibaba Cloud, but for the region, which
// only some objects need.
func (r *reader) alibabaCloud() (endpoint string, credentials alibabacloud.CredentialsConfig) {
	checkKeyPair(r)
	return r.text(AlibabaCloudEndpoint), alibabacloud.CredentialsConfig{
		AccessKey:             r.text(AlibabaCloudAccessKey),
		SecretKey:             r.text(AlibabaCloudSecretKey),
		SecurityToken:         r.text(AlibabaCloudSecurityToken),
		Profile:               r.text(AlibabaCloudProfile),
		SharedCredentialsFile: r.text(AlibabaCloudSharedCredentialsFile),
		CredentialsURI:        r.text(AlibabaCloudCredentialsURI),
		ECSRoleName:           r.text(AlibabaCloudECSRoleName),
		AssumeRoleWithOIDC:    r.assumeRoleWithOIDC(),
		AssumeRoles:           r.assumeRoles(),
	}
}

// assumeRoles returns none where the provider block has no such object, whatever the
// environment has: ALIBABA_CLOUD_ROLE_ARN is also what a pod on ACK has for OIDC.
func (r *reader) assumeRoles() []alibabacloud.AssumeRole {
	if !r.has(AssumeRole) {
		return nil
	}
	at := []Setting{AssumeRole}
	if list := r.values[AssumeRole]; list.List {
		at = nil
		for i := range list.Items {
			at = append(at, AssumeRole.Item(i))
		}
	}
	var roles []alibabacloud.AssumeRole
	for _, role := range at {
		roles = append(roles, alibabacloud.AssumeRole{
			RoleARN:           r.required(role + roleARN),
			SessionName:       r.text(role + sessionName),
			Policy:            r.text(role + policy),
			ExternalID:        r.text(role + externalID),
			SessionExpiration: r.number(role + sessionExpiration),
		})
	}
	return roles
}

// assumeRoleWithOIDC returns nil where the provider block has no such object. The
// credentials that are looked for by default include OIDC by the environment.
func (r *reader) assumeRoleWithOIDC() *alibabacloud.AssumeRoleWithOIDC {
	if !r.has(AssumeRoleWithOIDC) {
		return nil
	}
	checkAssumeRoleWithOIDCToken(r)
	role := &alibabacloud.AssumeRoleWithOIDC{
		OIDCProviderARN:   r.required(AssumeRoleWithOIDCProviderARN),
		OIDCToken:         r.text(AssumeRoleWithOIDCToken),
		OIDCTokenFile:     r.text(AssumeRoleWithOIDCTokenFile),
		RoleARN:           r.required(AssumeRoleWithOIDCRoleARN),
		RoleSessionName:   r.text(AssumeRoleWithOIDCRoleSessionName),
		Policy:            r.text(AssumeRoleWithOIDCPolicy),
		SessionExpiration: r.number(AssumeRoleWithOIDCSessionExpiration),
	}
	if role.OIDCToken == "" && role.OIDCTokenFile == "" {
		r.refuse(AssumeRoleWithOIDCTokenFile, fmt.Errorf("%w, and neither is %s", ErrMissing, AssumeRoleWithOIDCToken))
	}
	return role
}
