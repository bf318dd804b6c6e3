package alibabacloud

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// sourceError is a source of credentials that failed. Its text holds nothing of
// what the source answered or its files hold.
type sourceError struct {
	name    string
	message string
	passing bool // another try may go better
	err     error
}

func (e *sourceError) Error() string {
	if e.name == "" {
		return e.message
	}
	return e.name + ": " + e.message
}

func (e *sourceError) Unwrap() error { return e.err }

// isPassing reports whether a source of credentials may answer at another try.
func isPassing(err error) bool {
	var e *sourceError
	return errors.As(err, &e) && e.passing
}

// The library puts what it read into its error texts: a malformed CLI profile as
// a whole, lines of the credentials file, answers with keys in them, URLs with
// their queries. So its texts are not passed on, but for those below, which hold
// names of files, profiles and arguments only.
var harmless = []string{
	"reading aliyun cli config from",
	"no any configured profiles in",
	"unable to get profile with",
	"unsupported profile mode",
	"cannot found home dir",
	"the CLI profile is disabled",
	"the access key id is empty",
	"the access key secret is empty",
	"the security token is empty",
	"the url is empty",
	"the OIDCTokenFilePath is empty",
	"the OIDCProviderARN is empty",
	"the RoleArn is empty",
	"the Assume Role session duration",
	"session duration should be",
	"CloudSSO access token is empty or expired",
	"CloudSSO sign in url or account id or access config is empty",
	"invalid site type",
	"process_command is empty",
	"command process timed out",
	"IMDS credentials is disabled",
	"unable to get credentials from enviroment variables",
}

var (
	brokenProfile = regexp.MustCompile(`^unmarshal aliyun cli config from '([^']*)' failed`)
	httpStatus    = regexp.MustCompile(`httpStatus: (\d{3})|^get role name failed: \S+ \S+ (\d{3})$`)
	refusal       = regexp.MustCompile(`(?s)^(?:refresh session token|get session token|get session token from sso) failed: (.*)$`)
	outOfReach    = regexp.MustCompile(`dial tcp|i/o timeout|connection re(fused|set)|deadline exceeded|Client\.Timeout|EOF|unreachable`)
)

// explain makes the error of a source out of one of the library's, without what
// could be secret in it.
func explain(name string, err error) *sourceError {
	var known *sourceError
	if errors.As(err, &known) {
		return known
	}
	e := &sourceError{name: name}
	text := err.Error()
	var inURL *url.Error
	var inFile *fs.PathError
	switch {
	case errors.As(err, &inURL):
		e.message, e.passing = "it could not be reached", transportKind(inURL.Err) == KindPassing
		if u, parseErr := url.Parse(inURL.URL); parseErr == nil {
			e.message = u.Hostname() + " could not be reached: " + networkCause(inURL.Err)
		}
	case errors.As(err, &inFile):
		e.message = inFile.Error()
	case brokenProfile.MatchString(text):
		e.message = fmt.Sprintf("the file %s is not a valid CLI configuration in JSON", brokenProfile.FindStringSubmatch(text)[1])
	case refusal.MatchString(text):
		e.message, e.passing = explainRefusal(refusal.FindStringSubmatch(text)[1])
	case httpStatus.MatchString(text):
		m := httpStatus.FindStringSubmatch(text)
		status := m[1] + m[2]
		e.message, e.passing = "it answered with HTTP "+status, status[0] == '5'
	case outOfReach.MatchString(text):
		e.message, e.passing = "it could not be reached", true
	case strings.HasPrefix(text, "ERROR: Can not open fileopen "):
		e.message = strings.TrimPrefix(text, "ERROR: Can not open file")
	case strings.HasPrefix(text, "ERROR: Can not load section"):
		e.message = "the file has no section for the profile"
	default:
		e.message = "what it gave cannot be used"
		for _, prefix := range harmless {
			if strings.HasPrefix(text, prefix) {
				e.message = text
			}
		}
	}
	return e
}

// networkCause is the innermost reason of a network error, which has no URL.
func networkCause(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		return op.Err.Error()
	}
	if e := (interface{ Timeout() bool })(nil); errors.As(err, &e) && e.Timeout() {
		return "no answer in time"
	}
	return transportMessage(err, 0)
}

// explainRefusal reads the error answer of STS.
func explainRefusal(body string) (message string, passing bool) {
	said := decodeError([]byte(body))
	if said.Code == "" {
		return "STS refused without saying why", false
	}
	known := find(said.Code, said.Message)
	passing = known != nil && (known.kind == KindThrottled || known.kind == KindPassing)
	message = fmt.Sprintf("STS refused: %s: %s", said.Code, withoutSigning(said.Message))
	if said.RequestID != "" {
		message += fmt.Sprintf(" (request id %s)", said.RequestID)
	}
	return message, passing
}
