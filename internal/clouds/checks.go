package clouds

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// A check's error starts with "must" and never repeats a URL: its user
// information, path or query may hold a secret.

// checkNoSpace accepts what no id, key or token is without: a text of one piece. A
// line break at the end is what comes along from a file, and of a key it would make
// a request that cannot be sent.
func checkNoSpace(text string) error {
	if strings.ContainsFunc(text, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }) {
		return errors.New("must not contain white space, a line break at the end included")
	}
	return nil
}

func checkRegion(text string) error {
	if alibabacloud.CheckRegion(text) != nil {
		return fmt.Errorf("must be a region id, such as cn-shanghai, and is %q", text)
	}
	return nil
}

func checkSubscriptionID(text string) error {
	if azure.CheckSubscriptionID(text) != nil {
		return fmt.Errorf("must be a UUID, such as 00000000-0000-0000-0000-000000000000, not the subscription's name, and is %q", text)
	}
	return nil
}

// checkServiceURL accepts the base URL of a service, without a path.
func checkServiceURL(text string) error {
	const form = "must be an absolute URL of scheme, host and port, such as https://vpc.cn-shanghai.aliyuncs.com"
	u, err := parseURL(text)
	if err != nil || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return errors.New(form)
	}
	return checkScheme(u)
}

// checkTokenRequestURL accepts a URL that a bearer token may be sent to.
func checkTokenRequestURL(text string) error {
	u, err := parseURL(text)
	if err != nil {
		return errors.New("must be an absolute URL, such as https://pipelines.example.com/token")
	}
	return checkScheme(u)
}

// checkCredentialsURI accepts any web address: what serves credentials is often a
// neighbour in a private network that speaks plain HTTP.
func checkCredentialsURI(text string) error {
	if _, err := parseURL(text); err != nil {
		return errors.New("must be an absolute http or https URL, such as http://127.0.0.1:8080/credentials")
	}
	return nil
}

// checkHTTPS accepts an endpoint of Azure. Its libraries send tokens over https
// only.
func checkHTTPS(text string) error {
	u, err := parseURL(text)
	if err != nil || u.Scheme != "https" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return errors.New("must be an absolute https URL without user, query or fragment, such as https://management.azure.com")
	}
	return nil
}

// parseURL parses an absolute http or https URL without user information.
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("not an absolute URL")
	}
	return u, nil
}

// checkScheme refuses plain HTTP toward any host but this one: requests carry
// credentials.
func checkScheme(u *url.URL) error {
	if u.Scheme == "https" || wire.Loopback(u.Hostname()) {
		return nil
	}
	return errors.New("must be an https URL: plain http is accepted only toward a loopback address")
}

// hostToURL turns a bare host or host:port into a URL, and leaves a URL alone.
func hostToURL(text string) string {
	if strings.Contains(text, "://") {
		return text
	}
	return "https://" + text
}

func checkBool(text string) error {
	if _, err := strconv.ParseBool(text); err != nil {
		return errors.New("must be true or false")
	}
	return nil
}

// checkSessionExpiration holds the range that the alicloud provider documents for
// a role's session, which is that of the AssumeRole API.
func checkSessionExpiration(text string) error {
	const least, most = 900, 43200
	if n, err := strconv.Atoi(text); err != nil || n < least || n > most {
		return fmt.Errorf("must be a number of seconds from %d to %d", least, most)
	}
	return nil
}

// checkExternalID holds the form that the alicloud provider documents, which is
// that of the AssumeRole API.
func checkExternalID(text string) error {
	const least, most, others = 2, 1224, "=,.@:/-_"
	foreign := func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && !strings.ContainsRune(others, c)
	}
	if len(text) < least || len(text) > most || strings.ContainsFunc(text, foreign) {
		return fmt.Errorf("must be %d to %d letters, digits and characters of %s", least, most, others)
	}
	return nil
}

// The clouds that azure.environment can name.
const (
	environmentPublic       = "public"
	environmentUSGovernment = "usgovernment"
	environmentChina        = "china"
)

// checkEnvironment accepts the names in any letter case, as azurerm does.
func checkEnvironment(text string) error {
	switch strings.ToLower(text) {
	case environmentPublic, environmentUSGovernment, environmentChina:
		return nil
	}
	return fmt.Errorf("must be %s, %s or %s, and is %q", environmentPublic, environmentUSGovernment, environmentChina, text)
}
