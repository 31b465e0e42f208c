//go:build !linux

package vm

import (
	"testing"
	"time"
)

// busy returns how long a function takes.
func busy(_ *testing.T, work func()) time.Duration {
	began := time.Now()
	work()
	return time.Since(began)
}
