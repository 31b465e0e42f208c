package db

import "context"

type unhurriedKey struct{}

// Unhurried says of a context that it ends only some time after somebody wanted it to. A statement about one row is not
// interrupted then: it takes a few dozen microseconds, and the SQLite driver starts a goroutine for each statement that
// can be, which takes a fifth of that. Where it waits for another process's lock, it ends with busy_timeout.
func Unhurried(ctx context.Context) context.Context {
	return context.WithValue(ctx, unhurriedKey{}, true)
}

func isUnhurried(ctx context.Context) bool { return ctx.Value(unhurriedKey{}) != nil }
