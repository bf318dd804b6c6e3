package alibabacloud

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// sourceError is a source of credentials that failed. Its text repeats nothing of the
// source's answer or files.
type sourceError struct {
	name    string
	setBy   string // what sets where the source is asked; "" for STS
	message string
	passing bool // another try may succeed
	err     error
}

func (e *sourceError) Error() string {
	if e.name == "" {
		return e.message
	}
	return e.name + ": " + e.message
}

func (e *sourceError) Unwrap() error { return e.err }

// isPassing reports whether a source of credentials may succeed at another try.
func isPassing(err error) bool {
	var e *sourceError
	return errors.As(err, &e) && e.passing
}

// harmless lists, by their beginnings, the error texts of the library that hold no
// secret. Others may: the library puts into them what it read, such as lines of the
// credentials file, answers with keys, and URLs with queries. ours replaces the text,
// unless it is "".
var harmless = []struct{ text, ours string }{
	{"unable to get credentials from enviroment variables, Access key ID", "ALIBABA_CLOUD_ACCESS_KEY_ID is not set"},         //nolint:misspell // the library's spelling
	{"unable to get credentials from enviroment variables, Access key secret", "ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set"}, //nolint:misspell // the library's spelling
	{"the OIDCTokenFilePath is empty", "no token is set (ALIBABA_CLOUD_OIDC_TOKEN_FILE)"},
	{"the OIDCProviderARN is empty", "no identity provider is set (ALIBABA_CLOUD_OIDC_PROVIDER_ARN)"},
	{"the RoleArn is empty", "no role is set (ALIBABA_CLOUD_ROLE_ARN)"},
	{"the url is empty", "ALIBABA_CLOUD_CREDENTIALS_URI is not set"},
	{"IMDS credentials is disabled", "disabled by ALIBABA_CLOUD_ECS_METADATA_DISABLED"},
	{"ERROR: Can not load section", "the file has no section for the profile"},
	{"ERROR: Can not find credential type", "the profile has no type"},
	{"get credentials from GET ", "it did not answer with HTTP 200 and keys in JSON"},
	{"refresh credentials from GET ", "its answer lacks a key, a secret, a token or an expiration"},
	{"cannot found home dir", "there is no home directory"},
	{"the access key id is empty", ""},
	{"the access key secret is empty", ""},
	{"the security token is empty", ""},
	{"the Assume Role session duration", ""},
	{"session duration should be", ""},
	{"CloudSSO access token is empty or expired", ""},
	{"CloudSSO sign in url or account id or access config is empty", ""},
	{"process_command is empty", ""},
	{"command process timed out", ""},
	{"failed to parse external command output", "its command did not print keys in JSON"},
	{"invalid credential response", "its command printed no access_key_id or no access_key_secret"},
	{"invalid StsToken credential response", "its command printed no sts_token"},
}

// Made at first use, since most starts need none of them.
var (
	iniFile    = pattern(`^ERROR: Can not open file(open .*)$`)
	httpStatus = pattern(`httpStatus: (\d{3})|^get role name failed: \S+ \S+ (\d{3})$`)
	refusal    = pattern(`(?s)^(?:refresh session token|get session token(?: from (?:sso|OAuth))?) failed: (.*)$`)
	outOfReach = pattern(`dial tcp|i/o timeout|connection re(fused|set)|deadline exceeded|Client\.Timeout|EOF|unreachable`)
)

func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// explain turns an error of the library into one of the named source, without what
// could be secret in it.
func explain(name string, err error) *sourceError {
	var known *sourceError
	if errors.As(err, &known) {
		if known.name == "" && known.err == nil {
			return &sourceError{name: name, message: known.message}
		}
		return known
	}
	e := &sourceError{name: name}
	text := err.Error()
	var inURL *url.Error
	var inFile *fs.PathError
	var exit *exec.ExitError
	switch {
	case errors.As(err, &inURL):
		failure := unreached(inURL)
		e.message, e.err, e.passing = failure.Error(), failure, !failure.Cause.Misconfigured()
		if inURL.Timeout() {
			e.message = failure.Host + " did not answer in time"
		}
	case errors.As(err, &inFile):
		e.message = inFile.Error()
	case errors.As(err, &exit):
		e.message = "its command failed: " + exit.String()
	case errors.Is(err, exec.ErrNotFound):
		e.message = "its command was not found"
	case iniFile().MatchString(text):
		e.message = iniFile().FindStringSubmatch(text)[1]
	case refusal().MatchString(text):
		e.message, e.passing = explainRefusal(refusal().FindStringSubmatch(text)[1])
	case httpStatus().MatchString(text):
		m := httpStatus().FindStringSubmatch(text)
		status := m[1] + m[2]
		e.message, e.passing = "it answered with HTTP "+status, status[0] == '5'
	default:
		e.message = "its answer cannot be used"
		i := slices.IndexFunc(harmless, func(h struct{ text, ours string }) bool { return strings.HasPrefix(text, h.text) })
		switch {
		case i >= 0:
			e.message = cmp.Or(harmless[i].ours, text)
			e.passing = strings.HasPrefix(text, "get credentials from GET ") // its HTTP status is lost
		case outOfReach().MatchString(text):
			e.message, e.passing = "it could not be reached", true
		}
	}
	return e
}

// unreached is the failure of a request that the library made. Nothing but the
// library's error is known of it. The proxy is that of http.DefaultTransport, which
// the library uses.
func unreached(err *url.Error) *wire.Failure {
	failure := &wire.Failure{Host: "the host", Cause: wire.CauseOf(err.Err), Err: err.Err}
	u, parseErr := url.Parse(err.URL)
	if parseErr != nil {
		return failure
	}
	failure.Host = u.Host
	if transport, ok := http.DefaultTransport.(*http.Transport); ok && transport.Proxy != nil {
		if proxy, err := transport.Proxy(&http.Request{URL: u}); err == nil && proxy != nil {
			failure.Proxy = proxy.Host
		}
	}
	return failure
}

// explainRefusal reads the error answer of STS.
func explainRefusal(body string) (message string, passing bool) {
	said := decodeError([]byte(body))
	if said.Code == "" {
		return "STS refused without saying why", false
	}
	known := find("", said.Code, said.Message)
	passing = known != nil && (known.kind == KindThrottled || known.kind == KindPassing)
	message = fmt.Sprintf("STS refused: %s: %s", said.Code, withoutSigning(said.Message))
	if said.RequestID != "" {
		message += fmt.Sprintf(" (request id %s)", said.RequestID)
	}
	return message, passing
}
