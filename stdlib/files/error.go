package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// An Error describes a problem with a file, by the path that the script wrote.
type Error struct {
	Path string
	Err  error
}

// Error names the path and the reason.
func (e *Error) Error() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		return fmt.Sprintf("there is no %q", e.Path)
	}
	return fmt.Sprintf("%q: %v", e.Path, e.Err)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// ErrorCode returns NotFound if the file does not exist, and "" for any other reason.
func (e *Error) ErrorCode() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		return "NotFound"
	}
	return ""
}

// failed keeps only the reason of an error, because the paths in it are relative to a root.
func failed(p grants.Place, err error) error {
	if err == nil {
		return nil
	}
	if below, ok := errors.AsType[*fs.PathError](err); ok {
		err = below.Err
	}
	if below, ok := errors.AsType[*os.LinkError](err); ok {
		err = below.Err
	}
	return &Error{Path: p.Path, Err: err}
}

// rooted works in the folder that a place's name counts from.
func rooted(p grants.Place, work func(*os.Root) error) error {
	root, err := p.Root()
	if err != nil {
		return failed(p, err)
	}
	defer root.Close()
	return failed(p, work(root))
}
