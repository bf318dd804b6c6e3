package clouds

import (
	"errors"
	"fmt"
)

// Validate returns what is wrong in the provider block about arguments that go
// together, as far as that is certain before any cloud is used. An argument whose
// partner is known only after apply passes, and so does a cloud of which the
// provider block says nothing, whatever the environment holds: it may never be
// used.
func (c *Clouds) Validate() []*SettingError {
	var found []*SettingError
	for _, rule := range []struct {
		subjects []Setting
		check    func(*reader)
	}{
		{[]Setting{AlibabaCloudAccessKey, AlibabaCloudSecretKey}, checkAccessKey},
		{[]Setting{AssumeRoleWithOIDCToken, AssumeRoleWithOIDCTokenFile}, checkAssumeRoleWithOIDCToken},
	} {
		r := c.reader()
		if !r.mentions(rule.subjects) {
			continue
		}
		rule.check(r)
		var wrong *SettingError
		if errors.As(r.err, &wrong) && !errors.Is(wrong, ErrUnknown) {
			found = append(found, wrong)
		}
	}
	return found
}

// mentions tells whether the provider block itself has one of the arguments.
func (r *reader) mentions(settings []Setting) bool {
	for _, setting := range settings {
		if r.values.chooses(setting) {
			return true
		}
	}
	return false
}

// checkAccessKey refuses half a key pair.
func checkAccessKey(r *reader) {
	id, secret := r.text(AlibabaCloudAccessKey), r.text(AlibabaCloudSecretKey)
	switch {
	case id != "" && secret == "":
		r.refuse(AlibabaCloudSecretKey, fmt.Errorf("%w, but %s is", ErrMissing, AlibabaCloudAccessKey))
	case id == "" && secret != "":
		r.refuse(AlibabaCloudAccessKey, fmt.Errorf("%w, but %s is", ErrMissing, AlibabaCloudSecretKey))
	}
}

// checkAssumeRoleWithOIDCToken refuses two tokens in one provider block.
func checkAssumeRoleWithOIDCToken(r *reader) {
	if r.values.chooses(AssumeRoleWithOIDCToken) && r.values.chooses(AssumeRoleWithOIDCTokenFile) {
		r.refuse(AssumeRoleWithOIDCTokenFile, fmt.Errorf("cannot be set together with %s", AssumeRoleWithOIDCToken))
	}
}
