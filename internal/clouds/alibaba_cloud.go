package clouds

import (
	"errors"

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
		Logger:      c.config.Logger,
	})
	if err != nil { // The endpoint is all that can be wrong.
		r.refuse(AlibabaCloudEndpoint, errors.New("cannot be used: "+err.Error()))
		return nil, r.err
	}
	return client, nil
}

// alibabaCloud reads the arguments of Alibaba Cloud, but for the region, which
// only some objects need.
func (r *reader) alibabaCloud() (endpoint string, credentials alibabacloud.CredentialsConfig) {
	checkAccessKey(r)
	checkAssumeRoleWithOIDCToken(r)
	endpoint = r.text(AlibabaCloudEndpoint)
	credentials = alibabacloud.CredentialsConfig{
		AccessKey:     r.text(AlibabaCloudAccessKey),
		SecretKey:     r.text(AlibabaCloudSecretKey),
		SecurityToken: r.text(AlibabaCloudSecurityToken),
	}
	return endpoint, credentials
}
