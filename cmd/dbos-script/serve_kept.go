package main

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/runtime/monitor/page"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
)

const (
	// keptHead and keptTail are how many bytes of the beginning and of the end of an output are
	// kept: 64 KiB together.
	keptHead = 16 << 10
	keptTail = 48 << 10
	// keptSteps is how many calls of a run are kept.
	keptSteps = 200
)

// A keptRun is a run with its output and its calls, while it goes on and afterwards.
type keptRun struct {
	now func() time.Time

	mutex      sync.Mutex
	detail     page.Detail // without the output; ID and Began never change
	head, tail outputPart
	leftOut    int
	text       []page.Piece // the masked output, once it does not change any more
}

// An outputPart is a part of an output, with the stream of each text.
type outputPart struct {
	texts []outputText
	size  int
}

type outputText struct {
	err  bool
	text []byte
}

func (p *outputPart) add(err bool, text []byte) {
	if last := len(p.texts) - 1; last >= 0 && p.texts[last].err == err {
		p.texts[last].text = append(p.texts[last].text, text...)
	} else if len(text) > 0 {
		p.texts = append(p.texts, outputText{err, slices.Clone(text)})
	}
	p.size += len(text)
}

// cut takes away bytes from the beginning, until the part has at most so many.
func (p *outputPart) cut(most int) (removed int) {
	for p.size > most {
		first := &p.texts[0]
		n := min(p.size-most, len(first.text))
		if first.text = first.text[n:]; len(first.text) == 0 {
			p.texts = p.texts[1:]
		}
		p.size, removed = p.size-n, removed+n
	}
	return removed
}

// write keeps a text, and returns by how much the memory has grown.
func (r *keptRun) write(err bool, text []byte) (grown int) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.detail.Dropped {
		return 0
	}
	before := r.head.size + r.tail.size
	room := 0
	if r.tail.size == 0 && r.leftOut == 0 {
		room = min(keptHead-r.head.size, len(text))
	}
	r.head.add(err, text[:room])
	if rest := text[room:]; len(rest) > 0 {
		skipped := max(0, len(rest)-keptTail)
		r.tail.add(err, rest[skipped:])
		r.leftOut += skipped + r.tail.cut(keptTail)
	}
	r.text = nil
	return r.head.size + r.tail.size - before
}

// drop frees the output, and returns its size.
func (r *keptRun) drop() (size int) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	size = r.head.size + r.tail.size
	if size > 0 {
		r.head, r.tail, r.text, r.detail.Dropped = outputPart{}, outputPart{}, nil, true
	}
	return size
}

// called notes the beginning of a call.
func (r *keptRun) called(name string) (returned func(error)) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if len(r.detail.Steps) >= keptSteps {
		r.detail.More++
		return func(error) {}
	}
	at := len(r.detail.Steps)
	r.detail.Steps = append(r.detail.Steps, page.Step{Name: name, Began: r.now().Sub(r.detail.Began), Open: true})
	return func(err error) {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		step := &r.detail.Steps[at]
		step.Took, step.Open, step.Failed = max(r.now().Sub(r.detail.Began)-step.Began, 0), false, err != nil
	}
}

// settle ends the calls that have not returned, because the run was stopped in them.
func (r *keptRun) settle() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for i := range r.detail.Steps {
		if step := &r.detail.Steps[i]; step.Open {
			step.Took, step.Open, step.Failed = max(r.now().Sub(r.detail.Began)-step.Began, 0), false, true
		}
	}
}

func (r *keptRun) change(operation string, count int64) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.detail.Changes = append(r.detail.Changes, page.Change{Operation: operation, Count: count})
}

func (r *keptRun) end(took time.Duration, outcome, reason string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.detail.Took, r.detail.Outcome, r.detail.Error = took, outcome, reason
}

// run returns the run without its output.
func (r *keptRun) run() page.Run {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.sofar()
}

// sofar returns the run as it is at the moment. The mutex is held.
func (r *keptRun) sofar() page.Run {
	run := r.detail.Run
	if run.Outcome == page.Running {
		run.Took = max(r.now().Sub(run.Began), 0)
	}
	return run
}

// shown returns all that is kept. The masked output is kept too, because masking takes a while.
func (r *keptRun) shown() page.Detail {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.text == nil {
		r.text = append(r.head.masked(), r.gap()...)
		r.text = append(r.text, r.tail.masked()...)
	}
	d := r.detail
	d.Run, d.Output = r.sofar(), slices.Clone(r.text)
	d.Steps, d.Changes = slices.Clone(d.Steps), slices.Clone(d.Changes)
	for i := range d.Steps {
		if step := &d.Steps[i]; step.Open {
			step.Took = max(d.Took-step.Began, 0)
		}
	}
	return d
}

func (r *keptRun) gap() []page.Piece {
	if r.leftOut == 0 {
		return nil
	}
	return []page.Piece{{LeftOut: r.leftOut}}
}

func (p *outputPart) masked() (list []page.Piece) {
	for _, t := range p.texts {
		list = append(list, page.Piece{Text: maskLines(string(t.text)), Err: t.err})
	}
	return list
}

// maskLines masks each line as the audit log does, which masks the rest of a text after a secret.
func maskLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = audit.Mask(line)
	}
	return strings.Join(lines, "\n")
}

// A keptStream writes to the output of a run that is kept.
type keptStream struct {
	history *runHistory
	run     *keptRun
	err     bool
}

func (s keptStream) Write(text []byte) (int, error) {
	if s.history.bytes.Add(int64(s.run.write(s.err, text))) > keptOutputs {
		s.history.makeRoom()
	}
	return len(text), nil
}
