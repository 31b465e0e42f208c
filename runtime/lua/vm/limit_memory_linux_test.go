package vm

import (
	"syscall"
	"testing"
)

// TestMemoryLimitSeesMemoryOfOthers takes memory as SQLite does: from the system, not from Go.
func TestMemoryLimitSeesMemoryOfOthers(t *testing.T) {
	w := newWatchdog(64<<20, func(error) {})
	mapped, err := syscall.Mmap(-1, 0, 160<<20, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Munmap(mapped); err != nil {
			t.Error(err)
		}
	}()
	if w.exceeded() {
		t.Error("memory that nobody has touched counts")
	}
	for i := 0; i < len(mapped); i += 4096 {
		mapped[i] = 1
	}
	if !w.exceeded() {
		t.Error("160 MiB outside of Go's heap do not exceed 64 MiB")
	}
}
