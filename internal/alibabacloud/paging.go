package alibabacloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/wire"
)

// query selects objects of one kind and region.
type query struct {
	region string
	id     string            // of the only one; "" selects all that match params
	params map[string]string // filters; those that are "" are not sent
}

const (
	pageSize     = 50     // the highest that the API takes
	smallestPage = 10     // the API's default, if the service ignores PageSize
	mostPages    = 10_000 // more than any account has
	pagesAtOnce  = 8      // how many are read side by side
)

// pages is how many pages there are. p must be the first one, and counted.
func (p page[T]) pages() int {
	rows := int64(max(p.rows, smallestPage))
	return int(max(1, min((p.total+rows-1)/rows, mostPages)))
}

// pageOnce reads one page, in one try.
func (k *kind[T]) pageOnce(ctx context.Context, c *Client, q query, number int) (page[T], *Error) {
	params := map[string]string{}
	for name, value := range q.params {
		if value != "" {
			params[name] = value
		}
	}
	if q.id != "" {
		params[k.filter] = q.id
	} else {
		params["PageSize"], params["PageNumber"] = strconv.Itoa(pageSize), strconv.Itoa(number)
	}
	answer, failed := c.attempt(ctx, call{k.describe, q.region, params})
	if failed != nil {
		return page[T]{}, failed
	}
	got, err := k.decode(answer.body, func(object *T) { k.complete(object, q) })
	switch {
	case err != nil:
	case number == 1 && got.rows == 0 && got.total > 0:
		err = fmt.Errorf("the answer has a TotalCount of %d and an empty list", got.total)
	case q.id != "" && got.rows > 0 && !slices.ContainsFunc(got.objects, func(o T) bool { return k.id(o) == q.id }):
		err = errOthers
	}
	if err != nil {
		return page[T]{}, c.unusable(k.describe, q.region, answer, err)
	}
	return got, nil
}

var errOthers = errors.New("the answer has others than the one asked for")

// getPage reads the page of a number, which is 1 or more.
type getPage[T any] func(ctx context.Context, number int) (page[T], error)

// repeating returns what reads a page in as many tries as again allows. It calls started
// before every try of the first page.
func (k *kind[T]) repeating(c *Client, q query, started func(), again func(*Error) bool) getPage[T] {
	return func(ctx context.Context, number int) (got page[T], err error) {
		err = c.repeat(ctx, k.describe, q.region, again, func(ctx context.Context) (failed *Error) {
			if number == 1 {
				started()
			}
			got, failed = k.pageOnce(ctx, c, q, number)
			return failed
		})
		return got, err
	}
}

var errShifted = errors.New("the pages shifted while they were read")

// otherPages reads all pages but the first. If all pages together have fewer objects
// than their total, the error is errShifted. With an error it also returns what it could
// read.
func (k *kind[T]) otherPages(ctx context.Context, first page[T], get getPage[T]) (objects []T, err error) {
	if !first.counted {
		return k.uncountedPages(ctx, first, get)
	}
	pages := make([]page[T], first.pages()-1)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(pagesAtOnce)
	for i := range pages {
		group.Go(func() (err error) {
			pages[i], err = get(ctx, i+2)
			return err
		})
	}
	err = group.Wait()
	total := first.total
	for _, p := range pages {
		objects = append(objects, p.objects...)
		total = max(total, p.total)
	}
	if err == nil && int64(len(first.objects)+len(objects)) < total {
		err = errShifted
	}
	return objects, err
}

// uncountedPages reads all pages but the first where nothing says how many there are:
// one after the other, as long as each is full and has something new. If a page has
// rows without an id, the error is errShifted.
func (k *kind[T]) uncountedPages(ctx context.Context, first page[T], get getPage[T]) (objects []T, err error) {
	seen := map[string]bool{}
	unreadable := false
	last := first
	for number := 2; ; number++ {
		isNew := false
		for _, o := range last.objects {
			isNew = isNew || !seen[k.id(o)]
			seen[k.id(o)] = true
		}
		unreadable = unreadable || len(last.objects) < last.rows
		if !isNew || last.rows < max(first.rows, smallestPage) || number > mostPages {
			break
		}
		if last, err = get(ctx, number); err != nil {
			return objects, err
		}
		objects = append(objects, last.objects...)
	}
	if unreadable {
		return objects, errShifted
	}
	return objects, nil
}

// all reads all pages. If they shift while they are read, it reads them again, until
// they have as many objects as their total says, or the same ones twice. If that never
// happens, or no object ever comes, the result is an error rather than a list with
// holes.
func (k *kind[T]) all(ctx context.Context, c *Client, q query) ([]T, error) {
	var before []T
	for range 5 {
		objects, err := k.allPages(ctx, k.repeating(c, q, func() {}, (*Error).temporary))
		if err != nil && !errors.Is(err, errShifted) {
			return nil, err
		}
		same := slices.EqualFunc(objects, before, func(a, b T) bool { return k.id(a) == k.id(b) })
		if err == nil || same && len(objects) > 0 {
			return objects, nil
		}
		before = objects
	}
	return nil, k.shifted(q, errShifted.Error()+" each time")
}

// allPages reads all pages. If they do not have as many objects as they say, the error
// is errShifted. With an error it also returns what it could read.
func (k *kind[T]) allPages(ctx context.Context, get getPage[T]) ([]T, error) {
	first, err := get(ctx, 1)
	if err != nil {
		return nil, err
	}
	others, err := k.otherPages(ctx, first, get)
	return k.ordered(append(first.objects, others...)), err
}

// shifted is the error of pages that do not have as many objects as they say.
func (k *kind[T]) shifted(q query, message string) *Error {
	return &Error{
		Action: k.describe, Region: q.region, Kind: KindPassing, HTTPStatus: http.StatusOK,
		Message: message, Err: errShifted,
	}
}

// allOnce reads all pages, each in one try and without waiting for its turn among the
// region's calls. With an error it also returns what it could read.
func (k *kind[T]) allOnce(ctx context.Context, c *Client, q query) ([]T, error) {
	return k.allPages(ctx, func(ctx context.Context, number int) (page[T], error) {
		got, failed := k.pageOnce(ctx, c, q, number)
		if failed != nil {
			return got, failed
		}
		return got, nil
	})
}

// ordered sorts by id, and drops what is Deleted or was on two pages.
func (k *kind[T]) ordered(objects []T) []T {
	objects = slices.DeleteFunc(objects, k.isDeleted)
	slices.SortFunc(objects, func(a, b T) int { return cmp.Compare(k.id(a), k.id(b)) })
	return slices.CompactFunc(objects, func(a, b T) bool { return k.id(a) == k.id(b) })
}

// one reads one object by a call of its own or, if the API has no filter for its id,
// from a listing of all that match q.params. A listing that counts more objects than
// it has does not say that the object is gone: it is read again, for Pace.Patience.
// Neither does one listing of several pages; see shows.
func (k *kind[T]) one(ctx context.Context, c *Client, q query, started func()) (found T, err error) {
	first := time.Now()
	lacking := 0 // how many whole listings in a row lacked it
	for tries := 0; ; tries++ {
		var objects []T
		if k.filter == "" {
			objects, err = k.allPages(ctx, k.repeating(c, query{region: q.region, params: q.params}, started, (*Error).temporary))
		} else {
			var only page[T]
			only, err = k.repeating(c, q, started, (*Error).temporary)(ctx, 1)
			objects = only.objects
		}
		i := slices.IndexFunc(objects, func(o T) bool { return k.id(o) == q.id && !k.isDeleted(o) })
		switch {
		case i >= 0:
			return objects[i], nil
		case err == nil:
			if lacking++; k.filter != "" || shows(len(objects), lacking) {
				return found, k.gone(q.region, q.id)
			}
			continue
		case !errors.Is(err, errShifted):
			return found, err
		}
		failed := k.shifted(q, "the listing counts more than it has, and does not have "+q.id)
		if time.Since(first) >= c.pace.Patience {
			return found, failed
		}
		if err := wire.SleepWithin(ctx, c.pace.backoff(tries, 0)); err != nil {
			return found, &endedError{err, failed}
		}
	}
}

// shows reports whether whole listings of so many objects, so many in a row, show that an
// object is gone which they lack. One of several pages does not: if an object goes and
// another comes while they are read, they have as many as they count, and lack one that
// exists. Two in a row do.
func shows(objects, inARow int) bool { return objects < smallestPage || inARow > 1 }
