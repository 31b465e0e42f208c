package render

import (
	"cmp"
	"errors"
	"io"

	"github.com/dbos-script/dbos-script/client/codec"
)

// rowsOfArray is how many rows of a JSON array are held and written at once.
const rowsOfArray = 100

// A List writes rows one by one, in an amount of memory that does not grow with their number.
type List struct {
	printer *Printer
	columns []string
	check   func([]Row) error
	held    []Row
	begun   bool   // check has accepted the first rows
	refused bool   // check has refused them
	array   *array // of JSON, once it is begun
}

// Open begins a list with the requested columns. check sees the first rows before they
// are written, or no rows if the list is empty, and may refuse them.
func (p *Printer) Open(columns []string, check func([]Row) error) *List {
	return &List{printer: p, columns: columns, check: check}
}

// Add adds a row. In formats with a line for each row it is written at once.
func (l *List) Add(row Row) error {
	if l.held = append(l.held, row); len(l.held) < l.flushAfter() {
		return nil
	}
	return l.flush()
}

// flushAfter returns the number of rows that are held before they are written.
func (l *List) flushAfter() int {
	switch l.printer.format {
	case Table:
		return maxTableRows
	case JSON:
		return rowsOfArray
	}
	return 1
}

// Close writes the rest and returns the error that ended the list, nil if it came to its end. The
// rows that came before an error are written, and a JSON array is closed behind them.
func (l *List) Close(failure error) error {
	if !l.refused && (failure == nil || len(l.held) > 0) {
		failure = joined(failure, l.flush())
	}
	if l.array != nil {
		failure = joined(failure, l.array.close())
	}
	return failure
}

// joined is errors.Join, but returns a single error as it is, because an error about an argument
// must not be wrapped.
func joined(first, second error) error {
	if first == nil || second == nil {
		return cmp.Or(first, second)
	}
	return errors.Join(first, second)
}

// flush writes the rows that are held, or an empty list if none has come.
func (l *List) flush() error {
	rows := l.held
	l.held = l.held[:0]
	if len(rows) == 0 && l.begun {
		return nil
	}
	if !l.begun {
		if err := l.check(rows); err != nil {
			l.refused = true
			return err
		}
		l.begun = true
	}
	if l.printer.format != JSON {
		return l.printer.ListOf(rows, l.columns)
	}
	l.printer.watched(rows)
	if l.array == nil {
		l.array = l.printer.openArray()
	}
	return l.array.add(rows)
}

// An array is a JSON array that is being written. Other texts wait for its end, because the array
// would be no JSON with them inside.
type array struct {
	printer  *Printer
	outer    *array    // the array that was open before it, or nil
	nonEmpty bool      // an item was written
	writing  bool      // a text of the array is being written
	waiting  []byte    // the other texts
	to       io.Writer // where the waiting texts go
}

func (p *Printer) openArray() *array {
	p.array = &array{printer: p, outer: p.array}
	return p.array
}

// add writes items.
func (a *array) add(rows []Row) error {
	text := a.printer.buf[:0]
	for _, row := range rows {
		before := len(text)
		text = append(text, a.separator()...)
		shown, err := codec.AppendShown(text, row.Selected(), "  ", 1)
		if err != nil {
			return errors.Join(a.write(text[:before]), err)
		}
		text, a.nonEmpty = shown, true
	}
	return a.write(text)
}

func (a *array) separator() string {
	if a.nonEmpty {
		return ",\n  "
	}
	return "[\n  "
}

// close ends the array and writes the texts that wait for that.
func (a *array) close() error {
	end := "\n]\n"
	if !a.nonEmpty {
		end = "[]\n"
	}
	err := a.write([]byte(end))
	if a.printer.array = a.outer; len(a.waiting) > 0 {
		err = errors.Join(err, a.printer.Pass(a.to, a.waiting))
	}
	return err
}

func (a *array) write(text []byte) error {
	a.writing = true
	defer func() { a.writing = false }()
	return a.printer.output(text)
}

// Pass writes a text that does not come from emit, such as one of print, to the stream of the
// printer. It writes the held rows of a table first. If an array is open, the text waits for
// its end. The array whose own text is being written does not count, because its bytes come
// through Pass as well.
func (p *Printer) Pass(to io.Writer, text []byte) error {
	open := p.array
	if open != nil && open.writing {
		open = open.outer
	}
	if open != nil {
		open.waiting, open.to = append(open.waiting, text...), to
		return nil
	}
	if err := p.Flush(); err != nil {
		return err
	}
	_, err := to.Write(text)
	return err
}
