package journal_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// A world is what a script acts on: a database in memory, and an outside. It can end the process at
// any of its points: before an effect, and before and after a step is recorded.
type world struct {
	storage
	record journal.Record // of the present process
	posts  []string       // outside
	now    time.Time
	tick   time.Duration // how long a read takes

	points int // that were passed
	killAt int // the point at which the process ends; negative never
	kill   context.CancelCauseFunc
	dead   bool
	limits journal.Limits
	asked  []int // how many items walks were asked to leave out
}

var errKilled = errors.New("the process was killed")

func newWorld() *world {
	return newWorldOn(&memory{})
}

func newWorldOn(s storage) *world {
	return &world{storage: s, killAt: -1, now: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)}
}

// A storage is a database with the record of a run.
type storage interface {
	// life calls a function with the record of a new process.
	life(func(journal.Record))
	// change makes a change; under the context of a step it takes effect with that.
	change(ctx context.Context, text string) error
	// changed returns the changes that took effect.
	changed() []string
	// count returns how many there are, also under the context of a step.
	count(context.Context) (int, error)
}

// memory is a storage in the memory of the test.
type memory struct {
	steps   journal.Memory
	changes []string
}

func (m *memory) life(process func(journal.Record))  { process(&m.steps) }
func (m *memory) changed() []string                  { return m.changes }
func (m *memory) count(context.Context) (int, error) { return len(m.changes), nil }

func (m *memory) change(ctx context.Context, text string) error {
	journal.Commit(ctx, func() { m.changes = append(m.changes, text) }, func() { m.changes = m.changes[:len(m.changes)-1] })
	return nil
}

// recorded returns the steps of a world in memory.
func (w *world) recorded() *journal.Memory { return &w.storage.(*memory).steps }

// point ends the process if it is the one to end at.
func (w *world) point() error {
	if w.dead {
		return errKilled
	}
	if w.points == w.killAt {
		w.dead = true
		w.kill(errKilled)
		return errKilled
	}
	w.points++
	return nil
}

func (w *world) Load(ctx context.Context) ([]journal.Step, error) { return w.record.Load(ctx) }

func (w *world) Change(ctx context.Context, s journal.Step, number func(string) int, do func(context.Context) (journal.Step, error)) (journal.Step, error) {
	s, err := w.record.Change(ctx, s, number, func(ctx context.Context) (journal.Step, error) {
		s, err := do(ctx)
		if err == nil {
			err = w.point()
		}
		return s, err
	})
	if err != nil {
		return s, err
	}
	return s, w.point()
}

func (w *world) Append(ctx context.Context, s journal.Step) error {
	if err := w.point(); err != nil {
		return err
	}
	if err := w.record.Append(ctx, s); err != nil {
		return err
	}
	return w.point()
}

func (w *world) Later(ctx context.Context, s journal.Step) error { return w.record.Later(ctx, s) }

func (w *world) Flush(ctx context.Context) error {
	if err := w.point(); err != nil {
		return err
	}
	if err := w.record.Flush(ctx); err != nil {
		return err
	}
	return w.point()
}

// effect is an effect of the record that is one transaction with its step.
func (w *world) effect(do func(journal.Workflow) error) error {
	if err := w.point(); err != nil {
		return err
	}
	if err := do(w.record.(journal.Workflow)); err != nil {
		return err
	}
	return w.point()
}

func (w *world) SetEvent(ctx context.Context, s journal.Step, key string, value any) error {
	return w.effect(func(r journal.Workflow) error { return r.SetEvent(ctx, s, key, value) })
}

func (w *world) WriteStream(ctx context.Context, s journal.Step, key string, value any) error {
	return w.effect(func(r journal.Workflow) error { return r.WriteStream(ctx, s, key, value) })
}

func (w *world) Message(ctx context.Context, topic string) (*journal.Message, error) {
	return w.record.(journal.Workflow).Message(ctx, topic)
}

func (w *world) Receive(ctx context.Context, s journal.Step, m *journal.Message) error {
	return w.effect(func(r journal.Workflow) error { return r.Receive(ctx, s, m) })
}

// run runs a script from the record on, as a new process, and returns its output.
func (w *world) run(t testing.TB, script string) (out string, err error) {
	t.Helper()
	w.life(func(r journal.Record) {
		w.record = r
		out, err = w.process(t, script)
	})
	return out, err
}

func (w *world) process(t testing.TB, script string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	w.kill, w.dead, w.points = cancel, false, 0
	var out strings.Builder
	r, err := run.New(ctx, run.Config{
		Script: "a.lua", Streams: run.Streams{Stdout: &out, Stderr: &out},
		Environment: run.Environment{
			Modules: []declare.Module{w.module()},
			Journal: &journal.Config{
				Record: w, Run: "run-1", Began: time.Date(2026, 11, 30, 11, 0, 0, 0, time.UTC),
				Clock: func() time.Time { return w.now }, Sleep: w.sleep, Limits: w.limits,
			},
		},
	})
	if err != nil {
		return "", err
	}
	defer r.Close()
	err = r.Execute(run.Text("a.lua", script))
	if flushed := r.Flush(); err == nil {
		err = flushed
	}
	return out.String(), err
}

func (w *world) sleep(_ context.Context, d time.Duration) error {
	w.now = w.now.Add(d)
	return nil
}

// finish runs a script until a run of it is not killed.
func (w *world) finish(t testing.TB, script string, kills ...int) string {
	t.Helper()
	for _, k := range kills {
		w.killAt = k
		if _, err := w.run(t, script); err != nil && !w.dead {
			t.Fatalf("before the kill at point %d: %v\n%s", k, err, script)
		}
	}
	w.killAt = -1
	out, err := w.run(t, script)
	if err != nil {
		t.Fatalf("after kills at the points %v: %v\n%s", kills, err, script)
	}
	return out
}

type item struct {
	ID  string `json:"id" doc:"Id."`
	Num int    `json:"num" doc:"Number."`
}

// A ticket is an object: its owner is the module, so it has none.
type ticket struct{ id string }

type failure struct{ code string }

func (f *failure) Error() string     { return "fail: it failed with " + f.code }
func (f *failure) ErrorCode() string { return f.code }
func (f *failure) ErrorHint() string { return "try again" }
func (f *failure) Operation() string { return "fail" }
func (f *failure) Details() map[string]any {
	return map[string]any{"workflow_id": "w1", "count": int64(3)}
}
func (f *failure) Unwrap() error { return errors.New("the cause") }

type addArgs struct {
	A float64 `arg:"a" doc:"A."`
	B float64 `arg:"b" doc:"B."`
}

type textArgs struct {
	Text string `arg:"text" doc:"Text."`
}

type countArgs struct {
	Count int `arg:"count" doc:"Count."`
}

type eachArgs struct {
	Count int              `arg:"count" doc:"Count."`
	Each  declare.Callback `json:"each" doc:"Each."`
}

func (w *world) module() declare.Module {
	tickets := declare.RecordedAs(
		declare.ClassOf[*ticket]("ticket", "A ticket.").With(declare.Get("id", "Id.", func(t *ticket) string { return t.id })),
		func(t *ticket) string { return t.id }, func(_ any, id string) (*ticket, error) { return &ticket{id}, nil })
	tickets.Having(
		declare.Method("use", "Uses it.", func(ctx context.Context, k *ticket, _ declare.None) (string, error) {
			return k.id, w.change(ctx, "use "+k.id)
		}).Changes(),
	)
	return declare.Module{
		Name: "t", Doc: "T.",
		Classes: []*declare.Class{
			tickets, declare.RecordOf[item]("item", "An item."),
			declare.ClassOf[*world]("open", "It is no data."),
		},
		Funcs: []declare.Func{
			declare.Fn("add", "Adds.", func(_ context.Context, a addArgs) (float64, error) { return a.A + a.B, nil }).Pure(),
			declare.Fn("read", "Reads.", func(ctx context.Context, _ declare.None) (int, error) { return w.read(ctx) }).Reads(),
			declare.Fn("change", "Changes.", func(ctx context.Context, a textArgs) (int, error) {
				if err := w.change(ctx, a.Text); err != nil {
					return 0, err
				}
				return w.count(ctx)
			}).Changes(),
			declare.Fn("post", "Posts.", func(ctx context.Context, a textArgs) (int, error) { return w.post(ctx, a.Text) }).Outside(),
			declare.Fn("ticket", "Makes a ticket.", func(ctx context.Context, a textArgs) (*ticket, error) {
				return &ticket{a.Text}, w.change(ctx, "ticket "+a.Text)
			}).Changes(),
			declare.Fn("walk", "Walks.", w.walk).Reads().InPages(3),
			declare.Fn("walk_on", "Walks on.", w.walkOn).Reads().InPages(2),
			declare.Do("fail", "Fails.", func(_ context.Context, a textArgs) error { return w.fail(a.Text) }).Outside(),
			declare.Fn("open", "Opens.", func(context.Context, declare.None) (*world, error) { return w, nil }).Outside(),
			declare.Do("stop", "Ends the run while it is called.", func(ctx context.Context, _ declare.None) error {
				w.kill(errKilled)
				return ctx.Err()
			}).Outside(),
			declare.Fn("each", "Calls.", func(context.Context, eachArgs) (int, error) { return 1, nil }).Reads(),
			declare.Fn("big", "Returns a long text.", func(_ context.Context, a countArgs) (string, error) { return strings.Repeat("x", a.Count), nil }).Reads(),
		},
	}
}

// read returns the number of changes, so that a second call returns another one.
func (w *world) read(ctx context.Context) (int, error) {
	w.now = w.now.Add(w.tick)
	if err := w.point(); err != nil {
		return 0, err
	}
	return w.count(ctx)
}

// change is an effect in one transaction with the step.
func (w *world) change(ctx context.Context, text string) error {
	if err := w.point(); err != nil {
		return err
	}
	return w.storage.change(ctx, text)
}

func (w *world) post(ctx context.Context, text string) (int, error) {
	if err := w.point(); err != nil {
		return 0, err
	}
	w.posts = append(w.posts, text)
	return w.count(ctx)
}

func (w *world) fail(code string) error {
	if err := w.point(); err != nil {
		return err
	}
	return &failure{code}
}

// walk yields items, and fails after the seventh.
func (w *world) walk(_ context.Context, a countArgs) (iter.Seq2[item, error], error) {
	if a.Count > 100 {
		return nil, &failure{"TooMany"}
	}
	return func(yield func(item, error) bool) {
		for i := range a.Count {
			err := w.point()
			if i == 7 {
				err = errors.Join(err, &failure{"Seventh"})
			}
			if !yield(item{fmt.Sprintf("i%d", i), i}, err) || err != nil {
				return
			}
		}
	}, nil
}

// walkOn begins behind the items that were yielded before.
func (w *world) walkOn(ctx context.Context, a countArgs) (iter.Seq[*item], error) {
	given, err := declare.Resuming(ctx)
	first := 0
	if len(given) > 0 {
		first = given[len(given)-1].(*item).Num + 1
		w.asked = append(w.asked, len(given))
	}
	return func(yield func(*item) bool) {
		for i := first; i < a.Count; i++ {
			if !yield(&item{fmt.Sprintf("o%d", i), i}) {
				return
			}
		}
	}, err
}
