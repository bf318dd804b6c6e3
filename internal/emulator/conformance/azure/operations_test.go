package azure_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// The rows of the seeded gateway a minute after its start: itself, and the
// neighbor whose other end, a peer on Alibaba Cloud, is not there.
var (
	itself   = row("10.0.0.254", "10.0.0.254", 65515, "Unknown", 0, 0, 0)
	neighbor = row("10.0.0.254", "10.1.0.254", 45104, "Connecting", 0, 0, 0)
)

// Every style of operation and the peer filter, followed step by step with
// armnetwork's poller: AZ-030, AZ-031, AZ-032, AZ-045.
func TestStyles(t *testing.T) {
	t.Parallel()
	const delay = 25 * time.Second
	for _, style := range []struct {
		style   azure.Style
		headers []string // of the answer to the POST, which say where to poll
		polls   int      // requests from the end of the operation to the result
		empty   bool     // the poller looks for the rows elsewhere, and finds none
	}{
		{style: azure.StyleLocation, headers: []string{"Location"}, polls: 1},
		{style: azure.StyleAsync, headers: []string{"Azure-AsyncOperation"}, polls: 1},
		{style: azure.StyleBoth, headers: []string{"Azure-AsyncOperation", "Location"}, polls: 2},
		{style: azure.StyleAsyncProperties, headers: []string{"Azure-AsyncOperation"}, polls: 1, empty: true},
		{style: azure.StyleAsyncOutput, headers: []string{"Azure-AsyncOperation"}, polls: 1, empty: true},
		{style: azure.StyleImmediate},
	} {
		for _, filter := range []struct {
			name, peer string
			want       []*armnetwork.BgpPeerStatus
		}{
			{"every peer", "", []*armnetwork.BgpPeerStatus{itself, neighbor}},
			{"one peer", "10.1.0.254", []*armnetwork.BgpPeerStatus{neighbor}},
			{"one peer in another spelling", "::ffff:10.1.0.254", []*armnetwork.BgpPeerStatus{neighbor}},
			{"a peer that is not there", "192.0.2.1", nil},
		} {
			t.Run(string(style.style)+"/"+filter.name, func(t *testing.T) {
				t.Parallel()
				w := newAzureEmulator(t, operations(azure.Operation{Style: style.style, Delay: delay, RetryAfter: 9100 * time.Millisecond}))
				client := w.gateways(t)
				w.clock.Advance(time.Minute)
				var started *http.Response
				poller, err := begin(policy.WithCaptureResponse(t.Context(), &started), client, emulator.SeedGateway, filter.peer)
				if err != nil {
					t.Fatal(err)
				}
				for _, header := range []string{"Location", "Azure-AsyncOperation"} {
					want := strings.Contains(strings.Join(style.headers, " "), header)
					if got := strings.HasPrefix(started.Header.Get(header), w.AzureURL()+"/subscriptions/"); got != want {
						t.Errorf("%s is %q", header, started.Header.Get(header))
					}
				}
				if style.style != azure.StyleImmediate {
					if started.StatusCode != http.StatusAccepted || started.Header.Get("Retry-After") != "10" {
						t.Errorf("started with %d, Retry-After %q", started.StatusCode, started.Header.Get("Retry-After"))
					}
					w.clock.Advance(delay - time.Nanosecond)
					_, running, err := poll(t.Context(), poller)
					if err != nil || poller.Done() {
						t.Fatalf("done %t, %v", poller.Done(), err)
					}
					if running.Get("Retry-After") != "10" {
						t.Errorf("while running, Retry-After is %q", running.Get("Retry-After"))
					}
					w.clock.Advance(time.Nanosecond)
				}
				before := w.Journal.Count(azure.ActionPoll)
				if !poller.Done() {
					if _, _, err := poll(t.Context(), poller); err != nil {
						t.Fatal(err)
					}
				}
				if !poller.Done() {
					t.Fatal("still running")
				}
				result, err := poller.Result(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				want := filter.want
				if style.empty {
					want = nil
				}
				if len(want) == 0 && len(result.Value) == 0 {
					if (result.Value == nil) != style.empty {
						t.Errorf("value is %#v", result.Value)
					}
				} else if diff := cmp.Diff(want, result.Value); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if polls := w.Journal.Count(azure.ActionPoll) - before; polls != style.polls {
					t.Errorf("%d polls from the end, want %d", polls, style.polls)
				}
			})
		}
	}
}

// The same to the end in one go, on the real clock and with the delays of the
// commands (EMU-004).
func TestPollUntilDone(t *testing.T) {
	t.Parallel()
	for _, style := range []azure.Style{azure.StyleLocation, azure.StyleAsync, azure.StyleBoth, azure.StyleImmediate} {
		for _, retryAfter := range []time.Duration{emulator.DefaultRetryAfter, 0} {
			t.Run(string(style)+"/"+retryAfter.String(), func(t *testing.T) {
				t.Parallel()
				w := newAzureEmulator(t, func(config *emulator.Config) { config.Now = time.Now },
					operations(azure.Operation{Style: style, Delay: emulator.DefaultOperationDelay, RetryAfter: retryAfter}))
				poller, err := begin(t.Context(), w.gateways(t), emulator.SeedGateway, "")
				if err != nil {
					t.Fatal(err)
				}
				// Without Retry-After the poller's own default would be 30 s.
				result, err := poller.PollUntilDone(t.Context(), &runtime.PollUntilDoneOptions{Frequency: 200 * time.Millisecond})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff([]*armnetwork.BgpPeerStatus{itself, neighbor}, result.Value); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// Operations that fail, are canceled or never end.
func TestOperationsThatEndBadly(t *testing.T) {
	t.Parallel()
	own := &azure.CloudError{
		Code: "GatewayBusy", Message: "The gateway is being updated.", Target: "vgw-single",
		Details: []azure.CloudError{{Code: "Inner", Message: "Instance 0."}},
	}
	for _, test := range []struct {
		name  string // AZ-035
		style azure.Style
		end   azure.Ending
		err   *azure.CloudError
		want  failure
		texts []string
	}{
		{"Location canceled", azure.StyleLocation, azure.EndingCanceled, nil, failure{409, "Canceled"}, []string{"Operation was canceled."}},
		{"Location canceled, with details", azure.StyleLocation, azure.EndingCanceled, own, failure{409, "GatewayBusy"}, []string{`"target": "vgw-single"`, `"Instance 0."`}},
		{"monitor failed", azure.StyleAsync, azure.EndingFailed, nil, failure{200, "InternalServerError"}, []string{`"status": "Failed"`, "An error occurred."}},
		{"monitor canceled", azure.StyleAsync, azure.EndingCanceled, nil, failure{200, "Canceled"}, []string{`"status": "Canceled"`}},
		{"monitor failed, with details", azure.StyleAsync, azure.EndingFailed, own, failure{200, "GatewayBusy"}, []string{`"Instance 0."`}},
		{"both failed", azure.StyleBoth, azure.EndingFailed, nil, failure{200, "InternalServerError"}, nil},
		{"both canceled", azure.StyleBoth, azure.EndingCanceled, nil, failure{200, "Canceled"}, nil},
		{"failed at once", azure.StyleImmediate, azure.EndingFailed, nil, failure{500, "InternalServerError"}, nil},
		{"canceled at once", azure.StyleImmediate, azure.EndingCanceled, own, failure{409, "GatewayBusy"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newAzureEmulator(t)
			w.Azure.SetOperation(azure.Operation{Style: test.style, Ending: test.end, Error: test.err})
			_, err := status(t.Context(), w.gateways(t), emulator.SeedGateway, "")
			if got := failureOf(t, err); got != test.want {
				t.Fatalf("got %v, want %v: %v", got, test.want, err)
			}
			for _, text := range test.texts {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("%q is not in %v", text, err)
				}
			}
		})
	}
}

// Operations that a poller follows for as long as its context lets it: those
// that never end, and those that failed at Location, whose 500 (AZ-035)
// armnetwork's poller takes for a passing one.
func TestOperationsThatArePolledOn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		style  azure.Style
		end    azure.Ending
		status int // of every poll
	}{
		{azure.StyleLocation, azure.EndingNever, http.StatusAccepted},
		{azure.StyleAsync, azure.EndingNever, http.StatusOK},
		{azure.StyleBoth, azure.EndingNever, http.StatusOK},
		{azure.StyleLocation, azure.EndingFailed, http.StatusInternalServerError},
	} {
		t.Run(string(test.style)+"/"+string(test.end), func(t *testing.T) {
			t.Parallel()
			w := newAzureEmulator(t, operations(azure.Operation{Style: test.style, Ending: test.end}))
			poller, err := begin(t.Context(), w.gateways(t), emulator.SeedGateway, "")
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				w.clock.Advance(24 * time.Hour)
				status, _, err := poll(t.Context(), poller)
				if err != nil || poller.Done() || status != test.status {
					t.Fatalf("done %t, %d, %v", poller.Done(), status, err)
				}
			}
		})
	}
}

// What armnetwork's poller makes of endings without a result (AZ-036). That it
// takes them for an empty one is its behaviour, not the emulator's: a client
// has to demand a 200 with a JSON array in value itself.
func TestEndingsWithoutAResult(t *testing.T) {
	t.Parallel()
	const missing = "response is missing polling URL"
	for _, test := range []struct {
		style azure.Style
		end   azure.Ending
		want  string // a part of the error; "" is an empty result and no error
	}{
		{azure.StyleLocation, azure.EndingNull, ""},
		{azure.StyleLocation, azure.EndingNoBody, ""},
		{azure.StyleLocation, azure.EndingNullValue, ""},
		{azure.StyleLocation, azure.EndingNoContent, ""},
		{azure.StyleLocation, azure.EndingFailedStatus, ""}, // 200 {"status":"Failed",…}
		{azure.StyleLocation, azure.EndingNoPollURL, missing},
		{azure.StyleBoth, azure.EndingNull, ""},
		{azure.StyleBoth, azure.EndingNoBody, ""},
		{azure.StyleBoth, azure.EndingNullValue, ""},
		{azure.StyleBoth, azure.EndingNoContent, ""},
		{azure.StyleBoth, azure.EndingFailedStatus, ""},
		{azure.StyleBoth, azure.EndingAccepted, ""}, // 202 null at Location after Succeeded
		{azure.StyleBoth, azure.EndingNoPollURL, missing},
		{azure.StyleAsync, azure.EndingNull, ""},
		{azure.StyleAsync, azure.EndingNoPollURL, missing},
		{azure.StyleImmediate, azure.EndingNull, ""},
		{azure.StyleImmediate, azure.EndingNoBody, ""},
		{azure.StyleImmediate, azure.EndingNullValue, ""},
		{azure.StyleImmediate, azure.EndingFailedStatus, ""},
		{azure.StyleImmediate, azure.EndingNoContent, "RESPONSE 204"},
		{azure.StyleImmediate, azure.EndingAccepted, missing},
	} {
		t.Run(string(test.style)+"/"+string(test.end), func(t *testing.T) {
			t.Parallel()
			w := newAzureEmulator(t, operations(azure.Operation{Style: test.style, Ending: test.end}))
			rows, err := status(t.Context(), w.gateways(t), emulator.SeedGateway, "")
			switch {
			case test.want == "" && (err != nil || rows != nil):
				t.Errorf("%v, %v: an empty result was to be expected", rows, err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("%v, %v, want %q", rows, err, test.want)
			}
		})
	}
}

// The way to the result can be barred.
func TestPollingRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		change func(w azureEmulator, r *http.Request) // of the poll
		state  func(w azureEmulator)                  // between start and poll
		want   failure
	}{
		{
			name: "another signature, AZ-034", want: failure{400, "BadRequest"},
			change: func(_ azureEmulator, r *http.Request) {
				r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "&s=", "&s=x", 1)
			},
		},
		{
			name:   "the operation's own parameter added, AZ-034",
			change: func(_ azureEmulator, r *http.Request) { r.URL.RawQuery += "&peer=" + emulator.SeedNeighbor },
		},
		{
			name: "a signed parameter repeated, AZ-034", want: failure{400, "BadRequest"},
			change: func(_ azureEmulator, r *http.Request) { r.URL.RawQuery += "&t=1" },
		},
		{
			name: "a signature less, AZ-033", want: failure{400, "BadRequest"},
			change: func(_ azureEmulator, r *http.Request) { r.URL.RawQuery, _, _ = strings.Cut(r.URL.RawQuery, "&h=") },
		},
		{
			name: "another operation, AZ-034", want: failure{400, "BadRequest"},
			change: func(_ azureEmulator, r *http.Request) { r.URL.Path += "0" },
		},
		{
			name: "another api-version, AZ-034", want: failure{400, "BadRequest"},
			change: func(_ azureEmulator, r *http.Request) {
				r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "2025-01-01", "2025-03-01", 1)
			},
		},
		{
			name: "no token, AZ-034", want: failure{401, "AuthenticationFailed"},
			change: func(_ azureEmulator, r *http.Request) { r.Header.Del("Authorization") },
		},
		{
			name: "another method", want: failure{405, "MethodNotAllowed"},
			change: func(_ azureEmulator, r *http.Request) { r.Method = http.MethodDelete },
		},
		{
			name: "no permission to poll, AZ-023", want: failure{403, "AuthorizationFailed"},
			state: func(w azureEmulator) {
				w.Azure.AddClient(azure.Client{
					TenantID: emulator.SeedTenant, ID: emulator.SeedClient, Denied: []string{azure.PollPermission},
				})
			},
		},
		{
			name: "the gateway is gone, AZ-038", want: failure{404, "ResourceNotFound"},
			state: func(w azureEmulator) { w.Azure.RemoveGateway(gatewayID(emulator.SeedGateway)) },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newAzureEmulator(t)
			client := w.gateways(t, func(r *http.Request) {
				if test.change != nil && strings.Contains(r.URL.Path, "/locations/") {
					test.change(w, r)
				}
			})
			poller, err := begin(t.Context(), client, emulator.SeedGateway, "")
			if err != nil {
				t.Fatal(err)
			}
			if test.state != nil {
				test.state(w)
			}
			_, err = poller.PollUntilDone(t.Context(), nil)
			if got := failureOf(t, err); got != test.want {
				t.Errorf("got %v, want %v: %v", got, test.want, err)
			}
		})
	}
}

// A result is made when it is first asked for, and stays (AZ-038), also to
// somebody who goes on from a token of the poller.
func TestResultStays(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t, operations(azure.Operation{Delay: time.Second}))
	client := w.gateways(t)
	poller, err := begin(t.Context(), client, emulator.SeedGateway, "10.1.0.254")
	if err != nil {
		t.Fatal(err)
	}
	token, err := poller.ResumeToken()
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(time.Hour)
	var results [][]*armnetwork.BgpPeerStatus
	for range 2 {
		resumed, err := client.BeginGetBgpPeerStatus(t.Context(), emulator.SeedResourceGroup, emulator.SeedGateway,
			&armnetwork.VirtualNetworkGatewaysClientBeginGetBgpPeerStatusOptions{ResumeToken: token})
		if err != nil {
			t.Fatal(err)
		}
		result, err := resumed.PollUntilDone(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, result.Value)
		w.Azure.RemoveGateway(gatewayID(emulator.SeedGateway))
	}
	if diff := cmp.Diff(results[0], results[1]); diff != "" || len(results[0]) != 1 {
		t.Errorf("%v\n%s", results[0], diff)
	}
}

// A poll URL is some 3 kB long, and its secrets are not in the journal.
func TestPollURLs(t *testing.T) { // AZ-033
	t.Parallel()
	w := newAzureEmulator(t)
	var started *http.Response
	poller, err := begin(policy.WithCaptureResponse(t.Context(), &started), w.gateways(t), emulator.SeedGateway, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := poller.PollUntilDone(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	location := started.Header.Get("Location")
	for _, part := range []string{
		"/subscriptions/" + emulator.SeedSubscription + "/providers/Microsoft.Network/locations/westcentralus/operationResults/",
		"?api-version=2025-01-01&t=", "&c=", "&s=", "&h=",
	} {
		if !strings.Contains(location, part) {
			t.Errorf("%q is not in %s", part, location)
		}
	}
	if len(location) < 3000 || len(location) > 4096 {
		t.Errorf("it is %d bytes long", len(location))
	}
	_, signature, _ := strings.Cut(location, "&t=")
	for _, entry := range w.Journal.Entries() {
		for name, value := range entry.Params {
			if entry.Action == azure.ActionPoll && value != "" && strings.Contains(signature, value) && name != "operation" {
				t.Errorf("the journal shows %s of the poll", name)
			}
		}
	}
}

// A gateway that is locked refuses a second operation (AZ-039), and azcore
// comes back when it is told to.
func TestExclusiveGateway(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t, operations(azure.Operation{Delay: time.Minute, RetryAfter: time.Second}))
	w.Azure.UpdateGateway(gatewayID(emulator.SeedGateway), func(g *azure.Gateway) { g.Exclusive = true })
	client := w.gateways(t)
	if _, err := begin(t.Context(), client, emulator.SeedGateway, ""); err != nil {
		t.Fatal(err)
	}
	_, err := begin(t.Context(), client, emulator.SeedGateway, "")
	if got, want := failureOf(t, err), (failure{429, "AnotherOperationInProgress"}); got != want {
		t.Fatalf("got %v, want %v", got, want)
	}
	if failed, ok := errors.AsType[*azcore.ResponseError](err); ok && failed.RawResponse.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", failed.RawResponse.Header.Get("Retry-After"))
	}
	options := w.options()
	options.Retry = policy.RetryOptions{ShouldRetry: func(response *http.Response, _ error) bool {
		w.clock.Advance(time.Minute) // by the time it comes back
		return response.StatusCode == http.StatusTooManyRequests
	}}
	patient := w.gatewaysOf(t, emulator.SeedSubscription, w.secret(t, emulator.SeedClient, emulator.SeedClientSecret), options)
	if _, err := begin(t.Context(), patient, emulator.SeedGateway, ""); err != nil {
		t.Fatal(err)
	}
	if count := w.Journal.Count(azure.ActionBGPStatus); count != 4 {
		t.Errorf("asked %d times, want 4", count)
	}
}

// The last 4096 operations can be polled, and no more (AZ-037).
func TestOldOperationsAreForgotten(t *testing.T) {
	t.Parallel()
	w := newAzureEmulator(t)
	w.http = &http.Client{Transport: control.RoundTripper(w.Azure)} // so many calls are quicker in memory
	client := w.gateways(t)
	var pollers []*runtime.Poller[armnetwork.VirtualNetworkGatewaysClientGetBgpPeerStatusResponse]
	for range 2 {
		poller, err := begin(t.Context(), client, emulator.SeedGateway, "")
		if err != nil {
			t.Fatal(err)
		}
		pollers = append(pollers, poller)
	}
	const many, atOnce = azure.MaxOperations - 1, 5
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for range many / atOnce {
				if _, err := begin(t.Context(), client, emulator.SeedGateway, ""); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	_, err := pollers[0].PollUntilDone(t.Context(), nil)
	if got, want := failureOf(t, err), (failure{404, "OperationNotFound"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := pollers[1].PollUntilDone(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
