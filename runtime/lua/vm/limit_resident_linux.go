//go:build !race

package vm

import (
	"bytes"
	"os"
	"strconv"
	"sync"
)

// statm is the file in which Linux shows the size of the process. It stays open, because the
// watchdog of each run reads it 200 times a second (see watchInterval), and to open it takes five
// times as long as to read it.
var statm = sync.OnceValues(func() (*os.File, error) { return os.Open("/proc/self/statm") })

// residentBytes returns the bytes of memory that the process has for itself: its resident pages
// without those of files and of shared memory. It returns 0 if the file cannot be read.
func residentBytes() int64 {
	file, err := statm()
	if err != nil {
		return 0
	}
	var text [128]byte
	n, _ := file.ReadAt(text[:], 0) // the error is io.EOF, because the file is shorter than text
	// The file has numbers of pages: all, the resident ones, the shared ones of these, and others.
	_, rest, _ := bytes.Cut(text[:n], []byte(" "))
	first, rest, _ := bytes.Cut(rest, []byte(" "))
	second, _, found := bytes.Cut(rest, []byte(" "))
	resident, err := strconv.ParseInt(string(first), 10, 64)
	shared, sharedErr := strconv.ParseInt(string(second), 10, 64)
	if !found || err != nil || sharedErr != nil {
		return 0
	}
	return (resident - shared) * int64(os.Getpagesize())
}
