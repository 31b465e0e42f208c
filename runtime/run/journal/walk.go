package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// pageBytes is the size from which a page ends even if it has few items.
const pageBytes = 1 << 20

// A page is the result of a step of a walk.
type page struct {
	Walk  int               `json:"walk"` // the number of the walk's first page
	Items []json.RawMessage `json:"items"`
	Error json.RawMessage   `json:"error,omitempty"` // after the items
	More  bool              `json:"more"`            // another page follows
}

// A walk is an iterator of a script. Each page of it is a step; the call that makes it has the
// first.
type walk struct {
	j     *Journal
	call  declare.Call
	ctx   context.Context // of the call
	asked Step            // of the first page
	typ   reflect.Type    // iter.Seq[T] or iter.Seq2[T, error]
	size  int             // how many items a page has

	page  page
	items []reflect.Value   // of page, if they were drawn now; nil if they are to be read
	given []json.RawMessage // all recorded items, until the walk has begun to draw
	drawn *drawn            // nil as long as pages are recorded
}

// drawn is the real iterator.
type drawn struct {
	next func() (reflect.Value, error, bool)
	stop func()
}

// walk begins an iterator, with its first page.
func (j *Journal) walk(ctx context.Context, c *declare.Call, asked Step) (any, error) {
	w := &walk{j: j, call: *c, ctx: ctx, asked: asked, typ: c.Func.Result(), size: max(c.Func.Page, 1)}
	j.walks[w] = struct{}{}
	if err := w.turn(); err != nil {
		w.stop()
		return nil, err
	}
	return w.iterator(), nil
}

func (w *walk) item() reflect.Type { return w.typ.In(0).In(0) }

// stop ends the real iterator.
func (w *walk) stop() {
	delete(w.j.walks, w)
	if w.drawn != nil {
		w.drawn.stop()
	}
}

// turn goes to the next page: the recorded one, or one that it draws and records. Before the first
// page the error can be that of the function.
func (w *walk) turn() error {
	j := w.j
	if j.failed != nil {
		return j.failed
	}
	asked := w.asked
	recorded, err := j.take(&asked)
	if err != nil {
		return err
	}
	first := w.page.Items == nil
	if recorded == nil {
		return w.draw(asked, first)
	}
	j.pass(recorded)
	if recorded.Error != nil {
		return j.readError(recorded)
	}
	var p page
	text, err := j.shown(recorded, recorded.Result)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return j.fail(&recordError{*recorded, fmt.Errorf("its page cannot be read: %w", err)})
	}
	if first {
		w.page.Walk = recorded.Number
	}
	if p.Walk != w.page.Walk || p.Items == nil {
		return j.fail(&NonDeterministicError{Recorded: recorded, Asked: &asked})
	}
	w.page, w.items = p, nil
	w.given = append(w.given, p.Items...)
	return nil
}

// draw makes a page and records it.
func (w *walk) draw(s Step, first bool) error {
	j := w.j
	s.Began = j.config.Clock()
	if first {
		w.page.Walk = s.Number
	}
	if w.drawn == nil {
		if err := w.begin(); err != nil {
			return w.failed(s, first, err)
		}
	}
	p := page{Walk: w.page.Walk, Items: []json.RawMessage{}}
	w.items = w.items[:0:0]
	err := w.fill(&p)
	switch {
	case j.failed != nil:
		return j.failed
	case err != nil && j.interrupted(w.ctx):
		return err
	case err != nil:
		return w.failed(s, first && len(p.Items) == 0, err)
	}
	return w.record(s, p)
}

func (w *walk) record(s Step, p page) error {
	text, err := json.Marshal(p)
	if err != nil {
		return w.j.fail(&recordError{s, err})
	}
	s.Result = text
	w.page = p
	return w.j.appendLater(s)
}

// failed records the error of the function, or of the iterator as the end of a page.
func (w *walk) failed(s Step, atCall bool, failed error) error {
	j := w.j
	if j.failed != nil || j.interrupted(w.ctx) {
		return failed
	}
	if j.passing(&w.call, failed) {
		return j.fail(&recordError{s, failed})
	}
	text, err := j.writeError(failed)
	if err != nil {
		return j.fail(&recordError{s, err})
	}
	if atCall {
		s.Error = text
		if err := j.append(s); err != nil {
			return err
		}
		return failed
	}
	return w.record(s, page{Walk: w.page.Walk, Items: []json.RawMessage{}, Error: text})
}

// begin calls the function. Behind recorded pages it leaves out their items.
func (w *walk) begin() error {
	ctx, given := w.ctx, w.given
	resumption := &declare.Resumption{Given: w.values}
	if len(given) > 0 {
		ctx = declare.ResumeAfter(ctx, resumption)
	}
	made, err := w.call.Do(ctx)
	if err != nil {
		return err
	}
	w.drawn = pull(reflect.ValueOf(made))
	w.given = nil
	if resumption.Taken() {
		return nil
	}
	for range given {
		if _, err, ok := w.drawn.next(); err != nil || !ok {
			return err
		}
	}
	return nil
}

// values returns the recorded items.
func (w *walk) values() ([]any, error) {
	items := make([]any, len(w.given))
	for i, text := range w.given {
		item, err := w.read(text)
		if err != nil {
			return nil, err
		}
		items[i] = item.Interface()
	}
	return items, nil
}

func (w *walk) read(text json.RawMessage) (reflect.Value, error) {
	item := reflect.New(w.item()).Elem()
	r := &reader{types: &w.j.types, owner: func() (any, error) { return w.call.Owner(w.ctx) }}
	err := r.read(text, item)
	return item, err
}

// at returns an item of the page.
func (w *walk) at(i int) (reflect.Value, error) {
	if len(w.items) > 0 {
		return w.items[i], nil
	}
	item, err := w.read(w.page.Items[i])
	if err != nil {
		err = w.j.fail(fmt.Errorf("%s: an item of the record cannot be read: %w", w.call.Name, err))
	}
	return item, err
}

// fill draws the items of a page. An error after the first item ends the page.
func (w *walk) fill(p *page) error {
	size := 0
	for len(p.Items) < w.size && size < pageBytes {
		item, err, ok := w.drawn.next()
		if err != nil {
			return w.broken(p, err)
		}
		if !ok {
			return nil
		}
		out := &writer{types: &w.j.types}
		if err := out.value(item); err != nil {
			return w.j.fail(fmt.Errorf("%s: an item cannot be recorded: %w", w.call.Name, err))
		}
		p.Items, w.items = append(p.Items, out.out), append(w.items, item)
		size += len(out.out)
	}
	p.More = true
	return nil
}

// broken keeps the error of an iterator behind the items of the page.
func (w *walk) broken(p *page, failed error) error {
	if len(p.Items) == 0 || w.j.interrupted(w.ctx) {
		return failed
	}
	text, err := w.j.writeError(failed)
	p.Error = text
	return err
}

// pull returns a sequence as a function that draws from it.
func pull(sequence reflect.Value) *drawn {
	if sequence.Type().CanSeq2() {
		next, stop := iter.Pull2(sequence.Seq2())
		return &drawn{stop: stop, next: func() (reflect.Value, error, bool) {
			item, failed, ok := next()
			if ok && !failed.IsNil() {
				return item, failed.Interface().(error), true
			}
			return item, nil, ok
		}}
	}
	next, stop := iter.Pull(sequence.Seq())
	return &drawn{stop: stop, next: func() (reflect.Value, error, bool) {
		item, ok := next()
		return item, nil, ok
	}}
}

// iterator returns the walk as the type that the function returns.
func (w *walk) iterator() any {
	made := reflect.MakeFunc(w.typ, func(args []reflect.Value) []reflect.Value {
		yield, pairs := args[0], w.typ.In(0).NumIn() == 2
		w.each(func(item reflect.Value, failed error) bool {
			if !pairs {
				return yield.Call([]reflect.Value{item})[0].Bool()
			}
			err := reflect.New(typeError).Elem()
			if failed != nil {
				err.Set(reflect.ValueOf(failed))
			}
			return yield.Call([]reflect.Value{item, err})[0].Bool()
		})
		return nil
	})
	return made.Interface()
}

// each yields the items, page by page.
func (w *walk) each(yield func(reflect.Value, error) bool) {
	defer w.stop()
	none := reflect.Zero(w.item())
	for {
		for i := range w.page.Items {
			item, err := w.at(i)
			if !yield(item, err) || err != nil {
				return
			}
		}
		if w.page.Error != nil {
			yield(none, w.j.readError(&Step{Name: w.call.Name, Error: w.page.Error}))
			return
		}
		if !w.page.More {
			return
		}
		if err := w.turn(); err != nil {
			yield(none, err)
			return
		}
	}
}
