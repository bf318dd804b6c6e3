// Package load keeps a steady load on an emulated cloud and reports how that
// went, for benchmarks. Nothing about time is asserted.
package load

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// The load: 200 requests a second for 30 seconds by 50 clients at once.
const (
	Clients   = 50
	PerSecond = 200
	Duration  = 30 * time.Second
)

// Load is what the clients do.
type Load struct {
	// Call makes one request of a client, its turn-th. No client has two under
	// way.
	Call func(ctx context.Context, client, turn int) error
	// Held counts the objects that the emulator holds.
	Held func() int
	// WarmUp is how many requests are made before, at full speed: enough to
	// fill what the emulator remembers of requests (its journal, client
	// tokens, …), so that what grows afterwards is something else.
	WarmUp int
}

// Sustain runs the load and fails the benchmark on any error. Reported are the
// requests made and their rate, the median and the 99th percentile of their
// time, the objects held before and after, and the heap of the whole process,
// clients included, before and by how much it has grown after, each time after
// a forced garbage collection.
func (l Load) Sustain(b *testing.B) {
	b.Helper()
	turns := make([]int, Clients)
	l.run(b, turns, l.WarmUp/Clients, 0)
	for b.Loop() { // once, since it takes so long
		heapBefore, heldBefore := heap(), l.Held()
		started := time.Now()
		times := l.run(b, turns, int(Duration.Seconds())*PerSecond/Clients, time.Second*Clients/PerSecond)
		elapsed := time.Since(started)
		heapAfter, heldAfter := heap(), l.Held()
		if b.Failed() {
			return
		}
		slices.Sort(times)
		at := func(percent int) float64 { return float64(times[(len(times)-1)*percent/100].Microseconds()) / 1000 }
		for unit, value := range map[string]float64{
			"requests":       float64(len(times)),
			"requests/s":     math.Round(float64(len(times)) / elapsed.Seconds()),
			"p50-ms":         at(50),
			"p99-ms":         at(99),
			"objects-before": float64(heldBefore),
			"objects-after":  float64(heldAfter),
			"heap-KiB":       math.Round(heapBefore / 1024),
			"growth-KiB":     math.Round((heapAfter - heapBefore) / 1024),
		} {
			b.ReportMetric(value, unit)
		}
		b.ReportMetric(0, "ns/op") // of no interest
	}
}

// run lets every client take this many turns, one every pause, the clients
// evenly spread in it. It returns how long each request took.
func (l Load) run(b *testing.B, turns []int, each int, pause time.Duration) []time.Duration {
	b.Helper()
	took := make([][]time.Duration, Clients)
	var wg sync.WaitGroup
	for client := range Clients {
		wg.Go(func() {
			due := time.NewTimer(pause * time.Duration(client) / Clients)
			defer due.Stop()
			for range each {
				select {
				case <-b.Context().Done():
					return
				case <-due.C:
				}
				due.Reset(pause)
				started := time.Now()
				if err := l.Call(b.Context(), client, turns[client]); err != nil {
					b.Errorf("client %d, turn %d: %v", client, turns[client], err)
					return
				}
				took[client] = append(took[client], time.Since(started))
				turns[client]++
			}
		})
	}
	wg.Wait()
	return slices.Concat(took...)
}

// heap returns the bytes of the objects that are still in use.
func heap() float64 {
	runtime.GC()
	runtime.GC() // what finalizers let go of
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}
