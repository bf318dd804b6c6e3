package alibabacloud

// recent remembers the last values put into it by their keys, and no more.
type recent[V any] struct {
	values map[string]V
	keys   []string // a ring, once it is full
	next   int
	limit  int
}

func newRecent[V any](limit int) recent[V] {
	return recent[V]{values: map[string]V{}, limit: limit}
}

func (r *recent[V]) get(key string) (V, bool) {
	value, ok := r.values[key]
	return value, ok
}

func (r *recent[V]) put(key string, value V) {
	_, known := r.values[key]
	r.values[key] = value
	switch {
	case known:
	case len(r.keys) < r.limit:
		r.keys = append(r.keys, key)
	default:
		delete(r.values, r.keys[r.next])
		r.keys[r.next] = key
		r.next = (r.next + 1) % r.limit
	}
}
