package alibabacloud

import (
	"context"
	"errors"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// creation describes the create of one object. Its answers may be lost, and nothing
// in an object says who created it. The ClientToken tells: for the same token the
// service repeats its first answer. So if it refuses the object as already existing,
// another caller created it.
type creation[T any] struct {
	kind  *kind[T]
	call  call
	idIn  string       // the field of the answer that has the id; "" if the id is known before
	id    string       // the id, if it is known before
	where query        // selects the objects among which to look for it
	fits  func(T) bool // whether an object may be the one that was asked for

	// unique says that no two objects can fit at a time.
	unique bool
}

// create creates an object and returns its id. Errors:
//
//   - *UncertainCreateError: the answer to one try was lost, and no later answer says
//     whether the object was created.
//   - *Error: the service refused, or never acted. KindExists: something is in its way.
//
// If this create is known to have made the object, there is no error, even if ctx has
// ended meanwhile.
func create[T any](ctx context.Context, c *Client, n *creation[T]) (id string, err error) {
	defer c.region(n.call.region).changes.beginWrite()()
	var lost, made bool // an answer was lost; an answer says that the object was made, without its id
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
		failed.Kind = KindFinal // the service would repeat this answer
		return failed
	})
	if err != nil && (lost || made) {
		id, err = n.settle(ctx, c, made, err)
	}
	if err != nil {
		return "", err
	}
	if n.idIn != "" { // an id that is known before, a network's, can be used again
		c.region(n.call.region).changes.note(id)
	}
	return id, nil
}

var errNoID = errors.New("the answer does not say what was made")

// idOf is the object's id, from the answer if it is there; "" if there is none.
func (n *creation[T]) idOf(answer *answer) string {
	if n.idIn == "" {
		return n.id
	}
	return decodeID(answer.body, n.idIn)
}

// settle finds out what became of a create whose answers were lost, or had no id. It
// reads until an object is there that fits. Then it repeats the call with the same
// ClientToken, whose answer says whether this create made the object. It does not wait
// for its turn among the region's calls, since there is little time left.
func (n *creation[T]) settle(ctx context.Context, c *Client, made bool, cause error) (id string, err error) {
	caller := ctx
	ctx, cancel := c.grace(caller)
	defer cancel()
	uncertain := &UncertainCreateError{Noun: n.kind.noun, ID: n.id, Err: cause}
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
			case failed.Kind == KindExists && caller.Err() != nil:
				return "", &ExistsError{Noun: n.kind.noun, ID: found[0], Err: &endedError{ctx: caller.Err(), last: failed}}
			case failed.Kind == KindExists:
				return "", failed
			}
		}
		if wire.Sleep(ctx, c.pace.backoff(tries, 0)/2) != nil {
			return "", uncertain
		}
	}
}

// candidates returns the ids of the objects that this create may have made.
func (n *creation[T]) candidates(c *Client, objects []T) (ids []string) {
	for _, o := range objects {
		id := n.kind.id(o)
		if status, _ := n.kind.state(o); status != StatusDeleting && n.fits(o) && !c.region(n.call.region).changes.madeHere(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// grace returns a context for a last look at what a create has made. It has Pace.Grace,
// even if ctx has ended or ends meanwhile, but 0.8 s after a cancellation, when the
// operation must end within a second.
func (c *Client) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	look, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.pace.Grace)
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.Canceled) {
			time.AfterFunc(800*time.Millisecond, cancel)
		}
	})
	return look, func() { stop(); cancel() }
}
