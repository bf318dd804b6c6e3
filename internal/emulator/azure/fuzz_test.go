package azure_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

// FuzzRequest sends malformed requests: each gets the vendor's envelope, none
// a panic or an error of ours.
func FuzzRequest(f *testing.F) {
	service := azure.New(testConfig())
	form := secretForm(testClient, testSecret)
	token := issueToken(f, service, form)

	action := testGateway().ID() + "/getBgpPeerStatus"
	seeds := []struct{ method, path, query, authorization, contentType, body string }{
		{http.MethodPost, action, "api-version=" + azure.APIVersion, "Bearer " + token, "", ""},
		{http.MethodPost, action, "api-version=" + azure.APIVersion + "&peer=10.1.0.254", "Bearer " + token, "", ""},
		{http.MethodGet, "/subscriptions/" + testSubscription + "/providers/Microsoft.Network/locations/x/operationResults/y", "api-version=" + azure.APIVersion + "&t=1&c=2&s=3&h=4", "Bearer " + token, "", ""},
		{http.MethodGet, "/" + testTenant + "/v2.0/.well-known/openid-configuration", "", "", "", ""},
		{http.MethodPost, "/" + testTenant + "/oauth2/v2.0/token", "", "", "application/x-www-form-urlencoded", form.Encode()},
		{http.MethodPost, "/" + testTenant + "/oauth2/v2.0/token", "", "", "application/x-www-form-urlencoded", assertionForm("e30.e30.e30").Encode()},
		{http.MethodPost, "/" + testTenant + "/oauth2/v2.0/token", "", "Basic YTpi", "multipart/form-data; boundary=x", "--x"},
		{http.MethodPut, "//", "%zz", "Bearer", "", ""},
		{http.MethodDelete, "/providers/", ";", "", "", ""},
	}
	for _, s := range seeds {
		f.Add(s.method, s.path, s.query, s.authorization, s.contentType, s.body)
	}
	f.Fuzz(func(t *testing.T, method, path, query, authorization, contentType, body string) {
		req := &http.Request{
			Method: method, URL: &url.URL{Scheme: "https", Host: testHost, Path: path, RawQuery: query}, Host: testHost,
			Header: http.Header{"Authorization": {authorization}, "Content-Type": {contentType}},
			Body:   http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		}
		if body != "" {
			req = req.WithContext(t.Context())
			req.Body = readCloser{strings.NewReader(body)}
		}
		recorder := httptest.NewRecorder()
		service.ServeHTTP(recorder, req)
		if recorder.Code < 400 {
			return
		}
		var envelope struct {
			Error json.RawMessage `json:"error"`
		}
		if err := json.Unmarshal(recorder.Body.Bytes(), &envelope); err != nil || len(envelope.Error) == 0 {
			t.Errorf("status %d without the vendor's envelope: %s", recorder.Code, recorder.Body)
		}
		if recorder.Code >= 500 {
			t.Errorf("status %d: %s", recorder.Code, recorder.Body)
		}
	})
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func issueToken(f *testing.F, service *azure.Service, form url.Values) string {
	f.Helper()
	req := httptest.NewRequestWithContext(f.Context(), http.MethodPost, "https://"+testHost+"/"+testTenant+"/oauth2/v2.0/token", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorder := httptest.NewRecorder()
	service.ServeHTTP(recorder, req)
	var body struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &body); err != nil || body.AccessToken == "" {
		f.Fatalf("no token: %s", recorder.Body)
	}
	return body.AccessToken
}
