package audit

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// openLog opens the file of a log, and makes it if it is not there. A named pipe is opened without
// waiting for its reader: without one there is nobody to keep the record.
func openLog(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|syscall.O_NONBLOCK, 0)
		if errors.Is(err, syscall.ENXIO) {
			return nil, errNoReader
		}
		return file, err
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
}

var (
	errNoReader = errors.New("nobody reads this pipe")
	errGone     = errors.New("its file was removed or replaced during the run")
	errDevice   = errors.New("it is a device, which keeps no record (/dev/null says that none is wanted)")
	errCut      = errors.New("its file was cut short during the run")
)

// A place is where the file of a log was opened. The zero place is checked by nobody.
type place struct {
	path string // absolute
	file os.FileInfo
	size int64 // the file had at least this many bytes

	forgets bool // a device that takes whatever is written and shows it to nobody
}

// placeOf returns the place of a regular file. That of a pipe, a terminal or the null device is
// checked by nobody.
func placeOf(path string, file *os.File) place {
	info, err := file.Stat()
	full, absErr := filepath.Abs(path)
	if err != nil || absErr != nil || !info.Mode().IsRegular() {
		return place{forgets: err == nil && forgets(file, info)}
	}
	return place{path: full, file: info, size: info.Size()}
}

// forgets returns true for a device that is neither a terminal nor the null device, by which a
// person says that no record is wanted.
func forgets(file *os.File, info os.FileInfo) bool {
	if info.Mode()&os.ModeDevice == 0 || terminal.Is(file) {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(null, info)
}

// kept returns an error if a line that was written is kept by nobody.
func (p *place) kept() error {
	if p.forgets {
		return errDevice
	}
	return nil
}

// check returns an error if the path no longer leads to the file, or if lines of it are gone.
// Lines written to such a file would be lost, and nothing may be changed without a record of it.
func (p *place) check() error {
	if p.file == nil {
		return nil
	}
	size, same := lookAt(p.path, p.file)
	if !same {
		return errGone
	}
	if size < p.size {
		return errCut
	}
	p.size = size
	return nil
}

// statAt is lookAt by the calls of the package os.
func statAt(path string, opened os.FileInfo) (int64, bool) {
	there, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	return there.Size(), os.SameFile(there, opened)
}
