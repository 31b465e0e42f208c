package monitor

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrSlow is the error of a source that has not answered in time.
var ErrSlow = errors.New("it has not answered in time")

// calm is how many times as long as an answer took the source is left alone after it, so that a
// slow database is busy with metrics a tenth of the time at most, however often they are read.
const calm = 10

// A Reading is the last answer of a source that must not be asked often. Any number of readers
// share one question to it.
type Reading[T any] struct {
	// Read asks the source. Its context ends after Patience.
	Read func(context.Context) (T, error)
	// Every is how long an answer or an error counts as new.
	Every time.Duration
	// Patience is how long a reader waits for the source.
	Patience time.Duration
	// Now returns the time that the age of an answer is measured by.
	Now func() time.Time

	mutex sync.Mutex
	last  Answer[T]
	under chan struct{} // closed when the question under way ends; nil if there is none
}

// An Answer is the value or the error of a source.
type Answer[T any] struct {
	Value T
	Err   error
	At    time.Time     // when the source was asked; zero if it never was
	Took  time.Duration // how long it took
}

// Get returns the last answer, which is a new one if the last is too old. If the source does not
// answer in time, the error is ErrSlow; the question goes on, and its answer counts when it comes.
func (r *Reading[T]) Get(ctx context.Context) Answer[T] {
	ctx, cancel := context.WithTimeout(ctx, r.Patience)
	defer cancel()
	r.mutex.Lock()
	if r.under == nil && r.fresh() {
		defer r.mutex.Unlock()
		return r.last
	}
	if r.under == nil {
		r.under = make(chan struct{})
		go r.ask(context.WithoutCancel(ctx), r.under)
	}
	under := r.under
	r.mutex.Unlock()
	select {
	case <-under:
	case <-ctx.Done():
		return Answer[T]{Err: ErrSlow, At: r.Now()}
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.last
}

func (r *Reading[T]) fresh() bool {
	age, limit := r.Now().Sub(r.last.At), r.Every
	if r.last.Err == nil {
		limit = max(limit, r.last.Took*calm)
	}
	return !r.last.At.IsZero() && age >= 0 && age < limit
}

func (r *Reading[T]) ask(ctx context.Context, under chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, r.Patience)
	defer cancel()
	began := r.Now()
	value, err := r.Read(ctx)
	r.mutex.Lock()
	defer r.mutex.Unlock()
	took := r.Now().Sub(began)
	r.last, r.under = Answer[T]{Value: value, Err: err, At: began, Took: max(took, 0)}, nil
	close(under)
}
