package alibabacloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Status is the status of a peer, a group or a network; see the constants.
type Status string

// The statuses that DescribeBgpPeers and DescribeBgpGroups document. A network never
// has Modifying, and in the older form of the answer has no status.
const (
	StatusPending   Status = "Pending"
	StatusAvailable Status = "Available"
	StatusModifying Status = "Modifying"
	StatusDeleting  Status = "Deleting"
	StatusDeleted   Status = "Deleted"
)

var statuses = []Status{StatusPending, StatusAvailable, StatusModifying, StatusDeleting, StatusDeleted}

// moves reports whether the service is deleting or changing an object.
func (s Status) moves() bool { return s == StatusDeleting || s == StatusModifying }

// kind describes one kind of object: peers, groups or networks. Reads, waits and
// creates are written once, for all kinds, and take what differs from here.
type kind[T any] struct {
	noun     string                                  // "BGP peer"
	describe string                                  // the action that lists them
	filter   string                                  // the parameter that selects one by its id; "" if there is none
	decode   func([]byte, func(*T)) (page[T], error) // reads an answer of describe
	id       func(T) string                          // identifies an object in a listing
	state    func(T) (Status, *SessionState)         // the session state is nil where the kind has no sessions
	complete func(*T, query)                         // adds what the query has and the answer may lack
}

// isDeleted reports whether an object is gone although the service still shows it.
func (k *kind[T]) isDeleted(object T) bool {
	status, _ := k.state(object)
	return status == StatusDeleted
}

// gone is the error for an object that does not exist, by the service's answer.
func (k *kind[T]) gone(region, id string) *Error {
	return &Error{
		Action: k.describe, Region: region, Kind: KindGone, HTTPStatus: http.StatusOK,
		Message: fmt.Sprintf("there is no %s %s", k.noun, id),
	}
}

// page is one page of a listing.
type page[T any] struct {
	objects []T   // those that have an id
	rows    int   // how many the page had, with or without an id
	total   int64 // objects on all pages; at least rows
	counted bool  // the answer has the total
}

var errNoList = errors.New("the answer has no list")

// decoder returns the function that reads the answers with a list, wrapped as
// {list: {element: […]}}. An answer without a list is an error, unless its TotalCount
// is 0: "nothing exists" must be said, not left out. Its errors show nothing of the
// answer.
func decoder[Row, T any](list, element string, object func(*Row) T, id func(T) string) func([]byte, func(*T)) (page[T], error) {
	return func(body []byte, complete func(*T)) (page[T], error) {
		var answer map[string]json.RawMessage
		if err := json.Unmarshal(body, &answer); err != nil {
			return page[T]{}, errors.New("the answer is not a JSON object of the documented form")
		}
		var total number
		_ = total.UnmarshalJSON(answer["TotalCount"]) // ignored if it is not a number
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

// decodeRows reads a list, wrapped or not; nil if there is none.
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
