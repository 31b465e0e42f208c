package render

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// document writes a list as one array.
func (p *Printer) document(rows []Row) error {
	a := p.openArray()
	return errors.Join(a.add(rows), a.close())
}

// write writes a row as JSON and ends the line.
func (p *Printer) write(row Row, indent string) error {
	text, err := codec.AppendShown(p.buf[:0], row.Selected(), indent, 0)
	if err != nil {
		return err
	}
	return p.emit(append(text, '\n'))
}

// largestKept bounds the memory that is kept for the next text.
const largestKept = 1 << 20

func (p *Printer) emit(text []byte) error {
	if p.buf = text; cap(text) > largestKept {
		p.buf = nil
	}
	_, err := p.out.Write(text)
	return err
}

// Selected is the item with the members that were asked for.
func (r Row) Selected() any {
	members, ok := r.Value.(declare.Members)
	if !ok || len(r.Columns) == 0 {
		return r.Value
	}
	picked := make(declare.Members, 0, len(r.Columns))
	for _, name := range r.Columns {
		picked = append(picked, declare.Member{Key: name, Value: member(members, name)})
	}
	return picked
}

// member is nil where there is none.
func member(members declare.Members, name string) any {
	for _, m := range members {
		if m.Key == name {
			return m.Value
		}
	}
	return nil
}

// idNames are the members that can be an item's id, the surest first.
var idNames = []string{"id", "workflow_id", "schedule_name", "version_name", "step_id", "run", "name"}

// id writes the id of a record, or a text unchanged. Other values are an error.
func (p *Printer) id(row Row) error {
	id := row.Value
	if members, ok := row.Value.(declare.Members); ok {
		id = idOf(members)
	}
	if id == nil {
		return fmt.Errorf("emit: a %s has no id to write with --output ids", row.Kind)
	}
	text, isText := id.(string)
	if !isText {
		text = wholeCell(id)
	}
	if strings.ContainsAny(text, "\r\n") {
		return fmt.Errorf("emit: the id %q has a line break, so lines of ids cannot hold it: use --output ndjson", text)
	}
	return p.emit(append(append(p.buf[:0], text...), '\n'))
}

func idOf(members declare.Members) any {
	for _, name := range idNames {
		if id := member(members, name); id != nil {
			return id
		}
	}
	return nil
}
