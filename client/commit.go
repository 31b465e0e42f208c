package client

import (
	"context"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// AfterCommit is for a gate whose change may be part of a larger transaction, that of a step of a
// run. It has f called once, when that transaction has ended: with nil if it is committed, with the
// reason if it is undone, and with an error for which MayHaveTakenEffect returns true if nobody
// knows. It returns false, and does nothing, if the change is a transaction of its own.
func AfterCommit(ctx context.Context, f func(error)) bool {
	return db.AfterCommit(ctx, func(err error) { f(failure("commit", err)) })
}
