package db

import "context"

// A GraceContext outlives the call that it belongs to by a grace period, and has the values of
// both. A statement that is under way goes on until then. Whatever has not begun, such as the wait
// for a lock, ends with the call.
//
// A statement about one row is not interrupted at all, nor is one of a Keyed batch without a list
// of several values, with or without a grace period: it takes a few dozen microseconds, and for
// each statement that can be interrupted, the SQLite driver starts a goroutine, or two if it
// returns rows. These would take up to half of that time.
type GraceContext struct {
	context.Context // the later end
	Call            context.Context
}

type graceKey struct{}

// Value is that of the later end, if it has one, and that of the call otherwise.
func (g GraceContext) Value(key any) any {
	if key == (graceKey{}) {
		return g
	}
	if value := g.Context.Value(key); value != nil {
		return value
	}
	return g.Call.Value(key)
}

// callContext returns the context of the call to which ctx belongs. Statements that have not begun
// end with it.
func callContext(ctx context.Context) context.Context {
	if g, ok := ctx.Value(graceKey{}).(GraceContext); ok {
		return g.Call
	}
	return ctx
}

func inGrace(ctx context.Context) bool { return ctx.Value(graceKey{}) != nil }
