package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true,
		"": false, "localhost.example.com": false, "10.0.0.1": false, "0.0.0.0": false, "::": false, "128.0.0.1": false,
	} {
		if got := wire.Loopback(host); got != want {
			t.Errorf("%q: %t", host, got)
		}
	}
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for _, test := range []struct {
			sleep func(context.Context, time.Duration) error
			pause time.Duration
			took  time.Duration
			err   error
		}{
			{wire.Sleep, 10 * time.Second, 10 * time.Second, nil},
			{wire.SleepWithin, 10 * time.Second, 10 * time.Second, nil},
			{wire.SleepWithin, time.Hour, 0, context.DeadlineExceeded},
			{wire.Sleep, -time.Second, 0, nil},
			{wire.Sleep, time.Hour, 40 * time.Second, context.DeadlineExceeded},
			{wire.Sleep, 0, 0, context.DeadlineExceeded},
			{wire.Sleep, time.Second, 0, context.DeadlineExceeded},
			{wire.SleepWithin, time.Second, 0, context.DeadlineExceeded},
		} {
			started := time.Now()
			if err := test.sleep(ctx, test.pause); !errors.Is(err, test.err) {
				t.Errorf("a pause of %s ended with %v", test.pause, err)
			}
			if took := time.Since(started); took != test.took {
				t.Errorf("a pause of %s took %s", test.pause, took)
			}
		}
	})
}

// A pause that there is no time for says how long it is.
func TestTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var tooLong *wire.TooLongError
		if err := wire.SleepWithin(ctx, time.Hour+200*time.Millisecond); !errors.As(err, &tooLong) || tooLong.Due() != time.Hour {
			t.Errorf("the error is %v", err)
		}
	})
}

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"Post \"https://h/p?sig=SECRET\": failed":     `Post "https://h/p?…": failed`,
		"invalid proxy address \"http://u:SECRET@p\"": `invalid proxy address "http://***@p"`,
		"got Bearer abcdefgh12345678":                 "got Bearer …",
		"eyJhbGciOi.eyJzdWIi.c2ln is wrong":           "… is wrong",
		"two\nlines\x1b[31m":                          "two lines [31m",
	} {
		if got := wire.Text(errors.New(text)); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
	for _, err := range []error{io.EOF, fmt.Errorf("reading: %w", io.ErrUnexpectedEOF), &url.Error{Op: "Get", URL: "https://h/?s=SECRET", Err: io.EOF}} {
		if got := wire.Text(err); got != "the connection was dropped" {
			t.Errorf("%v became %q", err, got)
		}
	}
}

// While one try of an open circuit is under way, others wait for it.
func TestCircuit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		circuit := wire.NewCircuits(15 * time.Second).Of("host")
		down := errors.New("down")
		var tries atomic.Int64
		try := func(result error, took time.Duration) (time.Duration, error) {
			return circuit.Try(t.Context(), func(context.Context) error {
				tries.Add(1)
				<-time.After(took)
				return result
			})
		}
		if left, err := try(down, time.Second); left != 14*time.Second || !errors.Is(err, down) {
			t.Errorf("the first failure: %s, %v", left, err)
		}
		if _, err := try(nil, time.Second); err != nil {
			t.Error(err)
		}
		if left, err := try(down, 10*time.Second); left != 5*time.Second || !errors.Is(err, down) {
			t.Errorf("the first failure after a success: %s, %v", left, err)
		}
		if left, err := try(down, 10*time.Second); left > 0 || !errors.Is(err, down) {
			t.Errorf("a failure beyond the patience: %s, %v", left, err)
		}

		tries.Store(0)
		if left, err := try(nil, 0); left > 0 || !errors.Is(err, down) || tries.Load() != 0 {
			t.Errorf("of an open circuit: %s, %v, %d tries", left, err, tries.Load())
		}
		<-time.After(10 * time.Second)
		results := make(chan error)
		for range 10 {
			go func() { _, err := try(down, time.Second); results <- err }()
		}
		for range 10 {
			if err := <-results; !errors.Is(err, down) {
				t.Error(err)
			}
		}
		if n := tries.Load(); n != 1 {
			t.Errorf("%d tries of an open circuit at a time", n)
		}
		<-time.After(10 * time.Second)
		for range 10 {
			go func() { _, err := try(nil, time.Second); results <- err }()
		}
		for range 10 {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		if n := tries.Load(); n != 11 {
			t.Errorf("%d tries, want that of before, one that gets through, and the nine that waited for it", n)
		}

		// Whose time ends tells nothing, whether it tries or waits.
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := circuit.Try(ctx, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if _, err := try(nil, 0); err != nil {
			t.Error(err)
		}
	})
}

// A secret may be a part of another, or stand in a query.
func TestHide(t *testing.T) {
	t.Parallel()
	const text = "abc abcdef a%2Bb a+b x%20y x+y"
	if got := wire.Hide(text, "", "abc", "abcdef", "a+b", "x y"); got != "*** *** *** *** *** ***" {
		t.Errorf("got %q", got)
	}
}
