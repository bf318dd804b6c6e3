package alibabacloud_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"

	emulated "github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

const (
	testRegion = "cn-shanghai"
	testVBR    = "vbr-1"
	testGroup  = "bgpg-1"
)

// workbench is an emulated service and a client of it, in a synctest bubble, where
// time is fake and passes only while everything waits.
type workbench struct {
	*testing.T
	client  *alibabacloud.Client
	service *emulated.Service
	journal *control.Journal
	faults  *control.Faults
	log     *logBuffer
}

type settings struct {
	emulated emulated.Config
	client   alibabacloud.Config
	latency  time.Duration // of every call
	// wrap stands between the client and the service.
	wrap func(http.RoundTripper) http.RoundTripper
}

// endless is longer than any test takes in its fake time.
const endless = 24 * time.Hour

// onWorkbench runs a test on one with one router and one group.
func onWorkbench(t *testing.T, s settings, test func(w *workbench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &workbench{T: t, journal: control.NewJournal(100_000), faults: &control.Faults{}, log: &logBuffer{}}
		s.emulated.Journal, s.emulated.Faults = w.journal, w.faults
		w.service = emulated.New(s.emulated)
		w.service.AddVBR(emulated.VBR{
			ID: testVBR, RegionID: testRegion, IPv6: true,
			Circuits: []emulated.Circuit{{PhysicalConnectionID: "pc-1", PeerIPAddress: "10.255.255.1"}},
			Quotas:   emulated.Quotas{PeersPerVBR: 10_000},
		})
		w.service.AddGroup(emulated.Group{ID: testGroup, RouterID: testVBR, PeerASN: 65515, AuthKey: secretMD5Key})
		if s.latency > 0 {
			w.faults.Add(control.Fault{Action: control.AnyAction, Kind: control.KindDelay, Delay: s.latency})
		}
		if s.client.Transport == nil {
			s.client.Transport = control.RoundTripper(w.service)
		}
		if s.wrap != nil {
			s.client.Transport = s.wrap(s.client.Transport)
		}
		s.client.Logger = slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		w.client = newClient(t, s.client)
		// What never ends fails in moments of real time, and not with all of the tests.
		overdue := time.AfterFunc(endless, func() { panic(t.Name() + " did not end in " + endless.String() + " of fake time") })
		defer overdue.Stop()
		test(w)
		w.log.mustBeFree(t, emulated.DefaultAccessKeyID, "Signature=", secretMD5Key, "ClientToken")
	})
}

const secretMD5Key = "!PWZ2wsqSecret"

// newClient makes a client with the emulator's key.
func newClient(t *testing.T, cfg alibabacloud.Config) *alibabacloud.Client {
	t.Helper()
	credentials, err := alibabacloud.NewCredentials(alibabacloud.CredentialsConfig{
		AccessKey: emulated.DefaultAccessKeyID,
		SecretKey: emulated.DefaultAccessKeySecret,
	})
	if err != nil {
		t.Fatal(err)
	}
	if (cfg.Credentials == alibabacloud.Credentials{}) {
		cfg.Credentials = credentials
	}
	client, err := alibabacloud.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// putPeers gives the service n peers with the ids bgp-0000 and so on.
func (w *workbench) putPeers(n int) {
	for i := range n {
		w.service.PutPeer(emulated.Peer{ID: peerID(i), GroupID: testGroup, PeerIPAddress: address(i), ModifiedAt: time.Now().Add(-24 * time.Hour)})
	}
}

func peerID(i int) string  { return fmt.Sprintf("bgp-%04d", i) }
func address(i int) string { return fmt.Sprintf("10.0.%d.%d", i/250, i%250+1) }

// entries are the requests that reached the service. It notes one that its caller has
// given up in a goroutine of its own, which may come later than the caller's return.
func (w *workbench) entries() []control.Entry {
	synctest.Wait()
	return w.journal.Entries()
}

// count is how many requests for an action, or for any, there are in entries.
func (w *workbench) count(action string) int {
	synctest.Wait()
	return w.journal.Count(action)
}

// calls are the requests that reached the service, as "Action" or "Action Code".
func (w *workbench) calls() []string {
	var calls []string
	for _, e := range w.entries() {
		calls = append(calls, strings.TrimSpace(e.Action+" "+e.Code))
	}
	return calls
}

// tokens are the different client tokens of an action's calls.
func (w *workbench) tokens(action string) map[string]int {
	tokens := map[string]int{}
	for _, e := range w.entries() {
		if e.Action == action {
			tokens[e.Params["ClientToken"]]++
		}
	}
	return tokens
}

// roundTrip is a transport that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls it.
func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// together runs n functions, at most so many at a time, and returns their errors.
func together(n, atOnce int, do func(i int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	places := make(chan struct{}, atOnce)
	for i := range n {
		places <- struct{}{}
		group.Go(func() {
			errs[i] = do(i)
			<-places
		})
	}
	group.Wait()
	return errs
}

// pass lets fake time pass.
func (w *workbench) pass(d time.Duration) { <-time.After(d) }

// create makes the peer with address number i.
func (w *workbench) create(i int) error {
	in := newPeer
	in.PeerIPAddress = address(i)
	_, err := w.client.CreateBGPPeer(w.Context(), in)
	return err
}

// must fails the test at the first error.
func (w *workbench) must(errs ...error) {
	w.Helper()
	for _, err := range errs {
		if err != nil {
			w.Fatal(err)
		}
	}
}

// logBuffer keeps what is logged.
type logBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) mustBeFree(t *testing.T, secrets ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, secret := range secrets {
		if strings.Contains(b.text.String(), secret) {
			t.Errorf("the log has %q in it", secret)
		}
	}
}
