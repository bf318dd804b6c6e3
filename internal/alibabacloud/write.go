package alibabacloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"
)

// newCall makes a call that changes something. It adds a ClientToken, and drops the
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

// setNumbers adds the numbers that are not nil to the parameters.
func setNumbers(params map[string]string, numbers map[string]*int64) {
	for name, value := range numbers {
		if value != nil {
			params[name] = strconv.FormatInt(*value, 10)
		}
	}
}

// formatBool is the text of a parameter; "" for nil.
func formatBool(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}

// write makes a call that changes something until it succeeds or fails for good.
// refused is called with each failure, and returns the error that takes its place. If
// refused is nil, failures stay as they are.
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

// modify changes an object by a call. The error is ErrNotFound only if a read confirms
// that the object is gone.
func (s *listings[T]) modify(ctx context.Context, call call, id string) error {
	err := s.client.write(ctx, call, nil)
	if errors.Is(err, ErrNotFound) {
		_, err = s.lookFor(ctx, id, err)
	}
	return err
}

// remove deletes an object by a call. It returns nil if the object is already gone or
// is being deleted. refused is as in write.
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

// lookFor reads an object after a refusal that may mean that it is gone. The code of
// such a refusal can be about another instance too, such as the VPC. If the object
// still exists, lookFor returns the refusal as final.
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

// unusable is the error for a 2xx answer that lacks what it must have.
func (c *Client) unusable(action, region string, answer *answer, err error) *Error {
	return &Error{
		Action: action, Region: region, Kind: KindPassing, HTTPStatus: http.StatusOK,
		Message: err.Error(), RequestID: answer.requestID, Err: err, misdirected: true,
	}
}
