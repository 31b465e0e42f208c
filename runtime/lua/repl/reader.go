package repl

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// ErrInterrupted is what a Reader returns when the line was given up.
var ErrInterrupted = errors.New("interrupted")

// A Reader gives what is typed.
type Reader interface {
	// Read gives the next line, or several, without the last line end; continued says that they go on an input that
	// is not finished. The error is io.EOF at the end and ErrInterrupted when what was typed is to be dropped.
	Read(continued bool) (string, error)
}

// Lines reads from a file or a pipe, without prompts.
type Lines struct{ from *bufio.Reader }

// NewLines reads lines of any length.
func NewLines(from io.Reader) *Lines { return &Lines{bufio.NewReader(from)} }

// Read gives the next line; a last one need not end.
func (l *Lines) Read(bool) (string, error) {
	line, err := l.from.ReadString('\n')
	if err == io.EOF && line != "" {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}
