package alibabacloud

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
)

// object is an answer or a part of it, its members in order.
type object []member

// member is one member of an object. Its value is a string, an int, an int64,
// a bool, an object or a list.
type member struct {
	name  string
	value any
}

// list is written as the API writes lists: {"BgpPeer":[…]} in JSON, repeated
// elements in XML.
type list struct {
	of    string
	items []object
}

// writeAnswer sends an answer, its RequestId added.
func (c *call) writeAnswer(w http.ResponseWriter, answer object) {
	c.write(w, http.StatusOK, c.action+"Response", append(answer, member{"RequestId", c.requestID}))
}

// writeError sends an error in the vendor's envelope (ALI-019).
func (c *call) writeError(w http.ResponseWriter, e *apiError) {
	if e.RetryAfter > 0 {
		w.Header().Set("x-acs-retry-after", strconv.FormatInt(e.RetryAfter.Milliseconds(), 10))
	}
	envelope := object{
		{"RequestId", c.requestID},
		{"HostId", c.host},
		{"Code", e.Code},
		{"Message", e.Message},
	}
	if !c.xml {
		envelope = append(envelope, member{"Recommend", "https://api.alibabacloud.com/troubleshoot?" + url.Values{
			"q": {e.Code}, "product": {"Vpc"}, "requestId": {c.requestID},
		}.Encode()})
	}
	c.write(w, e.Status, "Error", envelope)
}

func (c *call) write(w http.ResponseWriter, status int, root string, o object) {
	var body bytes.Buffer
	if c.xml {
		w.Header().Set("Content-Type", "text/xml;charset=utf-8")
		body.WriteString(xml.Header[:len(xml.Header)-1])
		writeXML(&body, root, o)
	} else {
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		writeJSON(&body, o)
	}
	w.Header().Set("x-acs-request-id", c.requestID)
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // the client may have gone
}

func writeJSON(b *bytes.Buffer, value any) {
	switch value := value.(type) {
	case object:
		b.WriteByte('{')
		for i, m := range value {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + m.name + `":`) // names need no escapes
			writeJSON(b, m.value)
		}
		b.WriteByte('}')
	case list:
		b.WriteString(`{"` + value.of + `":[`)
		for i, item := range value.items {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, item)
		}
		b.WriteString("]}")
	case string:
		text, _ := json.Marshal(value) // strings always marshal
		b.Write(text)
	default:
		b.WriteString(scalar(value))
	}
}

func writeXML(b *bytes.Buffer, name string, value any) {
	b.WriteString("<" + name + ">")
	switch value := value.(type) {
	case object:
		for _, m := range value {
			writeXML(b, m.name, m.value)
		}
	case list:
		for _, item := range value.items {
			writeXML(b, value.of, item)
		}
	case string:
		_ = xml.EscapeText(b, []byte(value)) // a buffer takes everything
	default:
		b.WriteString(scalar(value))
	}
	b.WriteString("</" + name + ">")
}

func scalar(value any) string {
	switch value := value.(type) {
	case int:
		return strconv.Itoa(value)
	case int64:
		return strconv.FormatInt(value, 10)
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}
