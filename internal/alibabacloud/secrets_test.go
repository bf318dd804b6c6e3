package alibabacloud_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
)

// A service that repeats what it was sent, or a proxy that does, brings no secret of
// the request into the error or the log: neither keys nor the MD5 key of a group.
func TestNoSecretOfTheRequestIsInItsError(t *testing.T) {
	const key, secret, token, md5 = "LTAI-key", "the-secret", "the-token", "the md5+key"
	credentials, err := alibabacloud.NewCredentials(alibabacloud.CredentialsConfig{AccessKey: key, SecretKey: secret, SecurityToken: token})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	client := newClient(t, alibabacloud.Config{
		Credentials: credentials,
		Logger:      slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			told := "AuthKey " + req.URL.Query().Get("AuthKey") + " of " + key + ", " + secret + ", " + req.Header.Get("x-acs-security-token") + " is wrong. " +
				"See https://example.com/?" + req.URL.RawQuery + ". server string to sign is: " + req.Header.Get("Authorization")
			return &http.Response{
				StatusCode: http.StatusBadRequest,
				Body:       io.NopCloser(strings.NewReader(`{"Code":"InvalidBgpAuthkey.Malformed","Message":"` + told + `"}`)),
			}, nil
		}),
	})
	_, err = client.CreateBGPGroup(t.Context(), alibabacloud.CreateBGPGroupInput{Region: testRegion, RouterID: "vbr-1", PeerASN: 65000, AuthKey: md5})
	failed := map[string]error{
		"create": err,
		"modify": client.ModifyBGPGroup(t.Context(), alibabacloud.ModifyBGPGroupInput{Region: testRegion, ID: "bgpg-1", AuthKey: md5}),
	}
	for action, err := range failed {
		if err == nil || !strings.Contains(err.Error(), "InvalidBgpAuthkey.Malformed") {
			t.Errorf("%s: the error is %v", action, err)
			continue
		}
		advice, _ := adviceOf(err)
		for _, hidden := range []string{key, secret, token, md5, "the%20md5", "Signature="} {
			if strings.Contains(err.Error()+advice, hidden) {
				t.Errorf("%s: %s is in the error %q", action, hidden, err)
			}
			if strings.Contains(log.String(), hidden) {
				t.Errorf("%s: %s is in the log %q", action, hidden, log.String())
			}
		}
	}
}
