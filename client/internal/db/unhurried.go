package db

import "context"

// An Unhurried context ends some time after the call that it belongs to, and has the values of
// both. A statement that is under way goes on until then. Whatever has not begun, such as the
// wait for a lock, ends with the call.
//
// A statement about one row is not interrupted at all: it takes a few dozen microseconds, and the
// SQLite driver starts a goroutine for each statement that can be, which takes a fifth of that.
type Unhurried struct {
	context.Context // the later end
	Call            context.Context
}

type unhurriedKey struct{}

// Value is that of the later end, if it has one, and that of the call otherwise.
func (u Unhurried) Value(key any) any {
	if key == (unhurriedKey{}) {
		return u
	}
	if value := u.Context.Value(key); value != nil {
		return value
	}
	return u.Call.Value(key)
}

// callOf returns the context of the call to which ctx belongs. Statements that have not begun end
// with it.
func callOf(ctx context.Context) context.Context {
	if u, is := ctx.Value(unhurriedKey{}).(Unhurried); is {
		return u.Call
	}
	return ctx
}

func isUnhurried(ctx context.Context) bool { return ctx.Value(unhurriedKey{}) != nil }
