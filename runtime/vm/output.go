package vm

import (
	"fmt"
	"io"
)

// limitedWriter is the output of a run. What would go beyond the limit is cut, and the run is stopped.
type limitedWriter struct {
	vm      *VM
	to      io.Writer
	written int64
}

func (w *limitedWriter) Write(data []byte) (int, error) {
	room := w.vm.config.Limits.Output - w.written
	if int64(len(data)) <= room {
		n, err := w.to.Write(data)
		w.written += int64(n)
		return n, err
	}
	n, err := w.to.Write(data[:max(room, 0)])
	w.written += int64(n)
	stop := &Stop{Kind: Output, Message: fmt.Sprintf("the script printed more than %s (--max-output)", byteSize(w.vm.config.Limits.Output))}
	w.vm.Abort(stop)
	if err == nil {
		err = stop
	}
	return n, err
}

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
