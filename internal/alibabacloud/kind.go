package alibabacloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Status is where a peer, a group or a network is in its life; see the constants.
type Status string

// The statuses that DescribeBgpPeers and DescribeBgpGroups document. Networks have
// no Modifying, and none at all in answers of the older generation.
const (
	StatusPending   Status = "Pending"
	StatusAvailable Status = "Available"
	StatusModifying Status = "Modifying"
	StatusDeleting  Status = "Deleting"
	StatusDeleted   Status = "Deleted"
)

var statuses = []Status{StatusPending, StatusAvailable, StatusModifying, StatusDeleting, StatusDeleted}

// kind is what reads, waits and creates must know of one kind of object: peers,
// groups or networks. They are written once, for all kinds.
type kind[T any] struct {
	noun     string                                  // "BGP peer"
	describe string                                  // the action that lists them
	filter   string                                  // the parameter that chooses one by its id; "" if none does
	decode   func([]byte, func(*T)) (page[T], error) // reads an answer of describe
	id       func(T) string                          // what tells an object from others in a listing
	state    func(T) (Status, *SessionState)         // nil where there are no sessions
	complete func(*T, query)                         // adds what the query tells and the answer may not; nil adds nothing
}

// isDeleted reports whether an object is gone, although the service still shows it.
func (k *kind[T]) isDeleted(object T) bool {
	status, _ := k.state(object)
	return status == StatusDeleted
}

// gone is the error of an object that the service says does not exist.
func (k *kind[T]) gone(region, id string) *Error {
	return &Error{
		Action: k.describe, Region: region, Kind: KindGone, HTTPStatus: http.StatusOK,
		Message: fmt.Sprintf("there is no %s %s", k.noun, id),
	}
}

// page is one page of a listing.
type page[T any] struct {
	objects []T   // those with an id
	rows    int   // with or without one
	total   int64 // objects on all pages; at least rows
	counted bool  // the service has said so
}

var errNoList = errors.New("the answer has no list")

// decoder reads the answers that have a list, wrapped as {list: {element: […]}}. An
// answer without a list is an error, unless it counts 0: only an answer that says
// so may mean that nothing is there. Its errors show nothing of the answer.
func decoder[Row, T any](list, element string, object func(*Row) T, id func(T) string) func([]byte, func(*T)) (page[T], error) {
	return func(body []byte, complete func(*T)) (page[T], error) {
		var answer map[string]json.RawMessage
		if err := json.Unmarshal(body, &answer); err != nil {
			return page[T]{}, errors.New("the answer is not a JSON object of the documented form")
		}
		var total number
		_ = total.UnmarshalJSON(answer["TotalCount"]) // what is no number is left out
		rows, err := decodeRows[Row](answer[list], element)
		if err != nil || rows == nil && (total.int64 == nil || *total.int64 != 0) {
			return page[T]{}, errNoList
		}
		got := page[T]{rows: len(rows), total: int64(len(rows)), counted: total.int64 != nil}
		if got.counted {
			got.total = max(got.total, *total.int64)
		}
		for i := range rows {
			o := object(&rows[i])
			complete(&o)
			if id(o) != "" {
				got.objects = append(got.objects, o)
			}
		}
		return got, nil
	}
}

// decodeRows reads a list, wrapped or bare; nil if there is none.
func decodeRows[Row any](list json.RawMessage, element string) (rows []Row, err error) {
	if list == nil {
		return nil, nil
	}
	var wrapped map[string]json.RawMessage
	if json.Unmarshal(list, &wrapped) == nil {
		list = wrapped[element]
	}
	if list == nil {
		return nil, nil
	}
	err = json.Unmarshal(list, &rows)
	return rows, err
}
