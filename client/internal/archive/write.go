package archive

import (
	"fmt"
	"io"
)

// A Writer writes an export file: the header, the workflows in the order of their ids, and the end.
type Writer struct {
	to        io.Writer
	header    Header
	workflows int
	rows      int
	last      string // the id of the last workflow
}

// NewWriter writes the header, and returns a writer of the rows.
func NewWriter(to io.Writer, header Header) (*Writer, error) {
	header.Version = Version
	text, err := line(header)
	if err == nil {
		_, err = to.Write(text)
	}
	return &Writer{to: to, header: header}, err
}

// Workflow writes the rows of a workflow, which AppendRow made. It returns an error unless the id
// comes after the last one.
func (w *Writer) Workflow(id string, rows int, text []byte) error {
	if w.workflows > 0 && id <= w.last {
		return fmt.Errorf("workflow %q does not come after %q", id, w.last)
	}
	w.workflows, w.rows, w.last = w.workflows+1, w.rows+rows, id
	_, err := w.to.Write(text)
	return err
}

// End writes the end. It returns an error if the header promised another number of workflows.
func (w *Writer) End() error {
	if w.workflows != w.header.Workflows {
		return fmt.Errorf("%d workflows were written instead of %d", w.workflows, w.header.Workflows)
	}
	_, err := fmt.Fprintf(w.to, "{\"end\":{\"workflows\":%d,\"rows\":%d}}\n", w.workflows, w.rows)
	return err
}
