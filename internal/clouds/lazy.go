package clouds

import "sync"

// lazy makes a value when it is first asked for, and keeps it. A failure is not
// kept: the next call tries again. It is safe for concurrent use.
type lazy[T any] struct {
	mu    sync.Mutex
	value T
	made  bool
}

func (l *lazy[T]) get(create func() (T, error)) (T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.made {
		return l.value, nil
	}
	value, err := create()
	if err != nil {
		var none T
		return none, err
	}
	l.value, l.made = value, true
	return l.value, nil
}
