package render

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// wholeArray writes a list whose rows are all known as one JSON array.
func (p *Printer) wholeArray(rows []Row) error {
	a := p.openArray()
	return errors.Join(a.add(rows), a.close())
}

// write writes a row as JSON and ends the line.
func (p *Printer) write(row Row, indent string) error {
	text, err := codec.AppendShown(p.buf[:0], row.Selected(), indent, 0)
	if err != nil {
		return err
	}
	return p.output(append(text, '\n'))
}

// largestKept is the number of bytes up to which the buffer of a text is used for the next text.
const largestKept = 1 << 20

// output writes a text, and keeps its buffer for the next one.
func (p *Printer) output(text []byte) error {
	if p.buf = text; cap(text) > largestKept {
		p.buf = nil
	}
	_, err := p.out.Write(text)
	return err
}

// Selected returns the item with the members that Columns names, or the whole item if it names
// none. A member that the item does not have is nil.
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

// member returns the value of a member, or nil if the item does not have it.
func member(members declare.Members, name string) any {
	for _, m := range members {
		if m.Key == name {
			return m.Value
		}
	}
	return nil
}

// idNames are the members that can be the id of an item. The first that the item has is its id.
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
	return p.output(append(append(p.buf[:0], text...), '\n'))
}

func idOf(members declare.Members) any {
	for _, name := range idNames {
		if id := member(members, name); id != nil {
			return id
		}
	}
	return nil
}
