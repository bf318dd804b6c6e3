package control

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
)

// RoundTripper returns a transport that hands every request to h, in memory,
// whatever its host. h runs in a goroutine of the caller's, so that it works
// in a testing/synctest bubble.
//
// As over a network: the end of the request's context ends the call at once
// with the context's error, and is h's request's context's end too; a panic of
// h with http.ErrAbortHandler is a dropped connection: io.ErrUnexpectedEOF
// from the call or, where h had flushed a part of its answer, from reading the
// body; net/http/httptrace gets notice of a connection and of a written request. Any
// other panic of h is a defect and stays one.
func RoundTripper(h http.Handler) http.RoundTripper { return roundTripper{h} }

type roundTripper struct{ handler http.Handler }

func (rt roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		closeBody(req)
		return nil, err
	}
	type result struct {
		response *http.Response
		err      error
	}
	traceConnection(req)
	done := make(chan result, 1)
	go func() {
		var got result
		got.err = io.ErrUnexpectedEOF // stays if the handler ends its goroutine
		defer func() { done <- got }()
		got.response, got.err = rt.serve(req) //nolint:bodyclose // the caller's to close
	}()
	select {
	case got := <-done:
		return got.response, got.err
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

// traceConnection tells a trace in the request's context what a network's
// transport would: a connection is there, and the request was written.
func traceConnection(req *http.Request) {
	trace := httptrace.ContextClientTrace(req.Context())
	if trace == nil {
		return
	}
	if trace.GetConn != nil {
		host := req.URL.Host
		if req.URL.Port() == "" {
			host = net.JoinHostPort(req.URL.Hostname(), map[string]string{"http": "80", "https": "443"}[req.URL.Scheme])
		}
		trace.GetConn(host)
	}
	if trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	if trace.WroteHeaders != nil {
		trace.WroteHeaders()
	}
}

// serve runs the handler to its end and makes a response of what it wrote.
func (rt roundTripper) serve(req *http.Request) (*http.Response, error) {
	defer closeBody(req)
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel() // a server's request ends with its handler
	in := req.Clone(ctx)
	in.Header = received(req.Header)
	in.Body = io.NopCloser(bytes.NewReader(body))
	in.ContentLength = int64(len(body))
	in.RequestURI = req.URL.RequestURI()
	in.RemoteAddr = "127.0.0.1:0"
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1
	if in.Host == "" {
		in.Host = req.URL.Host
	}

	w := &memoryWriter{answer: newAnswer()}
	if aborted(func() { rt.handler.ServeHTTP(w, in) }) {
		if !w.flushed {
			return nil, io.ErrUnexpectedEOF
		}
		return w.response(req, brokenBody{&w.body}), nil
	}
	return w.response(req, io.NopCloser(&w.body)), nil
}

// received is a header as a server gets it: its names in their canonical form,
// whatever the client wrote, and without the host, which is the request's.
func received(sent http.Header) http.Header {
	header := make(http.Header, len(sent))
	for name, values := range sent {
		name = http.CanonicalHeaderKey(name)
		header[name] = append(header[name], values...)
	}
	header.Del("Host")
	return header
}

// aborted runs serve and reports whether it dropped the connection.
func aborted(serve func()) (dropped bool) {
	defer func() {
		if p := recover(); p != nil {
			if err, ok := p.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			dropped = true
		}
	}()
	serve()
	return false
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close() // only read from
	}
}

// memoryWriter is the handler's side of an in-memory call.
type memoryWriter struct {
	*answer
	sent    http.Header // the header as it stood when the answer began
	flushed bool
}

func (w *memoryWriter) WriteHeader(status int) {
	if w.sent == nil {
		w.sent = w.header.Clone()
	}
	w.answer.WriteHeader(status)
}

func (w *memoryWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.answer.Write(p)
}

func (w *memoryWriter) Flush() {
	w.WriteHeader(http.StatusOK)
	w.flushed = true
}

func (w *memoryWriter) response(req *http.Request, body io.ReadCloser) *http.Response {
	w.WriteHeader(http.StatusOK)
	length := int64(w.body.Len())
	if n, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64); err == nil {
		length = n
	}
	return &http.Response{
		Status:     strconv.Itoa(w.status) + " " + http.StatusText(w.status),
		StatusCode: w.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.sent,
		Body:          body,
		ContentLength: length,
		Request:       req,
	}
}

// brokenBody is a body whose connection was dropped in its middle.
type brokenBody struct{ read io.Reader }

func (b brokenBody) Read(p []byte) (int, error) {
	n, err := b.read.Read(p)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (brokenBody) Close() error { return nil }
