package client

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// graceContext returns a context with the values of ctx that ends a grace period after it. A change
// that has passed the gate may already be in an audit log, so its statements must be allowed to
// finish; otherwise its outcome is unknown. The caller calls over when the change has ended.
func graceContext(ctx context.Context, grace time.Duration) (later context.Context, over func()) {
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
