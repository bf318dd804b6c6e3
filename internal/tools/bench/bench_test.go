package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for want, s := range map[time.Duration]samples{
		3: {3},
		4: {5, 3},
		5: {9, 5, 1},
		6: {9, 1, 7, 5},
	} {
		if got := s.median(); got != want {
			t.Errorf("the median of %v is %d, want %d", s, got, want)
		}
	}
}

func TestActions(t *testing.T) {
	got := actions(map[string]int{"DescribeBgpPeers": 2, "CreateBgpPeer": 10, "getBgpPeerStatus": 1, "poll": 3})
	if want := "10 Create, 2 Describe, 1 getBgpPeerStatus, 3 poll"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLeast(t *testing.T) {
	for name, test := range map[string]struct{ got, want int }{
		"reading 1":                         {leastReads(1), 1},
		"reading 50":                        {leastReads(50), 1},
		"reading 51":                        {leastReads(51), 2},
		"reading 1,000":                     {leastReads(1000), 20},
		"creating 1":                        {leastCreating(1, 10), 1 + 1},
		"creating 10, one listing":          {leastCreating(10, 10), 10 + 1},
		"creating 11, and the last alone":   {leastCreating(11, 10), 11 + 1 + 1},
		"creating 100, then of two pages":   {leastCreating(100, 10), 100 + 5*1 + 5*2},
		"creating 100 one by one, by id":    {leastCreating(100, 1), 100 + 100},
		"deleting 100, each asked for once": {leastDeleting(100), 2 + 100 + 100},
		"milliseconds of reading one page":  {int(leastReading(50, 20*time.Millisecond).Milliseconds()), 20},
		"milliseconds of reading two":       {int(leastReading(51, 20*time.Millisecond).Milliseconds()), 40},
		"milliseconds of reading twenty":    {int(leastReading(1000, 20*time.Millisecond).Milliseconds()), 40},
		"milliseconds of two rounds":        {int(leastWriting(11, 20*time.Millisecond, time.Second).Milliseconds()), 2040},
	} {
		if test.got != test.want {
			t.Errorf("%s: %d, want %d", name, test.got, test.want)
		}
	}
}

func TestUpdateGuide(t *testing.T) {
	file := filepath.Join(t.TempDir(), "guide.md")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("# Guide\n\nProse.\n\n## Results\n\nOld ones.\n")
	if err := updateGuide(file, "New ones.\n"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file) //nolint:gosec // It is the test's own.
	if err != nil {
		t.Fatal(err)
	}
	if want := "# Guide\n\nProse.\n\n## Results\n\nNew ones.\n"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}

	write("# Guide\n")
	if err := updateGuide(file, "New ones.\n"); err == nil {
		t.Error("a guide without the heading is updated")
	}
}

func TestRefusedFlags(t *testing.T) {
	for flags, want := range map[string]string{
		"-only refresh,nothing": `no section "nothing"`,
		"-quick -update":        "all results only",
		"-only refresh -update": "all results only",
		"-compare main -update": "all results only",
	} {
		err := run(t.Context(), strings.Fields(flags), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got the error %v, want one with %q", flags, err, want)
		}
	}
}
