// Package gather collects texts whose length is not known before, within the limit of memory of a
// run.
package gather

import (
	"context"
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A TooLongError is the error of a text with more bytes than it may have.
type TooLongError struct{ Limit int64 }

func (e *TooLongError) Error() string { return fmt.Sprintf("it has more than %d bytes", e.Limit) }

// A Text is written by one writer. Before it grows, it asks the run of its context for the memory.
type Text struct {
	ctx   context.Context
	limit int64
	text  strings.Builder
}

// New returns an empty text that may have so many bytes.
func New(ctx context.Context, limit int64) *Text { return &Text{ctx: ctx, limit: limit} }

// Expect makes room for so many bytes at once, or for as many as the text may have.
func (t *Text) Expect(size int64) error { return t.grow(min(size, t.limit)) }

// Write adds to the text. Its error is a *TooLongError, or the reason for which the run is stopped.
func (t *Text) Write(data []byte) (int, error) {
	size := int64(t.text.Len() + len(data))
	if size > t.limit {
		return 0, &TooLongError{t.limit}
	}
	if capacity := int64(t.text.Cap()); size > capacity {
		if err := t.grow(max(size, min(capacity+capacity/4, t.limit))); err != nil {
			return 0, err
		}
	}
	return t.text.Write(data)
}

// grow makes room for so many bytes in all.
func (t *Text) grow(size int64) error {
	if size <= int64(t.text.Cap()) {
		return nil
	}
	if err := declare.Reserve(t.ctx, size); err != nil {
		return err
	}
	t.text.Grow(int(size) - t.text.Len())
	return nil
}

// Len returns the number of bytes.
func (t *Text) Len() int { return t.text.Len() }

// String returns the text.
func (t *Text) String() string { return t.text.String() }
