package clouds

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
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
		{keyPair, checkKeyPair},
		{[]Setting{AssumeRoleWithOIDCToken, AssumeRoleWithOIDCTokenFile}, checkAssumeRoleWithOIDCToken},
	} {
		r := c.reader()
		if !slices.ContainsFunc(rule.subjects, r.values.chooses) {
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

// checkKeyPair refuses half a key pair, and a token without one.
func checkKeyPair(r *reader) {
	var given, missing Setting
	for _, setting := range keyPair {
		switch {
		case r.text(setting) != "":
			given = cmp.Or(given, setting)
		case setting != AlibabaCloudSecurityToken && missing == "":
			missing = setting
		}
	}
	if r.err != nil || given == "" || missing == "" {
		return
	}
	where := string(given)
	_, variable := r.lookup(given)
	if variable != "" {
		where, variable = variable, r.variablesOf(missing)[0]
	}
	r.err = &SettingError{Setting: missing, Variable: variable, Err: fmt.Errorf("not set, but %s is. Set both, in one place: "+
		"key, secret and token all come from the provider block, or from variables that begin alike", where)}
}

// checkAssumeRoleWithOIDCToken refuses two tokens in one provider block.
func checkAssumeRoleWithOIDCToken(r *reader) {
	if r.values.chooses(AssumeRoleWithOIDCToken) && r.values.chooses(AssumeRoleWithOIDCTokenFile) {
		r.refuse(AssumeRoleWithOIDCTokenFile, fmt.Errorf("cannot be set together with %s", AssumeRoleWithOIDCToken))
	}
}

// CheckObjects returns what is wrong with a setting that is an object, or a list of
// objects. No schema checks those.
func (v Values) CheckObjects(setting Setting) []*SettingError {
	var found []*SettingError
	refuse := func(setting Setting, format string, a ...any) {
		found = append(found, &SettingError{Setting: setting, Err: fmt.Errorf(format, a...)})
	}
	var objects []Setting
	switch value, ok := v[setting]; {
	case ok && !value.List:
		objects = []Setting{setting}
	case ok:
		for i := range v[setting].Items {
			objects = append(objects, setting.Item(i))
		}
	}
	var names []string
	for other := range table {
		if other.parent() == setting {
			names = append(names, string(other[len(setting)+1:]))
		}
	}
	slices.Sort(names)
	for _, object := range objects {
		if value, ok := v[object]; !ok || value.Text != "" || value.List {
			refuse(object, "must be an object or a list of objects")
			continue
		}
		// An element of a list has no variables to stand in for its ARN.
		if arn := object + roleARN; object != setting && v[arn].Text == "" && !v[arn].List && !v[object].Unknown && !v[arn].Unknown {
			refuse(arn, "%w", ErrMissing)
		}
		for _, at := range slices.Sorted(maps.Keys(v)) {
			name, ok := strings.CutPrefix(string(at), string(object)+".")
			if !ok || strings.Contains(name, "[") { // An item is of a list, which stands before it.
				continue
			}
			value := v[at]
			switch {
			case !slices.Contains(names, name):
				refuse(object, "has no argument %q: its arguments are %s", name, strings.Join(names, ", "))
			case value.List:
				refuse(at, "must be a text or a number")
			case value.Text != "":
				if err := at.Check(value.Text); err != nil {
					found = append(found, &SettingError{Setting: at, Err: err})
				}
			}
		}
	}
	return found
}
