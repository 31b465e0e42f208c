package db

import "context"

// A GraceContext is the context of a change, and outlives the context of the call that makes it by
// a grace period. If the call is cancelled, a statement that is under way may go on for that long,
// while statements that have not begun, and waits such as that for a lock, end with the call.
//
// On SQLite two kinds of statements without a list of several values cannot be interrupted once
// they have begun: statements in a GraceContext whose rows nobody reads, and, in any context,
// statements of a Keyed batch. They take a few dozen microseconds, and for each statement that can
// be interrupted, the driver starts a goroutine, or two if it returns rows. These would take up to
// half of that time.
type GraceContext struct {
	context.Context                 // ends when the grace period is over
	Call            context.Context // of the call; ends first
}

type graceKey struct{}

// Value returns the value of the embedded context, or that of the call if it has none.
func (g GraceContext) Value(key any) any {
	if key == (graceKey{}) {
		return g
	}
	if value := g.Context.Value(key); value != nil {
		return value
	}
	return g.Call.Value(key)
}

// callContext returns the context of the call to which ctx belongs, which is ctx itself without a
// grace period. Statements that have not begun end with it.
func callContext(ctx context.Context) context.Context {
	if g, ok := ctx.Value(graceKey{}).(GraceContext); ok {
		return g.Call
	}
	return ctx
}

// inGrace returns true if ctx is a GraceContext, or was made from one.
func inGrace(ctx context.Context) bool { return ctx.Value(graceKey{}) != nil }
