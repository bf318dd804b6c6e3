package alibabacloud

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The example that the vendor's documentation of the signature works out.
func TestSignTheDocumentedExample(t *testing.T) {
	query := canonicalQuery(url.Values{
		"RegionId": {"cn-shanghai"},
		"ImageId":  {"win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"},
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://ecs.cn-shanghai.aliyuncs.com/?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("x-acs-action", "RunInstances")
	req.Header.Set("x-acs-version", "2014-05-26")
	at := time.Date(2023, 10, 26, 10, 22, 32, 0, time.UTC)
	sign(req, keys{id: "YourAccessKeyId", secret: "YourAccessKeySecret"}, at, "3156853299f313e23d1673dc12e1703d")

	const want = "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
	if got := req.Header.Get("Authorization"); !strings.HasSuffix(got, want) {
		t.Errorf("the signature is\n%s\nwant\n%s", got, want)
	}
}
