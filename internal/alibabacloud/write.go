package alibabacloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"
)

// newCall is a call that changes something: with a ClientToken, and without the
// parameters that are "".
func newCall(action, region string, params map[string]string) call {
	for name, value := range params {
		if value == "" {
			delete(params, name)
		}
	}
	params["ClientToken"] = uuid.NewString()
	return call{action, region, params}
}

// setNumbers adds numbers to parameters, but those that are nil.
func setNumbers(params map[string]string, numbers map[string]*int64) {
	for name, value := range numbers {
		if value != nil {
			params[name] = strconv.FormatInt(*value, 10)
		}
	}
}

// formatBool is a parameter's text; "" is none.
func formatBool(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}

// write makes a call that changes something until it succeeds or fails for good.
// Each refusal is shown to refused, which may make another of it; nil leaves all as
// they are.
func (c *Client) write(ctx context.Context, call call, refused func(context.Context, *Error) *Error) error {
	defer c.region(call.region).changes.beginWrite()()
	return c.repeat(ctx, call.action, call.region, (*Error).temporary, func(ctx context.Context) *Error {
		_, failed := c.attempt(ctx, call)
		if failed != nil && refused != nil {
			return refused(ctx, failed)
		}
		return failed
	})
}

// modify changes an object by a call. The error is ErrNotFound only when a look
// shows that the object is gone.
func (s *listings[T]) modify(ctx context.Context, call call, id string) error {
	err := s.client.write(ctx, call, nil)
	if errors.Is(err, ErrNotFound) {
		_, err = s.lookFor(ctx, id, err)
	}
	return err
}

// remove deletes an object by a call; nil if it is gone already, or about to be.
// refused is as in write.
func (s *listings[T]) remove(ctx context.Context, call call, id string, refused func(context.Context, *Error) *Error) error {
	err := s.client.write(ctx, call, refused)
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	object, err := s.lookFor(ctx, id, err)
	if status, _ := s.kind.state(object); errors.Is(err, ErrNotFound) || status == StatusDeleting {
		return nil
	}
	return err
}

// lookFor looks for an object after a refusal that may mean that it is gone: its
// code stands for other instances too. If it is not gone, the refusal is about
// something else, and is given as such.
func (s *listings[T]) lookFor(ctx context.Context, id string, refusal error) (T, error) {
	object, err := s.kind.one(ctx, s.client, query{region: s.every.region, id: id, params: s.every.params}, func() {})
	var said *Error
	if errors.Is(err, ErrNotFound) || !errors.As(refusal, &said) {
		return object, refusal
	}
	other := *said
	other.Kind = KindFinal
	if err != nil {
		return object, fmt.Errorf("%w; whether the %s still exists could not be read: %w", &other, s.kind.noun, err)
	}
	return object, &other
}

// unusable is the error of a 2xx answer that does not say what it must.
func (c *Client) unusable(action, region string, answer *answer, err error) *Error {
	return &Error{
		Action: action, Region: region, Kind: KindPassing, HTTPStatus: http.StatusOK,
		Message: err.Error(), RequestID: answer.requestID, Err: err, misdirected: true,
	}
}
