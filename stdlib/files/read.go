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

// Open opens a regular file for reading. A pipe is refused, for it might never end.
func Open(p grants.Place) (*os.File, error) {
	var file *os.File
	err := rooted(p, func(root *os.Root) (err error) {
		file, err = openRegular(root, p.Name, os.O_RDONLY)
		return err
	})
	return file, err
}

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

// Text returns all of a file. One with more bytes than limit is an error, and so is one for which
// the run of the context has no memory.
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

// longestLine is the largest number of bytes in a line that Lines reads.
const longestLine = 16 << 20

// Later opens a file and closes it, so that an error is returned now. The function that it
// returns opens the file again. So a sequence that nobody reads holds no file.
func Later(s Store, p grants.Place) (func() (io.ReadCloser, error), error) {
	file, err := s.Open(p)
	if err != nil {
		return nil, err
	}
	return func() (io.ReadCloser, error) { return s.Open(p) }, file.Close()
}

// Lines returns the lines of a file without their ends, and holds one at a time. It opens the
// file for the first line, and closes it at the end, which may be an error.
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
