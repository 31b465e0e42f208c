package client

import (
	"context"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A late makes contexts that end some time after those of calls: a change that has passed the gate is on record as under
// way, and had better be answered. The calls of one run end together, and have one end.
type late struct {
	mutex sync.Mutex
	of    <-chan struct{} // the end of the calls that end follows
	end   context.Context
}

// after gives ctx with some time after its end.
func (l *late) after(ctx context.Context, grace time.Duration) context.Context {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.end == nil || l.of != ctx.Done() {
		end, cancel := context.WithCancelCause(db.Unhurried(context.Background()))
		context.AfterFunc(ctx, func() {
			time.AfterFunc(grace, func() { cancel(context.Cause(ctx)) })
		})
		l.of, l.end = ctx.Done(), end
	}
	return lateContext{l.end, ctx}
}

// lateContext ends when the first says so, and has the values of both.
type lateContext struct {
	context.Context
	call context.Context
}

func (c lateContext) Value(key any) any {
	if value := c.Context.Value(key); value != nil {
		return value
	}
	return c.call.Value(key)
}
