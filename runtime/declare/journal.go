package declare

import (
	"context"
	"fmt"
	"reflect"
)

// A Journal records the calls of a run, so that another process can finish it. Calls of Pure
// functions do not reach it.
type Journal interface {
	// Call returns the recorded result or error of a call, or makes the call and records these. An
	// error of the journal itself ends the run: a script cannot catch it.
	Call(ctx context.Context, call Call) (any, error)
}

// A Call is a call of a declared function, with decoded arguments.
type Call struct {
	Name     string // as a script writes it: dbos.enqueue, handle:get_result
	Func     *Func
	Receiver any // of a method; nil for a module function
	Args     any // the pointer that NewArgs returned
}

// Do calls the handler.
func (c *Call) Do(ctx context.Context) (any, error) { return c.Func.Invoke(ctx, c.Receiver, c.Args) }

// Kind returns the kind of the call.
func (c *Call) Kind() FuncKind { return c.Func.KindOn(c.Receiver) }

// Owner returns the object that the call is made on, also if the function finds it by itself, or
// nil for a function without one. The error is that of the search.
func (c *Call) Owner(ctx context.Context) (any, error) {
	if c.Func.find != nil {
		return c.Func.find(ctx)
	}
	return c.Receiver, nil
}

// WithJournal sets the journal of the calls of a run.
func (r *Registry) WithJournal(j Journal) *Registry {
	r.journal = j
	return r
}

// Journal returns the journal of the run, or nil if its calls are not recorded.
func (r *Registry) Journal() Journal { return r.journal }

// Result returns the Go type of the handler's result, or nil for a function that returns nothing.
func (f *Func) Result() reflect.Type { return f.result }

// RecordsItself says that the handler records the call by itself, so that a journal does not.
func (f Func) RecordsItself() Func {
	f.recorded = true
	return f
}

// IsRecorded returns true if a journal records the calls of the function: it is not Pure, and does
// not record them itself.
func (f *Func) IsRecorded() bool { return f.Kind != Pure && !f.recorded }

// InPages sets how many items of the returned iterator a journal reads ahead and records together.
// Without it each item is a step of its own, because an item may take long to come.
func (f Func) InPages(items int) Func {
	f.Page = items
	return f
}

// Replay is how a journal treats the objects of a class.
type Replay int

// The ways to treat objects.
const (
	// NotRecorded objects are no data: a function that returns one cannot be recorded.
	NotRecorded Replay = iota
	// ReplayData records the data of an object, from which it is made again.
	ReplayData
	// ReplayCall records that the object was made. A replay makes it again, by the same call.
	ReplayCall
	// ReplayAll records nothing. A replay makes the object and all calls of its methods again.
	ReplayAll
)

// recording says how a journal treats the objects of a class.
type recording struct {
	replay Replay
	data   reflect.Type
	to     func(object any) any
	from   func(owner, data any) (any, error)
}

// Replay returns how a journal treats objects of the class.
func (c *Class) Replay() Replay { return c.recording.replay }

// Replayed sets how a journal treats objects of the class. For ReplayData there is RecordedAs.
func (c *Class) Replayed(r Replay) *Class {
	c.recording = recording{replay: r}
	return c
}

// RecordedAs lets a journal record the objects of a class, which are T, as values of D. from makes
// an object of the data and of the object that the call is made on, which is nil if there is none.
func RecordedAs[T, D any](c *Class, to func(T) D, from func(owner any, data D) (T, error)) *Class {
	if t := reflect.TypeFor[T](); t != c.Go {
		c.problems = append(c.problems, fmt.Sprintf("is recorded as a %s", t))
	}
	c.recording = recording{
		replay: ReplayData, data: reflect.TypeFor[D](),
		to:   func(object any) any { return to(object.(T)) },
		from: func(owner, data any) (any, error) { return from(owner, data.(D)) },
	}
	return c
}

// DataType returns the type of the data of an object, or nil if the class has none.
func (c *Class) DataType() reflect.Type { return c.recording.data }

// DataOf returns the data of an object of a class that has a DataType.
func (c *Class) DataOf(object any) any { return c.recording.to(object) }

// Restore makes an object of its data again. owner is the object that the call was made on.
func (c *Class) Restore(owner, data any) (any, error) { return c.recording.from(owner, data) }

// A Resumption is the start of an iterator whose first items are recorded.
type Resumption struct {
	// Given returns the recorded items, in order. There is at least one.
	Given func() ([]any, error)

	taken bool
}

type resumptionKey struct{}

// ResumeAfter returns a context in which the handler of an iterator can leave out recorded items.
func ResumeAfter(ctx context.Context, r *Resumption) context.Context {
	return context.WithValue(ctx, resumptionKey{}, r)
}

// Taken returns true if the handler has asked for the resumption.
func (r *Resumption) Taken() bool { return r.taken }

// Resuming returns the items that an iterator has yielded before, or none at its first start. A
// handler that asks for them leaves them out; of all other iterators the journal drops as many
// items as are recorded.
func Resuming(ctx context.Context) ([]any, error) {
	r, ok := ctx.Value(resumptionKey{}).(*Resumption)
	if !ok {
		return nil, nil
	}
	r.taken = true
	return r.Given()
}
