package vm

import (
	"context"
	"errors"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestAStuckCallIsReported lets a Go function go on taking memory after its run was stopped.
func TestAStuckCallIsReported(t *testing.T) {
	overdue := make(chan *Stop, 1)
	told := make(chan struct{})
	var held [][]byte
	var garbage []byte
	defer func() { _ = garbage }()
	stuck := func(L *lua.LState) lua.LValue {
		return L.NewFunction(func(L *lua.LState) int {
			held = append(held, make([]byte, 32<<20))
			<-L.Context().Done()
			for {
				select {
				case <-told:
					return 0
				default:
					if len(held) < 16 {
						held = append(held, make([]byte, 8<<20))
					}
				}
			}
		})
	}
	v := New(Config{
		Limits: Limits{Memory: 8 << 20}, Globals: map[string]Loader{"stuck": stuck},
		Overdue: func(stop *Stop) { overdue <- stop; close(told) },
	})
	defer v.Close()
	// Garbage of others must not hide what the run takes.
	garbage = make([]byte, 200<<20)
	garbage = nil
	_, err := v.RunString(context.Background(), "x", "stuck()")
	var failure *ScriptError
	if stop := <-overdue; stop.Kind != Memory || !errors.As(err, &failure) || failure.Kind != Memory {
		t.Errorf("told of %v; the run ended with %v", stop, err)
	}
	if _, err := v.RunString(context.Background(), "y", "return 1"); err != nil || len(overdue) > 0 {
		t.Errorf("a run that ends in time: %v, told %d times", err, len(overdue))
	}
}
