package emulator

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// keeping makes an emulator that keeps its state in a file, without listening,
// so that a test's own clock can drive it.
func keeping(ctx context.Context, t *testing.T, now func() time.Time) (e *Emulator, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "state.json")
	e = New(Config{StateFile: file, Now: now})
	e.saving = true
	e.keep(ctx)
	return e, file
}

func (e *Emulator) putPeer(id string) {
	e.Alibaba.PutPeer(alibabacloud.Peer{ID: id, GroupID: SeedGroup, PeerIPAddress: SeedPeerAddress})
}

// holds checks that the file has this text; "" is that there is no file.
func holds(t *testing.T, file, want string) {
	t.Helper()
	data, err := os.ReadFile(file) //nolint:gosec // the test's own
	if want == "" {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("it was written: %v", err)
		}
		return
	}
	if err != nil || !strings.Contains(string(data), want) {
		t.Errorf("%q is not in the state file: %v", want, err)
	}
}

// TestStateIsKeptMeanwhile: not only a clean end keeps the state, and a file is
// written only if there is something new.
func TestStateIsKeptMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, file := keeping(t.Context(), t, nil)
		tick := func() {
			<-time.After(saveInterval)
			synctest.Wait()
		}
		e.putPeer("bgp-first")
		tick()
		holds(t, file, "bgp-first")

		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		tick()
		holds(t, file, "")

		e.putPeer("bgp-second")
		tick()
		holds(t, file, "bgp-second")

		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		holds(t, file, "")
	})
}

func TestTheEndOfTheContextCloses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		e, file := keeping(ctx, t, nil)
		e.putPeer("bgp-last")
		cancel()
		synctest.Wait()
		holds(t, file, "bgp-last")
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestStateGoesForwardOnly: a snapshot is taken by who may write it, and
// Close writes last.
func TestStateGoesForwardOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var e *Emulator
		asked := 0
		now := func() time.Time { // the services ask for the time when their state is read
			if e != nil {
				if asked++; e.stateMu.TryLock() {
					e.stateMu.Unlock()
					t.Error("the state is read by who may not write it")
				}
				select {
				case <-e.kept:
				default:
					t.Error("Close does not wait for the saving of the state")
				}
			}
			return time.Now()
		}
		made, file := keeping(t.Context(), t, now)
		made.putPeer("bgp-kept")
		e = made
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if asked == 0 {
			t.Error("the state was not read")
		}
		holds(t, file, "bgp-kept")
	})
}
