package alibabacloud

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

const maxBody = 1 << 20 // of a request, ALI-011

// call is one call of the API.
type call struct {
	requestID string
	host      string
	action    string
	version   string
	signature int // 1 or 3, the generation of the signature
	xml       bool

	method  string
	header  http.Header
	query   url.Values        // as in the URL
	form    url.Values        // as in the body
	body    []byte            // as sent
	params  map[string]string // the operation's parameters: not those of the protocol, not the empty ones that count as not sent
	now     time.Time         // when it was carried out
	badForm bool              // a parameter stands there twice, or cannot be read

	nonceKey string // of the signature, once it is verified
}

// parseRequest understands a request as far as it can. The call it returns is
// good enough to answer with the error it returns.
//
// A request with an ACS3 authorization is signed in the third generation. So is
// one that names its action in a header, unless it brings a signature of the
// first generation: the vendor's SDK sends that header with both.
func parseRequest(r *http.Request) (*call, *apiError) {
	c := &call{
		requestID: strings.ToUpper(uuid.NewString()),
		host:      r.Host,
		method:    r.Method,
		header:    r.Header,
		signature: 1,
		xml:       true,
	}
	var err error
	c.query, err = url.ParseQuery(r.URL.RawQuery)
	c.badForm = err != nil
	c.body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		if r.Context().Err() != nil || errors.Is(err, io.ErrUnexpectedEOF) {
			panic(http.ErrAbortHandler) // the client has gone
		}
		return c, errInvalidParameter
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "application/x-www-form-urlencoded" {
		c.form, err = url.ParseQuery(string(c.body))
		c.badForm = c.badForm || err != nil
	}
	if strings.HasPrefix(r.Header.Get("Authorization"), v3Algorithm) ||
		r.Header.Get("X-Acs-Action") != "" && c.protocolParam("Signature") == "" && c.protocolParam("AccessKeyId") == "" {
		c.signature = 3
		c.xml = false
	}
	if c.signature == 3 {
		c.action, c.version = r.Header.Get("X-Acs-Action"), r.Header.Get("X-Acs-Version")
	} else {
		c.action, c.version = c.protocolParam("Action"), c.protocolParam("Version")
	}
	c.collectParams()

	if failure := c.chooseFormat(); failure != nil {
		return c, failure
	}
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		return c, errUnsupportedHTTPMethod
	case len(c.body) > maxBody:
		return c, errRequestTooLarge
	case c.badForm:
		return c, errInvalidParameter
	case r.URL.Path != "/" && r.URL.Path != "":
		return c, errActionNotFound
	}
	return c, nil
}

// collectParams gathers the operation's parameters of query and form. An empty
// one counts as not sent (ALI-012), except one that clears a value.
func (c *call) collectParams() {
	c.params = map[string]string{}
	for _, values := range []url.Values{c.query, c.form} {
		for name, all := range values {
			if len(all) != 1 {
				c.badForm = true // ALI-013
			}
			if c.signature == 1 && v1Params[name] || all[0] == "" && !slices.Contains(operations[c.action].clears, name) {
				continue
			}
			if _, twice := c.params[name]; twice {
				c.badForm = true
			}
			c.params[name] = all[0]
		}
	}
}

// protocolParam returns a parameter of the protocol, from query or form.
func (c *call) protocolParam(name string) string {
	if value := c.query.Get(name); value != "" {
		return value
	}
	return c.form.Get(name)
}

// chooseFormat decides between JSON and XML. The first generation's default
// is XML, the third's JSON (ALI-014).
func (c *call) chooseFormat() *apiError {
	if c.signature == 1 {
		switch strings.ToUpper(c.protocolParam("Format")) {
		case "", "XML":
			c.xml = true
		case "JSON":
			c.xml = false
		default:
			return errInvalidFormat
		}
		return nil
	}
	accepted := c.header.Get("Accept")
	if accepted == "" {
		return nil
	}
	for one := range strings.SplitSeq(accepted, ",") {
		kind, _, err := mime.ParseMediaType(one)
		if err != nil {
			continue
		}
		switch kind {
		case "application/json", "text/json", "*/*", "application/*":
			c.xml = false
			return nil
		case "application/xml", "text/xml":
			c.xml = true
			return nil
		}
	}
	return errInvalidAccept
}

// operation looks the call's operation up.
func (c *call) operation() (operation, *apiError) {
	if c.action == "" {
		return operation{}, errMissing("Action")
	}
	op, known := operations[c.action]
	if !known {
		return operation{}, errActionNotFound
	}
	if c.version == "" {
		return operation{}, errMissing("Version")
	}
	if c.version != Version {
		return operation{}, errInvalid("Version")
	}
	return op, nil
}

// actionUnknown is what the journal calls actions that don't exist, so that no
// client can fill the journal's counts.
const actionUnknown = "unknown"

// journalAction is the action's name in the journal.
func (c *call) journalAction() string {
	if _, known := operations[c.action]; known {
		return c.action
	}
	return actionUnknown
}

// journalParams are the parameters that the operation knows, secrets
// masked.
func (c *call) journalParams() map[string]string {
	op := operations[c.action]
	params := make(map[string]string, len(c.params))
	for name, value := range c.params {
		if _, known := op.kind(name); !known {
			continue
		}
		if name == "AuthKey" {
			value = control.Masked
		}
		params[name] = value
	}
	return params
}
