package durable

import (
	"bytes"
	"context"
	"sync"
	"time"
	"unicode/utf8"
)

// OutputKey is the stream of a run's workflow that keeps its output.
const OutputKey = "dbos-script.output"

const (
	// outputEvery is the longest time that a text waits before others can read it.
	outputEvery = 2 * time.Second
	// outputPatience is how long the last part of the output waits for the database.
	outputPatience = 5 * time.Second

	outputCut = "… the rest of the output is not kept\n"
)

// An Output keeps the beginning of a run's output in the database. It is a writer for any number of
// goroutines.
type Output struct {
	life *Life

	mutex sync.Mutex
	text  bytes.Buffer // that is not written yet
	left  int
	cut   bool
}

// Keep returns the Output of a run, which keeps so many bytes, and a function that ends it. after
// waits by the clock of the process.
func (l *Life) Keep(ctx context.Context, limit int, after func(time.Duration) <-chan time.Time) (o *Output, end func()) {
	o = &Output{life: l, left: limit}
	if limit <= 0 {
		return o, func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				last, cancel := context.WithTimeout(context.WithoutCancel(ctx), outputPatience)
				defer cancel()
				o.flush(last)
				return
			case <-after(outputEvery):
				o.flush(ctx)
			}
		}
	}()
	return o, func() { cancel(); <-ended }
}

// Write never fails: a run does not end because its output cannot be kept.
func (o *Output) Write(p []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	text := o.life.concealed(string(p))
	part := text[:min(len(text), o.left)]
	o.left -= len(part)
	o.text.WriteString(part)
	if len(part) < len(text) && !o.cut {
		o.cut = true
		o.text.WriteString("\n" + outputCut)
	}
	return len(p), nil
}

// flush writes what has come since the last time.
func (o *Output) flush(ctx context.Context) {
	o.mutex.Lock()
	text := bytes.ToValidUTF8(bytes.ReplaceAll(o.text.Bytes(), []byte{0}, nil), []byte(string(utf8.RuneError)))
	kept := string(text)
	o.text.Reset()
	o.mutex.Unlock()
	if kept != "" {
		_ = o.life.run.AppendOutput(ctx, OutputKey, kept)
	}
}
