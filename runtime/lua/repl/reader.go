package repl

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// ErrInterrupted is returned by a Reader if the user gave up the line.
var ErrInterrupted = errors.New("interrupted")

// A Reader returns typed lines.
type Reader interface {
	// Read returns the next line, or several, without the last line end. continued is true if the
	// lines continue an unfinished input. The error is io.EOF at the end, and ErrInterrupted if
	// the input so far is to be dropped.
	Read(continued bool) (string, error)
}

// Lines reads from a file or a pipe, without prompts.
type Lines struct{ from *bufio.Reader }

// NewLines reads lines of any length.
func NewLines(from io.Reader) *Lines { return &Lines{bufio.NewReader(from)} }

// Read returns the next line. The last one need not have a line end.
func (l *Lines) Read(bool) (string, error) {
	line, err := l.from.ReadString('\n')
	if err == io.EOF && line != "" {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}
