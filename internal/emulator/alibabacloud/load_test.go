package alibabacloud_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// Fifty clients drive whole life cycles over real connections at once.
func TestManyClientsAtOnce(t *testing.T) {
	const clients, rounds = 50, 2
	w := newVPCService(t, nil)
	for i := range clients {
		id := fmt.Sprintf("%02d", i)
		w.service.AddVBR(alibabacloud.VBR{ID: "vbr-" + id, RegionID: testRegion})
		w.service.AddGroup(alibabacloud.Group{ID: "bgpg-" + id, RouterID: "vbr-" + id, PeerASN: 65001})
	}
	server := httptest.NewServer(w.service)
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	client := http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer client.CloseIdleConnections()

	call := func(ctx context.Context, i int, action string, params map[string]string) (id string, err error) {
		params["RegionId"] = testRegion
		cl := caller{host: host, v1: i%2 == 0, form: i%3 == 0, format: "JSON"}
		if !cl.v1 {
			cl.format = "application/json"
		}
		response, err := client.Do(cl.request(ctx, action, params))
		if err != nil {
			return "", err
		}
		defer func() { _ = response.Body.Close() }()
		var answer struct{ BgpPeerId, Code string } //nolint:revive // the API's spelling
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK {
			return "", fmt.Errorf("%s: %d %s: %w", action, response.StatusCode, answer.Code, err)
		}
		return answer.BgpPeerId, nil
	}
	cycle := func(ctx context.Context, i int) error {
		id, err := call(ctx, i, "CreateBgpPeer", map[string]string{"BgpGroupId": fmt.Sprintf("bgpg-%02d", i), "PeerIpAddress": "10.0.0.1"})
		if err != nil {
			return err
		}
		for _, step := range []struct {
			action string
			params map[string]string
		}{
			{"DescribeBgpPeers", map[string]string{"BgpPeerId": id}},
			{"ModifyBgpPeerAttribute", map[string]string{"BgpPeerId": id, "PeerIpAddress": "10.0.0.2"}},
			{"DescribeBgpPeers", map[string]string{"PageSize": "50"}},
			{"DeleteBgpPeer", map[string]string{"BgpPeerId": id}},
		} {
			if _, err := call(ctx, i, step.action, step.params); err != nil {
				return err
			}
		}
		return nil
	}
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			for range rounds {
				if err := cycle(t.Context(), i); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if peers := w.service.Peers(); len(peers) != 0 {
		t.Errorf("%d peers are left", len(peers))
	}
	if got := w.journal.Count(control.AnyAction); got != clients*rounds*5 {
		t.Errorf("%d calls counted, want %d", got, clients*rounds*5)
	}
}
