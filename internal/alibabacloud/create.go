package alibabacloud

import (
	"context"
	"errors"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// creation is the making of one object. Its answers may be lost, and nothing in an
// object says who made it. What tells is the ClientToken: to the same one the
// service repeats its first answer, so what it refuses as being there already is
// another's.
type creation[T any] struct {
	kind  *kind[T]
	call  call
	idIn  string       // the parameter of the answer that has the id; "" if id is known before
	id    string       // known before
	where query        // chooses what is to be looked through for it
	fits  func(T) bool // whether an object may be what was asked for

	// unique says that no two objects can fit at a time.
	unique bool
}

// create makes an object and returns its id; or an error, and then nothing is known
// to have been made by it:
//
//   - *UncertainCreateError: an answer was lost, and no later one told what became
//     of it.
//   - *Error: refused, or never acted on. Of KindExists: something is in its way.
//
// An object that this create is known to have made has no error, even if ctx has
// ended since.
func create[T any](ctx context.Context, c *Client, n *creation[T]) (id string, err error) {
	defer c.region(n.call.region).changes.beginWrite()()
	var lost, made bool // an answer was; the service has said that it made it, and not which it is
	err = c.repeat(ctx, n.call.action, n.call.region, (*Error).temporary, func(ctx context.Context) *Error {
		answer, failed := c.attempt(ctx, n.call)
		switch {
		case failed != nil && failed.Kind == KindExists:
			lost = false // none of the tries has made it
			return failed
		case failed != nil:
			lost = lost || failed.lost
			return failed
		}
		if id = n.idOf(answer); id != "" {
			return nil
		}
		made = true
		failed = c.unusable(n.call.action, n.call.region, answer, errNoID)
		failed.Kind = KindFinal // no other try would be answered otherwise
		return failed
	})
	if err != nil && (lost || made) {
		id, err = n.settle(ctx, c, made, err)
	}
	if err != nil {
		return "", err
	}
	if n.idIn != "" { // what is known before is not the service's, and can come again
		c.region(n.call.region).changes.note(id)
	}
	return id, nil
}

var errNoID = errors.New("the answer does not say what was made")

// idOf is the id in an answer; "" if it has none.
func (n *creation[T]) idOf(answer *answer) string {
	if n.idIn == "" {
		return n.id
	}
	return decodeID(answer.body, n.idIn)
}

// settle finds out what became of a create whose answers were lost, or did not say
// what was made: it looks, until something is there that fits, and asks the service
// with the same ClientToken whose that is. It does not wait for its turn among the
// region's calls: there is little time, and it is the last call.
func (n *creation[T]) settle(ctx context.Context, c *Client, made bool, cause error) (id string, err error) {
	ended := ctx.Err()
	ctx, cancel := c.grace(ctx)
	defer cancel()
	uncertain := &UncertainCreateError{Noun: n.kind.noun, Err: cause}
	for tries := 0; ; tries++ {
		objects, err := n.kind.allOnce(ctx, c, n.where)
		if found := n.candidates(c, objects); err == nil || len(found) > 0 {
			uncertain.Looked, uncertain.Candidates = true, found
		}
		switch found := uncertain.Candidates; {
		case len(found) == 0:
		case made && n.unique:
			return found[0], nil
		case made:
			return "", uncertain
		default:
			answer, failed := c.attempt(ctx, n.call)
			switch {
			case failed == nil && n.idOf(answer) != "":
				return n.idOf(answer), nil
			case failed == nil:
				made = true
			case failed.Kind == KindExists && ended != nil:
				return "", &ExistsError{Noun: n.kind.noun, ID: found[0], Err: &endedError{ctx: ended, last: failed}}
			case failed.Kind == KindExists:
				return "", failed
			}
		}
		if wire.Sleep(ctx, c.pace.backoff(tries, 0)/2) != nil {
			return "", uncertain
		}
	}
}

// candidates are the ids of the objects that the create may have made.
func (n *creation[T]) candidates(c *Client, objects []T) (ids []string) {
	for _, o := range objects {
		id := n.kind.id(o)
		if status, _ := n.kind.state(o); status != StatusDeleting && n.fits(o) && !c.region(n.call.region).changes.madeHere(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// grace is the time for a last look at what a create has made: also when ctx has
// ended, but then after a cancellation less than the second in which to end.
func (c *Client) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	grace := c.pace.Grace
	if errors.Is(ctx.Err(), context.Canceled) {
		grace = min(grace, 800*time.Millisecond)
	}
	if end, limited := ctx.Deadline(); ctx.Err() != nil || limited && time.Until(end) < grace {
		ctx = context.WithoutCancel(ctx)
	}
	return context.WithTimeout(ctx, grace)
}
