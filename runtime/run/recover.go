package run

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// panicText returns the text to show for a value of a panic. The errors of Go's runtime hold
// indexes and types. Any other text may hold a URL or a value of the database, so only its type
// is shown; the stack has the place.
func panicText(value any) string {
	if failure, ok := value.(runtime.Error); ok {
		return failure.Error()
	}
	return fmt.Sprintf("a panic with a %T, which is not shown because it may hold a secret", value)
}

// Recover calls a function, and returns a panic in it as a *bridge.Panic, whose text holds no
// secret.
func Recover(call func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &bridge.Panic{Value: value, Text: panicText(value), Stack: debug.Stack()}
		}
	}()
	return call()
}

// Stack returns the stack of the panic behind an error; false if the error is not a panic's.
func Stack(err error) (string, bool) {
	var panicked *bridge.Panic
	var stopped *vm.Stop
	switch {
	case errors.As(err, &panicked):
		return string(panicked.Stack), true
	case errors.As(err, &stopped) && stopped.Kind == vm.Internal:
		return string(stopped.Stack), true
	}
	return "", false
}
