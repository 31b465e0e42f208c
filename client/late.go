package client

import (
	"context"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A late returns contexts that outlive those of calls by ClientConfig.Grace. A change that has
// passed the gate may already be in an audit log, so its statements must be allowed to finish;
// otherwise its outcome is unknown. Calls whose contexts have the same Done channel share one such
// context.
type late struct {
	mutex sync.Mutex
	ends  map[<-chan struct{}]context.Context // by the Done channel of the call, until it is closed
}

// after returns a context with the values of ctx that ends a grace period after it.
func (l *late) after(ctx context.Context, grace time.Duration) context.Context {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	end, known := l.ends[ctx.Done()]
	if !known {
		end = l.follow(ctx, grace)
	}
	return db.Unhurried{Context: end, Call: ctx}
}

func (l *late) follow(ctx context.Context, grace time.Duration) context.Context {
	end, cancel := context.WithCancelCause(context.Background())
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
