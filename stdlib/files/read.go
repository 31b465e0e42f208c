package files

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"syscall"

	"github.com/dbos-script/dbos-script/stdlib/gather"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

var errNotRegular = errors.New("it is no regular file")

// Open opens a regular file for reading. It returns an *Error if there is no such file or if it is
// of another kind: a folder, or a pipe or device, which might never end.
func Open(p grants.Place) (*os.File, error) {
	var file *os.File
	err := rooted(p, func(root *os.Root) (err error) {
		file, err = openRegular(root, p.Name, os.O_RDONLY)
		return err
	})
	return file, err
}

// openRegular opens a file without blocking, because opening a pipe would wait for its other end,
// and returns an error if it is not regular. os.OpenFile documents the flags.
func openRegular(root *os.Root, name string, flags int) (*os.File, error) {
	file, err := root.OpenFile(name, flags|syscall.O_NONBLOCK, 0o666)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
		if info.IsDir() {
			err = syscall.EISDIR
		}
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// Text returns the whole text of a file. It returns an error if the file has more bytes than limit,
// or more than the run of ctx has memory for.
func Text(ctx context.Context, s Store, p grants.Place, limit int64) (string, error) {
	file, err := s.Open(p)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text := gather.New(ctx, limit)
	if sized, ok := file.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := sized.Stat(); err == nil {
			err = text.Expect(info.Size())
			if err != nil {
				return "", err
			}
		}
	}
	_, err = io.Copy(text, file)
	return text.String(), failed(p, err)
}

// longestLine is how many bytes a line may have that Lines reads.
const longestLine = 16 << 20

// Later returns a function that opens a file. It opens the file once now, and closes it at once, so
// that a missing file is an error where it is named, and a sequence that nobody reads holds no
// file.
func Later(s Store, p grants.Place) (func() (io.ReadCloser, error), error) {
	file, err := s.Open(p)
	if err != nil {
		return nil, err
	}
	return func() (io.ReadCloser, error) { return s.Open(p) }, file.Close()
}

// Lines returns an iterator over the lines of a file, without their ends, which holds one line at a
// time. It opens the file when the loop begins and closes it when the loop ends. If the file cannot
// be read, or a line has more than longestLine bytes, it yields "" with the error and ends.
func Lines(p grants.Place, open func() (io.ReadCloser, error)) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		file, err := open()
		if err != nil {
			yield("", err)
			return
		}
		defer file.Close()
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, longestLine)
		for lines.Scan() {
			if !yield(lines.Text(), nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield("", failed(p, err))
		}
	}
}
