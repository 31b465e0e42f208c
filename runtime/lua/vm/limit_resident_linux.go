//go:build !race

package vm

import (
	"os"
	"strconv"
	"strings"
)

// residentBytes returns how much memory of its own the process has, without the pages of files.
func residentBytes() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 3 {
		return 0
	}
	resident, wrong := strconv.ParseInt(fields[1], 10, 64)
	shared, alsoWrong := strconv.ParseInt(fields[2], 10, 64)
	if wrong != nil || alsoWrong != nil {
		return 0
	}
	return (resident - shared) * int64(os.Getpagesize())
}
