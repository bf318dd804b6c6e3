package alibabacloud

import (
	"context"
	"strings"
)

// keys sign a call.
type keys struct{ id, secret, token string }

// scrub takes the keys out of a text that the service wrote.
func (k keys) scrub(s string) string {
	for _, secret := range []string{k.secret, k.token, k.id} {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "***")
		}
	}
	return s
}

// CredentialsConfig says where the keys come from.
type CredentialsConfig struct {
	AccessKey, SecretKey, SecurityToken string
}

// Credentials are the keys that calls are signed with.
type Credentials struct{ static keys }

// NewCredentials makes Credentials. Nothing is read or dialled before first use.
func NewCredentials(cfg CredentialsConfig) (Credentials, error) {
	return Credentials{static: keys{cfg.AccessKey, cfg.SecretKey, cfg.SecurityToken}}, nil
}

func (c Credentials) get(_ context.Context) (keys, error) {
	if c.static.id == "" {
		return keys{}, ErrNoCredentials
	}
	return c.static, nil
}

func isPassing(error) bool { return false }
