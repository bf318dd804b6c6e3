package azure_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/azure"
)

// FuzzAnswer has a service that answers polls with anything: a read ends with
// rows or with an error of one line.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		"", "null", "{}", "[]", `{"value":[]}`, `{"value":[null,1,"x",{"asn":"1"},{"asn":-1e999}]}`, `{"value":null}`, `{"value":{}}`,
		`{"status":"Failed","error":{"code":1,"message":{},"details":[{"details":[null]}]}}`, `{"error":"x","error_description":"y"}`, `{"error":{"code":"A\nB","message":"https://x/?s=1"}}`,
		`{"properties":{"provisioningState":"Canceled"}}`, "<html>\x00\xff</html>", `{"value":[`, `{"status":7}`,
		`{"RouteServiceRole_IN_0":[{"network":"10.0.0.0/8","weight":"1"}],"RouteServiceRole_IN_1":[],"value":null}`, `{"a":[[],{}],"b":{"c":[1]}}`, `{"value":[]}x`,
	} {
		for _, status := range []int{200, 201, 202, 204, 400, 404, 500} {
			f.Add(status, body)
		}
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 {
			t.Skip()
		}
		synctest.Test(t, func(t *testing.T) {
			client, _ := served(t, http.Header{"Location": {"https://" + host + "/1"}}, http.StatusAccepted, answer(status, body))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			for _, r := range reads {
				rows, err := r.read(ctx, t, client)
				var failed *azure.Error
				switch {
				case err == nil && (status != http.StatusOK || rows > strings.Count(body, ",")+1):
					t.Errorf("%d %q is taken for %d rows", status, body, rows)
				case err != nil && (!errors.As(err, &failed) || rows != 0 || strings.ContainsFunc(err.Error(), unicode.IsControl) || strings.HasSuffix(err.Error(), ": ")):
					t.Errorf("%d %q: %d rows, %q", status, body, rows, err)
				}
				if failed != nil {
					_ = failed.Advice()
				}
			}
		})
	})
}
