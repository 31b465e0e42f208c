package client

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// graceContext returns a context that has the values of ctx and ends later than ctx, by the grace
// period. A change that has passed the gate may already be in an audit log, so its statements must
// be allowed to finish; otherwise its outcome is unknown. Statements that have not begun end with
// ctx. The caller calls release when the change has ended.
func graceContext(ctx context.Context, grace time.Duration) (extended context.Context, release func()) {
	end, cancel := context.WithCancelCause(context.Background())
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, func() { cancel(context.Cause(ctx)) })
		context.AfterFunc(end, func() { timer.Stop() })
	})
	return db.GraceContext{Context: end, Call: ctx}, func() {
		stop()
		cancel(context.Canceled)
	}
}
