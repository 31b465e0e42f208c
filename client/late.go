package client

import (
	"context"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A late makes contexts that end some time after those of calls: a change that has passed the gate is on record as under
// way, and had better be answered. The calls of one run end together, and share what follows their end.
type late struct {
	mutex sync.Mutex
	ends  map[<-chan struct{}]context.Context // by the end of calls that they follow, while there may be such calls
}

// after gives ctx with some time after its end.
func (l *late) after(ctx context.Context, grace time.Duration) context.Context {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	end, known := l.ends[ctx.Done()]
	if !known {
		end = l.follow(ctx, grace)
	}
	return lateContext{end, ctx}
}

func (l *late) follow(ctx context.Context, grace time.Duration) context.Context {
	end, cancel := context.WithCancelCause(db.Unhurried(context.Background()))
	context.AfterFunc(ctx, func() {
		l.forget(ctx)
		time.AfterFunc(grace, func() { cancel(context.Cause(ctx)) })
	})
	if l.ends == nil {
		l.ends = map[<-chan struct{}]context.Context{}
	}
	l.ends[ctx.Done()] = end
	return end
}

func (l *late) forget(ctx context.Context) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	delete(l.ends, ctx.Done())
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
