package control_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/control"
)

// A handler sees of an in-memory request what it sees of one over a network.
func TestRoundTripperLooksLikeANetwork(t *testing.T) {
	type seen struct {
		Method, URI, Host, Header, Body string
		Length                          int64
	}
	var saw seen
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		saw = seen{r.Method, r.RequestURI, r.Host, r.Header.Get("X-Test") + r.Header.Get("Host"), string(body), r.ContentLength}
		w.Header().Set("X-Answer", "set")
		w.WriteHeader(http.StatusAccepted)
		w.Header().Set("X-Late", "not sent")
		_, _ = io.WriteString(w, "null")
	})
	server := httptest.NewServer(handler)
	defer server.Close()
	type heard struct {
		Status, Body, Set, Late string
		Code                    int
		Length                  int64
	}
	ask := func(transport http.RoundTripper) (seen, heard) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/a%2Fb?x=1&y=%20", strings.NewReader("k=v"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header["x-test"] = []string{"1"}
		req.Header["Host"] = []string{"not.sent"}
		client := http.Client{Transport: transport, Timeout: time.Minute}
		response, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return saw, heard{
			Status: response.Status, Code: response.StatusCode, Body: string(body), Length: response.ContentLength,
			Set: response.Header.Get("X-Answer"), Late: response.Header.Get("X-Late"),
		}
	}
	wantSaw, wantHeard := ask(http.DefaultTransport)
	gotSaw, gotHeard := ask(control.RoundTripper(handler))
	if diff := cmp.Diff(wantSaw, gotSaw); diff != "" {
		t.Errorf("handler saw (-network +memory):\n%s", diff)
	}
	if diff := cmp.Diff(wantHeard, gotHeard); diff != "" {
		t.Errorf("client heard (-network +memory):\n%s", diff)
	}
}

func TestRoundTripperEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handlerEnded := false
		transport := control.RoundTripper(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			handlerEnded = true
		}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		answer := call(ctx, t, transport, "http://vpc/")
		if !errors.Is(answer.CallErr, context.DeadlineExceeded) {
			t.Errorf("client saw %+v", answer)
		}
		synctest.Wait()
		if !handlerEnded {
			t.Error("the handler's context did not end")
		}
		if answer := call(ctx, t, transport, "http://vpc/"); !errors.Is(answer.CallErr, context.DeadlineExceeded) {
			t.Errorf("with an ended context a client saw %+v", answer)
		}
	})
}

func TestRoundTripperHandlerGivesUp(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"aborts":             func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"ends its goroutine": func(http.ResponseWriter, *http.Request) { runtime.Goexit() },
	} {
		if answer := call(t.Context(), t, control.RoundTripper(handler), "http://vpc/"); !errors.Is(answer.CallErr, io.ErrUnexpectedEOF) {
			t.Errorf("%s: client saw %+v", name, answer)
		}
	}
}

func TestRoundTripperClosesTheBody(t *testing.T) {
	closed := false
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://vpc/", closeRecorder{&closed})
	if err != nil {
		t.Fatal(err)
	}
	response, err := control.RoundTripper(http.NotFoundHandler()).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if !closed {
		t.Error("the request's body was left open")
	}
}

type closeRecorder struct{ closed *bool }

func (closeRecorder) Read([]byte) (int, error) { return 0, io.EOF }

func (c closeRecorder) Close() error {
	*c.closed = true
	return nil
}
