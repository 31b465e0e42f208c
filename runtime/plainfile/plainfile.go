// Package plainfile reads files that somebody else may have put there: it never waits for a pipe
// or a device, and never reads more than a limit.
package plainfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

var (
	// ErrNotRegular is the error of Read for a pipe, a socket or a device.
	ErrNotRegular = errors.New("it is no regular file")
	// ErrNotReadable is the error of ReadNamed for a socket or a device.
	ErrNotReadable = errors.New("it is neither a regular file nor a pipe")
)

// A TooLongError is the error for a file with more bytes than the limit.
type TooLongError struct{ Limit int64 }

// Error names the limit.
func (e *TooLongError) Error() string { return fmt.Sprintf("it has more than %d bytes", e.Limit) }

// Read returns the bytes of a regular file. It returns ErrNotRegular for anything else without
// waiting for it, syscall.EISDIR for a folder, and a *TooLongError if there are more bytes than
// limit.
func Read(path string, limit int64) ([]byte, error) {
	file, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return bounded(file, limit)
}

// Open opens a regular file for reading. It returns ErrNotRegular for anything else without
// waiting for it, and syscall.EISDIR for a folder.
func Open(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, syscall.ENXIO) {
		return nil, ErrNotRegular // a socket
	}
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = syscall.EISDIR
	case !info.Mode().IsRegular():
		err = ErrNotRegular
	default:
		return file, nil
	}
	file.Close()
	return nil, err
}

// ReadNamed returns the bytes of a regular file or of a pipe, for a path that a person named. It
// waits for a pipe until ctx ends, and then returns the cause of that.
func ReadNamed(ctx context.Context, path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode()&fs.ModeNamedPipe == 0 {
		text, err := Read(path, limit)
		if errors.Is(err, ErrNotRegular) {
			err = ErrNotReadable
		}
		return text, err
	}
	return within(ctx, func() ([]byte, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		if info, err := file.Stat(); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
			return nil, errors.Join(err, ErrNotReadable)
		}
		return bounded(file, limit)
	})
}

// ReadStream returns the content of a reader. If ctx ends first, it returns the cause.
func ReadStream(ctx context.Context, reader io.Reader, limit int64) ([]byte, error) {
	return within(ctx, func() ([]byte, error) { return bounded(reader, limit) })
}

// within calls read beside the caller, because opening and reading a pipe cannot be interrupted.
// If ctx ends first, the reading goes on until its writer is gone.
func within(ctx context.Context, read func() ([]byte, error)) ([]byte, error) {
	type outcome struct {
		text []byte
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		text, err := read()
		done <- outcome{text, err}
	}()
	select {
	case o := <-done:
		return o.text, o.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func bounded(reader io.Reader, limit int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(reader, limit+1))
	if err == nil && int64(len(text)) > limit {
		return nil, &TooLongError{limit}
	}
	return text, err
}

// Is returns true if the path is a regular file, or a link to one.
func Is(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
