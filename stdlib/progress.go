package stdlib

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"

	"github.com/dbos-script/dbos-script/runtime/spec"
)

func progressModule(host Host) spec.Module {
	return spec.Module{
		Name:    "progress",
		Doc:     "Shows how far a long run is, on standard error: a bar on a terminal, a line now and then elsewhere.",
		Funcs:   []spec.Func{progressNew(host)},
		Classes: []*spec.Class{progressClass()},
	}
}

// A Progress is one count that grows.
type Progress struct {
	label string
	total int64
	count int64
	over  bool
	view  progressView
}

// A progressView shows a count.
type progressView interface {
	show(p *Progress)
	end(p *Progress)
}

func progressNew(host Host) spec.Func {
	type args struct {
		Total int64  `json:"total" doc:"How many there are to do; a bar without an end when not given." min:"0"`
		Label string `json:"label" doc:"What is counted." default:"progress"`
	}
	return spec.Fn("new", "Begins to show progress.",
		func(ctx context.Context, a args) (*Progress, error) {
			p := &Progress{label: a.Label, total: a.Total}
			if p.label == "" {
				p.label = "progress"
			}
			if host.Terminal {
				p.view = newBar(ctx, host.Stderr, p)
			} else {
				p.view = &lines{out: host.Stderr, clock: host.Clock, last: host.Clock()}
			}
			return p, nil
		}).
		Returning("the progress").
		Example("local p = progress.new{total = 3, label = \"orders\"}\nfor i = 1, 3 do p:add(1) end\np:done()")
}

func progressClass() *spec.Class {
	type args struct {
		Count *int64 `arg:"count,optional" doc:"How many more; one when not given." min:"0"`
	}
	example := "local p = progress.new{total = 2}\np:add()\np:add(1)\np:done()"
	return spec.ClassOf[*Progress]("progress", "A count that is shown while it grows.").
		With(
			spec.Get("count", "How many are done.", func(p *Progress) int64 { return p.count }),
			spec.Get("total", "How many there are to do.", func(p *Progress) int64 { return p.total }),
		).
		Having(
			spec.MethodDo("add", "Counts what was done.", func(_ context.Context, p *Progress, a args) error {
				more := int64(1)
				if a.Count != nil {
					more = *a.Count
				}
				p.add(more)
				return nil
			}).Example(example),
			spec.MethodDo("done", "Ends the progress. A second call does nothing; the end of the run ends a bar too.", func(_ context.Context, p *Progress, _ spec.None) error {
				p.end()
				return nil
			}).Example(example),
		)
}

func (p *Progress) add(more int64) {
	p.count += more
	if !p.over {
		p.view.show(p)
	}
}

func (p *Progress) end() {
	if !p.over {
		p.over = true
		p.view.end(p)
	}
}

func (p *Progress) String() string {
	if p.total == 0 {
		return fmt.Sprintf("%s: %d", p.label, p.count)
	}
	return fmt.Sprintf("%s: %d of %d (%d %%)", p.label, p.count, p.total, p.count*100/p.total)
}

// lineEvery is how often a line is written where nobody watches a bar.
const lineEvery = 5 * time.Second

// lines writes the count now and then, and at the end.
type lines struct {
	out   io.Writer
	clock func() time.Time
	last  time.Time
}

func (l *lines) show(p *Progress) {
	if now := l.clock(); now.Sub(l.last) >= lineEvery {
		l.last = now
		fmt.Fprintln(l.out, p)
	}
}

func (l *lines) end(p *Progress) { fmt.Fprintln(l.out, p) }

// A bar is drawn again several times a second by a goroutine of its own.
type bar struct {
	writer  progress.Writer
	tracker *progress.Tracker
	drawn   chan struct{} // closed once nothing is drawn any more
}

func newBar(run context.Context, out io.Writer, p *Progress) *bar {
	w := progress.NewWriter()
	w.SetOutputWriter(out)
	w.SetUpdateFrequency(100 * time.Millisecond)
	w.Style().Visibility.ETA = true
	b := &bar{writer: w, tracker: &progress.Tracker{Message: p.label, Total: p.total}, drawn: make(chan struct{})}
	w.AppendTracker(b.tracker)
	go func() {
		defer close(b.drawn)
		w.Render()
	}()
	context.AfterFunc(run, b.stop) // a script that fails leaves nothing behind that goes on drawing
	return b
}

func (b *bar) show(p *Progress) { b.tracker.SetValue(p.count) }

// end waits until the last state is drawn, so that what is printed next stands below it.
func (b *bar) end(p *Progress) {
	b.tracker.SetValue(p.count)
	b.tracker.MarkAsDone()
	b.stop()
}

// stop asks more than once, as the writer forgets what it was asked before it began.
func (b *bar) stop() {
	for {
		b.writer.Stop()
		select {
		case <-b.drawn:
			return
		case <-time.After(time.Millisecond):
		}
	}
}
