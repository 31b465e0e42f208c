package stdlib

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/dbos-script/dbos-script/stdlib/files"
)

// Files opens and writes files for functions of other modules, by the rules of fs.
type Files struct{ host Host }

// Files returns the files that a script may touch.
func (h Host) Files() Files { return Files{h} }

// standardStream is the path of standard input and output.
const standardStream = "-"

var (
	errThere   = errors.New("it exists already, and overwrite is not set")
	errNoInput = errors.New("this run has no standard input")
)

// Open opens a file for reading; "-" is standard input.
func (f Files) Open(ctx context.Context, function, path string) (io.ReadCloser, error) {
	if path == standardStream {
		if f.host.Stdin == nil {
			return nil, failed(ctx, function, errNoInput)
		}
		text, err := f.host.Stdin(ctx)
		return input{bytes.NewReader(text)}, failed(ctx, function, err)
	}
	place, err := f.host.Grants.ReadFile(path)
	if err != nil {
		return nil, failed(ctx, function, err)
	}
	file, err := f.host.files().Open(place)
	return file, failed(ctx, function, err)
}

// input is standard input, which was read as a whole, and can go back.
type input struct{ *bytes.Reader }

func (input) Close() error { return nil }

// Create begins a file; "-" is standard output. Either commit or abandon ends it: commit puts it in
// its place as a whole. A file that exists is an error, unless replace is set.
func (f Files) Create(ctx context.Context, function, path string, replace bool) (to io.Writer, commit func() error, abandon func(), err error) {
	if path == standardStream {
		return f.host.Stdout, func() error { return nil }, func() {}, nil
	}
	place, err := f.host.Grants.WriteFile(path)
	if err != nil {
		return nil, nil, nil, failed(ctx, function, err)
	}
	if info, err := f.host.files().Stat(place); err == nil && info != nil && !replace {
		return nil, nil, nil, failed(ctx, function, &files.Error{Path: path, Err: errThere})
	}
	pending, err := f.host.files().Create(place)
	if err != nil {
		return nil, nil, nil, failed(ctx, function, err)
	}
	counted := &counting{to: pending}
	commit = func() error {
		err := pending.Commit()
		if err == nil {
			f.host.tell(Act{Function: function, Target: path, Size: counted.bytes})
		}
		return failed(ctx, function, err)
	}
	return counted, commit, pending.Abandon, nil
}
