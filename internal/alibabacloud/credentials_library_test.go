package alibabacloud_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/proxytest"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// services answer as those that the library asks: STS, OAuth and SSO.
func services(t *testing.T) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		writeJSON(t, w, map[string]any{"RequestId": "R-1", "Credentials": sessionKeys(r.Form.Get("AccessKeyId") + ">" + r.Form.Get("RoleArn"))})
	})
	mux.HandleFunc("POST /v1/exchange", func(w http.ResponseWriter, r *http.Request) {
		keys := map[string]any{}
		for name, value := range sessionKeys("exchanged:" + strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")) {
			keys[strings.ToLower(name[:1])+name[1:]] = value
		}
		writeJSON(t, w, keys)
	})
	mux.HandleFunc("POST /cloud-credentials", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(t, w, map[string]any{"CloudCredential": sessionKeys("sso")})
	})
	return mux
}

// printing is a command that prints what the mode External wants.
func printing(t *testing.T, directory, output string) string {
	t.Helper()
	script := writeFile(t, filepath.Join(directory, "print"), "#!/bin/sh\ncat <<'END'\n"+output+"\nEND\n")
	if err := os.Chmod(script, 0o700); err != nil { //nolint:gosec // It is to be run.
		t.Fatal(err)
	}
	return script
}

// Every mode of a profile gives keys, and the user's file stays what it was, to the
// byte: what is in it that nobody here knows, its permissions, and the symlink to it.
func TestProfilesAreOnlyRead(t *testing.T) {
	home := cleanEnvironment(t)
	later, past := time.Now().Add(time.Hour).Unix(), time.Now().Add(-time.Hour).Unix()
	external := printing(t, t.TempDir(), fmt.Sprintf(`{"mode":"StsToken","access_key_id":"external","access_key_secret":"s","sts_token":"t","expiration":%q}`,
		time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z")))
	profiles := []map[string]any{
		{"name": "ak", "mode": "AK", "access_key_id": "ak", "access_key_secret": "s", "of_the_user": map[string]any{"kept": []int{1}}},
		{"name": "sts", "mode": "StsToken", "access_key_id": "sts", "access_key_secret": "s", "sts_token": "t"},
		{"name": "role", "mode": "RamRoleArn", "access_key_id": "ak", "access_key_secret": "s", "ram_role_arn": "r", "ram_session_name": "me", "expired_seconds": 900},
		{"name": "chain", "mode": "ChainableRamRoleArn", "source_profile": "role", "ram_role_arn": "r2", "ram_session_name": "me"},
		{"name": "external", "mode": "External", "process_command": external},
		{"name": "of external", "mode": "ChainableRamRoleArn", "source_profile": "external", "ram_role_arn": "r"},
		{"name": "oidc", "mode": "OIDC", "oidc_provider_arn": "p", "oidc_token": "tokentoken", "ram_role_arn": "r"},
		{"name": "sso", "mode": "CloudSSO", "cloud_sso_sign_in_url": "https://signin-cn-shanghai.alibabacloudsso.com/x", "cloud_sso_account_id": "1",
			"cloud_sso_access_config": "ac", "access_token": "at", "cloud_sso_access_token_expire": later},
		{"name": "oauth", "mode": "OAuth", "oauth_site_type": "CN", "oauth_access_token": "at", "oauth_access_token_expire": later, "oauth_refresh_token": "rt"},
		{"name": "of oauth", "mode": "ChainableRamRoleArn", "source_profile": "oauth", "ram_role_arn": "r"},
		{"name": "oauth with keys", "mode": "OAuth", "oauth_site_type": "INTL", "oauth_access_token": "at", "oauth_access_token_expire": past, "oauth_refresh_token": "rt",
			"access_key_id": "stored", "access_key_secret": "s", "sts_token": "t", "sts_expiration": later},
		{"name": "oauth with old keys", "mode": "OAuth", "oauth_site_type": "INTL", "oauth_access_token": "at", "oauth_access_token_expire": later, "oauth_refresh_token": "rt",
			"access_key_id": "stored", "access_key_secret": "s", "sts_token": "t", "sts_expiration": past},
		{"name": "oauth, expired", "mode": "OAuth", "oauth_site_type": "CN", "oauth_access_token": "at", "oauth_access_token_expire": past, "oauth_refresh_token": "rt"},
		{"name": "loop", "mode": "ChainableRamRoleArn", "source_profile": "loop", "ram_role_arn": "r"},
		{"name": "unheard-of", "mode": "Telepathy"},
	}
	content, err := json.Marshal(map[string]any{"current": "ak", "profiles": profiles, "meta_path": "", "of_the_user": true})
	if err != nil {
		t.Fatal(err)
	}
	file := writeFile(t, filepath.Join(home, "dotfiles", "aliyun.json"), string(content))
	link := filepath.Join(home, ".aliyun", "config.json")
	if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	proxy := proxytest.Start(t, services(t))

	for name, test := range map[string]struct{ keys, says string }{
		"ak":                  {keys: "ak"},
		"sts":                 {keys: "sts t"},
		"role":                {keys: "ak>r ak>r-token"},
		"chain":               {keys: "ak>r>r2 ak>r>r2-token"},
		"external":            {keys: "external t"},
		"of external":         {keys: "external>r external>r-token"},
		"oidc":                {keys: ">r >r-token"},
		"sso":                 {keys: "sso sso-token"},
		"oauth":               {keys: "exchanged:at exchanged:at-token"},
		"of oauth":            {keys: "exchanged:at>r exchanged:at>r-token"},
		"oauth with keys":     {keys: "stored t"},
		"oauth with old keys": {keys: "exchanged:at exchanged:at-token"},
		"oauth, expired":      {says: "aliyun sts GetCallerIdentity"},
		"loop":                {says: `the profile "loop" builds on itself`},
		"unheard-of":          {says: `the mode "Telepathy" of the profile "unheard-of" is not supported`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := signedWith(t.Context(), t, alibabacloud.CredentialsConfig{Profile: name, Transport: proxy.Transport()})
			if test.says != "" {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("the error is %v, want it to say %q", err, test.says)
				}
			} else if err != nil || got != test.keys {
				t.Errorf("signed with %q, %v; want %q", got, err, test.keys)
			}
		})
	}

	if target, err := os.Readlink(link); err != nil || target != file {
		t.Errorf("the symlink is now %q, %v", target, err)
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != string(content) { //nolint:gosec // The test's own file.
		t.Errorf("the file was written: %v\n%s", err, now)
	}
	for _, directory := range []string{filepath.Dir(link), filepath.Dir(file)} {
		if entries, err := os.ReadDir(directory); err != nil || len(entries) != 1 {
			t.Errorf("in %s are %v, %v", directory, entries, err)
		}
	}
	for _, host := range proxy.Hosts() {
		if !slices.Contains([]string{"sts.aliyuncs.com", "oauth.aliyun.com", "oauth.alibabacloud.com", "signin-cn-shanghai.alibabacloudsso.com"}, host) {
			t.Errorf("%s was asked", host)
		}
	}
}

// Keys that the CLI has stored are used until they end, and what it stored meanwhile
// from then on.
func TestRenewedLogin(t *testing.T) {
	home := cleanEnvironment(t)
	store := func(id string, expiry time.Time) {
		writeFile(t, filepath.Join(home, ".aliyun", "config.json"), fmt.Sprintf(
			`{"current":"o","profiles":[{"name":"o","mode":"OAuth","access_key_id":%q,"access_key_secret":"s","sts_token":"t","sts_expiration":%d}]}`, id, expiry.Unix()))
	}
	provider := func() (string, error) {
		return signedWith(t.Context(), t, alibabacloud.CredentialsConfig{Profile: "o"})
	}
	store("first", time.Now().Add(time.Hour))
	if got, err := provider(); got != "first t" {
		t.Errorf("signed with %q, %v", got, err)
	}
	store("first", time.Now().Add(time.Second)) // within what keys are renewed before
	if got, err := provider(); err == nil {
		t.Errorf("signed with %q, which is about to expire", got)
	}
	store("second", time.Now().Add(time.Hour))
	if got, err := provider(); got != "second t" {
		t.Errorf("signed with %q, %v", got, err)
	}
}

// The library's own calls go through the proxy of their configuration, and trust what
// it trusts, side by side with other configurations.
func TestLibraryTakesTheTransport(t *testing.T) {
	cleanEnvironment(t)
	before := http.DefaultTransport
	role := func(transport *http.Transport) alibabacloud.CredentialsConfig {
		return alibabacloud.CredentialsConfig{
			AccessKey: "ak", SecretKey: "s", AssumeRoles: []alibabacloud.AssumeRole{{RoleARN: "r"}, {RoleARN: "r2"}}, Transport: transport,
		}
	}
	one, other := proxytest.Start(t, services(t)), proxytest.Start(t, services(t))
	var wait sync.WaitGroup
	for range 4 {
		for _, proxy := range []*proxytest.Proxy{one, other} {
			wait.Go(func() {
				if got, err := signedWith(t.Context(), t, role(proxy.Transport())); err != nil || got != "ak>r>r2 ak>r>r2-token" {
					t.Errorf("signed with %q, %v", got, err)
				}
			})
		}
	}
	wait.Wait()
	for _, proxy := range []*proxytest.Proxy{one, other} {
		if hosts := proxy.Hosts(); len(hosts) != 8 || hosts[0] != "sts.aliyuncs.com" {
			t.Errorf("the proxy was asked for %q", hosts)
		}
	}
	mixed := one.Transport()
	mixed.Proxy = other.Transport().Proxy
	_, err := signedWith(t.Context(), t, role(mixed))
	if want := "the role r: cannot reach sts.aliyuncs.com through the proxy " + other.URL.Host; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("with another authority's certificate the error is %v", err)
	} else if advice, _ := adviceOf(err); !strings.Contains(advice, "ca_certificate_file") {
		t.Errorf("with another authority's certificate the advice is %q", advice)
	}

	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer refusing.Close()
	mixed.OnProxyConnectResponse = wire.CheckProxyAnswer
	mixed.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(refusing.URL) }
	_, err = signedWith(t.Context(), t, role(mixed))
	if want := "refused to connect to sts.aliyuncs.com: HTTP 403 Forbidden"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("with a proxy that refuses the error is %v", err)
	} else if advice, _ := adviceOf(err); !strings.Contains(advice, "The proxy answered, not the service") {
		t.Errorf("with a proxy that refuses the advice is %q", advice)
	}
	if http.DefaultTransport != before {
		t.Error("the process's transport is another than before")
	}
}
