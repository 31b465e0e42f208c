package stdlib

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

func progressModule(host Host) declare.Module {
	return declare.Module{
		Name:    "progress",
		Section: declare.ScriptSection,
		Doc:     "Shows how far a long run is, on standard error: a bar on a terminal, a line from time to time elsewhere.",
		Funcs:   []declare.Func{progressNew(host)},
		Classes: []*declare.Class{progressClass()},
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

// longestLabel is how many bytes the label may have, which is written with every look at the count.
const longestLabel = 1000

func progressNew(host Host) declare.Func {
	type args struct {
		Total int64  `json:"total" doc:"The number of things to do; a bar without an end when not given." min:"0"`
		Label string `json:"label" doc:"The name of the counted things." default:"progress"`
	}
	return declare.Fn("new", "Begins to show progress.",
		func(ctx context.Context, a args) (*Progress, error) {
			return NewProgress(ctx, host, a.Label, a.Total), nil
		}).Outside().
		TextWithin(longestLabel).
		Returning("the progress").
		Example("local p = progress.new{total = 3, label = \"orders\"}\nfor i = 1, 3 do p:add(1) end\np:done()")
}

// NewProgress begins to show a count, which ends with End or with ctx. A total of 0 is not known.
func NewProgress(ctx context.Context, host Host, label string, total int64) *Progress {
	p := &Progress{label: cmp.Or(label, "progress"), total: total}
	now := host.Clock()
	l := lines{out: host.Stderr, clock: host.Clock, begun: now, shownAt: now}
	p.view = &l
	if status, ok := host.Stderr.(statusLine); ok && host.Terminal {
		p.view = newBar(ctx, l, status, p)
	}
	return p
}

// Add adds to the count.
func (p *Progress) Add(more int64) { p.add(more) }

// End writes the last count. A second call does nothing.
func (p *Progress) End() { p.end() }

func progressClass() *declare.Class {
	type args struct {
		Count *int64 `arg:"count,optional" doc:"How many more; one when not given." min:"0"`
	}
	example := "local p = progress.new{total = 2}\np:add()\np:add(1)\np:done()"
	return declare.ClassOf[*Progress]("progress", "A count that is shown while it grows.").
		Replayed(declare.ReplayAll).
		With(
			declare.Get("count", "How many are done.", func(p *Progress) int64 { return p.count }),
			declare.Get("total", "How many there are to do.", func(p *Progress) int64 { return p.total }),
		).
		Having(
			declare.MethodDo("add", "Adds to the count.", func(_ context.Context, p *Progress, a args) error {
				more := int64(1)
				if a.Count != nil {
					more = *a.Count
				}
				p.add(more)
				return nil
			}).Outside().Example(example),
			declare.MethodDo("done", "Ends the progress. A second call does nothing; the end of the run ends a bar too.", func(_ context.Context, p *Progress, _ declare.None) error {
				p.end()
				return nil
			}).Outside().Example(example),
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

// How often a line is written where nobody watches, and how often the line of a terminal changes.
const (
	lineEvery   = 10 * time.Second
	statusEvery = 100 * time.Millisecond
)

// lines writes the count now and then, and at the end.
type lines struct {
	out     io.Writer
	clock   func() time.Time
	begun   time.Time
	shownAt time.Time
	shown   int64 // the count in the last line
}

func (l *lines) show(p *Progress) {
	if now := l.clock(); now.Sub(l.shownAt) >= lineEvery {
		l.shownAt, l.shown = now, p.count
		fmt.Fprintln(l.out, p.report(now.Sub(l.begun)))
	}
}

// end writes the count, unless the last line says already that all is done.
func (l *lines) end(p *Progress) {
	if complete := p.total > 0 && p.count >= p.total; !complete || l.shown != p.count {
		fmt.Fprintln(l.out, p.report(l.clock().Sub(l.begun)))
	}
}

// A statusLine is the last line of a terminal, which stands below all that is written.
type statusLine interface {
	io.Writer
	Status(text string)
}

// A bar is that line, and at the end a line as everywhere.
type bar struct {
	lines
	status statusLine
}

func newBar(run context.Context, l lines, status statusLine, p *Progress) *bar {
	b := &bar{lines: l, status: status}
	b.draw(p, l.begun)
	context.AfterFunc(run, func() { status.Status("") }) // a script that fails leaves nothing behind
	return b
}

func (b *bar) show(p *Progress) {
	if now := b.clock(); now.Sub(b.shownAt) >= statusEvery {
		b.draw(p, now)
	}
}

func (b *bar) draw(p *Progress, now time.Time) {
	b.shownAt = now
	b.status.Status(p.report(now.Sub(b.begun)) + p.drawn())
}

func (b *bar) end(p *Progress) {
	b.status.Status("")
	b.lines.end(p)
}

// report says how far the count is, how long that took, and how long the rest takes at that pace.
func (p *Progress) report(took time.Duration) string {
	switch {
	case took < time.Second:
		return p.String()
	case p.total == 0 || p.count == 0 || p.count >= p.total:
		return fmt.Sprintf("%s, %s", p, terminal.Duration(took))
	}
	left := time.Duration(float64(took) / float64(p.count) * float64(p.total-p.count))
	return fmt.Sprintf("%s, %s, about %s left", p, terminal.Duration(took), terminal.Duration(left))
}

// drawn is the count as a bar of twenty characters; without a total there is none.
func (p *Progress) drawn() string {
	const wide = 20
	if p.total == 0 {
		return ""
	}
	full := int(min(p.count, p.total) * wide / p.total)
	return " " + strings.Repeat("█", full) + strings.Repeat("░", wide-full)
}
