package files

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"syscall"

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

// Text returns all of a file. One with more bytes than limit is an error.
func Text(s Store, p grants.Place, limit int64) (string, error) {
	file, err := s.Open(p)
	if err != nil {
		return "", err
	}
	defer file.Close()
	var text strings.Builder
	n, err := io.Copy(&text, io.LimitReader(file, limit+1))
	if err == nil && n > limit {
		err = fmt.Errorf("it has more than %d bytes", limit)
	}
	return text.String(), failed(p, err)
}

// longestLine bounds what Lines holds of a file at a time.
const longestLine = 16 << 20

// Lines gives an open file line by line, without the line ends, and holds one line at a time. It closes the file
// at its end, which may be an error.
func Lines(p grants.Place, file io.ReadCloser) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
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
