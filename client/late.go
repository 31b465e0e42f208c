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
