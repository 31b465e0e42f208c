package vm

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// limitedWriter is an output of a run. Bytes beyond the limit of all outputs are cut, and the run
// is stopped. It is stopped, too, if the reader of a pipe is gone.
type limitedWriter struct {
	vm *VM
	to io.Writer
}

func (w *limitedWriter) Write(data []byte) (int, error) {
	size := int64(len(data))
	room := w.vm.config.Limits.Output - w.vm.written.Add(size) + size
	if size <= room {
		n, err := w.to.Write(data)
		if errors.Is(err, syscall.EPIPE) {
			w.vm.Abort(&Stop{Kind: Interrupted, Message: "interrupted, because nobody reads the output any more", Cause: err})
		}
		return n, err
	}
	n, err := w.to.Write(data[:max(room, 0)])
	stop := &Stop{Kind: Output, Message: fmt.Sprintf("the script wrote more than %s (--max-output)", byteSize(w.vm.config.Limits.Output))}
	w.vm.Abort(stop)
	if err == nil {
		err = stop
	}
	return n, err
}

// Bounded returns a writer for another output of a script, such as its log. Its bytes count
// toward the output limit of the run. It is safe for concurrent use if to is.
func (v *VM) Bounded(to io.Writer) io.Writer { return &limitedWriter{vm: v, to: to} }

// byteSize prints a number of bytes in the largest unit that divides it.
func byteSize(n int64) string {
	for _, unit := range []struct {
		name string
		size int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= unit.size && n%unit.size == 0 {
			return fmt.Sprintf("%d %s", n/unit.size, unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
