package azure

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// maxAnswer is how many bytes of one answer are read at most. A route takes about 200
// bytes, so the largest table that Azure documents, 10,000 routes, takes about 2 MB.
const maxAnswer = 64 << 20

var (
	errTooLarge = &finalError{fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)}
	errCutShort = errors.New("the answer's JSON is cut short")
)

// boundedTransporter ends every body that is longer than maxAnswer with an error.
type boundedTransporter struct{ next policy.Transporter }

// Do is azcore's policy.Transporter.
func (t boundedTransporter) Do(req *http.Request) (*http.Response, error) {
	resp, err := t.next.Do(req)
	if resp != nil && resp.Body != nil {
		resp.Body = &boundedBody{resp.Body, maxAnswer}
	}
	return resp, err
}

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left+1)])
	b.left -= n
	if b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// answerPolicy reads the answers to an operation's requests. It decodes the rows of a
// 200 once, as they come in. Azcore's poller and judge, which parse the answer several
// times, get it with empty arrays in place of the rows.
type answerPolicy struct{}

// Do is azcore's policy.Policy.
func (answerPolicy) Do(req *policy.Request) (*http.Response, error) {
	o := operationOf(req.Raw().Context())
	if o == nil {
		return req.Next()
	}
	runtime.SkipBodyDownload(req)
	resp, err := req.Next()
	if err != nil || resp.StatusCode >= http.StatusBadRequest { // the body of an error is downloaded nevertheless
		return resp, err
	}
	body := resp.Body
	rest, err := o.withoutRows(resp)
	_ = body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(rest))
	return resp, nil
}

// withoutRows reads a whole answer and returns its body without the rows.
func (o *operation) withoutRows(resp *http.Response) ([]byte, error) {
	source := &endNoted{Reader: resp.Body}
	buffered := bufio.NewReaderSize(source, 1<<16)
	const beginning = 512
	head, _ := buffered.Peek(beginning) // the next read returns its error too
	if resp.StatusCode != http.StatusOK || !bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("{")) {
		return io.ReadAll(buffered)
	}
	head = bytes.Clone(head)
	rest, err := o.readObject(json.NewDecoder(buffered))
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return rest, nil
	case source.err != nil && !errors.Is(source.err, io.EOF):
		return nil, source.err
	case errors.As(err, &syntax):
		resp.Body = http.NoBody
		return nil, &finalError{o.noResult(resp, "a body that is not JSON: "+excerpt(head))}
	}
	resp.Body = http.NoBody
	failed := newError(resp, nil)
	failed.Err = errCutShort
	return nil, failed
}

// endNoted keeps the error that ended reading. It tells a JSON text that ends too early
// from a connection that does.
type endNoted struct {
	io.Reader
	err error
}

func (r *endNoted) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil {
		r.err = err
	}
	return n, err
}

// readObject reads one JSON object, keeps its rows, and returns it with empty arrays in
// place of the rows.
func (o *operation) readObject(from *json.Decoder) ([]byte, error) {
	o.begin()
	from.UseNumber()
	if _, err := from.Token(); err != nil { // {
		return nil, err
	}
	var rest bytes.Buffer
	rest.WriteByte('{')
	for from.More() {
		token, err := from.Token()
		if err != nil {
			return nil, err
		}
		member, _ := token.(string)
		if rest.Len() > 1 {
			rest.WriteByte(',')
		}
		name, err := json.Marshal(member)
		if err != nil {
			return nil, err
		}
		rest.Write(name)
		rest.WriteByte(':')
		value, err := o.readMember(from, member)
		if err != nil {
			return nil, err
		}
		rest.Write(value)
	}
	if _, err := from.Token(); err != nil { // }
		return nil, err
	}
	rest.WriteByte('}')
	if _, err := from.Token(); !errors.Is(err, io.EOF) {
		return nil, &json.SyntaxError{Offset: from.InputOffset()} // something comes after it
	}
	return rest.Bytes(), nil
}

func (o *operation) readMember(from *json.Decoder, member string) ([]byte, error) {
	var raw json.RawMessage
	if !o.takes(member) {
		err := from.Decode(&raw)
		return raw, err
	}
	token, err := from.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		for from.More() {
			if err := o.row(member, from); err != nil {
				return nil, err
			}
		}
		_, err := from.Token() // ]
		return []byte("[]"), err
	case json.Delim('{'):
		members := map[string]json.RawMessage{}
		for from.More() {
			name, err := from.Token()
			if err != nil {
				return nil, err
			}
			if err := from.Decode(&raw); err != nil {
				return nil, err
			}
			members[fmt.Sprint(name)] = bytes.Clone(raw)
		}
		if _, err := from.Token(); err != nil { // }
			return nil, err
		}
		return json.Marshal(members)
	}
	return json.Marshal(token)
}

// text is a string; value is nil for anything else.
type text struct{ value *string }

// UnmarshalJSON never fails.
func (t *text) UnmarshalJSON(raw []byte) error {
	if len(raw) == 0 || raw[0] != '"' {
		return nil
	}
	inside := raw[1 : len(raw)-1]
	if bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside) {
		t.value = new(string(inside))
		return nil
	}
	var value string
	if json.Unmarshal(raw, &value) == nil {
		t.value = &value
	}
	return nil
}

// filled is the text; nil if it is blank.
func filled(t text) *string {
	if t.value == nil || strings.TrimSpace(*t.value) == "" {
		return nil
	}
	return t.value
}

// integer is a whole number, which may come as a string; value is nil for anything
// else.
type integer struct{ value *int64 }

// UnmarshalJSON never fails.
func (n *integer) UnmarshalJSON(raw []byte) error {
	digits := strings.TrimSpace(string(bytes.Trim(raw, `"`)))
	if value, err := strconv.ParseInt(digits, 10, 64); err == nil {
		n.value = &value
	}
	return nil
}
