package emulator_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

var testStart = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

func start(t *testing.T, config emulator.Config) *emulator.Emulator {
	t.Helper()
	e, err := emulator.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// call sends one request and returns status and body.
func call(t *testing.T, client *http.Client, method, target string, header http.Header, body string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		req.Header = header
	}
	if host := header.Get("Host"); host != "" {
		req.Host = host
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

// azureToken asks the emulator at base for a token, with the seeded client.
func azureToken(t *testing.T, client *http.Client, base string) http.Header {
	t.Helper()
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {emulator.SeedClient}, "client_secret": {emulator.SeedClientSecret},
		"scope": {base + "/.default"},
	}
	status, body := call(t, client, http.MethodPost, base+"/"+emulator.SeedTenant+"/oauth2/v2.0/token",
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form.Encode())
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &token); err != nil || status != http.StatusOK {
		t.Fatalf("token: %d %s: %v", status, body, err)
	}
	return http.Header{"Authorization": {"Bearer " + token.AccessToken}}
}

func gatewayID(name string) string {
	return azure.Gateway{SubscriptionID: emulator.SeedSubscription, ResourceGroup: emulator.SeedResourceGroup, Name: name}.ID()
}

type row struct {
	LocalAddress, Neighbor, State string
	ASN                           int64
}

// rows reads a gateway that answers at once.
func rows(t *testing.T, client *http.Client, base, gateway string) []row {
	t.Helper()
	status, body := call(t, client, http.MethodPost, base+gatewayID(gateway)+"/getBgpPeerStatus?api-version="+azure.APIVersion, azureToken(t, client, base), "")
	var answer struct{ Value []row }
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s: %v", status, body, err)
	}
	return answer.Value
}

func trusting(t *testing.T, caFile string) *http.Client {
	t.Helper()
	pem, err := os.ReadFile(caFile) //nolint:gosec // the emulator's own file
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatalf("no certificate in %s", caFile)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestStart(t *testing.T) {
	t.Parallel()
	e := start(t, emulator.Config{Azure: azure.Config{Style: azure.StyleImmediate}})
	env := e.Env()
	want := map[string]string{
		"ALICLOUD_ACCESS_KEY": emulator.SeedAccessKeyID, "ALICLOUD_SECRET_KEY": emulator.SeedAccessKeySecret,
		"ALICLOUD_REGION": emulator.SeedRegion, "ALIBABA_CLOUD_ENDPOINT_VPC": e.AlibabaURL(),
		"ARM_SUBSCRIPTION_ID": emulator.SeedSubscription, "ARM_TENANT_ID": emulator.SeedTenant,
		"ARM_CLIENT_ID": emulator.SeedClient, "ARM_CLIENT_SECRET": emulator.SeedClientSecret,
		"ARM_RESOURCE_MANAGER_ENDPOINT": e.AzureURL(), "ARM_RESOURCE_MANAGER_AUDIENCE": e.AzureURL(),
		"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": e.AzureURL() + "/", "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
		"ARM_USE_CLI": "false", "BGP_CA_CERTIFICATE_FILE": e.CAFile(),
	}
	if diff := cmp.Diff(want, env); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": emulator.SeedAccessKeyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": emulator.SeedAccessKeySecret,
		"ALIBABA_CLOUD_REGION_ID": emulator.SeedRegion,
		"AZURE_TENANT_ID":         emulator.SeedTenant, "AZURE_CLIENT_ID": emulator.SeedClient, "AZURE_CLIENT_SECRET": emulator.SeedClientSecret,
		"AZURE_AUTHORITY_HOST": e.AzureURL() + "/", "NODE_EXTRA_CA_CERTS": e.CAFile(),
	}, e.VendorEnv()); diff != "" {
		t.Errorf("the vendors' variables (-want +got):\n%s", diff)
	}
	if e.ControlURL() != "" {
		t.Errorf("the control path is open at %s", e.ControlURL())
	}
	for file, mode := range map[string]os.FileMode{e.Directory(): 0o700, e.CAFile(): 0o600} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}

	status, _ := call(t, http.DefaultClient, http.MethodGet, e.AlibabaURL()+"/?Action=DescribeRegions", nil, "")
	if status != http.StatusBadRequest { // it is not signed
		t.Errorf("Alibaba Cloud answers %d", status)
	}
	if got := rows(t, trusting(t, e.CAFile()), e.AzureURL(), emulator.SeedGateway); len(got) != 2 {
		t.Errorf("rows: %+v", got)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.AzureURL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := http.DefaultClient.Do(req); err == nil {
		_ = resp.Body.Close()
		t.Error("a client that does not know the CA trusts the certificate")
	}
	if e.Journal.Count("DescribeRegions") != 1 || e.Journal.Count(azure.ActionBGPStatus) != 1 {
		t.Errorf("journal: %v", e.Journal.Counts())
	}

	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(e.Directory()); !os.IsNotExist(err) {
		t.Errorf("%s is left behind: %v", e.Directory(), err)
	}
	for _, address := range []string{e.AlibabaURL(), e.AzureURL()} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
			t.Errorf("%s still answers", address)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, good := range map[string]bool{
		"127.0.0.1:0": true, "127.9.9.9:0": true, "[::1]:8080": true, "localhost:0": true,
		"0.0.0.0:0": false, ":0": false, "[::]:0": false, "192.0.2.1:80": false, "10.0.0.1:0": false, "example.com:80": false,
		"localhost": false, "127.0.0.1": false, "": false, "127.0.0.1.nip.io:80": false, "localhost.:80": false,
	} {
		if err := emulator.CheckAddress(address); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, config := range []emulator.Config{
		{AlibabaAddress: "0.0.0.0:0"}, {AzureAddress: "[::]:0"}, {Control: true, ControlAddress: ":0"},
	} {
		if e, err := emulator.Start(t.Context(), config); err == nil || !strings.Contains(err.Error(), "loopback") {
			t.Errorf("%+v: %v, %v", config, e, err)
		}
	}
}

func TestPortTaken(t *testing.T) {
	t.Parallel()
	e := start(t, emulator.Config{})
	taken := strings.TrimPrefix(e.AlibabaURL(), "http://")
	if _, err := emulator.Start(t.Context(), emulator.Config{AzureAddress: taken}); err == nil {
		t.Error("two services on one port")
	}
}

// TestLink: creating the peer on Alibaba Cloud brings the row on Azure to
// Connected, deleting it takes it back.
func TestLink(t *testing.T) {
	t.Parallel()
	clock := control.NewClock(testStart)
	e := emulator.New(emulator.Config{
		Now:   clock.Now,
		Azure: azure.Config{Style: azure.StyleImmediate},
		AlibabaCloud: alibabacloud.Config{Delays: alibabacloud.Delays{
			PeerAvailable: time.Second, SessionConnect: time.Second, SessionEstablished: time.Second,
		}},
	})
	client := &http.Client{Transport: control.RoundTripper(e.Azure)}
	state := func() string { return rows(t, client, "https://azure.test", emulator.SeedGateway)[1].State }
	if got := state(); got != azure.StateConnecting {
		t.Errorf("before: %s", got)
	}
	e.Alibaba.PutPeer(alibabacloud.Peer{
		ID: "bgp-1", GroupID: emulator.SeedGroup, PeerIPAddress: emulator.SeedPeerAddress, Status: alibabacloud.Pending,
	})
	for _, want := range []string{azure.StateConnecting, azure.StateConnecting, azure.StateConnected} {
		clock.Advance(time.Second)
		if got := state(); got != want {
			t.Errorf("at %v: %s, want %s", clock.Now().Sub(testStart), got, want)
		}
	}
	if !e.Alibaba.RemovePeer("bgp-1") {
		t.Fatal("the peer was not there")
	}
	if got := state(); got != azure.StateConnecting {
		t.Errorf("after: %s", got)
	}
}

func TestSeededWorld(t *testing.T) {
	t.Parallel()
	clock := control.NewClock(testStart)
	e := emulator.New(emulator.Config{Now: clock.Now, Azure: azure.Config{Style: azure.StyleImmediate}})
	client := &http.Client{Transport: control.RoundTripper(e.Azure)}
	const base = "https://azure.test"
	want := map[string][]row{
		emulator.SeedGateway: {
			{emulator.SeedPeerAddress, emulator.SeedPeerAddress, "Unknown", emulator.SeedPeerASN},
			{emulator.SeedPeerAddress, emulator.SeedNeighbor, "Connecting", emulator.SeedLocalASN},
		},
		emulator.SeedRedundantGateway: {
			{emulator.SeedRedundantPeerAddress, emulator.SeedRedundantPeerAddress, "Unknown", emulator.SeedPeerASN},
			{emulator.SeedRedundantPeerAddress, emulator.SeedNeighbor, "Connecting", emulator.SeedLocalASN},
			{emulator.SeedRedundantPeerAddress, emulator.SeedRedundantNeighbor, "Connecting", emulator.SeedLocalASN},
		},
		emulator.SeedActiveActiveGateway: {
			{"10.2.0.228", "172.16.0.10", "Connected", 65010},
			{"10.2.0.228", "10.2.0.228", "Unknown", 65000},
			{"10.2.0.228", "10.2.0.229", "Connected", 65000},
			{"10.2.0.229", "172.16.0.10", "Connected", 65010},
			{"10.2.0.229", "10.2.0.228", "Connecting", 65000},
			{"10.2.0.229", "10.2.0.229", "Unknown", 65000},
		},
		emulator.SeedGatewayWithoutBGP: {},
	}
	for gateway, want := range want {
		if diff := cmp.Diff(want, rows(t, client, base, gateway), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", gateway, diff)
		}
	}
	groups := map[string]string{}
	for _, group := range e.Alibaba.Groups() {
		groups[group.ID] = group.RouterID
	}
	if diff := cmp.Diff(map[string]string{
		emulator.SeedGroup: emulator.SeedVBR, emulator.SeedRedundantGroup: emulator.SeedRedundantVBR,
		emulator.SeedMultiCircuitGroup: emulator.SeedMultiCircuitVBR, emulator.SeedIPv6Group: emulator.SeedIPv6VBR,
	}, groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}

	empty := emulator.New(emulator.Config{Empty: true})
	if len(empty.Azure.Gateways()) != 0 || len(empty.Alibaba.State().VBRs) != 0 {
		t.Error("an empty world has objects")
	}
	azureToken(t, &http.Client{Transport: control.RoundTripper(empty.Azure)}, base) // but its identities
}

func TestControlPath(t *testing.T) {
	t.Parallel()
	e := start(t, emulator.Config{Control: true})
	for name, test := range map[string]struct {
		method, path string
		header       http.Header
		body         string
		want         int
	}{
		"journal":        {http.MethodGet, "/journal", nil, "", 200},
		"fault":          {http.MethodPost, "/faults", nil, `{"action":"*","kind":"empty","times":1}`, 201},
		"gateways":       {http.MethodGet, "/azure/gateways", nil, "", 200},
		"peers":          {http.MethodGet, "/alibabacloud/peers", nil, "", 200},
		"another host":   {http.MethodGet, "/journal", http.Header{"Host": {"emulator.attacker.test"}}, "", 403},
		"another origin": {http.MethodPost, "/faults", http.Header{"Origin": {"https://attacker.test"}}, `{"action":"*","kind":"empty"}`, 403},
	} {
		status, body := call(t, http.DefaultClient, test.method, e.ControlURL()+test.path, test.header, test.body)
		if status != test.want {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	if faults := e.Faults.List(); len(faults) != 1 {
		t.Errorf("faults: %+v", faults)
	}
}

func TestState(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state.json")
	first := start(t, emulator.Config{StateFile: file})
	first.Alibaba.PutPeer(alibabacloud.Peer{ID: "bgp-kept", GroupID: emulator.SeedGroup, PeerIPAddress: emulator.SeedPeerAddress})
	first.Azure.RemoveGateway(gatewayID(emulator.SeedGatewayWithoutBGP))
	first.Azure.UpdateRow(gatewayID(emulator.SeedActiveActiveGateway), "", "172.16.0.10", func(r *azure.Row) { r.Routes = 99 })
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("left beside the file: %v, %v", entries, err)
	}
	second := start(t, emulator.Config{StateFile: file})
	if diff := cmp.Diff(first.Alibaba.State(), second.Alibaba.State(), cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("Alibaba Cloud (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(first.Azure.State(), second.Azure.State(), cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("Azure (-first +second):\n%s", diff)
	}
	for _, gateway := range second.Azure.Gateways() {
		if gateway.Name == emulator.SeedGatewayWithoutBGP {
			t.Error("the removed gateway is back")
		}
	}
}

func TestStateRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ content, want string }{
		"no JSON":         {"peers:\n", "not a state file"},
		"cut off":         {`{"version":1,"alibabacloud":{"vbrs":[`, "not a state file"},
		"empty":           {"", "not a state file"},
		"another program": {`{"terraform_version":"1.11.4"}`, "version 0"},
		"a later version": {`{"version":2}`, "version 2"},
		"wrong types":     {`{"version":1,"azure":{"gateways":{}}}`, "damaged"},
		"without ids":     {`{"version":1,"alibabacloud":{"peers":[{}]}}`, "damaged"},
		"wrong gateway":   {`{"version":1,"azure":{"gateways":[{}]}}`, "damaged"},
		"a gateway of nobody": {
			`{"version":1,"azure":{"gateways":[{"subscription_id":"s","resource_group":"g","name":"n","rows":[]}]}}`, `there is no subscription "s"`,
		},
		"a Route Server of nobody": {
			`{"version":1,"azure":{"gateways":[],"route_servers":[{"subscription_id":"s","resource_group":"g","name":"n","peerings":[]}]}}`, `there is no subscription "s"`,
		},
		"an unknown member": {`{"version":1,"alibabacloud":{"pears":[]}}`, `unknown field "pears"`},
		"an unknown region": {`{"version":1,"alibabacloud":{"vbrs":[{"id":"vbr-1","region_id":"cn-nowhere"}]}}`, `there is no region "cn-nowhere"`},
		"no such group":     {`{"version":1,"alibabacloud":{"peers":[{"id":"bgp-1","group_id":"bgpg-1"}]}}`, `there is no group "bgpg-1"`},
		"an empty status":   {`{"version":1,"alibabacloud":{"peers":[{"id":"bgp-1","status":""}]}}`, "a status is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "state.json")
			if err := os.WriteFile(file, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			e, err := emulator.Start(t.Context(), emulator.Config{StateFile: file})
			if err == nil {
				_ = e.Close()
				t.Fatal("it was accepted")
			}
			if !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), file) {
				t.Errorf("error: %v", err)
			}
			if content, err := os.ReadFile(file); err != nil || string(content) != test.content { //nolint:gosec // just written
				t.Errorf("the file is now %q, %v", content, err)
			}
		})
	}
	if _, err := emulator.Start(t.Context(), emulator.Config{StateFile: filepath.Join(t.TempDir(), "none", "state.json")}); err == nil {
		t.Error("a file in no directory was accepted")
	}
}

func TestWriteFile(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	file := filepath.Join(directory, "file")
	for _, text := range []string{"first", "second, longer", "3"} {
		if err := emulator.WriteFile(file, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != text { //nolint:gosec // just written
			t.Errorf("%q, %v", got, err)
		}
	}
	if err := os.Mkdir(filepath.Join(directory, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := emulator.WriteFile(filepath.Join(directory, "taken"), nil); err == nil {
		t.Error("a directory was replaced")
	}
	missing := filepath.Join(directory, "none", "file")
	if err := emulator.WriteFile(missing, nil); err == nil || !strings.Contains(err.Error(), missing+":") {
		t.Errorf("the error names another file: %v", err)
	}
	if entries, err := os.ReadDir(directory); err != nil || len(entries) != 2 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
