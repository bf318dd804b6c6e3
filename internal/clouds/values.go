package clouds

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Value is what the provider block says about one argument that it does not leave
// out.
type Value struct {
	// Text is the value; a boolean is "true" or "false", a number is decimal, an
	// object is "" and stands in its own arguments, a list in its items.
	Text string
	// List is true of a list, and Items is how many it has.
	List  bool
	Items int
	// Unknown is true while the value is known only after apply.
	Unknown bool
}

// Values is a provider block. An argument that is null or left out has no entry.
type Values map[Setting]Value

// What can be wrong with an argument, for [errors.Is].
var (
	// ErrUnknown: the value is known only after apply, and is needed now.
	ErrUnknown = errors.New("is not known until apply")
	// ErrMissing: no value is set anywhere, and one is needed.
	ErrMissing = errors.New("is not set")
)

// SettingError says that an argument of the provider block, or the variable used in
// its place, does not hold what is needed. Its text is fit for users: it names the
// argument and the variables, says what to do, and holds no secret.
type SettingError struct {
	Setting  Setting
	Variable string // The environment variable that the value came from, or is missing in; "" for the configuration.
	Err      error  // [ErrUnknown], [ErrMissing], or what is wrong with the value.
}

// Error names the argument, what is wrong with it, and what to do.
func (e *SettingError) Error() string {
	switch {
	case errors.Is(e.Err, ErrUnknown):
		return fmt.Sprintf("the provider's argument %s %s, but is needed now. First apply what its value comes from "+
			"(terraform apply -target=…), or split the configuration so that the value is known beforehand", e.Setting, e.Err)
	case errors.Is(e.Err, ErrMissing):
		if variables := e.Setting.Variables(); len(variables) > 0 {
			return fmt.Sprintf("the provider's argument %s %s. Set it in the provider block, or set the environment variable %s",
				e.Setting, e.Err, strings.Join(variables, " or "))
		}
		return fmt.Sprintf("the provider's argument %s %s. Set it in the provider block", e.Setting, e.Err)
	case e.Variable != "":
		return fmt.Sprintf("the environment variable %s, which stands in for the provider's argument %s: %s", e.Variable, e.Setting, e.Err)
	default:
		return fmt.Sprintf("the provider's argument %s: %s", e.Setting, e.Err)
	}
}

// Unwrap returns what is wrong.
func (e *SettingError) Unwrap() error { return e.Err }

// reader reads arguments out of a provider block and the environment. It keeps
// the first error and reads nothing after it, so that callers look at err once.
type reader struct {
	values Values
	getenv func(string) string
	err    error
}

// text returns the setting's value, "" when it is set nowhere, or of a way that is not
// chosen.
func (r *reader) text(setting Setting) string {
	if r.err != nil || !r.used(setting) {
		return ""
	}
	return r.read(setting)
}

// read returns the setting's value, whether it is used or not.
func (r *reader) read(setting Setting) string {
	if r.err != nil || r.isUnknown(setting) {
		return ""
	}
	text, _ := r.lookup(setting)
	if text == "" {
		return ""
	}
	if err := setting.Check(text); err != nil {
		r.refuse(setting, err)
		return ""
	}
	return text
}

// lookup returns the argument's value and the variable that it comes from, "" for
// the provider block. An empty text in the provider block counts as not set, as it
// does in a variable.
func (r *reader) lookup(setting Setting) (text, variable string) {
	if text := r.values[setting].Text; text != "" {
		return text, ""
	}
	if r.values.choosesAgainst(setting) {
		return "", ""
	}
	row := setting.row()
	for _, variable := range r.variablesOf(setting) {
		text := r.getenv(variable)
		if text == "" {
			continue
		}
		if row.fromVariable != nil {
			text = row.fromVariable(text)
		}
		return text, variable
	}
	return "", ""
}

// variablesOf returns the variables that count for the setting. For a key pair they
// are those of the first place that has a half of it, and none where the provider
// block has any of it.
func (r *reader) variablesOf(setting Setting) []string {
	variables := setting.Variables()
	if !slices.Contains(keyPair, setting) {
		return variables
	}
	if slices.ContainsFunc(keyPair, r.values.chooses) {
		return nil
	}
	for i := range variables {
		if r.getenv(AlibabaCloudAccessKey.Variables()[i]) != "" || r.getenv(AlibabaCloudSecretKey.Variables()[i]) != "" {
			return variables[i : i+1]
		}
	}
	return nil
}

// refuse keeps what is wrong with an argument's value.
func (r *reader) refuse(setting Setting, err error) {
	if r.err == nil {
		_, variable := r.lookup(setting)
		r.err = &SettingError{Setting: setting, Variable: variable, Err: err}
	}
}

// firstOf returns the first of the variables that is set and not empty.
func (r *reader) firstOf(variables []string) string {
	for _, variable := range variables {
		if text := r.getenv(variable); text != "" {
			return text
		}
	}
	return ""
}

// flag returns the value of an argument that is true or false.
func (r *reader) flag(setting Setting, otherwise bool) bool {
	text := r.text(setting)
	if text == "" {
		return otherwise
	}
	value, err := strconv.ParseBool(text)
	return err == nil && value // The table's check has parsed it before.
}

// number returns the value of an argument that is a number, 0 when it is not set.
func (r *reader) number(setting Setting) int {
	value, _ := strconv.Atoi(r.text(setting)) // The table's check has parsed it before.
	return value
}

// required returns the argument's value, which has to be set.
func (r *reader) required(setting Setting) string {
	text := r.text(setting)
	if text == "" {
		r.refuse(setting, ErrMissing)
	}
	return text
}

// has tells whether an object or a list is in the provider block.
func (r *reader) has(object Setting) bool {
	if r.err != nil || !r.used(object) || r.isUnknown(object) {
		return false
	}
	_, ok := r.values[object]
	return ok
}

// isUnknown tells whether the setting, or an object that it is in, is known only
// after apply, and keeps that as the error.
func (r *reader) isUnknown(setting Setting) bool {
	at := r.unknown(setting)
	if at != "" {
		r.err = &SettingError{Setting: at, Err: ErrUnknown}
	}
	return at != ""
}

// unknown returns the setting, or the object that it is in, that is known only after
// apply, "" if all is known.
func (r *reader) unknown(setting Setting) Setting {
	for at := setting; at != ""; at = at.parent() {
		if r.values[at].Unknown {
			return at
		}
	}
	return ""
}
